"""The template environment: gettext, addresses, static files, and nothing a template could do wrong silently."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
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


def environment(**options: Any) -> Environment:
    """Build the Jinja2 environment of every page."""
    env = Environment(  # noqa: S701 - autoescape is passed by Django in `options`, and is on
        **{**options, "undefined": StrictUndefined},
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined] # added by the extension i18n
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.globals.update(
        asset=asset,
        static=static,
        url=reverse,
        language=get_language,
        language_links=language_links,
        version=__version__,
    )
    return env
