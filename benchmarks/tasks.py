"""What runs in a process of its own: `python -m benchmarks.tasks NAME ARGUMENTS`, arguments and answer as JSON.

Each task measures itself from its first byte read to its last result; the start of Python and imports are outside, for
ours as for the reference.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portulan.atlas.engine import Engine
    from portulan.atlas.indicators.base import Statement

MEMORY, THREADS = "4GB", 2
Said = dict[str, Any]


def read_and_sum(path: str) -> Said:
    """The reference: read the file and sum `v` by (i, j, k), nothing else. Its result is counted, not kept."""
    import duckdb

    start = time.perf_counter()
    connection = duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY})
    sums = f"SELECT i, j, k, SUM(v) AS v FROM read_parquet('{path}') GROUP BY ALL"
    [(rows, total)] = connection.execute(f"SELECT COUNT(*), SUM(v) FROM ({sums})").fetchall()
    return {"seconds": time.perf_counter() - start, "rows": rows, "total": total}


def engine_floor() -> Said:
    """The floor of a cold answer: Python started, the engine imported, one question of no content put to it."""
    import duckdb

    duckdb.connect().execute("SELECT 1").fetchall()
    return {}


def rca(path: str, out: str) -> Said:
    """RCA of every exporter and product by the program's own statements, on the file as it is, as the peers do."""
    from portulan.atlas.engine import open_engine

    statements = _rca_statements()
    start = time.perf_counter()
    with open_engine(MEMORY, THREADS) as engine:
        engine.view(
            "reported_flow",
            "SELECT i AS exporter, j AS market, k AS code, CAST(round(v * 1000) AS BIGINT) AS value_usd "
            f"FROM read_parquet('{path}')",
        )
        return _rca_of_reported_flow(engine, statements, start, out)


def rca_checked(path: str, out: str) -> Said:
    """The same through the reader, with every check that a release is built on (countries, codes, duplicates ...)."""
    from portulan.atlas import inputs
    from portulan.atlas.engine import open_engine
    from portulan.atlas.indicators import trade

    statements = (trade.REPORTED_FLOW, *_rca_statements())
    start = time.perf_counter()
    with open_engine(MEMORY, THREADS) as engine:
        [item] = inputs.plan(engine, [inputs.SourceArgument("baci", Path(path), "HS2017")])
        item.load(engine)
        return _rca_of_reported_flow(engine, statements, start, out)


def _rca_statements() -> Sequence[Statement]:
    """Return what makes the RCA, imported before the clock starts, as the libraries of the peers are."""
    from portulan.atlas.indicators import rca as indicator
    from portulan.atlas.indicators import trade

    totals = (indicator.EXPORTER_TOTAL, indicator.WORLD_TOTAL)
    return (trade.EXPORTER_PRODUCT, trade.WORLD_PRODUCT, *totals, indicator.PRODUCT_RCA)


def _rca_of_reported_flow(engine: Engine, statements: Sequence[Statement], start: float, out: str) -> Said:
    """Compute, stop the clock once the table is there (a data frame for the peers), then keep its rows in `out`."""
    for statement in statements:
        (engine.materialise if statement.kept else engine.view)(statement.name, statement.select)
    seconds = time.perf_counter() - start
    found = engine.columns("SELECT exporter, code, rca FROM product_rca WHERE exports_usd > 0")
    import numpy as np

    np.savez(out, exporter=found["exporter"].astype("U3"), code=found["code"].astype("U6"), rca=found["rca"])
    return {"seconds": seconds, "rows": len(found["rca"])}


def vitals(port: int, paths: Sequence[str], times: int = 3) -> Said:
    """What a reader's browser sees of each page, its processor slowed four times: paint, shift, bytes."""
    from benchmarks.browser import look

    return {"pages": [look(port, path, times) for path in paths]}


