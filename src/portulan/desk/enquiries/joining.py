"""Two questions of one person that are the same: made one, and two again where that was a mistake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from portulan.desk.core import events
from portulan.desk.enquiries import attaching, matching, post
from portulan.desk.enquiries.models import Channel, Closing, Enquiry, Held, Match, Message, Need, Status, Voice
from portulan.desk.enquiries.models_after import Check, Joined
from portulan.desk.enquiries.rights import NotYoursError, Reach, may_see
from portulan.desk.enquiries.services import DeskError, derive
from portulan.desk.enquiries.standing import hold

_STAY = (Match, Check, Joined)
"""What does not go along: who was asked, what was asked of them later, and other joinings."""
_BEFORE = ("status", "closing", "where_to", "closed_at", "opened_at", "first_answer_at", "snoozed_until", "reminded")


@transaction.atomic
def join(reach: Reach, kept: Need, gone: Need, name: str, *, at: datetime | None = None) -> Joined:
    """Make two questions of one address one: all that was said of the second goes to the first.

    The second stays as a mark that leads to the first. Those who have the first in hand are told what the second said,
    and the one who asked is told which one stands. Raises `DeskError` where they are not of one address, where one
    was joined already, where the second belongs to a question with several parts, and where the first is closed and
    the second waits.
    """
    if not (may_see(reach, kept) and may_see(reach, gone)):
        raise NotYoursError
    kept, gone = hold(kept, gone)
    _may_join(kept, gone)
    at = at or timezone.now()
    joined = Joined(kept=kept, gone=gone, at=at, by_name=name, before=_stood(kept, gone))
    joined.moved = {
        **_move(gone, kept),
        "files": attaching.move(gone.enquiry, kept.enquiry),
        "current": [str(pk) for pk in gone.matches.filter(current=True).values_list("pk", flat=True)],
    }
    Match.objects.filter(need=gone, current=True).update(current=False)
    gone.closed_at, gone.closing, gone.where_to, gone.snoozed_until = at, Closing.JOINED, "", None
    gone.status = Status.CLOSED
    gone.save(update_fields=["closed_at", "closing", "where_to", "snoozed_until", "status"])
    _take_over(kept, gone)
    joined.save()
    # Whoever typed an address into the form has not shown that it is theirs: what was said in the other question is
    # behind a new secret, which goes by letter.
    if kept.enquiry.channel != Channel.MAIL:
        kept.enquiry.key_number += 1
        Enquiry.objects.filter(pk=kept.enquiry_id).update(key_number=kept.enquiry.key_number)
    if kept.enquiry.asker_id != gone.enquiry.asker_id:
        # Nor has whoever was signed in meanwhile: it is nobody's until the address itself is proved (`mine.claim`).
        Enquiry.objects.filter(pk=kept.enquiry_id).update(asker=None)
    events.record("questions joined", kept, reach.actor.label, gone=gone.pk)
    post.joined(kept, gone)
    if kept.closed_at is None:
        post.more(kept, gone.enquiry.text)
    return joined


def _may_join(kept: Need, gone: Need) -> None:
    one, other = kept.enquiry, gone.enquiry
    if one.pk == other.pk or not one.asker_email or one.asker_email.casefold() != other.asker_email.casefold():
        raise DeskError("not_twins")
    if one.erased_at is not None or other.erased_at is not None:
        raise DeskError("not_twins")
    if Closing.JOINED in (kept.closing, gone.closing) or Joined.objects.filter(kept=gone).exists():
        raise DeskError("joined")
    if Need.objects.filter(enquiry=other).count() > 1:
        raise DeskError("several")
    if kept.closed_at is not None and gone.closed_at is None:
        raise DeskError("closed")


def _stood(kept: Need, gone: Need) -> dict[str, Any]:
    """Return where both stood, as plain values."""

    def stood(need: Need) -> dict[str, Any]:
        values = {name: getattr(need, name) for name in _BEFORE}
        return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}

    return {"kept": stood(kept), "gone": stood(gone)}


def _hanging() -> Iterator[tuple[type[models.Model], str]]:
    """Yield every table that hangs on a need, and by which column, but for what stays."""
    for relation in Need._meta.related_objects:
        model = relation.related_model
        if isinstance(model, type) and not issubclass(model, _STAY) and relation.field.concrete:
            yield model, relation.field.attname


def _move(gone: Need, kept: Need) -> dict[str, list[str]]:
    """Have all that hangs on one need hang on another; return what moved."""
    moved = {}
    for model, column in _hanging():
        keys = list(model._default_manager.filter(**{column: gone.pk}).values_list("pk", flat=True))
        if keys:
            model._default_manager.filter(pk__in=keys).update(**{column: kept.pk})
            moved[f"{model._meta.label_lower}.{column}"] = [str(key) for key in keys]
    return moved


def _take_over(kept: Need, gone: Need) -> None:
    """Have the need that stands count from the day on which the person first asked, and was first answered."""
    kept.opened_at = min(kept.opened_at, gone.opened_at)
    answered = [one.first_answer_at for one in (kept, gone) if one.first_answer_at is not None]
    kept.first_answer_at = min(answered, default=None)
    kept.reminded = max(kept.reminded, gone.reminded)
    kept.save(update_fields=["opened_at", "first_answer_at", "reminded"])
    derive(kept)


@transaction.atomic
def part(reach: Reach, joined: Joined) -> Need:
    """Make two questions of one again: what moved goes back, where it is still with the first; return the second.

    What was said since stays with the first. Whoever had the second in hand has it again, if they are still there;
    else it is asked of somebody else.
    """
    kept, gone = joined.kept, joined.gone
    if not (may_see(reach, kept) and may_see(reach, gone)):
        raise NotYoursError
    kept, gone = hold(kept, gone)
    found = Joined.objects.filter(pk=joined.pk).first()
    if found is None:
        raise DeskError("parted")  # somebody else was quicker
    if kept.closing == Closing.JOINED:
        raise DeskError("joined")
    for label, keys in found.moved.items():
        if label not in ("current", "files"):
            name, _, column = label.rpartition(".")
            rows = apps.get_model(name)._default_manager.filter(**{"pk__in": keys, column: kept.pk})
            rows.update(**{column: gone.pk})
    attaching.move(kept.enquiry, gone.enquiry, found.moved.get("files", []))
    _restore(kept, gone, found)
    found.delete()
    events.record("questions parted", kept, reach.actor.label, gone=gone.pk)
    if gone.closed_at is None:
        _in_hand_again(gone, found.moved.get("current", []))
    derive(gone)
    derive(kept)
    post.parted(kept, gone)
    return gone


def _restore(kept: Need, gone: Need, joined: Joined) -> None:
    fields = {field.name: field for field in Need._meta.concrete_fields}
    for name, value in joined.before["gone"].items():
        setattr(gone, name, fields[name].to_python(value))
    gone.save(update_fields=list(_BEFORE))
    kept.opened_at = fields["opened_at"].to_python(joined.before["kept"]["opened_at"])
    answers = Message.objects.filter(need=kept, voice=Voice.ANSWER).order_by("at")
    kept.first_answer_at = answers.values_list("at", flat=True).first()
    kept.save(update_fields=["opened_at", "first_answer_at"])


def _in_hand_again(gone: Need, matches: list[str]) -> None:
    now = timezone.now()
    Match.objects.filter(need=gone, pk__in=matches).update(current=True)
    for old in gone.matches.filter(current=True).select_related("post"):
        if not matching.is_there(old, timezone.localdate(now)):
            Match.objects.filter(pk=old.pk).update(current=False, held=Held.PASSED)
            post.asked(gone, [matching.again(gone, old, now, timezone.localdate(now))])


@transaction.atomic
def send_address(enquiry: Enquiry) -> None:
    """Send the asker the address of their own page again, to the address they gave."""
    need = enquiry.needs.select_related("enquiry", "territory", "sector").order_by("pk").first()
    if need is not None:
        events.record("address of page sent again", enquiry, "asker")
        post.address_again(need)
