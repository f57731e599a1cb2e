"""The choices around the map that are links: flow, view and classes; and the ways from a market to its own pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portulan.desk.markets import selectors
from portulan.desk.markets.forms import SCALES
from portulan.desk.markets.place import Place, addresses
from portulan.desk.markets.selectors import Choices
from portulan.desk.markets.state import MapState
from portulan.desk.markets.table import address


@dataclass(frozen=True, slots=True)
class Tab:
    """One of a few ways to see the same thing."""

    text: str
    href: str
    current: bool


def flow_tabs(state: MapState, choices: Choices) -> tuple[Tab, ...]:
    """Return goods and services, where the release holds both; a year is kept where the other flow has it too."""
    if len(choices.flows) < 2:
        return ()

    def year(flow: str) -> str:
        return state.year if state.year and int(state.year) in selectors.years_of(flow) else ""

    return tuple(
        Tab(name, address(state.change(flow=flow, year=year(flow))), flow == state.flow) for flow, name in choices.flows
    )


def view_tabs(state: MapState) -> tuple[Tab, ...]:
    """Return the one sector chosen, and all of them side by side."""
    return (
        Tab(_("One sector"), address(state.change(view="")), not state.view),
        Tab(_("Every sector"), address(state.change(view="sectors", market="", find="", rows="")), bool(state.view)),
    )


def scale_tabs(state: MapState) -> tuple[Tab, ...]:
    """Return the ways to put the values into classes."""
    names = {"quantile": _("equal numbers"), "log": _("logarithmic"), "fixed": _("fixed limits")}
    now = state.scale or SCALES[0]
    return tuple(
        Tab(names[scale], address(state, "map", scale="" if scale == SCALES[0] else scale), scale == now)
        for scale in SCALES
    )


def year_choices(flow: str, choices: Choices) -> tuple[tuple[str, str], ...]:
    """Return the years of this flow, the newest first; nothing where there is nothing to choose."""
    held = {str(year) for year in selectors.years_of(flow)}
    years = tuple(pair for pair in choices.years if pair[0] in held)
    return years if len(years) > 1 else ()


class Ways:
    """From a market of the ranking to its own page, and to its page in this sector."""

    def __init__(self, state: MapState) -> None:
        newest = max(selectors.years_of(state.flow), default=0)
        year = "" if state.year == str(newest) else state.year
        place = Place(state.exporter, state.perimeter, state.flow, year)
        self.market = addresses("market", place)
        self.cell = addresses("cell", place, sector=state.sector)
