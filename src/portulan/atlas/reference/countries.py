"""Countries and territories: one row each, their codes in every scheme, and what was done on purpose for hard cases.

The atlas knows a country by its ISO 3166 alpha-3 code (``XKX`` for Kosovo, ``TWN`` for Taiwan). Sources write other
codes: `country` translates them and never guesses. Tables: ``countries.csv`` (today's), ``former_countries.csv``
(dissolved, renamed, other spellings, and areas that are no country), ``groups.csv``, ``languages.csv``. How they were
made and how to review them: ``docs/howto/reference-countries.md``. Nothing here imports Babel: a start takes ms.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from portulan.atlas.errors import UnknownCodeError
from portulan.atlas.reference import groups as _groups
from portulan.atlas.reference import languages as _languages

HERE = Path(__file__).parent

Scheme = Literal["iso3", "iso2", "m49", "cepii", "comtrade", "factbook_gec"]
SCHEMES: tuple[Scheme, ...] = ("iso3", "iso2", "m49", "cepii", "comtrade", "factbook_gec")
NUMERIC = ("m49", "cepii", "comtrade")


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory, of today or (``dissolved`` is a year) of the past.

    ``m49`` is the United Nations code; ``cepii`` the code in BACI's own files, None where BACI has none.
    ``latitude`` and ``longitude`` are degrees of the capital (or of the point said in ``coordinates_source``), None
    where there is no sensible one. ``sovereign`` is the ISO3 of the State a territory belongs to. ``aggregated_into``
    is the ISO3 of the reporter whose goods figures already count this territory's. ``successors`` are those of a
    dissolved country.
    """

    iso3: str
    iso2: str | None
    m49: int | None
    cepii: int | None
    factbook_gec: str | None
    name_en: str
    name_fr: str
    capital_en: str
    capital_fr: str
    latitude: float | None
    longitude: float | None
    coordinates_source: str
    note_en: str = ""
    note_fr: str = ""
    sovereign: str | None = None
    aggregated_into: str | None = None
    dissolved: int | None = None
    successors: tuple[str, ...] = ()

    def name(self, language: str = "en") -> str:
        """Return the short name in ``fr`` or ``en``."""
        return self.name_fr if language == "fr" else self.name_en

    def note(self, language: str = "en") -> str:
        """Return what must be known of this code, in ``fr`` or ``en``; empty where there is nothing to say."""
        return self.note_fr if language == "fr" else self.note_en

    @property
    def languages(self) -> tuple[_languages.LanguageShare, ...]:
        """Languages with the share of residents who speak them, the widest first (CLDR); empty where not known."""
        return _languages.languages_of(self.iso3)

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups this country belongs to today: ids of `portulan.atlas.reference.groups`."""
        return _groups.groups_of(self.iso3)


@dataclass(frozen=True, slots=True)
class Area:
    """A code that sources use for something that is no country (bunkers, "not elsewhere specified" ...)."""

    code: int
    name_en: str
    name_fr: str


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _number(text: str) -> int | None:
    return int(text) if text else None


def _degrees(text: str) -> float | None:
    return float(text) if text else None


@lru_cache(maxsize=1)
def countries() -> tuple[Country, ...]:
    """Return the countries and territories of today, by ISO3 (ISO 3166-1 and Kosovo: 250)."""
    return tuple(
        Country(
            iso3=row["iso3"],
            iso2=row["iso2"] or None,
            m49=_number(row["m49"]),
            cepii=_number(row["cepii"]),
            factbook_gec=row["factbook_gec"] or None,
            name_en=row["name_en"],
            name_fr=row["name_fr"],
            capital_en=row["capital_en"],
            capital_fr=row["capital_fr"],
            latitude=_degrees(row["latitude"]),
            longitude=_degrees(row["longitude"]),
            coordinates_source=row["coordinates_source"],
            note_en=row["note_en"],
            note_fr=row["note_fr"],
            sovereign=row["sovereign"] or None,
            aggregated_into=row["aggregated_into"] or None,
        )
        for row in _rows("countries.csv")
    )


@lru_cache(maxsize=1)
def former_countries() -> tuple[Country, ...]:
    """Return the countries that no longer exist and the unions that once declared their trade as one, by code.

    Their point on the globe is that of no one: a former country has no coordinates and enters no distance.
    """
    return tuple(
        Country(
            iso3=row["code"],
            iso2=None,
            m49=_number(row["m49"].partition(";")[0]),
            cepii=_number(row["cepii"]),
            factbook_gec=None,
            name_en=row["name_en"],
            name_fr=row["name_fr"],
            capital_en="",
            capital_fr="",
            latitude=None,
            longitude=None,
            coordinates_source="",
            note_en=row["note_en"],
            note_fr=row["note_fr"],
            dissolved=int(row["until"]),
            successors=tuple(row["becomes"].split(";")),
        )
        for row in _rows("former_countries.csv")
        if row["kind"] == "dissolved"
    )


@lru_cache(maxsize=1)
def areas() -> tuple[Area, ...]:
    """Return the codes of UN Comtrade and BACI that are no country: their rows are set aside and counted."""
    return tuple(
        Area(int(row["cepii"]), row["name_en"], row["name_fr"])
        for row in _rows("former_countries.csv")
        if row["kind"] == "area"
    )


@lru_cache(maxsize=1)
def _index() -> dict[str, dict[str, Country]]:
    """Every code of every scheme, with the country it stands for."""
    index: dict[str, dict[str, Country]] = {scheme: {} for scheme in SCHEMES}
    for each in (*countries(), *former_countries()):
        index["iso3"][each.iso3] = each
        for scheme, value in (("iso2", each.iso2), ("m49", each.m49), ("factbook_gec", each.factbook_gec)):
            if value is not None:
                index[scheme][str(value)] = each
        if each.cepii is not None:
            index["cepii"][str(each.cepii)] = index["comtrade"][str(each.cepii)] = each
    for row in _rows("former_countries.csv"):
        if row["kind"] == "area":
            continue
        today = index["iso3"][row["code"] if row["kind"] == "dissolved" else row["becomes"]]
        if row["code"]:
            index["iso3"][row["code"]] = today
        for code in filter(None, row["m49"].split(";")):
            index["m49"][code] = today
        if row["cepii"]:
            index["cepii"][row["cepii"]] = index["comtrade"][row["cepii"]] = today
    for each in countries():
        # UN Comtrade lists as partners the territories that BACI leaves out; BACI's meaning of a code wins.
        if each.m49 is not None and each.cepii is None:
            index["comtrade"].setdefault(str(each.m49), each)
    index["comtrade"]["412"] = index["iso3"]["XKX"]  # read in a public copy of Comtrade's partner areas
    return index


def area(code: str | int) -> Area | None:
    """Return the area that a BACI or UN Comtrade code stands for where it is no country, else None."""
    text = str(code).strip().lstrip("0") or "0"
    return next((each for each in areas() if str(each.code) == text), None)


def country(code: str | int, scheme: Scheme = "iso3") -> Country:
    """Return the country that ``code`` stands for in ``scheme``; raise `UnknownCodeError` where there is none.

    Schemes: ``iso3``, ``iso2``, ``m49`` (United Nations), ``cepii`` (BACI as published: France 251, the United States
    842, Taiwan 490 ...), ``comtrade`` (the same, and the territories BACI leaves out), ``factbook_gec`` (the two
    letters of the CIA World Factbook). Numeric codes may come as text, with or without leading zeros. A code of the
    past answers the dissolved country (``ANT``, ``SCG``), or today's name of the same one (``ZAR`` is ``COD``).
    """
    if scheme not in SCHEMES:
        raise UnknownCodeError("code scheme", scheme, todo="use one of " + ", ".join(SCHEMES))
    text = str(code).strip()
    if scheme in NUMERIC:
        text = text.lstrip("0") if text.isascii() and text.isdigit() else ""
    found = _index()[scheme].get(text)
    if found is not None:
        return found
    place = area(code) if scheme in ("cepii", "comtrade") else None
    if place is not None:
        raise UnknownCodeError(
            f"country ({scheme})",
            str(code),
            todo=f"it stands for the area “{place.name_en}”, which is no country: set its rows aside and count them",
        )
    raise UnknownCodeError(
        f"country ({scheme})",
        str(code),
        todo="check the scheme and the spelling; if it is a true code, add it with its source to the reference tables",
    )


def is_country(code: str | int, scheme: Scheme = "iso3") -> bool:
    """Tell whether `country` would answer, without raising."""
    try:
        country(code, scheme)
    except UnknownCodeError:
        return False
    return True
