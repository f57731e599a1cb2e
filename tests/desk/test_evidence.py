"""The sector in figures: no number stands there without its perimeter, its year and its source, in either language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.atlas import worlds
from tests.desk.reading import Element, read

pytestmark = pytest.mark.slow

CLAIMS = ("jobs", "turnover", "growth", "exports_a", "exports_b", "exports_c")
PAPERS = ["perimeter", "years", "flow", "territory", "body", "source", "includes", "excludes"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small release of two years, in which one importer is missing."""
    from portulan.atlas import api

    folder = tmp_path_factory.mktemp("releases")
    flows = worlds.rows(seed=7, years=(2023, 2024), density=0.9)
    api.build(folder / "small", [f"baci={worlds.published_zip(folder, flows)}"])
    return folder / "small"


@pytest.fixture(scope="module")
def shipped(shipped_folder: Path) -> Path:
    """The release that comes with Portulan."""
    return shipped_folder


def _forget() -> None:
    from portulan.desk.markets import caching, questions, selectors

    caching.shelf.clear()
    for module in (selectors, questions):
        for cached in vars(module).values():
            if hasattr(cached, "cache_clear"):
                cached.cache_clear()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A reader's browser without a browser; `serve` says which release."""
    from django.conf import settings
    from django.test import Client

    class Site:
        def page(self, release: Path, address: str, status: int = 200) -> Element:
            monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(release))
            self.answer = Client(SERVER_NAME="localhost").get(address)
            assert self.answer.status_code == status, self.answer.content[:2000]
            return read(self.answer.content.decode())

    _forget()
    yield Site()
    _forget()


@pytest.fixture(params=["built", "shipped"])
def release(request: pytest.FixtureRequest) -> Path:
    """Each release in turn."""
    return request.getfixturevalue(str(request.param))  # type: ignore[no-any-return]


def _claims(page: Element) -> dict[str, Element]:
    return {one.attributes["data-claim"].removeprefix("claim-"): one for one in page.with_data("data-claim")}


def _paper(claim: Element, name: str) -> str:
    (found,) = (one for one in claim.with_data("data-paper") if one.attributes["data-paper"] == name)
    return next(found.all("dd")).text


def _has_papers(part: Element) -> bool:
    """Tell whether an element stands in the card of a claim, or in a row of the table of totals."""
    up: Element | None = part
    while up is not None:
        if "data-claim" in up.attributes or up.attributes.get("id") == "exports-totals":
            return True
        up = up.parent
    return False


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_claim_shows_all_its_papers(site, release: Path, lang: str) -> None:  # type: ignore[no-untyped-def]
    claims = _claims(site.page(release, f"/{lang}/evidence/"))
    assert tuple(claims) == CLAIMS
    for claim in claims.values():
        papers = [one.attributes["data-paper"] for one in claim.with_data("data-paper")]
        assert papers == PAPERS
        assert all(_paper(claim, name) for name in papers)


def test_what_is_quoted_is_quoted_as_it_is(site, built: Path) -> None:  # type: ignore[no-untyped-def]
    claims = _claims(site.page(built, "/en/evidence/"))
    heads = [next(claim.all("h3")).text for claim in claims.values()]
    assert heads == [
        "640,000 Permanent jobs in the sector",
        "91 bn€ Turnover of the sector",
        "twice as fast Exports of the sector grew twice as fast as all exports",
        "2.7 bn€ Exports of the cultural and creative industries",
        "12% of 92 bn Exports of the cultural and creative industries, given as a part of 92 bn",
        "32.1 bn Exports of the cultural and creative industries",
    ]
    assert [_paper(claim, "years") for claim in claims.values()] == ["not stated", "2018", "2013-2016"] + 3 * [
        "not stated"
    ]
    for claim in claims.values():
        assert _paper(claim, "perimeter").startswith("not stated")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_no_number_is_printed_without_its_papers(site, release: Path, lang: str) -> None:  # type: ignore[no-untyped-def]
    page = site.page(release, f"/{lang}/evidence/")
    main = next(page.all("main"))
    # What a claim quotes stands in its card, or in the table that repeats its papers, and nowhere else.
    for quoted in (r"640[, ]000", r"91 (bn|Md)€", r"32[.,]1", r"2[.,]7 (bn|Md)€"):
        places = [part for part in main.all("p", "li", "dd", "td", "th", "h2", "h3") if re.search(quoted, part.text)]
        assert places and all(_has_papers(part) for part in places), quoted
    heads = len(list(next(page.by_id("exports-totals").all("thead")).all("th")))
    for row in next(page.by_id("exports-totals").all("tbody")).all("tr"):
        cells = list(row.all("th", "td"))
        assert len(cells) == heads == 6 and all(cell.text for cell in cells)
    figures = list(page.with_data("data-figure"))
    assert len(figures) == 4
    for figure in figures:
        assert figure.attributes["data-unit"] == "USD" and figure.attributes["data-year"] == "2024"
        assert figure.attributes["data-status"] in {"partial", "estimated"}
    assert "2024" in page.by_id("passport").parent.text  # type: ignore[union-attr]


