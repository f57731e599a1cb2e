"""Codes as a person writes them: any case for a country, and what may have been meant by a word that is none."""

from __future__ import annotations

from difflib import get_close_matches

from portulan.atlas.errors import UnknownCodeError
from portulan.atlas.reference import countries, sectors

NEAR = 3
"""How many words are suggested, at most."""
_SHOWN = 40
"""Letters repeated of a word that is unknown."""


def country(kind: str, code: str) -> str:
    """Return the ISO3 code of a country of today; ``kind`` says what it is asked as (market, exporter).

    Raises `UnknownCodeError` with the nearest that exist.
    """
    code = code.strip().upper()
    if countries.is_country(code) and countries.country(code).dissolved is None:
        return countries.country(code).iso3
    raise UnknownCodeError(kind, code[:_SHOWN], todo=_meant(code, _country_names(), "use an ISO3 code such as JPN"))


def sector(code: str) -> str:
    """Return a sector, a group of sectors or all; raise `UnknownCodeError` with the nearest that exist."""
    known = (*(s.id for s in sectors.sectors()), *sectors.groups(), sectors.ALL)
    if code in known:
        return code
    words = {ident.upper(): ident for ident in known}
    for each in sectors.sectors():
        words |= {each.name_en.upper(): each.id, each.name_fr.upper(): each.id}
    singles = ", ".join((*(s.id for s in sectors.sectors()), sectors.ALL))
    raise UnknownCodeError("sector", code[:_SHOWN], todo=_meant(code.upper(), words, f"use one of {singles}"))


def _country_names() -> dict[str, str]:
    """Return what one may have meant, in capitals: code or name -> code with its name."""
    found: dict[str, str] = {}
    for one in countries.countries():
        shown = f"{one.iso3} ({one.name_en})"
        for word in (one.iso3, one.iso2, one.name_en, one.name_fr):
            if word:
                found[word.upper()] = shown
    return found


def _meant(asked: str, words: dict[str, str], otherwise: str) -> str:
    near = list(dict.fromkeys(words[word] for word in get_close_matches(asked[:_SHOWN], words, NEAR, 0.6)))
    return f"did you mean {' or '.join(near)}?" if near else otherwise
