"""The public pages of the room, ready to print."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.desk.core.files.models import StoredFile
from portulan.desk.core.forms import ByField, Wrong, by_field
from portulan.desk.core.search import Hit
from portulan.desk.enquiries import attaching, cards, drafts, introduction_pages, matching, threads, uploads, wording
from portulan.desk.enquiries.asking import Asked
from portulan.desk.enquiries.file_lines import FileLine, FilesOf, lines
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.models import Asking, Draft, Enquiry, Held, Match, Need, Status, Topic, Voice
from portulan.desk.enquiries.models_after import Side
from portulan.desk.enquiries.routing import Question
from portulan.desk.enquiries.threads import Said
from portulan.desk.network.wording import in_order

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to read before asking: a line, and where it leads."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Found:
    """One answer in a list; ``snippet`` is pieces of its text, with whether each is what was looked for."""

    href: str
    question: str
    snippet: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class AskPage:
    """The form. ``second``: what it is about is known, and the question itself is to be written."""

    asked: Asked
    nonce: str
    second: bool
    about: str
    change: str
    goes_to: str
    before: tuple[Step, ...]
    answers: tuple[Found, ...]
    markets: Choices
    sectors: Choices
    topics: Choices
    askings: Choices
    files_hint: str
    draft: KeptDraft | None
    wrong: Wrong
    errors: ByField


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft that this browser holds: until when it is kept, where it is gone on with, and the way to it from afar."""

    until: str
    go_on: str
    link: str
    text: str
    done: str


def kept_draft(draft: Draft | None, language: str, absolute: Callable[[str], str], done: str = "") -> KeptDraft | None:
    """Return a draft ready to print; ``absolute`` makes a way the whole address that the reader sees."""
    if draft is None:
        return None
    way = reverse("enquiries:draft", args=[draft.pk, drafts.key_of(draft)])
    until = wording.day(timezone.localdate(draft.kept_at + drafts.KEPT), language)
    said = {"kept": _("Your draft is kept.")}.get(done, "")
    text = " ".join(str(draft.fields.get("text", "")).split())[:120]
    return KeptDraft(until, way, absolute(way), text, said)


def ask(
    asked: Asked,
    nonce: str,
    markets: Mapping[str, str],
    sectors: Mapping[str, str],
    language: str,
    *,
    going_on: bool,
    draft: KeptDraft | None = None,
    wrong: Wrong = (),
) -> AskPage:
    """Return the form as far as it was filled."""
    known = asked.market in markets and asked.sector in sectors and asked.topic in Topic.values
    return AskPage(
        asked=asked,
        nonce=nonce or str(uuid.uuid4()),
        second=known and going_on,
        about=_about(asked, markets, sectors) if known else "",
        change=f"{reverse('enquiries:ask')}?market={asked.market}&sector={asked.sector}" if known else "",
        goes_to=_goes_to(asked, language) if known else "",
        before=_before(asked, markets, sectors) if known else (),
        answers=_answers(asked, language) if known else (),
        markets=market_choices(_("Choose a market"), markets),
        sectors=(("", _("Choose a sector")), *sectors.items()),
        topics=tuple((topic.value, str(topic.label)) for topic in Topic),
        askings=tuple((one.value, str(one.label)) for one in Asking),
        files_hint=uploads.hint(),
        draft=draft,
        wrong=wrong,
        errors=by_field(wrong),
    )


def market_choices(first: str, markets: Mapping[str, str]) -> Choices:
    """Return the markets in the order of their names, after what stands for none."""
    return (("", first), *sorted(markets.items(), key=lambda one: in_order(one[1])))


def _about(asked: Asked, markets: Mapping[str, str], sectors: Mapping[str, str]) -> str:
    return _("%(sector)s, %(market)s: %(topic)s") % {
        "sector": sectors[asked.sector], "market": markets[asked.market],
        "topic": str(Topic(asked.topic).label).lower(),
    }  # fmt: skip


def _goes_to(asked: Asked, language: str) -> str:
    """Say who would get it, as it stands today: the post, and no name."""
    question = Question(asked.market, asked.sector, asked.topic, language)
    found = matching.find(question, timezone.localdate())
    posts = [found.agents[one.candidate.id].body(language) for one in found.routed.choices]
    if posts:
        return _("Your question goes to: %(posts)s.") % {"posts": ", ".join(dict.fromkeys(posts))}
    return _(
        "Nobody is designated there for this sector and your language at present: "
        "the coordination desk takes your question."
    )


