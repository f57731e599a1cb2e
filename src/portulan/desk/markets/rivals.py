"""Who leads in each market of a sector, as a map, a sentence and a table: the competitors on the ground."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.atlas import api
from portulan.desk.markets import drawings, questions, selectors
from portulan.desk.markets.place import Place, addresses
from portulan.desk.markets.wording import probability, typeset


@dataclass(frozen=True, slots=True)
class Led:
    """One market in the row of the country that leads there: its part of what the market buys, and who equals it."""

    name: str
    href: str
    beside: str


@dataclass(frozen=True, slots=True)
class RivalRow:
    """One country and the markets where it comes first; the same for several equal, and for what nobody knows."""

    name: str
    count: int
    markets: tuple[Led, ...]
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Rivals:
    """The map of who leads, or the reason why there is none."""

    drawn: api.DrawnMap | None = None
    note: str = ""
    sentence: str = ""
    rows: tuple[RivalRow, ...] = ()
    year: int = 0
    reason: str = ""


def rivals(place: Place, sector: str, quiet: bool, language: str) -> Rivals:
    """Ask who sells most in each market; nothing is drawn where the figures are no measure of the sector."""
    if quiet:
        return Rivals(reason=_("No map of who leads: these figures do not measure the sector."))
    found = leading(place, sector, quiet)
    if found is None:
        return Rivals(reason=_("This release does not say who sells most in any market of this sector."))
    cells = addresses("cell", place, sector=sector)

    def led_to(market: str) -> str:
        """The exporter is a market on this map, but has no page of its own as one."""
        return "" if market == place.exporter else cells(market)

    drawn = drawings.drawn_leaders(found, place.exporter, language, _world(), led_to)
    return Rivals(
        drawn=drawn,
        note=typeset(drawn.note_fr if language == "fr" else drawn.note_en, language),
        sentence=_sentence(found, place, language),
        rows=_rows(found, place, led_to, language),
        year=found.year or 0,
    )


def leading(place: Place, sector: str, quiet: bool) -> api.Leaders | None:
    """Return who leads in each market where the page draws it, else None."""
    found = None if quiet else questions.leaders(place, sector)
    return found if found is not None and found.rows else None


def _world() -> str:
    return f"{reverse('markets_shared:world')}?v={drawings.world()[1]}"


def _sentence(found: api.Leaders, place: Place, language: str) -> str:
    """Say who leads most often, and where the exporter stands."""
    counts = found.alone
    most = max(counts.values(), default=0)
    leaders = [one for one, count in counts.items() if count == most]
    words = {
        "leader": ", ".join(selectors.country_name(one, language) for one in leaders),
        "count": most,
        "known": len(found.rows),
        "exporter": selectors.country_name(place.exporter, language),
        "ours": counts.get(place.exporter, 0),
        "close": found.close.get(place.exporter, 0),
    }
    estimated = sum(row.first.imports_from.status == "estimated" for row in found.rows)
    if not counts:
        parts = [_("Nowhere does one exporter alone sell most: several are equal in every market known.")]
    elif leaders != [place.exporter]:
        parts = [
            ngettext(
                "First supplier most often: %(leader)s, in %(count)s of the one market known.",
                "First supplier most often: %(leader)s, in %(count)s of the %(known)s markets known.",
                len(found.rows),
            )
            % words,
            _("%(exporter)s: first in %(ours)s, among the first three in %(close)s.") % words,
        ]
    else:
        parts = [
            ngettext(
                "First supplier most often: %(exporter)s, in %(ours)s of the one market known; among the first three "
                "in %(close)s.",
                "First supplier most often: %(exporter)s, in %(ours)s of the %(known)s markets known; among the first "
                "three in %(close)s.",
                len(found.rows),
            )
            % words
        ]
    if estimated == len(found.rows):
        parts.append(_("All of this is estimated."))
    elif estimated:
        said = ngettext(
            "In %(count)s of them the first supplier is estimated.",
            "In %(count)s of them the first supplier is estimated.",
            estimated,
        )
        parts.append(said % {"count": estimated})
    return " ".join(parts)


def _rows(found: api.Leaders, place: Place, href: Callable[[str], str], language: str) -> tuple[RivalRow, ...]:
    """Return every market of the map under who leads there: the whole map in words."""
    mixed = len({row.first.imports_from.status == "estimated" for row in found.rows}) > 1
    held: dict[str, list[Led]] = {}
    equal: list[Led] = []
    for row in found.rows:
        led = Led(selectors.country_name(row.market, language), href(row.market), _beside(row, mixed, language))
        (equal if row.equals else held.setdefault(row.first.exporter, [])).append(led)
    rows = [
        RivalRow(selectors.country_name(one, language), len(held[one]), tuple(held[one]), one == place.exporter)
        for one in found.alone
    ]
    unknown = tuple(Led(selectors.country_name(one, language), href(one), "") for one in found.unknown)
    if equal:
        rows.append(RivalRow(_("several, equal"), len(equal), tuple(equal)))
    if unknown:
        rows.append(RivalRow(_("not known"), len(unknown), unknown))
    return tuple(rows)


def _beside(row: api.Leader, mixed: bool, language: str) -> str:
    """Return what is said beside a market: the leader's part of it, who equals it, and what nobody reported."""
    words = []
    if row.equals:
        words.append(", ".join(selectors.country_name(one, language) for one in (row.first.exporter, *row.equals)))
    if isinstance(row.first.share, api.Figure):
        words.append(probability(row.first.share.value, language))
    if mixed and row.first.imports_from.status == "estimated":
        words.append(_("estimated"))
    return ", ".join(words)
