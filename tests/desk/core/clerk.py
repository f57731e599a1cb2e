"""A process that posts mail and reads its states, as the site would: one JSON object a line, in and out."""

from __future__ import annotations

import json
import sys
from typing import Any

import django


def main() -> None:
    """Answer until there is no more question."""
    django.setup()
    from django.db import connection, transaction

    from portulan.desk.core.models import Event, OutgoingMail
    from portulan.desk.core.outbox import post_mail

    def post(**mail: Any) -> str:
        if isinstance(mail["to"], list):
            mail["to"] = tuple(mail["to"])
        with transaction.atomic():
            return post_mail(
                **{"subject": "Hello", "text": "Hello", "kind": "enquiry", "language": "en", **mail}
            ).message_id

    def states() -> dict[str, str]:
        rows = OutgoingMail.objects.order_by("pk").values_list("message_id", "state", "next_try_at")
        return {name: f"{state}, due" if due else state for name, state, due in rows}

    def events() -> list[str]:
        return list(Event.objects.filter(verb__startswith="mail").order_by("pk").values_list("verb", flat=True))

    def lock() -> None:
        """Have every other writer wait."""
        with connection.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
            if connection.vendor != "sqlite":
                cursor.execute("LOCK TABLE core_outgoingmail IN SHARE ROW EXCLUSIVE MODE")

    def release() -> None:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")

    known = {"post": post, "states": states, "events": events, "lock": lock, "release": release}
    for line in sys.stdin:
        asked = json.loads(line)
        answer = known[asked.pop("do")](**asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
