"""From the words of a command to a build: switches, projections, gravity and doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from portulan.atlas import inputs, release, spelled
from portulan.atlas.pipeline import Corrections, Progress, quiet
from portulan.atlas.projections import read as read_projections
from portulan.atlas.release import BuildOptions


def build_from_words(
    options: BuildOptions,
    out: Path,
    sources: Sequence[str],
    *,
    balance: bool = False,
    projections: str | None = None,
    fit: Path | None = None,
    doubt: Sequence[str] = (),
    draws: int = 500,
    progress: Progress = quiet,
) -> str:
    """Build a release as asked on the command line and return its identifier."""
    options = replace(
        options,
        corrections=Corrections(balance, read_projections(projections) if projections else None),
        fit=fit,
        doubt=tuple(spelled.country("exporter", code) for code in doubt),
        draws=draws,
    )
    return release.build(out, [inputs.parse_source(text) for text in sources], options, progress)
