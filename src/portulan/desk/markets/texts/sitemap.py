"""What robots are told: every page in its default state, in both languages, each naming the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from portulan.atlas import api
from portulan.desk.markets import selectors

LIMIT: Final = 50_000
"""Addresses that one file may list (sitemaps.org); beyond, an index names several files."""
_ALONE: Final = (
    "home", "map", "sectors", "markets", "evidence",
    "method", "sources", "releases", "accessibility", "legal",
)  # fmt: skip
_NAMESPACE: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

Page = tuple[str, dict[str, str]]


def pages() -> Iterator[Page]:
    """Yield the name and words of every page that answers without a question; comparisons and scans are left out."""
    yield from ((name, {}) for name in _ALONE)
    yield from (("crosswalk", {"scheme": scheme}) for scheme in api.schemes())
    kinds = selectors.sector_kinds()
    markets = sorted(selectors.country_names("en"))
    yield from (("sector", {"sector": sector}) for sector in kinds)
    yield from (("market", {"market": market}) for market in markets)
    single = [sector for sector, kind in kinds.items() if kind == "sector"]
    yield from (("cell", {"market": market, "sector": sector}) for market in markets for sector in single)


def entries() -> list[dict[str, str]]:
    """Return the path of each page by language; a page that this version has not is left out."""
    languages = [code for code, _name in settings.LANGUAGES]
    listed = list(pages())
    found: list[dict[str, str]] = [{} for _page in listed]
    for language in languages:
        with override(language):
            for place, (name, words) in enumerate(listed):
                try:
                    found[place][language] = reverse(f"markets:{name}", kwargs=words or None)
                except NoReverseMatch:
                    continue
    return [paths for paths in found if len(paths) == len(languages)]


def count_of_files(listed: Sequence[dict[str, str]], limit: int = LIMIT) -> int:
    """Return how many files the addresses need."""
    addresses = sum(len(paths) for paths in listed)
    return max(1, -(-addresses // _whole(limit)))


def _whole(limit: int) -> int:
    """Return the limit in whole pages: both languages of one stand in the same file."""
    languages = len(settings.LANGUAGES)
    return max(1, limit // languages) * languages


def urlset(site: str, listed: Sequence[dict[str, str]], number: int = 1, limit: int = LIMIT) -> str:
    """Return one file of addresses; `number` is 1 for the first."""
    step = _whole(limit) // len(settings.LANGUAGES)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<urlset {_NAMESPACE} xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    for paths in listed[(number - 1) * step : number * step]:
        twins = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(site + path)}/>'
            for language, path in (*paths.items(), ("x-default", paths[settings.LANGUAGE_CODE]))
        )
        lines += [f"<url><loc>{escape(site + path)}</loc>{twins}</url>" for path in paths.values()]
    return "\n".join([*lines, "</urlset>", ""])


def index(site: str, files: int) -> str:
    """Return the file that names the others."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<sitemapindex {_NAMESPACE}>"]
    lines += [f"<sitemap><loc>{escape(f'{site}/sitemap-{n}.xml')}</loc></sitemap>" for n in range(1, files + 1)]
    return "\n".join([*lines, "</sitemapindex>", ""])


DRAWN_WITH: Final = ("/static/", "/atlas/world.svg", "/atlas/map.css", "/atlas/charts.css")
_MADE_ON_DEMAND: Final = ("briefs/", "embed/", "files/", "go/", "map/*.")


def robots(site: str) -> str:
    """Return what robots may read: default pages and what they are drawn with, not the million states of the forms.

    The longest rule wins: files of style carry a digest as their query and pictures of pages a state, so they are
    allowed by name. Briefs and files are made when asked for, embeds repeat a page, and the API is for programs.
    """
    languages = [code for code, _name in settings.LANGUAGES]
    rules = ["User-agent: *", *(f"Allow: {path}" for path in DRAWN_WITH)]
    rules += [f"Allow: /{language}/og/" for language in languages]
    rules += ["Disallow: /*?", "Disallow: /api/"]
    rules += [f"Disallow: /{language}/{path}" for language in languages for path in _MADE_ON_DEMAND]
    return "\n".join([*rules, "", f"Sitemap: {site}/sitemap.xml", ""])
