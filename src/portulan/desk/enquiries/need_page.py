"""The page of one need, ready to print: what was said, who has it in hand and why, and what can be done."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.desk.core import reference
from portulan.desk.core.forms import ByField, Wrong, by_field
from portulan.desk.enquiries import attaching, check_pages, introduction_pages, selectors, wording
from portulan.desk.enquiries.file_lines import FilesOf, lines
from portulan.desk.enquiries.inbox_page import Due, asker, due_line, late
from portulan.desk.enquiries.introduction_pages import Shown
from portulan.desk.enquiries.models import Closing, Enquiry, Ground, Held, Match, Need, Topic, Voice
from portulan.desk.enquiries.pages import Choices, market_choices
from portulan.desk.enquiries.rights import Reach, is_of_coordination
from portulan.desk.enquiries.services import BY_HAND
from portulan.desk.enquiries.status import sleeps
from portulan.desk.enquiries.threads import Line, Said, thread
from portulan.desk.network.staff import colleagues
from portulan.desk.network.wording import in_order, language_name


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asked to answer, and why."""

    who: str
    held: str
    why: str
    current: bool


@dataclass(frozen=True, slots=True)
class Choosing:
    """What the forms of the page let choose from."""

    colleagues: Choices = ()
    closings: Choices = ()
    markets: Choices = ()
    sectors: Choices = ()
    topics: Choices = ()


@dataclass(frozen=True, slots=True)
class Later:
    """What came after a need was asked: introductions, another question that is the same, and what came of it.

    ``twins``: the same address asked something else about that time. ``is_joined``: it stands no longer by itself.
    """

    introductions: tuple[Shown, ...]
    joined: tuple[tuple[int, str], ...]
    twins: bool
    checks: tuple[tuple[str, str], ...]
    is_joined: bool


@dataclass(frozen=True, slots=True)
class NeedPage:
    """One need, and what can be done with it."""

    number: int
    reference: str
    about: str
    status: str
    late: bool
    waited: str
    asker: str
    email: str
    phone: str
    written: str
    asking: str
    spoken: str
    text: Said
    erased: bool
    closed: bool
    asleep: str
    may_take: bool
    asked: tuple[Asked, ...]
    before: tuple[Line, ...]
    thread: tuple[Line, ...]
    later: Later
    promises: tuple[Due, ...]
    beside: tuple[tuple[str, str], ...]
    choices: Choosing
    satisfied: str
    nonce: str
    done: str
    invented: bool
    wrong: Wrong = ()
    errors: ByField = field(default_factory=ByField)
    act: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)

    def way(self, act: str) -> str:
        """Return where an act is sent."""
        return reverse("enquiries:act", args=[self.number, act])


def need(
    found: Need,
    reach: Reach,
    language: str,
    *,
    done: str = "",
    wrong: Wrong = (),
    act: str = "",
    typed: Mapping[str, str] | None = None,
) -> NeedPage:
    """Return the page of a need."""
    enquiry, matches = found.enquiry, list(found.matches.all())
    current = [one for one in matches if one.current]
    open_ = found.closed_at is None
    files = _files_of(found)
    before, after = thread(found, enquiry, language, files)
    return NeedPage(
        number=found.pk,
        reference=enquiry.reference,
        about=wording.about(found, language),
        status=wording.status(found),
        late=late(found),
        waited=_waited(found),
        asker=asker(found),
        email=enquiry.asker_email,
        phone=enquiry.asker_phone,
        written=_written(enquiry),
        asking=wording.asking(enquiry.asking),
        spoken=language_name(enquiry.language, language),
        text=_asked_first(found, files, language),
        erased=enquiry.erased_at is not None,
        closed=not open_,
        asleep=_asleep(found, language),
        may_take=open_ and any(one.held == Held.ASKED for one in current),
        asked=tuple(_asked(one, language) for one in matches),
        before=before,
        thread=after,
        later=_later(found, language),
        promises=tuple(due_line(one, language) for one in found.promises.all()),
        beside=tuple(_beside(one, language) for one in selectors.beside(found, reach)),
        choices=_choices(found, current, language) if open_ else Choosing(),
        satisfied={1: _("no"), 2: _("partly"), 3: _("yes")}.get(found.satisfied or 0, ""),
        nonce=str(uuid.uuid4()),
        done=_done(done),
        invented=enquiry.invented,
        wrong=wrong,
        errors=by_field(wrong),
        act=act,
        typed=typed or {},
    )


