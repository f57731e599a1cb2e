"""Files in words: what each is, where it is fetched, or why it is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from portulan.desk.core.files.models import Check, Refusal, StoredFile
from portulan.desk.core.files.scanning import scanner
from portulan.desk.core.files.types import ACCEPTED
from portulan.desk.enquiries.models import Attachment


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of a message; without an address it cannot be fetched, and ``note`` says why."""

    name: str
    href: str
    note: str


FilesOf = Callable[[int | None], tuple[FileLine, ...]]
"""Gives the files of a message, by its number."""


def lines(kept: Iterable[Attachment], where: Callable[[UUID], str]) -> tuple[FileLine, ...]:
    """Return the files of a message ready to print; ``where`` gives the address of each."""
    return tuple(_line(one.file, where) for one in kept)


def _line(file: StoredFile, where: Callable[[UUID], str]) -> FileLine:
    if file.state == Check.REFUSED:
        return FileLine(file.name, "", _("Not kept. %(why)s") % {"why": Refusal(file.refusal).label})
    if file.state == Check.UNCHECKED and scanner().looks:
        return FileLine(file.name, "", _("Being checked for viruses: come back in a moment."))
    kind = ACCEPTED.get(file.kind, "").upper()
    checked = "" if file.state == Check.CLEAN else _("not checked for viruses")
    return FileLine(file.name, where(file.pk), ", ".join(part for part in (kind, size(file.size), checked) if part))


def size(count: int) -> str:
    """Return a size as it is read."""
    if count < 1_000_000:
        return _("%(count)s kB") % {"count": max(1, round(count / 1000))}
    return _("%(count)s MB") % {"count": round(count / 1_000_000)}
