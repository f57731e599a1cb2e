"""A small atlas with the same door as `portulan.atlas.api`, for the states of the page the real one rarely shows.

Countries, sectors, indicators and the map are the real ones; every value is invented. It never serves outside tests.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portulan.atlas import api
from portulan.atlas.api import Coverage, Figure, Gap, Passport, Ranking, RankRow, UnknownCodeError

MARKETS = tuple(
    "BEL CHE CAN ITA POL AUT PRT JPN KOR CHN BRA MAR TUN SEN CIV CMR LUX ROU GRC SWE NOR DNK FIN IRL CZE HUN TUR MEX "  # noqa: SIM905
    "ARG CHL COL AUS NZL ZAF EGY LBN ISR IND VNM THA SGP IDN TWN HKG XKX DZA QAT ARE SAU UKR".split()
)
MISSING = ("USA", "GBR", "DEU", "ESP", "NLD")
EXPORTERS = ("FRA", "BEL", "CAN", "USA")
FITNESS = {"book": "measures the sector", "games": "not a measure"}


@dataclass(frozen=True)
class Release:
    """Goods of 2023 and 2024, services of 2022 only."""

    id: str = "f" * 64
    kind: str = "built"

    @property
    def manifest(self) -> Mapping[str, Any]:
        own = {
            "name": "portulan",
            "title": "Estimates of Portulan",
            "citation": "Portulan (2026)",
            "licence": "Etalab 2.0",
        }
        return {"sources": [{"name": "baci"}, own]}

    @property
    def flows(self) -> tuple[str, ...]:
        return ("goods", "services")

    @property
    def years(self) -> tuple[int, ...]:
        return (2022, 2023, 2024)

    @property
    def slices(self) -> tuple[tuple[str, int], ...]:
        return (("goods", 2023), ("goods", 2024), ("services", 2022))

    @property
    def context(self) -> Mapping[tuple[str, str], Mapping[str, Any]]:
        return {(code, "gdp"): {"value": 1e12 * place} for place, code in enumerate(reversed(MISSING), start=1)}

    def countries_seen(self, flow: str, year: int) -> Mapping[str, bool]:
        return {code: code not in MISSING for code in (*EXPORTERS, *MARKETS, *MISSING)}


RELEASE = Release()


def open_release(path: object) -> Release:
    return RELEASE


def default_release_path() -> Path:
    return Path(os.environ["PORTULAN_HOME"]) / "fake-default"


def default_release_is_outdated(path: Path) -> bool:
    return False


def build_default_release(path: Path, progress: Callable[[str, float], None] | None = None) -> Path:
    path.mkdir(parents=True)
    if progress:
        progress("all of it", 1.0)
    return path


def sources(release: Release | None = None) -> tuple[api.SourcePassport, ...]:
    return tuple(source for source in api.sources() if release is None or source.name == "baci")


@dataclass(frozen=True)
class _Maker:
    """Makes figures of one question, all with the same papers."""

    exporter: str
    sector: str
    status: str
    passport: Passport

    def figure(self, indicator: str, market: str, value: float, spread: float = 0) -> Figure:
        bounds = (value * (1 - spread), value * (1 + spread)) if spread else (None, None)
        unit = api.indicator(indicator).unit
        return Figure(
            self.exporter,
            market,
            self.sector,
            indicator,
            value,
            unit,
            self.status,
            self.passport,
            *bounds,  # type: ignore[arg-type]
        )

    def gap(self, indicator: str, market: str, reason: str) -> Gap:
        return Gap(self.exporter, market, self.sector, indicator, api.indicator(indicator).unit, reason, self.passport)


def _values(make: _Maker, place: int, market: str, fewer: bool) -> dict[str, Figure | Gap]:
    size = 1.4e8 * 0.87**place * (0.8 if fewer and place % 2 else 1)
    return {
        "imports_from": make.figure("imports_from", market, size * (0.7 + 0.09 * (place % 5))),
        "imports_world": make.figure("imports_world", market, size * 9),
        "potential_static": make.figure("potential_static", market, size, 0.3),
        "potential_gravity": make.figure("potential_gravity", market, size * (0.6 + 0.13 * (place % 6)), 0.4),
        "share": make.figure("share", market, 0.04 + 0.01 * (place % 9)),
        "growth": make.figure("growth", market, -3 + place % 11)
        if place % 4
        else make.gap("growth", market, "one_year"),
        "distance_km": make.figure("distance_km", market, 300.0 * place),
    }


def rank(
    release: Release,
    *,
    exporter: str,
    sector: str,
    perimeter: str = "core",
    by: str = "potential_static",
    flow: str = "goods",
    year: int | None = None,
    top: int | None = None,
    with_estimates: bool = False,
) -> Ranking:
    if exporter not in EXPORTERS:
        raise UnknownCodeError("exporter", exporter, todo="see the list")
    year = year or max(y for f, y in release.slices if f == flow)
    fitness: Any = FITNESS.get(sector, "partial")
    coverage = Coverage(220, 226, MISSING, ("490110",))
    passport = Passport(flow, perimeter, year, ("baci",), fitness, coverage)  # type: ignore[arg-type]
    make = _Maker(exporter, sector, "estimated" if release.kind == "default" else "partial", passport)
    fewer = "without" in perimeter and sector == "fashion"
    rows = []
    for place, market in enumerate([m for m in MARKETS if m != exporter], start=1):
        values = _values(make, place, market, fewer)
        first = values.get(by) or make.figure(by, market, float(place))
        doubt: tuple[float, ...] = ()
        if by.startswith("potential") and market != "UKR":
            doubt = (place, max(1, place - 1 - place // 3), place + 1 + place // 2, max(0.0, 1 - place / 25))
        rows.append(RankRow(place, market, first, *doubt, beside=values))
    apart = tuple(
        RankRow(None, m, make.figure(by, m, 5e7, 0.8) if m == "USA" else make.gap(by, m, "market_not_reporting"))
        for m in MISSING
        if m != exporter
    )
    skill: Mapping[str, Any] = {}
    return Ranking(
        exporter=exporter, sector=sector, perimeter=perimeter, flow=flow, year=year, by=by, rows=tuple(rows[:top]),  # type: ignore[arg-type]
        apart=apart, passport=passport, fitness=fitness, fitness_reason_en="A reason.", fitness_reason_fr="Une raison.",
        lead="potential_static", skill=skill, total=len(rows),
    )  # fmt: skip


def show(
    release: Release,
    *,
    exporter: str,
    sector: str,
    market: str | None = None,
    perimeter: str = "core",
    flow: str = "goods",
    year: int | None = None,
) -> tuple[Figure | Gap, ...]:
    ranking = rank(release, exporter=exporter, sector=sector, perimeter=perimeter, flow=flow, year=year)
    for row in (*ranking.rows, *ranking.apart):
        if row.market == market:
            return tuple(row.beside.values()) or (row.figure,)
    return ()


def __getattr__(name: str) -> Any:
    """Everything else is the real door."""
    return getattr(api, name)
