"""Reads of the atlas for scan and compare: asked once a release, whatever the weights and whoever the reader."""

from __future__ import annotations

from functools import lru_cache

from portulan.atlas import api
from portulan.desk.markets import selectors
from portulan.desk.markets.place import Place
from portulan.desk.markets.scan_state import ScanState
from portulan.desk.markets.selectors import Key

_KEPT = 24


@selectors.of_a_release
@lru_cache(maxsize=_KEPT)
def _criteria(
    key: Key, exporter: str, sector: str, perimeter: str, flow: str, year: int | None, with_estimates: bool
) -> api.ScanCriteria:
    return api.scan_criteria(
        selectors.release(),
        exporter=exporter,
        sector=sector,
        perimeter=perimeter,
        flow=flow,  # type: ignore[arg-type] # checked by the form
        year=year,
        with_estimates=with_estimates,
    )


def criteria(place: Place, sector: str, with_estimates: bool = False) -> api.ScanCriteria:
    """Return every criterion of a question, and each market's place on it."""
    key = selectors.release_key()
    return _criteria(key, place.exporter, sector, place.perimeter, place.flow, _held(place), with_estimates)


def used_preset(asked: api.ScanCriteria, state: ScanState) -> str:
    """Return the ready weights that a scan starts from: those asked for where the question has them."""
    return state.preset if state.preset in asked.presets else asked.preset


def scored(asked: api.ScanCriteria, state: ScanState) -> api.Scan:
    """Score the markets under the weights of a scan: those chosen one by one, else those it starts from."""
    chosen = state.chosen
    return asked.scan(asked.presets[used_preset(asked, state)] if chosen is None else chosen)


def figures(place: Place, sector: str, market: str) -> tuple[api.Figure | api.Gap, ...]:
    """Return every indicator of an exporter in a market and sector."""
    return api.show(
        selectors.release(),
        exporter=place.exporter,
        sector=sector,
        market=market,
        perimeter=place.perimeter,
        flow=place.flow,  # type: ignore[arg-type] # checked by the form
        year=_held(place),
    )


def _held(place: Place) -> int | None:
    """Return the year asked for, or None (the newest) where it is held for another flow only."""
    year = int(place.year) if place.year else None
    held = {year for flow, year in selectors.release().slices if flow == place.flow}
    return year if year in held else None
