"""`portulan atlas fit`: from a source to the parameters of the gravity, kept until the input changes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from portulan.atlas import flows, inputs
from portulan.atlas.engine import Engine, open_engine
from portulan.atlas.errors import AtlasError
from portulan.atlas.estimate import report
from portulan.atlas.estimate.effects import Floats
from portulan.atlas.estimate.fit import fit_all
from portulan.atlas.estimate.inputs import covariate_matrices, importer_context
from portulan.atlas.estimate.parameters import (
    TOTAL,
    BasketId,
    Origin,
    Parameters,
    input_digest,
    read_parameters,
    write_parameters,
)
from portulan.atlas.estimate.source import baskets_of, product_flows_of
from portulan.atlas.estimate.validate import validate_all
from portulan.atlas.indicators import trade
from portulan.atlas.pipeline import Progress, quiet, run_statements
from portulan.atlas.sources import passports


def fit(
    out: Path,
    given: Sequence[inputs.SourceArgument],
    *,
    year: int | None = None,
    memory: str = "4GB",
    threads: int = 2,
    validate: bool = False,
    progress: Progress = quiet,
) -> Parameters:
    """Fit the gravity of every sector and perimeter on one year of goods, and write it in `out`.

    With `validate`, the gravity and the static potential are also compared on cells that neither has seen.

    A folder that already holds the fit of the same input is returned as it is. Raises `AtlasError` where the sources
    hold no goods, or not that year.
    """
    with open_engine(memory, threads) as engine:
        items = [item for item in inputs.plan(engine, given) if item.flow == "goods"]
        chosen = [item for item in items if year is None or item.year == year]
        if not chosen:
            held = ", ".join(str(item.year) for item in items) or "none"
            raise AtlasError(f"no goods of {year or 'any year'} in the sources; years of goods there: {held}")
        item = chosen[-1]
        progress(f"{item.flow} {item.year}: reading", 0.0)
        item.load(engine)
        lines = item.baskets(engine)
        names, matrices = flow_matrices(engine, lines)
        data = product_flows_of(engine, names) if validate else None
    covariates, context = covariate_matrices(names), importer_context(names)
    digest = input_digest(matrices, names, covariates, context)
    found = _kept(out, digest, progress)
    if found is None:
        progress(f"fitting {len(matrices)} baskets", 0.2)
        found = fit_all(matrices, names, covariates, context, _origin(item, digest), workers=threads)
        write_parameters(found, out)
    if data is not None and not (out / report.FILE).exists():
        progress("comparing with the static potential on cells held out", 0.5)
        report.write_validation(list(validate_all(baskets_of(lines), data, covariates)), out)
    return found


def _kept(out: Path, digest: str, progress: Progress) -> Parameters | None:
    """Return the fit that `out` holds of the same input; that of another one loses its validation, and is replaced."""
    if not (out / "manifest.json").exists():
        return None
    kept = read_parameters(out)
    if kept.origin.input_sha256 == digest:
        progress("the same input was fitted before: kept", 0.5)
        return kept
    (out / report.FILE).unlink(missing_ok=True)
    return None


def _origin(item: inputs.Item, digest: str) -> Origin:
    paper = passports.passport(item.source)
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return Origin(item.year, f"{paper.title_en}, {item.scheme}", paper.citation, today, digest)


def flow_matrices(engine: Engine, lines: Sequence[flows.BasketLine]) -> tuple[tuple[str, ...], dict[BasketId, Floats]]:
    """Return the countries and, a basket, their n x n flows (row exporter, column market, US dollars).

    The column of a market that does not report is NaN, the diagonal 0, an absent flow elsewhere 0. ``TOTAL`` holds
    all products. Needs ``product_flow`` and ``reporting_market``.
    """
    flows.load_baskets(engine, lines)
    run_statements(engine, (trade.REPORTED_FLOW, trade.TRADING_COUNTRY, trade.PAIR_TOTAL, trade.CELL_TRADE))
    names = tuple(str(row[0]) for row in engine.execute("SELECT code FROM trading_country ORDER BY code"))
    place = {name: n for n, name in enumerate(names)}
    empty = np.full((len(names), len(names)), np.nan)
    for (market,) in engine.execute("SELECT market FROM reporting_market"):
        empty[:, place[market]] = 0.0
    found: dict[BasketId, Floats] = {
        TOTAL: _filled(empty, place, engine, "SELECT exporter, market, trade_usd AS v FROM pair_total")
    }
    for perimeter, sector in engine.execute("SELECT DISTINCT perimeter, sector FROM cell_trade ORDER BY ALL"):
        rows = (
            "SELECT exporter, market, CAST(imports_from AS DOUBLE) "
            "AS v FROM cell_trade WHERE perimeter = ? AND sector = ?"
        )
        found[sector, perimeter] = _filled(empty, place, engine, rows, (perimeter, sector))
    return names, found


def _filled(empty: Floats, place: dict[str, int], engine: Engine, select: str, params: tuple[str, ...] = ()) -> Floats:
    out = empty.copy()
    for exporter, market, value in engine.execute(select, params):
        out[place[exporter], place[market]] = value
    return out
