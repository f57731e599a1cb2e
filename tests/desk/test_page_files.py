"""Files of pages: what a page offers is what it shows, with its papers, and nobody can make anything else of them."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk.reading import Element, read

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

PAGES = {
    "market": "/markets/JPN/",
    "cell": "/markets/JPN/book/",
    "sector": "/sectors/book/",
    "compare": "/compare/?market=JPN&market=BEL&sector=book",
    "compare-all": "/compare/?market=JPN&market=BEL",
    "scan": "/scan/?sector=book",
}
TYPES = {
    "CSV": "text/csv; charset=utf-8",
    "Excel": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "Parquet": "application/vnd.apache.parquet",
    "GeoJSON": "application/geo+json",
    "SVG": "image/svg+xml",
    "PNG": "image/png",
}
HEAD = {
    "Excel": b"PK",
    "Parquet": b"PAR1",
    "PNG": b"\x89PNG",
    "SVG": b"<svg",
    "GeoJSON": b"{",
    "CSV": b"",
}


@pytest.fixture(autouse=True)
def _no_file_kept() -> None:
    """Each test counts and keeps its own."""
    from django.core.cache import caches

    caches["files"].clear()
    caches["limits"].clear()


def _page(portal, address: str) -> Element:  # type: ignore[no-untyped-def]
    answer = portal.get(address)
    assert answer.status_code == 200
    return read(answer.content.decode())


def _offered(page: Element) -> list[tuple[str, str]]:
    section = page.by_id("share").parent
    assert section is not None
    return [(a.text, a.attributes["href"]) for a in section.all("a") if "download" in a.attributes]


def _rows(portal, address: str) -> list[dict[str, str]]:  # type: ignore[no-untyped-def]
    answer = portal.get(address)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


def _shown(page: Element, table: str) -> list[tuple[str, float]]:
    """Return (indicator, value) of each figure of a table of the page."""
    body = next(page.by_id(table).all("tbody"))
    return [
        (figure.attributes["data-figure"], float(figure.attributes["value"]))
        for figure in body.all("data")
        if "data-figure" in figure.attributes
    ]


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_file_a_page_offers_is_there(portal, kind: str, language: str) -> None:  # type: ignore[no-untyped-def]
    offered = _offered(_page(portal, f"/{language}{PAGES[kind]}"))
    assert [name for name, _ in offered[:3]] == ["CSV", "Excel", "Parquet"]
    for name, address in offered:
        answer = portal.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, TYPES[name]), address
        assert answer.content.startswith(HEAD[name])
        named = re.fullmatch(r'attachment; filename="(fra-[a-z0-9-]+-2024[a-z-]*)\.\w+"', answer["Content-Disposition"])
        assert named, answer["Content-Disposition"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "public" in answer["Cache-Control"]
        assert "Set-Cookie" not in answer
        again = portal.get(address, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_no_two_files_share_a_tag(portal, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    from portulan.desk.core import limits
    from portulan.desk.markets import taken

    monkeypatch.setattr(taken, "BUDGET", limits.Budget("files", 1000))  # more pages at once than a reader takes
    addresses = {
        address
        for path in PAGES.values()
        for language in ("en", "fr")
        for _, address in _offered(_page(portal, f"/{language}{path}"))
    }
    addresses |= {"/en/files/markets/BEL.csv", "/en/files/markets/JPN.csv?perimeter=broad"}
    assert len({portal.get(address)["ETag"] for address in addresses}) == len(addresses)


def test_the_market_file_holds_the_figures_of_the_page(portal) -> None:  # type: ignore[no-untyped-def]
    page = _page(portal, "/en/markets/JPN/")
    rows = _rows(portal, "/en/files/markets/JPN.csv?year=2024")
    held = {(row["indicator"], float(row["value"])) for row in rows if row["value"] and row["table"] == "sectors"}
    shown = _shown(page, "by-sector")
    assert len(shown) > 20
    assert set(shown) <= held
    country = {row["indicator"]: row["value"] for row in rows if row["table"] == "country"}
    assert {"population", "gdp_per_head", "ease"} <= set(country)


def test_the_cell_file_holds_facts_suppliers_and_codes(portal) -> None:  # type: ignore[no-untyped-def]
    page = _page(portal, "/en/markets/JPN/book/")
    rows = _rows(portal, "/en/files/markets/JPN/book.csv?year=2024")
    assert {row["table"] for row in rows} == {"facts", "suppliers", "codes"}
    for table, name in (("suppliers", "sellers-table"), ("codes", "codes-table")):
        held = {(row["indicator"], float(row["value"])) for row in rows if row["value"] and row["table"] == table}
        assert _shown(page, name)
        assert set(_shown(page, name)) <= held
    facts = {row["indicator"]: row for row in rows if row["table"] == "facts"}
    for figure in page.by_id("facts").parent.all("data"):  # type: ignore[union-attr] # a heading stands in a section
        fact = facts[figure.attributes["data-figure"]]
        assert float(fact["value"]) == float(figure.attributes["value"])


def test_the_files_of_a_sector_are_those_of_the_map(portal) -> None:  # type: ignore[no-untyped-def]
    """Same address, same bytes: there is one ranking."""
    offered = dict(reversed(_offered(_page(portal, "/en/sectors/book/"))))
    explorer = dict(_offered(_page(portal, "/en/map/?sector=book")))
    for ours, theirs in (("CSV", "CSV"), ("Excel", "XLSX"), ("Parquet", "PARQUET"), ("GeoJSON", "GEOJSON")):
        assert offered[ours] == explorer[theirs]
    assert offered["PNG"].startswith("/en/map/")


def test_the_compared_file_holds_the_figures_of_the_page(portal) -> None:  # type: ignore[no-untyped-def]
    page = _page(portal, "/en/compare/?market=JPN&market=BEL")
    rows = _rows(portal, dict(_offered(page))["CSV"])
    compared = {(row["indicator"], float(row["value"])) for row in rows if row["table"] == "compared" and row["value"]}
    shown = [pair for block in ("trade", "context") for pair in _shown(page, f"compared-{block}") if pair[0] != "rank"]
    assert len(shown) > 10
    assert set(shown) <= compared
    by_sector = {(row["indicator"], float(row["value"])) for row in rows if row["table"] == "sectors" and row["value"]}
    assert set(_shown(page, "compared-sectors")) <= by_sector


@pytest.mark.parametrize("kind", ["compare", "compare-all"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_chart_of_a_comparison_is_a_file_that_stands_alone(portal, kind: str, language: str) -> None:  # type: ignore[no-untyped-def]
    """Its texts are those of the page, under a title that names sector and exporter, over its papers."""
    page = _page(portal, f"/{language}{PAGES[kind]}")
    files = [address for name, address in _offered(page) if name == "SVG"]
    charts = [one.attributes["id"] for one in page.with_data("id") if one.attributes["id"].startswith("glance-")]
    charts = [ident for ident in charts if not ident.endswith(("-t", "-d"))]
    assert len(files) == len(charts) >= 3 and "glance-trend" in charts
    sector = {"compare": {"en": "Books", "fr": "Livre"}, "compare-all": {"en": "All sectors", "fr": "Tous"}}
    for ident, address in zip(charts, files, strict=True):
        assert f"/compare/{ident.removeprefix('glance-')}.svg?" in address
        drawn = read(portal.get(address).content.decode())
        words = [one.text for one in drawn.all("text")]
        assert words[0].startswith(sector[kind][language]) and "France" in words[0]
        section = page.by_id(ident).parent
        assert section is not None
        on_page = [one.text for one in next(section.all("figure")).all("text")]
        figures = [text for text in on_page if "$" in text]
        assert figures and set(figures) <= set(words)
        papers = " ".join(words)
        assert {"en": "Goods, perimeter", "fr": "Biens, périmètre"}[language] in papers
        assert "BACI" in papers and "Etalab 2.0" in papers
        assert not list(drawn.all("a")), "a file has no links of the page"


def test_the_leaders_file_holds_what_the_map_shows(portal) -> None:  # type: ignore[no-untyped-def]
    page = _page(portal, "/en/sectors/book/")
    offered = [address for _, address in _offered(page) if "/leaders." in address]
    assert [address.partition("?")[0].rpartition(".")[2] for address in offered] == [
        "csv", "xlsx", "parquet", "svg", "png", "geojson",
    ]  # fmt: skip
    rows = _rows(portal, offered[0])
    drawing = next(one for one in page.all("svg") if one.attributes.get("aria-labelledby") == "leaders-title")
    shown = {one.attributes["href"].split("/")[3]: one.attributes["aria-label"] for one in drawing.all("a")}
    for row in rows:
        if row["market"] == "FRA":
            assert "FRA" not in shown  # the exporter has no page of its own as a market
            continue
        label = shown[row["market"]]
        assert (row["exporter_name"] or "not known") in label, label
    features = json.loads(portal.get(offered[-1]).content)["features"]
    led = {one["id"]: one["properties"]["leaders"] for one in features if "id" in one}
    assert all(row["exporter"] in led[row["market"]] for row in rows if row["exporter"])
    assert all(led[row["market"]] == [] for row in rows if not row["exporter"])


def test_where_goods_are_no_measure_nobody_leads_in_a_file(portal) -> None:  # type: ignore[no-untyped-def]
    offered = [address for _, address in _offered(_page(portal, "/en/sectors/games/"))]
    assert not [address for address in offered if "leaders" in address]
    # What the page shows instead of a ranking can be taken away too.
    scores = _rows(portal, next(address for address in offered if "scan.csv" in address))
    assert len(scores) > 1


def test_the_scan_file_holds_scores_and_parts(portal) -> None:  # type: ignore[no-untyped-def]
    address = "/en/scan/?sector=book&w_ease=3&w_imports_world=2"
    page = _page(portal, address)
    rows = _rows(portal, dict(_offered(page))["CSV"])
    scores = [row for row in rows if row["table"] == "scores"]
    parts = [row for row in rows if row["table"] == "parts"]
    assert {(row["criterion"], row["weight"]) for row in parts} == {("ease", "3"), ("imports_world", "2")}
    body = list(next(page.by_id("scored").all("tbody")).all("tr"))
    assert len(body) > 5
    for line, row in zip(body, scores, strict=False):
        cells = [cell.text for cell in line.children]
        assert cells[:2] == [row["rank"], row["market_name"]]
        assert cells[2].startswith(f"{100 * float(row['score']):.1f}")
    missing = [row for row in scores if row["missing"]]
    assert all(row["score"] != "0" for row in missing)
    assert len(scores) > len(body) or not missing


def test_each_file_carries_its_passport(portal) -> None:  # type: ignore[no-untyped-def]
    from openpyxl import load_workbook

    from portulan.desk.markets import selectors

    release = selectors.release().id
    for kind in ("market", "cell", "compare", "scan"):
        offered = dict(_offered(_page(portal, f"/en{PAGES[kind]}")))
        assert {row["release"] for row in _rows(portal, offered["CSV"])} == {release}
        book = load_workbook(io.BytesIO(portal.get(offered["Excel"]).content))
        passport = dict(book["Passport"].iter_rows(values_only=True, min_row=2))
        assert passport["Release"] == release
        assert any(str(name).startswith("Citation") for name in passport)
        parquet = portal.get(offered["Parquet"]).content
        assert b"portulan.passport" in parquet and release.encode() in parquet
    for kind in ("market", "cell", "sector", "compare", "compare-all"):
        charts = [address for name, address in _offered(_page(portal, f"/en{PAGES[kind]}")) if name == "SVG"]
        said = re.sub(r"\s|<[^>]*>", "", portal.get(charts[-1]).content.decode())
        assert release in said and "Etalab" in said
    geojson = dict(_offered(_page(portal, "/en/sectors/book/")))["GeoJSON"]
    assert json.loads(portal.get(geojson).content)["papers"]["release"] == release


@pytest.mark.parametrize(
    ("address", "helps"),
    [
        ("/en/files/markets/JPN.pdf", "/en/files/markets/JPN.csv"),
        ("/en/files/markets/JPN.geojson", "/en/files/markets/JPN.svg"),
        ("/en/files/markets/JPN/book.exe", "/en/files/markets/JPN/book.xlsx"),
        ("/en/files/sectors/book.csv", "/en/files/sectors/book.png"),
        ("/en/files/sectors/games.svg", "/en/"),
        ("/en/files/sectors/games/leaders.csv", "/en/"),
        ("/en/files/sectors/bok/leaders.csv", "/en/sectors/book/"),
        ("/en/files/sectors/book/leaders.pdf", "/en/files/sectors/book/leaders.geojson"),
        ("/en/files/compare/imports_from.csv?market=JPN&market=BEL", "/en/files/compare/imports_from.svg?sector=all"),
        ("/en/files/compare/imports.png?market=JPN&market=BEL", "/en/files/compare/imports_from.png?sector=all"),
        ("/en/files/compare/potential.svg?sector=games&market=JPN&market=BEL", "potential"),
        ("/en/files/compare/trend.svg?market=JPN", "One more market at least"),
        ("/en/files/compare.svg?market=JPN&market=BEL", "/en/files/compare.csv?sector=all&amp;market=JPN"),
        ("/en/files/scan.png?sector=book", "/en/files/scan.parquet?sector=book"),
        ("/en/files/markets/Japn.csv", "/en/markets/JPN/"),
        ("/en/files/markets/JPN/bok.csv", "/en/sectors/book/"),
        ("/en/files/markets/FRA.csv", "exporter=BEL"),
        ("/en/files/markets/JPN.csv?year=1", "1"),
        ("/en/files/compare.csv", "Two markets at least"),
        ("/en/files/compare.csv?market=JPN&market=Belgim", "Belgium"),
        ("/en/files/scan.csv?w_eas=3", "w_ease=3"),
    ],
)
def test_what_is_not_there_says_what_is(portal, address: str, helps: str) -> None:  # type: ignore[no-untyped-def]
    answer = portal.get(address)
    assert answer.status_code == 404
    assert "html" in answer["Content-Type"]
    assert helps in answer.content.decode()
    assert "Content-Disposition" not in answer


def test_a_code_written_small_has_one_address(portal) -> None:  # type: ignore[no-untyped-def]
    answer = portal.get("/fr/files/markets/jpn/book.csv?perimeter=broad")
    assert (answer.status_code, answer["Location"]) == (301, "/fr/files/markets/JPN/book.csv?perimeter=broad")


def test_where_goods_are_no_measure_the_file_promises_nothing(portal) -> None:  # type: ignore[no-untyped-def]
    rows = _rows(portal, "/en/files/markets/JPN/games.csv?perimeter=broad")
    assert {row["value"] for row in rows if row["indicator"].startswith(("potential", "unrealised"))} == {""}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(
        [
            "markets/JPN",
            "markets/JPN/book",
            "compare",
            "compare/imports_from",
            "scan",
            "sectors/book",
            "sectors/book/leaders",
        ]
    ),
    st.dictionaries(
        st.sampled_from(["market", "sector", "exporter", "year", "perimeter", "w_ease", "preset", "x"]),
        st.text(max_size=15),
    ),
    st.sampled_from(["csv", "svg"]),
)
def test_no_question_reaches_a_header(portal, page: str, asked: dict[str, str], fmt: str) -> None:  # type: ignore[no-untyped-def]
    query = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in asked.items())
    answer = portal.get(f"/fr/files/{page}.{fmt}?{query}")
    assert answer.status_code in (200, 400, 404)
    if answer.status_code == 200:
        assert re.fullmatch(rf'attachment; filename="[a-z0-9-]+\.{fmt}"', answer["Content-Disposition"])


@pytest.mark.parametrize(
    "address",
    [
        "/en/files/markets/..%2f..%2fetc%2fpasswd.csv",
        "/en/files/markets/JPN%0d%0aSet-Cookie:x.csv",
        "/en/files/markets/JPN/<script>alert(1)</script>.csv",
        "/en/files/markets/JPN.csv<script>",
        "/en/files/scan.csv%00",
        "/en/files/compare.",
        "/en/files/compare/..%2fimports_from.svg?market=JPN&market=BEL",
        "/en/files/compare/<script>alert(1)</script>.svg?market=JPN&market=BEL",
        "/en/files/sectors/book/leaders.svg<script>alert(1)</script>",
    ],
)
def test_tricks_find_nothing(portal, address: str) -> None:  # type: ignore[no-untyped-def]
    answer = portal.get(address)
    assert answer.status_code == 404
    assert "<script>alert" not in answer.content.decode()
    assert "Set-Cookie" not in answer


def test_a_reader_has_so_many_new_files_a_minute(portal, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    from django.core.cache import caches

    from portulan.desk.core import limits
    from portulan.desk.markets import taken

    for store in caches.all():
        store.clear()  # what another test has made is handed out again, and counts for nothing
    monkeypatch.setattr(taken, "BUDGET", limits.Budget("files", 2, 3600))
    codes = [portal.get(f"/fr/files/markets/{market}.parquet").status_code for market in ("JPN", "BEL", "USA")]
    assert codes == [200, 200, 429]
    assert portal.get("/fr/files/markets/JPN.parquet").status_code == 200
    assert portal.get("/fr/files/markets/USA.csv").status_code == 200
    # A picture of a page counts as a file does.
    assert portal.get("/fr/og/markets/USA.png").status_code == 429


def test_a_citation_names_the_release_its_sources_and_the_page(portal) -> None:  # type: ignore[no-untyped-def]
    from portulan.desk.markets import selectors

    section = _page(portal, "/en/markets/JPN/book/").by_id("share").parent
    assert section is not None
    said = section.text
    assert selectors.release().id[:16] in said
    assert "Etalab 2.0" in said
    assert "http://localhost/en/markets/JPN/book/?year=2024" in said
