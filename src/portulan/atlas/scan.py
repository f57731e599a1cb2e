"""Scan: an exporter's markets in a sector, put in order by criteria and weights that the reader chooses.

A score is an opinion made explicit: the criteria are figures of the atlas, the weights are the reader's. So every score
is handed out as its parts, with what is not known of the market and with what other weights would say.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from portulan.atlas import scan_criteria as _criteria
from portulan.atlas.answers import Place, Slice, answer, place
from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.figures import GAP_TEXTS, Figure, Fitness, Flow, Gap, Passport
from portulan.atlas.opened import Release
from portulan.atlas.rankings import leading_potential, takes_a_rank
from portulan.atlas.reference import fitness
from portulan.atlas.scan_criteria import MOST, Criterion
from portulan.atlas.scoring import Part, Scale, Scored, scale, score_markets
from portulan.atlas.sensitivity import Change, Drawn, changes, draw

Naming = Literal["scan", "orientation"]
_NOT: Fitness = "not a measure"


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One market: its score (0 to 1), the parts that add up to it, and where it stands under other weights.

    ``known`` is the share of the weight that is known of it; of one half or less, ``rank`` and ``score`` are None.
    ``values`` holds what was scaled, by criterion, each with its papers. ``drawn`` is None for a market without a rank,
    or with a part of the weight not known.
    """

    market: str
    rank: int | None
    score: float | None
    known: float
    parts: tuple[Part, ...]
    values: Mapping[str, Figure | Gap]
    drawn: Drawn | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """The markets in order (`rows`), those too little known (`apart`), and what other weights would change.

    ``naming`` is "orientation" where the figures do not measure the sector: the order then says where conditions are
    good, never what could be sold. ``weights`` are those that count; ``idle`` are criteria with a weight that no market
    of this release has a value for: they count for nobody.
    """

    naming: Naming
    weights: Mapping[str, float]
    idle: tuple[str, ...]
    rows: tuple[ScanRow, ...]
    apart: tuple[ScanRow, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class ScanCriteria:
    """Every criterion there is for one question, each market's values and places on it, and ready sets of weights.

    Asked once, it is scored under any weights by `scan`. ``reasons`` says why a criterion has no value for any market,
    as a key of the gaps' texts.
    """

    exporter: str
    sector: str
    perimeter: str
    flow: Flow
    year: int | None
    naming: Naming
    fitness: Fitness
    fitness_reason_en: str
    fitness_reason_fr: str
    passport: Passport
    criteria: tuple[Criterion, ...]
    markets: tuple[str, ...]
    scales: Mapping[str, Scale]
    reasons: Mapping[str, str]
    presets: Mapping[str, Mapping[str, float]]
    preset: str
    _ask: Callable[[str, str], Figure | Gap] = field(repr=False, compare=False)

    @cached_property
    def by_id(self) -> Mapping[str, Criterion]:
        """The criteria by their id."""
        return {one.id: one for one in self.criteria}

    def value(self, criterion: str, market: str) -> Figure | Gap:
        """Return what is known of one market on one criterion, with its papers."""
        return self._ask(criterion, market)

    def reason(self, criterion: str, lang: str = "en") -> str:
        """Say why no market has a value; empty where some have."""
        code = self.reasons.get(criterion, "")
        return GAP_TEXTS[code][1 if lang == "fr" else 0] if code else ""

    def scan(self, weights: Mapping[str, float] | None = None, *, sensitivity: bool = True) -> Scan:
        """Score the markets under weights of 0 to 10 by criterion; without weights, under the preset of the question.

        Raises:
            UnknownCodeError: for a criterion that the atlas does not have.
            BadInputError: for a weight that is not a number from 0 to 10.
        """
        chosen = _checked(self.presets[self.preset] if weights is None else weights)
        idle = tuple(name for name, weight in chosen.items() if weight > 0 and name not in self.scales)
        used = {name: chosen[name] for name in self.scales if chosen.get(name, 0) > 0}
        rows, apart = score_markets(self.markets, self.scales, used)
        drawn = draw(rows, self.scales, used) if sensitivity else {}
        return Scan(
            naming=self.naming,
            weights=used,
            idle=idle,
            rows=tuple(self._row(one, drawn) for one in rows),
            apart=tuple(self._row(one, {}) for one in apart),
            changes=changes(rows, self.markets, self.scales, used) if sensitivity else (),
        )

    def _row(self, one: Scored, drawn: Mapping[str, Drawn]) -> ScanRow:
        values = {part.criterion: self.value(part.criterion, one.market) for part in one.parts}
        return ScanRow(one.market, one.rank, one.score, one.known, one.parts, values, drawn.get(one.market))


def _checked(weights: Mapping[str, float]) -> dict[str, float]:
    known = _criteria.ids()
    for name, weight in weights.items():
        if name not in known:
            raise UnknownCodeError("criterion", name, todo="use one of " + ", ".join(known))
        if not math.isfinite(weight) or not 0 <= weight <= MOST:
            raise BadInputError(
                f"{weight} is not a weight", todo=f"use a number from 0 to {MOST}", field=f"weight of {name}"
            )
    return {name: float(weights[name]) for name in known if name in weights}


def scan_criteria(
    release: Release,
    *,
    exporter: str,
    sector: str,
    perimeter: str = "core",
    flow: Flow = "goods",
    year: int | None = None,
    with_estimates: bool = False,
) -> ScanCriteria:
    """Return the criteria of a question with every market's place on each.

    A value counts where a ranking would count it: reported by the market, or estimated where all is estimated or where
    `with_estimates`. Where the flow does not measure the sector only the context counts, and services where they do.
    """
    at = place(release, exporter, sector, perimeter, flow, year)
    measures = at.fitness != _NOT and bool(at.codes)
    beside = None if measures or flow == "services" else _services(release, at)
    offered = _criteria.offered(measures, services=beside is not None)
    asked = _Asked(at, beside, with_estimates, {one.id: one for one in offered})
    scales: dict[str, Scale] = {}
    reasons: dict[str, str] = {}
    for one in offered:
        values = {market: got.value for market in at.markets() if isinstance(got := asked(one.id, market), Figure)}
        if values:
            scales[one.id] = scale(values, one.higher_is_better)
        else:
            reasons[one.id] = asked.common_reason(one.id)
    presets = _criteria.presets(measures, leading_potential(at), frozenset(scales))
    return ScanCriteria(
        exporter=at.exporter,
        sector=at.sector,
        perimeter=at.perimeter,
        flow=at.flow,
        year=at.year,
        naming="scan" if measures else "orientation",
        fitness=at.fitness,
        fitness_reason_en=fitness.fitness_reason(at.sector, at.flow, "en", at.codes or None),
        fitness_reason_fr=fitness.fitness_reason(at.sector, at.flow, "fr", at.codes or None),
        passport=at.passport(),
        criteria=offered,
        markets=at.markets(),
        scales=scales,
        reasons=reasons,
        presets=presets,
        preset=next(iter(presets)),
        _ask=asked,
    )


def _services(release: Release, at: Place) -> Place | None:
    """Return where services measure a sector that goods do not, if this release holds them."""
    beside = place(release, at.exporter, at.sector, at.perimeter, "services")
    return beside if beside.year is not None and beside.codes and beside.fitness != _NOT else None


class _Asked:
    """Answers one criterion of one market, and remembers; a value that would take no rank is a gap here."""

    def __init__(
        self, at: Place, beside: Place | None, with_estimates: bool, criteria: Mapping[str, Criterion]
    ) -> None:
        self._at, self._criteria, self._estimates = at, criteria, with_estimates
        self._goods, self._services = Slice(at), None if beside is None else Slice(beside)
        self._known: dict[tuple[str, str], Figure | Gap] = {}

    def __call__(self, ident: str, market: str) -> Figure | Gap:
        key = (ident, market)
        if key not in self._known:
            self._known[key] = self._answer(self._criteria[ident], market)
        return self._known[key]

    def _answer(self, one: Criterion, market: str) -> Figure | Gap:
        found = self._services if one.services and self._services is not None else self._goods
        got = answer(found, one.indicator, market)
        if isinstance(got, Gap) or one.kind == "context":
            return got
        at = found.at
        counts = self._estimates or at.estimated or at.base_status == "estimated"
        if counts or takes_a_rank(at, got, market):
            return got
        return Gap(got.exporter, market, got.sector, got.indicator, got.unit, "market_not_reporting", got.passport)

    def common_reason(self, ident: str) -> str:
        """Return the most frequent reason why no market has a value."""
        seen: dict[str, int] = {}
        for market in self._at.markets():
            got = self(ident, market)
            if isinstance(got, Gap):
                seen[got.reason] = seen.get(got.reason, 0) + 1
        return max(seen, key=lambda reason: (seen[reason], reason), default="flow_not_loaded")


def scan(
    release: Release,
    *,
    exporter: str,
    sector: str,
    perimeter: str = "core",
    flow: Flow = "goods",
    year: int | None = None,
    weights: Mapping[str, float] | None = None,
    with_estimates: bool = False,
) -> Scan:
    """Put the markets of an exporter in a sector in order by weighted criteria.

    >>> from portulan.atlas import api
    >>> release = api.open_release("r2024")                                       # doctest: +SKIP
    >>> weights = {"ease": 3, "common_language": 3}
    >>> found = api.scan(release, exporter="FRA", sector="book", weights=weights)  # doctest: +SKIP
    >>> sum(part.points for part in found.rows[0].parts) == found.rows[0].score   # doctest: +SKIP
    True
    """
    asked = scan_criteria(
        release,
        exporter=exporter,
        sector=sector,
        perimeter=perimeter,
        flow=flow,
        year=year,
        with_estimates=with_estimates,
    )
    return asked.scan(weights)
