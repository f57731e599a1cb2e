"""Recomputes from published BACI files whether cultural exports grew faster than all exports, in goods.

For an exporter and two years it compares the exports of the cultural and creative industries, in each perimeter, with
those of all goods. Twice: over everything the source holds, and over the importers and codes it holds in both years,
so that a market that starts to report, or a code that appears, does not pass for growth.

    X_t = Σ_j Σ_k w_k · v_jkt      growth = X_until / X_since − 1      times = growth / growth of all goods

``w_k`` is the part of the code k that belongs to the perimeter (1 for all goods), ``v`` whole US dollars FOB.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np

from portulan.atlas import inputs
from portulan.atlas.engine import Engine, open_engine
from portulan.atlas.errors import AtlasError, BadInputError
from portulan.atlas.evidence.rates import Rate, by_year
from portulan.atlas.figures import Coverage, Passport, Status
from portulan.atlas.pipeline import Progress, quiet
from portulan.atlas.reference import countries, fitness, sectors
from portulan.atlas.sources.reading import Quarantined

Scope = Literal["all", "common"]
Currency = Literal["USD", "EUR"]
ALL_GOODS: Final = "all_goods"
"""Stands where the perimeters stand: everything that the exporter sells, culture or not."""
SCOPES: Final[tuple[Scope, ...]] = ("all", "common")
FROM, TO = 2013, 2016
_MILLION = 1_000_000
# First year of each edition that may reach back to 2013 (the passport of BACI lists them all).
_FIRST_YEARS: Final = (("HS22", 2022), ("HS17", 2017), ("HS12", 2012), ("HS92", 1995))


@dataclass(frozen=True, slots=True)
class GrowthRow:
    """Exports in one perimeter, currency and scope, from the first year to the last.

    ``perimeter`` is one of the perimeters or ``all_goods``. ``values`` are US dollars or euros by year. ``growth`` is
    total over the window and ``growth_per_year`` its annual average (both as ratios: 0.2 is 20 %); ``times`` and
    ``times_per_year`` divide them by those of all goods. What cannot be said is None, and ``gap`` (a key of
    `GAP_TEXTS`) says why a growth is; ``times`` is None too where all goods did not grow.
    """

    perimeter: str
    currency: Currency
    scope: Scope
    values: Mapping[int, float]
    growth: float | None
    growth_per_year: float | None
    times: float | None
    times_per_year: float | None
    status: Status
    gap: str
    passport: Passport


@dataclass(frozen=True, slots=True)
class ExportGrowth:
    """The growth of cultural exports beside that of all exports, with what is missing behind it.

    ``years`` were read; ``years_missing`` lie in the window and are not in the source. ``importers`` are those the
    source holds in both years, ``importers_since`` and ``importers_until`` those it holds in one of the two only.
    ``codes_missing`` are codes of the widest perimeter that the source lacks in both years, ``codes_one_end`` in one.
    """

    exporter: str
    since: int
    until: int
    scheme: str
    years: tuple[int, ...]
    years_missing: tuple[int, ...]
    rates: tuple[Rate, ...]
    rows: tuple[GrowthRow, ...]
    importers: tuple[str, ...]
    importers_since: tuple[str, ...]
    importers_until: tuple[str, ...]
    importers_never: tuple[str, ...]
    codes_missing: tuple[str, ...]
    codes_one_end: tuple[str, ...]
    quarantined: tuple[Quarantined, ...]

    def row(self, perimeter: str, currency: Currency = "USD", scope: Scope = "common") -> GrowthRow:
        """Return one row; raise `KeyError` where it was not computed (euros without rates)."""
        for row in self.rows:
            if (row.perimeter, row.currency, row.scope) == (perimeter, currency, scope):
                return row
        raise KeyError((perimeter, currency, scope))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one year of the source holds, whoever sells."""

    importers: frozenset[str]
    countries: frozenset[str]
    codes: frozenset[str]


def export_growth(
    given: inputs.SourceArgument,
    *,
    exporter: str = "FRA",
    since: int = FROM,
    until: int = TO,
    rates: Sequence[Rate] = (),
    memory: str = "4GB",
    threads: int = 2,
    progress: Progress = quiet,
) -> ExportGrowth:
    """Compare the growth of cultural exports with that of all exports, from BACI as published.

    Raises:
        AtlasError: where the window is none, or a rate is missing for one of its ends.
        BadInputError: where the source is not BACI as published, or lacks one of the two years.
        UnknownCodeError: for an exporter that is no country.
    """
    seller = countries.country(exporter).iso3
    if since >= until:
        raise AtlasError(f"growth from {since} to {until} is none; give a later year with --to")
    if given.name != "baci":
        raise AtlasError(f"growth is recomputed from BACI alone, not from {given.name}; write --source baci=PATH")
    kept = _usable_rates(rates, since, until)
    with open_engine(memory, threads) as engine:
        items = _items(engine, given, since, until)
        aside: list[Quarantined] = []
        seen: dict[int, _Seen] = {}
        for place, item in enumerate(items):
            progress(f"goods {item.year}: reading", place / len(items))
            aside += item.load(engine)
            seen[item.year] = _keep(engine, seller, item.year)
        progress("adding up", 0.97)
        totals = _totals(engine, items[0].scheme, seen)
    return _put_together(seller, items[0].scheme, seen, totals, kept, aside)


