"""What may be read of introductions, joined questions and later checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    DateTimeField,
    Exists,
    F,
    Field,
    IntegerField,
    OuterRef,
    QuerySet,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast, Lower

from portulan.desk.core.files.models import StoredFile
from portulan.desk.enquiries import twins
from portulan.desk.enquiries.keys import opens, side_of, was_key
from portulan.desk.enquiries.models import Attachment, Channel, Closing, Enquiry, Need
from portulan.desk.enquiries.models_after import Agreement, Check, Introduction, Joined, Side
from portulan.desk.enquiries.rights import Reach, visible
from portulan.desk.enquiries.standing import standing
from portulan.desk.enquiries.twins import Asked
from portulan.desk.network.models import Post

_INTRODUCTION, _JOINED, _CHECK, _FILE = 0, 1, 2, 3


def introduction(number: UUID, key: str) -> tuple[Introduction, Side] | None:
    """Return the introduction that a secret opens, and the side it is for."""
    found = (
        Introduction.objects.select_related("need__enquiry", "post")
        .prefetch_related("agreements")
        .filter(pk=number)
        .first()
    )
    side = side_of(key, found) if found is not None else None
    return (found, side) if found is not None and side is not None else None


def introduction_of(number: str) -> Introduction | None:
    """Return an introduction by its number, as the address of a letter has it."""
    try:
        ident = UUID(number)
    except ValueError:
        return None
    return Introduction.objects.select_related("need").filter(pk=ident).first()


def bring_along(need: Need) -> None:
    """Read the introductions of a need, the questions joined with it, its later checks and its files, in one query.

    They are then where `prefetch_related` would have put them, which takes five: a page of the desk has twelve.
    """
    met: dict[UUID, Introduction] = {}
    said: dict[UUID, list[Agreement]] = {}
    joined: list[Joined] = []
    checks: list[Check] = []
    files: list[Attachment] = []
    for kind, number, ident, months, one, two, three, four, texts, answer in _rows(need):
        if kind == _INTRODUCTION:
            met.setdefault(ident, _introduction(need, ident, (one, two, three, four), texts))
            if number is not None:
                side, agreed, at, word, withdrawn = answer
                said.setdefault(ident, []).append(
                    Agreement(pk=number, side=side, agreed=agreed, at=at, word=word, withdrawn_at=withdrawn)
                )
        elif kind == _JOINED:
            other = Enquiry(reference=texts[0], asker_name=texts[1], text=texts[2], received_at=two)
            joined.append(Joined(pk=number, kept=need, gone=Need(enquiry=other), at=one))
        elif kind == _FILE:
            name, type_, state, refusal, size = texts
            file = StoredFile(id=ident, name=name, kind=type_, state=state, refusal=refusal, size=int(size))
            files.append(Attachment(pk=number, enquiry=need.enquiry, message_id=months, file=file))
        else:
            came, signed, words, amount, _none = texts
            checks.append(
                Check(
                    pk=number, need=need, months=months, sent_at=one, answered_at=two, came=came, signed=signed,
                    amount=amount, words=words,
                )
            )  # fmt: skip
    for ident, row in met.items():
        _put(row, agreements=sorted(said.get(ident, []), key=lambda one: (one.at, one.pk)))
    _put(
        need,
        introductions=sorted(met.values(), key=lambda one: (one.proposed_at, one.pk)),
        joined_here=sorted(joined, key=lambda one: one.pk),
        checks=sorted(checks, key=lambda one: one.months),
    )
    _put(need.enquiry, attachments=sorted(files, key=lambda one: one.pk))


def _put(row: Any, **lists: list[Any]) -> None:
    row._prefetched_objects_cache = {**getattr(row, "_prefetched_objects_cache", {}), **lists}


def _introduction(need: Need, ident: UUID, at: tuple[Any, ...], texts: tuple[str, ...]) -> Introduction:
    body, by_name, ending, name_en, name_fr = texts
    proposed, lapses, ended, erased = at
    return Introduction(
        id=ident, need=need, body=body, by_name=by_name, ending=ending, proposed_at=proposed, lapses_at=lapses,
        ended_at=ended, erased_at=erased, post=Post(name_en=name_en, name_fr=name_fr) if name_en else None,
    )  # fmt: skip


def _no(kind: Field[Any, Any]) -> Cast:
    return Cast(Value(None), kind)


def _rows(need: Need) -> Iterator[tuple[Any, ...]]:
    moment, text, flag = _no(DateTimeField()), Cast(Value(""), TextField()), _no(BooleanField())
    number, nobody = _no(IntegerField()), _no(UUIDField())

    def longer(name: str) -> Cast:
        return Cast(F(name), TextField())

    introductions = Introduction.objects.filter(need=need).order_by().values_list(
        Value(_INTRODUCTION), Cast("agreements__pk", IntegerField()), "pk", number, "proposed_at", "lapses_at",
        "ended_at", "erased_at", longer("body"), longer("by_name"), longer("ending"), longer("post__name_en"),
        longer("post__name_fr"), longer("agreements__side"), "agreements__agreed", "agreements__at",
        "agreements__word", "agreements__withdrawn_at",
    )  # fmt: skip
    joined = Joined.objects.filter(kept=need).order_by().values_list(
        Value(_JOINED), Cast("pk", IntegerField()), nobody, number, "at", "gone__enquiry__received_at", moment, moment,
        longer("gone__enquiry__reference"), longer("gone__enquiry__asker_name"), "gone__enquiry__text", text, text,
        text, flag, moment, text, moment,
    )  # fmt: skip
    checks = Check.objects.filter(need=need).order_by().values_list(
        Value(_CHECK), Cast("pk", IntegerField()), nobody, Cast("months", IntegerField()), "sent_at", "answered_at",
        moment, moment, longer("came"), longer("signed"), "words", longer("amount"), text, text, flag, moment, text,
        moment,
    )  # fmt: skip
    files = Attachment.objects.filter(enquiry=need.enquiry_id).order_by().values_list(
        Value(_FILE), Cast("pk", IntegerField()), "file_id", Cast("message_id", IntegerField()), moment, moment,
        moment, moment, longer("file__name"), longer("file__kind"), longer("file__state"), longer("file__refusal"),
        longer("file__size"), text, flag, moment, text, moment,
    )  # fmt: skip
    for row in introductions.union(joined, checks, files, all=True):
        yield (*row[:8], row[8:13], row[13:])


def asked_elsewhere() -> Exists:
    """Return what tells whether the address of a need asked something else about that time, for its own query."""
    others = _about(OuterRef("enquiry__asker_email"), OuterRef("enquiry__received_at"))
    return Exists(others.exclude(pk=OuterRef("enquiry")).exclude(asker_email=""))


def _about(address: Any, at: Any) -> QuerySet[Enquiry]:
    """Return what an address asked within so many days of a moment, and stands by itself."""
    joined = Need.objects.filter(enquiry=OuterRef("pk"), closing=Closing.JOINED)
    return Enquiry.objects.annotate(address=Lower("asker_email")).filter(
        ~Exists(joined),
        address=Lower(address),
        received_at__gte=at - twins.WITHIN,
        received_at__lte=at + twins.WITHIN,
        erased_at=None,
    )


def likely_twins(reach: Reach, need: Need) -> list[Need]:
    """Return the questions that are likely this one asked again, the likeliest first; those that the actor may see."""
    enquiry = need.enquiry
    if enquiry.erased_at is not None or not enquiry.asker_email:
        return []
    same = _about(Value(enquiry.asker_email), enquiry.received_at)
    found = (
        visible(reach)
        .filter(enquiry__in=same.exclude(pk=enquiry.pk).values("pk"))
        .exclude(closing=Closing.JOINED)
        .select_related("enquiry", "territory", "sector")
        .order_by("pk")
    )
    by_number = {one.pk: one for one in found}
    return [by_number[pk] for pk in twins.likely(as_asked(need), [as_asked(one) for one in by_number.values()])]


def as_asked(need: Need) -> Asked:
    """Return a need as twins are told by."""
    enquiry = need.enquiry
    return Asked(
        need.pk, str(enquiry.pk), enquiry.asker_email, need.territory_id or "", need.topic, enquiry.received_at,
        by_mail=enquiry.channel == Channel.MAIL,
    )  # fmt: skip


def elsewhere(reference: str, key: str) -> tuple[Enquiry, bool] | None:
    """Return where the page of a secret is now, and whether its reader may be led there; None where it never opened.

    Whoever typed an address into the form has not shown that it is theirs, and the other question may hold what is not
    theirs to read. Only a secret that went by letter alone leads on by itself; else the new address is sent by letter.
    """
    found = Enquiry.objects.filter(reference=reference).first()
    if found is None:
        return None
    if was_key(key, found):
        return found, False
    if not opens(key, found):
        return None
    need = Need.objects.filter(enquiry=found, closing=Closing.JOINED).select_related("enquiry").first()
    if need is None:
        return None
    stands = standing(need).enquiry
    return (stands, found.channel == Channel.MAIL) if stands.erased_at is None else None


def is_joined(enquiry: Enquiry) -> bool:
    """Return whether a question stands no longer by itself."""
    return Need.objects.filter(enquiry=enquiry, closing=Closing.JOINED).exists()


def joined_here(need: Need, number: str) -> Joined | None:
    """Return what joined another question with a need, by its number."""
    found = Joined.objects.filter(kept=need).select_related("kept", "gone")
    return found.filter(pk=int(number)).first() if number.isdigit() and len(number) < 16 else None


def need_of(reference: str, number: str) -> Need | None:
    """Return a need of an enquiry, by what the form of its asker's page holds."""
    found = Need.objects.filter(enquiry__reference=reference)
    return found.filter(pk=int(number)).first() if number.isdigit() and len(number) < 16 else None
