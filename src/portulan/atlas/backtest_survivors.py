"""An illustration of the back-test where only one year was published with a growth column: survivors only.

The file shared for development has, beside each flow of the last year, a compound growth. Its description calls it
growth since 2016. Taken so, the first values come out as no values BACI could hold. BACI counts whole dollars
(thousands with three decimals): asking which n makes ``v / (1 + g)^n`` a whole number of dollars finds, for every
single row, an n from 1 to 7, and only one n for 99.6 % of rows. The growth therefore runs from the first year after
2016 in which the flow was seen. Both readings are offered; docs/method-doubt.md shows both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.backtest import Backtest, Predictor, backtest, potential_static, todays_size
from portulan.atlas.doubt.arrays import FlowArrays, load_flows
from portulan.atlas.doubt.world import Baskets
from portulan.atlas.errors import BadInputError

Reading = Literal["first_year_2017", "literal_2016"]
LAST, FIRST, LITERAL = 2024, 2017, 2016
# What rounding of the published growth leaves of a whole number of dollars; beyond the blur nothing can be told.
_ROOM, _EPSILON, _BLUR = 1e-6, 1e-15, 0.25
_NOTES = {
    "first_year_2017": (
        "illustration: 2017 rebuilt for flows still alive in 2024; flows that died in between are missing, "
        "past growth cannot be scored: an upper bound, not a back-test"
    ),
    "literal_2016": (
        "illustration: 2016 rebuilt as v / (1 + g)^8 for flows with a growth; survivors only, births and deaths "
        "missing, past growth cannot be scored, the base year is wrong for every row: neither a bound nor a back-test"
    ),
}


class EngineLike(Protocol):
    """The part of an engine that is needed here."""

    def execute(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        ...

    def columns(self, sql: str, params: Sequence[object] = ()) -> dict[str, NDArray[Any]]:
        """Run one query and return its result as one numpy array a column."""
        ...


def years_since_first(
    value: NDArray[np.float64], growth: NDArray[np.float64], longest: int = LAST - FIRST
) -> NDArray[np.int64]:
    """Return over how many years each growth runs; 0 where there is none.

    ``value`` is in thousand US dollars, ``growth`` in percent a year. The number of years is the n of 1 to `longest`
    for which the first value is a whole, positive number of dollars; of several, the one with the smallest first value,
    where rounding leaves the least to chance (the longest if growing, the shortest if falling).
    """
    found = np.zeros(len(value), dtype=np.int64)
    known = (growth != 0) & (growth > -100)
    for n in range(1, longest + 1):
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            rate = 1.0 + growth / 100.0
            dollars = value * 1000.0 / rate**n
            whole = np.round(dollars)
            room = _ROOM + n * _EPSILON * (1.0 + 1.0 / rate) * dollars
            fits = known & (whole >= 1) & (room < _BLUR) & (np.abs(dollars - whole) <= room)
        found[fits & ((growth > 0) | (found == 0))] = n
    return found


def _fits(n: int) -> str:
    """Return the condition of `years_since_first` as SQL."""
    rate = "(1 + cagr_8y / 100)"
    dollars = f"(v * 1000 / power({rate}, {n}))"
    room = f"({_ROOM} + {n} * {_EPSILON} * (1 + 1 / {rate}) * {dollars})"
    return f"(round({dollars}) >= 1 AND {room} < {_BLUR} AND abs({dollars} - round({dollars})) <= {room})"


def survivors_panel(engine: EngineLike, relation: str, reading: Reading = "first_year_2017") -> dict[int, FlowArrays]:
    """Return the rebuilt first year and the last one, from a table with i, j, k, v (thousand USD), cagr_8y (%).

    "first_year_2017": a flow whose growth runs over seven years was there in 2017, the others were not yet (births are
    known, deaths are missing). "literal_2016": every flow with a growth is taken back eight years, as the file's
    description says.
    """
    if reading not in _NOTES:
        raise BadInputError(
            f"unknown reading {reading!r}", todo="give first_year_2017 or literal_2016", field="reading"
        )
    literal = reading == "literal_2016"
    years = LAST - (LITERAL if literal else FIRST)
    known = "cagr_8y <> 0 AND cagr_8y > -100"
    if not literal:
        shorter = " OR ".join(_fits(n) for n in range(1, years))
        known += f" AND {_fits(years)} AND (cagr_8y > 0 OR NOT ({shorter}))"
    columns = "i AS exporter, j AS market, k AS code"
    base = f"CASE WHEN {known} THEN v * 1000 / power(1 + cagr_8y / 100, {years}) ELSE 0 END"
    panel = {}
    for year, dollars in ((LAST - years, base), (LAST, "v * 1000")):
        engine.execute(
            f"CREATE OR REPLACE VIEW survivors AS SELECT {columns}, round({dollars}) AS value_usd "
            f"FROM {relation} WHERE isfinite({dollars})"
        )
        panel[year] = load_flows(engine, "survivors")
    engine.execute("DROP VIEW survivors")
    return panel


def illustrate(
    engine: EngineLike,
    relation: str,
    exporters: Sequence[str],
    baskets: Baskets,
    reading: Reading = "first_year_2017",
    resamples: int = 500,
    gravity: Predictor | None = None,
) -> Backtest:
    """Run the illustration; its `note` says what it is not, and must be printed with it."""
    panel = survivors_panel(engine, relation, reading)
    first, last = sorted(panel)
    predictors: dict[str, Predictor] = {"potential_static": potential_static, "imports_from": todays_size}
    if gravity is not None:
        predictors["gravity"] = gravity
    return backtest(panel, exporters, baskets, last - first, predictors, resamples, note=_NOTES[reading])
