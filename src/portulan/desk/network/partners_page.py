"""The partners of a post, ready to print, and what is typed about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from portulan.desk.core.forms import by_field
from portulan.desk.core.typed import Typed
from portulan.desk.network import wording
from portulan.desk.network.models import Partner, PartnerKind, Post, Tag
from portulan.desk.network.partners import Contact
from portulan.desk.people.actors import Actor

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """One partner."""

    number: int
    body: str
    kind: str
    contact: str
    email: str
    last: str
    note: str
    tag: str
    tag_said: str
    mine: bool
    post: str


@dataclass(frozen=True, slots=True)
class PartnersPage:
    """The partners of the reader's posts."""

    rows: tuple[PartnerRow, ...]
    posts: Choices
    kinds: Choices
    tags: Choices
    personal: bool
    done: str
    wrong: tuple[tuple[str, str], ...] = ()
    errors: Mapping[str, str] = field(default_factory=lambda: by_field(()))
    typed: Mapping[str, str] = field(default_factory=dict)


def partners_page(
    found: Sequence[Partner],
    posts: Sequence[Post],
    actor: Actor,
    language: str,
    *,
    done: str = "",
    wrong: tuple[tuple[str, str], ...] = (),
    typed: Mapping[str, str] | None = None,
) -> PartnersPage:
    """Return the page."""
    return PartnersPage(
        rows=tuple(_row(one, actor, language) for one in found),
        posts=tuple((post.code, post.name_fr if language == "fr" else post.name_en) for post in posts),
        kinds=tuple((one.value, str(one.label)) for one in PartnerKind),
        tags=tuple((one.value, str(one.label)) for one in Tag),
        personal=any(one.tag == Tag.PERSONAL for one in found),
        done=_done(done),
        wrong=wrong,
        errors=by_field(wrong),
        typed=typed or {},
    )


def _row(one: Partner, actor: Actor, language: str) -> PartnerRow:
    return PartnerRow(
        number=one.pk,
        body=one.body,
        kind=str(PartnerKind(one.kind).label),
        contact=", ".join(filter(None, [one.contact_name, one.contact_phone])),
        email=one.contact_email,
        last=wording.day(one.last_contact, language) if one.last_contact else _("not written down"),
        note=one.note,
        tag=one.tag,
        tag_said=str(Tag(one.tag).label),
        mine=one.kept_by_id is None or one.kept_by_id == actor.person,
        post=one.post.name_fr if language == "fr" else one.post.name_en,
    )


def _done(code: str) -> str:
    return {
        "added": _("The partner was added."),
        "met": _("Written down: you were in touch today."),
        "tagged": _("What becomes of this contact is written down."),
        "removed": _("The partner is erased."),
    }.get(code, "")


def read_contact(typed: Typed, posts: Sequence[Post]) -> tuple[str, Contact]:
    """Return the post and what was typed of a partner; raise `WrongError` for what is wrong."""
    post = typed.one_of("post", {one.code for one in posts}, _("Choose one of your posts."))
    return post, Contact(
        body=typed.line("body", most=200),
        kind=typed.one_of("kind", PartnerKind.values, _("Choose what kind of partner it is.")),
        contact_name=typed.line("contact_name", needed=False, most=160),
        contact_email=typed.email("contact_email", needed=False),
        contact_phone=typed.line("contact_phone", needed=False, most=40),
        note=typed.line("note", needed=False),
        tag=read_tag(typed),
    )


def read_tag(typed: Typed) -> str:
    """Return what is to become of a contact."""
    return typed.one_of("tag", Tag.values, _("Choose what becomes of this contact."))
