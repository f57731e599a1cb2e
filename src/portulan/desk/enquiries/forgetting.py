"""What is let go of: the one who asked, on their word or after years; the names of colleagues, after longer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from portulan.desk.core import events, outbox, search, tending
from portulan.desk.core.incoming.selectors import became
from portulan.desk.core.incoming.services import erase_mail
from portulan.desk.enquiries import addresses, attaching, introductions
from portulan.desk.enquiries.cards import KIND, named_in, without_names
from portulan.desk.enquiries.models import (
    AnswerCard,
    CardState,
    Closing,
    Enquiry,
    Match,
    Message,
    Need,
    Promise,
    Status,
)
from portulan.desk.enquiries.models_after import Check, Joined
from portulan.desk.enquiries.services import derive


@transaction.atomic
def erase_asker(enquiry: Enquiry, actor: str = "asker") -> None:
    """Erase all that names or quotes the one who asked. What counts stays.

    Promises, answer cards and what colleagues gave as reasons are read again: what still names them loses its words.
    The letters that came in about it go too, whoever wrote them: an answer quotes what it answers.
    """
    now = timezone.now()
    # All are held, closed ones too: nobody writes to, or for, somebody who is being erased.
    needs = list(Need.objects.select_for_update().filter(enquiry=enquiry).order_by("pk"))
    _read_again(enquiry)
    for need in needs:
        if need.closed_at is not None:
            continue
        need.closed_at, need.closing = now, Closing.WITHDRAWN
        need.save(update_fields=["closed_at", "closing"])
        derive(need)
    attaching.erase_files(enquiry, actor)
    Message.objects.filter(need__enquiry=enquiry).delete()
    _erase_letters(enquiry, needs, actor)
    Check.objects.filter(need__enquiry=enquiry).update(words="")
    introductions.forget_with(enquiry)
    # What they asked twice is theirs too.
    for twin in Enquiry.objects.filter(needs__joined_to__kept__enquiry=enquiry, erased_at=None):
        erase_asker(twin, actor)
    for need in needs:
        outbox.forget_about(need)
        addresses.revoke(need)
    blank: dict[str, Any] = {
        "asker": None, "asker_name": "", "asker_email": "", "asker_phone": "", "organisation": "", "text": "",
        "teller": None, "teller_name": "", "nonce": None, "erased_at": now,
    }  # fmt: skip
    Enquiry.objects.filter(pk=enquiry.pk).update(**blank)
    events.record("asker erased", enquiry, actor)


def _erase_letters(enquiry: Enquiry, needs: Sequence[Need], actor: str) -> None:
    """Erase the letters that came about an enquiry, as they came: what they held was kept a while as a proof."""
    for subject in (f"enquiries.enquiry:{enquiry.pk}", *(f"enquiries.need:{need.pk}" for need in needs)):
        for mail in became(subject):
            erase_mail(mail, actor)


def _read_again(enquiry: Enquiry) -> None:
    for need in Need.objects.filter(enquiry=enquiry).exclude(where_to=""):
        Need.objects.filter(pk=need.pk).update(where_to=without_names(need.where_to, enquiry))
    for match in Match.objects.filter(need__enquiry=enquiry, why__has_key="by_hand"):
        reason = without_names(str(match.why["by_hand"]), enquiry)
        Match.objects.filter(pk=match.pk).update(why={**match.why, "by_hand": reason})
    for promise in Promise.objects.filter(need__enquiry=enquiry):
        if named_in(f"{promise.what} {promise.reason}", enquiry):
            Promise.objects.filter(pk=promise.pk).update(what="", reason="")
    for card in AnswerCard.objects.filter(need__enquiry=enquiry):
        if named_in(card.returned, enquiry):
            AnswerCard.objects.filter(pk=card.pk).update(returned=without_names(card.returned, enquiry))
        if named_in(f"{card.question} {card.answer}", enquiry):
            AnswerCard.objects.filter(pk=card.pk).update(state=CardState.DRAFT, question="", answer="")
            search.forget(KIND, str(card.pk))


def forget_askers(before: datetime, *, dry_run: bool = False) -> int:
    """Erase those whose every question was closed before a moment; return how many."""
    lasting = Need.objects.filter(Q(closed_at=None) | Q(closed_at__gte=before), enquiry=OuterRef("pk"))
    # What is one with another question is erased with that one.
    joined = Joined.objects.filter(gone__enquiry=OuterRef("pk"), kept__enquiry__erased_at=None)
    old = Enquiry.objects.filter(~Exists(lasting), ~Exists(joined), erased_at=None, received_at__lt=before)
    if dry_run:
        return old.count()
    found = list(old)
    for enquiry in found:
        with tending.giving_way():
            erase_asker(enquiry, events.SYSTEM)
    return len(found)


@transaction.atomic
def forget_matches(before: datetime, *, dry_run: bool = False) -> int:
    """Take the names off what was asked before a moment and is closed; return how many."""
    old = Match.objects.filter(asked_at__lt=before, need__status=Status.CLOSED).exclude(name="", person=None)
    return old.count() if dry_run else old.update(name="", person=None, designation=None, why={})


@transaction.atomic
def forget_promises(before: datetime, *, dry_run: bool = False) -> int:
    """Take the names off promises settled before a moment; return how many."""
    settled = Q(kept_at__lt=before) | Q(dropped_at__lt=before)
    old = Promise.objects.filter(settled).exclude(name="", person=None)
    return old.count() if dry_run else old.update(name="", person=None)


@transaction.atomic
def forget_authors(before: datetime, *, dry_run: bool = False) -> int:
    """Take the names off cards made before a moment; return how many."""
    old = AnswerCard.objects.filter(made_at__lt=before).exclude(author_name="", reviewer_name="")
    if dry_run:
        return old.count()
    return old.update(author=None, author_name="", reviewer=None, reviewer_name="", returned="")
