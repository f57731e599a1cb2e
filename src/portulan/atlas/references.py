"""What stands behind the figures, handed out as it is kept: judgements, reasons of gaps, schemes, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portulan.atlas import difference as _difference
from portulan.atlas.answers import LEAST_IMPORTERS
from portulan.atlas.difference import Change as FigureChange
from portulan.atlas.difference import Difference
from portulan.atlas.figures import GAP_TEXTS
from portulan.atlas.opened import Release
from portulan.atlas.reference import sectors as _sectors
from portulan.atlas.reference.code_texts import in_french
from portulan.atlas.reference.fitness import FitnessLine, fitness_lines
from portulan.atlas.reference.other_names import other_names

__all__ = [
    "LEAST_IMPORTERS",
    "Difference",
    "FigureChange",
    "FitnessLine",
    "GapReason",
    "crosswalk",
    "difference",
    "gap_reasons",
    "judgements",
    "other_names",
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


def crosswalk(scheme: str | None = None) -> list[dict[str, Any]]:
    """Return the crosswalk in force: one dictionary a sector and code, with its role and weight.

    `label`, `source` and `note` are in English, each followed by its French (`label_fr` ...).
    """
    return [
        {
            "sector": line.sector,
            "scheme": line.scheme,
            "code": line.code,
            "role": line.role,
            "weight": line.weight,
            "separable": line.separable,
            "label": line.label,
            "label_fr": in_french("label", line.label),
            "traits": sorted(line.traits),
            "confidence": line.confidence,
            "source": line.source,
            "source_fr": in_french("source", line.source),
            "note": line.note,
            "note_fr": in_french("note", line.note),
        }
        for line in _sectors.crosswalk(scheme)
    ]


def difference(
    old: Release, new: Release, *, exporter: str = "FRA", perimeter: str = "core", top: int | None = 20
) -> Difference:
    """Say what changed for one exporter between two open releases, and why; every change where `top` is None."""
    return _difference.between(old, new, exporter=exporter, perimeter=perimeter, top=top)
