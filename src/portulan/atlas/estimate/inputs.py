"""What fits and predictions start from, as matrices: shipped covariates, shipped context, flows given as columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.estimate.effects import Floats
from portulan.atlas.estimate.gravity import COVARIATES
from portulan.atlas.estimate.missing import Context
from portulan.atlas.estimate.validate import ProductFlows
from portulan.atlas.reference.context import Indicator, context_value
from portulan.atlas.reference.pairs import pair_covariates


def covariate_matrices(countries: Sequence[str]) -> Floats:
    """Return the covariates of the gravity (see `COVARIATES`) as 4 x n x n, row exporter, column market.

    The natural logarithm of the distance in km; NaN on the diagonal and where the reference does not know.
    """
    place = {country: position for position, country in enumerate(countries)}
    pairs = pair_covariates(list(countries))
    rows = np.array([place[country] for country in pairs["exporter"]])
    columns = np.array([place[country] for country in pairs["market"]])
    out = np.full((len(COVARIATES), len(countries), len(countries)), np.nan)
    out[0, rows, columns] = np.log(pairs["distance_km"])
    for position, name in enumerate(COVARIATES[1:], start=1):
        out[position, rows, columns] = pairs[name]
    return out


def importer_context(countries: Sequence[str]) -> Context:
    """Return ln GDP (current US dollars) and ln population of the shipped context table; NaN where it has none."""

    def logs(indicator: Indicator) -> Floats:
        values = [context_value(country, indicator) for country in countries]
        return np.array([np.log(one.value) if one is not None and one.value > 0.0 else np.nan for one in values])

    return Context(log_gdp=logs("gdp"), log_population=logs("population"))


def flow_matrix(
    countries: Sequence[str],
    exporter: NDArray[Any],
    market: NDArray[Any],
    value_usd: NDArray[Any],
    reporting: Collection[str],
) -> Floats:
    """Return flows given as columns (ISO3, ISO3, US dollars) as an n x n matrix, row exporter, column importer.

    Repeated pairs are added up. The column of an importer that is not in ``reporting`` is NaN; an absent flow of one
    that is, 0. Raises UnknownCodeError for a country that is not in ``countries``, BadInputError for a flow to an
    importer said not to report.
    """
    place = {country: position for position, country in enumerate(countries)}
    out = np.zeros((len(countries), len(countries)))
    np.add.at(out, (_places(exporter, place), _places(market, place)), np.asarray(value_usd, dtype=np.float64))
    absent = np.array([country not in reporting for country in countries])
    if (out[:, absent] > 0.0).any():
        first = next(c for c, gone in zip(countries, absent, strict=True) if gone and out[:, place[c]].any())
        raise BadInputError(f"flows to {first}, said not to report", todo="add it to the reporting importers")
    out[:, absent] = np.nan
    return out


def product_flows(
    countries: Sequence[str],
    columns: Mapping[str, NDArray[Any]],
    trade: Floats,
    hypothetical: Floats,
) -> ProductFlows:
    """Return the columns exporter, market, code, value_usd of cultural products as `validate` wants them.

    ``trade`` and ``hypothetical``: see `ProductFlows`; `flow_matrix` makes them from columns. Rows are put in order
    first, so that the order given does not matter, to the last bit.
    """
    place = {country: position for position, country in enumerate(countries)}
    codes, code = np.unique(np.asarray(columns["code"]).astype(str), return_inverse=True)
    exporter, importer = _places(columns["exporter"], place), _places(columns["market"], place)
    value = np.asarray(columns["value_usd"], dtype=np.float64)
    order = np.lexsort((value, code, importer, exporter))
    return ProductFlows(
        countries=tuple(countries),
        codes=tuple(str(one) for one in codes),
        exporter=exporter[order],
        importer=importer[order],
        code=code.astype(np.int64)[order],
        value=value[order],
        trade=trade,
        hypothetical=hypothetical,
    )


def _places(codes: NDArray[Any], place: Mapping[str, int]) -> NDArray[np.int64]:
    labels, inverse = np.unique(np.asarray(codes).astype(str), return_inverse=True)
    unknown = [str(label) for label in labels if label not in place]
    if unknown:
        raise UnknownCodeError("country", unknown[0], todo="give every country of the flows in `countries`")
    positions = np.array([place[str(label)] for label in labels], dtype=np.int64)
    return positions[inverse]
