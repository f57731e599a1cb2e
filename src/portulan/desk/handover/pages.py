"""The pages of the room, ready to print."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.desk.core.forms import by_field
from portulan.desk.core.passing_on import Given, Row
from portulan.desk.handover import content, paper
from portulan.desk.handover.models import Handover, HandoverQuestion, Key, State, Why
from portulan.desk.handover.rights import MAY, OVER, Reach
from portulan.desk.handover.selectors import others_of
from portulan.desk.handover.services import LONGEST_FIELD
from portulan.desk.network import wording
from portulan.desk.network.models import Designation
from portulan.desk.network.staff import agents

Choices = tuple[tuple[str, str], ...]
Wrong = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One handover in a list."""

    href: str
    post: str
    leaver: str
    arriver: str
    state: str
    left: str
    late: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """The handovers that somebody may see."""

    lines: tuple[Line, ...]
    may_leave: bool
    done: str


def list_page(found: Sequence[Handover], on: date, language: str, *, may_leave: bool, done: str = "") -> ListPage:
    """Return the list."""
    return ListPage(tuple(_line(one, on, language) for one in found), may_leave, done)


def _line(one: Handover, on: date, language: str) -> Line:
    return Line(
        href=reverse("handover:one", args=[one.pk]),
        post=_post(one, language),
        leaver=content.named(one, one.leaver_name),
        arriver=content.named(one, one.arriver_name) or _("nobody is named yet"),
        state=state(one),
        left=left(one, on, language),
        late=one.state not in OVER and one.switch_on is not None and one.switch_on <= on,
    )


def _post(one: Handover, language: str) -> str:
    return str(one.post.name_fr if language == "fr" else one.post.name_en)


def state(one: Handover) -> str:
    """Return where a handover stands."""
    said = str(State(one.state).label)
    if one.state == State.VACANT:
        said = _("vacant: nobody has come yet")
    return said


def left(one: Handover, on: date, language: str) -> str:
    """Return how long is left, or since when it is over."""
    if one.switch_on is None:
        return _("no day is set")
    day = wording.day(one.switch_on, language)
    days = (one.switch_on - on).days
    if days <= 0 or one.state in OVER:
        return _("since %(day)s") % {"day": day}
    return ngettext("in %(num)s day, on %(day)s", "in %(num)s days, on %(day)s", days) % {"num": days, "day": day}


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One of the eight."""

    key: str
    label: str
    hint: str
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the arriver."""

    number: int
    who: str
    at: str
    text: str
    answer: str
    answered_by: str
    answered_at: str


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """One handover, and what may be done with it."""

    number: int
    post: str
    leaver: str
    arriver: str
    arrives: str
    why: str
    state: str
    left: str
    over: bool
    live: bool
    contested: str
    accepted: str
    fields: tuple[FieldShown, ...]
    most: int
    sections: tuple[Given, ...]
    questions: tuple[Asked, ...]
    signed: Mapping[str, Any] | None
    signed_sections: tuple[Given, ...]
    facts: Sequence[Sequence[str]]
    digest: str
    by_hand: bool
    paper: str
    may: Mapping[str, bool]
    languages: Choices
    partners: bool
    nonce: str
    done: str
    wrong: Wrong = ()
    errors: Mapping[str, str] = field(default_factory=lambda: by_field(()))
    typed: Mapping[str, str] = field(default_factory=dict)
    ticked: tuple[str, ...] = ()

    def way(self, act: str) -> str:
        """Return where an act is sent."""
        return reverse("handover:act", args=[self.number, act])


def handover_page(found: Handover, reach: Reach, language: str, *, done: str = "") -> HandoverPage:
    """Return the page of a handover as it stands."""
    today = timezone.localdate()
    over = found.state in OVER
    signed = content.signed(found, language)
    may = {act.replace("-", "_"): reach.may(act, found) for act in MAY}
    live = reach.sees_live(found)
    return HandoverPage(
        number=found.pk, post=_post(found, language), leaver=content.named(found, found.leaver_name),
        arriver=content.named(found, found.arriver_name),
        arrives=wording.day(found.arriving.since, language) if found.arriving else "",
        why=str(Why(found.why).label), state=state(found), left=left(found, today, language), over=over, live=live,
        contested=found.contested_because,
        accepted=wording.day(timezone.localdate(found.accepted_at), language) if found.accepted_at else "",
        fields=_fields(found, language) if not over else (),
        most=LONGEST_FIELD,
        sections=_sections(found, reach, language) if live and not over else (),
        questions=tuple(_asked(one, language) for one in found.questions.all()) if live else (),
        signed=signed.content if signed else None,
        signed_sections=_signed_sections(signed) if signed else (),
        facts=paper.facts(signed, language) if signed else (),
        digest=found.digest,
        by_hand=found.signed_at is not None,
        paper=reverse("handover:paper", args=[found.pk]) if signed else "",
        may=may,
        languages=_spoken(language) if may["name"] else (),
        partners=found.post_id in reach.posts,
        nonce=str(uuid.uuid4()),
        done=_done(done, found, today) if done else "",
    )  # fmt: skip


