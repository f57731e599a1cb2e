"""The command `portulan mcp`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from portulan.atlas.errors import AtlasError

MISSING = "this command needs an extra that is not installed; install it with: pip install 'portulan[mcp]'"


def add_parsers(commands: Any) -> None:
    """Add `mcp` to the command."""
    text = "Answer an AI assistant (Model Context Protocol) on standard input and output."
    made: argparse.ArgumentParser = commands.add_parser("mcp", help=text, description=text)
    made.add_argument(
        "--release", type=Path, default=None, help="the release to answer from (default: the shipped one)"
    )
    made.set_defaults(run=_serve)


def _serve(arguments: argparse.Namespace) -> int:
    try:
        from portulan.atlas.mcp import server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise  # a fault of ours, not an extra that is missing
        raise AtlasError(MISSING) from error
    server.serve(arguments.release)
    return 0
