"""What robots are told: a list of default pages that answer, and rules that let them be read."""

from __future__ import annotations

import re
import urllib.robotparser
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from tests.desk.reading import read

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def entries(portal: Any) -> Iterator[tuple[str, dict[str, str]]]:
    answer = portal.get("/sitemap.xml")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/xml")
    for url in ElementTree.fromstring(answer.content).findall("s:url", NAMES):
        links = {link.attrib["hreflang"]: link.attrib["href"] for link in url.findall("x:link", NAMES)}
        yield url.findtext("s:loc", "", NAMES), links


def test_the_sitemap_lists_every_default_page_in_both_languages(portal: Any) -> None:
    listed = dict(entries(portal))
    assert len(listed) > 6_440
    for address, twins in listed.items():
        assert set(twins) == {"en", "fr", "x-default"}
        assert address in twins.values()
        assert twins["en"].replace("/en/", "/fr/", 1) == twins["fr"]
        assert twins["en"] in listed and twins["fr"] in listed
        assert "?" not in address and address.startswith("http://localhost/")


def test_every_kind_of_address_of_the_sitemap_answers(portal: Any) -> None:
    kinds: dict[tuple[str, int], list[str]] = {}
    for address, _ in entries(portal):
        parts = urlsplit(address).path.strip("/").split("/")
        kinds.setdefault((parts[1] if len(parts) > 1 else "", len(parts)), []).append(urlsplit(address).path)
    assert ("markets", 4) in kinds and ("releases", 2) in kinds
    for paths in kinds.values():
        for path in (paths[0], paths[len(paths) // 2], paths[-1]):
            answer = portal.get(path)
            assert answer.status_code == 200, path
            canonical = [a for a in read(answer.content.decode()).all("link") if a.attributes.get("rel") == "canonical"]
            assert all("?" not in link.attributes["href"] for link in canonical), path


def test_too_many_addresses_are_cut_into_files() -> None:
    from portulan.desk.markets.texts import sitemap

    listed = [{"en": f"/en/{n}/", "fr": f"/fr/{n}/"} for n in range(10)]
    assert sitemap.count_of_files(listed) == 1
    files = sitemap.count_of_files(listed, limit=7)
    texts = [sitemap.urlset("https://x.example", listed, n, limit=7) for n in range(1, files + 1)]
    found = [loc.text for text in texts for loc in ElementTree.fromstring(text).iter(f"{{{NAMES['s']}}}loc")]
    assert sorted(map(str, found)) == sorted(f"https://x.example{path}" for paths in listed for path in paths.values())
    assert all(text.count("<url>") <= 7 for text in texts)
    names = [
        loc.text
        for loc in ElementTree.fromstring(sitemap.index("https://x.example", files)).iter(f"{{{NAMES['s']}}}loc")
    ]
    assert names == [f"https://x.example/sitemap-{n}.xml" for n in range(1, files + 1)]


def test_the_index_is_served_where_one_file_is_too_small(portal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from portulan.desk.markets import caching
    from portulan.desk.markets.texts import sitemap

    assert portal.get("/sitemap-0.xml").status_code == 404
    assert portal.get("/sitemap-1.xml").status_code == 404
    listed = sitemap.entries()
    monkeypatch.setattr(sitemap, "entries", lambda: listed[:30])
    monkeypatch.setattr(sitemap.count_of_files, "__defaults__", (40,))
    monkeypatch.setattr(sitemap.urlset, "__defaults__", (1, 40))
    caching.shelf.clear()
    index = ElementTree.fromstring(portal.get("/sitemap.xml").content)
    files = [urlsplit(loc.text or "").path for loc in index.iter(f"{{{NAMES['s']}}}loc")]
    assert files == ["/sitemap-1.xml", "/sitemap-2.xml"]
    counts = [len(ElementTree.fromstring(portal.get(path).content)) for path in files]
    assert counts == [40, 20]
    for number in ("0", "00", "3", "9" * 30):
        assert portal.get(f"/sitemap-{number}.xml").status_code == 404, number


def test_robots_read_default_pages_and_what_they_are_drawn_with(portal: Any) -> None:
    answer = portal.get("/robots.txt")
    text = answer.content.decode()
    assert "Sitemap: http://localhost/sitemap.xml" in text
    assert _allowed(text, "/en/map/")
    assert _allowed(text, "/fr/markets/JPN/music/")
    assert _allowed(text, "/static/theme/portulan.css?v=abc")
    assert _allowed(text, "/atlas/world.svg?v=abc")
    assert _allowed(text, "/fr/og/map.png?sector=games")
    for path in (
        "/en/map/?sector=games",
        "/fr/markets/?exporter=BEL",
        "/api/v1/rank",
        "/atlas/oembed?url=x",
        "/en/briefs/JPN.pdf",
        "/fr/embed/map/",
        "/fr/map/book-FRA.csv",
    ):
        assert not _allowed(text, path), path
    parsed = urllib.robotparser.RobotFileParser()
    parsed.parse(text.splitlines())
    assert parsed.site_maps() == ["http://localhost/sitemap.xml"]


def _allowed(text: str, path: str) -> bool:
    """Judge as RFC 9309 says: the longest rule that fits wins."""
    best = (0, True)
    for line in text.splitlines():
        name, _, rule = line.partition(": ")
        if name in ("Allow", "Disallow") and re.match(re.escape(rule).replace(r"\*", ".*"), path):
            best = max(best, (len(rule), name == "Allow"))
    return best[1]


def test_a_strange_host_cannot_write_the_sitemap(portal: Any) -> None:
    for path in ("/sitemap.xml", "/robots.txt"):
        assert portal.get(path, headers={"Host": "evil.example"}).status_code == 400
