"""What changed between two releases, by market and sector, and why: inputs, method, crosswalk, or the figures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from portulan.atlas import answers
from portulan.atlas import indicators as _indicators
from portulan.atlas.errors import AtlasError
from portulan.atlas.figures import FLOWS, Flow
from portulan.atlas.opened import Release, Row
from portulan.atlas.reference import countries, sectors

INDICATORS = ("imports_from", "potential_static", "unrealised_static")
_PROMISES = frozenset(name for name in INDICATORS if _indicators.indicator(name).promises)
_SAID_ELSEWHERE = frozenset({"estimates", "market_estimates", "ranks"})
"""Tables that come with a fit or with intervals, which are reasons of their own."""
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
class Reason:
    """Why figures changed, in a sentence of each language."""

    text_en: str
    text_fr: str

    def text(self, lang: str = "en") -> str:
        """Return the sentence in English or French."""
        return self.text_fr if lang == "fr" else self.text_en


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that changed: the reasons first, then the largest changes, and how many there are in all.

    ``unmeasured`` names the sectors whose potentials are not compared, though they are not the same: in one release or
    both the flow does not measure the sector, and nothing there is called a potential.
    """

    old: str
    new: str
    why: tuple[Reason, ...]
    changes: tuple[Change, ...]
    total: int
    by_sector: dict[str, int]
    unmeasured: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons in English, as the command prints them."""
        return tuple(reason.text_en for reason in self.why)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        plain = asdict(self)
        del plain["why"]
        return {"old": self.old, "new": self.new, "reasons": list(self.reasons), **plain}

    def lines(self) -> Iterator[str]:
        """Say it in lines of text."""
        yield f"{self.old[:12]} -> {self.new[:12]}"
        yield from (
            f"why: {reason}" for reason in self.reasons or ("nothing in the inputs, the method or the crosswalk",)
        )
        yield f"{self.total} {'figure' if self.total == 1 else 'figures'} changed" + (
            ": " + ", ".join(f"{s} {n}" for s, n in self.by_sector.items()) if self.total else ""
        )
        if self.unmeasured:
            yield f"potentials not compared, for the flow does not measure the sector: {', '.join(self.unmeasured)}"
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
    if top < 0:
        raise AtlasError(f"cannot show {top} changes; give a number from 0 up with --top")
    before, after = Release(old), Release(new)
    try:
        return between(before, after, exporter=exporter, perimeter=perimeter, top=top)
    finally:
        before.close()
        after.close()


def between(
    before: Release, after: Release, *, exporter: str = "FRA", perimeter: str = "core", top: int | None = 20
) -> Difference:
    """Compare two open releases as `compare` does two folders; all changes without `top`."""
    exporter, perimeter = countries.country(exporter).iso3, sectors.perimeter(perimeter).id
    changes: list[Change] = []
    unmeasured: set[str] = set()
    held = {*before.slices, *after.slices}
    for flow, year in [(flow, year) for flow in FLOWS for name, year in sorted(held) if name == flow]:
        found = _changes(before, after, flow, year, exporter, perimeter)
        silent = {
            sector
            for sector in {change.sector for change in found}
            if any(_unmeasured(release, flow, year, sector, exporter, perimeter) for release in (before, after))
        }
        changes += [change for change in found if not _withheld(change, silent)]
        unmeasured |= {change.sector for change in found if _withheld(change, silent)}
    changes.sort(key=lambda c: (-abs((c.new or 0) - (c.old or 0)), c.sector, c.market, c.indicator))
    by_sector: dict[str, int] = {}
    for change in changes:
        by_sector[change.sector] = by_sector.get(change.sector, 0) + 1
    return Difference(
        before.id,
        after.id,
        tuple(_reasons(before, after)),
        tuple(changes if top is None else changes[:top]),
        len(changes),
        dict(sorted(by_sector.items())),
        tuple(sorted(unmeasured)),
    )


def _unmeasured(release: Release, flow: Flow, year: int, sector: str, exporter: str, perimeter: str) -> bool:
    return answers.unmeasured(answers.place(release, exporter, sector, perimeter, flow, year))


def _withheld(change: Change, unmeasured: Collection[str]) -> bool:
    return change.indicator in _PROMISES and change.sector in unmeasured


def _reasons(before: Release, after: Release) -> Iterator[Reason]:
    """Compare the manifests: what was loaded, with what, and how."""
    old, new = before.manifest, after.manifest
    yield from _input_changes(old, new)
    for name, french in (("software", "logiciel"), ("engine", "moteur")):
        if (one := old["portulan"][name]) != (other := new["portulan"][name]):
            yield Reason(f"{name}: {one} -> {other}", f"{french} : {one} -> {other}")
    for name in sorted({*old["portulan"]["parameters"], *new["portulan"]["parameters"]}):
        one, other = (m["portulan"]["parameters"].get(name) for m in (old, new))
        if one != other:
            yield Reason(
                f"parameter {name}: {_said(one, 'none')} -> {_said(other, 'none')}",
                f"paramètre {_PARAMETERS.get(name, name)} : {_said(one, 'aucun')} -> {_said(other, 'aucun')}",
            )
    yield from _fit_changes(old["portulan"].get("gravity", {}), new["portulan"].get("gravity", {}))
    tables = [{resource["table"] for resource in m["resources"]} - _SAID_ELSEWHERE for m in (old, new)]
    for table in sorted(tables[0] ^ tables[1]):
        yield _only(f"the table {table}", f"la table {table}", table in tables[1])
    moved = _crosswalk_changes(before, after)
    if moved:
        listed = f"{', '.join(moved[:10])}{' ...' if len(moved) > 10 else ''}"
        yield Reason(f"crosswalk: {listed}", f"table de passage : {listed}")


_PARAMETERS = {"doubt": "incertitude", "growth_since": "début des croissances"}


def _said(value: object, nothing: str) -> str:
    """Say a parameter as a reader would: names and values, no brackets."""
    if isinstance(value, dict):
        value = [f"{name} {_said(of, nothing)}" for name, of in value.items()]
    if isinstance(value, list):
        return ", ".join(map(str, value)) or nothing
    return nothing if value is None else str(value)


def _only(what: str, quoi: str, in_new: bool) -> Reason:
    return Reason(
        f"{what} is only in the {'new' if in_new else 'old'} release",
        f"{quoi} : seulement dans {'la nouvelle' if in_new else 'l’ancienne'} édition",
    )


def _input_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    """Compare what was loaded, source, flow and year by source, flow and year."""
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
        french = f"{key[0]} {'biens' if key[1] == 'goods' else 'services'} {key[2]}"
        if one is None or other is None:
            yield _only(name, french, one is None)
        elif one != other:
            yield Reason(
                f"{name} is not the same input: {one[0]}, {one[1]} rows, {one[2]} "
                f"dollars -> {other[0]}, {other[1]} rows, {other[2]} dollars",
                f"{french} n’est pas la même entrée : {one[0]}, {one[1]} lignes, {one[2]} "
                f"dollars -> {other[0]}, {other[1]} lignes, {other[2]} dollars",
            )


def _fit_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    """Compare what the manifests say of the gravity, flow and year by flow and year."""
    for name in sorted({*old, *new}):
        one, other = old.get(name), new.get(name)
        if one is None or other is None:
            yield _only(f"the gravity of {name}", f"la gravité de {name}", one is None)
        elif one != other:
            parts = ", ".join(key for key in sorted({*one, *other}) if one.get(key) != other.get(key))
            yield Reason(
                f"the gravity of {name} is not the same fit ({parts})",
                f"la gravité de {name} n’est pas la même estimation ({parts})",
            )


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
