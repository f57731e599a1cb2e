"""What takes the place of a form, where no server answers it: what the browser can do, or links, or a plain word.

Pure, as `rewriting.py` is: the pages are our own.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

STYLES = '<link rel="stylesheet" href="/static/theme/published.css">'
_FIELD = re.compile(
    r'<div class="[^"]*">\s*<label\b[^>]*\bfor="field-(?:exporter|perimeter|flow|year)".*?</div>', re.DOTALL
)
_CARRIED = re.compile(r'<input\b[^>]*\btype="hidden"[^>]*>')
_SECTORS = re.compile(r'<select\b[^>]*\bname="sector".*?</select>', re.DOTALL)
_OPTION = re.compile(r'<option value="([^"]*)"[^>]*>.*?</option>\s*', re.DOTALL)
# Sets of weights, markets to add: each link is the page itself, in a state that only the script shows.
_ROW = re.compile(r'<div class="p-row">(?=\s*<span>)')
_START = re.compile(r'<section\b[^>]*\baria-labelledby="start".*?</section>', re.DOTALL)
# The rooms of the site and the cards of the home: a name that leads nowhere is no entry.
_ENTRIES = re.compile(r'<nav\b[^>]*\bclass="(?:p|fr)-(?:nav|foot)\b.*?</nav>|<ul class="p-doors".*?</ul>', re.DOTALL)
_ENTRY = re.compile(r"<li\b[^>]*>\s*(?:<h\d>)?\s*<a\b[^>]* data-gone>(?:(?!<li\b).)*?</li>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Words:
    """What a publication says in one language, where the portal would do more."""

    scan: str = ""
    compare: str = ""
    missing: str = ""
    lost: str = ""
    failed: str = ""
    sectors: Sequence[tuple[str, str]] = ()
    """Name and address of each sector, where the question of the home stood."""


def tool(form: str, path: str, words: Words, offered: Collection[str]) -> str:
    """Return the form of a tool with what is published to choose from, hidden until its script is there."""
    form = _CARRIED.sub("", _FIELD.sub("", form))
    if offered:
        form = _SECTORS.sub(lambda found: _only(found[0], offered), form)
    said = {"missing": words.missing, "lost": words.lost, "failed": words.failed}
    data = "".join(f' data-{name}="{html.escape(text)}"' for name, text in said.items() if text)
    line = words.compare if path.endswith("/compare/") else words.scan
    before = f'<p class="p-small" data-alone>{html.escape(line)}</p>' if line else ""
    return before + form.replace("<form", f'<form hidden data-published="{path}"{data}', 1)


def _only(select: str, offered: Collection[str]) -> str:
    return _OPTION.sub(lambda found: found[0] if found[1] in offered else "", select)


def of_a_tool(page: str) -> str:
    """Hide what only the script of a tool answers."""
    return _ROW.sub('<div hidden data-scripted class="p-row">', _START.sub("", page))


def question(form: str, words: Words) -> str:
    """Return links to the sectors in place of the question of the home; nothing in place of another form."""
    if 'class="p-question"' not in form or not words.sectors:
        return ""
    links = (f'<li><a href="{html.escape(to)}">{html.escape(name)}</a></li>' for name, to in words.sectors)
    return f'<ul class="p-published">{"".join(links)}</ul>'


def entries(page: str) -> str:
    """Take out of the menus, and of the cards of the home, what is not published."""
    return _ENTRIES.sub(lambda found: _ENTRY.sub("", found[0]), page)
