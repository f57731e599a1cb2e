"""Views on other sites: the frame that anybody may show, the oEmbed answer, and what a hostile reader may not do."""

from __future__ import annotations

from dataclasses import fields
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.desk.markets.state import MapState
from tests.desk.reading import Element, read

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

STATE = "exporter=FRA&sector=book&by=imports_from"


def _policy(answer) -> dict[str, str]:  # type: ignore[no-untyped-def]
    return dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))


def _asks(portal, url: str, more: str = ""):  # type: ignore[no-untyped-def]
    return portal.get(f"/atlas/oembed?url={quote(url, safe='')}{more}")


# -- the frame --------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
def test_any_site_may_frame_the_light_page_and_only_it(portal, language: str) -> None:  # type: ignore[no-untyped-def]
    answer = portal.get(f"/{language}/embed/map/?{STATE}")
    assert answer.status_code == 200
    policy = _policy(answer)
    assert policy["frame-ancestors"] == "*"
    assert policy["default-src"] == "'self'"
    assert policy["base-uri"] == policy["object-src"] == policy["form-action"] == "'none'"
    assert "X-Frame-Options" not in answer
    assert "Set-Cookie" not in answer
    whole = portal.get(f"/{language}/map/?{STATE}")
    assert _policy(whole)["frame-ancestors"] == "'none'"
    assert whole["X-Frame-Options"] == "DENY"


def test_the_light_page_holds_map_legend_source_and_way_back(portal) -> None:  # type: ignore[no-untyped-def]
    page = read(portal.get(f"/en/embed/map/?{STATE}").content.decode())
    assert not list(page.all("form", "script", "input"))
    assert next(page.all("h1")).text == "Imports from the exporter: Books, France, 2024"
    assert len([use for use in page.all("use") if "pt-area" in use.attributes["class"]]) > 200
    assert "BACI" in next(page.all("footer")).text
    assert "Etalab 2.0" in next(page.all("footer")).text
    assert next(page.all("base")).attributes == {"target": "_top"}
    links = [a.attributes["href"] for a in page.all("a")]
    assert {urlsplit(link).path for link in links} == {"/en/map/"}
    assert portal.get(links[-1].removeprefix("http://localhost")).status_code == 200
    assert next(e for e in page.all("meta") if e.attributes.get("name") == "robots").attributes["content"] == "noindex"


def test_the_light_page_says_what_is_no_measure_and_what_is_missing(site) -> None:  # type: ignore[no-untyped-def]
    answer = site.get("/en/embed/map/?sector=games&by=potential_static")
    assert "do not measure the sector" in answer.content.decode()
    assert "Imports from the exporter" in answer.content.decode()
    lost = site.get("/en/embed/map/?sector=nothing")
    assert lost.status_code == 404


def test_the_page_gives_the_code_that_shows_it(portal) -> None:  # type: ignore[no-untyped-def]
    page = read(portal.get(f"/en/map/?{STATE}").content.decode())
    code = page.by_id("share-code")
    assert "readonly" in code.attributes
    frame = next(read(code.text).all("iframe"))
    assert frame.attributes["title"] == "Imports from the exporter: Books, France, 2024"
    assert portal.get(frame.attributes["src"].removeprefix("http://localhost")).status_code == 200


def test_the_citation_names_release_source_and_permanent_link(portal) -> None:  # type: ignore[no-untyped-def]
    from portulan.desk.markets import selectors

    short = selectors.release().id[:16]
    page = read(portal.get(f"/en/map/?{STATE}").content.decode())
    section = page.by_id("share").parent
    assert section is not None
    (link,) = (a.attributes["href"] for a in section.all("a") if a.text == "Permanent link to this view")
    assert link.endswith(f"release={short}")
    assert f"release {short}, after BACI" in section.text
    assert link in section.text
    here = link.removeprefix("http://localhost")
    assert "was made with release" not in portal.get(here).content.decode()
    other = portal.get(here.replace(short, "0123456789abcdef"))
    assert other.status_code == 200
    assert "This link was made with release 0123456789abcdef." in other.content.decode()


