"""The list of what waits, ready to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.desk.enquiries import wording
from portulan.desk.enquiries.models import Need, Promise
from portulan.desk.enquiries.pages import Choices, market_choices
from portulan.desk.enquiries.selectors import Shown, View
from portulan.desk.enquiries.status import is_late

Names = tuple[Mapping[str, str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the inbox."""

    text: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One need in a list."""

    href: str
    reference: str
    about: str
    asker: str
    status: str
    late: bool
    waited: str
    with_whom: str
    invented: bool


@dataclass(frozen=True, slots=True)
class Due:
    """One promise that is not settled."""

    what: str
    due: str
    over: bool
    by: str
    href: str
    number: int = 0
    settled: str = ""


@dataclass(frozen=True, slots=True)
class InboxPage:
    """What waits."""

    tabs: tuple[Tab, ...]
    rows: tuple[Row, ...]
    view: str
    empty: str
    next: str
    promises: tuple[Due, ...]
    markets: Choices
    sectors: Choices
    market: str
    sector: str
    invented: bool
    promises_invented: bool
    takes_tables: bool


def _tab_names(desk: bool) -> dict[View, str]:
    return {
        View.POST: _("To be placed") if desk else _("My posts"),
        View.MINE: _("Mine"),
        View.ALL: _("All that is open"),
        View.LATE: _("Late"),
        View.ASIDE: _("Put aside"),
        View.CLOSED: _("Closed"),
    }


def inbox(
    shown: Shown,
    view: View,
    counted: Mapping[View, int],
    due: Sequence[Promise],
    names: Names,
    kept: tuple[str, str],
    language: str,
) -> InboxPage:
    """Return the inbox."""
    market, sector = (one if one in known else "" for one, known in zip(kept, names, strict=True))
    here = reverse("enquiries:inbox")
    carried = {key: value for key, value in (("market", market), ("sector", sector)) if value}
    tabs = tuple(
        Tab(_counted(text, counted.get(one)), f"{here}?{urlencode({'view': one.value, **carried})}", one is view)
        for one, text in _tab_names(View.ALL in counted).items()
        if one in counted or one is View.CLOSED
    )
    further = f"{here}?{urlencode({'view': view.value, **carried, 'after': shown.next})}" if shown.next else ""
    return InboxPage(
        tabs=tabs,
        rows=tuple(_row(one, language) for one in shown.needs),
        view=view.value,
        empty=_empty(view),
        next=further,
        promises=tuple(due_line(one, language) for one in due),
        markets=market_choices(_("All markets"), names[0]),
        sectors=(("", _("All sectors")), *names[1].items()),
        market=market,
        sector=sector,
        invented=any(need.enquiry.invented for need in shown.needs),
        promises_invented=any(one.need.enquiry.invented for one in due),
        takes_tables=View.ALL in counted,
    )


def _counted(text: str, count: int | None) -> str:
    return f"{text} ({count})" if count else text


def _empty(view: View) -> str:
    return {
        View.POST: _("Nothing waits here."),
        View.ALL: _("No question is open."),
        View.MINE: _("You have nothing in hand."),
        View.LATE: _("Nobody waits for too long: a first answer within seven days, everywhere."),
        View.ASIDE: _("Nothing is put aside."),
        View.CLOSED: _("Nothing is closed yet."),
    }[view]


def _row(need: Need, language: str) -> Row:
    enquiry = need.enquiry
    current = [one for one in need.matches.all() if one.current]
    return Row(
        href=reverse("enquiries:need", args=[need.pk]),
        reference=enquiry.reference,
        about=wording.about(need, language),
        asker=asker(need),
        status=wording.status(need),
        late=late(need),
        waited=wording.waited(need.opened_at, need.closed_at or timezone.now()),
        with_whom=", ".join(wording.who(one, language) for one in current),
        invented=enquiry.invented,
    )


def late(need: Need) -> bool:
    """Return whether somebody waits for a first answer for too long."""
    return is_late(need.opened_at, need.first_answer_at, closed=need.closed_at is not None, now=timezone.now())


def asker(need: Need) -> str:
    """Return who asked, as they said it."""
    enquiry = need.enquiry
    if enquiry.erased_at is not None:
        return _("somebody erased")
    name = enquiry.asker_name
    if enquiry.organisation:
        name = _("%(name)s, %(post)s") % {"name": name, "post": enquiry.organisation}
    return _("%(name)s (invented person)") % {"name": name} if enquiry.invented else name


def due_line(one: Promise, language: str) -> Due:
    """Return a promise ready to print."""
    settled = ""
    if one.kept_at:
        settled = _("kept")
    elif one.dropped_at:
        settled = _("let go: %(reason)s") % {"reason": one.reason}
    return Due(
        one.what, wording.day(one.due, language), not settled and one.due < timezone.localdate(),
        wording.owes(one, language),
        reverse("enquiries:need", args=[one.need_id]), one.pk, settled,
    )  # fmt: skip
