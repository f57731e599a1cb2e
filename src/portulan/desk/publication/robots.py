"""What robots are told of a publication: which files to read, and the list of its pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from portulan.desk.markets import selectors
from portulan.desk.markets.texts import sitemap
from portulan.desk.publication.making import write_whole
from portulan.desk.publication.pages import LANGUAGES, Page

_LEFT_OUT = "/compare/"
"""A comparison of no market says nothing until somebody chooses."""
_SHOWN = 80
_ODD = frozenset(" <>\"'\\")


def public_address(at: str) -> str:
    """Return the address of a site without the slash at its end; raise `AtlasError` where it is no such address.

    A folder of a host is refused: every link of a publication, and of the portal, starts at the root.
    """
    shown = at[:_SHOWN]
    try:
        parts = urlsplit(at)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or not at.isprintable() or _ODD.intersection(at):
        raise selectors.AtlasError(
            f"{shown!r} is not the address of a site; give it whole, such as https://atlas.example.org"
        )
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise selectors.AtlasError(
            f"{shown!r} is more than a host; the site stands at the root of one, https://{parts.hostname}"
        )
    return f"{parts.scheme}://{parts.netloc}"


def write(out: Path, pages: Iterable[Page], at: str, limit: int = sitemap.LIMIT) -> Iterator[tuple[str, bool]]:
    """Write `robots.txt` and, where the public address is known, the list of pages; yield each name, and if it changed.

    A list needs whole addresses (sitemaps.org): without the public address there is none. No page is dated: a release
    knows no clock, and the time of a file tells when it was written, not when what it says changed.
    """
    yield "robots.txt", write_whole(out / "robots.txt", rules(at).encode())
    if not at:
        return
    listed = _by_language(pages)
    files = sitemap.count_of_files(listed, limit)
    if files > 1:
        yield "sitemap.xml", write_whole(out / "sitemap.xml", sitemap.index(at, files).encode())
    for number in range(1, files + 1):
        name = "sitemap.xml" if files == 1 else f"sitemap-{number}.xml"
        yield name, write_whole(out / name, sitemap.urlset(at, listed, number, limit).encode())


def rules(at: str) -> str:
    """Return what robots may read: every page, what it is drawn with, and none of the states of the tools."""
    lines = ["User-agent: *", *(f"Allow: {path}" for path in sitemap.DRAWN_WITH), "Disallow: /*?", ""]
    return "\n".join([*lines, *([f"Sitemap: {at}/sitemap.xml", ""] if at else [])])


def _by_language(pages: Iterable[Page]) -> list[dict[str, str]]:
    """Return the path of each page by language, in the order of the publication."""
    found: dict[str, dict[str, str]] = {}
    for page in pages:
        rest = page.path.removeprefix(f"/{page.language}")
        if rest != _LEFT_OUT:
            found.setdefault(rest, {})[page.language] = page.path
    return [paths for paths in found.values() if len(paths) == len(LANGUAGES)]
