"""What changed between two releases, by market and sector, and why: inputs, method, crosswalk, or the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from portulan.atlas.errors import AtlasError
from portulan.atlas.opened import Release, Row
from portulan.atlas.reference import countries, sectors

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
    exporter, perimeter = countries.country(exporter).iso3, sectors.perimeter(perimeter).id
    if top < 0:
        raise AtlasError(f"cannot show {top} changes; give a number from 0 up with --top")
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
    yield from _fit_changes(old["portulan"].get("gravity", {}), new["portulan"].get("gravity", {}))
    moved = _crosswalk_changes(before, after)
    if moved:
        yield f"crosswalk: {', '.join(moved[:10])}{' ...' if len(moved) > 10 else ''}"


def _fit_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Compare what the manifests say of the gravity, flow and year by flow and year."""
    for name in sorted({*old, *new}):
        one, other = old.get(name), new.get(name)
        if one is None or other is None:
            yield f"the gravity of {name} is only in the {'new' if one is None else 'old'} release"
        elif one != other:
            parts = [key for key in sorted({*one, *other}) if one.get(key) != other.get(key)]
            yield f"the gravity of {name} is not the same fit ({', '.join(parts)})"


Baskets = dict[tuple[str, int, str, str], dict[str, float]]


def _crosswalk_changes(before: Release, after: Release) -> list[str]:
    """Return the sectors and perimeters whose codes or weights differ, where both releases hold that flow and year."""
    shared = set(before.slices) & set(after.slices)
    old, new = _baskets(before), _baskets(after)
    keys = {key for key in (*old, *new) if key[:2] in shared}
    return sorted({f"{key[3]} ({key[2]})" for key in keys if old.get(key) != new.get(key)})


def _baskets(release: Release) -> Baskets:
    """(flow, year, perimeter, sector) -> the weight of each code."""
    found: Baskets = {}
    for row in release.query(release.file("baskets")):
        key = (row["flow"], row["year"], row["perimeter"], row["sector"])
        found.setdefault(key, {})[row["code"]] = row["weight"]
    return found


def _changes(before: Release, after: Release, flow: str, year: int, exporter: str, perimeter: str) -> list[Change]:
    old = _cells(before, flow, year, exporter, perimeter)
    new = _cells(after, flow, year, exporter, perimeter)
    nothing: Row = {}
    return [
        Change(flow, year, *key, indicator, one, other)
        for key in sorted({*old, *new})
        for indicator in INDICATORS
        for one, other in [(old.get(key, nothing).get(indicator), new.get(key, nothing).get(indicator))]
        if _differ(one, other)
    ]


def _differ(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(other - one) > NOISE * max(abs(one), abs(other))


def _cells(release: Release, flow: str, year: int, exporter: str, perimeter: str) -> dict[tuple[str, str], Row]:
    """Return one exporter's cells by (sector, market), under the perimeter asked for, whatever the canonical one is."""
    canonical = {
        sector: same
        for (f, y, p, sector), (same, _) in release.basket_of.items()
        if (f, y, p) == (flow, year, perimeter)
    }
    rows = release.query(release.file("cells", flow, year), "exporter = ?", (exporter,))
    return {(row["sector"], row["market"]): row for row in rows if canonical.get(row["sector"]) == row["perimeter"]}