@pytest.mark.parametrize("value", ["<script>", "xyz", "0" * 65, "ABCDEF12", "1234567", "../../../../"])
def test_what_is_no_release_is_refused(portal, value: str) -> None:  # type: ignore[no-untyped-def]
    assert portal.get(f"/en/map/?release={quote(value)}").status_code == 404


# -- oEmbed --------------------------------------------------------------------


def test_the_page_leads_to_its_oembed_answer(portal) -> None:  # type: ignore[no-untyped-def]
    page = read(portal.get(f"/fr/map/?{STATE}").content.decode())
    (link,) = (e for e in page.all("link") if e.attributes.get("type") == "application/json+oembed")
    answer = portal.get(link.attributes["href"].removeprefix("http://localhost"))
    record = answer.json()
    assert record["version"] == "1.0"
    assert record["type"] == "rich"
    assert record["title"] == link.attributes["title"]
    assert answer["Access-Control-Allow-Origin"] == "*"
    frame: Element = next(read(record["html"]).all("iframe"))
    assert urlsplit(frame.attributes["src"]).path == "/fr/embed/map/"
    assert (frame.attributes["width"], frame.attributes["height"]) == (str(record["width"]), str(record["height"]))
    assert portal.get(frame.attributes["src"].removeprefix("http://localhost")).status_code == 200


def test_pages_of_a_market_or_sector_are_shown_by_their_map(portal) -> None:  # type: ignore[no-untyped-def]
    for path, sector in (("markets/BEL/music/", "music"), ("sectors/press/", "press"), ("markets/BEL/", "book")):
        record = _asks(portal, f"http://localhost/en/{path}?exporter=FRA").json()
        assert f"sector={sector}" in record["html"]


def test_a_narrow_place_is_respected(portal) -> None:  # type: ignore[no-untyped-def]
    record = _asks(portal, "http://localhost/en/map/", "&maxwidth=320&maxheight=200").json()
    assert (record["width"], record["height"]) == (320, 200)
    wide = _asks(portal, "http://localhost/en/map/", "&maxwidth=99999").json()
    assert wide["width"] < 1000
    for absurd in ("0", "-1", "1e3", "x", "²", "9" * 40):
        assert _asks(portal, "http://localhost/en/map/", f"&maxwidth={quote(absurd)}").status_code == 400


def test_xml_is_not_spoken_here(portal, caplog: pytest.LogCaptureFixture) -> None:  # type: ignore[no-untyped-def]
    for fmt in ("xml", "JSON", "<b>"):
        answer = _asks(portal, "http://localhost/en/map/", f"&format={quote(fmt)}")
        assert answer.status_code == 501
        assert answer["Content-Type"].startswith("text/plain")
    # Anyone may ask: it is no fault of ours, and the log of a site must not fill with it.
    assert not caplog.records


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/en/map/",
        "//localhost/en/map/",
        "ftp://localhost/en/map/",
        "javascript:alert(1)",
        "http://evil.example/en/map/",
        "http://localhost.evil.example/en/map/",
        "http://localhost@evil.example/en/map/",
        "http://evil.example@localhost/en/map/",
        "http://localhost:99/en/map/",
        "http://[::1/en/map/",
        "http://localhost/de/map/",
        "http://localhost/en/legal/",
        "http://localhost/health/",
        "http://localhost/en/map/../../health/",
        "http://localhost/en/map/?exporter=XXX",
        "http://localhost/en/markets/BEL/nothing/",
        "http://localhost/en/markets/%3Cscript%3E/",
        "http://localhost/en/map/?sector=%22%3E%3Cscript%3E",
    ],
)
def test_nothing_but_a_page_of_ours_is_embedded(portal, url: str) -> None:  # type: ignore[no-untyped-def]
    answer = _asks(portal, url)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    assert "script" not in answer.content.decode()


# -- hostile readers ------------------------------------------------------------

