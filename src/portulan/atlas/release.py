"""Builds a release: an immutable folder of Parquet tables with its manifest, whole or not at all."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portulan import __version__
from portulan.atlas import checks, estimate_tables, flows, inputs, manifest, pipeline, static_tables
from portulan.atlas.doubt_tables import Doubter
from portulan.atlas.engine import Engine, open_engine
from portulan.atlas.errors import AtlasError
from portulan.atlas.estimate.parameters import read_parameters
from portulan.atlas.indicators import output
from portulan.atlas.pipeline import Corrections, Progress, YearRun, quiet
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
class _Account:
    """What a build gathers for its manifest."""

    resources: list[manifest.Resource] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    growth_since: dict[str, int] = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)
    checks: list[checks.Check] = field(default_factory=list)
    gravity: dict[str, Any] = field(default_factory=dict)


def build(
    out: Path, given: Sequence[inputs.SourceArgument], options: BuildOptions | None = None, progress: Progress = quiet
) -> str:
    """Build a release in the folder `out` and return its identifier.

    Raises `AtlasError` where `out` exists (unless `options.replace`), where an input is not what it should be, or
    where a check fails; `out` is then as it was before.
    """
    options = options or BuildOptions()
    if out.exists() and not options.replace:
        raise AtlasError(f"{out} exists already and a release never changes; choose another name, or add --replace")
    with whole_or_nothing(out) as folder:
        temp = folder / ".temp"
        temp.mkdir()
        with open_engine(options.memory, options.threads, options.engine, temp) as engine:
            account = _compute(engine, folder, given, options, progress)
            progress("writing the manifest", 0.97)
            ident = _write_manifest(engine, folder, account, options)
        shutil.rmtree(temp)
    return ident


def _compute(
    engine: Engine, folder: Path, given: Sequence[inputs.SourceArgument], options: BuildOptions, progress: Progress
) -> _Account:
    account = _Account()
    doubter = _doubter(options)
    gravity = read_parameters(options.fit) if options.fit is not None else None
    years = inputs.plan(engine, given)
    loaded: dict[str, list[int]] = {}
    baskets: dict[tuple[str, int, str], Sequence[flows.BasketLine]] = {}
    for place, item in enumerate(years):
        done = place / len(years) * 0.95
        progress(f"{item.flow} {item.year}: reading", done)
        account.quarantined += item.load(engine)
        account.sources.append(inputs.account(engine, item))
        progress(f"{item.flow} {item.year}: computing", done + 0.3 / len(years))
        run = YearRun(engine, item.flow, item.year, item.scheme, item.baskets(engine), options.corrections)
        baskets[(item.flow, item.year, item.scheme)] = run.baskets
        pipeline.compute(run)
        if doubter is not None:
            progress(f"{item.flow} {item.year}: drawing intervals", done + 0.6 / len(years))
            account.resources.append(doubter.write(engine, folder, item.flow, item.year, run.baskets))
        if gravity is not None and item.flow == "goods" and item.year == gravity.origin.year:
            estimate_tables.load(engine, gravity)
            account.resources += estimate_tables.write(engine, folder, item.flow, item.year)
            account.gravity[f"{item.flow}-{item.year}"] = estimate_tables.papers(gravity)
        engine.drop("product_flow")
        since = pipeline.add_growth(engine, folder, item.flow, item.year, loaded.get(item.flow, ()))
        if since is not None:
            account.growth_since[f"{item.flow}-{item.year}"] = since
        progress(f"{item.flow} {item.year}: writing", done + 0.8 / len(years))
        written = pipeline.write_year(run, folder)
        checks.prepare(engine)
        account.checks += checks.run(engine, f"{item.flow} {item.year}")
        account.resources += [
            manifest.Resource(
                table, str(path.relative_to(folder)), output.YEARLY_TABLES[table][1], engine.count_parquet(path)
            )
            for table, path in written.items()
        ]
        loaded.setdefault(item.flow, []).append(item.year)
    if gravity is not None and not account.gravity:
        raise AtlasError(
            f"the gravity was fitted on {gravity.origin.year}, a year these "
            "sources do not hold; fit it again with: portulan atlas fit"
        )
    account.resources += static_tables.write(engine, folder, baskets)
    failed = [check for check in account.checks if not check.passed]
    if failed:
        raise AtlasError(
            "the release is not written, a check failed: " + "; ".join(f"{c.name} ({c.detail})" for c in failed)
        )
    return account


def _doubter(options: BuildOptions) -> Doubter | None:
    exporters = tuple(sorted({countries.country(code).iso3 for code in options.doubt}))
    return Doubter(exporters, options.draws, options.threads) if exporters else None


def _write_manifest(engine: Engine, folder: Path, account: _Account, options: BuildOptions) -> str:
    body = {
        "kind": "built",
        "software": f"portulan {__version__}",
        "engine": engine.version,
        "parameters": {
            **options.corrections.parameters(sorted({entry["year"] for entry in account.sources})),
            "growth_since": account.growth_since,
            **({"doubt": doubter.parameters()} if (doubter := _doubter(options)) is not None else {}),
        },
        "gravity": account.gravity,
        "quarantined": [
            {"reason": q.reason, "count": q.count, "file": q.first_file, "line": q.first_line, "example": q.example}
            for q in account.quarantined
        ],
        "checks": [{"name": c.name, "passed": c.passed, "detail": c.detail} for c in account.checks],
    }
    return manifest.write(folder, account.resources, sources=inputs.papers(account.sources), body=body)


@contextmanager
def whole_or_nothing(out: Path) -> Iterator[Path]:
    """Give a folder beside `out` to write in; put it in the place of `out` at the end, or leave nothing behind."""
    out.parent.mkdir(parents=True, exist_ok=True)
    _sweep(out)
    folder = out.with_name(f".{out.name}.building-{os.getpid()}")
    folder.mkdir()
    try:
        yield folder
        _sync(folder)
        _put_in_place(folder, out)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise AtlasError(
                f"the disk is full while building {out}; free some space and build again, nothing was changed"
            ) from error
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(out: Path) -> None:
    """Remove what a build killed before its end left behind (never that of a process still alive)."""
    for stale in out.parent.glob(f".{out.name}.building-*"):
        pid = stale.name.rpartition("-")[2]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(stale, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sync(folder: Path) -> None:
    """Put every byte on the disk before the folder takes its name."""
    for path in sorted(folder.rglob("*")):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _put_in_place(folder: Path, out: Path) -> None:
    """Give `folder` the name `out` in one step; an older release there is exchanged and then removed."""
    if not out.exists():
        folder.rename(out)
        return
    if not _exchange(folder, out):
        # Without an exchange in one step (not Linux), the old one keeps a readable name until the new one stands.
        old = out.with_name(f"{out.name}.replaced")
        shutil.rmtree(old, ignore_errors=True)
        out.rename(old)
        folder.rename(out)
        shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step where the system can (Linux, renameat2)."""
    here, swap = -100, 2
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    return bool(call(here, os.fsencode(one), here, os.fsencode(other), swap) == 0)
