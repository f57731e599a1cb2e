"""The template environment: gettext, addresses, static files, and nothing a template could do wrong silently."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined

from portulan import __version__


@lru_cache(maxsize=256)
def asset(path: str) -> str:
    """Return the address of a static file with a digest of its content, so that it may be cached for a year."""
    found = finders.find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(f"no static file {path!r}")
    return f"{static(path)}?v={hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The way from a page to itself in another language."""

    code: str
    name: str
    href: str
    current: bool


def language_links(request: HttpRequest) -> list[LanguageLink]:
    """Return this page, in the state it is in, in each language of the site."""
    current = get_language() or settings.LANGUAGE_CODE
    here, rest = request.get_full_path(), ""
    for code, _name in settings.LANGUAGES:
        if here.startswith(f"/{code}/"):
            rest = here.removeprefix(f"/{code}/")
    return [
        LanguageLink(code, name, f"/{code}/{rest}", code == current)  # names are in their own language
        for code, name in settings.LANGUAGES
    ]


@lru_cache(maxsize=64)
def _all_options(choices: tuple[tuple[str, str], ...]) -> str:
    return "".join(f'<option value="{escape(code)}">{escape(text)}</option>' for code, text in choices)


def option_list(choices: Iterable[tuple[str, str]], value: str) -> SafeString:
    """Return the options of a select, one of them chosen: hundreds of names are written once, not for each page."""
    written = _all_options(tuple((str(code), str(text)) for code, text in choices))
    marked = f'<option value="{escape(value)}"'
    return SafeString(written.replace(f"{marked}>", f"{marked} selected>", 1))


@dataclass(frozen=True, slots=True)
class SiteLink:
    """The way to one of the rooms of the site."""

    href: str
    text: str
    current: bool


@lru_cache(maxsize=256)
def _way(name: str, _language: str, _prefix: str) -> str:
    """Return the way to a room in the language and under the prefix in force: every page has all of them."""
    return reverse(name)


def _links(request: HttpRequest, names: list[tuple[str, str]], query: str = "") -> list[SiteLink]:
    found = []
    language, prefix = get_language() or "", get_script_prefix()
    for name, text in names:
        href = _way(name, language, prefix)
        # The list of markets stays marked on the page of a market.
        found.append(SiteLink(href + query, text, request.path == href or request.path.startswith(href)))
    return found


def place_query(request: HttpRequest) -> str:
    """Return the exporter, perimeter, flow and year of this page as a query; empty where all are the usual ones."""
    from portulan.desk.markets.carrying import carried  # not at the top: rooms are loaded after their templates

    return carried(request.GET, get_language() or settings.LANGUAGE_CODE)


def site_links(request: HttpRequest) -> list[SiteLink]:
    """Return the rooms that the head of every page leads to, for the exporter of this page."""
    names = [
        ("markets:map", gettext("Map")),
        ("markets:sectors", gettext("Sectors")),
        ("markets:markets", gettext("Markets")),
        ("markets:scan", gettext("Scan")),
        ("markets:compare", gettext("Compare")),
        ("markets:evidence", gettext("The sector in figures")),
    ]
    correspondents = _links(request, [("network:directory", gettext("Correspondents"))])
    return [*_links(request, names, place_query(request)), *correspondents]


def foot_links(request: HttpRequest) -> list[SiteLink]:
    """Return what the foot of every page leads to."""
    names = [
        ("markets:method", gettext("Method")),
        ("markets:sources", gettext("Sources")),
        ("markets:releases", gettext("Releases")),
        ("api:docs", gettext("API")),
        ("open_files:catalogue", gettext("Open data")),
        ("markets:accessibility", gettext("Accessibility")),
        ("markets:legal", gettext("Legal notice")),
        # The same for everybody: pages do not know who reads them, and any cache may keep them.
        ("people:account", gettext("My account")),
    ]
    return _links(request, names)


def letters_link(request: HttpRequest, *, counted: bool) -> list[tuple[str, str]]:
    """Return the way to the letters of which nothing could be made; nothing for whoever may not see them.

    How many wait is counted for the lists of the desk: a page of one thing has questions enough for the database.
    """
    from portulan.desk.enquiries import views_stray  # not at the top: rooms are loaded after their templates

    if not views_stray.may_see_letters(request):
        return []
    count = views_stray.waiting(request) if counted else 0
    return [
        (
            "enquiries:letters",
            gettext("Letters to look at (%(count)s)") % {"count": count} if count else gettext("Letters to look at"),
        )
    ]


def desk_links(request: HttpRequest) -> list[SiteLink]:
    """Return the rooms that those who work at the desk go between."""
    from portulan.desk.enquiries.reaching import reach_for

    reach = reach_for(request)
    names = [
        ("enquiries:inbox", gettext("Questions")),
        ("enquiries:cards", gettext("Answer cards")),
        # What posts know of their partners is for nobody else; operators hand nothing over.
        *([("partners:list", gettext("Partners"))] if reach.posts else []),
        *([("handover:list", gettext("Handovers"))] if reach.posts or reach.all_posts else []),
        ("enquiries:measures", gettext("Measures")),
        ("enquiries:simulate", gettext("Who would get a question?")),
        *([("enquiries:rules", gettext("Rules"))] if reach.all_posts else []),
    ]
    lists = ("enquiries:inbox", "enquiries:cards", "enquiries:letters")
    listing = request.path in {reverse(name) for name in lists}
    found = _links(request, [*names[:1], *letters_link(request, counted=listing), *names[1:]])
    deepest = max((link for link in found if link.current), key=lambda link: len(link.href), default=None)
    return [SiteLink(link.href, link.text, link is deepest) for link in found]


def at_the_desk(request: HttpRequest) -> bool:
    """Return whether the reader works at the desk, and so has use for its links on a page that others see too."""
    from portulan.desk.enquiries.reaching import reach_for

    return reach_for(request).at_the_desk


class _Environment(Environment):
    """Keeps what every template may use in one dictionary.

    Jinja looks for names that a component lacks each time a page imports it, in a chain of maps: a twentieth of a page.
    """

    def make_globals(self, d: Any) -> dict[str, Any]:
        """Return what a template may use; `environment` is done before any template is read."""
        return {**self.globals, **(d or {})}


def environment(**options: Any) -> Environment:
    """Build the Jinja2 environment of every page."""
    env = _Environment(
        **{**options, "undefined": StrictUndefined},
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined] # added by the extension i18n
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.filters["options"] = option_list
    env.globals.update(
        asset=asset,
        static=static,
        url=reverse,
        language=get_language,
        language_links=language_links,
        site_links=site_links,
        foot_links=foot_links,
        desk_links=desk_links,
        at_the_desk=at_the_desk,
        place_query=place_query,
        version=__version__,
        state_block=settings.PORTULAN_DSFR_MARQUE,
        publisher=settings.PORTULAN_PUBLISHER,
    )
    return env
