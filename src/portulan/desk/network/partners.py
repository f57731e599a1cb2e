"""The partners of a post: the bodies it works with, whom it knows there, and what becomes of that when somebody leaves.

Only those designated in the post see them or change them; coordination and administration do not.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from portulan.desk.core import events
from portulan.desk.core.outbox import post_mail
from portulan.desk.core.passing_on import Leaving
from portulan.desk.network.models import Designation, Partner, Tag
from portulan.desk.network.staff import posts_of
from portulan.desk.people.actors import Actor
from portulan.desk.people.models import Person

KIND = "handover"


class NotOfThePostError(Exception):
    """The actor is not of the post, and so must not learn whom it knows."""


@dataclass(frozen=True, slots=True)
class Contact:
    """What is written down of a partner."""

    body: str
    kind: str
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    note: str = ""
    tag: str = Tag.INSTITUTIONAL


def partners_for(actor: Actor, on: date, post: str = "") -> list[Partner]:
    """Return the partners of the actor's posts, or of one of them; of other posts none."""
    posts = posts_of(actor.person, on)
    wanted = posts & {post} if post else posts
    found = Partner.objects.filter(post__in=wanted).select_related("post", "kept_by").order_by("post", "body", "pk")
    return [one for one in found if may_see(one, actor)]


def may_see(partner: Partner, actor: Actor) -> bool:
    """Return whether somebody of the post may see a contact: what is not to be passed on is its keeper's alone."""
    return partner.tag == Tag.INSTITUTIONAL or partner.kept_by_id == actor.person


def _of_the_post(actor: Actor, post: str, on: date) -> None:
    if post not in posts_of(actor.person, on):
        raise NotOfThePostError


def _own(actor: Actor, partner: Partner, on: date) -> None:
    _of_the_post(actor, partner.post_id, on)
    if not may_see(partner, actor):
        raise NotOfThePostError


@transaction.atomic
def add_partner(actor: Actor, post: str, contact: Contact, on: date) -> Partner:
    """Write down a partner of a post, kept by whoever writes it; met on that day."""
    _of_the_post(actor, post, on)
    partner = Partner.objects.create(post_id=post, kept_by_id=actor.person, last_contact=on, **asdict(contact))
    events.record("partner added", partner, actor.label, post=post, tag=str(partner.tag))
    return partner


@transaction.atomic
def met_partner(actor: Actor, partner: Partner, on: date) -> None:
    """Write down that the post was in touch with a partner on a day."""
    _own(actor, partner, on)
    partner.last_contact = max(on, partner.last_contact or on)
    partner.save(update_fields=["last_contact"])
    events.record("partner met", partner, actor.label, on=on.isoformat())


@transaction.atomic
def tag_partner(actor: Actor, partner: Partner, tag: str, on: date) -> None:
    """Say what becomes of a contact when its keeper leaves. Whoever takes it for their own becomes its keeper."""
    _own(actor, partner, on)
    partner.tag = Tag(tag)
    if partner.tag != Tag.INSTITUTIONAL:
        if partner.kept_by_id not in (None, actor.person):
            raise NotOfThePostError
        partner.kept_by_id = actor.person
    partner.save(update_fields=["tag", "kept_by"])
    events.record("partner tagged", partner, actor.label, tag=str(partner.tag))


@transaction.atomic
def remove_partner(actor: Actor, partner: Partner, on: date) -> None:
    """Erase a partner with its contact: the post no longer works with them, or they asked for it."""
    _own(actor, partner, on)
    events.record("partner removed", partner, actor.label, post=partner.post_id)
    partner.delete()


def kept_by(leaving: Leaving) -> QuerySet[Partner]:
    """Return the partners that somebody keeps in the post they leave."""
    return Partner.objects.filter(post=leaving.post, kept_by=leaving.person).exclude(kept_by=None)


@transaction.atomic
def pass_on_partners(leaving: Leaving, to: int | None, on: date) -> int:
    """See to the contacts of whoever leaves: the post's stay, personal ones go with them by letter, the others are
    erased. Return how many stay.

    Nothing happens where the person stays in the post under another designation.
    """
    if leaving.person is None or leaving.post in posts_of(leaving.person, on):
        return 0
    _take_along(leaving.person, list(kept_by(leaving).filter(tag=Tag.PERSONAL)))
    for gone in kept_by(leaving).exclude(tag=Tag.INSTITUTIONAL):
        events.record("partner removed", gone, post=leaving.post)
        gone.delete()
    arriver = Designation.objects.filter(pk=to).values_list("person_id", flat=True).first() if to is not None else None
    stays = kept_by(leaving).filter(tag=Tag.INSTITUTIONAL)
    for partner in stays:
        events.record("partner handed over", partner, post=leaving.post)
    return stays.update(kept_by=arriver)


def _take_along(person: UUID, contacts: list[Partner]) -> None:
    """Send somebody who leaves their own contacts: here they are erased."""
    leaver = Person.objects.filter(pk=person).first()
    if leaver is None or not leaver.email or not contacts:
        return
    known = [code for code, _name in settings.LANGUAGES]
    language = next((one for one in leaver.languages if one in known), known[0])
    with override(language):
        subject = _("Your personal contacts")
        text = _(
            "Your designation has ended. These contacts, which you marked as personal, are yours and are no longer "
            "kept here:\n\n%(contacts)s\n"
        ) % {"contacts": "\n\n".join(as_text(one) for one in contacts)}
    post_mail(to=leaver.email, subject=subject, text=text, kind=KIND, language=language)


def as_text(partner: Partner) -> str:
    """Return all that is written down of a partner, line by line."""
    lines = (partner.body, partner.contact_name, partner.contact_email, partner.contact_phone, partner.note)
    return "\n".join(line for line in lines if line)


@transaction.atomic
def forget_orphans() -> int:
    """Erase personal contacts whose keeper was erased: nobody may see them, and nobody would ever erase them."""
    found = list(Partner.objects.filter(kept_by=None).exclude(tag=Tag.INSTITUTIONAL))
    for gone in found:
        events.record("partner removed", gone, post=gone.post_id)
        gone.delete()
    return len(found)


@transaction.atomic
def forget_contacts(before: date, *, dry_run: bool = False) -> int:
    """Erase the contact of partners last met before a day, or kept by nobody and never met; return how many."""
    never = Q(last_contact=None, kept_by=None)
    old = Partner.objects.filter(Q(last_contact__lt=before) | never).exclude(contact_name="", contact_email="", note="")
    if dry_run:
        return old.count()
    return old.update(contact_name="", contact_email="", contact_phone="", note="", kept_by=None)