HOSTILE = [
    '"><script>alert(1)</script>',
    "' onload=alert(1) x='",
    "</textarea><script>",
    "javascript:alert(1)",
    "{{7*7}}",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["exporter", "sector", "by", "find", "scale", "view", "release", "market", "x"])
def test_a_hostile_state_stays_text(portal, name: str, text: str) -> None:  # type: ignore[no-untyped-def]
    for path in ("/en/map/", "/en/embed/map/", "/fr/map/"):
        answer = portal.get(f"{path}?{name}={quote(text)}")
        assert answer.status_code in (200, 404)
        page = read(answer.content.decode())
        assert not [script for script in page.all("script") if "src" not in script.attributes]
        assert not [e for e in page.all() if any(key.startswith("on") for key in e.attributes)]
        for element in page.all("a", "iframe", "form", "link"):
            for key in ("href", "src", "action"):
                assert not element.attributes.get(key, "").lower().startswith("javascript:")


def test_a_hostile_name_in_a_title_is_escaped_in_the_code() -> None:
    from portulan.desk.markets.sharing import embed_code

    for text in HOSTILE:
        code = embed_code("http://localhost", MapState(sector=text, find=text), text)
        (frame,) = read(code).all("iframe")
        assert frame.attributes["title"] == text
        assert set(frame.attributes) == {"src", "title", "width", "height", "loading", "frameborder"}


POISON = (
    "X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "X-Original-URL", "X-Rewrite-URL", "Forwarded",
    "X-Forwarded-Proto", "X-Forwarded-Scheme", "X-Forwarded-Prefix", "X-Forwarded-Port", "Origin", "Referer",
    "User-Agent", "Cookie", "X-HTTP-Method-Override",
)  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/en/map/", "/en/embed/map/", "/atlas/oembed?url=http%3A//localhost/en/map/", "/en/map/x.csv"]
)
def test_no_header_that_caches_ignore_changes_an_answer(portal, path: str) -> None:  # type: ignore[no-untyped-def]
    plain = portal.get(path)
    assert plain.status_code == 200
    for header in POISON:
        answer = portal.get(path, headers={header: "evil.example"})
        assert (answer.status_code, answer.content) == (200, plain.content), header
        assert "evil" not in str(dict(answer.headers))


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "evil.example:80"]
)
def test_a_host_that_is_not_ours_gets_nothing(portal, host: str) -> None:  # type: ignore[no-untyped-def]
    for path in ("/en/map/", "/en/embed/map/", "/atlas/oembed?url=http%3A//evil.example/en/map/", "/en/og/map.png"):
        answer = portal.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert "evil.example" not in answer.content.decode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80), st.dictionaries(st.sampled_from(["format", "maxwidth", "maxheight"]), st.text(max_size=8)))
def test_any_question_to_oembed_is_answered(portal, url: str, more: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    asked = "".join(f"&{name}={quote(value, errors='replace')}" for name, value in more.items())
    answer = portal.get(f"/atlas/oembed?url={quote('http://localhost/en/' + url, errors='replace', safe='')}{asked}")
    assert answer.status_code in (200, 400, 404, 501)


NAMES = [field.name for field in fields(MapState)]
WORDS = ["FRA", "France", "all", "book", "log", "fixed", "1", "2023", "share", "services", "sectors", "growth"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["/en/map/", "/fr/embed/map/", "/en/map/?view=sectors&"]),
    st.lists(st.tuples(st.sampled_from(NAMES), st.one_of(st.text(max_size=20), st.sampled_from(WORDS))), max_size=5),
)
def test_any_query_gets_a_page(portal, path: str, asked: list[tuple[str, str]]) -> None:  # type: ignore[no-untyped-def]
    query = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in asked)
    answer = portal.get(f"{path}{'' if '?' in path else '?'}{query}")
    assert answer.status_code in (200, 302, 404)
    if answer.status_code == 302:
        assert answer["Location"].startswith(path.partition("?")[0])
    else:
        read(answer.content.decode())
