"""Rankings of markets: who comes first, who stands apart, and what must be known of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from portulan.atlas.answers import Place, Slice, answer, few_importers, unmeasured
from portulan.atlas.errors import UnknownCodeError
from portulan.atlas.figures import Figure, Fitness, Flow, Gap, Passport
from portulan.atlas.indicators import INDICATORS, indicator
from portulan.atlas.reference import fitness
from portulan.atlas.skill import sentence

ALWAYS_BESIDE = (
    "imports_from",
    "share",
    "potential_static",
    "potential_gravity",
    "unrealised_static",
    "imports_world",
    "growth",
)


DRAWN_FOR = "potential_static"
"""The one indicator on whose ranks intervals are drawn."""
Undrawn = Literal["", "release", "exporter", "indicator", "not a measure", "here"]
"""Why a ranking has no interval on its ranks; empty where it has some."""


@dataclass(frozen=True, slots=True)
class RankRow:
    """One market of a ranking; `rank` is None where the market stands apart (no reported value)."""

    rank: int | None
    market: str
    figure: Figure | Gap
    rank_median: float | None = None
    rank_low: float | None = None
    rank_high: float | None = None
    p_top10: float | None = None
    beside: Mapping[str, Figure | Gap] = field(default_factory=dict)


class Beside(Mapping[str, Figure | Gap]):
    """The other indicators of a market, answered when somebody looks: most of 200 rows are never opened."""

    def __init__(self, found: Slice, market: str, names: tuple[str, ...]) -> None:
        self._found, self._market, self._names = found, market, names
        self._known: dict[str, Figure | Gap] = {}

    def __getitem__(self, name: str) -> Figure | Gap:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._known:
            self._known[name] = answer(self._found, name, self._market)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Markets in order (`rows`), those without a reported value (`apart`), and what must be known of both."""

    exporter: str
    sector: str
    perimeter: str
    flow: Flow
    year: int | None
    by: str
    rows: tuple[RankRow, ...]
    apart: tuple[RankRow, ...]
    passport: Passport
    fitness: Fitness
    fitness_reason_en: str
    fitness_reason_fr: str
    lead: str
    skill: Mapping[str, Any]
    total: int
    undrawn: Undrawn = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources of the figures that rank or stand apart: of the trade, or of what surrounds a market."""
        figures = (row.figure for row in (*self.rows, *self.apart) if isinstance(row.figure, Figure))
        found = dict.fromkeys(name for figure in figures for name in figure.passport.sources)
        return tuple(found) or self.passport.sources

    def skill_text(self, lang: str = "en") -> str:
        """Say how good the estimates of this basket were where they could be checked; empty without a fit."""
        return sentence(self.skill, lang)


def rank_markets(at: Place, by: str, top: int | None, with_estimates: bool) -> Ranking:
    """Rank every market of a place by one indicator; estimates and gaps follow in a block of their own."""
    sought = indicator(by)
    if not sought.rankable:
        raise UnknownCodeError(
            "ranking", by, todo="rank by one of " + ", ".join(i.id for i in INDICATORS if i.rankable)
        )
    found = Slice(at)
    estimates_count = with_estimates or at.estimated or at.base_status == "estimated"
    ranked: list[tuple[float, str, Figure]] = []
    apart: list[tuple[float, str, Figure | Gap]] = []
    for market in at.markets():
        got = answer(found, by, market)
        if isinstance(got, Figure) and (estimates_count or takes_a_rank(at, got, market)):
            ranked.append((got.value, market, got))
        else:
            apart.append((got.value if isinstance(got, Figure) else float("-inf"), market, got))
    sign = -1 if sought.higher_is_more else 1
    ranked.sort(key=lambda item: (sign * item[0], item[1]))
    apart.sort(key=lambda item: (-item[0], item[1]))
    places: dict[str, int] = {}
    for position, (value, market, _) in enumerate(ranked, start=1):
        tie = position > 1 and ranked[position - 2][0] == value
        places[market] = places[ranked[position - 2][1]] if tie else position
    shown = ranked if top is None else ranked[:top]
    drawn = any((by, market) in found.ranks for _, market, _ in ranked)
    return Ranking(
        exporter=at.exporter,
        sector=at.sector,
        perimeter=at.perimeter,
        flow=at.flow,
        year=at.year,
        by=by,
        rows=tuple(_row(found, by, places[market], market, got) for _, market, got in shown),
        apart=tuple(_row(found, by, None, market, got) for _, market, got in apart),
        passport=at.passport(),
        fitness=at.fitness,
        fitness_reason_en=fitness.fitness_reason(at.sector, at.flow, "en", at.codes or None),
        fitness_reason_fr=fitness.fitness_reason(at.sector, at.flow, "fr", at.codes or None),
        lead=leading_potential(at),
        skill=_papers(at, "skill"),
        total=len(ranked),
        undrawn="" if drawn else _why_undrawn(at, by),
    )


def _why_undrawn(at: Place, by: str) -> Undrawn:
    """Return why there is no interval on these ranks, the reason that nothing can mend first."""
    if unmeasured(at):
        return "not a measure"
    drawn = at.release.manifest["portulan"]["parameters"].get("doubt") or {}
    exporters = drawn.get("exporters", ())
    if not exporters:
        return "release"
    if by != DRAWN_FOR:
        return "indicator"
    return "here" if at.exporter in exporters else "exporter"


def takes_a_rank(at: Place, got: Figure, market: str) -> bool:
    """A market is ranked on what it reports; on what the exporter declares only where that holds for every market.

    What a source estimates of a country (its population) stands in no model of ours, and takes a rank as it is.
    """
    scope = indicator(got.indicator).scope
    if got.status == "estimated":
        return scope == "context"
    return scope != "cell" or at.reports(market) or at.uniform


def _row(found: Slice, by: str, rank: int | None, market: str, got: Figure | Gap) -> RankRow:
    beside = Beside(found, market, tuple(ident for ident in ALWAYS_BESIDE if ident != by))
    doubt = found.ranks.get((by, market)) if rank is not None else None
    if doubt is None:
        return RankRow(rank, market, got, beside=beside)
    return RankRow(
        rank, market, got, doubt["rank_median"], doubt["rank_low"], doubt["rank_high"], doubt["p_top10"], beside
    )


def _papers(at: Place, kind: str) -> Mapping[str, Any]:
    """Return what the manifest holds of the gravity of this basket: its ``skill`` or its ``validation``."""
    if at.year is None:
        return {}
    return dict(at.release.gravity(at.flow, at.year).get(kind, {}).get(f"{at.canonical}/{at.sector}", {}))


def first_shown(at: Place) -> str:
    """Return by what a ranking is shown where nothing is asked: by trade where there is no potential to speak of."""
    lead = leading_potential(at)
    no_world = indicator(lead).world_denominator and not at.estimated and few_importers(at)
    return "imports_from" if at.fitness == "not a measure" or no_world else lead


def leading_potential(at: Place) -> str:
    """Gravity leads only where its gain on held-out cells excludes zero; else the static potential does."""
    return "potential_gravity" if at.estimated or _papers(at, "validation").get("gravity_first") else "potential_static"
