"""The public computation: doubt on the ranking of markets by static potential, for one exporter or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.doubt.arrays import FlowArrays
from portulan.atlas.doubt.draw import BLOCK, draw_common, draw_potential, draw_rows, draw_world, generator
from portulan.atlas.doubt.noise import NoiseModel
from portulan.atlas.doubt.plan import Drawn, ExporterPlan, Plan, exporter_plan, make_plan
from portulan.atlas.doubt.table import MIN_YEARS, DoubtTable, YearDraws, doubt_table
from portulan.atlas.doubt.world import Baskets
from portulan.atlas.errors import BadInputError

Tables = dict[str, DoubtTable]
_COMMON, _ROWS, _OWN = 0, 1, 2


def rank_doubt(
    flows: FlowArrays,
    exporter: str,
    baskets: Baskets,
    noise: NoiseModel,
    draws: int = 500,
    seed: int = 20240101,
    years: Sequence[FlowArrays] | None = None,
    drawn: Drawn = "baskets",
    threads: int = 2,
) -> Tables:
    """Return for each basket the doubt on one exporter's ranking of markets by static potential.

    ``baskets`` maps a basket to its codes and their weights (0 < w <= 1). ``years`` are the other years loaded, in any
    order; with `flows` they must be three or more to be drawn, else they are left aside and the table says
    "excludes year-to-year change". ``drawn="all"`` draws every flow of every product (small worlds: it is what the
    approximation of the products outside the baskets is tested against). The result depends on the data, `draws` and
    `seed` only: not on the order of rows, on `threads`, nor on which other exporters are asked for.

    Raises UnknownCodeError for an exporter without exports, BadInputError for bad weights or fewer than 20 draws.
    """
    return rank_doubt_many(flows, (exporter,), baskets, noise, draws, seed, years, drawn, threads)[exporter]


def rank_doubt_many(
    flows: FlowArrays,
    exporters: Sequence[str],
    baskets: Baskets,
    noise: NoiseModel,
    draws: int = 500,
    seed: int = 20240101,
    years: Sequence[FlowArrays] | None = None,
    drawn: Drawn = "baskets",
    threads: int = 2,
) -> dict[str, Tables]:
    """Return `rank_doubt` of several exporters, which share the sums and the draws of the baskets' codes."""
    if draws < BLOCK:
        raise BadInputError(
            f"{draws} draws are too few for an interval", todo=f"ask for {BLOCK} or more", field="draws"
        )
    if not baskets:
        raise BadInputError("no basket to rank", todo="give at least one basket of product codes", field="baskets")
    loaded = [*(years or ()), flows]
    if len(loaded) < MIN_YEARS:
        loaded = [flows]
    found: list[dict[str, NDArray[np.float32]]] = []
    ready: list[tuple[Plan, dict[str, ExporterPlan]]] = []
    for position, year in enumerate(loaded):
        plan = make_plan(year, baskets, noise, drawn)
        # An exporter may have sold nothing in an earlier year; it must in the year shown.
        present = exporters if position == len(loaded) - 1 else [name for name in exporters if name in year.exporters]
        ones = {name: exporter_plan(plan, name) for name in present}
        # Each year has its share of the draws, and its own streams.
        size = draws // len(loaded) + (1 if position < draws % len(loaded) else 0)
        found.append(_run(plan, ones, size, (seed, position), threads))
        ready.append((plan, ones))
    return {name: _tables(ready, found, name) for name in exporters}


def _run(
    plan: Plan, ones: Mapping[str, ExporterPlan], draws: int, seed: tuple[int, int], threads: int
) -> dict[str, NDArray[np.float32]]:
    """Draw one year in blocks, each with its own seeds, on as many threads as allowed."""
    shape = (draws, len(plan.baskets), len(plan.flows.markets))
    result = {name: np.zeros(shape, dtype=np.float32) for name in ones}
    start, year = seed

    def block(number: int) -> None:
        first = number * BLOCK
        size = min(BLOCK, draws - first)
        rng = generator(start, _COMMON, year, number)
        commons = [draw_common(plan, rng) for _ in range(size)]
        rng = generator(start, _ROWS, year, number)
        rows = [draw_rows(plan, common, rng) for common in commons]
        world = draw_world(plan, commons)
        for name, one in ones.items():
            rng = generator(start, _OWN, year, number, *name.encode())
            result[name][first : first + size] = draw_potential(plan, one, commons, rows, world, rng)

    with ThreadPoolExecutor(max(1, threads)) as pool:
        list(pool.map(block, range(-(-draws // BLOCK))))
    return result


def _tables(
    ready: Sequence[tuple[Plan, dict[str, ExporterPlan]]], found: Sequence[dict[str, NDArray[np.float32]]], name: str
) -> Tables:
    """Bring the years of one exporter together on the markets of the last one, basket by basket."""
    last = ready[-1][0]
    markets = last.flows.markets
    tables = {}
    for number, basket in enumerate(last.baskets):
        years = []
        for (plan, ones), drawn in zip(ready, found, strict=True):
            if name not in ones:
                continue
            place = {market: n for n, market in enumerate(plan.flows.markets)}
            column = np.array([place.get(market, -1) for market in markets])
            value = np.where(column >= 0, ones[name].potential[number][column], np.nan)
            draws = np.where(column >= 0, drawn[name][:, number][:, column], np.nan).astype(np.float64)
            years.append(YearDraws(value, draws))
        tables[basket] = doubt_table(markets, years if len(years) >= MIN_YEARS else years[-1:])
    return tables
