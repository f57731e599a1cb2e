"""What is measured: each case has its limits, and measures them once a round beside their reference."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import data, desk, portal, searching
from benchmarks.machine import free_gb
from benchmarks.peers.environments import PEERS, Environments
from benchmarks.processes import FailedRunError, Run, portulan, task
from benchmarks.table import Limit, Observation

READ = "DuckDB reads the file and sums v by (i, j, k)"
STARTED = "Python and the engine started, no answer"
FLOOR = "SELECT 1 by the engine"
EXPORTER = "FRA"
DRAWS = 500
YEARS = 24
Seen = Mapping[str, Observation | str]
"""Key of a limit -> what was seen of it, or why it was not."""


@dataclass(slots=True)
class Bench:
    """One session: the file measured, a folder to work in, and what cases hand to each other."""

    folder: Path
    path: Path
    years: int = YEARS
    quick: bool = False
    postgres: str = ""
    """Address of a server of PostgreSQL; empty where none was given."""
    environments: Environments = field(init=False)
    _release: Path | None = None
    _names: int = 0

    def __post_init__(self) -> None:
        self.environments = Environments(self.folder)

    def new(self, name: str) -> Path:
        """Return a name in the folder that nothing has yet."""
        self._names += 1
        return self.folder / f"{name}-{self._names}"

    @property
    def source(self) -> str:
        """The file as `--source`."""
        return f"baci:HS2017={self.path}"

    def read(self) -> Run:
        """Run the reference."""
        return task("read_and_sum", path=self.path)

    def build(self, source: str | None = None) -> tuple[Run, Path]:
        """Build a release as a user would, with the options as they are."""
        out = self.new("release")
        return portulan("atlas", "build", out, "--source", source or self.source), out

    def release(self) -> Path:
        """Return a release of the file, built if no case did it before."""
        return self._release or self.keep(self.build()[1])

    def keep(self, release: Path) -> Path:
        """Keep a release for the questions, in the place of an older one."""
        if self._release is not None:
            shutil.rmtree(self._release)
        self._release = release
        return release


@dataclass(frozen=True, slots=True)
class Case:
    """Some limits measured together."""

    name: str
    limits: tuple[Limit, ...]
    measure: Callable[[Bench], Seen]
    once: bool = False
    """Too long for several rounds."""


def _build(bench: Bench) -> Seen:
    before = bench.read()
    run, out = bench.build()
    after = bench.read()
    bench.keep(out)
    cpu = median((before.cpu_seconds, after.cpu_seconds))
    detail = (
        "the whole command, start of Python included; the reference is the query alone. In processor seconds, which "
        f"other programs disturb less: {run.cpu_seconds:.3g} against {cpu:.3g}, ratio {run.cpu_seconds / cpu:.2f}"
    )
    return {
        "build": Observation(run.seconds, median((before.said["seconds"], after.said["seconds"])), detail),
        "build_memory": Observation(run.peak_gb, median((before.peak_gb, after.peak_gb))),
    }


def _fit(bench: Bench) -> Seen:
    reading = bench.read().said["seconds"]
    run = portulan("atlas", "fit", bench.new("fit"), "--source", bench.source)
    return {"fit": Observation(run.seconds, reading, _also(run))}


def _doubt(bench: Bench) -> Seen:
    reading = bench.read().said["seconds"]
    run = task("doubt", path=bench.path, out=bench.new("doubt"), exporter=EXPORTER, draws=DRAWS)
    detail = f"{run.said['rows']:,} intervals; the whole process, reading included: {_also(run)}"
    return {"doubt": Observation(run.said["seconds"], reading, detail)}


def _default(bench: Bench) -> Seen:
    reading = bench.read().said["seconds"]
    run = task("default_release", out=bench.new("default"))
    return {"default": Observation(run.seconds, reading, _also(run))}


def _also(run: Run) -> str:
    return f"{run.cpu_seconds:.3g} processor seconds, peak memory {run.peak_gb:.2f} GB"


def _rca(bench: Bench) -> Seen:
    checked, checked_out = _computed(bench, "rca_checked")
    seen: dict[str, Observation | str] = {}
    for peer in PEERS:
        try:
            python = bench.environments.python(peer)
            before, out = _computed(bench, "rca")
            run, peer_out = _computed(bench, peer.key, python=python, script=peer.script)
            after, _ = _computed(bench, "rca")
            same = [task("compare", one=one, other=peer_out).said for one in (out, checked_out)]
        except FailedRunError as error:
            seen |= {f"rca_{peer.key}": str(error), f"rca_equal_{peer.key}": str(error)}
            continue
        versions = ", ".join(f"{name} {version}" for name, version in run.said["versions"].items())
        detail = (
            f"{versions}. Same work on both sides: read i, k, v, sum, divide. Peak memory {run.peak_gb:.2f} GB, ours "
            f"{after.peak_gb:.2f} GB. With every check of the reader ours takes {checked.said['seconds']:.3g} s"
        )
        ours = median((before.said["seconds"], after.said["seconds"]))
        seen[f"rca_{peer.key}"] = Observation(ours, run.said["seconds"], detail)
        worst = max(one["worst"] for one in same)
        seen[f"rca_equal_{peer.key}"] = Observation(
            worst, None, f"{same[0]['rows']:,} values, with the checks and without"
        )
    return seen


def _computed(bench: Bench, name: str, **how: Any) -> tuple[Run, Path]:
    out = bench.new(name).with_suffix(".npz")
    return task(name, path=bench.path, out=out, **how), out


def _show(bench: Bench) -> Seen:
    words: list[str | Path] = [
        "atlas",
        "show",
        bench.release(),
        "--exporter",
        EXPORTER,
        "--sector",
        "book",
        "--market",
        "BEL",
    ]
    portulan(*words)  # the first call of an installation compiles our modules
    ours: list[Run] = []
    floor: list[Run] = []
    for _ in range(7):
        floor.append(task("engine_floor"))
        ours.append(portulan(*words, "--format", "json"))
    seconds = [run.seconds for run in ours]
    detail = (
        f"median of {len(ours)} cold processes, {min(seconds):.3g} to {max(seconds):.3g} s; in processor seconds "
        f"{median(run.cpu_seconds for run in ours):.2f} against {median(run.cpu_seconds for run in floor):.2f}"
    )
    return {"show": Observation(median(seconds), median(run.seconds for run in floor), detail)}


def _api(bench: Bench) -> Seen:
    said = task("answers", release=bench.release(), exporter=EXPORTER, times=15).said
    again, first = said["again"], list(said["first"].values())
    slowest, *others = sorted(again, key=lambda name: -again[name])
    next_ones = ", ".join(f"{name} {again[name]:.2g}" for name in others[:4])
    detail = f"{slowest}, the slowest of {len(again)}; next, in ms: {next_ones}"
    # A slice is new only once: these are single measures, of which only the middle says something.
    spread = f"show and rank, middle of {len(first)} slices, {min(first):.2g} to {max(first):.2g} ms"
    return {
        "api_again": Observation(again[slowest], said["floor"], detail),
        "api_first": Observation(median(first), said["floor"], spread),
    }


def _years(bench: Bench) -> Seen:
    needed = bench.years * data.GB_A_YEAR
    if free_gb(bench.folder) < needed:
        why = f"{free_gb(bench.folder):.1f} GB free, {needed:.0f} GB needed; choose another folder with --temp"
        return {"years": why, "years_memory": why}
    folder, rows = data.many_years(bench.folder, bench.path, bench.years)
    newest = folder / f"hs17_{data.YEAR}.parquet"
    before, many, after = (_built_and_gone(bench, path) for path in (newest, folder, newest))
    shutil.rmtree(folder)
    cpu = many.cpu_seconds / bench.years / median((before.cpu_seconds, after.cpu_seconds))
    detail = (
        f"{bench.years} years ({YEARS} in the limit), {rows:,} rows: {many.seconds:.0f} s; one year before and after: "
        f"{before.seconds:.1f} and {after.seconds:.1f} s. Ratio in processor seconds {cpu:.2f}. "
        f"Seconds from year to year: {_steps(many)}"
    )
    of_one = median((before.seconds, after.seconds)) * bench.years / rows
    return {
        "years": Observation(many.seconds / rows * 1e6, of_one * 1e6, detail),
        "years_memory": Observation(many.peak_gb, median((before.peak_gb, after.peak_gb))),
    }


def _built_and_gone(bench: Bench, path: Path) -> Run:
    run, out = bench.build(f"baci:HS2017={path}")
    shutil.rmtree(out)
    return run


def _steps(run: Run) -> str:
    """Return the seconds between the starts of two years, from the progress lines."""
    return " ".join(
        f"{later - sooner:.0f}" for sooner, later in pairwise(at for at, text in run.steps if text.endswith("reading"))
    )


def _portal(bench: Bench) -> Seen:
    return portal.measure(bench.release(), bench.new("portal"))


def _search(bench: Bench) -> Seen:
    return searching.measure(bench.new("search"), bench.quick)


def _desk(bench: Bench) -> Seen:
    return desk.measure(bench.release(), bench.new("desk"), quick=bench.quick, postgres=bench.postgres)


CASES: tuple[Case, ...] = (
    Case(
        "build",
        (
            Limit("build", "build of one year, all exporters", "s", 6, "ratio", READ),
            Limit("build_memory", "build of one year, peak memory", "GB", 3, reference="the same"),
        ),
        _build,
    ),
    Case("fit", (Limit("fit", "atlas fit, all sectors and perimeters", "s", 60, reference=READ),), _fit),
    Case("doubt", (Limit("doubt", "doubt, one exporter, all sectors, 500 draws", "s", 20, reference=READ),), _doubt),
    Case("default", (Limit("default", "default release", "s", 30, reference=READ),), _default),
    Case(
        "rca",
        tuple(
            limit
            for peer in PEERS
            for limit in (
                Limit(f"rca_{peer.key}", "RCA at HS6, load included", "s", 1, "ratio", peer.name, strict=True),
                Limit(f"rca_equal_{peer.key}", f"RCA, largest difference from {peer.name}", "difference", 1e-9),
            )
        ),
        _rca,
    ),
    Case("show", (Limit("show", "atlas show, cold process", "s", 0.5, reference=STARTED, strict=True),), _show),
    Case(
        "api",
        (
            Limit("api_again", "slowest api call, warm", "ms", 10, reference=FLOOR, strict=True),
            Limit("api_first", "api call, warm, slice not read before", "ms", 10, reference=FLOOR, strict=True),
        ),
        _api,
    ),
    Case("portal", portal.LIMITS, _portal, once=True),
    Case("search", searching.LIMITS, _search, once=True),
    Case("desk", desk.LIMITS, _desk, once=True),
    Case(
        "years",
        (
            Limit("years", "build of many years, a row", "us/row", 1.3, "ratio", "one year alone, a row"),
            Limit("years_memory", "build of many years, peak memory", "GB", 6, reference="one year alone"),
        ),
        _years,
        once=True,
    ),
)


def chosen(names: Sequence[str]) -> tuple[Case, ...]:
    """Return the cases of these names in the order of `CASES`; all of them where none is named."""
    unknown = sorted(set(names) - {case.name for case in CASES})
    if unknown:
        raise ValueError(f"no such case: {', '.join(unknown)}; there are {', '.join(case.name for case in CASES)}")
    return tuple(case for case in CASES if not names or case.name in names)
