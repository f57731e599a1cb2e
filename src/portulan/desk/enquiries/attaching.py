"""Files that come with a question or with what is said about it: checked, kept, shown to those who may, erased."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from portulan.desk.core.files import services as files
from portulan.desk.core.files.models import Check, StoredFile
from portulan.desk.enquiries.models import Attachment, Enquiry, Message


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


def refused(kept: Sequence[Attachment]) -> list[StoredFile]:
    """Return the files among these that were not accepted."""
    return [one.file for one in kept if one.file.state == Check.REFUSED]


@transaction.atomic
def erase_files(enquiry: Enquiry, actor: str) -> None:
    """Erase every file that came with an enquiry, rows and bytes."""
    for one in Attachment.objects.filter(enquiry=enquiry).select_related("file"):
        files.remove_file(one.file, actor)