def with_mistake(
    page: HandoverPage, name: str, sentence: str, typed: Mapping[str, str], ticked: Sequence[str]
) -> HandoverPage:
    """Return the page with what was typed, and what is wrong with it."""
    wrong = ((name, sentence),)
    return replace(page, wrong=wrong, errors=by_field(wrong), typed=typed, ticked=tuple(ticked))


def _fields(found: Handover, language: str) -> tuple[FieldShown, ...]:
    at = {one.key: wording.day(timezone.localdate(one.written_at), language) for one in found.fields.all()}
    return tuple(
        FieldShown(key, str(Key(key).label), _hint(key), text, at.get(key, ""))
        for key, text in content.written(found).items()
    )


def _hint(key: str) -> str:
    return {
        Key.MARKET: _("Where it stands, and where it goes."),
        Key.URGENT: _("What must be done in the first weeks, and by when."),
        Key.DECIDES: _("Which bodies decide, and how they are won over."),
        Key.OBSTACLES: _("What stops professionals here, and what gets them past it."),
        Key.UNFINISHED: _("What was begun and waits for somebody."),
        Key.MONEY: _("Grants, contracts and invoices not settled yet."),
        Key.WORKED: _("What you would do again at once."),
        Key.NOT_AGAIN: _("What cost time or trust, so that nobody pays for it twice."),
    }[Key(key)]


def _sections(found: Handover, reach: Reach, language: str) -> tuple[Given, ...]:
    """Return what the rooms have to pass on; who is named in it only for those of the post and whoever arrives."""
    given = content.live(found, language)
    if reach.sees_names(found):
        return given
    return tuple(
        replace(
            one, rows=tuple(replace(row, named="", href="" if not reach.all_posts else row.href) for row in one.rows)
        )
        for one in given
    )


def _signed_sections(signed: content.Signed) -> tuple[Given, ...]:
    return tuple(
        Given(
            one["key"],
            _("%(heading)s, as kept") % {"heading": one["heading"]},
            tuple(Row(**row) for row in one["rows"]),
        )
        for one in signed.content["sections"]
    )


def _asked(one: HandoverQuestion, language: str) -> Asked:
    return Asked(
        one.pk, one.asked_name, wording.day(timezone.localdate(one.asked_at), language), one.text, one.answer,
        one.answered_name,
        wording.day(timezone.localdate(one.answered_at), language) if one.answered_at else "",
    )  # fmt: skip


def _spoken(language: str) -> Choices:
    codes = sorted({code for agent in agents(timezone.localdate()) for code in agent.languages} | {"fr", "en"})
    named = [(code, wording.language_name(code, language)) for code in codes]
    return tuple(sorted(named, key=lambda one: wording.in_order(one[1])))


def _done(code: str, found: Handover, on: date) -> str:
    if found.state in OVER and code in ("asked", "contested"):
        return _told(bool(others_of(found, on)))
    return {
        "opened": _("The handover is open; whoever leaves was told."),
        "written": _("It is written down."),
        "asked": _("Your question was sent to the one who leaves."),
        "answered": _("Your answer was sent."),
        "signed": _("It is signed: what stands here today is kept as it is."),
        "accepted": _("It is accepted."),
        "contested": _("The one who leaves was told what is wrong or missing."),
        "named": _("The one who arrives is designated, and was told."),
        "taken_back": _("The name is taken back: nobody is named."),
    }.get(code, "")


def _told(others: bool) -> str:
    """Say who reads what an arriver writes after the day: the one who left no longer does."""
    if others:
        return _("It is written down, and the others of the post were told.")
    return _("It is written down. Nobody else is at the post, and the one who left reads it no longer.")


@dataclass(frozen=True, slots=True)
class LeavingPage:
    """The form of a sudden departure."""

    seats: Choices
    wrong: Wrong = ()
    errors: Mapping[str, str] = field(default_factory=lambda: by_field(()))
    typed: Mapping[str, str] = field(default_factory=dict)


def leaving_page(
    seats: Sequence[Designation], language: str, wrong: Wrong = (), typed: Mapping[str, str] | None = None
) -> LeavingPage:
    """Return the form."""
    named = tuple((str(one.pk), f"{_seat(one, language)} - {one.person}") for one in seats)
    return LeavingPage((("", _("Choose who leaves")), *named), wrong, by_field(wrong), typed or {})


def _seat(one: Designation, language: str) -> str:
    return str(one.post.name_fr if language == "fr" else one.post.name_en)
