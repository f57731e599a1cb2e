"""What a brief is asked for, checked: every word known to the reference, the year held by the release."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from portulan.atlas import spelled
from portulan.atlas.brief.notes import BriefNote
from portulan.atlas.brief.numbers import typeset
from portulan.atlas.charts.words import Lang
from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.figures import FLOWS, Flow
from portulan.atlas.opened import Release
from portulan.atlas.reference import countries, sectors

LONGEST_LINK = 1000
"""Letters; a longer address makes a square code that no camera reads."""


@dataclass(frozen=True, slots=True)
class Request:
    """A brief to make. At least one of ``market`` and ``sector`` is given; ``year`` is that of the figures."""

    release: Release
    market: str | None
    sector: str | None
    exporter: str
    perimeter: str
    flow: Flow
    year: int | None
    lang: Lang
    dated: tuple[int, int, int]
    link: str | None
    notes: tuple[BriefNote, ...]

    @property
    def subject(self) -> str:
        """The sector asked about; all of them together where only a market was asked."""
        return self.sector or sectors.ALL

    def country(self, iso3: str) -> str:
        """Return the name of a country in the language of the brief."""
        return countries.country(iso3).name(self.lang) if countries.is_country(iso3) else iso3

    def sector_name(self, sector: str) -> str:
        """Return the name of a sector or group in the language of the brief."""
        return typeset(sectors.name(sector, self.lang), self.lang)


def checked(
    release: Release,
    *,
    market: str | None,
    sector: str | None,
    exporter: str,
    perimeter: str,
    flow: str,
    year: int | None,
    lang: str,
    dated: tuple[int, int, int],
    link: str | None,
    notes: Iterable[BriefNote],
) -> Request:
    """Return what is asked, checked.

    Raises `UnknownCodeError` for a word that does not exist (with the nearest that do), `BadInputError` for a question
    that has no answer.
    """
    if market is None and sector is None:
        raise BadInputError("a brief is about a market, a sector or both", todo="name at least one of them")
    if lang not in get_args(Lang):
        raise UnknownCodeError("language", lang, todo="use en or fr")
    known_flow = next((one for one in FLOWS if one == flow), None)
    if known_flow is None:
        raise UnknownCodeError("flow", flow, todo="use goods or services")
    sector = None if sector is None else spelled.sector(sector)
    sectors.perimeter(perimeter)
    market = None if market is None else spelled.country("market", market)
    exporter = spelled.country("exporter", exporter)
    if market == exporter:
        raise BadInputError(
            f"{market} is the exporter itself, not one of its markets", todo="name another market or another exporter"
        )
    return Request(
        release,
        market,
        sector,
        exporter,
        perimeter,
        known_flow,
        _year(release, known_flow, year),
        "fr" if lang == "fr" else "en",
        dated,
        _link(link),
        tuple(notes),
    )


def _year(release: Release, flow: str, year: int | None) -> int | None:
    held = sorted(at for name, at in release.slices if name == flow)
    if year is None:
        return held[-1] if held else None
    if year not in held:
        years = ", ".join(map(str, held))
        raise BadInputError(
            f"the release holds no {flow} of {year}",
            todo=f"ask for one of {years}" if held else f"it holds no {flow} at all",
        )
    return year


def _link(link: str | None) -> str | None:
    if not link:
        return None
    if not link.startswith(("https://", "http://")) or not link.isprintable() or " " in link:
        raise BadInputError("the link back is not a web address", todo="give one that starts with https://")
    if len(link) > LONGEST_LINK:
        raise BadInputError(
            f"the link back has {len(link)} letters", todo=f"give one of at most {LONGEST_LINK}: a camera must read it"
        )
    return link
