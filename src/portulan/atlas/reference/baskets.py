"""Baskets: the codes, with their weights, that make the figure of a sector, of a group or of all sectors.

Two rules hold in every basket, whatever the source publishes:

- a code that serves several sectors and cannot be shared out is shown once, in a group named after all the sectors it
  serves, and enters no sector;
- a code and a code inside it (EBOPS: SK1 and SK11) are never both counted.

So sectors + groups = all, for every scheme, revision and perimeter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Literal

from portulan.atlas.reference.crosswalk import (
    HERE,
    CrosswalkLine,
    check_scheme,
    crosswalk,
    is_finer,
    read_rows,
    sector_ids,
)
from portulan.atlas.reference.perimeters import Perimeter, perimeter

ALL = "all"
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Basket:
    """The codes of one sector, one group or all sectors, each with the part of its value that counts (0 < w <= 1)."""

    sector: str
    kind: Literal["sector", "group", "all"]
    codes: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Remainder:
    """A wide code set aside because finer ones are published, though they do not add up to it.

    What stays in ``code`` beyond ``kept`` is in no basket; ``sectors`` are those that ``code`` served and that none
    of ``kept`` serves: they have no figure from this source.
    """

    code: str
    kept: tuple[str, ...]
    sectors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """Which codes count, and what was left out to count nothing twice.

    ``codes`` count. ``refined`` are wide codes replaced by finer ones that add up to them: nothing lost.
    ``folded`` are finer codes left inside a wider one because their siblings are not published: no value lost, only
    detail. ``remainders`` are wide codes set aside with something left in them: that part is lost, and said.
    """

    codes: tuple[str, ...]
    refined: tuple[str, ...]
    folded: tuple[str, ...]
    remainders: tuple[Remainder, ...]


@cache
def _parts() -> Mapping[tuple[str, str], frozenset[str]]:
    """Which codes add up to which, where the manual says so: (scheme, parent) -> parts."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for _, row in read_rows(HERE / "parts.csv", ("scheme", "parent", "part", "source")):
        found[row["scheme"], row["parent"]].add(row["part"])
    return {key: frozenset(parts) for key, parts in found.items()}


def _adds_up(scheme: str, code: str, kept: Collection[str]) -> bool:
    """Return True where ``kept`` are known to add up to ``code``."""
    if code in kept:
        return True
    parts = _parts().get((scheme, code))
    return parts is not None and all(_adds_up(scheme, part, kept) for part in parts)


@dataclass(slots=True)
class _Cutter:
    """Chooses, under each widest published code, which codes count."""

    scheme: str
    lines: Mapping[str, Sequence[CrosswalkLine]]
    refined: list[str]
    folded: list[str]
    remainders: list[Remainder]

    def keep(self, code: str) -> list[str]:
        inside = [other for other in self.lines if is_finer(other, code)]
        if not inside:
            return [code]
        nearest = [one for one in inside if not any(is_finer(one, other) for other in inside)]
        below = [kept for child in nearest for kept in self.keep(child)]
        if _adds_up(self.scheme, code, below):
            self.refined.append(code)
            return below
        if any(line.role != "proxy" for line in self.lines[code]):
            # This code is some sector's own product: giving it up for a part of it would lose the rest.
            self.folded.extend(below)
            self.refined = [one for one in self.refined if not is_finer(one, code)]
            self.remainders = [one for one in self.remainders if not is_finer(one.code, code)]
            return [code]
        # Only a stand-in for the sectors it names: what is measured inside it is worth more than the rest of it.
        served = {line.sector for kept in below for line in self.lines[kept]}
        lost = sorted({line.sector for line in self.lines[code]} - served)
        self.remainders.append(Remainder(code, tuple(sorted(below)), tuple(lost)))
        return below


def cut_lines(lines: Sequence[CrosswalkLine], published: Collection[str] | None = None) -> Cut:
    """Return the finest codes that count nothing twice, among lines of one scheme and one perimeter.

    A wide code gives way to finer published ones where they add up to it (``parts.csv``), or where it is only a
    ``proxy`` for every sector it names. Else it stays and the finer ones are folded into it.

    Args:
        lines: lines of the crosswalk, all of one scheme.
        published: the codes that the source gives; None means every code of ``lines``.
    """
    wanted = None if published is None else frozenset(published)
    by_code: dict[str, list[CrosswalkLine]] = defaultdict(list)
    for line in lines:
        if wanted is None or line.code in wanted:
            by_code[line.code].append(line)
    scheme = lines[0].scheme if lines else ""
    if scheme != "EBOPS2010":  # six-digit codes are all of one level
        return Cut(tuple(sorted(by_code)), (), (), ())
    cutter = _Cutter(scheme, by_code, [], [], [])
    widest = [code for code in by_code if not any(is_finer(code, other) for other in by_code)]
    kept = [code for root in widest for code in cutter.keep(root)]
    return Cut(
        tuple(sorted(kept)),
        tuple(sorted(cutter.refined)),
        tuple(sorted(cutter.folded)),
        tuple(sorted(cutter.remainders, key=lambda one: one.code)),
    )