def _answers(asked: Asked, language: str) -> tuple[Found, ...]:
    """Return the published answers that may already be this one's."""
    hits = cards.find("", market=asked.market, sector=asked.sector, topic=asked.topic, language=language, most=5)
    return found(hits)


def found(hits: Sequence[Hit]) -> tuple[Found, ...]:
    """Return what was found, ready to print."""
    return tuple(Found(reverse("enquiries:answer", args=[int(hit.key)]), hit.title, hit.snippet) for hit in hits)


def _before(asked: Asked, markets: Mapping[str, str], sectors: Mapping[str, str]) -> tuple[Step, ...]:
    where = {"market": markets[asked.market], "sector": sectors[asked.sector]}
    return (
        Step(
            _("%(sector)s in %(market)s: the figures") % where,
            reverse("markets:cell", args=[asked.market, asked.sector]),
        ),
        Step(_("%(market)s: the whole market") % where, reverse("markets:market", args=[asked.market])),
        Step(
            _("Who answers for %(market)s") % where,
            f"{reverse('network:directory')}?market={asked.market}&sector={asked.sector}",
        ),
    )


@dataclass(frozen=True, slots=True)
class OwnNeed:
    """One need of an enquiry, as its asker sees it."""

    number: int
    about: str
    status: str
    with_whom: str
    closed: bool
    satisfied: int
    before: tuple[Said, ...]
    thread: tuple[Said, ...]
    introductions: tuple[introduction_pages.Shown, ...]
    nonce: str


@dataclass(frozen=True, slots=True)
class OwnPage:
    """What an asker sees of their question."""

    reference: str
    asked: Said
    done: str
    needs: tuple[OwnNeed, ...]
    here: str
    withdraw: str
    data: str
    wrong: Wrong
    errors: ByField
    typed: tuple[int, str]
    written: str
    files_hint: str


def own(
    enquiry: Enquiry, key: str, language: str, *, done: str = "", wrong: Wrong = (), typed: tuple[int, str] = (0, "")
) -> OwnPage:
    """Return an asker's own page."""
    args = [enquiry.reference, key]
    came = attaching.of(enquiry)

    def where(number: UUID) -> str:
        return reverse("enquiries:own_file", args=[*args, number])

    def files(message: int | None) -> tuple[FileLine, ...]:
        return lines(came.get(message, ()), where)

    return OwnPage(
        reference=enquiry.reference,
        asked=Said(
            "asked", _("You"), Voice.ASKER, enquiry.text, wording.moment(enquiry.received_at, language), files(None)
        ),
        done=_DONE.get(done, lambda: "")(),
        needs=tuple(_own_need(need, enquiry, files, language) for need in enquiry.needs.all()),
        here=reverse("enquiries:own", args=args),
        withdraw=reverse("enquiries:withdraw", args=args),
        data=reverse("enquiries:own_data", args=args),
        wrong=wrong,
        errors=by_field(wrong),
        typed=typed,
        written=_written(enquiry),
        files_hint=uploads.hint(),
    )


_DONE = {
    "new": lambda: _(
        "Your question was received. A letter with the address of this page is on its way to you: keep it."
    ),
    "said": lambda: _("Your message was sent."),
    "rated": lambda: _("Thank you: your word was kept."),
}


def _written(enquiry: Enquiry) -> str:
    """Tell somebody who wrote their question down, and why that is allowed; empty where they wrote it themselves."""
    if not enquiry.heard:
        return ""
    said = {"name": enquiry.teller_name, "heard": wording.heard(enquiry)}
    wrote = _("You asked %(heard)s, and %(name)s wrote it down for you.") % said
    return f"{wrote} {wording.ground_for_asker(enquiry)}"


