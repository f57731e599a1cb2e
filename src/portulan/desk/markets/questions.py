"""Reads of the atlas for the pages of a market, a sector, or both: asked once a release, whoever the reader is."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from portulan.atlas import api
from portulan.desk.markets import selectors
from portulan.desk.markets.place import Place
from portulan.desk.markets.selectors import Key

ALL = "all"
Flow = Literal["goods", "services"]
_KEPT = 64


def _asked(place: Place) -> tuple[Flow, int | None]:
    """Return flow and year: a year held for another flow only becomes the newest of this one."""
    year = int(place.year) if place.year else None
    held = {year for flow, year in selectors.release().slices if flow == place.flow}
    flow: Flow = "services" if place.flow == "services" else "goods"
    return flow, year if year in held else None


@selectors.of_a_release
@lru_cache(maxsize=_KEPT)
def _profile(key: Key, exporter: str, market: str, perimeter: str, flow: Flow, year: int | None) -> api.Profile:
    return api.profile(
        selectors.release(),
        exporter=exporter,
        market=market,
        perimeter=perimeter,
        flow=flow,
        year=year,
    )


def profile(place: Place, market: str) -> api.Profile:
    """Return what a market buys, sector by sector."""
    return _profile(selectors.release_key(), place.exporter, market, place.perimeter, *_asked(place))


def suppliers(place: Place, market: str, sector: str, top: int = 10) -> api.Suppliers:
    """Return who sells to a market in a sector, the largest first."""
    flow, year = _asked(place)
    return api.suppliers(
        selectors.release(),
        market=market,
        sector=sector,
        perimeter=place.perimeter,
        flow=flow,
        year=year,
        top=top,
    )


def lines(place: Place, market: str, sector: str) -> tuple[api.Line, ...]:
    """Return the product codes behind a cell, one by one."""
    flow, year = _asked(place)
    return api.lines(
        selectors.release(),
        exporter=place.exporter,
        market=market,
        sector=sector,
        perimeter=place.perimeter,
        flow=flow,
        year=year,
    )


def cell(place: Place, market: str, sector: str) -> tuple[api.Figure | api.Gap, ...]:
    """Return every indicator of an exporter in a market and sector."""
    flow, year = _asked(place)
    return api.show(
        selectors.release(),
        exporter=place.exporter,
        sector=sector,
        market=market,
        perimeter=place.perimeter,
        flow=flow,
        year=year,
    )


def context(place: Place, market: str) -> api.MarketContext:
    """Return what is known of a market beside its trade in culture."""
    return api.market_context(selectors.release(), market=market, exporter=place.exporter)


def ranking(place: Place, sector: str, by: str) -> api.Ranking:
    """Return the markets of an exporter in a sector, ranked by an indicator."""
    _flow, year = _asked(place)
    return selectors.ranked(place.exporter, sector, place.perimeter, by, place.flow, year)


def leading(place: Place, sector: str) -> api.Ranking:
    """Return the markets ranked by what leads in this sector (`selectors.leading`)."""
    _flow, year = _asked(place)
    return selectors.leading(place.exporter, sector, place.perimeter, place.flow, year)


def exporters(place: Place, sector: str, top: int = 10) -> tuple[api.Exporter, ...]:
    """Return who sells a sector to the world, the largest first."""
    flow, year = _asked(place)
    return api.exporters(
        selectors.release(),
        sector=sector,
        perimeter=place.perimeter,
        flow=flow,
        year=year,
        top=top,
        always=place.exporter,
    )


@selectors.of_a_release
@lru_cache(maxsize=_KEPT)
def _leaders(key: Key, sector: str, perimeter: str, flow: Flow, year: int | None) -> api.Leaders:
    return api.leaders(selectors.release(), sector=sector, perimeter=perimeter, flow=flow, year=year)


def leaders(place: Place, sector: str) -> api.Leaders:
    """Return who sells most to each market in a sector; the same for every exporter that asks."""
    return _leaders(selectors.release_key(), sector, place.perimeter, *_asked(place))
