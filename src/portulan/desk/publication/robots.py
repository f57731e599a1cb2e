"""What robots are told of a publication: which files to read, and the list of its pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from urllib.parse import urlsplit

from portulan.desk.markets import selectors
from portulan.desk.markets.texts import sitemap
from portulan.desk.publication.making import write_whole
from portulan.desk.publication.pages import LANGUAGES, Page

_LEFT_OUT = "/compare/"
"""A comparison of no market says nothing until somebody chooses."""
_SHOWN = 80
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST = 253


def public_address(at: str) -> str:
    """Return the address of a site without the slash at its end; raise `AtlasError` where it is no such address.

    A folder of a host is refused: every link of a publication, and of the portal, starts at the root.
    """
    shown = at[:_SHOWN]
    try:
        parts = urlsplit(at)
        host = _host(parts.hostname or "")
        port = parts.port
        whole = parts.scheme in ("http", "https") and port != 0 and not parts.netloc.endswith(":")
    except ValueError:  # UnicodeError, of a name that IDNA refuses, is one too
        whole, host, port = False, "", None
    if not whole or not at.isprintable() or " " in at:
        raise selectors.AtlasError(
            f"{shown!r} is not the address of a site; give it whole, such as https://atlas.example.org"
        )
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise selectors.AtlasError(f"{shown!r} is more than a host; the site stands at the root of one, https://{host}")
    return f"{parts.scheme}://{host}" if port is None else f"{parts.scheme}://{host}:{port}"


def _host(name: str) -> str:
    """Return a name of a host in ASCII, as addresses hold it; raise `ValueError` where it is none."""
    if ":" in name:
        if "%" in name:
            raise ValueError("the zone of an address says nothing to others")
        return f"[{IPv6Address(name)}]"
    name = name.encode("idna").decode("ascii").lower()
    labels = name.split(".")
    if len(name) > _LONGEST or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("no name of a host")
    return str(IPv4Address(name)) if labels[-1].isdigit() else name


def names(pages: Iterable[Page], at: str, limit: int = sitemap.LIMIT) -> list[str]:
    """Return the files that `write` writes."""
    if not at:
        return ["robots.txt"]
    files = sitemap.count_of_files(_by_language(pages), limit)
    parts = [f"sitemap-{number}.xml" for number in range(1, files + 1)] if files > 1 else []
    return ["robots.txt", "sitemap.xml", *parts]


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
