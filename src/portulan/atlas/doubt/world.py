"""Sums over all flows that the static export potential needs, and the potential itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.doubt.arrays import FlowArrays
from portulan.atlas.doubt.noise import NoiseModel
from portulan.atlas.errors import BadInputError, UnknownCodeError

Matrix = NDArray[np.float64]
Baskets = Mapping[str, Mapping[str, float]]
_CHUNK = 2_000_000


@dataclass(frozen=True, slots=True)
class Sums:
    """Totals of one year, USD: ``supply`` X (exporter x product), ``demand`` M (market x product), ``bilateral`` V."""

    supply: Matrix
    demand: Matrix
    bilateral: Matrix

    @property
    def world(self) -> NDArray[np.float64]:
        """World exports of each product (USD)."""
        total: NDArray[np.float64] = self.supply.sum(axis=0)
        return total


def table_sum(rows: NDArray[np.int32], columns: NDArray[np.int32], weight: Matrix, shape: tuple[int, int]) -> Matrix:
    """Return the table of `shape` of the sums of `weight` by (row, column), in passes that need little memory."""
    result = np.zeros(shape[0] * shape[1])
    for start in range(0, len(weight), _CHUNK):
        part = slice(start, start + _CHUNK)
        key = rows[part].astype(np.int64) * shape[1] + columns[part]
        result += np.bincount(key, weights=weight[part], minlength=len(result))
    return result.reshape(shape)


def sums(flows: FlowArrays) -> Sums:
    """Return X, M and V of these flows."""
    exporters, markets, products = len(flows.exporters), len(flows.markets), len(flows.products)
    return Sums(
        supply=table_sum(flows.exporter, flows.product, flows.value, (exporters, products)),
        demand=table_sum(flows.market, flows.product, flows.value, (markets, products)),
        bilateral=table_sum(flows.exporter, flows.market, flows.value, (exporters, markets)),
    )


def weights_table(flows: FlowArrays, baskets: Baskets) -> Matrix:
    """Return the weights of the baskets as a table basket x product; codes that the flows do not hold weigh nothing.

    Raises BadInputError for a weight outside ]0, 1].
    """
    position = {code: n for n, code in enumerate(flows.products)}
    table = np.zeros((len(baskets), len(position)))
    for row, (basket, codes) in enumerate(baskets.items()):
        for code, weight in codes.items():
            if not 0 < weight <= 1:
                raise BadInputError(
                    f"weight of {code} in {basket} is {weight}", todo="give a weight in ]0, 1]", field="weight"
                )
            if code in position:
                table[row, position[code]] = weight
    return table


def row_of(exporter: str, flows: FlowArrays) -> int:
    """Return the index of an exporter; UnknownCodeError where it exports nothing."""
    try:
        return flows.exporters.index(exporter)
    except ValueError:
        raise UnknownCodeError("exporter", exporter, todo="give the ISO3 code of a country with exports") from None


def exporter_shares(totals: Sums) -> Matrix:
    """Return s_ik = X_ik / X_k (exporter x product)."""
    world = totals.world
    return totals.supply / np.where(world > 0, world, 1.0)


def potential_table(totals: Sums, weights: NDArray[np.float64]) -> Matrix:
    """Return the static potential of one basket (weights by product) as a table exporter x market, USD.

    ``ease_ij * sum_k w_k s_ik M_jk`` with ``ease_ij = V_ij / sum_k s_ik M_jk`` over all products (Decreux & Spies 2016,
    every correction off). Zero where the pair trades nothing; never missing for a market that reports.
    """
    share = exporter_shares(totals)
    codes = np.flatnonzero(weights)
    expected = share @ totals.demand.T
    wanted = (share[:, codes] * weights[codes]) @ totals.demand[:, codes].T
    result: Matrix = totals.bilateral * wanted / np.where(expected > 0, expected, 1.0)
    return result


def trade_table(flows: FlowArrays, weights: NDArray[np.float64]) -> Matrix:
    """Return imports of one basket as a table exporter x market, USD."""
    keep = np.flatnonzero(weights[flows.product] > 0)
    return table_sum(
        flows.exporter[keep],
        flows.market[keep],
        flows.value[keep] * weights[flows.product[keep]],
        (len(flows.exporters), len(flows.markets)),
    )


def noise_sums(flows: FlowArrays, noise: NoiseModel) -> tuple[Matrix, Matrix]:
    """Return the variance of independent noise summed by (market, product) and by (exporter, market), USD squared."""
    markets, products = len(flows.markets), len(flows.products)
    by_demand = np.zeros((markets, products))
    by_pair = np.zeros((len(flows.exporters), markets))
    for start in range(0, len(flows), _CHUNK):
        part = slice(start, start + _CHUNK)
        value = flows.value[part]
        variance = noise.relative_variance(value) * value**2
        by_demand += table_sum(flows.market[part], flows.product[part], variance, by_demand.shape)
        by_pair += table_sum(flows.exporter[part], flows.market[part], variance, by_pair.shape)
    return by_demand, by_pair
