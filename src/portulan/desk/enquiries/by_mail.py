"""Questions and answers by e-mail: an answer to a letter of ours, from either side, or a new question."""

from __future__ import annotations

import hashlib
import re

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portulan.desk.core.incoming import reply
from portulan.desk.core.incoming.letters import Letter
from portulan.desk.core.incoming.models import ReceivedMail
from portulan.desk.core.incoming.tokens import token_of
from portulan.desk.enquiries import attaching, introductions, post, services
from portulan.desk.enquiries.addresses import ASKER, OTHER
from portulan.desk.enquiries.asking import Asked
from portulan.desk.enquiries.attaching import SentFile
from portulan.desk.enquiries.models import Asking, Channel, Need, Topic
from portulan.desk.enquiries.rights import reach_of
from portulan.desk.enquiries.selectors_after import introduction_of
from portulan.desk.enquiries.standing import standing
from portulan.desk.people.actors import Actor
from portulan.desk.people.selectors import rights_of

_COLLEAGUE = re.compile(r"match:([0-9]+)")
_NEED = re.compile(r"enquiries\.need:([0-9]+)")
MOST_FILES = 50
"""Files that are kept of one letter; the letter itself is kept whole for a while."""
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_SMALL_WORDS = {
    "fr": re.compile(r"\b(le|la|les|des|une|un|et|est|pour|dans|nous|vous|avec|sur|que|qui|pas|votre|notre)\b"),
    "en": re.compile(r"\b(the|and|is|for|in|we|you|with|on|that|who|not|your|our|are|have|would|of|to)\b"),
}


class NotFromThemError(Exception):
    """A letter came to the address of somebody, from somebody else: a person must look at it."""


class ByMail:
    """Takes the letters that answer ours, and those that ask something new."""

    def handle(self, received: ReceivedMail, letter: Letter) -> str | None:
        """Take a letter; return what it became, None where it is not for this room.

        Raises `NotFromThemError` where it came to a colleague's address from somebody else.
        """
        token = token_of(letter)
        party = reply.who_answers(token) if token else None
        if party is not None:
            if party.party == OTHER:
                return _met(party.subject, letter)
            found = _NEED.fullmatch(party.subject)
            return _answered(int(found[1]), party.party, letter) if found else None
        ours = settings.PORTULAN_REPLY_ADDRESS.lower()
        if token is None and ours and ours in letter.to and letter.text.strip():
            return _asked(letter)
        return None


def _answered(number: int, party: str, letter: Letter) -> str | None:
    need = Need.objects.select_related("enquiry").filter(pk=number).first()
    if need is None:
        return None
    text = letter.fresh.strip() or letter.text.strip()
    if party == ASKER:
        message = services.hear(need, text, mail=letter.message_id, files=files_in(letter))
        post.not_kept(need, attaching.refused(list(message.attachments.select_related("file"))))
        return f"enquiries.need:{need.pk}"
    found = _COLLEAGUE.fullmatch(party)
    match = need.matches.select_related("person").filter(pk=int(found[1])).first() if found else None
    if match is None or match.person is None:
        raise NotFromThemError("it came to the address of somebody who no longer has this question")
    if letter.from_address.lower() != match.person.email.lower():
        # Handed on with its address in it, a letter would else let anybody answer in a colleague's name.
        raise NotFromThemError(f"it came to the address of {match.name}, and not from them")
    # Answered there, where it is one with another question of the same person.
    need = standing(need)
    rights = rights_of(match.person.pk)
    reach = reach_of(Actor(match.person_id, frozenset(), rights.operator_sectors), timezone.localdate())
    nonce = hashlib.sha256(letter.message_id.encode()).hexdigest()[:36] if letter.message_id else ""
    services.answer(reach, need, text, match.name, nonce=nonce, files=files_in(letter))
    return f"enquiries.need:{need.pk}"


def _met(subject: str, letter: Letter) -> str | None:
    """Take what the other person of an introduction writes."""
    found = introduction_of(subject.removeprefix("enquiries.introduction:"))
    if found is None or found.erased_at is not None:
        return None
    if letter.from_address.lower() != found.other_email.lower():
        raise NotFromThemError("it came to the address of somebody who was asked about an introduction")
    introductions.hear(found, letter.fresh.strip() or letter.text.strip(), mail=letter.message_id)
    return subject


@transaction.atomic
def _asked(letter: Letter) -> str:
    """Take a letter for a new question. Where and what for is not known: the coordination desk places it."""
    said = letter.text.strip()
    text = f"{letter.subject}\n\n{said}" if letter.subject else said
    asked = Asked(
        topic=Topic.OTHER,
        text=text,
        name=letter.from_name or letter.from_address,
        email=letter.from_address,
        asking=Asking.OTHER,
        nonce=hashlib.sha256(letter.message_id.encode()).hexdigest()[:36] if letter.message_id else "",
    )
    enquiry = services.ask(asked, language_of(said), channel=Channel.MAIL, files=files_in(letter), actor="mail")
    need = enquiry.needs.select_related("enquiry", "territory", "sector").order_by("pk")[0]
    post.not_kept(need, attaching.refused(list(enquiry.attachments.select_related("file"))))
    return f"enquiries.enquiry:{enquiry.pk}"


def files_in(letter: Letter) -> tuple[SentFile, ...]:
    """Return what came with a letter; a signature made by a mail program is nothing that anybody sent."""
    files = [SentFile(one.name, one.data) for one in letter.attachments if one.declared_type not in _SIGNATURES]
    return tuple(files[:MOST_FILES])


def language_of(text: str) -> str:
    """Return the language of the site that a text is likelier to be in, told by small words; French where unsure."""
    said = text.lower()
    return "en" if len(_SMALL_WORDS["en"].findall(said)) > len(_SMALL_WORDS["fr"].findall(said)) else "fr"
