"""The mail that a served site posted, read where it is kept: nothing leaves for people who do not exist."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True)
class Letterbox:
    """The letterbox of everybody, beside the site."""

    home: Path

    def all(self, to: str) -> list[EmailMessage]:
        """Return the mails to somebody, oldest first."""
        with sqlite3.connect(self.home / "portulan.sqlite3", timeout=10) as database:
            rows = database.execute(
                "SELECT message FROM core_outgoingmail WHERE recipient = ? ORDER BY id", (to,)
            ).fetchall()
        return [message_from_bytes(row[0], policy=policy.default) for row in rows]  # type: ignore[arg-type, misc]

    def last(self, to: str, *, beyond: int = 0) -> EmailMessage:
        """Return the last mail to somebody, waiting a little for more than ``beyond`` of them."""
        for _ in range(50):
            if len(found := self.all(to)) > beyond:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError(f"no mail to {to}")


def text_of(mail: EmailMessage) -> str:
    """Return what a mail says."""
    body = mail.get_body()
    assert body is not None
    return str(body.get_content())