def _usable_rates(rates: Sequence[Rate], since: int, until: int) -> tuple[Rate, ...]:
    """Return the rates of the window; both ends or none."""
    known = tuple(rate for rate in by_year(rates) if since <= rate.year <= until)
    have = {rate.year for rate in known}
    lacking = [str(year) for year in (since, until) if year not in have]
    if rates and lacking:
        raise AtlasError(
            f"no rate is given for {' and '.join(lacking)}: growth in euros needs both ends of the window; add "
            + " ".join(f"--eur-per-usd {year}=RATE" for year in lacking)
        )
    return known


def _items(engine: Engine, given: inputs.SourceArgument, since: int, until: int) -> list[inputs.Item]:
    """Return the years of the window that the source holds, in order; both ends must be there."""
    planned = inputs.plan(engine, [given])
    held = [item.year for item in planned]
    lacking = [year for year in (since, until) if year not in held]
    if lacking:
        edition = next((name for name, first in _FIRST_YEARS if first <= since), "")
        todo = (
            f"get an edition that holds both: portulan data pull baci={edition}, then give it with --source baci=PATH"
            if edition
            else "BACI begins in 1995; give a later year with --from"
        )
        raise BadInputError(
            f"it does not hold {' nor '.join(map(str, lacking))} (it holds {', '.join(map(str, held))})",
            todo=todo,
            file=given.path.name,
        )
    return [item for item in planned if since <= item.year <= until]


def _keep(engine: Engine, exporter: str, year: int) -> _Seen:
    """Keep what the exporter sells in the year loaded, as the table ``sold_YEAR``; return what the year holds."""
    engine.materialise(
        f"sold_{year}",
        "SELECT CAST(market AS VARCHAR) AS market, CAST(code AS VARCHAR) AS code, value_usd "
        f"FROM product_flow WHERE exporter = '{exporter}'",
    )

    def distinct(column: str) -> frozenset[str]:
        return frozenset(str(row[0]) for row in engine.execute(f"SELECT DISTINCT {column} FROM product_flow"))

    importers = distinct("market") - {exporter}
    seen = _Seen(importers, (importers | distinct("exporter")) - {exporter}, distinct("code"))
    engine.drop("product_flow", "reporting_market")
    return seen


_Totals = dict[tuple[str, Scope, int], float]

SUMS = """
SELECT chosen_code.perimeter, chosen_market.scope,
  SUM(CAST(sold.value_usd AS HUGEINT) * CAST(chosen_code.millionths AS HUGEINT)) AS millionths
FROM sold_{year} AS sold
JOIN chosen_market ON chosen_market.market = sold.market
JOIN chosen_code ON chosen_code.code = sold.code AND chosen_code.scope = chosen_market.scope
GROUP BY chosen_code.perimeter, chosen_market.scope
"""
"""Exports by perimeter and scope: whole dollars times whole millionths, so that the sum is the same in any order."""


def _totals(engine: Engine, scheme: str, seen: Mapping[int, _Seen]) -> _Totals:
    """Return the exports of each perimeter, scope and year, in US dollars."""
    first, last = seen[min(seen)], seen[max(seen)]
    importers: Mapping[Scope, frozenset[str]] = {
        "all": frozenset().union(*(year.importers for year in seen.values())),
        "common": first.importers & last.importers,
    }
    codes: Mapping[Scope, frozenset[str]] = {
        "all": frozenset().union(*(year.codes for year in seen.values())),
        "common": first.codes & last.codes,
    }
    chosen = [(scope, ALL_GOODS, code, _MILLION) for scope in SCOPES for code in sorted(codes[scope])]
    chosen += [
        (scope, perimeter.id, code, round(weight * _MILLION))
        for scope in SCOPES
        for perimeter in sectors.perimeters()
        for code, weight in sectors.all_basket(scheme, perimeter.id).codes.items()
        if code in codes[scope]
    ]
    markets = [(scope, market) for scope in SCOPES for market in sorted(importers[scope])]
    engine.insert("chosen_market", _columns(("scope", "market"), markets))
    weights = np.array([row[3] for row in chosen], dtype=np.int64)
    engine.insert("chosen_code", {**_columns(("scope", "perimeter", "code"), chosen), "millionths": weights})
    return {
        (str(perimeter), scope, year): int(millionths) / _MILLION
        for year in sorted(seen)
        for perimeter, scope, millionths in engine.execute(SUMS.format(year=year))
    }


