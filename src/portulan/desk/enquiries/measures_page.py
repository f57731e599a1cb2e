"""The measures of the desk, ready to print: each with what is counted, over which days, when, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from babel.numbers import format_decimal, format_percent
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.desk.enquiries import measures_asked, wording
from portulan.desk.enquiries.measures import AGES, Ages, Asked, FirstAnswer, Load, Reason
from portulan.desk.enquiries.measures_asked import Choice
from portulan.desk.enquiries.measuring import Scope
from portulan.desk.enquiries.pages import Choices, market_choices
from portulan.desk.network.wording import day

Names = tuple[Mapping[str, str], Mapping[str, str]]
SHOWN = 15
"""Rows of a table on the page; the file has them all."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word and what it says."""

    term: str
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: its heading, then its cells."""

    head: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One measure: a table, its passport and its definitions. ``empty`` is said where there is no table."""

    key: str
    heading: str
    caption: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    passport: tuple[Term, ...]
    definitions: tuple[Term, ...]
    empty: str = ""
    more: str = ""

    @property
    def dated(self) -> str:
        """The last of the passport in a line: which days, computed when, how sure."""
        return "; ".join(one.text for one in self.passport[-3:])


@dataclass(frozen=True, slots=True)
class MeasuresPage:
    """The measures, and what may be chosen."""

    blocks: tuple[Block, ...]
    posts: Choices
    markets: Choices
    sectors: Choices
    periods: Choices
    rows: Choices
    choice: Choice
    invented: bool
    nothing: bool
    file: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured. ``persons``: whether the load is that of persons, not of posts."""

    first: FirstAnswer
    ages: Ages
    load: Sequence[Load]
    persons: bool
    demand: Sequence[Asked]


def page(
    words: Words, choice: Choice, found: Found, kinds: frozenset[bool],
) -> MeasuresPage:  # fmt: skip
    """Return the page."""
    scope, names = words.scope, words.names
    today = timezone.localdate(scope.now)
    rows: Choices = (("", _("Real questions")), (measures_asked.INVENTED, _("Invented questions")))
    return MeasuresPage(
        blocks=(
            words.first_answer(found.first), words.ages(found.ages), words.load(found.load, persons=found.persons),
            words.demand(found.demand),
        ),
        posts=words.choices,
        markets=market_choices(_("All markets"), names[0]),
        sectors=(("", _("All sectors")), *names[1].items()),
        periods=(
            ("last-12-months", _("Last 12 months")),
            ("last-90-days", _("Last 90 days")),
            *((str(year), str(year)) for year in measures_asked.years(today)),
        ),
        rows=rows if len(kinds) > 1 else (),
        choice=choice,
        invented=choice.invented,
        nothing=not (found.first.needs or found.ages.open),
        file=f"{reverse('enquiries:measures_file')}?{choice.query}",
    )  # fmt: skip


def reason_name(reason: Reason) -> str:
    """Return why something was not served, in a few words."""
    return {
        Reason.NO_HELP: _("No help"),
        Reason.UNREACHABLE: _("Not reachable"),
        Reason.NO_CANDIDATE: _("Nobody designated"),
        Reason.WAITING: _("Waited over 45 days"),
    }[reason]


def reason_text(reason: Reason) -> str:
    """Return what exactly is counted under a reason."""
    return {
        Reason.NO_HELP: _("Closed as: no help to be had."),
        Reason.UNREACHABLE: _("Closed as: the person could not be reached."),
        Reason.NO_CANDIDATE: _(
            "Never given to a post, for nobody was designated for it, and not answered by the coordination desk so far."
        ),
        Reason.WAITING: _("Given to a post, and without an answer for 45 days, or until it was withdrawn later still."),
    }[reason]


@dataclass(frozen=True, slots=True)
class Words:
    """Puts measures into words, of one view in one language."""

    scope: Scope
    posts: Mapping[str, str]
    operators: Sequence[str]
    names: Names
    language: str

    @property
    def choices(self) -> Choices:
        """The posts that may be chosen; all that is the reader's comes first."""
        if self.scope.reach.all_posts:
            mine = _("All posts")
        elif not self.operators:
            mine = _("All my posts")
        else:
            mine = _("All that is mine") if self.posts else ", ".join(self.operators)
        return (("", mine), *self.posts.items())

    def first_answer(self, found: FirstAnswer) -> Block:
        """Return the block of how long first answers took."""
        low, middle, high = (self._days(value) for value in found.quartiles)
        lines = (
            Line(_("Questions asked"), (str(found.needs),)),
            Line(_("Answered so far"), (str(found.answered),)),
            Line(_("A quarter answered after"), (low,)),
            Line(_("Half answered after (median)"), (middle,)),
            Line(_("Three quarters answered after"), (high,)),
            Line(_("Answered within 7 days"), (self._share(found.in_time),)),
        )
        return Block(
            "first-answer", _("Time to the first answer"), _("How long a first answer takes"),
            (_("Measure"), _("Value")), lines if found.needs else (),
            self._passport(_("Each question asked in the period, followed until today.")),
            (
                Term(
                    _("A question not answered yet"),
                    _("Counts for as long as it has waited (Kaplan-Meier). Left out, only the quick would count."),
                ),
                Term(
                    _("A question closed without an answer"),
                    _("Stays unanswered, except where the person was sent elsewhere: that letter is an answer."),
                ),
                Term(_("A question withdrawn"), _("Counts until it was withdrawn.")),
                Term(_("A question passed on"), _("The wait goes on, and belongs to whoever has the question now.")),
                Term(_("A question split in two"), _("Each part counts from the day on which it was split off.")),
            ),
            empty=_("No question was asked in this period."),
        )  # fmt: skip

    def ages(self, found: Ages) -> Block:
        """Return the block of how old open questions are."""
        names = [
            ngettext("Less than %(count)s day", "Less than %(count)s days", AGES[1]) % {"count": AGES[1]},
            *(
                _("%(first)s to %(last)s days") % {"first": first, "last": after - 1}
                for first, after in pairwise(AGES[1:])
            ),
            _("%(first)s days and more") % {"first": AGES[-1]},
        ]
        lines = [
            Line(name, (str(waiting), str(answered)))
            for name, waiting, answered in zip(names, found.waiting, found.answered, strict=True)
        ]
        total = Line(_("All"), (str(sum(found.waiting)), str(sum(found.answered))))
        return Block(
            "ages", _("Age of open questions"), _("Open questions by the days since they were asked"),
            (_("Asked"), _("Never answered"), _("Answered, still open")), (*lines, total) if found.open else (),
            self._passport(_("Each question that is open now, whenever it was asked."), stock=True),
            (), empty=_("No question is open."),
        )  # fmt: skip

    def load(self, found: Sequence[Load], *, persons: bool) -> Block:
        """Return the block of what each has in hand."""
        some = found if persons else found[:SHOWN]
        heading, caption, first = (
            (_("Load by person"), _("What each person has in hand"), _("Person"))
            if persons
            else (_("Load by post"), _("What each post has in hand"), _("Post"))
        )
        what = _("What is open now and with a person, or with the post where no person is named.")
        return Block(
            "load", heading, caption, (first, _("Asked, not taken"), _("Taken in hand"), _("Answered, still open"),
            _("Together")),
            tuple(
                Line(self._holder(one, persons=persons), _texts(one.asked, one.taken, one.answered, one.open))
                for one in some
            ),
            self._passport(what if persons else _("What is open now, by the post that has it."), stock=True),
            (
                Term(_("Who sees this"), _("Those of the post, and the coordination desk.")),
                Term(_("A question that two have in hand"), _("Counts for each of them.")),
            ),
            empty=_("Nothing is in anybody’s hands, and nobody is designated."),
            more="" if persons else _("Choose a post to see who has what in hand."),
        )  # fmt: skip

    def demand(self, found: Sequence[Asked]) -> Block:
        """Return the block of what was asked and not served."""
        unmet = [one for one in found if one.unmet]
        lines = [
            Line(
                self._asked_by(one),
                (str(one.asked), str(one.unmet), *(str(count) for _reason, count in one.reasons)),
            )
            for one in unmet[:SHOWN]
        ]
        if unmet:
            every = tuple(sum(column) for column in zip(*(_counts(one) for one in found), strict=True))
            lines.append(Line(_("All questions asked"), _texts(*every)))
        left = len(unmet) - SHOWN
        more = (
            ngettext("%(count)s more line is in the file.", "%(count)s more lines are in the file.", left)
            % {"count": left}
            if left > 0
            else ""
        )
        asked = sum(one.asked for one in found)
        nothing = (
            ngettext(
                "%(count)s question was asked, and none went unserved.",
                "%(count)s questions were asked, and none went unserved.",
                asked,
            )
            % {"count": asked}
            if asked
            else _("No question was asked in this period.")
        )
        return Block(
            "unmet", _("Asked and not served"), _("Unmet demand by market, sector and kind of body, the most first"),
            (_("Market, sector, who asks"), _("Asked"), _("Not served"), *(reason_name(one) for one in Reason)),
            tuple(lines), self._passport(_("Each question asked in the period, once.")),
            tuple(Term(reason_name(one), reason_text(one)) for one in Reason), empty=nothing, more=more,
        )  # fmt: skip

    def _asked_by(self, one: Asked) -> str:
        parts = {
            "market": self.names[0].get(one.market, one.market) or _("market not said"),
            "sector": self.names[1].get(one.sector, one.sector) or _("sector not said"),
            "who": wording.asking(one.asking).lower(),
        }
        return _("%(market)s, %(sector)s: %(who)s") % parts

    def _holder(self, one: Load, *, persons: bool) -> str:
        post = self.posts.get(one.post, one.post) or one.operator or _("Coordination desk")
        if not persons:
            return post
        name = one.name or (_("No longer named") if one.person else _("Nobody named"))
        if one.person and not one.designated:
            name = _("%(name)s (no longer designated)") % {"name": name}
        return _("%(name)s, %(post)s") % {"name": name, "post": post} if len(self.scope.posts or ()) > 1 else name

    def _passport(self, counted: str, *, stock: bool = False) -> tuple[Term, ...]:
        period, at = self.scope.period, timezone.localdate(self.scope.now)
        said = _("%(since)s to %(until)s") % {
            "since": day(period.since, self.language), "until": day(period.until, self.language),
        }  # fmt: skip
        if stock:
            status = _("As it stands now")
        elif period.settled(at):
            status = _("Settled: 45 days have passed since the last day; it changes only where a question opens again")
        else:
            status = _("Provisional: some of these questions have not had 45 days yet")
        return (
            Term(_("Counted"), counted),
            Term(_("Of"), self._perimeter()),
            Term(_("Period"), _("any day") if stock else said),
            Term(_("Computed on"), wording.moment(self.scope.now, self.language)),
            Term(_("Status"), status),
        )

    def _perimeter(self) -> str:
        scope = self.scope
        posts = self.posts.get(scope.post) or (
            _("all posts and the coordination desk")
            if scope.posts is None
            else ", ".join([*self.posts.values(), *self.operators])
        )
        parts = [
            posts,
            self.names[0].get(scope.market) or _("all markets"),
            self.names[1].get(scope.sector) or _("all sectors"),
            _("invented questions") if scope.invented else _("without invented questions"),
        ]
        return "; ".join(parts)

    def _days(self, value: float | None) -> str:
        if value is None:
            return _("not reached yet")
        rounded = round(value, 1)
        text = format_decimal(rounded, locale=self.language)
        # In French what is less than two is singular; in English nothing but one.
        few = rounded < 2 if self.language == "fr" else rounded == 1
        return ngettext("%(count)s day", "%(count)s days", 1 if few else 2) % {"count": text}

    def _share(self, value: float | None) -> str:
        return (
            ""
            if value is None
            else str(format_percent(value, "0 %" if self.language == "fr" else "0%", locale=self.language))
        )


def _texts(*counts: int) -> tuple[str, ...]:
    return tuple(map(str, counts))


def _counts(one: Asked) -> tuple[int, ...]:
    return (one.asked, one.unmet, *(count for _reason, count in one.reasons))
