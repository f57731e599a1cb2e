"""Makes a page of the portal stand alone: every link leads to a published page, to the live portal, or is taken out.

Pure: text in, text out. The pages are our own, written by templates: attributes are quoted and forms are not nested,
so that plain patterns are enough, and fast (thousands of pages are rewritten in a minute).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from portulan.desk.publication import alone
from portulan.desk.publication.alone import Words

_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_ACTION = re.compile(r'\baction="([^"]*)"')
_ANCHOR = re.compile(r'<a\b([^>]*?)\s(?:href|xlink:href)="([^"]*)"([^>]*)>', re.DOTALL)
_LINK = re.compile(r'<link\b[^>]*?\bhref="([^"]*)"[^>]*>', re.DOTALL)
# What the head says to other sites: addresses of the portal, and the size and words of a picture that it makes.
_ABROAD = re.compile(
    r'<meta\b[^>]*?(?:\bcontent="(?:/|https?://)[^"]*"|"og:image:|"twitter:card")[^>]*>'
    r'|<link\b[^>]*?\bhref="https?://[^"]*"[^>]*>',
    re.DOTALL,
)
_BUTTON = re.compile(r'<a\b[^>]*\bclass="[^"]*\bp-button\b[^"]*"[^>]*\bdata-gone\b[^>]*>.*?</a>', re.DOTALL)
_GONE = re.compile(r" data-gone\b")
# Files, citation and embed code of a view: all of them are addresses of the portal.
_SHARE = re.compile(r'<section\b[^>]*\baria-labelledby="share".*?</section>|<a href="#share">[^<]*</a>', re.DOTALL)
_DATA = re.compile(r' data-scan="([^"]*)"')
_CARRIED = re.compile(r' data-query="[^"]*"')  # one exporter is published: nothing needs to carry it
# What is left where every link of a line went: an empty paragraph, or the words that led to them.
_ALONE = re.compile(r'<(p|nav)\b[^>]*>\s*</\1>|<div class="p-row"[^>]*>\s*(?:<span>[^<]*</span>)?\s*</div>')
_SCRIPT = '<script src="/static/theme/published.js" type="module"></script>'


@dataclass(frozen=True, slots=True)
class Site:
    """What is published: ``paths`` (each ends with a slash), pairs of a query that change nothing, where to go else.

    ``states`` gives the published path of a state of the portal: (path, sorted query) -> path. ``live`` is the address
    of the portal, empty where there is none. ``tools`` are paths that take any query, in the reader's browser;
    ``offered`` are the sectors that they work on; ``words`` are said by language.
    """

    paths: frozenset[str]
    states: Mapping[tuple[str, tuple[tuple[str, str], ...]], str]
    ignored: frozenset[tuple[str, str]]
    tools: frozenset[str]
    live: str = ""
    offered: frozenset[str] = frozenset()
    words: Mapping[str, Words] = field(default_factory=dict)

    def target(self, address: str) -> str | None:
        """Return where a link of the portal leads in the publication, or None where nothing answers."""
        if not address.startswith("/") or address.startswith("//"):
            return address  # of this page, or of another site
        path, query, fragment = _parted(address)
        if path.startswith(("/static/", "/atlas/world.svg", "/atlas/map.css", "/atlas/charts.css")):
            return address
        asked = tuple(sorted(pair for pair in query if pair not in self.ignored))
        if (found := self.states.get((path, asked))) is not None:
            return found + fragment
        if path in self.tools and not any(name == "rows" for name, _ in asked):
            return self._tool(path, asked) + fragment
        if (cell := self._cell(path, asked)) in self.paths:
            return cell
        if not asked and path in self.paths:
            return path + fragment
        return f"{self.live}{address}" if self.live else None

    def _cell(self, path: str, asked: tuple[tuple[str, str], ...]) -> str:
        """Return the page of a market and sector, where a place on the map of the sector leads to it."""
        words = dict(asked)
        if not path.endswith("/map/") or not {"market", "sector"} <= words.keys() <= {"market", "sector", "by"}:
            return ""
        return f"{path.removesuffix('map/')}markets/{words['market']}/{words['sector']}/"

    def _tool(self, path: str, asked: tuple[tuple[str, str], ...]) -> str:
        """Return the page of a tool: that of the sector, where it has one, with what else was asked."""
        sector = dict(asked).get("sector", "")
        if (own := self.states.get((path, (("sector", sector),)))) is not None:
            path, asked = own, tuple(pair for pair in asked if pair[0] != "sector")
        return f"{path}?{urlencode(asked)}" if asked else path


def _parted(address: str) -> tuple[str, list[tuple[str, str]], str]:
    """Return the path of an address, the pairs of its query, and its fragment with its sign.

    A map has three hundred links, none like another: what they are made of is parted by hand, for half the time.
    """
    rest, sign, fragment = address.partition("#")
    path, _, query = rest.partition("?")
    if "%" in query or "+" in query or ";" in query:
        pairs = parse_qsl(query)
    else:
        parted = (pair.partition("=") for pair in query.split("&"))
        pairs = [(name, value) for name, _, value in parted if value]
    return path, pairs, f"{sign}{fragment}" if fragment else ""


Target = Callable[[str], str | None]


def stand_alone(page: str, site: Site, target: Target | None = None) -> str:
    """Return the page as it is published; `target` is `site.target`, where the caller remembers its answers."""
    target = target or site.target
    page = _FORM.sub(lambda found: _form(found.group(0), site), page)
    page = _ANCHOR.sub(lambda found: _anchor(found, target), page)
    page = _BUTTON.sub("", page)
    page = alone.entries(page)
    gone = " data-gone" in page
    page = _GONE.sub("", page)
    page = _LINK.sub(lambda found: _link(found, site), page)
    page = _DATA.sub(lambda found: _data(found, site), page)
    page = _CARRIED.sub("", page)
    if not site.live:
        page = _ABROAD.sub("", page)
        # Without a file to take, what is called so is something else: the market share, on the page of the method.
        if " download>" in page:
            page = _SHARE.sub("", page)
    if tool := " data-published=" in page:
        page = alone.of_a_tool(page)
    if tool or gone or 'class="p-published"' in page:
        page = page.replace("</head>", f"{alone.STYLES}{_SCRIPT if tool else ''}</head>", 1)
    return _ALONE.sub("", page)


def _form(form: str, site: Site) -> str:
    """Keep a form that works in the browser; send another to the portal; take it out where there is none."""
    action = _ACTION.search(form)
    address = html.unescape(action.group(1)) if action else ""
    path = urlsplit(address).path
    words = site.words.get(path[1:3], Words())
    if path in site.tools:
        return alone.tool(form, path, words, site.offered)
    if not site.live or not address:
        return alone.question(form, words)
    return form.replace(f'action="{action.group(1)}"', f'action="{html.escape(site.live + address)}"') if action else ""


def _anchor(found: re.Match[str], target: Target) -> str:
    before, address, after = found.groups()
    to = target(html.unescape(address))
    if to is None:
        # Without an address it is no link: it takes no focus and promises nothing. A button goes altogether.
        # A name needs a role: on a map the drawing keeps its own.
        role = ' role="img"' if "aria-label=" in before + after else ""
        return f"<a{before}{after}{role} data-gone>"
    return f'<a{before} href="{html.escape(to)}"{after}>'


def _data(found: re.Match[str], site: Site) -> str:
    return f' data-scan="{html.escape(site.target(html.unescape(found.group(1))) or "")}"'


def _link(found: re.Match[str], site: Site) -> str:
    to = site.target(html.unescape(found.group(1)))
    if to is None:
        return ""
    return found.group(0).replace(f'href="{found.group(1)}"', f'href="{html.escape(to)}"')
