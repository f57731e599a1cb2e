"""Questions to a release: open it, show a cell, rank markets. Light on purpose: a command waits for these imports."""

from __future__ import annotations

from pathlib import Path

from portulan.atlas import answers
from portulan.atlas import indicators as _indicators
from portulan.atlas.figures import Figure, Flow, Gap
from portulan.atlas.opened import Release
from portulan.atlas.rankings import Ranking, first_shown, rank_markets
from portulan.atlas.reference import countries as _countries


def open_release(path: str | Path) -> Release:
    """Open a release built by `build`. Raises `BadInputError` where the folder is not one."""
    return Release(Path(path))


def show(
    release: Release,
    *,
    exporter: str,
    sector: str,
    market: str | None = None,
    perimeter: str = "core",
    flow: Flow | None = None,
    year: int | None = None,
) -> tuple[Figure | Gap, ...]:
    """Return every indicator of one cell (or of the exporter alone, without `market`), goods and services apart."""
    flows: tuple[Flow, ...] = ("goods", "services") if flow is None else (flow,)
    out: list[Figure | Gap] = []
    for one in flows:
        found = answers.Slice(answers.place(release, exporter, sector, perimeter, one, year))
        target = "" if market is None else _countries.country(market).iso3
        for sought in _indicators.INDICATORS:
            if target or sought.scope == "exporter":
                out.append(answers.answer(found, sought.id, target))
    return tuple(out)


def figure(
    release: Release,
    *,
    exporter: str,
    market: str,
    sector: str,
    indicator: str,
    perimeter: str = "core",
    flow: Flow = "goods",
    year: int | None = None,
) -> Figure | Gap:
    """Return one indicator of one cell, as a figure with its papers or a gap with its reason."""
    found = answers.Slice(answers.place(release, exporter, sector, perimeter, flow, year))
    return answers.answer(found, indicator, _countries.country(market).iso3)


def rank(
    release: Release,
    *,
    exporter: str,
    sector: str,
    perimeter: str = "core",
    by: str | None = None,
    flow: Flow = "goods",
    year: int | None = None,
    top: int | None = None,
    with_estimates: bool = False,
) -> Ranking:
    """Rank the markets of an exporter in a sector; without `by`, by what leads there (`rankings.first_shown`).

    Markets without a reported value come apart (`Ranking.apart`), as a gap or as an estimate, and take no rank unless
    `with_estimates`; the shipped default release holds nothing but estimates and ranks them.
    """
    at = answers.place(release, exporter, sector, perimeter, flow, year)
    return rank_markets(at, by or first_shown(at), top, with_estimates)
