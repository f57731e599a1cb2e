"""The form on which somebody of the desk writes down a question for another, ready to print."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from portulan.desk.core.forms import ByField, Wrong, by_field
from portulan.desk.core.incoming.letters import Letter
from portulan.desk.enquiries import uploads
from portulan.desk.enquiries.asking import Asked, Told
from portulan.desk.enquiries.models import Asking, Ground, Heard, Topic
from portulan.desk.enquiries.pages import Choices, market_choices


@dataclass(frozen=True, slots=True)
class FromLetter:
    """The letter that a question is made of, and what can be read of it."""

    number: int
    letter: Letter | None


@dataclass(frozen=True, slots=True)
class BehalfPage:
    """The form as far as it was filled. ``letter`` is the number of the letter that it is made from, if any."""

    asked: Asked
    told: Told
    language: str
    nonce: str
    letter: str
    letter_files: tuple[str, ...]
    markets: Choices
    sectors: Choices
    topics: Choices
    askings: Choices
    heards: Choices
    grounds: Choices
    languages: Choices
    files_hint: str
    done: str
    wrong: Wrong
    errors: ByField


def heard_choices() -> Choices:
    """Return how a question may come; the words begin a line here, and stand in a sentence elsewhere."""
    return tuple((one.value, str(one.label)[:1].upper() + str(one.label)[1:]) for one in Heard)


def behalf(
    asked: Asked,
    told: Told,
    chosen: str,
    names: tuple[Mapping[str, str], Mapping[str, str]],
    *,
    letter: FromLetter | None = None,
    done: str = "",
    wrong: Wrong = (),
) -> BehalfPage:
    """Return the form; ``chosen`` is the language in which the person is to be answered."""
    markets, sectors = names
    return BehalfPage(
        asked=asked,
        told=told,
        language=chosen,
        nonce=asked.nonce or str(uuid.uuid4()),
        letter=str(letter.number) if letter else "",
        letter_files=tuple(one.name for one in letter.letter.attachments) if letter and letter.letter else (),
        markets=market_choices(_("Not known: the coordination desk places it"), markets),
        sectors=(("", _("Not known: the coordination desk places it")), *sectors.items()),
        topics=(("", _("Choose a topic")), *((topic.value, str(topic.label)) for topic in Topic)),
        askings=tuple((one.value, str(one.label)) for one in Asking),
        heards=heard_choices(),
        grounds=tuple((one.value, str(one.label)) for one in Ground),
        languages=tuple((code, name) for code, name in settings.LANGUAGES),
        files_hint=uploads.hint(),
        done=_("Question %(reference)s was written down and given to those who answer it.") % {"reference": done}
        if done
        else "",
        wrong=wrong,
        errors=by_field(wrong),
    )
