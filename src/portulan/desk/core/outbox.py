"""Outgoing mail (replaced by the branch of the outbox)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4


@dataclass
class Posted:
    """A stand-in."""

    message_id: str


SENT: list[dict[str, Any]] = []


def post_mail(*, to: str, subject: str, text: str, kind: str, language: str, **more: Any) -> Posted:
    """Keep what would be sent."""
    posted = Posted(f"<{uuid4()}@portulan.invalid>")
    SENT.append(
        {
            "to": to,
            "subject": subject,
            "text": text,
            "kind": kind,
            "language": language,
            "id": posted.message_id,
            **more,
        }
    )
    return posted
