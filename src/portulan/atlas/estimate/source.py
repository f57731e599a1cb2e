"""What validation needs of a loaded year: product flows, bilateral totals and what ease compares them with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from portulan.atlas.engine import Engine
from portulan.atlas.estimate.inputs import flow_matrix, product_flows
from portulan.atlas.estimate.parameters import BasketId
from portulan.atlas.estimate.validate import ProductFlows
from portulan.atlas.flows import BasketLine
from portulan.atlas.indicators import potential, trade
from portulan.atlas.pipeline import run_statements

_STATEMENTS = (
    trade.REPORTED_FLOW,
    trade.EXPORTER_PRODUCT,
    trade.MARKET_PRODUCT,
    trade.WORLD_PRODUCT,
    trade.PAIR_TOTAL,
    potential.SUPPLY,
    potential.HYPOTHETICAL,
    potential.CULTURE_LINE,
    potential.CULTURE_FLOW,
)


def product_flows_of(engine: Engine, countries: Sequence[str]) -> ProductFlows:
    """Read the loaded year (``product_flow``, ``reporting_market`` and the baskets are there) for `validate_all`."""
    run_statements(engine, _STATEMENTS)
    reporting = {str(row[0]) for row in engine.execute("SELECT market FROM reporting_market")}
    matrices = []
    for select in (
        "SELECT exporter, market, CAST(trade_usd AS DOUBLE) AS v FROM pair_total ORDER BY exporter, market",
        "SELECT exporter, market, CAST(hypothetical_usd AS DOUBLE) AS v FROM hypothetical ORDER BY exporter, market",
    ):
        found = engine.columns(select)
        matrices.append(flow_matrix(countries, found["exporter"], found["market"], found["v"], reporting))
    columns = engine.columns(
        "SELECT exporter, market, code, value_usd FROM culture_flow ORDER BY exporter, market, code"
    )
    columns["value_usd"] = np.asarray(columns["value_usd"], dtype=np.float64)
    return product_flows(countries, columns, trade=matrices[0], hypothetical=matrices[1])


def baskets_of(lines: Iterable[BasketLine]) -> dict[BasketId, dict[str, float]]:
    """Return code -> weight of every canonical basket, as `validate_all` wants them."""
    out: dict[BasketId, dict[str, float]] = {}
    for line in lines:
        if line.perimeter == line.canonical:
            out.setdefault((line.sector, line.perimeter), {})[line.code] = float(line.weight)
    return out
