"""The network in words."""

from __future__ import annotations

import unicodedata
from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from django.utils.translation import gettext as _

from portulan.desk.network.answering import State
from portulan.desk.network.selectors import Contact, Office


@lru_cache(maxsize=4096)
def in_order(name: str) -> str:
    """Return what names are put in order by: without accents, whatever their case."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "Oe"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def day(on: date, language: str) -> str:
    """Return a day as it is read: 3 March 2026, 3 mars 2026."""
    text = str(format_date(on, "d MMMM y", locale=language))
    return text.replace("1 ", "1er ", 1) if language == "fr" and on.day == 1 else text


def language_name(code: str, language: str) -> str:
    """Return the name of a language, its code where nobody has named it."""
    try:
        return str(Locale.parse(language).languages.get(code, code))
    except UnknownLocaleError:
        return code


def who(contact: Contact) -> str:
    """Return the name, or what stands for one that its owner keeps to themselves."""
    name = contact.card.name or _("A correspondent of the post")
    return _("%(name)s (invented person)") % {"name": name} if contact.card.invented else name


def called(office: Office, contact: Contact, language: str) -> str:
    """Return a person with their post."""
    return _("%(name)s, %(post)s") % {"name": who(contact), "post": office.name(language)}


def role(contact: Contact) -> str:
    """Return how somebody is designated."""
    return _("correspondent") if contact.lead else _("deputy correspondent")


def capacity(state: State, contact: Contact, language: str) -> str:
    """Return in what capacity somebody answers, and until when the one who should is away."""
    if state is State.DEPUTY:
        return _("answers while the correspondent is away")
    if state is State.AWAY and contact.back is not None:
        return _("away until %(day)s") % {"day": day(contact.back, language)}
    return role(contact)


def nobody(office: Office) -> str:
    """Say that a post covers a market, and that nobody in it is designated for what is asked."""
    if office.standing != "open":
        return _("post not at work at present")
    return _("nobody is designated at present")
