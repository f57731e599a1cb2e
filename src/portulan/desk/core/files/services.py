"""What is done with files that people send: kept, checked, opened, taken away."""

from __future__ import annotations

import hashlib
import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.desk.core import events, private
from portulan.desk.core.files import scanning, types
from portulan.desk.core.files.models import Check, Refusal, StoredFile
from portulan.desk.core.incoming.parts import safe_name

KIND = "files"
"""The private folder."""
log = logging.getLogger(__name__)


class FileNotOpenedError(Exception):
    """A file may not be opened; the text says why, in the language of the reader."""


@transaction.atomic
def keep_file(name: str, data: bytes, *, actor: str = events.SYSTEM) -> StoredFile:
    """Keep a file and return its row: refused, without its bytes, where its size or what it holds is not accepted.

    Viruses are looked for once the transaction has ended, for that may take a while; until then it is unchecked.
    Whoever takes the row away calls `remove_file`.
    """
    name = safe_name(name, "file")
    found = types.type_of(data, name)
    refusal = _refusal(data, found)
    stored = StoredFile.objects.create(
        name=name if refusal else types.named(name, found.kind),
        kind=found.kind,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        state=Check.REFUSED if refusal else Check.UNCHECKED,
        refusal=refusal,
        kept_as="" if refusal else private.new_name(),
    )
    if not refusal:
        private.write(KIND, stored.kept_as, data)
    events.record("file refused" if refusal else "file kept", stored, actor, kind=found.kind, refusal=str(refusal))
    if not refusal and scanning.scanner().looks:
        transaction.on_commit(lambda: _checked_now(stored))
    return stored


def why_refused(name: str, data: bytes) -> Refusal:
    """Return why a file would be refused, before anything is kept; empty where it would not, viruses aside."""
    return _refusal(data, types.type_of(data, safe_name(name, "file")))


def _refusal(data: bytes, found: types.Found) -> Refusal:
    if not data:
        return Refusal.EMPTY
    if len(data) > settings.MOST_FILE_BYTES:
        return Refusal.TOO_LARGE
    if found.macros:
        return Refusal.MACROS
    return Refusal.NONE if found.accepted else Refusal.TYPE


def _checked_now(stored: StoredFile) -> None:
    """Check a file just kept; what fails here is done again by `check_waiting`."""
    try:
        check_file(stored)
    except (scanning.ScannerError, OSError) as error:
        log.warning("file %s is not checked yet: %s", stored.pk, error)


def check_file(stored: StoredFile, *, actor: str = events.SYSTEM) -> StoredFile:
    """Have a file looked at for viruses; one that holds any is refused, and its bytes are gone.

    Raises `ScannerError` where nobody can look: it stays unchecked.
    """
    virus = scanning.scanner().scan(private.read(KIND, stored.kept_as))
    with transaction.atomic():
        row = StoredFile.objects.select_for_update().filter(pk=stored.pk, state=Check.UNCHECKED).first()
        if row is not None:
            name = row.kept_as
            row.state = Check.REFUSED if virus else Check.CLEAN
            row.checked_at = timezone.now()
            if virus:
                row.refusal, row.detail, row.kept_as = Refusal.VIRUS, virus[:200], ""
                transaction.on_commit(lambda: private.remove(KIND, name))
            row.save(update_fields=["state", "checked_at", "refusal", "detail", "kept_as"])
            events.record("file refused" if virus else "file checked", row, actor, refusal=str(row.refusal))
    stored.refresh_from_db()
    return stored


def check_waiting() -> int:
    """Check every file that nobody has looked at yet; return how many were. For a job, where a scanner is named."""
    if not scanning.scanner().looks:
        return 0
    done = 0
    for stored in StoredFile.objects.filter(state=Check.UNCHECKED).order_by("kept_at"):
        try:
            check_file(stored)
            done += 1
        except (scanning.ScannerError, OSError) as error:
            log.warning("file %s is not checked yet: %s", stored.pk, error)
    return done


def open_file(stored: StoredFile) -> bytes:
    """Return what a file holds. Whoever calls has checked that the reader may have it.

    Raises `FileNotOpenedError` for one that was refused, that waits for the scanner, or whose bytes are gone.
    """
    stored.refresh_from_db()
    if stored.state == Check.REFUSED:
        raise FileNotOpenedError(_("This file was refused: it is not kept."))
    if stored.state == Check.UNCHECKED and scanning.scanner().looks:
        raise FileNotOpenedError(_("This file is being checked for viruses: try again in a moment."))
    try:
        data = private.read(KIND, stored.kept_as)
    except OSError as error:
        raise FileNotOpenedError(_("This file can no longer be read: say so to whoever runs this site.")) from error
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise FileNotOpenedError(_("This file is no longer what was sent: say so to whoever runs this site."))
    return data


@transaction.atomic
def remove_file(stored: StoredFile, actor: str = events.SYSTEM) -> None:
    """Take a file away: its row now, its bytes when that is committed."""
    events.record("file removed", stored, actor)
    name = stored.kept_as
    stored.delete()
    transaction.on_commit(lambda: private.remove(KIND, name))


def sweep() -> int:
    """Take away private files that no row names, left by what was undone; return how many."""
    return private.sweep(
        KIND, lambda names: set(StoredFile.objects.filter(kept_as__in=list(names)).values_list("kept_as", flat=True))
    )
