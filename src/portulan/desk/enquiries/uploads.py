"""Files chosen in a form: read, and said which cannot be taken and why. Nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from portulan.desk.core.files.services import why_refused
from portulan.desk.core.incoming.parts import safe_name
from portulan.desk.enquiries.attaching import SentFile

FIELD = "files"
MOST_FILES = 5


def hint() -> str:
    """Say what may be sent."""
    return _(
        "PDF, pictures, text and office documents without macros; %(count)s files at most, %(most)s MB together."
    ) % {"count": MOST_FILES, "most": _megabytes()}


def read(sent: Sequence[UploadedFile[bytes]], field: str = FIELD) -> tuple[tuple[SentFile, ...], list[tuple[str, str]]]:
    """Return the files, or what is wrong with them: a browser does not keep what was chosen, so all are asked again."""
    if not sent:
        return (), []
    if len(sent) > MOST_FILES:
        return (), [(field, _("Choose %(count)s files at most.") % {"count": MOST_FILES})]
    if sum(one.size or 0 for one in sent) > settings.MOST_FILE_BYTES:
        return (), [(field, _("These files are too large: %(most)s MB together at most.") % {"most": _megabytes()})]
    files = tuple(SentFile(one.name or "file", one.read()) for one in sent)
    wrong = [
        (field, _("%(name)s: %(why)s") % {"name": safe_name(one.name, "file"), "why": refusal.label})
        for one in files
        if (refusal := why_refused(one.name, one.data))
    ]
    if wrong:
        wrong.append((field, _("Nothing was sent yet, and your text is kept: choose the files again, without these.")))
        return (), [(field, " ".join(said for _field, said in wrong))]
    return files, []


def once_more(sent: Sequence[UploadedFile[bytes]], field: str = FIELD) -> list[tuple[str, str]]:
    """Say, where a form comes back for another reason, that its files must be chosen again."""
    return [(field, _("Choose your files again: a browser does not keep them."))] if sent else []


def _megabytes() -> int:
    return int(settings.MOST_FILE_BYTES // 1_000_000)