def _own_need(need: Need, enquiry: Enquiry, files: FilesOf, language: str) -> OwnNeed:
    before, after = threads.thread(need, enquiry, language, files, to_asker=True)
    matches: list[Match] = list(need.matches.all())
    names = [
        wording.match_body(one, language) if one.held == Held.ASKED else wording.who(one, language) for one in matches
    ]
    return OwnNeed(
        number=need.pk,
        about=wording.about(need, language),
        status=_standing(need, ", ".join(dict.fromkeys(names)), language),
        with_whom=", ".join(dict.fromkeys(names)),
        closed=need.status == Status.CLOSED,
        satisfied=need.satisfied or 0,
        before=tuple(line for line, _what in before),
        thread=tuple(line for line, _what in after),
        introductions=introduction_pages.of_asker(need),
        nonce=str(uuid.uuid4()),
    )


def _standing(need: Need, names: str, language: str) -> str:
    """Say where a need stands, truly."""
    with_them = {"who": names, "days": wording.waited(need.opened_at, timezone.now())}
    if need.status == Status.CLOSED:
        how = wording.status(need)
        return _("%(how)s. Where to ask: %(where)s") % {"how": how, "where": need.where_to} if need.where_to else how
    if need.status == Status.ANSWERED:
        return _("Answered by %(who)s.") % with_them
    if need.status == Status.TAKEN:
        return _("%(who)s has it in hand.") % with_them
    waits = need.first_answer_at is None and (timezone.now() - need.opened_at).days >= 1
    if nobody := wording.nobody_there([one for one in need.matches.all() if one.current]):
        return f"{nobody} {_('No answer yet, after %(days)s.') % with_them}" if waits else nobody
    # Who answered may have left since: then it is with somebody new, and it is not true that nobody answered.
    if waits:
        return _("Sent to %(who)s; no answer yet, after %(days)s.") % with_them
    return _("Sent to %(who)s.") % with_them


def own_data(enquiry: Enquiry) -> dict[str, Any]:
    """Return all that is kept of an asker, as plain values; each file with where it is fetched."""
    came = attaching.of(enquiry)
    key = key_of(enquiry)

    def files(message: int | None) -> list[dict[str, Any]]:
        return [_file_data(one.file, enquiry.reference, key) for one in came.get(message, ())]

    return {
        "reference": enquiry.reference,
        "received_at": enquiry.received_at.isoformat(),
        "name": enquiry.asker_name,
        "email": enquiry.asker_email,
        "telephone": enquiry.asker_phone,
        "written_down_by": enquiry.teller_name,
        "heard": enquiry.heard,
        "ground": enquiry.ground,
        "organisation": enquiry.organisation,
        "asking_for": enquiry.asking,
        "language": enquiry.language,
        "text": enquiry.text,
        "files": files(None),
        "needs": [_need_data(need, files) for need in enquiry.needs.all()],
    }


def _need_data(need: Need, files: Callable[[int | None], list[dict[str, Any]]]) -> dict[str, Any]:
    return {
        "market": need.territory_id,
        "sector": need.sector_id,
        "topic": need.topic,
        "status": need.status,
        "opened_at": need.opened_at.isoformat(),
        "closed_at": need.closed_at.isoformat() if need.closed_at else None,
        "messages": [
            {
                "from": one.author_name,
                "voice": one.voice,
                "at": one.at.isoformat(),
                "text": one.text,
                "files": files(one.pk),
            }
            for one in need.messages.all()
        ],
        "asked_as_well": [
            {"reference": one.gone.enquiry.reference, "text": one.gone.enquiry.text} for one in need.joined_here.all()
        ],
        "satisfied": need.satisfied,
        "what_came": [
            {
                "after_months": one.months,
                "asked_at": one.sent_at.isoformat(),
                "answered_at": one.answered_at.isoformat() if one.answered_at else None,
                "came": one.came,
                "signed": one.signed,
                "amount": one.amount,
                "words": one.words,
            }
            for one in need.checks.all()
        ],
        "introductions": [introduction_pages.held_of(one, Side.ASKER) for one in need.introductions.all()],
    }


def _file_data(file: StoredFile, reference: str, key: str) -> dict[str, Any]:
    return {
        "name": file.name,
        "type": file.kind,
        "bytes": file.size,
        "sha256": file.sha256,
        "state": file.state,
        "refused_because": file.refusal,
        "address": settings.PORTULAN_ADDRESS + reverse("enquiries:own_file", args=[reference, key, file.pk]),
    }
