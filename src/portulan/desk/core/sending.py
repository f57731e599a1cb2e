"""Sending what is in the outbox: who has a mail in hand, what became of it, and what a worker that is gone left behind.

Every step is one statement with its condition, committed by itself: of two workers, one finds the row as it expects it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_string
from email.policy import default as modern
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone

from portulan.desk.core import events, presence
from portulan.desk.core.models import MailState, OutgoingMail, Worker
from portulan.desk.core.smtp import DoubtError, Envelope, LaterError, Line, NotOursError, RefusedError, WayError

log = logging.getLogger(__name__)
CLAIM = timedelta(minutes=10)
"""For which a mail is in one worker's hands before it is handed over; after that another may take it."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 720, 1080))
"""Before each next try, about two days in all. Where there is none left, the mail is given up."""
LONGEST = timedelta(days=2)
"""For which the way to the server may be closed before a mail is given up."""
ROUND = 50
"""Mails sent over one connection."""
PATIENCE = 20.0
"""Seconds that a worker told to stop waits for a database that does not answer."""
_REPORTED = {MailState.REFUSED: "mail refused", MailState.FAILED: "mail given up", MailState.UNKNOWN: "mail in doubt"}


@dataclass(slots=True)
class Pause:
    """How long to leave the server alone once it could not be reached: longer each time."""

    until: float = 0.0
    seconds: float = 0.0
    longest: float = 60.0

    def over(self) -> bool:
        """Tell whether the server may be tried again."""
        return time.monotonic() >= self.until

    def longer(self) -> timedelta:
        """Begin a pause, longer than the last one; return it."""
        self.seconds = min(self.longest, self.seconds * 2 or 1.0)
        self.until = time.monotonic() + self.seconds
        return timedelta(seconds=self.seconds)

    def end(self) -> None:
        """The server answered."""
        self.until = self.seconds = 0.0


@dataclass(slots=True)
class Sender:
    """What one worker sends with."""

    me: Worker
    stop: Callable[[], bool] = lambda: False
    pause: Pause = field(default_factory=Pause)

    def send_due(self) -> int:
        """Send what is due, the oldest first; return how many mails were tried. Never within a transaction."""
        if connection.in_atomic_block:
            raise RuntimeError("what is sent cannot be taken back: no mail is sent within a transaction")
        server, now = settings.PORTULAN_SMTP, timezone.now()
        if server is None or not self.pause.over():
            return 0
        due = OutgoingMail.objects.filter(next_try_at__lte=now).order_by("next_try_at", "pk")
        tried = 0
        waiting = list(due.values_list("pk", flat=True)[:ROUND])
        if not waiting:
            return 0
        with Line(server, settings.PORTULAN_MAIL_DOMAIN) as line:
            for pk in waiting:
                if self.stop() or not self.pause.over():
                    break
                if claim(pk, self.me, now):
                    tried += 1
                    self._send(pk, line)
        return tried

    def _send(self, pk: int, line: Line) -> None:
        mail = OutgoingMail.objects.get(pk=pk)
        envelope = Envelope(_sender_of(bytes(mail.message)), mail.recipient)
        try:
            answer = line.hand_over(envelope, bytes(mail.message), lambda: _on_its_way(mail, self.me))
        except WayError as error:
            log.warning("the mail server cannot be used: %s", error)
            self._settle(mail, _closed_way(mail, str(error), self.pause.longer()))
            return
        except DatabaseError as error:
            # The mail was not handed over, whether its state was written or not.
            self._settle(mail, _again(mail, MailState.WAITING, f"the database failed: {error}"[:300], timedelta(0)))
            return
        except NotOursError:
            log.info("mail %s is in other hands", pk)
        except LaterError as error:
            self._settle(mail, _later(mail, MailState.WAITING, str(error)))
        except DoubtError as error:
            self._settle(mail, _in_doubt(mail, str(error)))
        except RefusedError as error:
            self._settle(mail, _settled(mail, MailState.REFUSED, str(error)))
        else:
            self._settle(mail, _settled(mail, MailState.SENT, answer))
        self.pause.end()

    def _settle(self, mail: OutgoingMail, change: dict[str, Any]) -> None:
        """Write down what became of a mail, however long the database takes: nobody else knows it."""
        began, wait = time.monotonic(), 0.1
        while True:
            try:
                if not _write(mail, self.me, change):
                    log.error("mail %s was taken for lost by another worker, and became: %s", mail.pk, change["state"])
                return
            except DatabaseError as error:
                log.error("what became of mail %s is not written down yet: %s", mail.pk, error)
            if self.stop() and time.monotonic() - began > PATIENCE:
                log.error("mail %s is left in doubt: it became %s", mail.pk, change["state"])
                return
            close_old_connections()
            time.sleep(wait)
            wait = min(5.0, wait * 2)


