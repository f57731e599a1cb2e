"""The command `portulan`: no logic here; it hands over to the atlas, and to the desk where that is installed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from portulan import __version__
from portulan.atlas import cli as atlas
from portulan.atlas.errors import AtlasError

DESK_WORDS = ("serve", "work", "publish", "people", "network", "demo", "mail", "search", "retention", "manage")
DESK_MISSING = "this command needs the portal, which is not installed; install it with: pip install 'portulan[desk]'"


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command that this installation has."""
    top = argparse.ArgumentParser(
        prog="portulan", description="The open market atlas and export desk of the cultural and creative industries."
    )
    top.add_argument("--version", action="version", version=f"portulan {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    atlas.add_parsers(commands)
    if find_spec("django") is not None:
        from portulan.desk import cli as desk

        desk.add_parsers(commands)
    else:
        for word in DESK_WORDS:
            commands.add_parser(word, help="needs portulan[desk]")
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; errors a user can mend are one sentence on the standard error, and the exit code is 2."""
    arguments = parser().parse_args(argv)
    run = getattr(arguments, "run", None)
    if run is None:
        sys.stderr.write(DESK_MISSING + "\n")
        return 2
    try:
        return int(run(arguments) or 0)
    except AtlasError as error:
        sys.stderr.write(f"portulan: {error}\n")
        return 2
    except BrokenPipeError:
        # The reader of our output (head, less) has had enough.
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("portulan: stopped; nothing was half-written\n")
        return 130