def test_the_three_totals_stand_side_by_side_and_the_product_is_ours(site, built: Path) -> None:  # type: ignore[no-untyped-def]
    page = site.page(built, "/en/evidence/")
    rows = [row.text for row in next(page.by_id("exports-totals").all("tbody")).all("tr")]
    assert [text.split(" exports;")[0] for text in rows] == [
        "2.7 bn€ 2.7 bn€",
        "12% of 92 bn 11.0 bn€ (our multiplication)",
        "32.1 bn 32.1 bn€",
    ]
    why = page.by_id("why").parent
    assert why is not None
    for words in ("three perimeters", "six cultural goods", "Direct or indirect", "Not stated, for any of the three"):
        assert words in why.text
    assert "11.9 times" in page.text


def test_figures_of_the_release_are_those_of_the_door(site, built: Path) -> None:  # type: ignore[no-untyped-def]
    from portulan.atlas import api

    page = site.page(built, "/en/evidence/?exporter=ITA&year=2023")
    opened = api.open_release(built)
    shown = [float(one.attributes["value"]) for one in page.with_data("data-figure")]
    for value, perimeter in zip(shown, api.perimeters(), strict=True):
        (seller,) = api.exporters(opened, sector="all", perimeter=perimeter.id, year=2023, top=0, always="ITA")
        assert value == seller.exports.value
    section = page.by_id("today").parent
    assert section is not None
    assert "Italy" in section.text and "United States" in section.text and "2023" in section.text


def test_the_growth_claim_says_how_to_recompute_it_and_what_that_cannot_say(site, release: Path) -> None:  # type: ignore[no-untyped-def]
    from portulan import cli

    page = site.page(release, "/en/evidence/")
    (command,) = (code.text for code in page.all("pre"))
    assert "portulan data pull baci=HS12" in command
    words = command[command.index("portulan evidence") :].split()
    assert cli.parser().parse_args(words[1:]).source == "baci=PATH"
    section = page.by_id("growth").parent
    assert section is not None
    for said in ("does not state its own perimeter", "neither confirm nor refute", "HS 2012 or HS 1992"):
        assert said in section.text


def test_estimates_are_called_estimates(site, shipped: Path, built: Path) -> None:  # type: ignore[no-untyped-def]
    assert "Every trade figure here is an estimate" in site.page(shipped, "/en/evidence/").text
    assert "Every trade figure here is an estimate" not in site.page(built, "/en/evidence/").text


def test_it_leads_to_the_method_and_the_sources(site, built: Path) -> None:  # type: ignore[no-untyped-def]
    main = next(site.page(built, "/fr/evidence/").all("main"))
    links = {link.attributes["href"] for link in main.all("a")}
    assert {"/fr/method/", "/fr/sources/"} <= links


def test_french_is_complete(site, release: Path) -> None:  # type: ignore[no-untyped-def]
    main = next(site.page(release, "/fr/evidence/").all("main"))
    english = ("stated", "perimeter", "exports", "importers", "Known", "turnover", "the ", "of the")
    text = main.text
    for source in main.all("p"):
        if "p-source" in source.attributes.get("class", ""):
            text = text.replace(source.text, "")  # citations stay in the language of their source
    assert [word for word in english if re.search(rf"(?<![\w-]){word}", text)] == []
    for words in ("non précisé", "Ce qui est cité", "deux fois plus vite", "ni la confirmer ni l’infirmer"):
        assert words in main.text


@pytest.mark.parametrize("query", ["exporter=ZZZ", "exporter=<script>alert(1)</script>", "year=1066", "flow=tides"])
def test_what_is_unknown_is_said_with_the_right_status(site, built: Path, query: str) -> None:  # type: ignore[no-untyped-def]
    page = site.page(built, f"/en/evidence/?{query}", status=404)
    assert not [script for script in page.all("script") if "src" not in script.attributes]
    assert site.answer["Cache-Control"] == "no-store"


def test_a_site_without_release_says_so(site, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert "not there yet" in site.page(tmp_path / "none", "/en/evidence/", status=503).text


def test_the_page_may_be_cached_and_does_not_post(site, built: Path) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client

    site.page(built, "/en/evidence/")
    assert "max-age" in site.answer["Cache-Control"] and site.answer["ETag"]
    assert Client(SERVER_NAME="localhost").post("/en/evidence/").status_code == 405


def test_nothing_is_inline(site, built: Path) -> None:  # type: ignore[no-untyped-def]
    page = site.page(built, "/en/evidence/")
    assert not [one for one in page.all() if {"style", "onclick"} & set(one.attributes)]
    assert not [script for script in page.all("script") if "src" not in script.attributes]
