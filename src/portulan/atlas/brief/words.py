"""The words of the brief in the language it is asked in."""

from __future__ import annotations

from collections.abc import Mapping

from portulan.atlas.brief.numbers import typeset
from portulan.atlas.brief.texts import SAID
from portulan.atlas.brief.texts_tables import TABLED
from portulan.atlas.figures import STATUSES, Fitness, Status

MARKS: Mapping[str, str] = {"reported": "", "partial": "p", "estimated": "e", "modelled": "m"}
"""The letters that statistical offices print beside a figure."""

_TEXTS: Mapping[str, tuple[str, str]] = {**SAID, **TABLED}
_ROLES: Mapping[str, tuple[str, str]] = {
    "core": ("core", "cœur"),
    "related": ("related", "apparenté"),
    "support": ("support", "support"),
    "proxy": ("proxy", "approché"),
}
_STATUS: Mapping[Status, tuple[str, str]] = {
    "reported": ("reported", "déclaré"),
    "partial": ("partial", "partiel"),
    "estimated": ("estimated", "estimé"),
    "modelled": ("modelled", "modélisé"),
}
_MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
}


def say(name: str, lang: str, /, **values: object) -> str:
    """Return a text of the brief in English or French, its slots filled."""
    text = typeset(_TEXTS[name][1 if lang == "fr" else 0], lang)
    return text.format(**values) if values else text


def counted(name: str, number: int, lang: str, /, **values: object) -> str:
    """Return a text that counts something, its slots filled; its singular, ``NAME (one)``, where `number` wants it."""
    single = number == 1 or (lang == "fr" and number == 0)
    return say(f"{name} (one)" if single else name, lang, **values)


def status(name: Status, lang: str) -> str:
    """Return what a status is called."""
    return _STATUS[name][1 if lang == "fr" else 0]


def role(name: str, lang: str) -> str:
    """Return what the role of a code is called."""
    return _ROLES.get(name, (name, name))[1 if lang == "fr" else 0]


def fit(fitness: Fitness, lang: str) -> str:
    """Return the sentence on what the figures are good for."""
    return say(f"fit {fitness}", lang)


def day(at: tuple[int, int, int], lang: str) -> str:
    """Return a date in words: ``3 May 2026``, ``1er mai 2026``."""
    year, month, number = at
    first = "1er" if lang == "fr" and number == 1 else str(number)
    return f"{first}\u00a0{_MONTHS[lang][month - 1]}\u00a0{year}"


assert set(MARKS) == set(STATUSES)  # noqa: S101 - a status without its letter would be printed as reported
