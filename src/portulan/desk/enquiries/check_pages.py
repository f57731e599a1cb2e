"""What came of a question, and whether somebody was helped: pages that a letter leads to, ready to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.desk.core.forms import ByField, Wrong, by_field
from portulan.desk.core.typed import Typed
from portulan.desk.enquiries import wording
from portulan.desk.enquiries.checks import Outcome
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.models import Need
from portulan.desk.enquiries.models_after import Amount, Came, Check, Signed

Choices = tuple[tuple[str, str], ...]
LONGEST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class CheckPage:
    """The form in which somebody says what came of their question."""

    reference: str
    about: str
    after: str
    cames: Choices
    signeds: Choices
    amounts: Choices
    typed: Mapping[str, str]
    done: str
    no_more: bool
    here: str
    own: str
    wrong: Wrong
    errors: ByField


def check(
    one: Check, language: str, *, done: str = "", no_more: bool = False, wrong: Wrong = (),
    typed: Mapping[str, str] | None = None,
) -> CheckPage:  # fmt: skip
    """Return the form as far as it was filled."""
    enquiry = one.need.enquiry
    args = [enquiry.reference, key_of(enquiry)]
    kept = {"came": one.came, "signed": one.signed, "amount": one.amount, "words": one.words}
    return CheckPage(
        reference=enquiry.reference,
        about=wording.about(one.need, language),
        after=after(one.months),
        cames=tuple((came.value, str(came.label)) for came in Came),
        signeds=tuple((signed.value, str(signed.label)) for signed in Signed),
        amounts=(("", _("I would rather not say")), *((amount.value, str(amount.label)) for amount in Amount)),
        typed=typed if typed is not None else kept,
        done=_DONE.get(done, lambda: "")(),
        no_more=no_more,
        here=reverse("enquiries:check", args=[*args, one.pk]),
        own=reverse("enquiries:own", args=args),
        wrong=wrong,
        errors=by_field(wrong),
    )


_DONE = {
    "kept": lambda: _("Thank you: what you said was kept."),
    "no_more": lambda: _("You will not be asked again."),
}


def read(typed: Typed) -> Outcome:
    """Return what was typed; raise `WrongError` where something is missing."""
    came = typed.one_of("came", Came.values, _("Choose what came of it."))
    if came != Came.SIGNED:
        return Outcome(came, words=typed.text("words", LONGEST_WORDS, needed=False))
    return Outcome(
        came,
        typed.one_of("signed", Signed.values, _("Choose what was signed.")),
        typed.one_of("amount", ["", *Amount.values], _("Choose a range, or leave it out.")),
        typed.text("words", LONGEST_WORDS, needed=False),
    )


def after(months: int) -> str:
    """Return after how long it was asked."""
    return ngettext("after %(count)s month", "after %(count)s months", months) % {"count": months}


def of_desk(need: Need, language: str) -> tuple[tuple[str, str], ...]:
    """Return what came of a question, for colleagues: when it was asked, and what was said. Never the amount, for the
    name of the one who asked stands on the same page.
    """
    return tuple((after(one.months), _said(one, language)) for one in need.checks.all())


def _said(one: Check, language: str) -> str:
    if one.answered_at is None:
        return _("asked on %(day)s, not answered") % {"day": wording.day(timezone.localdate(one.sent_at), language)}
    said = str(Signed(one.signed).label) if one.signed else str(Came(one.came).label)
    return f"{said}. {one.words}" if one.words else said


@dataclass(frozen=True, slots=True)
class HelpedPage:
    """One button, to confirm what a link of a letter says."""

    reference: str
    about: str
    answer: str
    value: int
    need: int
    here: str


def helped(need: Need, value: int, key: str, language: str) -> HelpedPage:
    """Return the page of a link of the closing letter."""
    return HelpedPage(
        reference=need.enquiry.reference,
        about=wording.about(need, language),
        answer={1: _("No"), 2: _("Partly"), 3: _("Yes")}[value],
        value=value,
        need=need.pk,
        here=reverse("enquiries:own", args=[need.enquiry.reference, key]),
    )
