"""The letters of introductions, posted in the transaction of the act."""

from __future__ import annotations

import logging

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from portulan.desk.core.letters import MailError
from portulan.desk.core.outbox import post_mail
from portulan.desk.enquiries import introduction_letters as letters
from portulan.desk.enquiries import wording
from portulan.desk.enquiries.addresses import address, address_of_other
from portulan.desk.enquiries.introduction_letters import Party
from portulan.desk.enquiries.keys import side_key
from portulan.desk.enquiries.letters import Letter
from portulan.desk.enquiries.models import Asking, Enquiry
from portulan.desk.enquiries.models_after import Ending, Introduction, Side
from portulan.desk.enquiries.post import KIND, desk_page, is_quiet

log = logging.getLogger(__name__)


def _post(
    introduction: Introduction, to: str, letter: Letter, language: str, reply_to: str | tuple[str, str] = ""
) -> None:
    if is_quiet() or not to:
        return
    try:
        post_mail(
            to=to, subject=letter.subject, text=letter.text, kind=KIND, language=language, subject_row=introduction,
            reply_to=reply_to,
        )  # fmt: skip
    except MailError as error:
        log.warning("a letter about introduction %s was not posted: %s", introduction.pk, error)


def proposed(introduction: Introduction) -> None:
    """Ask both sides."""
    enquiry = introduction.need.enquiry
    for side, to, language in _both(introduction):
        with override(language):
            until = wording.day(timezone.localdate(introduction.lapses_at), language)
            page = side_page(introduction, side)
            by = proposer(introduction, language)
            if side is Side.ASKER:
                letter = letters.to_asker(
                    enquiry.reference, by, introduction.body, introduction.purpose, until, page, language
                )
            else:
                letter = letters.to_other(by, who_asks(enquiry), introduction.purpose, until, page, language)
        answers = address(introduction.need) if side is Side.ASKER else address_of_other(introduction)
        _post(introduction, to, letter, language, answers)


def made(introduction: Introduction) -> None:
    """Give each the address of the other, in one letter to both: an answer goes to the other."""
    enquiry = introduction.need.enquiry
    asker = Party(enquiry.asker_name, enquiry.organisation, enquiry.asker_email)
    other = Party(introduction.other_name, introduction.body, introduction.other_email)
    for side, to, language in _both(introduction):
        theirs = other if side is Side.ASKER else asker
        with override(language):
            letter = letters.made(proposer(introduction, language), asker, other, introduction.purpose, language)
        _post(introduction, to, letter, language, (theirs.name, theirs.email))


def not_made(introduction: Introduction, side: Side, *, to: str = "") -> None:
    """Tell one side that it does not take place; ``to``: where their address is no longer in the row."""
    enquiry = introduction.need.enquiry
    address_, language = {one: (address_, language) for one, address_, language in _both(introduction)}[side]
    with override(language):
        day = wording.day(timezone.localdate(introduction.proposed_at), language)
        letter = letters.not_made(day, enquiry.reference if side is Side.ASKER else "", language)
    _post(introduction, to or address_, letter, language, address(introduction.need) if side is Side.ASKER else "")


def to_colleague(introduction: Introduction, word: str) -> None:
    """Tell the colleague who proposed it how it ended."""
    person = introduction.by
    if person is None or not person.email:
        return
    known = [code for code, _name in settings.LANGUAGES]
    language = next((one for one in person.languages if one in known), known[0])
    with override(language):
        letter = letters.to_colleague(
            introduction.need.enquiry.reference, introduction.body, str(Ending(introduction.ending).label), word,
            desk_page(introduction.need, language), language,
        )  # fmt: skip
    _post(introduction, person.email, letter, language)


def _both(introduction: Introduction) -> list[tuple[Side, str, str]]:
    """Return each side with its address and its language."""
    enquiry = introduction.need.enquiry
    return [
        (Side.ASKER, enquiry.asker_email, enquiry.language),
        (Side.OTHER, introduction.other_email, introduction.language),
    ]


def proposer(introduction: Introduction, language: str) -> str:
    """Return who proposes it: the colleague, with their post."""
    post = introduction.post
    body = (post.name_fr if language == "fr" else post.name_en) if post else _("Coordination desk")
    if not introduction.by_name:
        return str(body)
    return _("%(name)s, %(post)s") % {"name": introduction.by_name, "post": body}


def who_asks(enquiry: Enquiry) -> str:
    """Return what the other side reads of the one who asked, before both agreed: what they are of, and no name."""
    if enquiry.organisation:
        return enquiry.organisation
    return str(Asking(enquiry.asking).label) if enquiry.asking in Asking.values else _("Somebody else")


def side_page(introduction: Introduction, side: Side) -> str:
    """Return the address of the page of one side, in their language."""
    language = introduction.need.enquiry.language if side is Side.ASKER else introduction.language
    with override(language):
        way = reverse("enquiries:introduction", args=[introduction.pk, side_key(introduction, side)])
    return str(settings.PORTULAN_ADDRESS + way)
