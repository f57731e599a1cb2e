"""Turns the rows of a release into figures with their papers, and into rankings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from portulan.atlas.errors import UnknownCodeError
from portulan.atlas.figures import Coverage, Figure, Fitness, Flow, Gap, Passport, Status
from portulan.atlas.indicators import indicator
from portulan.atlas.indicators.base import Indicator
from portulan.atlas.opened import Release, Row
from portulan.atlas.reference import countries, fitness, sectors
from portulan.atlas.remarks import DECLARED, holding, told

LEAST_IMPORTERS = 5
"""With fewer importers a "world" total is a few countries' purchases, and RCA, ease and potential say nothing."""


@dataclass(frozen=True)
class Place:
    """Where in the atlas a question is asked: exporter, sector, perimeter, flow and year, all known to exist."""

    release: Release
    exporter: str
    sector: str
    perimeter: str
    flow: Flow
    year: int | None
    canonical: str | None
    codes: tuple[str, ...]

    @cached_property
    def fitness(self) -> Fitness:
        """Whether this flow measures this sector at all."""
        return fitness.fitness(self.sector, self.flow, self.codes or None)

    @cached_property
    def coverage(self) -> Coverage | None:
        """What the figures saw of the world."""
        if self.year is None:
            return None
        unpublished = self.release.unpublished(self.flow, self.year, self.perimeter, self.sector)
        return self.release.coverage(self.flow, self.year, self.codes, unpublished)

    @cached_property
    def papers(self) -> Passport:
        """The papers that most figures of this place share."""
        sources = () if self.year is None else self.release.source_names(self.flow, self.year)
        return Passport(self.flow, self.perimeter, self.year, sources, self.fitness, self.coverage)

    def passport(self, note: str = "") -> Passport:
        """Return the papers of a figure asked for here."""
        return replace(self.papers, note=note) if note else self.papers

    @property
    def estimated(self) -> bool:
        """Whether the release holds nothing but estimates."""
        return self.release.kind == "default"

    def held(self, year: int | None = None) -> frozenset[str]:
        """Return the codes of this basket that the source really holds, in this year or another."""
        at = year or self.year
        if at is None:
            return frozenset()
        _, codes = self.release.basket_of.get((self.flow, at, self.perimeter, self.sector), (None, ()))
        return frozenset(codes) - set(self.release.coverage(self.flow, at, codes).codes_missing)

    @property
    def uniform(self) -> bool:
        """True where no market but the exporter reports: every figure is then the exporter's own declaration."""
        seen = {} if self.year is None else self.release.countries_seen(self.flow, self.year)
        return not any(reports for market, reports in seen.items() if market != self.exporter)

    def reports(self, market: str) -> bool:
        """Whether the market's imports from everyone are known."""
        return self.year is not None and self.release.countries_seen(self.flow, self.year).get(market, False)

    @cached_property
    def base_status(self) -> Status:
        """Status of the rows that figures here are made of."""
        return "reported" if self.year is None else self.release.status(self.flow, self.year)

    def markets(self) -> tuple[str, ...]:
        """Return every country the release knows of here, but the exporter."""
        seen = self.release.countries_seen(self.flow, self.year) if self.year is not None else {}
        return tuple(code for code in sorted(seen) if code != self.exporter)


def place(release: Release, exporter: str, sector: str, perimeter: str, flow: Flow, year: int | None = None) -> Place:
    """Check every word of a question against the reference; raise `UnknownCodeError` for what does not exist."""
    exporter = countries.country(exporter).iso3
    known = (*(s.id for s in sectors.sectors()), sectors.ALL, *sectors.groups())
    if sector not in known:
        raise UnknownCodeError("sector", sector, todo="use one of " + ", ".join(known))
    sectors.perimeter(perimeter)
    if flow not in ("goods", "services"):
        raise UnknownCodeError("flow", flow, todo="use goods or services")
    chosen = year if year is not None else release.latest(flow)
    if chosen is not None and (flow, chosen) not in release.slices:
        chosen = None
    canonical, codes = (
        (None, ()) if chosen is None else release.basket_of.get((flow, chosen, perimeter, sector), (None, ()))
    )
    return Place(release, exporter, sector, perimeter, flow, chosen, canonical, codes)


