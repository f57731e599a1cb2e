"""The questions of the api, timed in one warm process."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

from portulan.atlas import api

SECTORS = ("book", "music", "fashion", "crafts", "visual_arts", "all")


def questions(release: api.Release, exporter: str, market: str, sector: str) -> dict[str, Callable[[], object]]:
    """Return every call of the api that answers a question (to build or verify a release is a job, not a question)."""
    rank = partial(api.rank, release, exporter=exporter, sector=sector)
    show = partial(api.show, release, exporter=exporter, sector=sector)
    ranking = rank(by="imports_from")
    return {
        "open_release": lambda: api.open_release(release.path),
        "show, one market": lambda: show(market=market),
        "show, the exporter": show,
        "rank by imports_from": lambda: rank(by="imports_from", top=20),
        "rank by potential_static": lambda: rank(by="potential_static", with_estimates=True),
        "world_map": lambda: api.world_map(ranking, lang="fr"),
        "world_svg": api.world_svg,
        "map_css": api.map_css,
        "sectors": api.sectors,
        "countries": api.countries,
        "perimeters": api.perimeters,
        "indicators": api.indicators,
        "indicator": lambda: api.indicator("rca"),
        "sources": lambda: api.sources(release),
        "crosswalk": lambda: api.crosswalk("HS2017"),
    }


def ask_all(path: str, exporter: str, times: int) -> dict[str, Any]:
    """Return milliseconds: of each call asked again (median), of slices not read before, and the engine's floor."""
    release = api.open_release(path)
    market = next(row.market for row in api.rank(release, exporter=exporter, sector="all", by="imports_from").rows)
    again: dict[str, float] = {}
    for name, ask in questions(release, exporter, market, "book").items():
        ask()
        again[name] = median(_milliseconds(ask) for _ in range(times))
    first: dict[str, float] = {}
    for sector in SECTORS:
        first[f"rank of {sector}"] = _milliseconds(partial(api.rank, release, exporter="ITA", sector=sector))
        first[f"show of {sector}"] = _milliseconds(
            partial(api.show, release, exporter="DEU", sector=sector, market=market)
        )
    floor = median(_milliseconds(lambda: release.engine.execute("SELECT 1")) for _ in range(times))
    release.close()
    return {"again": again, "first": first, "floor": floor}


def _milliseconds(ask: Callable[[], object]) -> float:
    start = time.perf_counter()
    ask()
    return (time.perf_counter() - start) * 1000
