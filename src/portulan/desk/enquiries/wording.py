"""Enquiries in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_datetime
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portulan.desk.enquiries.models import (
    Asking,
    Closing,
    Enquiry,
    Ground,
    Heard,
    Held,
    Match,
    Need,
    Promise,
    Status,
    Topic,
)
from portulan.desk.enquiries.routing import Condition, Level
from portulan.desk.enquiries.rules import Act


def topic(need: Need) -> str:
    """Return what a need is about."""
    return str(Topic(need.topic).label)


def about(need: Need, language: str) -> str:
    """Return a need on one line: sector, market, topic."""
    sector = need.sector.name(language) if need.sector else _("sector not said")
    market = need.territory.name(language) if need.territory else _("market not said")
    return _("%(sector)s, %(market)s: %(topic)s") % {"sector": sector, "market": market, "topic": topic(need).lower()}


def status(need: Need) -> str:
    """Return where a need stands, in a word or two."""
    if need.status == Status.CLOSED and need.closing:
        return str(Closing(need.closing).label)
    return str(Status(need.status).label).capitalize()


def asking(code: str) -> str:
    """Return what kind of body asks."""
    return str(Asking(code).label) if code in Asking.values else ""


def heard(enquiry: Enquiry) -> str:
    """Return how a question came that somebody of the desk wrote down; empty where nobody did."""
    return str(Heard(enquiry.heard).label) if enquiry.heard else ""


def ground_for_asker(enquiry: Enquiry) -> str:
    """Say to the one who asked why their question may be kept."""
    if enquiry.ground == Ground.CONSENT:
        return _("You agreed that it is written down and that you are written to; you may change your mind.")
    return _("It is kept because answering you is a task in the public interest.")


def who(match: Match, language: str) -> str:
    """Return who has a need in hand: the name as copied then, with the post."""
    body = match_body(match, language)
    return _("%(name)s, %(post)s") % {"name": match.name, "post": body} if match.name else body


def match_body(match: Match, language: str) -> str:
    """Return the body of a match: post or operator by its name of today, else the coordination desk."""
    if match.post is not None:
        return str(match.post.name_fr if language == "fr" else match.post.name_en)
    if match.organisation is not None:
        return match.organisation.name
    return _("Coordination desk")


def nobody_there(matches: Sequence[Match]) -> str:
    """Say that nobody is designated, where that is why the coordination desk has a need; else nothing."""
    if any(one.post_id is not None or one.organisation_id is not None or "nobody" not in one.why for one in matches):
        return ""
    return _("Nobody is designated for this at present: the coordination desk looks for somebody who can answer.")


def owes(promise: Promise, language: str) -> str:
    """Return who is to keep a promise: whoever made it, or the post they left, or the coordination desk."""
    if promise.name:
        return promise.name
    if promise.post is not None:
        return str(promise.post.name_fr if language == "fr" else promise.post.name_en)
    return _("Coordination desk")


def held(match: Match) -> str:
    """Return what the one asked does with it."""
    return str(Held(match.held).label)


def day(on: date, language: str) -> str:
    """Return a day as it is read."""
    text = str(format_date(on, "d MMMM y", locale=language))
    return text.replace("1 ", "1er ", 1) if language == "fr" and on.day == 1 else text


def moment(at: datetime, language: str) -> str:
    """Return a moment as it is read, where the site is."""
    return str(format_datetime(timezone.localtime(at), "d MMM y, HH:mm", locale=language))


def waited(opened: datetime, now: datetime) -> str:
    """Return for how long somebody has waited."""
    days = (now - opened).days
    if days < 1:
        return _("today")
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def level(code: str) -> str:
    """Return in what capacity somebody is asked."""
    return {
        Level.LEAD: _("correspondent"),
        Level.DEPUTY: _("deputy correspondent"),
        Level.OPERATOR: _("operator"),
        Level.HEAD: _("head of the post"),
        Level.COORDINATION: _("coordination desk"),
    }[Level(code)]


def failed(tests: list[str]) -> str:
    """Return the tests that a candidate fails, as a list of reasons."""
    said = {
        Condition.TERRITORY: _("does not cover this market"),
        Condition.SECTOR: _("is not designated for this sector"),
        Condition.SUBJECT: _("does not answer for this topic"),
        Condition.LANGUAGE: _("does not speak the language of the question"),
        Condition.PRESENCE: _("is away"),
    }
    return ", ".join(said[Condition(one)] for one in tests)


def why(match: Match) -> str:
    """Return why somebody was asked, in a sentence; reasons hold codes and no names."""
    reason: Mapping[str, Any] = match.why
    if "by_hand" in reason:
        return _("Handed over by a colleague: %(reason)s") % {"reason": reason["by_hand"]}
    if "taken_over" in reason:
        return _("Taken over with the place of the colleague who had it.")
    left = _("The colleague who had it has left.") + " " if reason.get("again") else ""
    return left + _ruled(reason) + _routed(reason)


def _ruled(reason: Mapping[str, Any]) -> str:
    """Return which rule decided, as it read on that day."""
    own = "fr" if get_language() == "fr" else "en"
    if "disputed" in reason:
        numbers = ", ".join(str(one["number"]) for one in reason["disputed"])
        return _("Rules %(numbers)s have the same place and disagree: none of them wins.") % {"numbers": numbers} + " "
    if "rule" not in reason:
        return ""
    rule = reason["rule"]
    said = _("Rule %(number)s: %(sentence)s") % {"number": rule["number"], "sentence": rule[own]} + " "
    return said if rule["followed"] else said + _("Nobody whom it names could answer.") + " "


def _routed(reason: Mapping[str, Any]) -> str:
    """Return why routing chose somebody, or found nobody."""
    if reason.get("rule", {}).get("act") == Act.COORDINATION or "disputed" in reason:
        return _("The coordination desk places it.")
    if "nobody" in reason:
        near = [
            _("at %(post)s somebody %(reason)s") % {"post": one["post"], "reason": failed(one["failed"])}
            for one in reason.get("near", [])
        ]
        said = _("Nobody is designated for this market, sector and language: the coordination desk finds somebody.")
        return f"{said} {_('Came near:')} {'; '.join(near)}." if near else said
    named = {
        Condition.TERRITORY: _("this market"),
        Condition.SECTOR: _("this sector"),
        Condition.SUBJECT: _("this topic"),
    }
    if reason.get("level") == Level.OPERATOR:
        return _("Acts for an operator in this sector.")
    if reason.get("level") == Level.HEAD:
        return _("Head of the post: no correspondent answers for this.")
    words = [named[Condition(one)] for one in reason.get("precise", [])]
    said = (
        _("Designated for %(what)s.") % {"what": _(" and ").join(words)}
        if words
        else _("Designated for all that comes to the post.")
    )
    if reason.get("level") == Level.DEPUTY:
        missing = "; ".join(failed(tests) for tests in reason.get("instead_of", []))
        said += " " + (
            _("Deputy: the correspondent %(reason)s.") % {"reason": missing}
            if missing
            else _("Deputy: nobody else is designated for this.")
        )
    return said
