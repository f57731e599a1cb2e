"""Three and twelve months after somebody was helped, they are asked what came of it; and never again if they say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portulan.desk.core import events, tending
from portulan.desk.enquiries import post
from portulan.desk.enquiries.models import Closing, Need
from portulan.desk.enquiries.models_after import Amount, AskedNoMore, Came, Check, Signed
from portulan.desk.enquiries.rights import NotYoursError
from portulan.desk.enquiries.services import DeskError
from portulan.desk.enquiries.standing import hold

AFTER = {3: timedelta(days=91), 12: timedelta(days=365)}
"""After how many months what came of a question is asked, and the days that stand for them."""
MISSED = timedelta(days=60)
"""Who was helped that much longer ago is not asked any more: nothing ran on that day, and the letter would surprise."""
_SALT = "portulan.enquiries.asked-no-more"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What somebody says came of it."""

    came: str
    signed: str = ""
    amount: str = ""
    words: str = ""


def mark_of(address: str) -> str:
    """Return what an address is known by once it asked not to be asked: it cannot be read from that."""
    return salted_hmac(_SALT, address.strip().casefold(), algorithm="sha256").hexdigest()


def ask_all(now: datetime | None = None) -> int:
    """Write to those who were helped so many months ago and were not asked yet; return how many letters went."""
    now = now or timezone.now()
    asked = 0
    for months, pk in list(_due(now)):
        with tending.giving_way():
            asked += _ask(pk, months, now)
    return asked


def _due(now: datetime) -> Iterator[tuple[int, int]]:
    for months, days in AFTER.items():
        asked = Check.objects.filter(need=OuterRef("pk"), months=months)
        helped = Need.objects.filter(
            ~Exists(asked), closing=Closing.HELPED, closed_at__lte=now - days, closed_at__gt=now - days - MISSED,
            enquiry__erased_at=None, enquiry__invented=False,
        )  # fmt: skip
        for pk in helped.exclude(enquiry__asker_email="").order_by("closed_at", "pk").values_list("pk", flat=True):
            yield months, pk


@transaction.atomic
def _ask(pk: int, months: int, now: datetime) -> int:
    try:
        (need,) = hold(Need(pk=pk))
    except NotYoursError:
        return 0  # gone since the list was made
    address = need.enquiry.asker_email
    if need.closing != Closing.HELPED or not address or Check.objects.filter(need=need, months=months).exists():
        return 0  # erased, opened again or asked since
    if AskedNoMore.objects.filter(mark=mark_of(address)).exists():
        return 0
    check = Check.objects.create(need=need, months=months, sent_at=now)
    events.record("asked what came of it", check, months=months)
    post.what_came(check)
    return 1


@transaction.atomic
def keep(check: Check, said: Outcome) -> None:
    """Keep what came of it. They may change their mind. Raises `DeskError` where what was signed is not said."""
    (need,) = hold(check.need)
    if need.enquiry.erased_at is not None:
        raise DeskError("erased")
    if said.came not in Came.values:
        raise DeskError("came")
    signed = said.came == Came.SIGNED
    if signed and said.signed not in Signed.values:
        raise DeskError("signed")
    if said.amount and said.amount not in Amount.values:
        raise DeskError("amount")
    check.came, check.words, check.answered_at = said.came, said.words, timezone.now()
    check.signed, check.amount = (said.signed, said.amount) if signed else ("", "")
    check.save(update_fields=["came", "signed", "amount", "words", "answered_at"])
    events.record("said what came of it", check, "asker", came=check.came, signed=check.signed)


@transaction.atomic
def ask_no_more(check: Check) -> None:
    """Never ask that address again what came of anything."""
    (need,) = hold(check.need)
    if not need.enquiry.asker_email:
        raise DeskError("erased")
    _row, new = AskedNoMore.objects.get_or_create(
        mark=mark_of(need.enquiry.asker_email), defaults={"at": timezone.now()}
    )
    if new:
        events.record("asked not to be asked again", check, "asker")


def is_asked_no_more(check: Check) -> bool:
    """Return whether the one whom a check asks does not want to be asked again."""
    return AskedNoMore.objects.filter(mark=mark_of(check.need.enquiry.asker_email)).exists()
