"""The commands of the atlas: `portulan atlas ...` and `portulan data ...`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portulan.atlas.brief import cli as brief
from portulan.atlas.evidence import cli as evidence
from portulan.atlas.mcp import cli as mcp

if TYPE_CHECKING:
    from portulan.atlas.opened import Release
    from portulan.atlas.pipeline import Progress

Subparsers = Any  # argparse keeps the class of its sub-parsers private
Run = Callable[[argparse.Namespace], int]


def add_parsers(commands: Subparsers) -> None:
    """Add `atlas`, `data`, `evidence`, `brief` and `mcp` to the command."""
    atlas = commands.add_parser("atlas", help="build, check, compare and ask releases of market figures")
    verbs = atlas.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_build(verbs)
    _add_questions(verbs)
    _add_references(verbs)
    _add_data(commands)
    evidence.add_parsers(commands)
    brief.add_parsers(commands)
    mcp.add_parsers(commands)


def _command(verbs: Subparsers, name: str, run: Run, text: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = verbs.add_parser(name, help=text, description=text)
    made.set_defaults(run=run)
    return made


def _add_build(verbs: Subparsers) -> None:
    build = _command(verbs, "build", _build, "Build a release (an immutable folder) from published files.")
    build.add_argument("out", type=Path, help="folder to make; it must not exist yet")
    build.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="NAME[:HS2017]=PATH",
        help="a source, for example baci=BACI_HS17_V202601.zip; may be repeated",
    )
    build.add_argument("--memory", default="4GB", help="memory the engine may take (default 4GB)")
    build.add_argument(
        "--threads", type=int, default=2, help="threads (default 2); the result is the same for any number"
    )
    build.add_argument(
        "--engine", default="duckdb", choices=("duckdb", "spark"), help="what runs the SQL (spark: portulan[spark])"
    )
    build.add_argument(
        "--balance",
        action="store_true",
        help="cut the supply of exporters who mostly pass goods on (balance correction)",
    )
    build.add_argument(
        "--projections",
        metavar="[YEAR=]WEO",
        help="project supply and demand with this IMF World Economic Outlook file, at least as recent as the data",
    )
    build.add_argument("--fit", type=Path, metavar="DIR", help="gravity fitted with: portulan atlas fit")
    build.add_argument(
        "--doubt",
        action="append",
        default=[],
        metavar="ISO3",
        help="draw intervals on the ranking of markets for this exporter; may be repeated",
    )
    build.add_argument("--draws", type=int, default=500, help="draws behind the intervals (default 500)")
    build.add_argument(
        "--replace", action="store_true", help="put the new release in the place of an existing one, in one step"
    )
    build.add_argument("--quiet", action="store_true", help="say nothing but errors")
    verify = _command(verbs, "verify", _verify, "Recompute every hash, count and identity of a release.")
    verify.add_argument("release", type=Path)
    diff = _command(verbs, "diff", _diff, "Say what changed between two releases, and why.")
    diff.add_argument("old", type=Path)
    diff.add_argument("new", type=Path)
    diff.add_argument("--exporter", default="FRA", help="whose figures to compare (default FRA)")
    diff.add_argument("--perimeter", default="core")
    diff.add_argument("--top", type=int, default=20, help="largest changes shown (default 20)")
    diff.add_argument("--format", default="table", choices=("table", "json"))


def _add_questions(verbs: Subparsers) -> None:
    show = _command(
        verbs, "show", _show, "Print every figure of one exporter, sector and market, each with its papers."
    )
    rank = _command(verbs, "rank", _rank, "Rank the markets of an exporter in a sector.")
    for command in (show, rank):
        command.add_argument("release", type=Path)
        command.add_argument("--exporter", default="FRA", help="ISO3 (default FRA)")
        command.add_argument("--sector", required=True, help="see: portulan atlas sectors")
        command.add_argument("--perimeter", default="core", help="core, broad, or either _without_jewellery_leather")
        command.add_argument("--flow", choices=("goods", "services"), default=None)
        command.add_argument("--year", type=int, default=None, help="default: the newest")
        command.add_argument("--lang", choices=("en", "fr"), default="en")
    show.add_argument("--market", default=None, help="ISO3; without it, the figures of the exporter alone")
    show.add_argument("--format", default="table", choices=("table", "json", "csv"))
    rank.add_argument("--by", default=None, help="indicator (default: the potential that leads in this sector)")
    rank.add_argument("--top", type=int, default=20)
    rank.add_argument("--with-estimates", action="store_true", help="let estimates take a rank among reported values")
    rank.add_argument("--format", default="table", choices=("table", "json", "csv"))


def _add_references(verbs: Subparsers) -> None:
    sources = _command(verbs, "sources", _sources, "List the sources: what they are, their licence, how to get them.")
    sources.add_argument("--format", default="table", choices=("table", "json"))
    sectors = _command(verbs, "sectors", _sectors, "List the sectors and the product codes that measure them.")
    sectors.add_argument("--scheme", default=None, help="HS1992 ... HS2022 or EBOPS2010")
    sectors.add_argument("--format", default="table", choices=("table", "json", "csv"))
    fit = _command(verbs, "fit", _fit, "Fit the gravity of every sector on one year of goods; build --fit uses it.")
    fit.add_argument(
        "out", type=Path, help="folder to write the parameters in; kept as it is while the input is the same"
    )
    fit.add_argument("--source", action="append", default=[], metavar="NAME[:HS2017]=PATH")
    fit.add_argument(
        "--validate", action="store_true", help="compare with the static potential on cells held out (two minutes more)"
    )
    fit.add_argument("--year", type=int, default=None, help="default: the newest")
    fit.add_argument("--memory", default="4GB")
    fit.add_argument("--threads", type=int, default=2)
    fit.add_argument("--quiet", action="store_true")
    how = _command(verbs, "how", _how, "Print how an indicator is computed: equation, source and SQL.")
    how.add_argument("indicator")
    how.add_argument("--lang", choices=("en", "fr"), default="en")


def _add_data(commands: Subparsers) -> None:
    data = commands.add_parser("data", help="get the published files that releases are built from")
    verbs = data.add_subparsers(dest="verb", required=True, metavar="VERB")
    pull = _command(
        verbs,
        "pull",
        _pull,
        "Download a source from its publisher; resumes, checks, and keeps the old copy until the new one is whole.",
    )
    pull.add_argument("name", help="see: portulan atlas sources; baci=HS92 names a variant")
    pull.add_argument("--vintage", default=None)
    pull.add_argument("--to", type=Path, default=None, help="folder to keep it in")
    pull.add_argument("--url", default=None, help="another address of the same file, for example a mirror of yours")
    pull.add_argument("--sha256", default=None, help="hash that the file must have")
    pull.add_argument("--yes", action="store_true", help="do not ask before a large download")


def reporter(quiet: bool) -> Progress:
    """Return what tells the progress of a build: a bar on a terminal, a line a step elsewhere, nothing if quiet."""
    if quiet:
        return lambda step, done: None
    if not sys.stderr.isatty():
        return lambda step, done: print(f"{done:4.0%} {step}", file=sys.stderr, flush=True)

    def draw(step: str, done: float) -> None:
        filled = round(done * 30)
        print(
            f"\r[{'#' * filled}{'.' * (30 - filled)}] {done:4.0%} {step:<40}",
            end="\n" if done >= 1 else "",
            file=sys.stderr,
            flush=True,
        )

    return draw


def _build(arguments: argparse.Namespace) -> int:
    from portulan.atlas import api, building

    progress = reporter(arguments.quiet)
    ident = building.build_from_words(
        api.BuildOptions(
            engine=arguments.engine, memory=arguments.memory, threads=arguments.threads, replace=arguments.replace
        ),
        arguments.out,
        arguments.source,
        balance=arguments.balance,
        projections=arguments.projections,
        fit=arguments.fit,
        doubt=arguments.doubt,
        draws=arguments.draws,
        progress=progress,
    )
    progress("done", 1.0)
    release = api.open_release(arguments.out)
    print(f"{arguments.out}: release {ident[:12]}, {', '.join(f'{flow} {year}' for flow, year in release.slices)}")
    for entry in release.manifest["portulan"]["quarantined"]:
        print(f"  set aside: {entry['count']} rows, {entry['reason']} (such as {entry['example']})")
    release.close()
    return 0


def _fit(arguments: argparse.Namespace) -> int:
    from portulan.atlas import fitting, inputs

    progress = reporter(arguments.quiet)
    given = [inputs.parse_source(text) for text in arguments.source]
    found = fitting.fit(
        arguments.out,
        given,
        year=arguments.year,
        memory=arguments.memory,
        threads=arguments.threads,
        validate=arguments.validate,
        progress=progress,
    )
    progress("done", 1.0)
    print(f"{arguments.out}: gravity of {len(found.baskets)} baskets, {found.origin.source}, {found.origin.year}")
    for (sector, perimeter), why in sorted(found.gaps.items()):
        print(f"  no fit: {sector} ({perimeter}), {why}")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from portulan.atlas import api

    outcomes = api.verify(arguments.release)
    for check in outcomes:
        print(f"{'ok  ' if check.passed else 'FAIL'}  {check.name}: {check.detail}")
    failed = sum(not check.passed for check in outcomes)
    print(f"{len(outcomes) - failed} checks passed, {failed} failed")
    return 1 if failed else 0


def _diff(arguments: argparse.Namespace) -> int:
    from portulan.atlas import difference, printing, spelled

    exporter = spelled.country("exporter", arguments.exporter)
    found = difference.compare(
        arguments.old, arguments.new, exporter=exporter, perimeter=arguments.perimeter, top=arguments.top
    )
    if arguments.format == "json":
        print(printing.json_text(found.as_dict()))
    else:
        for line in found.lines():
            print(line)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from portulan.atlas import asking, printing, spelled

    release = asking.open_release(arguments.release)
    _check_year(release, arguments.flow, arguments.year)
    found = asking.show(
        release,
        exporter=spelled.country("exporter", arguments.exporter),
        sector=spelled.sector(arguments.sector),
        market=None if arguments.market is None else spelled.country("market", arguments.market),
        perimeter=arguments.perimeter,
        flow=arguments.flow,
        year=arguments.year,
    )
    if arguments.format == "table":
        _print_lines(printing.figure_lines(found, arguments.lang))
    else:
        _print_records([printing.figure_record(item, arguments.lang) for item in found], arguments.format)
    return 0


def _rank(arguments: argparse.Namespace) -> int:
    from portulan.atlas import asking, printing, spelled
    from portulan.atlas.errors import AtlasError

    release = asking.open_release(arguments.release)
    if arguments.top < 0:
        raise AtlasError(f"cannot show {arguments.top} markets; give a number from 0 up with --top")
    _check_year(release, arguments.flow or "goods", arguments.year)
    ranking = asking.rank(
        release,
        exporter=spelled.country("exporter", arguments.exporter),
        sector=spelled.sector(arguments.sector),
        perimeter=arguments.perimeter,
        by=arguments.by,
        flow=arguments.flow or "goods",
        year=arguments.year,
        top=arguments.top,
        with_estimates=arguments.with_estimates,
    )
    if arguments.format == "table":
        _print_lines(printing.ranking_lines(ranking, arguments.lang))
    else:
        rows = (*ranking.rows, *ranking.apart)
        _print_records([printing.rank_record(row, arguments.lang) for row in rows], arguments.format)
    return 0


def _check_year(release: Release, flow: str | None, year: int | None) -> None:
    """Raise `BadInputError` where the release does not hold the year asked for: no figure is not the answer then."""
    from portulan.atlas.errors import BadInputError

    held = sorted({at for name, at in release.slices if flow in (None, name)})
    if year is not None and year not in held:
        years = ", ".join(str(at) for at in held)
        raise BadInputError(
            f"the release holds no {flow or 'figure'} of {year}",
            todo=f"ask for one of {years}" if held else f"it holds no {flow or 'figure'} at all",
            file=release.path,
        )


def _sources(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from portulan.atlas.sources import passports

    known = passports.all_passports()
    if arguments.format == "json":
        _print_records([asdict(paper) for paper in known], "json")
        return 0
    for paper in known:
        print(f"{paper.name:<10} {paper.title_en} ({paper.producer})")
        print(f"{'':<10} {paper.licence}; vintage {paper.vintage}; {paper.homepage}")
        print(f"{'':<10} read from a real file: {'yes' if paper.seen else 'no, built from the published description'}")
    return 0


def _sectors(arguments: argparse.Namespace) -> int:
    from portulan.atlas import api

    records = api.crosswalk(arguments.scheme)
    if arguments.format != "table":
        _print_records(records, arguments.format)
        return 0
    for choice in api.sectors():
        print(f"{choice.id:<28} {choice.name_en} / {choice.name_fr}")
    print(f"{len(records)} lines of crosswalk; print them with --format csv or json")
    return 0


def _how(arguments: argparse.Namespace) -> int:
    from portulan.atlas import api

    found = api.indicator(arguments.indicator)
    french = arguments.lang == "fr"
    print(f"{found.name(arguments.lang)} ({found.id}), {found.unit}")
    print(found.definition_fr if french else found.definition_en)
    if found.equation:
        print(found.equation)
    if found.source:
        print(f"{'Source :' if french else 'Source:'} {found.source}")
    if found.sql:
        print(f"\n{found.sql}")
    return 0


def _pull(arguments: argparse.Namespace) -> int:
    from portulan.atlas.sources import fetch

    path = fetch.pull(
        arguments.name,
        vintage=arguments.vintage,
        yes=arguments.yes,
        to=arguments.to,
        url=arguments.url,
        sha256=arguments.sha256,
    )
    print(path)
    return 0


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _print_records(records: list[dict[str, Any]], form: str) -> None:
    from portulan.atlas import printing

    sys.stdout.write(printing.csv_text(records) if form == "csv" else printing.json_text(records) + "\n")
