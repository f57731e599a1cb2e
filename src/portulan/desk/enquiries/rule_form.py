"""What the coordination desk types for a rule: read, checked, or said what is wrong with it beside the field."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _

from portulan.desk.core.forms import Wrong
from portulan.desk.core.typed import Typed, WrongError
from portulan.desk.enquiries.changing_rules import BEFORE, BESIDE, LAST, STAY, Written
from portulan.desk.enquiries.models import RoutingRule, Topic
from portulan.desk.enquiries.rules import ASKS_AN_OPERATOR, Act
from portulan.desk.network.wording import in_order

T = TypeVar("T")
_ANYTHING_BETWEEN = re.compile(r"[\n;]+")
_PLACE = re.compile(rf"{LAST}|{STAY}|({BEFORE}|{BESIDE})[0-9]{{1,4}}")


@dataclass(frozen=True, slots=True)
class Known:
    """What a rule may name: markets by every name they go by, and codes of the rest."""

    markets: Mapping[str, str]
    sectors: Collection[str]
    languages: Collection[str]
    posts: Collection[str]
    organisations: Collection[str]


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it is shown: what was typed, or how the rule stands."""

    act: str = ""
    post: str = ""
    organisation: str = ""
    markets: str = ""
    sectors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    place: str = LAST


@dataclass(slots=True)
class Read:
    """What was read, and what is wrong with it."""

    wrong: list[tuple[str, str]] = field(default_factory=list)

    def try_to(self, read: Callable[[], T], otherwise: T) -> T:
        """Return what is read; where it cannot be, keep why and return something else."""
        try:
            return read()
        except WrongError as error:
            self.wrong.append((error.field, error.sentence))
            return otherwise


def known_markets(*named: Mapping[str, str]) -> dict[str, str]:
    """Return the code of each market by its name in each language, and by the code itself."""
    found = {in_order(name): code for names in named for code, name in names.items()}
    return found | {code.casefold(): code for names in named for code in names}


def filled(sent: QueryDict) -> Filled:
    """Return what was typed, as it was."""
    one = {name: str(sent.get(name, "")) for name in ("act", "post", "organisation", "markets", "since", "until")}
    many = {name: tuple(map(str, sent.getlist(name))) for name in ("sectors", "topics", "languages")}
    return Filled(**one, **many, place=str(sent.get("place", LAST)))  # type: ignore[arg-type] # texts, and lists of them


def begun(since: date) -> Filled:
    """Return the form of a rule that nobody has written yet."""
    return Filled(since=since.isoformat())


def of(row: RoutingRule, names: Mapping[str, str]) -> Filled:
    """Return the form of a rule as it stands."""
    return Filled(
        act=row.act,
        post=row.post_id or "",
        organisation=str(row.organisation_id or ""),
        markets="\n".join(names.get(code, code) for code in row.territories.split()),
        sectors=tuple(row.sectors.split()),
        topics=tuple(row.topics.split()),
        languages=tuple(row.languages.split()),
        since=row.since.isoformat(),
        until=row.until.isoformat() if row.until else "",
        place=STAY,
    )


def read(sent: QueryDict, known: Known, *, new: bool) -> tuple[Written | None, Wrong]:
    """Return the rule that was written, or what is wrong with it."""
    form, tried = Typed(sent), Read()
    said = tried.try_to(lambda: form.one_of("act", set(Act), _("Choose what is to be done.")), "")
    act = Act(said) if said else Act.COORDINATION
    to = ""
    if act is Act.INSTEAD:
        to = tried.try_to(lambda: form.one_of("post", known.posts, _("Choose the post that is asked.")), "")
    elif act in ASKS_AN_OPERATOR:
        to = tried.try_to(
            lambda: form.one_of("organisation", known.organisations, _("Choose the operator that is asked.")), ""
        )
    markets: tuple[str, ...] = ()
    markets = tried.try_to(lambda: _markets(form.text("markets", needed=False), known.markets), markets)
    since = tried.try_to(lambda: form.day("since"), date.min)
    until = tried.try_to(lambda: form.day_or_none("until"), None)
    if until is not None and until < since:
        tried.wrong.append(("until", _("It would end before it begins: change one of the days.")))
    place = str(sent.get("place", LAST))
    if not _PLACE.fullmatch(place) or (new and place == STAY):
        place = LAST
    if tried.wrong:
        return None, tuple(tried.wrong)
    sectors, languages = _some(sent, "sectors", known.sectors), _some(sent, "languages", known.languages)
    topics = _some(sent, "topics", Topic.values)
    return Written(act, markets, sectors, topics, languages, since, until, to, place), ()


def _some(sent: QueryDict, name: str, known: Collection[str]) -> tuple[str, ...]:
    return tuple(code for code in known if code in sent.getlist(name))


def _markets(text: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Return the markets named in a text: one a line, or several with commas between; some names have a comma."""
    found: list[str] = []
    for line in _ANYTHING_BETWEEN.split(text):
        pieces = [line] if in_order(line.strip()) in known else line.split(",")
        for piece in filter(None, (one.strip() for one in pieces)):
            code = known.get(in_order(piece))
            if code is None:
                raise WrongError("markets", _("No market is called “%(name)s”.") % {"name": piece[:80]})
            found.append(code)
    return tuple(sorted(set(found)))
