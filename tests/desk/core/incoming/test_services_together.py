"""Several processes at once on PostgreSQL: one mail is one row, handled once. On SQLite `test_cli` shows it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from portulan.desk.core import incoming
from portulan.desk.core.incoming import services
from portulan.desk.core.incoming.letters import Letter
from portulan.desk.core.incoming.models import ReceivedMail, State
from portulan.desk.core.models import Event
from tests.desk.core.incoming.conftest import mail


class Slow:
    """A room that takes its time."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def handle(self, received: ReceivedMail, letter: Letter) -> str | None:
        time.sleep(0.05)
        self.seen.append(received.pk)
        return "enquiries.enquiry:1"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_comes_together_finds_one_row_and_handles_it_once() -> None:
    assert connection.vendor == "postgresql", "run by `make test-all`, which starts a PostgreSQL"
    room = Slow()
    incoming.register(room)

    def deliver(number: int) -> tuple[int, bool]:
        try:
            row, new = services.keep_mail(mail(f"number {number % 3}", f"{number % 3}@x.example"), "pipe")
            services.handle_mail(row)
            return row.pk, new
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as senders:
        done = list(senders.map(deliver, range(24)))
    assert sum(new for _, new in done) == 3 == len({pk for pk, _ in done})
    assert sorted(room.seen) == sorted({pk for pk, _ in done})
    assert set(ReceivedMail.objects.values_list("state", flat=True)) == {State.HANDLED}
    assert Event.objects.filter(verb="mail handled").count() == 3
