"""What is sent from the page of a handover: read, checked, done; or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from portulan.desk.core.typed import Typed, WrongError
from portulan.desk.handover import services
from portulan.desk.handover.models import Handover, Key
from portulan.desk.handover.rights import Reach
from portulan.desk.handover.services import LONGEST_FIELD, HandoverError
from portulan.desk.network.models import Designation
from portulan.desk.network.services import NetworkError

LONGEST_TEXT, LONGEST_REASON = 4000, 600
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sent(Typed):
    """One act: what was typed, who sends it, about which handover, and on what day."""

    reach: Reach
    handover: Handover
    name: str
    on: date

    def languages(self) -> list[str]:
        """Return the codes of the languages that were ticked."""
        return [str(one) for one in self.fields.getlist("languages") if _LANGUAGE.fullmatch(str(one))][:40]


def _write(sent: Sent) -> str:
    texts = {key: sent.text(key, LONGEST_FIELD, needed=False) for key in Key.values if key in sent.fields}
    if not texts:
        raise WrongError("", _("This field is not there."))
    services.write_fields(sent.reach, sent.handover, texts)
    return "written"


def _ask(sent: Sent) -> str:
    services.ask(sent.reach, sent.handover, sent.text("question", LONGEST_TEXT), sent.name, nonce=sent.nonce)
    return "asked"


def _reply(sent: Sent) -> str:
    number = str(sent.fields.get("number", ""))
    question = next((one for one in sent.handover.questions.all() if str(one.pk) == number), None)
    if question is None:
        raise WrongError("", _("This question is not there."))
    text = sent.text(f"answer-{question.pk}", LONGEST_TEXT)
    services.reply(sent.reach, sent.handover, question, text, sent.name)
    return "answered"


def _sign(sent: Sent) -> str:
    if not sent.fields.get("sure"):
        raise WrongError("sure", _("Say that you have read it over."))
    services.sign(sent.reach, sent.handover)
    return "signed"


def _accept(sent: Sent) -> str:
    services.accept(sent.reach, sent.handover)
    return "accepted"


def _contest(sent: Sent) -> str:
    services.contest(sent.reach, sent.handover, sent.text("reason", LONGEST_REASON))
    return "contested"


def _name(sent: Sent) -> str:
    since, until = sent.day("since"), sent.day_or_none("until")
    given, family, email = sent.line("given_name", most=80), sent.line("family_name", most=80), sent.email("email")
    if not (languages := sent.languages()):
        raise WrongError("languages", _("Choose at least one language: questions go to whoever speaks theirs."))
    newcomer = services.Newcomer(given, family, email, tuple(languages))
    services.name_newcomer(sent.reach, sent.handover, newcomer, since, until, on=sent.on)
    return "named"


def _take_back(sent: Sent) -> str:
    services.take_back_name(sent.reach, sent.handover, sent.on)
    return "taken_back"


ACTS: dict[str, Callable[[Sent], str]] = {
    "write": _write,
    "ask": _ask,
    "reply": _reply,
    "sign": _sign,
    "accept": _accept,
    "contest": _contest,
    "name": _name,
    "take-back-name": _take_back,
}


def do(act: str, sent: Sent) -> str:
    """Do an act and return what to say of it; raise `WrongError` where it cannot be done."""
    try:
        return ACTS[act](sent)
    except HandoverError as error:
        raise WrongError(*_refusal(str(error))) from error
    except NetworkError as error:
        raise WrongError("since", _("These days do not hold together: look at them again.")) from error


@dataclass(frozen=True, slots=True)
class Leaving(Typed):
    """A sudden departure as it is typed: of whom, from when, and whether it is meant."""

    reach: Reach
    seats: Sequence[Designation]
    on: date


def leave(sent: Leaving) -> Handover:
    """Open a handover at once; raise `WrongError` where something is missing."""
    number = str(sent.fields.get("designation", ""))
    designation = next((one for one in sent.seats if str(one.pk) == number), None)
    if designation is None:
        raise WrongError("designation", _("Choose who leaves."))
    last_day = sent.day("last_day")
    if not sent.fields.get("sure"):
        raise WrongError("sure", _("Confirm it: the designation ends on that day."))
    try:
        return services.open_suddenly(sent.reach, designation, last_day, sent.on)
    except HandoverError as error:
        raise WrongError(*_refusal(str(error))) from error


def _refusal(code: str) -> tuple[str, str]:
    """Return the field and the sentence of what a service refused."""
    return {
        "not_now": ("", _("This cannot be done as the handover stands, or it is not yours to do.")),
        "field": ("", _("This field is not there.")),
        "same": ("email", _("This is the person who leaves: name somebody else.")),
        "account": ("email", _("Nobody can be let in with this address: give another one.")),
        "until": ("until", _("This day is before the first one: choose a later one.")),
        "opened": ("designation", _("This handover is open already.")),
        "last_day": ("last_day", _("Choose a day between the first and the last one of the designation.")),
    }[code]
