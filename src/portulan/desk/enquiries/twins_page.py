"""The page of what is likely one question asked twice, ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.desk.enquiries import wording
from portulan.desk.enquiries.inbox_page import asker
from portulan.desk.enquiries.models import Channel, Need, Voice
from portulan.desk.enquiries.threads import Said


@dataclass(frozen=True, slots=True)
class Twin:
    """A question that is likely the same, with what it said."""

    number: int
    reference: str
    about: str
    came: str
    status: str
    href: str
    said: Said


@dataclass(frozen=True, slots=True)
class TwinsPage:
    """A question, and those that are likely the same."""

    number: int
    reference: str
    about: str
    asked: Said
    twins: tuple[Twin, ...]
    join: str
    back: str


def twins(need: Need, found: Sequence[Need], language: str) -> TwinsPage:
    """Return the page of a question and its likely twins."""
    return TwinsPage(
        number=need.pk,
        reference=need.enquiry.reference,
        about=wording.about(need, language),
        asked=_said(need, language),
        twins=tuple(_twin(one, language) for one in found),
        join=reverse("enquiries:act", args=[need.pk, "join"]),
        back=reverse("enquiries:need", args=[need.pk]),
    )


def _said(need: Need, language: str) -> Said:
    at = wording.moment(need.enquiry.received_at, language)
    return Said(f"asked-{need.pk}", asker(need), Voice.ASKER, need.enquiry.text, at)


def _twin(need: Need, language: str) -> Twin:
    enquiry = need.enquiry
    return Twin(
        number=need.pk,
        reference=enquiry.reference,
        about=wording.about(need, language),
        came=_("came by: %(channel)s") % {"channel": str(Channel(enquiry.channel).label)},
        status=wording.status(need),
        href=reverse("enquiries:need", args=[need.pk]),
        said=_said(need, language),
    )
