"""Letters of which nothing could be made, ready to print: who wrote, why it waits, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.desk.core.forms import ByField, Wrong, by_field
from portulan.desk.core.incoming.letters import Letter
from portulan.desk.core.incoming.models import Reason, ReceivedMail, State
from portulan.desk.core.incoming.selectors import glance_of
from portulan.desk.enquiries import stray, wording
from portulan.desk.enquiries.asking import Asked, Told
from portulan.desk.enquiries.by_mail import NotFromThemError, language_of
from portulan.desk.enquiries.file_lines import size
from portulan.desk.enquiries.inbox_page import Tab
from portulan.desk.enquiries.models import Asking, Heard, Topic


@dataclass(frozen=True, slots=True)
class Row:
    """One letter in the list."""

    href: str
    subject: str
    sender: str
    came: str
    why: str


@dataclass(frozen=True, slots=True)
class StrayList:
    """The letters that wait, or those put away."""

    tabs: tuple[Tab, ...]
    rows: tuple[Row, ...]
    empty: str
    next: str
    done: str


@dataclass(frozen=True, slots=True)
class StrayPage:
    """One letter, as plain text."""

    number: int
    subject: str
    sender: str
    to: str
    came: str
    size: str
    why: str
    said: str
    text: str
    files: tuple[str, ...]
    raw: str
    away: bool
    again: bool
    as_written: bool
    done: str
    wrong: Wrong
    errors: ByField
    typed: str

    def way(self, act: str) -> str:
        """Return where an act is sent."""
        return reverse("enquiries:letter_act", args=[self.number, act])


def many(
    rows: Sequence[ReceivedMail], following: int, waiting: int, language: str, *, away: bool, done: str
) -> StrayList:
    """Return the list."""
    here = reverse("enquiries:letters")
    to_look = _("To look at (%(count)s)") % {"count": waiting} if waiting else _("To look at")
    return StrayList(
        tabs=(Tab(to_look, here, not away), Tab(_("Put away"), f"{here}?view=away", away)),
        rows=tuple(_row(one, language) for one in rows),
        empty=_("Nothing was put away.") if away else _("Every letter found its place."),
        next=f"{here}?{'view=away&' if away else ''}after={following}" if following else "",
        done=_done(done),
    )


def _row(one: ReceivedMail, language: str) -> Row:
    seen = glance_of(one)
    return Row(
        reverse("enquiries:letter", args=[one.pk]),
        seen.subject or _("without a subject"),
        _sender(seen.from_name, seen.from_address),
        wording.moment(one.received_at, language),
        why(one),
    )


def _sender(name: str, address: str) -> str:
    if not address:
        return name or _("sender not known")
    return f"{name} <{address}>" if name and name != address else address


def why(one: ReceivedMail) -> str:
    """Say in plain words why a letter waits, or why it was put away."""
    if one.reason == Reason.ERROR and one.detail.startswith(NotFromThemError.__name__):
        return _("It came to the address of a colleague, from somebody else: it was not taken for their answer.")
    if one.reason == Reason.BY_HAND:
        return _("Put away by a colleague: %(reason)s") % {"reason": one.detail}
    return {
        Reason.UNREADABLE: _("It cannot be read: the message is empty or damaged."),
        Reason.NOBODY: _("It holds no text, or was not sent to the address for questions."),
        Reason.ERROR: _("The site met a fault while taking it in: try again, or make a question of it."),
        Reason.STUCK: _("Taking it in was cut short several times: try again."),
        Reason.TOO_LARGE: _("It is larger than %(most)s MB: only its beginning is kept. Write to the sender.")
        % {"most": settings.MOST_MAIL_BYTES // 1_000_000},
        Reason.AUTOMATIC: _("A machine wrote it, as its headers say."),
        Reason.BOUNCE: _("It reports that a letter of ours was not delivered."),
        Reason.DUPLICATE: _("It came already, another way."),
    }.get(Reason(one.reason), _("Nobody knows why it waits: look at it."))


def single(one: ReceivedMail, language: str, *, done: str = "", wrong: Wrong = (), typed: str = "") -> StrayPage:
    """Return the page of a letter."""
    letter, seen = stray.letter_of(one), glance_of(one)
    away = one.state == State.IGNORED
    return StrayPage(
        number=one.pk,
        subject=seen.subject or _("without a subject"),
        sender=_sender(seen.from_name, seen.from_address),
        to=", ".join(letter.to) if letter else "",
        came=wording.moment(one.received_at, language),
        size=size(one.size),
        why=why(one),
        said="" if one.reason == Reason.BY_HAND else one.detail,
        text=letter.text.strip() if letter else "",
        files=tuple(part.name for part in letter.attachments) if letter else (),
        raw=stray.as_it_came(one),
        away=away,
        again=one.state != State.REFUSED and one.reason not in (Reason.AUTOMATIC, Reason.BOUNCE, Reason.DUPLICATE),
        as_written=one.reason in (Reason.AUTOMATIC, Reason.BOUNCE, Reason.DUPLICATE),
        done=_done(done),
        wrong=wrong,
        errors=by_field(wrong),
        typed=typed,
    )


def begun(letter: Letter | None) -> tuple[Asked, Told, str]:
    """Return the form of a question as far as a letter fills it, with the language it seems to be in."""
    if letter is None:
        return Asked(topic=Topic.OTHER), Told(heard=Heard.LETTER), ""
    said = letter.text.strip()
    asked = Asked(
        topic=Topic.OTHER,
        text=f"{letter.subject}\n\n{said}".strip(),
        name=letter.from_name or letter.from_address,
        email=letter.from_address,
        asking=Asking.OTHER,
    )
    return asked, Told(heard=Heard.LETTER), language_of(said)


def _done(code: str) -> str:
    return {
        "taken": _("The letter was taken in."),
        "again": _("It was tried again, and still waits."),
        "away": _("The letter was put away."),
        "meanwhile": _("Somebody has dealt with this letter meanwhile."),
    }.get(code, "")
