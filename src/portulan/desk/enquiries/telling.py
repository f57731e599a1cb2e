"""What somebody of the desk writes down for another: read, checked, and said what is wrong. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from portulan.desk.core.forms import Wrong
from portulan.desk.enquiries import asking
from portulan.desk.enquiries.asking import Asked, Told
from portulan.desk.enquiries.models import Ground, Heard

MOST_PHONE = 40
_MAY_BE_EMPTY = ("market", "sector", "email", "name")


@dataclass(frozen=True, slots=True)
class ReadTold:
    """What was typed, as far as it could be read, and what is wrong with it."""

    asked: Asked
    told: Told
    language: str
    wrong: Wrong = ()


def read(
    sent: QueryDict, markets: Mapping[str, str], sectors: Mapping[str, str], person: UUID | None, name: str
) -> ReadTold:
    """Read what ``person`` wrote down. Where a question leads may be left open: the coordination desk places it."""
    found = asking.read(sent, markets, sectors)
    line = {field: " ".join(str(sent.get(field, "")).replace("\x00", "").split()) for field in _LINES}
    told = Told(person, name, line["heard"], line["ground"], line["phone"])
    return ReadTold(found.asked, told, line["language"], wrong_with(found.asked, found.wrong, told, line["language"]))


_LINES = ("heard", "ground", "phone", "language")


def wrong_with(asked: Asked, wrong: Wrong, told: Told, language: str) -> Wrong:
    """Return what is wrong with a question written down for another, from what is wrong with it as somebody's own."""
    found = [(field, said) for field, said in wrong if field not in _MAY_BE_EMPTY or getattr(asked, field)]
    if not asked.name:
        found.append(("name", _("Write who asked: a name, or what they said of themselves.")))
    if told.heard not in Heard.values:
        found.append(("heard", _("Choose how the question came.")))
    if language not in dict(settings.LANGUAGES):
        found.append(("language", _("Choose the language in which the person is answered.")))
    if len(told.phone) > MOST_PHONE:
        found.append(("phone", asking.too_long(MOST_PHONE)))
    found += _ground(asked, told)
    return tuple(found)


def _ground(asked: Asked, told: Told) -> list[tuple[str, str]]:
    if told.ground not in Ground.values:
        return [("ground", _("Say whether the person agreed: it decides whether they are written to."))]
    if told.ground == Ground.TASK and asked.email:
        return [("email", _("Nobody is written to who has not agreed: leave the address empty, or ask the person."))]
    if told.ground == Ground.CONSENT and not asked.email and not told.phone:
        return [("email", _("Write an address or a telephone number: else nobody can answer this person."))]
    return []
