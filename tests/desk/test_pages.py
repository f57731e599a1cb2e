"""The pages of a market, a sector, both, and the lists: they print what the atlas answers, and lead where they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portulan.atlas import api
from tests.desk.reading import Element, read

pytestmark = pytest.mark.slow

PAGES = (
    "/",
    "/markets/",
    "/sectors/",
    "/sectors/book/",
    "/sectors/games/",
    "/markets/JPN/",
    "/markets/JPN/book/",
    "/markets/USA/book/",
    "/markets/JPN/games/",
)


def page(portal, address: str) -> Element:  # type: ignore[no-untyped-def]
    answer = portal.get(address)
    assert answer.status_code == 200, address
    return read(answer.content.decode())


def printed(element: Element) -> dict[str, float]:
    return {one.attributes["data-figure"]: float(one.attributes["value"]) for one in element.all("data")}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("address", PAGES)
def test_every_figure_has_its_papers(portal, language: str, address: str) -> None:  # type: ignore[no-untyped-def]
    found = page(portal, f"/{language}{address}")
    for value in found.all("data"):
        assert value.attributes["data-unit"], value.attributes
        assert value.attributes["data-status"] in ("reported", "partial", "estimated", "modelled")
        assert re.fullmatch(r"\d{4}", value.attributes["data-year"]), value.attributes


def test_a_market_prints_the_answers_of_the_atlas(portal, two_years: Path) -> None:  # type: ignore[no-untyped-def]
    release = api.open_release(two_years)
    [sold] = [
        value
        for value in api.show(release, exporter="FRA", sector="book", market="JPN", flow="goods")
        if value.indicator == "imports_from"
    ]
    assert isinstance(sold, api.Figure)
    row = next(
        row
        for row in page(portal, "/en/markets/JPN/").by_id("by-sector").all("tr")
        if any(link.attributes.get("href", "").endswith("/markets/JPN/book/") for link in row.all("a"))
    )
    assert printed(row)["imports_from"] == pytest.approx(sold.value)
    other = page(portal, "/en/markets/JPN/?exporter=BEL").by_id("by-sector")
    assert printed(other)["imports_from"] != pytest.approx(sold.value)


def test_a_market_that_does_not_report_has_gaps_and_no_zero(portal) -> None:  # type: ignore[no-untyped-def]
    answer = portal.get("/en/markets/USA/book/").content.decode()
    found = read(answer)
    assert "imports_world" not in printed(found)
    assert any(one.attributes.get("data-figure") == "imports_world" for one in found.with_data("data-status"))
    assert "unknown, not zero" in found.text
    assert "takes no rank" in found.text


def test_codes_add_up_to_the_sector(portal) -> None:  # type: ignore[no-untyped-def]
    found = page(portal, "/en/markets/JPN/book/")
    cell = next(value for value in found.all("data") if value.attributes["data-figure"] == "imports_from")
    rows = [printed(row) for row in next(found.by_id("codes-table").all("tbody")).all("tr")]
    assert len(rows) >= 3
    assert sum(row.get("imports_from", 0.0) for row in rows) == pytest.approx(float(cell.attributes["value"]))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_where_goods_are_no_measure_nothing_is_promised(portal, language: str) -> None:  # type: ignore[no-untyped-def]
    for address in (f"/{language}/markets/JPN/games/", f"/{language}/sectors/games/"):
        found = page(portal, address)
        shown = {one.attributes.get("data-figure", "") for one in found.with_data("data-figure")}
        assert not any(name.startswith(("potential", "unrealised", "realised")) for name in shown)
        main = next(found.all("main")).text
        first = main.index({"en": "do not measure the sector", "fr": "ne mesurent pas le secteur"}[language])
        assert first < main.index({"en": "orientation", "fr": "orientation"}[language])
        assert "/scan/" in portal.get(address).content.decode()


def test_a_sector_ranks_as_the_atlas_does(portal, two_years: Path) -> None:  # type: ignore[no-untyped-def]
    release = api.open_release(two_years)
    ranking = api.rank(release, exporter="FRA", sector="book", by="potential_static", top=10)
    rows = list(next(page(portal, "/en/sectors/book/").by_id("first").all("tbody")).all("tr"))
    assert [row.attributes["data-market"] for row in rows] == [row.market for row in ranking.rows]
    rivals = list(next(page(portal, "/en/sectors/book/").by_id("rivals").all("tbody")).all("tr"))
    sold = [printed(row)["exports"] for row in rivals]
    assert sold == sorted(sold, reverse=True) and len(sold) == 10


def test_movers_grow_and_fall(portal) -> None:  # type: ignore[no-untyped-def]
    text = portal.get("/en/sectors/book/").content.decode()
    for ident, sign in (("rising", 1), ("falling", -1)):
        part = text.split(f'id="{ident}"')[1].split("</section>")[0].split("<dl", 1)[1]
        found = [one for one in read(f"<dl{part}").all("data") if one.attributes["data-figure"] == "growth"]
        growths = [float(one.attributes["value"]) for one in found]
        assert growths and growths == sorted(growths, reverse=sign > 0)
        assert all(sign * value > 0 for value in growths)


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("aim=sector&sector=music", "/en/sectors/music/"),
        ("aim=sector&sector=music&exporter=BEL", "/en/sectors/music/?exporter=BEL"),
        ("aim=map&sector=book&exporter=FRA", "/en/map/?exporter=FRA&perimeter=core&flow=goods&sector=book"),
        ("aim=scan&sector=games", "/en/scan/?sector=games"),
        ("aim=compare&sector=book&exporter=CHE", "/en/compare/?exporter=CHE&sector=book"),
    ],
)
def test_the_question_of_the_home_leads_to_its_page(portal, asked: str, leads: str) -> None:  # type: ignore[no-untyped-def]
    answer = portal.get(f"/en/go/?{asked}")
    assert (answer.status_code, answer["Location"]) == (302, leads)
    assert portal.get(leads).status_code == 200


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("/en/markets/Japn/", "/en/markets/JPN/"),
        ("/fr/markets/allemagn/", "/fr/markets/DEU/"),
        ("/en/sectors/livre/", "/en/sectors/"),
        ("/en/sectors/boks/", "/en/sectors/book/"),
        ("/en/markets/JPN/bok/", "/en/sectors/book/"),
        ("/en/markets/JPN/?exporter=XYZ", "/en/markets/"),
        ("/en/sectors/book/?year=1850", "/en/sectors/"),
        ("/en/markets/%3Cscript%3E/", "/en/markets/"),
    ],
)
def test_a_lost_reader_is_shown_the_way(portal, address: str, meant: str) -> None:  # type: ignore[no-untyped-def]
    answer = portal.get(address)
    assert answer.status_code == 404
    text = answer.content.decode()
    assert f'href="{meant}"' in text
    assert "<script>" not in text.replace("<script src=", "")
    assert answer["Cache-Control"] == "no-store"


def test_a_market_has_one_address(portal) -> None:  # type: ignore[no-untyped-def]
    answer = portal.get("/en/markets/jpn/book/?exporter=BEL")
    assert (answer.status_code, answer["Location"]) == (301, "/en/markets/JPN/book/?exporter=BEL")


def test_every_page_links_to_pages_that_are_there(portal, db) -> None:  # type: ignore[no-untyped-def]
    seen: set[str] = set()
    for address in ("/en/", "/en/markets/JPN/", "/en/markets/JPN/book/", "/en/sectors/book/"):
        for link in page(portal, address).all("a"):
            href = link.attributes.get("href", "").split("#")[0]
            if href.startswith("/") and not href.endswith(".pdf"):
                seen.add(href)
    # One of each kind: hundreds of markets share a view.
    kinds = {re.sub(r"/[A-Z]{3}/", "/X/", re.sub(r"=[A-Z]{3}\b", "=X", href)): href for href in sorted(seen)}
    for href in kinds.values():
        assert portal.get(href).status_code in (200, 301, 302), href
    assert len(kinds) > 25


def test_a_page_is_kept_and_told_apart_by_what_it_depends_on(portal) -> None:  # type: ignore[no-untyped-def]
    first = portal.get("/en/markets/JPN/book/", headers={"accept-encoding": "gzip"})
    again = portal.get("/en/markets/JPN/book/", headers={"accept-encoding": "gzip"})
    assert first["ETag"] == again["ETag"] and first.content == again.content
    assert again["Content-Encoding"] == "gzip" and "Accept-Encoding" in again["Vary"]
    plain = portal.get("/en/markets/JPN/book/")
    assert not plain.has_header("Content-Encoding") and b"<!DOCTYPE html>" in plain.content
    assert portal.get("/en/markets/JPN/book/", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert portal.get("/fr/markets/JPN/book/")["ETag"] != first["ETag"]
    assert portal.get("/en/markets/JPN/book/?exporter=BEL")["ETag"] != first["ETag"]


def test_a_header_nobody_asked_for_changes_nothing(portal) -> None:  # type: ignore[no-untyped-def]
    clean = portal.get("/en/markets/CAN/")
    poisoned = portal.get("/en/markets/CAN/", headers={"x-forwarded-host": "evil.example", "x-original-url": "/admin"})
    assert poisoned.content == clean.content and b"evil.example" not in poisoned.content
    assert portal.get("/en/markets/CAN/", headers={"host": "evil.example"}).status_code == 400


def test_another_release_is_shown_at_once(portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    from tests.atlas import worlds

    before = portal.get("/en/markets/JPN/").content
    api.build(tmp_path / "other", [f"baci={worlds.published_zip(tmp_path, worlds.rows(seed=9))}"])
    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(tmp_path / "other"))
    after = portal.get("/en/markets/JPN/").content
    assert after != before and api.open_release(tmp_path / "other").id[:16].encode() in after


def test_the_shipped_release_says_that_it_estimates(
    portal, shipped_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(shipped_folder))
    for address in ("/en/", "/en/markets/JPN/", "/en/markets/JPN/book/", "/en/sectors/book/", "/en/markets/JPN/games/"):
        found = page(portal, address)
        assert "is an estimate" in found.text, address
        statuses = {one.attributes["data-status"] for one in found.all("data") if one.attributes["data-unit"] == "USD"}
        assert statuses <= {"estimated"}, address
