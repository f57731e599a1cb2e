"""Rules in words: each is one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.desk.enquiries import wording
from portulan.desk.enquiries.models import RoutingRule, Topic
from portulan.desk.enquiries.rules import Act
from portulan.desk.network.wording import in_order, language_name

Names = tuple[Mapping[str, str], Mapping[str, str]]


def sentence(row: RoutingRule, names: Names, language: str) -> str:
    """Return a rule in one sentence, in the language in force."""
    markets, sectors = names
    parts = [
        _of_sectors([sectors.get(code, code) for code in row.sectors.split()]),
        _of_markets(sorted((markets.get(code, code) for code in row.territories.split()), key=in_order)),
    ]
    if row.topics:
        parts.append(_on_topics([str(topic.label) for topic in Topic if topic.value in row.topics.split()]))
    if row.languages:
        spoken = sorted((language_name(code, language) for code in row.languages.split()), key=in_order)
        parts.append(_("asked in %(languages)s") % {"languages": either(spoken)})
    said = _("%(questions)s: %(act)s") % {"questions": ", ".join(parts), "act": act(row, language)}
    return f"{said}{days(row, language)}."


def _of_sectors(names: Sequence[str]) -> str:
    if not names:
        return _("Questions about any sector")
    return ngettext("Questions about the sector %(names)s", "Questions about the sectors %(names)s", len(names)) % {
        "names": either(names)
    }


def _of_markets(names: Sequence[str]) -> str:
    if not names:
        return _("for any market")
    return ngettext("for the market %(names)s", "for the markets %(names)s", len(names)) % {"names": either(names)}


def _on_topics(names: Sequence[str]) -> str:
    return _("on %(topics)s") % {"topics": either([_("“%(topic)s”") % {"topic": name} for name in names])}


def either(names: Sequence[str]) -> str:
    """Return names as a choice: A, B or C."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s or %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def act(row: RoutingRule, language: str) -> str:
    """Return what a rule has done."""
    who = {"who": asked(row, language)}
    return {
        Act.ALSO: _("ask %(who)s as well"),
        Act.WHERE_NOBODY: _("where no correspondent answers, ask %(who)s"),
        Act.INSTEAD: _("ask %(who)s instead"),
        Act.COORDINATION: _("ask the coordination desk first"),
    }[Act(row.act)] % who


def asked(row: RoutingRule, language: str) -> str:
    """Return whom a rule names."""
    if row.post is not None:
        return str(row.post.name_fr if language == "fr" else row.post.name_en)
    return row.organisation.name if row.organisation is not None else ""


def days(row: RoutingRule, language: str) -> str:
    """Return from when to when a rule holds, after the rest of its sentence."""
    since = wording.day(row.since, language)
    if row.until is None:
        return _(", from %(since)s on") % {"since": since}
    return _(", from %(since)s to %(until)s") % {"since": since, "until": wording.day(row.until, language)}
