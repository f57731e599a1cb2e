"""Files that come with a question or with what is said about it: checked, kept, shown to those who may, erased."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from portulan.desk.core.files import services as files
from portulan.desk.core.files.models import Check, StoredFile
from portulan.desk.enquiries.models import Attachment, Enquiry, Message, Need, Voice


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it was sent: its name is not believed."""

    name: str
    data: bytes


@transaction.atomic
def keep(enquiry: Enquiry, sent: Iterable[SentFile], actor: str, message: Message | None = None) -> list[Attachment]:
    """Keep the files that came with a question, or with a message; return them, those that were refused too.

    Of a refused one the name and the reason stay, so that both sides see that something did not arrive.
    """
    return [
        Attachment.objects.create(
            enquiry=enquiry, message=message, file=files.keep_file(one.name, one.data, actor=actor)
        )
        for one in sent
    ]


def of(enquiry: Enquiry) -> dict[int | None, list[Attachment]]:
    """Return what came with an enquiry, by message (None: with the question itself), in one query at most."""
    found: dict[int | None, list[Attachment]] = {}
    if "attachments" not in getattr(enquiry, "_prefetched_objects_cache", {}):
        prefetch_related_objects([enquiry], Prefetch("attachments", Attachment.objects.select_related("file")))
    for one in enquiry.attachments.all():
        found.setdefault(one.message_id, []).append(one)
    return found


def for_asker(enquiry: Enquiry, number: UUID) -> StoredFile | None:
    """Return a file that an asker may open: any of their question, but those of notes among colleagues."""
    theirs = Attachment.objects.filter(enquiry=enquiry, file=number).exclude(message__voice=Voice.NOTE)
    return _file(theirs)


def for_desk(need: Need, number: UUID) -> StoredFile | None:
    """Return a file that whoever may see a need may open: not those said about another need of the same person."""
    here = Q(message__isnull=True) | Q(message__need=need)
    return _file(Attachment.objects.filter(here, enquiry=need.enquiry_id, file=number))


def _file(found: QuerySet[Attachment]) -> StoredFile | None:
    one = found.select_related("file").first()
    return one.file if one else None


def refused(kept: Sequence[Attachment]) -> list[StoredFile]:
    """Return the files among these that were not accepted."""
    return [one.file for one in kept if one.file.state == Check.REFUSED]


def move(gone: Enquiry, kept: Enquiry, only: Iterable[str] | None = None) -> list[str]:
    """Have the files of one enquiry, or some of them, belong to another; return which moved."""
    found = Attachment.objects.filter(enquiry=gone)
    if only is not None:
        found = found.filter(pk__in=list(only))
    keys = [str(pk) for pk in found.values_list("pk", flat=True)]
    Attachment.objects.filter(pk__in=keys).update(enquiry=kept)
    return keys


@transaction.atomic
def erase_files(enquiry: Enquiry, actor: str) -> None:
    """Erase every file that came with an enquiry, rows and bytes."""
    for one in Attachment.objects.filter(enquiry=enquiry).select_related("file"):
        files.remove_file(one.file, actor)