class Slice:
    """What the release holds for one place, by market; each table is read when first looked at."""

    def __init__(self, at: Place) -> None:
        self.at = at

    @property
    def _key(self) -> tuple[str, int, str, str] | None:
        at = self.at
        return None if at.year is None or at.canonical is None else (at.flow, at.year, at.canonical, at.sector)

    @cached_property
    def cells(self) -> Mapping[str, Row]:
        """Trade, shares and potential of the exporter in each market."""
        return {} if self._key is None else self.at.release.cells(*self._key, self.at.exporter)

    @cached_property
    def markets(self) -> Mapping[str, Row]:
        """Size and suppliers of each market."""
        return {} if self._key is None else self.at.release.markets(*self._key)

    @cached_property
    def exporter(self) -> Row | None:
        """The exporter in the sector: exports and RCA."""
        return None if self._key is None else self.at.release.exporter_row(*self._key, self.at.exporter)

    @cached_property
    def ranks(self) -> Mapping[tuple[str, str], Row]:
        """Intervals on the ranking, by indicator and market."""
        return {} if self._key is None else self.at.release.ranks(*self._key, self.at.exporter)

    @cached_property
    def estimates(self) -> Mapping[str, Row]:
        """What the gravity expects in each market."""
        return {} if self._key is None else self.at.release.estimates(*self._key, self.at.exporter)

    @cached_property
    def market_estimates(self) -> Mapping[str, Row]:
        """Estimated size of the markets that do not report."""
        return {} if self._key is None else self.at.release.market_estimates(*self._key)

    @cached_property
    def pairs(self) -> Mapping[str, Row]:
        """Ease of trade with each market."""
        return {} if self.at.year is None else self.at.release.pair_rows(self.at.flow, self.at.year, self.at.exporter)

    @cached_property
    def links(self) -> Mapping[str, Row]:
        """Distance and language to each market."""
        return self.at.release.link_rows(self.at.exporter)


def answer(found: Slice, ident: str, market: str) -> Figure | Gap:
    """Return one indicator of one market (or of the exporter alone), as a figure or as a gap with its reason."""
    sought = indicator(ident)
    if sought.promises and unmeasured(found.at):
        return gap_of(found.at, sought, market, "not_a_measure")
    if sought.world_denominator and not found.at.estimated and few_importers(found.at):
        return gap_of(found.at, sought, market, "few_importers")
    if sought.scope != "exporter" and market == found.at.exporter and sought.scope in ("cell", "pair"):
        return gap_of(found.at, sought, market, "own_market")
    return _BY_SCOPE[sought.scope](found, sought, market)


def unmeasured(at: Place) -> bool:
    """Whether there are figures here, and they are no measure of the sector: none may be called a potential."""
    return at.fitness == "not a measure" and not why_nothing(at)


def few_importers(at: Place) -> bool:
    """Whether too few importers report for a world total to mean anything."""
    coverage = at.coverage
    return coverage is not None and 0 < coverage.importers_present < LEAST_IMPORTERS


def _cell(found: Slice, sought: Indicator, market: str) -> Figure | Gap:
    at = found.at
    expected = found.estimates.get(market) if sought.id in ("potential_gravity", "imports_from") else None
    if expected is not None and sought.id == "potential_gravity":
        status: Status = "estimated" if expected["imputed"] or at.estimated else "modelled"
        return _estimate(at, sought, market, float(expected["expected"]), expected, status)
    row = found.cells.get(market)
    value = None if row is None else row.get(sought.id)
    if value is not None:
        if at.estimated:
            return _estimate(at, sought, market, float(value), expected)
        return _figure(at, sought, market, float(value), status_of(at, sought), _interval(found, sought, market))
    if expected is not None and expected["imputed"] and sought.id == "imports_from":
        return _estimate(at, sought, market, float(expected["expected"]), expected)
    return gap_of(at, sought, market, _why_no_cell(found, sought, market))