def compare(one: str, other: str) -> Said:
    """The largest relative difference of two RCA results; every exporter and product must be in both."""
    import numpy as np

    from portulan.atlas.reference import countries

    sorted_pairs = []
    for path in (one, other):
        with np.load(path) as kept:
            # A peer keeps the spellings of the file (CEPII's S19 for Taiwan), ours are ISO3.
            exporters, place = np.unique(kept["exporter"], return_inverse=True)
            iso3 = np.array([countries.country(str(code)).iso3 for code in exporters], dtype="U3")
            keys = np.char.add(iso3[place], kept["code"])
            order = np.argsort(keys)
            sorted_pairs.append((keys[order], kept["rca"][order]))
    (keys, mine), (other_keys, theirs) = sorted_pairs
    if not np.array_equal(keys, other_keys):
        raise SystemExit(f"{len(np.setxor1d(keys, other_keys))} exporters and products are in one result only")
    return {"rows": len(keys), "worst": float(np.max(np.abs(mine - theirs) / theirs))}


def doubt(path: str, out: str, exporter: str, draws: int) -> Said:
    """Intervals of one exporter over every sector and perimeter; the year is read before, as in a build."""
    from portulan.atlas import flows, inputs
    from portulan.atlas.doubt_tables import Doubter
    from portulan.atlas.engine import open_engine
    from portulan.atlas.indicators import trade
    from portulan.atlas.pipeline import run_statements

    with open_engine(MEMORY, THREADS) as engine:
        [item] = inputs.plan(engine, [inputs.SourceArgument("baci", Path(path), "HS2017")])
        item.load(engine)
        lines = item.baskets(engine)
        flows.load_baskets(engine, lines)
        run_statements(engine, (trade.REPORTED_FLOW,))
        start = time.perf_counter()
        made = Doubter((exporter,), draws, THREADS).write(engine, Path(out), item.flow, item.year, lines)
        return {"seconds": time.perf_counter() - start, "rows": made.rows}


def default_release(out: str) -> Said:
    """Build the release shipped with the program."""
    from portulan.atlas import api

    start = time.perf_counter()
    api.build_default_release(Path(out))
    return {"seconds": time.perf_counter() - start}


def answers(release: str, exporter: str, times: int) -> Said:
    """Put every question of the api to one release: once not asked before in this process, then again and again."""
    from benchmarks.questions import ask_all

    return ask_all(release, exporter, times)


def searched(home: str, cards: int, vendor: str) -> Said:
    """Fill an index of the search with cards that nobody wrote, and put queries of every sort to it."""
    from benchmarks import searching

    return searching.searched(home, cards, vendor)


def yearly(path: str, out: str, first: int, last: int) -> Said:
    """Write one Parquet file a year, every one as long as the real year: other values, the newest year as it is."""
    from benchmarks.data import write_years

    return write_years(Path(path), Path(out), first, last)


def synthetic(out: str, rows: int) -> Said:
    """Write a file in the shape of the real one."""
    from benchmarks.data import write_synthetic

    return write_synthetic(Path(out), rows)


def desk_fill(home: str, release: str, quick: bool) -> Said:
    """Make the desk of six years in the SQLite database of a home."""
    from benchmarks import desk_inside

    return desk_inside.fill(home, release, quick=quick)


def desk_database(url: str, make: bool) -> Said:
    """Make a database of PostgreSQL, or take it away."""
    from benchmarks import desk_inside

    return desk_inside.database(url, make=make)


def desk_copy(home: str, url: str) -> Said:
    """Copy the desk to PostgreSQL."""
    from benchmarks import desk_inside

    return desk_inside.copy(home, url)


def desk_look(home: str, release: str, url: str, readers: Sequence[Said], times: int) -> Said:
    """Count queries and time the routing."""
    from benchmarks import desk_inside

    return desk_inside.look(home, release, url, readers, times)


def desk_count(home: str, url: str) -> Said:
    """Count what came in."""
    from benchmarks import desk_inside

    return desk_inside.count(home, url)


TASKS: dict[str, Callable[..., Said]] = {
    task.__name__: task
    for task in (
        read_and_sum,
        engine_floor,
        rca,
        rca_checked,
        vitals,
        compare,
        doubt,
        default_release,
        answers,
        searched,
        yearly,
        synthetic,
        desk_fill,
        desk_database,
        desk_copy,
        desk_look,
        desk_count,
    )
}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2]))))