def claim(pk: int, me: Worker, now: datetime) -> bool:
    """Take a mail in hand; return whether it is ours. Of two workers the second no longer finds it due."""
    return bool(
        OutgoingMail.objects.filter(pk=pk, next_try_at__lte=now).update(
            holder=me.pk, next_try_at=timezone.now() + CLAIM, tries=F("tries") + 1
        )
    )


def _on_its_way(mail: OutgoingMail, me: Worker) -> bool:
    """Commit that a mail is being sent; return whether it still is ours. Everything after this may have left."""
    now = timezone.now()
    mine = OutgoingMail.objects.filter(pk=mail.pk, holder=me.pk, next_try_at__gt=now)
    return bool(mine.update(state=MailState.SENDING, next_try_at=None))


def _write(mail: OutgoingMail, me: Worker, change: dict[str, Any]) -> bool:
    with transaction.atomic():
        written = OutgoingMail.objects.filter(pk=mail.pk, holder=me.pk).update(holder=None, **change)
        if written and change["state"] in _REPORTED and change["next_try_at"] is None:
            _report(mail, change["state"])
    return bool(written)


def _report(mail: OutgoingMail, state: MailState) -> None:
    """Say that somebody should look: in the log of acts, and in that of the machine. Neither names the person."""
    events.record(_REPORTED[state], mail, kind=mail.kind, about=mail.about)
    log.error("%s: %s (%s), about %s", _REPORTED[state], mail.pk, mail.kind, mail.about or "nothing")


def _settled(mail: OutgoingMail, state: MailState, reason: str) -> dict[str, Any]:
    change: dict[str, Any] = {
        "state": state,
        "reason": reason,
        "next_try_at": None,
        "settled_at": timezone.now(),
        "first_tried_at": mail.first_tried_at or timezone.now(),
    }
    if mail.secret:
        change["message"] = b""
    return change


def _again(mail: OutgoingMail, state: MailState, reason: str, pause: timedelta) -> dict[str, Any]:
    now = timezone.now()
    return {
        "state": state,
        "reason": reason,
        "next_try_at": now + pause,
        "first_tried_at": mail.first_tried_at or now,
    }


def _later(mail: OutgoingMail, state: MailState, reason: str) -> dict[str, Any]:
    """Have a mail wait for its next try, or give it up."""
    if mail.tries > len(PAUSES):
        return _settled(mail, MailState.FAILED, reason)
    return _again(mail, state, reason, PAUSES[mail.tries - 1])


def _closed_way(mail: OutgoingMail, reason: str, pause: timedelta) -> dict[str, Any]:
    """Have a mail wait for the server: that is no try of the mail, however often it happens."""
    first = mail.first_tried_at or timezone.now()
    if timezone.now() - first > LONGEST:
        return _settled(mail, MailState.FAILED, reason)
    state = mail.state if mail.state == MailState.UNKNOWN else MailState.WAITING
    return {**_again(mail, MailState(state), reason, pause), "tries": mail.tries - 1}


def _in_doubt(mail: OutgoingMail, reason: str) -> dict[str, Any]:
    """Nobody knows whether it left: it is sent again with the same Message-ID, unless it was to be sent once."""
    if mail.once:
        return _settled(mail, MailState.UNKNOWN, reason)
    return _later(mail, MailState.UNKNOWN, reason)


def recover(now: datetime) -> int:
    """Take over what workers that are gone had in hand; return how many mails."""
    found = 0
    for worker in presence.gone(now):
        for mail in OutgoingMail.objects.filter(holder=worker.pk):
            found += _left_behind(mail, worker, now)
    return found


def _left_behind(mail: OutgoingMail, worker: Worker, now: datetime) -> bool:
    if mail.state != MailState.SENDING:
        # It was in hand and no more: it certainly did not leave.
        held = OutgoingMail.objects.filter(pk=mail.pk, holder=worker.pk, state=mail.state)
        return bool(held.update(holder=None, next_try_at=now))
    change = _in_doubt(mail, "the worker ended while this mail was being sent")
    if change["next_try_at"] is not None:
        change["next_try_at"] = now
    with transaction.atomic():
        held = OutgoingMail.objects.filter(pk=mail.pk, holder=worker.pk, state=MailState.SENDING)
        taken = held.update(holder=None, **change)
        if taken and change["next_try_at"] is None:
            _report(mail, MailState(change["state"]))
    return bool(taken)


def _sender_of(message: bytes) -> str:
    """Return the address in the mail: it stays that of the day on which the mail was posted."""
    head = message.partition(b"\r\n\r\n")[0].decode()
    return parseaddr(str(message_from_string(head, policy=modern)["From"]))[1]
