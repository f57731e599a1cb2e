"""The mail that was posted, as whoever gets it reads it."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy

from portulan.desk.core.models import OutgoingMail


class Letters:
    """What was posted, as whoever gets it reads it; `clear` forgets what came so far."""

    def __init__(self) -> None:
        self._from = 0

    def _all(self) -> list[dict[str, str]]:
        found = []
        for posted in OutgoingMail.objects.filter(pk__gt=self._from).order_by("pk"):
            mail = message_from_bytes(bytes(posted.message), policy=policy.default)
            body = mail.get_body()
            found.append(
                {"to": posted.recipient, "text": body.get_content() if body else "", "subject": str(mail["subject"]),
                 "language": posted.language, "reply": str(mail["Reply-To"] or ""), "id": posted.message_id}
            )  # fmt: skip
        return found

    def clear(self) -> None:
        self._from = OutgoingMail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def __iter__(self) -> Iterator[dict[str, str]]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __getitem__(self, place: int) -> dict[str, str]:
        return self._all()[place]
