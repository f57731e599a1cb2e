"""The house around the pages: language, security, caches, errors, documents."""

from __future__ import annotations

import gzip
import itertools
from types import ModuleType

import pytest

from tests.desk.reading import Element, read

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

PAGES = (
    "/en/map/",
    "/fr/map/",
    "/fr/map/?market=BEL&rows=all&sort=share",
    "/en/map/?sector=games",
    "/en/map/?exporter=XXX",
    "/fr/nowhere/",
)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("FR-be", "fr"),
        ("en-GB,fr;q=0.9", "en"),
        ("de-DE,de;q=0.9,fr;q=0.5,en;q=0.4", "fr"),
        ("de, fr;q=0", "en"),
        ("ja,zh;q=0.9", "en"),
        ("*", "en"),
        ("frr", "en"),
        ("nonsense;;;q=,", "en"),
        ("x" * 10_000, "en"),
    ],
)
def test_the_front_door_opens_in_the_readers_language(site, header: str, language: str) -> None:  # type: ignore[no-untyped-def]
    answer = site.get("/", headers={"Accept-Language": header})
    assert answer.status_code == 302
    assert answer["Location"] == f"/{language}/"
    assert "Accept-Language" in answer["Vary"]


def test_a_forgotten_slash_is_put_back(site) -> None:  # type: ignore[no-untyped-def]
    assert site.get("/fr")["Location"] == "/fr/"
    assert site.get("/en/map")["Location"] == "/en/map/"


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_carries_the_strict_policy(site, address: str) -> None:  # type: ignore[no-untyped-def]
    answer = site.get(address)
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert {"script-src", "style-src"}.isdisjoint(policy)  # nothing loosens the default
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer  # nothing to consent to
    page = read(answer.content.decode())
    assert not list(page.with_data("style"))
    assert not list(page.all("style"))
    assert all(script.attributes.get("src", "").startswith("/static/") for script in page.all("script"))


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_sound_html(site, address: str) -> None:  # type: ignore[no-untyped-def]
    text = site.get(address).content.decode()
    assert text.lstrip().lower().startswith("<!doctype html>")
    page = read(text)
    ids = [element.attributes["id"] for element in page.with_data("id")]
    assert len(ids) == len(set(ids)), [ident for ident in ids if ids.count(ident) > 1]
    levels = [int(head.tag[1]) for head in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    _names_are_there(page, set(ids))
    assert len(next(page.all("title")).text) > 10
    assert next(page.all("html")).attributes["lang"] == address[1:3]


def _names_are_there(page: Element, ids: set[str]) -> None:
    labelled = {label.attributes["for"] for label in page.all("label")}
    for field in page.all("select", "input"):
        assert field.attributes.get("type") == "hidden" or field.attributes["id"] in labelled
    for element in page.all():
        for name in ("aria-labelledby", "aria-describedby", "for"):
            for ident in element.attributes.get(name, "").split():
                assert ident in ids, f"{name} names {ident}, which is not there"
    for link in page.all("a"):
        assert link.text or link.attributes.get("aria-label"), link
        target = link.attributes["href"]
        assert not target.startswith("#") or target[1:] in ids, target
    for table in page.all("table"):
        assert list(table.all("caption"))
        assert all("scope" in head.attributes for head in table.all("th"))
        widths = {sum(1 for _ in row.all("th", "td")) for row in table.all("tr")}
        assert len(widths) == 1


def test_the_page_is_cached_and_revalidated(site) -> None:  # type: ignore[no-untyped-def]
    first = site.get("/en/map/")
    assert "public" in first["Cache-Control"]
    again = site.get("/en/map/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert site.get("/fr/map/")["ETag"] != first["ETag"]


def test_the_shapes_of_the_world_are_sent_once(site) -> None:  # type: ignore[no-untyped-def]
    page = read(site.get("/en/map/").content.decode())
    address = next(use for use in page.all("use")).attributes["href"].partition("#")[0]
    world = site.get(address)
    assert world["Content-Type"] == "image/svg+xml"
    assert "immutable" in world["Cache-Control"]
    assert "immutable" not in site.get("/atlas/world.svg?v=old")["Cache-Control"]
    assert site.get(address, headers={"If-None-Match": world["ETag"]}).status_code == 304
    ids = {shape.attributes["id"] for shape in read(world.content.decode()).with_data("id")}
    used = {use.attributes["href"].partition("#")[2] for use in page.all("use")}
    assert used <= ids
    assert len(used) > 200


def test_large_answers_travel_compressed(site) -> None:  # type: ignore[no-untyped-def]
    plain = site.get("/atlas/world.svg")
    small = site.get("/atlas/world.svg", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(small.content) == plain.content
    assert len(small.content) < len(plain.content) / 2


@pytest.mark.slow
def test_every_link_leads_somewhere(portal) -> None:  # type: ignore[no-untyped-def]
    seen: set[str] = set()
    wanted = ["/en/map/", "/fr/map/?sector=games", "/fr/", "/en/markets/JPN/book/", "/en/sectors/book/"]
    while wanted and len(seen) < 150:
        address = wanted.pop()
        answer = portal.get(address)
        assert answer.status_code in (200, 302), address
        seen.add(address)
        if "html" not in answer["Content-Type"] or answer.status_code == 302:
            continue
        links = [
            a.attributes["href"].partition("#")[0]
            for a in read(answer.content.decode()).all("a", "link")
            if "href" in a.attributes
        ]
        inside = [link for link in links if link.startswith("/") and not link.startswith(("/static/", "/atlas/data/"))]
        # Files to take away have tests, and a limit, of their own.
        inside = [link for link in inside if "." not in link.partition("?")[0].rpartition("/")[2]]
        # Of the hundreds of markets, a few on each page.
        wanted += [
            link
            for n, link in enumerate(dict.fromkeys(inside))
            if link not in seen | set(wanted) and (n < 40 or n % 60 == 0)
        ]
    assert len(seen) >= 100


@pytest.mark.parametrize("address", ["/nowhere/", "/en/nowhere/", "/fr/map/encore/"])
def test_a_lost_reader_is_told_what_to_do(site, address: str) -> None:  # type: ignore[no-untyped-def]
    answer = site.get(address, headers={"Accept-Language": "fr"})
    assert answer.status_code == 404
    page = read(answer.content.decode())
    french = not address.startswith("/en/")
    assert next(page.all("html")).attributes["lang"] == ("fr" if french else "en")
    assert ("Aller à la carte" if french else "Go to the map") in page.text


def test_a_fault_of_ours_is_owned_and_tells_nothing(
    site,  # type: ignore[no-untyped-def]
    atlas: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(atlas, "rank", broken)
    site.raise_request_exception = False
    answer = site.get("/fr/map/")
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "Une panne de notre côté" in text
    assert "secret detail" not in text
    assert "Traceback" not in text


def test_a_fault_in_the_error_page_still_speaks(site, atlas: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    from portulan.desk.config import views

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(atlas, "rank", broken)
    monkeypatch.setattr(views, "render", broken)
    site.raise_request_exception = False
    answer = site.get("/fr/map/")
    assert answer.status_code == 500
    assert "Réessayez" in answer.content.decode()


def test_no_release_yet_is_said(site, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", "/nowhere/at/all")
    answer = site.get("/en/map/")
    assert answer.status_code == 503
    assert "portulan serve" in answer.content.decode()


def test_what_the_atlas_refuses_is_passed_on_in_its_words(
    site,  # type: ignore[no-untyped-def]
    atlas: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuses(*args: object, **kwargs: object) -> None:
        raise atlas.AtlasError("cells.parquet cannot be read; check the release with: portulan atlas verify")

    monkeypatch.setattr(atlas, "rank", refuses)
    answer = site.get("/fr/map/")
    assert answer.status_code == 503
    assert "portulan atlas verify" in answer.content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_written(site, method: str) -> None:  # type: ignore[no-untyped-def]
    assert getattr(site, method)("/en/map/").status_code == 405


def test_an_unknown_host_is_refused(site) -> None:  # type: ignore[no-untyped-def]
    assert site.get("/en/map/", headers={"Host": "evil.example"}).status_code == 400


def test_health_asks_the_database(site) -> None:  # type: ignore[no-untyped-def]
    answer = site.get("/health/")
    assert answer.json() == {"status": "ok"}
    assert answer["Cache-Control"] == "no-store"


def test_robots_and_icon_are_there(site) -> None:  # type: ignore[no-untyped-def]
    assert b"Disallow: /*?" in site.get("/robots.txt").content
    assert site.get("/favicon.ico").status_code == 302


@pytest.mark.postgres
def test_the_site_runs_on_postgresql() -> None:
    import os

    from django.db import connection

    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        pytest.skip("DATABASE_URL names no PostgreSQL server: run the suite with one")
    assert connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_content_type")
        assert cursor.fetchone()[0] >= 1
