"""What changed between two releases, by market and sector, and why: inputs, method, crosswalk, or the figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from portulan.atlas.engine import open_engine
from portulan.atlas.opened import Release
from portulan.atlas.reference import countries

INDICATORS = ("imports_from", "potential_static", "unrealised_static")
NOISE = 1e-9
"""Relative changes below this are the last digit of a division, not news."""


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that is not the same: `old` or `new` is None where it is missing from that release."""

    flow: str
    year: int
    sector: str
    market: str
    indicator: str
    old: float | None
    new: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that changed: the reasons first, then the largest changes, and how many there are in all."""

    old: str
    new: str
    reasons: tuple[str, ...]
    changes: tuple[Change, ...]
    total: int
    by_sector: dict[str, int]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """Say it in lines of text."""
        yield f"{self.old[:12]} -> {self.new[:12]}"
        yield from (
            f"why: {reason}" for reason in self.reasons or ("nothing in the inputs, the method or the crosswalk",)
        )
        yield f"{self.total} figures changed" + (
            ": " + ", ".join(f"{s} {n}" for s, n in self.by_sector.items()) if self.total else ""
        )
        for change in self.changes:
            name = countries.country(change.market).name_en
            yield (
                f"  {change.flow} {change.year}  {change.sector:<16} {name:<28} {change.indicator:<18} "
                f"{_money(change.old)} -> {_money(change.new)}"
            )


def _money(value: float | None) -> str:
    return "missing" if value is None else f"{value / 1e6:,.3f} M$"


def compare(old: Path, new: Path, *, exporter: str = "FRA", perimeter: str = "core", top: int = 20) -> Difference:
    """Compare the figures of one exporter in every sector and market, largest change in dollars first."""
    exporter = countries.country(exporter).iso3
    before, after = Release(old), Release(new)
    changes: list[Change] = []
    for flow, year in sorted({*before.slices, *after.slices}):
        changes += _changes(before, after, flow, year, exporter, perimeter)
    changes.sort(key=lambda c: (-abs((c.new or 0) - (c.old or 0)), c.sector, c.market, c.indicator))
    by_sector: dict[str, int] = {}
    for change in changes:
        by_sector[change.sector] = by_sector.get(change.sector, 0) + 1
    return Difference(
        before.id,
        after.id,
        tuple(_reasons(before, after)),
        tuple(changes[:top]),
        len(changes),
        dict(sorted(by_sector.items())),
    )


def _reasons(before: Release, after: Release) -> Iterator[str]:
    """Compare the manifests: what was loaded, with what, and how."""
    old, new = before.manifest, after.manifest
    loaded = [
        {
            (s["name"], e["flow"], e["year"]): (e["scheme"], e["rows"], e["value_usd"], e["fingerprint"])
            for s in m["sources"]
            for e in s.get("loaded", ())
        }
        for m in (old, new)
    ]
    for key in sorted({*loaded[0], *loaded[1]}):
        one, other = loaded[0].get(key), loaded[1].get(key)
        name = f"{key[0]} {key[1]} {key[2]}"
        if one is None or other is None:
            yield f"{name} is only in the {'new' if one is None else 'old'} release"
        elif one != other:
            yield (
                f"{name} is not the same input: {one[0]}, {one[1]} rows, {one[2]} "
                f"dollars -> {other[0]}, {other[1]} rows, {other[2]} dollars"
            )
    for name in ("software", "engine"):
        if old["portulan"][name] != new["portulan"][name]:
            yield f"{name}: {old['portulan'][name]} -> {new['portulan'][name]}"
    for name in sorted({*old["portulan"]["parameters"], *new["portulan"]["parameters"]}):
        one, other = old["portulan"]["parameters"].get(name), new["portulan"]["parameters"].get(name)
        if one != other:
            yield f"parameter {name}: {one} -> {other}"
    moved = _crosswalk_changes(before, after)
    if moved:
        yield f"crosswalk: {', '.join(moved[:10])}{' ...' if len(moved) > 10 else ''}"


def _crosswalk_changes(before: Release, after: Release) -> list[str]:
    """Return the sectors and perimeters whose codes are not the same, where both releases hold that flow and year."""
    shared = set(before.slices) & set(after.slices)
    keys = {key for key in (*before.basket_of, *after.basket_of) if key[:2] in shared}
    moved = {
        f"{sector} ({perimeter})"
        for (f, y, perimeter, sector) in keys
        if _codes(before, (f, y, perimeter, sector)) != _codes(after, (f, y, perimeter, sector))
    }
    return sorted(moved)


def _codes(release: Release, key: tuple[str, int, str, str]) -> tuple[str, ...]:
    return release.basket_of.get(key, ("", ()))[1]


def _changes(before: Release, after: Release, flow: str, year: int, exporter: str, perimeter: str) -> list[Change]:
    with open_engine() as engine:
        for name, release in (("old", before), ("new", after)):
            _load(engine, name, release, flow, year, exporter, perimeter)
        rows: list[Change] = []
        for indicator in INDICATORS:
            found = engine.execute(
                f"""
SELECT COALESCE(old.sector, new.sector), COALESCE(old.market, new.market), old.{indicator}, new.{indicator}
FROM old FULL JOIN new ON new.sector = old.sector AND new.market = old.market
WHERE (old.{indicator} IS NULL) <> (new.{indicator} IS NULL)
  OR ABS(new.{indicator} - old.{indicator}) > {NOISE} * GREATEST(ABS(old.{indicator}), ABS(new.{indicator}))"""
            )
            rows += [Change(flow, year, sector, market, indicator, one, other) for sector, market, one, other in found]
        return rows


def _load(engine: Any, name: str, release: Release, flow: str, year: int, exporter: str, perimeter: str) -> None:
    """Create a table of one exporter's cells under the perimeter asked for, whatever the canonical one is."""
    path, baskets = release.file("cells", flow, year), release.file("baskets")
    columns = "sector, market, " + ", ".join(INDICATORS)
    if path is None or baskets is None:
        engine.execute(
            f"CREATE TABLE {name} (sector VARCHAR, market VARCHAR, {', '.join(f'{i} DOUBLE' for i in INDICATORS)})"
        )
        return
    engine.load_parquet(
        "basket",
        baskets,
        "SELECT DISTINCT canonical, sector FROM source WHERE flow "
        f"= '{flow}' AND year = {year} AND perimeter = '{perimeter}'",
    )
    engine.load_parquet("held", path, f"SELECT perimeter, {columns} FROM source WHERE exporter = '{exporter}'")
    engine.materialise(
        name,
        f"SELECT held.sector, {columns.removeprefix('sector, ')} FROM held JOIN "
        "basket ON basket.canonical = held.perimeter AND basket.sector = held.sector",
    )
