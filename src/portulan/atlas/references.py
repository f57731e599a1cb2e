"""What stands behind the figures, handed out as it is kept: judgements, reasons of gaps, schemes, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portulan.atlas import difference as _difference
from portulan.atlas.answers import LEAST_IMPORTERS
from portulan.atlas.difference import Change as FigureChange
from portulan.atlas.difference import Difference
from portulan.atlas.figures import GAP_TEXTS
from portulan.atlas.opened import Release
from portulan.atlas.reference import sectors as _sectors
from portulan.atlas.reference.fitness import FitnessLine, fitness_lines

__all__ = [
    "LEAST_IMPORTERS",
    "Difference",
    "FigureChange",
    "FitnessLine",
    "GapReason",
    "difference",
    "gap_reasons",
    "judgements",
    "schemes",
]


@dataclass(frozen=True, slots=True)
class GapReason:
    """One reason why a value may be missing, as `Gap.reason` names it."""

    id: str
    text_en: str
    text_fr: str


def judgements() -> tuple[FitnessLine, ...]:
    """Return every judgement of fitness: sectors, groups and all, in goods and in services."""
    return fitness_lines()


def gap_reasons() -> tuple[GapReason, ...]:
    """Return every reason why a value may be missing."""
    texts: Mapping[str, tuple[str, str]] = GAP_TEXTS
    return tuple(GapReason(ident, english, french) for ident, (english, french) in texts.items())


def schemes() -> tuple[str, ...]:
    """Return the schemes of the crosswalk: the revisions of the HS, then EBOPS 2010."""
    return _sectors.schemes()


def difference(
    old: Release, new: Release, *, exporter: str = "FRA", perimeter: str = "core", top: int | None = 20
) -> Difference:
    """Say what changed for one exporter between two open releases, and why; every change where `top` is None."""
    return _difference.between(old, new, exporter=exporter, perimeter=perimeter, top=top)
