"""The letters that a handover sends, posted in the transaction of the act."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portulan.desk.core.outbox import post_mail
from portulan.desk.handover.models import Handover, Why
from portulan.desk.handover.rights import OVER
from portulan.desk.handover.selectors import others_of
from portulan.desk.network import wording
from portulan.desk.people.models import Person

KIND = "handover"
Text = str | Promise
"""Translated when it is written, in the language of the one who reads it."""


def _send(person: Person | None, handover: Handover, subject: Text, text: Text) -> None:
    if person is None or not person.email:
        return
    known = [code for code, _name in settings.LANGUAGES]
    language = next((one for one in person.languages if one in known), known[0])
    with override(language):
        words = {
            "post": handover.post.name_fr if language == "fr" else handover.post.name_en,
            "day": wording.day(handover.switch_on, language) if handover.switch_on else "",
            "reason": handover.contested_because,
            "address": settings.PORTULAN_ADDRESS + reverse("handover:one", args=[handover.pk]),
        }
        subject, text = str(subject) % words, str(text) % words
    post_mail(to=person.email, subject=subject, text=text, kind=KIND, language=language)


def _to_others(handover: Handover, subject: Text, text: Text) -> None:
    for person in others_of(handover, timezone.localdate()):
        _send(person, handover, subject, text)


def opened(handover: Handover, leaver: Person) -> None:
    """Tell the leaver that their handover is open, and what it asks of them."""
    if handover.why == Why.SUDDEN:
        said = _(
            "Your designation at %(post)s ends sooner than planned: from %(day)s on you no longer answer there.\n\n"
            "What you have in hand is listed on this page. If you still can, write the eight short fields, say what "
            "becomes of each of your contacts, and sign:\n%(address)s\n"
        )
    else:
        said = _(
            "Your designation at %(post)s ends: from %(day)s on you no longer answer there.\n\n"
            "What you have in hand is listed on this page, and stays up to date. Write the eight short fields, say "
            "what becomes of each of your contacts, and sign:\n%(address)s\n"
        )
    _send(leaver, handover, _("Your handover at %(post)s is open"), said)


def named(handover: Handover, arriver: Person) -> None:
    """Tell the one who arrives what waits for them."""
    said = _(
        "You are designated at %(post)s. What you take over is listed here: read it, ask what you need to know, and "
        "accept it or say what is missing.\n%(address)s\n"
    )
    _send(arriver, handover, _("You take over at %(post)s"), said)


def signed(handover: Handover) -> None:
    """Tell the arriver that the leaver has signed."""
    said = _("The handover of %(post)s is signed. Accept it, or say what is wrong or missing:\n%(address)s\n")
    _send(handover.arriver, handover, _("The handover of %(post)s is signed"), said)


def contested(handover: Handover) -> None:
    """Tell the leaver what the arriver finds wrong or missing; from the day on, those of the post."""
    if handover.state in OVER:
        said = _("Whoever took over at %(post)s finds this wrong or missing:\n\n%(reason)s\n\n%(address)s\n")
        _to_others(handover, _("The handover of %(post)s is contested"), said)
        return
    said = _("Whoever takes over from you at %(post)s writes:\n\n%(reason)s\n\nMend it and sign again:\n%(address)s\n")
    _send(handover.leaver, handover, _("The handover of %(post)s is contested"), said)


def asked(handover: Handover) -> None:
    """Tell the leaver that the arriver asks something; from the day on, those of the post, who may answer."""
    if handover.state in OVER:
        said = _("Whoever took over at %(post)s asks something. Answer on this page:\n%(address)s\n")
        _to_others(handover, _("A question about the handover of %(post)s"), said)
        return
    said = _("Whoever takes over from you at %(post)s asks something. Answer on this page:\n%(address)s\n")
    _send(handover.leaver, handover, _("A question about the handover of %(post)s"), said)


def replied(handover: Handover) -> None:
    """Tell the arriver that they were answered."""
    said = _("Your question about the handover of %(post)s is answered:\n%(address)s\n")
    _send(handover.arriver, handover, _("Your question is answered"), said)