def _interval(found: Slice, sought: Indicator, market: str) -> tuple[float | None, float | None]:
    rank = found.ranks.get((sought.id, market))
    return (None, None) if rank is None else (rank["value_low"], rank["value_high"])


def _why_no_cell(found: Slice, sought: Indicator, market: str) -> str:
    at = found.at
    reason = why_nothing(at)
    if reason:
        return reason
    assert at.year is not None  # noqa: S101 (narrowing: why_nothing has answered otherwise)
    reporting = at.release.countries_seen(at.flow, at.year).get(market, False)
    if sought.id == "potential_gravity":
        return "not_fitted" if at.release.gravity(at.flow, at.year) else "no_fit"
    if at.estimated and sought.id not in ("imports_from", "share", "supplier_rank"):
        return "one_year" if sought.id == "growth" else "no_product_flows"
    if at.estimated:
        return "not_fitted"
    # What the exporter declares of it has a growth of its own, whether the market reports or not.
    declared = found.cells.get(market, {}).get("imports_from") is not None
    if not reporting and not (sought.id == "growth" and declared):
        return "market_not_reporting"
    if sought.id == "growth":
        return _why_no_growth(at)
    if sought.id in ("imports_from", "share", "supplier_rank"):
        return "no_trade_recorded"
    if (
        sought.id in ("potential", "unrealised", "realised_share")
        and found.cells.get(market, {}).get("potential_static") is not None
    ):
        return "no_correction" if found.cells[market].get("potential") is None else "no_trade_recorded"
    return "no_potential"


def why_nothing(at: Place) -> str:
    """Return the reason why this place is empty as a whole, or nothing."""
    if at.year is None:
        return "flow_not_loaded"
    return "no_code" if at.canonical is None else ""


def _why_no_growth(at: Place) -> str:
    """Return whether a year is missing, the source changed its codes, or one end records no trade."""
    since = _since(at)
    if since is None:
        return "one_year"
    return "window_start_missing" if at.held() == at.held(since) else "basket_changed"


def _since(at: Place) -> int | None:
    since = at.release.manifest["portulan"]["parameters"].get("growth_since", {}).get(f"{at.flow}-{at.year}")
    return None if since is None else int(since)


def _market(found: Slice, sought: Indicator, market: str) -> Figure | Gap:
    at = found.at
    row = found.markets.get(market)
    value = None if row is None else row.get(sought.id)
    if row is not None and value is not None:
        if at.estimated and sought.id == "imports_world":
            return _estimate(at, sought, market, float(value), found.market_estimates.get(market))
        return _figure(at, sought, market, float(value), status_of(at, sought), (None, None))
    guess = found.market_estimates.get(market)
    if guess is not None and sought.id == "imports_world":
        return _estimate(at, sought, market, float(guess["imports_world"]), guess)
    reason = why_nothing(at)
    if not reason and at.year is not None:
        if not at.estimated and not at.release.countries_seen(at.flow, at.year).get(market, False):
            reason = "market_not_reporting"
        elif sought.id == "demand_growth":
            reason = _why_no_growth(at)
        else:
            reason = "no_trade_recorded"
    return gap_of(at, sought, market, reason)


def _exporter(found: Slice, sought: Indicator, market: str) -> Figure | Gap:
    row = found.exporter
    if row is None or row.get(sought.id) is None:
        return gap_of(found.at, sought, "", why_nothing(found.at) or "no_trade_recorded")
    return _figure(found.at, sought, "", float(row[sought.id]), status_of(found.at, sought), (None, None))


