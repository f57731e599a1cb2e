"""What is done with incoming mail: kept in one transaction, handled in another; never lost between."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from portulan.desk.core import events, private
from portulan.desk.core.incoming import handlers, likeness, selectors
from portulan.desk.core.incoming.letters import Letter, UnreadableLetterError, read_letter
from portulan.desk.core.incoming.models import Reason, ReceivedMail, State
from portulan.desk.core.incoming.plain import one_line

HEAD = 262_144
"""Bytes that are kept of a mail that is too large: its headers, and the beginning of its text."""
MOST_ATTEMPTS = 5
"""How often handling may be cut short, by a kill or by a database that is away, before somebody must look."""
log = logging.getLogger(__name__)


class IncomingError(Exception):
    """What was asked cannot be done; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a mail."""

    state: State
    reason: Reason = Reason.NONE
    detail: str = ""
    subject: str = ""


# -- first: keep ---------------------------------------------------------------


def keep_mail(raw: bytes, source: str, *, actor: str = events.SYSTEM) -> tuple[ReceivedMail, bool]:
    """Keep a mail as it came; return its row, committed, and whether it is new.

    Whoever handed it over may forget it from then on. A mail over the limit of the installation is kept as
    refused, with its beginning. Not for within a transaction. Raises `OSError` or Django's `DatabaseError` where
    nothing was kept.
    """
    if len(raw) > settings.MOST_MAIL_BYTES:
        return keep_beginning(raw, len(raw), source, actor=actor)
    return _keep(raw, len(raw), likeness.digest_of(raw), source, State.RECEIVED, actor)


def keep_beginning(head: bytes, size: int, source: str, *, actor: str = events.SYSTEM) -> tuple[ReceivedMail, bool]:
    """Keep the beginning of a mail that is too large, as refused; return its row and whether it is new."""
    head = head[:HEAD]
    return _keep(head, size, likeness.digest_of(head + f"\n{size}".encode()), source, State.REFUSED, actor)


def _keep(raw: bytes, size: int, digest: str, source: str, state: State, actor: str) -> tuple[ReceivedMail, bool]:
    if (held := ReceivedMail.objects.filter(digest=digest).first()) is not None:
        return held, False
    name, refused = private.new_name(), state == State.REFUSED
    try:
        with transaction.atomic(durable=True):
            row = ReceivedMail.objects.create(
                source=source,
                digest=digest,
                message_id=likeness.message_id_of(raw),
                likeness="" if refused else likeness.likeness_of(raw),
                size=size,
                kept_as=name,
                state=state,
                reason=Reason.TOO_LARGE if refused else Reason.NONE,
            )
            # Never taken away where the commit fails: a connection may break after the server has committed.
            private.write(selectors.KIND, name, raw)
            events.record("mail refused" if refused else "mail received", row, actor, source=source)
    except IntegrityError:
        # Another process kept the same bytes meanwhile.
        return ReceivedMail.objects.get(digest=digest), False
    return row, True


# -- then: handle --------------------------------------------------------------


def handle_mail(received: ReceivedMail, *, as_written: bool = False, actor: str = events.SYSTEM) -> ReceivedMail:
    """Show a mail that waits to the rooms; return its row as it is then. Handled by another process, it stays so.

    ``as_written`` takes it for the letter of a person, come for the first time, whatever its headers say. Raises
    `OperationalError` where the database is away: the mail waits, and is handled at the next run.
    """
    claimed = ReceivedMail.objects.filter(pk=received.pk, state=State.RECEIVED).update(attempts=F("attempts") + 1)
    row = ReceivedMail.objects.get(pk=received.pk)
    if not claimed:
        return row
    letter, outcome = _read(row)
    with transaction.atomic():
        row = ReceivedMail.objects.select_for_update().get(pk=row.pk)
        if row.state != State.RECEIVED:
            return row
        if outcome is None and letter is not None:
            outcome = (None if as_written else _came_already(row)) or _shown(row, letter, as_written)
        return _finish(row, outcome or Outcome(State.FAILED, Reason.ERROR), actor)


def _read(row: ReceivedMail) -> tuple[Letter | None, Outcome | None]:
    """Return the letter, or what becomes of a mail in which none can be read."""
    if row.attempts > MOST_ATTEMPTS:
        return None, Outcome(State.FAILED, Reason.STUCK, row.detail)
    try:
        return read_letter(selectors.raw_of(row)), None
    except UnreadableLetterError as error:
        return None, Outcome(State.FAILED, Reason.UNREADABLE, str(error))
    except OSError as error:
        return None, Outcome(State.FAILED, Reason.ERROR, f"its file cannot be read: {error.strerror or error}")


def _came_already(row: ReceivedMail) -> Outcome | None:
    """Tell a mail that came another way before: the first of them is the one."""
    if not row.likeness:
        return None
    others = ReceivedMail.objects.filter(likeness=row.likeness).exclude(pk=row.pk).order_by("pk")
    first = next((one for one in others if one.pk < row.pk or one.state == State.HANDLED), None)
    if first is None:
        return None
    return Outcome(State.IGNORED, Reason.DUPLICATE, f"the same as mail {first.pk}", first.subject)


def _shown(row: ReceivedMail, letter: Letter, as_written: bool) -> Outcome:
    """Show a letter to each room in turn, each in a transaction of its own: what fails leaves nothing behind."""
    automatic = bool(letter.automatic) and not as_written
    for handler in handlers.willing(automatic):
        try:
            with transaction.atomic():
                subject = handler.handle(row, letter)
        except OperationalError:
            raise
        except Exception as error:
            log.exception("mail %s cannot be handled", row.pk)
            return Outcome(State.FAILED, Reason.ERROR, f"{type(error).__name__}: {error}")
        if subject:
            return Outcome(State.HANDLED, subject=subject)
    if automatic:
        return Outcome(State.IGNORED, Reason.BOUNCE if letter.bounce else Reason.AUTOMATIC, letter.automatic)
    return Outcome(State.FAILED, Reason.NOBODY)


def _finish(row: ReceivedMail, outcome: Outcome, actor: str) -> ReceivedMail:
    row.state, row.reason, row.subject = outcome.state, outcome.reason, outcome.subject
    row.detail = one_line(outcome.detail, 500)
    row.handled_at = timezone.now()
    row.save(update_fields=["state", "reason", "subject", "detail", "handled_at"])
    events.record(f"mail {outcome.state}", row, actor, reason=str(outcome.reason), became=outcome.subject)
    return row


def handle_waiting() -> list[ReceivedMail]:
    """Handle every mail that waits, the oldest first; return them. What one meets does not stop the others."""
    done = []
    for pk in list(selectors.waiting().values_list("pk", flat=True)):
        try:
            done.append(handle_mail(ReceivedMail(pk=pk)))
        except DatabaseError as error:
            log.error("mail %s waits, for the database failed: %s", pk, error)
    return done


# -- by hand -------------------------------------------------------------------


def retry_failed(actor: str = events.SYSTEM) -> list[ReceivedMail]:
    """Handle again every mail that could not be handled; return them as they are then."""
    return [retry(row, actor) for row in selectors.failed()]


def retry(received: ReceivedMail, actor: str, *, as_written: bool = False) -> ReceivedMail:
    """Handle a mail again that failed or was set aside. Raises `IncomingError` for one that was neither.

    ``as_written``: somebody has read it, and says that a person wrote it.
    """
    with transaction.atomic():
        row = _held(received, State.FAILED, State.IGNORED)
        row.state, row.reason, row.detail, row.attempts = State.RECEIVED, Reason.NONE, "", 0
        row.save(update_fields=["state", "reason", "detail", "attempts"])
        events.record("mail tried again", row, actor)
    return handle_mail(row, as_written=as_written, actor=actor)


@transaction.atomic
def set_aside(received: ReceivedMail, reason: str, actor: str) -> ReceivedMail:
    """Write down that nothing is to be done about a mail, and why. Raises `IncomingError` for one that was handled."""
    row = _held(received, State.RECEIVED, State.FAILED, State.REFUSED, State.IGNORED)
    return _finish(row, Outcome(State.IGNORED, Reason.BY_HAND, reason), actor)


@transaction.atomic
def handled_by_hand(received: ReceivedMail, subject: str, actor: str) -> ReceivedMail:
    """Write down what somebody made of a mail by hand. Raises `IncomingError` for one that was handled."""
    row = _held(received, State.RECEIVED, State.FAILED, State.REFUSED, State.IGNORED)
    return _finish(row, Outcome(State.HANDLED, subject=subject), actor)


@transaction.atomic
def erase_mail(received: ReceivedMail, actor: str = events.SYSTEM) -> None:
    """Erase a mail, row and file; the log keeps that it was, and nothing it said."""
    row = ReceivedMail.objects.select_for_update().get(pk=received.pk)
    events.record("mail erased", row, actor)
    name = row.kept_as
    row.delete()
    transaction.on_commit(lambda: private.remove(selectors.KIND, name))


def sweep() -> int:
    """Take away files of mail that no row names, left by processes that were killed; return how many."""
    return private.sweep(
        selectors.KIND,
        lambda names: set(ReceivedMail.objects.filter(kept_as__in=list(names)).values_list("kept_as", flat=True)),
    )


def _held(received: ReceivedMail, *states: State) -> ReceivedMail:
    row = ReceivedMail.objects.select_for_update().filter(pk=received.pk).first()
    if row is None:
        raise IncomingError(f"mail {received.pk} is no longer there: it was erased")
    if row.state not in states:
        raise IncomingError(f"mail {row.pk} is {row.state} already: look at what became of it")
    return row
