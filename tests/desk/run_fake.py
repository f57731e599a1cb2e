"""Run the commands of the desk on the small atlas: ``python -m tests.desk.run_fake serve --port 8123``."""

from __future__ import annotations

import argparse
import sys

import portulan.atlas
from tests.desk import fake_atlas

sys.modules["portulan.atlas.api"] = fake_atlas
portulan.atlas.api = fake_atlas  # type: ignore[attr-defined]

from portulan.desk.cli import add_parsers  # noqa: E402 - only now, behind the small atlas

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="portulan")
    add_parsers(parser.add_subparsers(required=True))
    arguments = parser.parse_args()
    sys.exit(arguments.run(arguments))