@cache
def _inside(scheme: str, perimeter_id: str) -> tuple[CrosswalkLine, ...]:
    chosen: Perimeter = perimeter(perimeter_id)
    return tuple(line for line in crosswalk(check_scheme(scheme)) if chosen.holds(line))


@cache
def _group_of(scheme: str) -> Mapping[str, str]:
    return groups_of_codes(crosswalk(scheme))


def groups_of_codes(lines: Sequence[CrosswalkLine]) -> Mapping[str, str]:
    """Return code -> group id for the codes that cannot be shared out.

    The group names every sector the code serves in any role: what a code mixes is a fact, not a choice of perimeter.
    """
    served: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if not line.separable:
            served[line.code].add(line.sector)
    return {code: "+".join(sorted(sectors)) for code, sectors in served.items()}


def baskets_of_lines(
    lines: Sequence[CrosswalkLine], group_of: Mapping[str, str], codes: Collection[str], order: Sequence[str] = ()
) -> tuple[Basket, ...]:
    """Make the baskets of sectors then groups out of the lines whose code is in ``codes``."""
    sectors: dict[str, dict[str, Fraction]] = defaultdict(dict)
    groups: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for line in sorted(lines, key=lambda one: one.code):
        if line.code not in codes:
            continue
        if line.exact is None:
            groups[group_of[line.code]][line.code] = _ONE
        else:
            sectors[line.sector][line.code] = line.exact
    rank = {sector: place for place, sector in enumerate(order)}
    made = [
        Basket(sector, "sector", MappingProxyType(held))
        for sector, held in sorted(sectors.items(), key=lambda item: (rank.get(item[0], len(rank)), item[0]))
    ]
    made += [Basket(group, "group", MappingProxyType(held)) for group, held in sorted(groups.items())]
    return tuple(made)


def all_of_lines(lines: Sequence[CrosswalkLine], codes: Collection[str]) -> Basket:
    """Make the basket of all sectors: every code of ``codes`` once, with its total weight."""
    total: dict[str, Fraction] = {}
    for line in sorted(lines, key=lambda one: one.code):
        if line.code in codes:
            total[line.code] = _ONE if line.exact is None else total.get(line.code, Fraction(0)) + line.exact
    return Basket(ALL, "all", MappingProxyType(total))


def cut(scheme: str, perimeter_id: str, published: Collection[str] | None = None) -> Cut:
    """Return which codes of a scheme count in a perimeter for a source that gives ``published``.

    Raises:
        UnknownCodeError: for a scheme or a perimeter that is not ours.
    """
    return cut_lines(_inside(scheme, perimeter_id), published)


def remainders(scheme: str, perimeter_id: str, published: Collection[str] | None = None) -> tuple[Remainder, ...]:
    """Return the wide codes set aside with something left in them, and the sectors left without a figure."""
    return cut(scheme, perimeter_id, published).remainders


def baskets(scheme: str, perimeter_id: str, published: Collection[str] | None = None) -> tuple[Basket, ...]:
    """Return the baskets of a perimeter: sectors in their fixed order, then groups by id; none is empty.

    A sector that has no code of its own in this scheme and perimeter is absent: it has no figure, never a zero.

    Args:
        scheme: ``HS1992`` ... ``HS2022`` or ``EBOPS2010``.
        perimeter_id: one of ``perimeters()``.
        published: the codes that the source gives, to choose among a code and those inside it; None means all.
            Codes that are not in the crosswalk are ignored; codes of the crosswalk that are not given are left out.

    Raises:
        UnknownCodeError: for a scheme or a perimeter that is not ours.
    """
    lines = _inside(scheme, perimeter_id)
    kept = frozenset(cut_lines(lines, published).codes)
    return baskets_of_lines(lines, _group_of(scheme), kept, sector_ids())


def all_basket(scheme: str, perimeter_id: str, published: Collection[str] | None = None) -> Basket:
    """Return the basket of all sectors: every code once, with its total weight (same arguments as ``baskets``)."""
    lines = _inside(scheme, perimeter_id)
    return all_of_lines(lines, frozenset(cut_lines(lines, published).codes))
