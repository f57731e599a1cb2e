"""What a colleague sends from the page of a need: read, checked, done; or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portulan.desk.core import reference
from portulan.desk.core.typed import Typed, WrongError
from portulan.desk.enquiries import introductions, joining, promises, services
from portulan.desk.enquiries.models import Need, Topic
from portulan.desk.enquiries.rights import Reach
from portulan.desk.enquiries.selectors_after import joined_here, likely_twins
from portulan.desk.enquiries.services import DeskError


@dataclass(frozen=True, slots=True)
class Sent(Typed):
    """One act: what was typed, who sends it, and about which need."""

    reach: Reach
    need: Need
    name: str


def _answer(sent: Sent) -> str:
    services.answer(sent.reach, sent.need, sent.text("answer"), sent.name, nonce=sent.nonce)
    return "answered"


def _note(sent: Sent) -> str:
    services.note(sent.reach, sent.need, sent.text("note"), sent.name, nonce=sent.nonce)
    return "noted"


def _take(sent: Sent) -> str:
    services.take(sent.reach, sent.need, sent.name)
    return "taken"


def _pass_on(sent: Sent) -> str:
    to = str(sent.fields.get("to", ""))
    if to != "coordination" and not to.isdigit():
        raise WrongError("to", _("Choose to whom you hand it."))
    services.pass_on(sent.reach, sent.need, None if to == "coordination" else int(to), sent.line("reason"))
    return "passed"


def _promise(sent: Sent) -> str:
    promises.promise(sent.reach, sent.need, sent.line("what"), sent.day("due"), sent.name)
    return "promised"


def _settle(sent: Sent) -> str:
    number = str(sent.fields.get("promise", ""))
    made = next((one for one in sent.need.promises.all() if str(one.pk) == number), None)
    if made is None:
        raise WrongError("promise", _("This promise is not there."))
    let_go = str(sent.fields.get("how", "")) == "let_go"
    promises.settle(sent.reach, made, sent.line("why_not") if let_go else "")
    return "let_go" if let_go else "kept"


def _snooze(sent: Sent) -> str:
    services.snooze(sent.reach, sent.need, sent.day("until"))
    return "aside"


def _wake(sent: Sent) -> str:
    services.snooze(sent.reach, sent.need, None)
    return "back"


def _split(sent: Sent) -> str:
    market, sector = str(sent.fields.get("market", "")), str(sent.fields.get("sector", ""))
    topic = str(sent.fields.get("topic", ""))
    if market not in reference.territory_names("en"):
        raise WrongError("market", _("Choose a market: it decides who answers."))
    if sector not in reference.sector_names("en"):
        raise WrongError("sector", _("Choose a sector: it decides who answers."))
    if topic not in Topic.values:
        raise WrongError("topic", _("Choose what your question is about."))
    services.add_need(sent.reach, sent.need, market, sector, topic)
    return "split"


def _close(sent: Sent) -> str:
    services.close(sent.reach, sent.need, str(sent.fields.get("closing", "")), sent.line("where_to", needed=False))
    return "closed"


def _reopen(sent: Sent) -> str:
    services.reopen(sent.reach, sent.need)
    return "reopened"


def _withdraw_introduction(sent: Sent) -> str:
    number = str(sent.fields.get("introduction", ""))
    made = next((one for one in sent.need.introductions.all() if str(one.pk) == number), None)
    if made is None:
        raise WrongError("introduction", _("This introduction is not there."))
    introductions.withdraw(sent.reach, made)
    return "not_introduced"


def _join(sent: Sent) -> str:
    number = str(sent.fields.get("other", ""))
    other = next((one for one in likely_twins(sent.reach, sent.need) if str(one.pk) == number), None)
    if other is None:
        raise WrongError("other", _("This question is no longer there to be joined."))
    joining.join(sent.reach, sent.need, other, sent.name)
    return "joined"


def _part(sent: Sent) -> str:
    number = str(sent.fields.get("joined", ""))
    found = joined_here(sent.need, number)
    if found is None:
        raise WrongError("joined", _("These questions are two already."))
    joining.part(sent.reach, found)
    return "parted"


__all__ = ["ACTS", "Sent", "WrongError", "do"]

ACTS: dict[str, Callable[[Sent], str]] = {
    "answer": _answer,
    "note": _note,
    "take": _take,
    "pass-on": _pass_on,
    "promise": _promise,
    "settle": _settle,
    "put-aside": _snooze,
    "take-back": _wake,
    "split": _split,
    "close": _close,
    "reopen": _reopen,
    "withdraw-introduction": _withdraw_introduction,
    "join": _join,
    "part": _part,
}


def do(act: str, sent: Sent) -> str:
    """Do an act and return what to say of it; raise `WrongError` where it cannot be done."""
    try:
        return ACTS[act](sent)
    except DeskError as error:
        raise WrongError(*_refusal(str(error))) from error


def _refusal(code: str) -> tuple[str, str]:
    """Return the field and the sentence of what a service refused."""
    return {
        "closed": ("", _("This question is closed: open it again first.")),
        "passed": ("", _("Somebody has handed this question on meanwhile: nothing was sent.")),
        "erased": ("", _("The person who asked has been erased: nobody can be answered.")),
        "nobody": ("to", _("This person is no longer designated: choose somebody else.")),
        "same": ("market", _("This question is already asked for that market, sector and topic.")),
        "past": ("due", _("This day has passed: choose a later one.")),
        "closing": ("closing", _("Choose how it ended.")),
        "over": ("", _("This introduction is over: nothing was changed.")),
        "not_twins": ("", _("These two are not of the same person.")),
        "joined": ("", _("One of the two is joined with another question: make those two again first.")),
        "several": ("", _("The other question has several parts: join this one to it instead.")),
        "parted": ("", _("These questions are two already.")),
        "where": ("where_to", _("Say where the person should ask instead.")),
    }[code]
