"""What robots are told of a publication: every page once, in both languages, at its public address; or nothing."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest

from portulan.atlas.errors import AtlasError
from portulan.desk.publication import robots
from portulan.desk.publication.pages import Page, Wanted
from portulan.desk.publication.services import publish

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
AT = "https://atlas.example"
PATHS = ("/", "/markets/", *(f"/markets/{code}/" for code in ("CAN", "ITA", "JPN", "USA")), "/scan/", "/compare/")
PAGES = [Page(f"/{language}{path}", f"/{language}{path}") for path in PATHS for language in ("en", "fr")]


def listed(folder: Path) -> dict[str, dict[str, str]]:
    """Return the twins of each address, whether in one file or in several."""
    top = ElementTree.parse(folder / "sitemap.xml").getroot()
    parts = [folder / urlsplit(str(loc.text)).path[1:] for loc in top.findall("s:sitemap/s:loc", NAMES)]
    roots = [ElementTree.parse(part).getroot() for part in parts] or [top]
    urls = [url for root in roots for url in root.findall("s:url", NAMES)]
    found = {
        url.findtext("s:loc", "", NAMES): {
            link.attrib["hreflang"]: link.attrib["href"] for link in url.findall("x:link", NAMES)
        }
        for url in urls
    }
    assert len(found) == len(urls), "an address stands twice"
    return found


def test_every_page_is_listed_with_its_twins_and_no_date(tmp_path: Path) -> None:
    names = dict(robots.write(tmp_path, PAGES, AT))
    assert names == {"robots.txt": True, "sitemap.xml": True}
    found = listed(tmp_path)
    assert set(found) == {f"{AT}{page.path}" for page in PAGES if not page.path.endswith("/compare/")}
    for twins in found.values():
        assert set(twins) == {"en", "fr", "x-default"} and twins["x-default"] == twins["en"]
        assert twins["en"].replace("/en/", "/fr/", 1) == twins["fr"]
    # A release knows no date, and none is invented.
    assert "lastmod" not in (tmp_path / "sitemap.xml").read_text(encoding="utf-8")
    assert not any(changed for _name, changed in robots.write(tmp_path, PAGES, AT))


def test_more_addresses_than_a_file_may_hold_stand_in_several(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    list(robots.write(whole, PAGES, AT))
    names = [name for name, _ in robots.write(tmp_path, PAGES, AT, limit=6)]
    assert names == ["robots.txt", "sitemap.xml", "sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml"]
    assert listed(tmp_path) == listed(whole)


def test_without_a_public_address_there_is_no_list_and_no_word_of_one(tmp_path: Path) -> None:
    assert dict(robots.write(tmp_path, PAGES, "")) == {"robots.txt": True}
    assert "Sitemap" not in (tmp_path / "robots.txt").read_text(encoding="ascii")


@pytest.mark.parametrize("at", ["", AT])
def test_robots_may_read_every_page_and_name_the_list(at: str) -> None:
    parser = RobotFileParser()
    parser.parse(robots.rules(at).splitlines())
    assert all(parser.can_fetch("any", page.path) for page in PAGES)
    assert parser.can_fetch("any", "/static/theme/portulan.css?v=1")
    assert parser.site_maps() == ([f"{AT}/sitemap.xml"] if at else None)


@pytest.mark.parametrize("text", [AT, f"{AT}/", "http://localhost:8000", "https://xn--tlas-1na.example"])
def test_an_address_of_a_site_is_taken(text: str) -> None:
    assert robots.public_address(text) == text.rstrip("/")


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("https://âtlas.example/", "https://xn--tlas-9na.example"),
        ("https://Atlas.EXAMPLE:8443", "https://atlas.example:8443"),
        ("http://192.0.2.1:80", "http://192.0.2.1:80"),
        ("http://[2001:db8::1]:80", "http://[2001:db8::1]:80"),
    ],
)
def test_a_host_is_written_as_addresses_hold_it(text: str, taken: str) -> None:
    assert robots.public_address(text) == taken


@pytest.mark.parametrize(
    "text",
    [
        "atlas.example", "//atlas.example", "https://", "ftp://atlas.example", "https://a.example/folder", f"{AT}?x=1",
        f"{AT}#x", "https://me:secret@a.example", "https://[::1", "https://a.example:99999", "javascript:alert(1)",
        "https://a.example\n", 'https://a.example"><script>', "https://atlas.example b", "https://a.example\u202e",
        *(f"https://{host}" for host in (
            ".", "a..example", "-x.example", "x-.example", "a,b.example", "a`b.example", "a.example:", "a_b.example",
            "a%20b.example", "1.2.3", "300.1.1.1", "[fe80::1%25eth0]", f"{'a' * 64}.example", "a.example:x", "'a'",
            "$(x).example",
        )),
    ],
)  # fmt: skip
def test_another_is_refused_with_what_to_give(text: str) -> None:
    with pytest.raises(AtlasError, match="https://"):
        robots.public_address(text)


@pytest.mark.slow
def test_the_list_of_a_publication_is_its_files(portal, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    small = Wanted("FRA", ("JPN",), ("book",))
    publish(tmp_path / "out", small, at=AT, processes=1)
    found = listed(tmp_path / "out")
    pages = {
        f"{AT}/{path.parent.relative_to(tmp_path / 'out')}/" for path in (tmp_path / "out").glob("*/**/index.html")
    }
    assert pages - set(found) == {f"{AT}/en/compare/", f"{AT}/fr/compare/"}
    assert set(found) <= pages
    # Where it is no longer known where the files are read, the list goes.
    done = publish(tmp_path / "out", small, processes=1)
    assert (done.removed, (tmp_path / "out/sitemap.xml").exists()) == (1, False)
    assert "Sitemap" not in (tmp_path / "out/robots.txt").read_text(encoding="ascii")
