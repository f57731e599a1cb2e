"""What a reader relies on of the scan: scores as parts, doubt about weights, state in the address, errors in place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from portulan.atlas import api
from tests.atlas import worlds
from tests.desk.reading import Element, read

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scan")
    api.build(folder / "r", [f"baci={worlds.published_zip(folder, worlds.rows(seed=5, density=0.9))}"])
    return folder / "r"


@pytest.fixture
def site(built: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    from django.conf import settings
    from django.test import Client

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(built))
    return Client(SERVER_NAME="localhost")


def _page(site, address: str, status: int = 200) -> Element:  # type: ignore[no-untyped-def]
    answer = site.get(address)
    assert answer.status_code == status, answer.content[:2000]
    return read(answer.content.decode())


def _rows(page: Element) -> list[Element]:
    return list(next(page.by_id("scored").all("tbody")).all("tr"))


def _weights(page: Element) -> dict[str, str]:
    return {
        field.attributes["data-weight"]: field.attributes["value"]
        for field in page.with_data("data-weight")
        if field.attributes["value"]
    }


def test_a_score_is_printed_with_parts_that_add_up_to_it(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/scan/?sector=book&w_ease=3&w_gdp_per_head=1&w_imports_world=2")
    for row in _rows(page):
        points = [span.text for span in row.all("span") if span.attributes.get("class") == "p-points"]
        score, *parts = points
        assert float(score) == pytest.approx(sum(float(p) for p in parts if p != "–"), abs=0.16)
        assert float(score) == pytest.approx(100 * float(row.attributes["data-score"]), abs=0.051)
        assert len(parts) == 3
    heads = [th.attributes["data-criterion"] for th in page.by_id("scored").with_data("data-criterion")]
    assert heads == ["imports_world", "ease", "gdp_per_head"]


def test_every_value_under_a_score_has_its_papers(site) -> None:  # type: ignore[no-untyped-def]
    figures = list(_page(site, "/fr/scan/?sector=book").by_id("scored").with_data("data-figure"))
    assert figures
    for figure in figures:
        assert figure.attributes["data-unit"] and figure.attributes["data-status"]
        assert figure.attributes["data-year"].isdigit()


def test_the_form_shows_the_weights_that_count(site) -> None:  # type: ignore[no-untyped-def]
    assert _weights(_page(site, "/en/scan/?w_ease=3&w_distance_km=0")) == {"ease": "3"}
    assert set(_weights(_page(site, "/en/scan/?preset=first_export"))) == {"ease", "distance_km", "common_language"}
    pressed = [a.text for a in _page(site, "/en/scan/?preset=first_export").all("a") if "aria-current" in a.attributes]
    assert "First export" in pressed


def test_the_address_to_share_gives_the_same_page(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/scan/?sector=fashion&perimeter=broad&w_ease=3&w_share=7&w_population=")
    (link,) = (a for a in page.all("a") if a.text == "Link to this scan, weights included")
    query = parse_qs(urlsplit(link.attributes["href"]).query)
    assert query == {"sector": ["fashion"], "perimeter": ["broad"], "w_ease": ["3"], "w_share": ["7"]}
    again = _page(site, link.attributes["href"])
    assert [row.attributes for row in _rows(again)] == [row.attributes for row in _rows(page)]
    french = _page(site, link.attributes["href"].replace("/en/", "/fr/"))
    assert [r.attributes["data-score"] for r in _rows(french)] == [r.attributes["data-score"] for r in _rows(page)]


def test_a_sector_that_goods_do_not_measure_gets_an_orientation(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/scan/?sector=games")
    main = next(page.all("main"))
    assert "do not measure" in next(main.all("strong")).text
    assert "Orientation" in next(page.all("title")).text
    assert set(_weights(page)) <= {"internet_users", "gdp_per_head", "common_language", "population"}
    shown = {figure.attributes["data-figure"] for figure in page.with_data("data-figure")}
    assert not {name for name in shown if name.startswith(("potential", "unrealised", "imports", "share"))}
    assert "potential" not in page.by_id("content").text.lower()


def test_weights_of_another_sector_are_left_out_and_named(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/scan/?sector=games&w_potential_static=5&w_internet_users=2")
    assert "Left out, for they say nothing of this sector: Export potential (static)." in page.text
    assert _weights(page) == {"internet_users": "2"}


def test_criteria_the_release_lacks_are_named_with_the_reason(site) -> None:  # type: ignore[no-untyped-def]
    text = _page(site, "/en/scan/?sector=book").text
    assert "Not in this release:" in text
    (blank,) = re.findall(r"Not in this release:[^.]*growth needs two years and one is loaded", text)
    assert "Growth of the market" in blank


def test_markets_too_little_known_stand_apart_without_a_score(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/scan/?sector=book&w_imports_world=3&w_gdp_per_head=1")
    section = page.by_id("apart").parent
    assert section is not None
    assert "United States" in section.text and "Not known: Imports from the world" in section.text.replace(" :", ":")
    assert "USA" not in {row.attributes["data-market"] for row in _rows(page)}
    assert not list(section.with_data("data-score"))
    assert not [f for f in page.with_data("data-figure") if f.attributes["data-status"] != "gap" and not f.text]


def test_other_weights_are_said_in_words_and_by_criterion(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/scan/?sector=book&w_ease=3&w_gdp_per_head=1")
    section = page.by_id("sensitivity").parent
    assert section is not None
    assert re.search(r"first \d+", section.text)
    rows = list(next(page.by_id("moved").all("tbody")).all("tr"))
    assert [next(row.all("th")).text for row in rows] == ["Ease of trade", "GDP per head"]
    assert all(re.search(r"\d+ of \d+ stay", row.text) for row in rows)
    alone = _page(site, "/en/scan/?sector=book&w_ease=3")
    assert "One criterion alone has a weight" in alone.text
    assert "nothing left to score by" in alone.text


def test_no_weight_at_all_is_explained(site) -> None:  # type: ignore[no-untyped-def]
    for query in ("w_ease=0", "w_ease=", "preset=none"):
        page = _page(site, f"/en/scan/?sector=book&{query}")
        assert "No criterion has a weight" in page.text
        assert not [e for e in page.all("table") if e.attributes["id"] == "scored"]


@pytest.mark.parametrize("weight", ["11", "-1", "abc", "2.5", "1e3", "9" * 5000, "٣٣", "<b>", "0x1"])
def test_an_absurd_weight_is_said_at_its_field(site, weight: str) -> None:  # type: ignore[no-untyped-def]
    answer = site.get("/en/scan/", {"sector": "book", "w_ease": weight})
    assert answer.status_code == 400
    page = read(answer.content.decode())
    (field,) = (f for f in page.with_data("data-weight") if f.attributes["data-weight"] == "ease")
    assert field.attributes["aria-invalid"] == "true"
    error = field.attributes["aria-describedby"].split()[0]
    assert page.by_id(error).text == "A weight is a whole number from 0 to 10."
    assert "<b>" not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_what_does_not_exist_is_said_with_what_may_have_been_meant(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/scan/?sector=boook&w_langage=3", 404)
    meant = {a.text: a.attributes["href"] for a in page.all("a")}
    assert parse_qs(urlsplit(meant["Books"]).query)["sector"] == ["book"]
    assert parse_qs(urlsplit(meant["Common language"]).query)["w_common_language"] == ["3"]
    for query in ("exporter=XXX", "perimeter=wide", "flow=ideas", "year=1066", "preset=luck", "rows=1", "estimates=x"):
        assert site.get(f"/fr/scan/?{query}").status_code == 404, query
        assert site.get(f"/fr/scan/data.json?{query}").status_code == 404, query


def test_the_document_holds_what_the_page_scores_from(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/fr/scan/?sector=book&w_ease=3&w_imports_world=2")
    (box,) = page.with_data("data-scan")
    answer = site.get(box.attributes["data-scan"])
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    document = json.loads(answer.content)
    assert document["schema"] == "portulan-scan/1"
    assert (document["language"], document["sector"], document["naming"]) == ("fr", "book", "scan")
    markets = [market["id"] for market in document["markets"]]
    for one in document["criteria"]:
        assert len(one["places"]) == len(one["said"]) == len(one["status"]) == len(markets)
        for place, said, status in zip(one["places"], one["said"], one["status"], strict=True):
            assert (place is None) == isinstance(said, int) == (status == "g")
            assert place is None or 0 <= place <= one["of"]
    ease, world = (next(c for c in document["criteria"] if c["id"] == name) for name in ("ease", "imports_world"))
    (belgium,) = (row for row in _rows(page) if row.attributes["data-market"] == "BEL")
    n = markets.index("BEL")
    by_hand = (3 * ease["places"][n] / ease["of"] + 2 * world["places"][n] / world["of"]) / 5
    assert float(belgium.attributes["data-score"]) == pytest.approx(by_hand, abs=1e-12)
    assert "w_" not in box.attributes["data-scan"]


def test_pages_may_be_kept_for_a_while(site) -> None:  # type: ignore[no-untyped-def]
    for address in ("/en/scan/", "/en/scan/data.json", "/en/compare/"):
        assert site.get(address)["Cache-Control"] == "public, max-age=300"


def test_a_release_that_is_not_there_is_said(site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(tmp_path / "nowhere"))
    for address in ("/en/scan/", "/en/scan/data.json", "/en/compare/"):
        answer = site.get(address)
        assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")


@pytest.mark.parametrize("page", ["scan/", "scan/data.json", "compare/"])
def test_no_address_breaks_a_page(site, page: str) -> None:  # type: ignore[no-untyped-def]
    words = ["", "FRA", "fra", "book", "all", "\x00", "é" * 300, "../../etc", "' OR 1=1", "%s%(x)s{}", "\u202e", "-0"]
    names = ["exporter", "sector", "perimeter", "flow", "year", "preset", "rows", "w_", "w_ease", "w_\x00", "market"]
    for name in names:
        for word in words:
            answer = site.get(f"/fr/{page}", {name: [word, word]})
            assert answer.status_code in (200, 400, 404), (name, word)
            assert "Traceback" not in answer.content.decode()
