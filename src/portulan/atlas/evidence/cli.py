"""The command `portulan evidence`: what is said of the sector in figures, and the growth claim recomputed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

FROM, TO = 2013, 2016


def add_parsers(commands: Any) -> None:
    """Add `evidence` to the command."""
    evidence = commands.add_parser("evidence", help="recompute what is said of the sector in figures")
    verbs = evidence.add_subparsers(dest="verb", required=True, metavar="VERB")
    text = "Compare the growth of cultural exports with that of all exports, in goods, from BACI as published."
    growth = verbs.add_parser("growth", help=text, description=text)
    growth.set_defaults(run=_growth)
    growth.add_argument(
        "--source",
        required=True,
        metavar="baci[:HS2012]=PATH",
        help="BACI as published, HS2012 or HS1992 for 2013 and 2016: a zip, its folder, one CSV or Parquet",
    )
    growth.add_argument("--from", dest="since", type=int, default=FROM, metavar="YEAR", help=f"first year ({FROM})")
    growth.add_argument("--to", dest="until", type=int, default=TO, metavar="YEAR", help=f"last year ({TO})")
    growth.add_argument("--exporter", default="FRA", help="ISO3 (default FRA)")
    growth.add_argument(
        "--rates", type=Path, metavar="FILE", help="annual average rates: a CSV with year,eur_per_usd,source"
    )
    growth.add_argument(
        "--eur-per-usd",
        action="append",
        default=[],
        metavar="YEAR=RATE",
        help="euros for one US dollar, on average over the year; may be repeated",
    )
    growth.add_argument("--format", default="table", choices=("table", "json", "csv"))
    growth.add_argument("--lang", choices=("en", "fr"), default="en")
    growth.add_argument("--memory", default="4GB", help="memory the engine may take (default 4GB)")
    growth.add_argument("--threads", type=int, default=2, help="threads (default 2)")
    growth.add_argument("--quiet", action="store_true", help="show no progress")


def _growth(arguments: argparse.Namespace) -> int:
    # Imported here: the other commands do not wait for the engine.
    from portulan.atlas import inputs, printing
    from portulan.atlas.cli import reporter
    from portulan.atlas.evidence import printing as said
    from portulan.atlas.evidence import rates
    from portulan.atlas.evidence.growth import export_growth

    given = [] if arguments.rates is None else list(rates.read_rates(arguments.rates))
    given += [rates.parse_rate(text) for text in arguments.eur_per_usd]
    progress = reporter(arguments.quiet)
    found = export_growth(
        inputs.parse_source(arguments.source),
        exporter=arguments.exporter,
        since=arguments.since,
        until=arguments.until,
        rates=given,
        memory=arguments.memory,
        threads=arguments.threads,
        progress=progress,
    )
    progress("done", 1.0)
    if arguments.format == "table":
        for line in said.growth_lines(found, arguments.lang):
            print(line)
    elif arguments.format == "json":
        print(printing.json_text(said.growth_record(found, arguments.lang)))
    else:
        sys.stdout.write(printing.csv_text(said.growth_records(found, arguments.lang)))
    return 0
