"""The real commands, run as a mail server or a timer runs them, on a site of their own."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.desk import homes

_SEEN = ("state", "reason", "message_id", "size")


@dataclass
class Site:
    """One installation."""

    home: Path

    def environment(self, **more: str) -> dict[str, str]:
        """Return what its commands are run with."""
        without = {name: value for name, value in os.environ.items() if not name.startswith("PORTULAN_")}
        without.pop("DATABASE_URL", None)
        return {**without, "PORTULAN_HOME": str(self.home), **more}

    def command(self, *words: str) -> list[str]:
        """Return a command of this installation."""
        return [sys.executable, "-c", "import sys; from portulan.cli import main; sys.exit(main())", *words]

    def run(self, *words: str, given: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end."""
        return subprocess.run(
            self.command(*words),
            input=given,
            env=self.environment(**more),
            capture_output=True,
            timeout=120,
            check=False,
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return the mails that it holds."""
        with closing(sqlite3.connect(self.home / "portulan.sqlite3")) as database:
            found = database.execute(f"SELECT {', '.join(_SEEN)} FROM core_receivedmail ORDER BY id").fetchall()
        return [dict(zip(_SEEN, row, strict=True)) for row in found]


def made(home: Path) -> Site:
    """Make an installation with its tables."""
    shutil.copytree(homes.with_tables(), home, dirs_exist_ok=True)
    return Site(home)
