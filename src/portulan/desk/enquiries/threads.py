"""What was said about a question, in the order of time: messages, a second question joined with it, introductions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from portulan.desk.enquiries import wording
from portulan.desk.enquiries.file_lines import FileLine, FilesOf
from portulan.desk.enquiries.introduction_post import proposer
from portulan.desk.enquiries.models import Enquiry, Message, Need, Voice
from portulan.desk.enquiries.models_after import Ending, Introduction, Side


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a thread."""

    anchor: str
    who: str
    voice: str
    text: str
    at: str
    files: tuple[FileLine, ...] = ()


Line = tuple[Said, str]
"""Something said, and what it is."""


def thread(
    need: Need, enquiry: Enquiry, language: str, files: FilesOf, *, to_asker: bool = False
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return what was said before the question itself (another one, joined with it), and after."""
    found = sorted(_lines(need, language, files, to_asker), key=lambda one: one[0])
    before = tuple(line for at, line in found if at < enquiry.received_at)
    return before, tuple(line for at, line in found if at >= enquiry.received_at)


def said(one: Message, language: str, files: tuple[FileLine, ...] = (), *, to_asker: bool = False) -> Said:
    """Return a message ready to print."""
    who = one.author_name or _("The desk")
    if to_asker and one.voice == Voice.ASKER:
        who = _("You")
    return Said(f"m{one.pk}", who, one.voice, one.text, wording.moment(one.at, language), files)


def _lines(need: Need, language: str, files: FilesOf, to_asker: bool) -> Iterator[tuple[datetime, Line]]:
    for one in need.messages.all():
        yield one.at, (said(one, language, files(one.pk), to_asker=to_asker), str(Voice(one.voice).label))
    for joined in need.joined_here.all():
        other = joined.gone.enquiry
        who = _("You") if to_asker else other.asker_name
        more = _("asked as %(reference)s") % {"reference": other.reference}
        at = wording.moment(other.received_at, language)
        yield other.received_at, (Said(f"joined-{joined.pk}", who, Voice.ASKER, other.text, at), more)
    for introduction in need.introductions.all():
        yield from _introduction(introduction, language, to_asker)


def _introduction(one: Introduction, language: str, to_asker: bool) -> Iterator[tuple[datetime, Line]]:
    """Say what became of an introduction; to the one who asked never what the other side said."""
    name = {"by": proposer(one, language), "body": one.body or _("somebody erased")}
    yield _line(one, 0, one.proposed_at, _("%(by)s proposes an introduction to: %(body)s.") % name, language)
    for number, agreement in enumerate(one.agreements.all(), start=1):
        if not to_asker:
            text = _agreed(agreement.side, agreement.agreed)
            word = f"\n\n{agreement.word}" if agreement.word else ""
            yield _line(one, number, agreement.at, text + word, language)
        elif agreement.side == Side.ASKER:
            text = _("You said yes to the introduction.") if agreement.agreed else _("You said no to the introduction.")
            yield _line(one, number, agreement.at, text, language)
        if agreement.withdrawn_at is not None and (not to_asker or agreement.side == Side.ASKER):
            yield _line(one, 100 + number, agreement.withdrawn_at, _("This yes was taken back."), language)
    if one.ended_at is not None and (ended := _ended(one, to_asker)):
        yield _line(one, 99, one.ended_at, ended, language)


def _line(one: Introduction, number: int, at: datetime, text: str, language: str) -> tuple[datetime, Line]:
    said_ = Said(f"i{one.pk}-{number}", _("The desk"), Voice.SYSTEM, text, wording.moment(at, language))
    return at, (said_, _("introduction"))


def _agreed(side: str, agreed: bool) -> str:
    if side == Side.ASKER:
        return (
            _("The person who asked said yes to the introduction.")
            if agreed
            else _("The person who asked said no to the introduction.")
        )
    return (
        _("The other person said yes to the introduction.")
        if agreed
        else _("The other person said no to the introduction.")
    )


def _ended(one: Introduction, to_asker: bool) -> str:
    if one.ending == Ending.MADE:
        return _("Both said yes: each has the address of the other.")
    if to_asker:
        return _("The introduction does not take place.")
    return {
        Ending.LAPSED.value: _("Somebody did not answer within thirty days: the introduction does not take place."),
        Ending.WITHDRAWN.value: _("The introduction was withdrawn."),
    }.get(one.ending, "")
