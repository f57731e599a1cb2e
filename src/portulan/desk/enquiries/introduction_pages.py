"""The pages of an introduction, ready to print: to propose one, and for each side to say yes or no."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.desk.core.forms import ByField, Wrong, by_field
from portulan.desk.core.typed import Typed, WrongError
from portulan.desk.enquiries import wording
from portulan.desk.enquiries.introduction_post import proposer, who_asks
from portulan.desk.enquiries.introductions import Proposal
from portulan.desk.enquiries.keys import side_key
from portulan.desk.enquiries.models import Enquiry, Need
from portulan.desk.enquiries.models_after import Agreement, Ending, Introduction, Side
from portulan.desk.network.models import Partner
from portulan.desk.network.wording import language_name

Choices = tuple[tuple[str, str], ...]
LONGEST_PURPOSE, LONGEST_WORD = 1200, 2000


@dataclass(frozen=True, slots=True)
class ProposePage:
    """The form in which a colleague proposes an introduction."""

    number: int
    reference: str
    about: str
    asker: str
    partners: Choices
    languages: Choices
    nonce: str
    wrong: Wrong
    errors: ByField
    typed: Mapping[str, str]
    here: str


def propose(
    need: Need, partners: Sequence[Partner], language: str, *, wrong: Wrong = (), typed: Mapping[str, str] | None = None
) -> ProposePage:
    """Return the form as far as it was filled."""
    kept = {"language": need.enquiry.language, **(typed or {})}
    listed = tuple((str(one.pk), _partner(one)) for one in partners)
    return ProposePage(
        number=need.pk,
        reference=need.enquiry.reference,
        about=wording.about(need, language),
        asker=who_asks(need.enquiry),
        partners=(("", _("Somebody else, whom you name below")), *listed) if listed else (),
        languages=tuple((code, language_name(code, language)) for code, _name in settings.LANGUAGES),
        nonce=kept.get("nonce") or str(uuid.uuid4()),
        wrong=wrong,
        errors=by_field(wrong),
        typed=kept,
        here=reverse("enquiries:introduce", args=[need.pk]),
    )


def _partner(one: Partner) -> str:
    return _("%(name)s, %(post)s") % {"name": one.contact_name, "post": one.body} if one.contact_name else one.body


def read(typed: Typed, partners: Sequence[Partner]) -> Proposal:
    """Return what was typed into the form; raise `WrongError` where something is missing."""
    language = typed.one_of(
        "language", [code for code, _name in settings.LANGUAGES], _("Choose the language of the letter.")
    )
    number = str(typed.fields.get("partner", ""))
    if number:
        partner = next((one for one in partners if str(one.pk) == number), None)
        if partner is None:
            raise WrongError("partner", _("This partner is not there: choose another."))
        purpose = typed.text("purpose", LONGEST_PURPOSE)
        return Proposal(
            partner.body, partner.contact_name or partner.body, partner.contact_email, language, purpose, partner.pk
        )
    return Proposal(
        name=typed.line("name", most=160),
        email=typed.email("email"),
        body=typed.line("body", most=200),
        language=language,
        purpose=typed.text("purpose", LONGEST_PURPOSE),
    )


def refusal(code: str) -> tuple[str, str]:
    """Return the field and the sentence of what could not be proposed."""
    return {
        "closed": ("", _("This question is closed: open it again first.")),
        "erased": ("", _("The person who asked cannot be written to.")),
        "oneself": ("email", _("This is the address of the person who asked.")),
        "proposed": ("email", _("An introduction to this address is already proposed.")),
        "gives_away": (
            "purpose",
            _("This names one of them, or holds an address: say what they do, and leave names for after both agreed."),
        ),
    }[code]


@dataclass(frozen=True, slots=True)
class Shown:
    """An introduction in a list: of the desk, or of the one who asked."""

    text: str
    state: str
    number: str
    open: bool
    href: str = ""


def of_desk(need: Need) -> tuple[Shown, ...]:
    """Return the introductions of a question, for colleagues."""
    return tuple(
        Shown(one.body or _("somebody erased"), state(one), str(one.pk), _is_open(one))
        for one in need.introductions.all()
    )


def of_asker(need: Need) -> tuple[Shown, ...]:
    """Return the introductions of a question, for the one who asked, each with the way to their page."""
    return tuple(
        Shown(
            one.body or _("somebody erased"), _state_for(one, Side.ASKER), str(one.pk), _is_open(one),
            reverse("enquiries:introduction", args=[one.pk, side_key(one, Side.ASKER)]) if not one.erased_at else "",
        )
        for one in need.introductions.all()
    )  # fmt: skip


def _is_open(one: Introduction) -> bool:
    return one.ended_at is None and one.lapses_at > timezone.now()


def state(one: Introduction) -> str:
    """Return where an introduction stands, for colleagues: who said yes, and how it ended."""
    if one.ended_at is not None:
        return str(Ending(one.ending).label)
    said = {agreement.side for agreement in one.agreements.all() if agreement.withdrawn_at is None}
    if Side.ASKER in said:
        return _("the person who asked said yes; the other has not answered yet")
    if Side.OTHER in said:
        return _("the other person said yes; the one who asked has not answered yet")
    return _("nobody has answered yet")


def _state_for(one: Introduction, side: Side) -> str:
    """Return where it stands for one side, which never learns what the other said."""
    mine = _own_word(one, side)
    if one.ending == Ending.MADE:
        return _("You both said yes.")
    if not _is_open(one):
        return _("It does not take place.")
    return _("You said yes. The other has not answered yet.") if mine else _("You have not answered yet.")


def _own_word(one: Introduction, side: Side) -> Agreement | None:
    return next((said for said in one.agreements.all() if said.side == side and said.withdrawn_at is None), None)


@dataclass(frozen=True, slots=True)
class SidePage:
    """What one side sees of an introduction."""

    body: str
    by: str
    purpose: str
    until: str
    state: str
    may_answer: bool
    may_take_back: bool
    met: tuple[str, str] | None
    may_erase: bool
    here: str
    data: str
    own: str
    done: str
    nonce: str = ""
    wrong: Wrong = ()
    errors: ByField = field(default_factory=ByField)
    word: str = ""


def side(
    one: Introduction, which: Side, key: str, language: str, *, done: str = "", wrong: Wrong = (), word: str = ""
) -> SidePage:
    """Return the page of one side. Names and addresses stand on it once both agreed."""
    enquiry, mine, open_ = one.need.enquiry, _own_word(one, which), _is_open(one)
    asker = which is Side.ASKER
    return SidePage(
        body=one.body if asker else who_asks(enquiry),
        by=proposer(one, language),
        purpose=one.purpose,
        until=wording.day(timezone.localdate(one.lapses_at), language),
        state=_state_for(one, which),
        may_answer=open_ and mine is None,
        may_take_back=open_ and mine is not None,
        met=_met(one, enquiry, which) if one.ending == Ending.MADE else None,
        may_erase=not asker,
        here=reverse("enquiries:introduction", args=[one.pk, key]),
        data=reverse("enquiries:introduction_data", args=[one.pk, key]),
        own="",
        done=_DONE.get(done, lambda: "")(),
        wrong=wrong,
        errors=by_field(wrong),
        word=word,
    )


def _met(one: Introduction, enquiry: Enquiry, which: Side) -> tuple[str, str]:
    return (one.other_name, one.other_email) if which is Side.ASKER else (enquiry.asker_name, enquiry.asker_email)


_DONE = {
    "yes": lambda: _("Thank you: your yes was kept."),
    "no": lambda: _("Your no was kept. They are told that it does not take place, and not why."),
    "taken_back": lambda: _("Your yes was taken back."),
}


def held_of(one: Introduction, which: Side) -> dict[str, Any]:
    """Return all that is kept of one side of an introduction, as plain values."""
    kept: dict[str, Any] = {
        "proposed_at": one.proposed_at.isoformat(),
        "proposed_by": one.by_name,
        "purpose": one.purpose,
        "answered_until": one.lapses_at.isoformat(),
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
        "made": one.ending == Ending.MADE,
        "you_said": [
            {
                "agreed": said.agreed,
                "at": said.at.isoformat(),
                "how": said.how,
                "word": said.word,
                "withdrawn_at": said.withdrawn_at.isoformat() if said.withdrawn_at else None,
            }
            for said in one.agreements.all()
            if said.side == which
        ],
    }
    if which is Side.OTHER:
        kept |= {"name": one.other_name, "email": one.other_email, "body": one.body, "language": one.language}
    else:
        kept |= {"introduced_to": one.body}
    return kept
