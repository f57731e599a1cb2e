"""The command of the public extract."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def add_parsers(subparsers: Any, with_database: Callable[[], None]) -> None:
    """Add the command to `portulan`."""
    extract = subparsers.add_parser("extract", help="write what is asked and not served, without persons, as open data")
    extract.add_argument("out", type=Path, nargs="?", default=None, help="folder (default: the one this site offers)")
    extract.add_argument("--afresh", action="store_true", help="compute years again that were published before")
    extract.set_defaults(run=lambda arguments: run(arguments, with_database))


def run(arguments: argparse.Namespace, with_database: Callable[[], None]) -> int:
    """Write the extract; return 2 where it cannot be."""
    with_database()
    from django.conf import settings
    from django.utils import timezone

    from portulan.desk.enquiries import extracting

    out = arguments.out or extracting.folder()
    try:
        done = extracting.write(out, timezone.now(), demo=settings.PORTULAN_DEMO, afresh=arguments.afresh)
    except OSError as error:
        print(f"portulan extract: cannot write {out}: {error.strerror or error}", file=sys.stderr)
        return 2
    except (KeyError, ValueError) as error:
        print(f"portulan extract: {out / 'demand.csv'} is no extract of ours ({error}); move it away", file=sys.stderr)
        return 2
    years = ", ".join(map(str, done.added)) or "none"
    print(f"{out}: {done.rows} rows, {done.left_out} of them left out; years added: {years}")
    if done.kept:
        print(f"kept as they were: {', '.join(map(str, done.kept))}")
    return 0