def _columns(names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> dict[str, np.ndarray[Any, Any]]:
    return {name: np.array([row[place] for row in rows], dtype=object) for place, name in enumerate(names)}


def _put_together(
    exporter: str,
    scheme: str,
    seen: Mapping[int, _Seen],
    totals: _Totals,
    rates: tuple[Rate, ...],
    aside: Sequence[Quarantined],
) -> ExportGrowth:
    since, until = min(seen), max(seen)
    first, last = seen[since], seen[until]
    every = frozenset().union(*(year.countries for year in seen.values()))
    widest = frozenset().union(*(sectors.all_basket(scheme, one.id).codes for one in sectors.perimeters()))
    both = first.importers & last.importers
    found = ExportGrowth(
        exporter=exporter,
        since=since,
        until=until,
        scheme=scheme,
        years=tuple(sorted(seen)),
        years_missing=tuple(year for year in range(since, until + 1) if year not in seen),
        rates=rates,
        rows=(),
        importers=tuple(sorted(both)),
        importers_since=tuple(sorted(first.importers - last.importers)),
        importers_until=tuple(sorted(last.importers - first.importers)),
        importers_never=tuple(sorted(every - first.importers - last.importers)),
        codes_missing=tuple(sorted(widest - first.codes - last.codes)),
        codes_one_end=tuple(sorted(widest & (first.codes ^ last.codes))),
        quarantined=tuple(aside),
    )
    return replace(found, rows=tuple(_rows(found, totals, frozenset(every))))


def _rows(found: ExportGrowth, totals: _Totals, every: frozenset[str]) -> Iterator[GrowthRow]:
    dollars = dict.fromkeys(found.years, 1.0)
    euros = {rate.year: rate.eur_per_usd for rate in found.rates if rate.year in dollars}
    currencies: list[tuple[Currency, dict[int, float]]] = [("USD", dollars)]
    currencies += [("EUR", euros)] if euros else []
    for currency, rates in currencies:
        for scope in SCOPES:
            whole: GrowthRow | None = None
            for perimeter in (ALL_GOODS, *(one.id for one in sectors.perimeters())):
                values = {
                    year: totals[perimeter, scope, year] * rate
                    for year, rate in sorted(rates.items())
                    if (perimeter, scope, year) in totals
                }
                row = _row(found, perimeter, currency, scope, values, every)
                whole = whole or row
                yield _beside(row, whole)


def _row(
    found: ExportGrowth,
    perimeter: str,
    currency: Currency,
    scope: Scope,
    values: Mapping[int, float],
    every: frozenset[str],
) -> GrowthRow:
    """Return one row without the comparison; a year without trade recorded has no value, and is no zero."""
    codes: frozenset[str] = frozenset()
    if perimeter != ALL_GOODS:
        codes = frozenset(sectors.all_basket(found.scheme, perimeter).codes)
    coverage = Coverage(
        importers_present=len(found.importers),
        importers_total=len(every),
        importers_missing=tuple(sorted(every - set(found.importers))),
        codes_missing=tuple(sorted(codes & {*found.codes_missing, *found.codes_one_end})),
    )
    growth = per_year = None
    first, last = values.get(found.since), values.get(found.until)
    if first and last:
        growth = last / first - 1
        per_year = (last / first) ** (1 / (found.until - found.since)) - 1
    note = f"{found.since}-{found.until}, {found.scheme}"
    if currency == "EUR":
        note += "".join(f"; {rate.year}: 1 USD = {rate.eur_per_usd:g} EUR ({rate.source})" for rate in found.rates)
    fit = None if perimeter == ALL_GOODS else fitness.fitness(sectors.ALL, "goods", codes)
    return GrowthRow(
        perimeter=perimeter,
        currency=currency,
        scope=scope,
        values=MappingProxyType(dict(values)),
        growth=growth,
        growth_per_year=per_year,
        times=None,
        times_per_year=None,
        status="reported" if coverage.complete else "partial",
        gap="" if growth is not None else "window_start_missing",
        passport=Passport("goods", perimeter, found.until, ("baci",), fit, coverage, note),
    )


def _beside(row: GrowthRow, whole: GrowthRow) -> GrowthRow:
    """Add how many times as fast as all goods; nothing where these did not grow, for then it would mislead."""
    if row is whole or row.growth is None or row.growth_per_year is None:
        return row
    if not whole.growth or not whole.growth_per_year or whole.growth <= 0:
        return row
    return replace(row, times=row.growth / whole.growth, times_per_year=row.growth_per_year / whole.growth_per_year)