def _pair(found: Slice, sought: Indicator, market: str) -> Figure | Gap:
    at = found.at
    if sought.id == "ease":
        row = found.pairs.get(market)
        if row is not None and row.get("ease") is not None:
            return _figure(at, sought, market, float(row["ease"]), status_of(at, sought), (None, None))
        reporting = at.year is not None and at.release.countries_seen(at.flow, at.year).get(market, False)
        reason = (
            "flow_not_loaded"
            if at.year is None
            else "no_product_flows"
            if at.estimated
            else "no_potential"
            if reporting
            else "market_not_reporting"
        )
        return gap_of(at, sought, market, reason)
    link = found.links.get(market)
    if link is None or link.get(sought.id) is None:
        return gap_of(at, sought, market, "no_context")
    return Figure(
        at.exporter,
        market,
        at.sector,
        sought.id,
        float(link[sought.id]),
        sought.unit,
        # A distance is arithmetic on published places; a common language supposes that people meet at random.
        "reported" if sought.id == "distance_km" else "modelled",
        _around(at, at.year, ("factbook",) if sought.id == "distance_km" else ("cldr",)),
    )


def _around(at: Place, year: int | None, sources: tuple[str, ...], note: str = "") -> Passport:
    """Return the papers of what surrounds a market: no flow measured it, so fitness and coverage say nothing of it."""
    return replace(at.papers, year=year, sources=sources, note=note, fitness=None, coverage=None)


def _context(found: Slice, sought: Indicator, market: str) -> Figure | Gap:
    at = found.at
    row = at.release.context.get((market, sought.id))
    if row is None:
        return gap_of(at, sought, market, "no_context")
    source, note = told(str(row["source"]))
    # A release built before the table had the column says nothing of it: then the least that may be said holds.
    status: Status = "reported" if row.get("status") == "reported" else "estimated"
    passport = _around(at, int(row["year"]), (source,), note)
    return Figure("", market, "", sought.id, float(row["value"]), sought.unit, status, passport)


_BY_SCOPE: Mapping[str, Callable[[Slice, Indicator, str], Figure | Gap]] = {
    "cell": _cell,
    "market": _market,
    "exporter": _exporter,
    "pair": _pair,
    "context": _context,
}


def status_of(at: Place, sought: Indicator) -> Status:
    """Return `partial` where a code, or an importer in a world total, is missing; else what the source reported."""
    if at.estimated:
        return "estimated"
    if at.base_status in ("estimated", "modelled"):
        return at.base_status
    coverage = at.coverage
    if coverage is not None and (coverage.codes_missing or (sought.world_denominator and coverage.importers_missing)):
        return "partial"
    return "modelled" if sought.promises else at.base_status


def _figure(
    at: Place, sought: Indicator, market: str, value: float, status: Status, interval: tuple[float | None, float | None]
) -> Figure:
    note = ""
    if sought.id in ("growth", "demand_growth") and (since := _since(at)):
        note = f"{since}-{at.year}"
    if sought.id == "imports_from" and not at.estimated and status != "estimated" and not at.reports(market):
        note = DECLARED
    exporter = "" if sought.scope == "market" else at.exporter
    return Figure(exporter, market, at.sector, sought.id, value, sought.unit, status, at.passport(note), *interval)


def _estimate(
    at: Place, sought: Indicator, market: str, value: float, bounds: Row | None, status: Status = "estimated"
) -> Figure:
    """Return what a model expects, with an interval that holds it where there is one (a size reported has none)."""
    if bounds is None:
        return _figure(at, sought, market, value, status, (None, None))
    low, high, note = holding(value, bounds["low"], bounds["high"])
    found = _figure(at, sought, market, value, status, (low, high))
    return replace(found, passport=at.passport(note)) if note else found


def gap_of(at: Place, sought: Indicator, market: str, reason: str) -> Gap:
    """Return the absence of one indicator here, with its reason."""
    exporter = "" if sought.scope in ("market", "context") else at.exporter
    return Gap(exporter, market, at.sector, sought.id, sought.unit, reason, at.passport())
