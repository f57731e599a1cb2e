"""Builds a release: an immutable folder of Parquet tables with its manifest, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portulan import __version__
from portulan.atlas import checks, estimate_tables, flows, inputs, manifest, pipeline, static_tables
from portulan.atlas.doubt_tables import Doubter
from portulan.atlas.engine import Engine, open_engine
from portulan.atlas.errors import AtlasError
from portulan.atlas.estimate.parameters import Parameters, read_parameters
from portulan.atlas.indicators import output
from portulan.atlas.pipeline import Corrections, Progress, YearRun, quiet
from portulan.atlas.placing import whole_or_nothing
from portulan.atlas.reference import countries
from portulan.atlas.sources.reading import Quarantined


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How to build: which engine, how much of the machine, which corrections."""

    engine: str = "duckdb"
    memory: str = "4GB"
    threads: int = 2
    corrections: Corrections = field(default_factory=Corrections)
    fit: Path | None = None
    doubt: tuple[str, ...] = ()
    draws: int = 500
    replace: bool = False


@dataclass(slots=True)
class _Builder:
    """One build: its settings, and what it gathers for the manifest year after year."""

    engine: Engine
    folder: Path
    options: BuildOptions
    doubter: Doubter | None
    gravity: Parameters | None
    resources: list[manifest.Resource] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    growth_since: dict[str, int] = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)
    checks: list[checks.Check] = field(default_factory=list)
    papers: dict[str, Any] = field(default_factory=dict)
    loaded: dict[str, list[int]] = field(default_factory=dict)
    baskets: dict[tuple[str, int, str], Sequence[flows.BasketLine]] = field(default_factory=dict)

    def add(self, item: inputs.Item, progress: Progress) -> None:
        """Read, compute and write one flow and year; `progress` goes from 0 to 1 within it."""
        name = f"{item.flow} {item.year}"
        progress(f"{name}: reading", 0.0)
        self.quarantined += item.load(self.engine)
        self.sources.append(inputs.account(self.engine, item))
        progress(f"{name}: computing", 0.3)
        run = YearRun(
            self.engine, item.flow, item.year, item.scheme, item.baskets(self.engine), self.options.corrections
        )
        self.baskets[item.flow, item.year, item.scheme] = run.baskets
        pipeline.compute(run)
        if self.doubter is not None:
            progress(f"{name}: drawing intervals", 0.6)
            self.resources.append(self.doubter.write(self.engine, self.folder, item.flow, item.year, run.baskets))
        self._add_gravity(item)
        self.engine.drop("product_flow")
        self._add_growth(item)
        progress(f"{name}: writing", 0.8)
        for table, path in pipeline.write_year(run, self.folder).items():
            columns = output.YEARLY_TABLES[table][1]
            where = path.relative_to(self.folder).as_posix()
            self.resources.append(manifest.Resource(table, where, columns, self.engine.count_parquet(path)))
        checks.prepare(self.engine)
        self.checks += checks.run(self.engine, name)

    def _add_gravity(self, item: inputs.Item) -> None:
        if (
            self.gravity is None
            or self.options.fit is None
            or (item.flow, item.year) != ("goods", self.gravity.origin.year)
        ):
            return
        estimate_tables.load(self.engine, self.gravity)
        estimate_tables.refuse_a_fit_of_other_data(self.engine, self.gravity)
        self.resources += estimate_tables.write(self.engine, self.folder, item.flow, item.year)
        self.papers[f"{item.flow}-{item.year}"] = estimate_tables.papers(self.gravity, self.options.fit)

    def _add_growth(self, item: inputs.Item) -> None:
        before = self.loaded.setdefault(item.flow, [])
        since = pipeline.add_growth(self.engine, self.folder, item.flow, item.year, before)
        if since is not None:
            self.growth_since[f"{item.flow}-{item.year}"] = since
        before.append(item.year)

    def finish(self) -> None:
        """Write what does not depend on a year; refuse a release that is empty, or that its checks do not bear out."""
        if not any(resource.table == "cells" for resource in self.resources):
            raise AtlasError(
                "the release is not written, it would hold no figures: these sources hold no flow and year; "
                "see what to give with: portulan atlas sources"
            )
        if self.gravity is not None and not self.papers:
            raise AtlasError(
                f"the gravity was fitted on {self.gravity.origin.year}, a year these sources do not hold; "
                "fit it again with: portulan atlas fit"
            )
        self.resources += static_tables.write(self.engine, self.folder, self.baskets)
        if failed := [check for check in self.checks if not check.passed]:
            told = "; ".join(f"{check.name} ({check.detail})" for check in failed)
            raise AtlasError(f"the release is not written, a check failed: {told}")

    def write_manifest(self) -> str:
        """Write the papers of the release and return its identifier."""
        years = sorted({entry["year"] for entry in self.sources})
        parameters = {**self.options.corrections.parameters(years), "growth_since": self.growth_since}
        if self.doubter is not None:
            parameters["doubt"] = self.doubter.parameters()
        body = {
            "kind": "built",
            "software": f"portulan {__version__}",
            "engine": self.engine.version,
            "parameters": parameters,
            "gravity": self.papers,
            "quarantined": [
                {"reason": q.reason, "count": q.count, "file": q.first_file, "line": q.first_line, "example": q.example}
                for q in self.quarantined
            ],
            "checks": [{"name": c.name, "passed": c.passed, "detail": c.detail} for c in self.checks],
        }
        return manifest.write(self.folder, self.resources, sources=inputs.papers(self.sources), body=body)


def build(
    out: Path, given: Sequence[inputs.SourceArgument], options: BuildOptions | None = None, progress: Progress = quiet
) -> str:
    """Build a release in the folder `out` and return its identifier.

    Raises `AtlasError` where `out` exists (unless `options.replace`, and then unless it is a release), where an input
    is not what it should be, or where a check fails; `out` is then as it was before.
    """
    options = options or BuildOptions()
    with whole_or_nothing(out, replace=options.replace) as folder:
        temp = folder / ".temp"
        temp.mkdir()
        with open_engine(options.memory, options.threads, options.engine, temp) as engine:
            gravity = read_parameters(options.fit) if options.fit is not None else None
            builder = _Builder(engine, folder, options, _doubter(options), gravity)
            items = inputs.plan(engine, given)
            for place, item in enumerate(items):
                builder.add(item, _part_of(progress, place, len(items)))
            builder.finish()
            progress("writing the manifest", 0.97)
            ident = builder.write_manifest()
        shutil.rmtree(temp)
    return ident


def _part_of(progress: Progress, place: int, count: int) -> Progress:
    """Return a progress for one of `count` parts, all of them together being 95 % of the work."""
    return lambda step, done: progress(step, 0.95 * (place + done) / count)


def _doubter(options: BuildOptions) -> Doubter | None:
    exporters = tuple(sorted({countries.country(code).iso3 for code in options.doubt}))
    return Doubter(exporters, options.draws, options.threads) if exporters else None
