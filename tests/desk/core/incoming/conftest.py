"""A room that takes letters, and letters for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from portulan.desk.core import incoming, reference
from portulan.desk.core.incoming import handlers
from portulan.desk.core.incoming.letters import Letter
from portulan.desk.core.incoming.models import ReceivedMail

LETTERS = Path(__file__).parent / "letters"


def mail(text: str = "Who can help me in Japan?", message_id: str = "one@studio.example", more: str = "") -> bytes:
    """Write a letter."""
    identified = f"Message-ID: <{message_id}>\n" if message_id else ""
    return (
        f"From: Ana <ana@studio.example>\nTo: desk@desk.example\nSubject: Japan\n{identified}{more}\n{text}\n".encode()
    )


@dataclass
class Room:
    """Takes every letter whose text it is not told to leave, and writes a row for each."""

    takes: Callable[[Letter], bool] = lambda letter: True
    seen: list[str] = field(default_factory=list)

    def handle(self, received: ReceivedMail, letter: Letter) -> str | None:
        reference.keep([(letter.text[:8].strip(), letter.subject, letter.subject)], [])
        self.seen.append(letter.text)
        if "fault" in letter.text:
            raise ValueError("this room does not like it")
        return f"enquiries.enquiry:{received.pk}" if self.takes(letter) else None


@pytest.fixture(autouse=True)
def _nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """No room of the site takes letters here but those of the test."""
    monkeypatch.setattr(handlers, "_handlers", [])


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    incoming.register(made)
    yield made
    incoming.unregister(made)
