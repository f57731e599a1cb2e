"""What somebody sends who asks: read, checked, and said what is wrong. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils.translation import gettext as _

from portulan.desk.core.forms import Wrong
from portulan.desk.enquiries.models import Asking, Topic

SHORTEST, LONGEST = 20, 6000
LIMITS = {"name": 160, "email": 254, "organisation": 160}
TRAP = "website"
"""A field that people do not see: what fills it is a machine."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An enquiry as told by the one who asks. Empty: not said."""

    market: str = ""
    sector: str = ""
    topic: str = ""
    text: str = ""
    name: str = ""
    email: str = ""
    organisation: str = ""
    asking: str = ""
    nonce: str = ""


def begun(kept: Mapping[str, str], chosen: Asked) -> Asked:
    """Return a draft as a form; where a market, sector or topic was chosen since, with those that were."""
    said = {name: str(kept.get(name, "")) for name in ("text", "name", "email", "organisation", "asking", "nonce")}
    places = {name: getattr(chosen, name) for name in ("market", "sector", "topic")}
    if not any(places.values()):
        places = {name: str(kept.get(name, "")) for name in places}
    return Asked(**said, **places)


@dataclass(frozen=True, slots=True)
class Told:
    """Who of the desk wrote an enquiry down for somebody, how they heard it and on what ground; empty: nobody did."""

    person: UUID | None = None
    name: str = ""
    heard: str = ""
    ground: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What was sent, as far as it could be read, and what is wrong with it."""

    asked: Asked
    wrong: Wrong = ()
    machine: bool = False


def read(sent: QueryDict, markets: Mapping[str, str], sectors: Mapping[str, str]) -> Read:
    """Read what was sent. What is wrong is named field by field, and all that was typed is kept."""
    asked = Asked(
        market=_line(sent, "market").upper(),
        sector=_line(sent, "sector"),
        topic=_line(sent, "topic"),
        text=str(sent.get("text", "")).replace("\r\n", "\n").replace("\x00", "").strip(),
        name=_line(sent, "name"),
        email=_line(sent, "email"),
        organisation=_line(sent, "organisation"),
        asking=_line(sent, "asking"),
        nonce=_line(sent, "nonce")[:36],
    )
    return Read(asked, wrong_with(asked, markets, sectors), machine=bool(_line(sent, TRAP)))


def wrong_with(asked: Asked, markets: Mapping[str, str], sectors: Mapping[str, str]) -> Wrong:
    """Return what is wrong with an enquiry, field by field."""
    return (*_places(asked, markets, sectors), *_words(asked), *_people(asked))


def _line(sent: QueryDict, name: str) -> str:
    """Return one field on one line: what came with line breaks could end up in the head of a letter."""
    return " ".join(str(sent.get(name, "")).replace("\x00", "").split())


def _places(asked: Asked, markets: Mapping[str, str], sectors: Mapping[str, str]) -> list[tuple[str, str]]:
    wrong = []
    if not asked.market:
        wrong.append(("market", _("Choose a market: it decides who answers.")))
    elif asked.market not in markets:
        wrong.append(("market", _("This market is not known: choose one of the list.")))
    if not asked.sector:
        wrong.append(("sector", _("Choose a sector: it decides who answers.")))
    elif asked.sector not in sectors:
        wrong.append(("sector", _("This sector is not known: choose one of the list.")))
    if asked.topic not in Topic.values:
        wrong.append(("topic", _("Choose what your question is about.")))
    return wrong


def _words(asked: Asked) -> list[tuple[str, str]]:
    if len(asked.text) < SHORTEST:
        return [("text", _("Write your question in a sentence or two, so that somebody can answer it."))]
    if len(asked.text) > LONGEST:
        return [("text", _("Your question is too long: keep it under %(most)s characters.") % {"most": LONGEST})]
    return []


def _people(asked: Asked) -> list[tuple[str, str]]:
    wrong = []
    if not asked.name:
        wrong.append(("name", _("Write your name, so that you are answered as a person.")))
    if not asked.email:
        wrong.append(("email", _("Write your e-mail address: the answer is sent there.")))
    else:
        try:
            validate_email(asked.email)
        except ValidationError:
            wrong.append(("email", _("This is not an e-mail address: write it as name@example.org.")))
    if asked.asking not in Asking.values:
        wrong.append(("asking", _("Choose who you ask for.")))
    for name, most in LIMITS.items():
        if len(getattr(asked, name)) > most:
            wrong.append((name, too_long(most)))
    return wrong


def too_long(most: int) -> str:
    """Say that a field holds too much."""
    return _("This is too long: keep it under %(most)s characters.") % {"most": most}