def _asked_first(found: Need, files: FilesOf, language: str) -> Said:
    at = wording.moment(found.enquiry.received_at, language)
    return Said("asked", asker(found), Voice.ASKER, found.enquiry.text, at, files(None))


def _later(found: Need, language: str) -> Later:
    is_joined = found.closing == Closing.JOINED
    return Later(
        introductions=introduction_pages.of_desk(found),
        joined=tuple((one.pk, one.gone.enquiry.reference) for one in found.joined_here.all()),
        twins=bool(getattr(found, "asked_elsewhere", False)) and not is_joined,
        checks=check_pages.of_desk(found, language),
        is_joined=is_joined,
    )


def _files_of(found: Need) -> FilesOf:
    """Return what gives the files of each message, in one question to the database for all of them."""
    came = attaching.of(found.enquiry)

    def where(number: UUID) -> str:
        return reverse("enquiries:need_file", args=[found.pk, number])

    return lambda message: lines(came.get(message, ()), where)


def _written(enquiry: Enquiry) -> str:
    """Say who wrote a question down for somebody, how it came and on what ground; empty where the asker wrote it."""
    if not enquiry.heard:
        return ""
    said = {"name": enquiry.teller_name, "heard": wording.heard(enquiry), "ground": Ground(enquiry.ground).label}
    return _("%(name)s, who heard it %(heard)s. %(ground)s.") % said


def _waited(found: Need) -> str:
    if found.closed_at is not None:
        return _("after %(time)s") % {"time": wording.waited(found.opened_at, found.closed_at)}
    return _("for %(time)s") % {"time": wording.waited(found.opened_at, timezone.now())}


def _asleep(found: Need, language: str) -> str:
    if found.snoozed_until is None or not sleeps(found.snoozed_until, timezone.localdate()):
        return ""
    return wording.day(found.snoozed_until, language)


def _asked(one: Match, language: str) -> Asked:
    return Asked(wording.who(one, language), wording.held(one), wording.why(one), one.current)


def _beside(one: Need, language: str) -> tuple[str, str]:
    return wording.about(one, language), reverse("enquiries:need", args=[one.pk])


def _choices(found: Need, current: Sequence[Match], language: str) -> Choosing:
    markets, sectors = reference.names(language)
    return Choosing(
        colleagues=_colleagues(found, current, timezone.localdate(), language),
        closings=tuple((one.value, str(one.label)) for one in BY_HAND),
        markets=market_choices(_("Choose a market"), markets),
        sectors=(("", _("Choose a sector")), *sectors.items()),
        topics=tuple((topic.value, str(topic.label)) for topic in Topic),
    )


def _colleagues(found: Need, current: Sequence[Match], today: date, language: str) -> Choices:
    """Return to whom a need may be handed: those for its market first, then everybody else."""
    holding = {one.designation_id for one in current}
    able = [one for one in colleagues(today, found.territory_id or "") if one.designation not in holding]
    able.sort(key=lambda one: (not one.near, in_order(one.post_en), not one.lead, in_order(one.name)))
    listed = [(str(one.designation), f"{one.body(language)} - {one.name}") for one in able]
    desk = [("coordination", _("Coordination desk"))] if any(not is_of_coordination(one) for one in current) else []
    return (("", _("Choose a colleague")), *desk, *listed)


def _done(code: str) -> str:
    return {
        "written": _("The question was written down."),
        "answered": _("Your answer was sent."),
        "noted": _("The note was left."),
        "taken": _("You have it in hand: your colleagues see it."),
        "passed": _("It was handed over; the person who asked was told."),
        "promised": _("The promise stands in the ledger."),
        "kept": _("The promise is kept."),
        "let_go": _("The promise was let go."),
        "aside": _("It is put aside until that day; the person who asked still waits."),
        "back": _("It is back in your list."),
        "split": _("A second question was opened for the same person."),
        "closed": _("It is closed; the person who asked was told."),
        "reopened": _("It is open again."),
        "joined": _("The two questions are one; the person who asked was told."),
        "parted": _("They are two questions again; the person who asked was told."),
        "introduced": _("Both sides were asked. You are told how it ends."),
        "not_introduced": _("The introduction is withdrawn; both sides were told."),
    }.get(code, "")
