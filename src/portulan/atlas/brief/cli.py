"""The command `portulan brief`: one brief, written whole or not at all, dated today."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from portulan.atlas.errors import AtlasError, BadInputError

Subparsers = Any  # argparse keeps the class of its sub-parsers private


def add_parsers(commands: Subparsers) -> None:
    """Add `brief` to the command."""
    text = "Make the market brief (PDF) of a market, of a sector, or of a sector in a market."
    made: argparse.ArgumentParser = commands.add_parser("brief", help=text, description=text)
    made.set_defaults(run=_brief)
    made.add_argument("market", nargs="?", default=None, help="ISO3 code, for example JPN; none: the sector's markets")
    made.add_argument("--sector", default=None, help="see: portulan atlas sectors; none: every sector of the market")
    made.add_argument("--lang", choices=("en", "fr"), default="en")
    made.add_argument("--out", type=Path, required=True, metavar="FILE.pdf", help="file to write")
    made.add_argument("--exporter", default="FRA", help="whose brief (default FRA)")
    made.add_argument("--perimeter", default="core", help="core, broad, or either with _without_jewellery_leather")
    made.add_argument("--flow", choices=("goods", "services"), default="goods")
    made.add_argument("--year", type=int, default=None, help="default: the newest")
    made.add_argument("--release", type=Path, default=None, metavar="PATH", help="default: the one shipped")
    made.add_argument("--link", default=None, metavar="URL", help="address of the page, printed with its square code")


def _brief(arguments: argparse.Namespace) -> int:
    from portulan.atlas import api

    out: Path = arguments.out
    _check(out)
    release = api.open_release(arguments.release or _default())
    try:
        made = api.brief(
            release,
            market=arguments.market,
            sector=arguments.sector,
            exporter=arguments.exporter,
            perimeter=arguments.perimeter,
            flow=arguments.flow,
            year=arguments.year,
            lang=arguments.lang,
            dated=datetime.now().astimezone().date(),
            link=arguments.link,
        )
    finally:
        release.close()
    write_whole(out, made)
    print(f"{out}: {len(made) // 1000} kB, release {release.id[:12]}")
    return 0


def _default() -> Path:
    """Return the release shipped with Portulan, built on this machine the first time."""
    from portulan.atlas import api

    path = api.default_release_path()
    outdated = api.default_release_is_outdated(path)
    if path.exists() and not outdated:
        return path
    why = "again: another version of Portulan made it" if outdated else "once"
    print(f"building the release shipped with Portulan, {why}", file=sys.stderr)
    return api.build_default_release(path)


def _check(out: Path) -> None:
    """Raise `BadInputError` before the work where the file could not be written."""
    if out.is_dir():
        raise BadInputError("is a folder", todo="name a file in it, such as brief.pdf", file=out)
    if out.exists() and not out.is_file():
        # A device or a pipe would be replaced by a file.
        raise BadInputError("is not a regular file", todo="name a file, such as brief.pdf", file=out)
    if not out.parent.is_dir():
        raise BadInputError(f"there is no folder {out.parent}", todo="make it first, or name another", file=out)


def write_whole(out: Path, data: bytes) -> None:
    """Write a file in one step: a reader sees the old one or the new one, never a part. Raises `AtlasError`.

    A link stays one: what it leads to is written.
    """
    target = out.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise AtlasError(f"{out} cannot be written ({error.strerror}); choose another place with --out") from error
