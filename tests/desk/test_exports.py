"""Files of a view: what they are called, what they hold, how they are kept, and what nobody can make of them."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk.reading import Element, read

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "svg": "image/svg+xml",
    "png": "image/png",
}
STATE = "exporter=FRA&sector=book&perimeter=core&by=imports_from&flow=goods&year=2024"


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


@pytest.mark.parametrize("fmt", TYPES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_file_has_its_type_and_a_safe_name(portal, fmt: str, language: str) -> None:  # type: ignore[no-untyped-def]
    answer = portal.get(f"/{language}/map/any-thing.{fmt}?{STATE}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == TYPES[fmt]
    assert answer["Content-Disposition"] == f'attachment; filename="fra-book-imports-from-2024.{fmt}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "public" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer
    again = portal.get(f"/{language}/map/any-thing.{fmt}?{STATE}", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_two_views_or_languages_never_share_a_tag(portal) -> None:  # type: ignore[no-untyped-def]
    addresses = [f"/en/map/x.csv?{STATE}", f"/fr/map/x.csv?{STATE}", f"/en/map/x.xlsx?{STATE}"]
    addresses += [f"/en/map/x.csv?{STATE.replace('book', 'music')}", f"/en/map/x.csv?{STATE.replace('2024', '2023')}"]
    assert len({portal.get(address)["ETag"] for address in addresses}) == len(addresses)


def test_the_page_offers_what_it_shows(portal) -> None:  # type: ignore[no-untyped-def]
    page = _page(portal, f"/en/map/?{STATE}&find=nor&sort=share&market=BEL")
    section = page.by_id("share").parent
    assert section is not None
    links = [a.attributes["href"] for a in section.all("a") if "download" in a.attributes]
    assert [link.partition("?")[0].rpartition(".")[2] for link in links] == [
        "csv", "xlsx", "parquet", "svg", "png", "geojson",
    ]  # fmt: skip
    for link in links:
        assert {k: v[0] for k, v in parse_qs(urlsplit(link).query).items()} == dict(
            p.split("=") for p in STATE.split("&")
        )
        assert portal.get(link).status_code == 200


def test_the_file_holds_the_figures_of_the_page(portal) -> None:  # type: ignore[no-untyped-def]
    page = _page(portal, f"/en/map/?{STATE}&rows=all")
    shown = {
        (row.attributes["data-market"], figure.attributes["data-figure"]): float(figure.attributes["value"])
        for row in next(page.by_id("ranked").all("tbody")).all("tr")
        for figure in row.all("data")
    }
    assert len(shown) > 20
    text = portal.get(f"/en/map/x.csv?{STATE}").content.decode()
    held = {
        (row["market"], row["indicator"]): float(row["value"])
        for row in csv.DictReader(io.StringIO(text, newline=""))
        if row["value"]
    }
    assert {key: held[key] for key in shown} == shown


def test_the_map_as_data_holds_the_same_figures(portal) -> None:  # type: ignore[no-untyped-def]
    from portulan.atlas import api
    from portulan.desk.markets import selectors

    ranking = api.rank(selectors.release(), exporter="FRA", sector="book", by="imports_from", year=2024)
    features = json.loads(portal.get(f"/en/map/x.geojson?{STATE}").content)["features"]
    held = {f["id"]: f["properties"]["value"] for f in features if "id" in f and f["properties"]["rank"]}
    assert held == {row.market: row.figure.value for row in ranking.rows if isinstance(row.figure, api.Figure)}


def test_what_was_refused_on_the_page_is_not_in_the_file(site) -> None:  # type: ignore[no-untyped-def]
    answer = site.get("/en/map/x.csv?sector=games&by=potential_static")
    first = next(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))
    assert first["indicator"] == "imports_from"
    assert "imports-from" in answer["Content-Disposition"]


@pytest.mark.parametrize(
    "address",
    [
        "/en/map/x.pdf",
        "/en/map/.csv",
        "/en/map/a/b.csv",
        "/en/map/..%2f..%2fetc%2fpasswd.csv",
        "/en/map/a%0d%0aSet-Cookie:x.csv",
        "/en/map/A.csv",
        "/en/map/" + "a" * 121 + ".csv",
        "/en/map/x.csv.exe",
        "/en/map/x.csv?exporter=XXX",
        "/en/map/x.csv?sector=../../etc",
        "/en/map/x.png?scale=vast",
        "/en/og/map.png?year=1",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(portal, address: str) -> None:  # type: ignore[no-untyped-def]
    answer = portal.get(address)
    assert answer.status_code == 404
    assert "html" in answer["Content-Type"]
    assert "Content-Disposition" not in answer
    assert "Set-Cookie" not in answer


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(["sector", "by", "year", "scale", "release", "find", "x"]), st.text(max_size=20))
)
def test_no_state_reaches_a_header(portal, asked: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    query = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in asked.items())
    answer = portal.get(f"/fr/map/x.csv?{query}")
    assert answer.status_code in (200, 404)
    if answer.status_code == 200:
        assert re.fullmatch(r'attachment; filename="[a-z0-9-]+\.csv"', answer["Content-Disposition"])


def test_a_reader_has_so_many_new_files_a_minute(portal, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    from portulan.desk.core import limits
    from portulan.desk.markets import taken

    monkeypatch.setattr(taken, "BUDGET", limits.Budget("files", 2, 3600))
    sectors = ("book", "press", "music")
    answers = [portal.get(f"/fr/map/x.parquet?sector={sector}") for sector in sectors]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert answers[-1]["Cache-Control"] == "no-store"
    assert "Trop de nouveaux fichiers" in answers[-1].content.decode()
    # What is made already costs nothing, nor does what is cheap.
    assert portal.get("/fr/map/x.parquet?sector=book").content == answers[0].content
    assert portal.get("/fr/map/x.csv?sector=music").status_code == 200


def test_the_picture_is_of_the_size_that_sites_expect(portal) -> None:  # type: ignore[no-untyped-def]
    page = _page(portal, f"/fr/map/?{STATE}")
    said = {m.attributes["property"]: m.attributes["content"] for m in page.all("meta") if "property" in m.attributes}
    assert said["og:image"].startswith("http://localhost/fr/og/map.png?")
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
    assert said["og:title"] == "Importations depuis l’exportateur\u00a0: Livre, France, 2024"
    assert said["og:locale"] == "fr_FR"
    answer = portal.get(said["og:image"].removeprefix("http://localhost"))
    assert answer["Content-Type"] == "image/png"
    assert (int.from_bytes(answer.content[16:20]), int.from_bytes(answer.content[20:24])) == (1200, 630)
