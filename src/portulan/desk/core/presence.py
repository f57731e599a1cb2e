"""Which workers are there, and which are certainly gone.

A worker holds a lock of the system on a file for as long as its process lives, however it ends: on the machine where
it ran, taking that lock proves that it is gone. Elsewhere nobody can know: one not seen for long is taken for gone.
"""

from __future__ import annotations

import fcntl
import os
import platform
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from portulan.desk.core.models import OutgoingMail, Worker

BEAT = 5.0
"""Seconds between two signs of life."""
UNSEEN = timedelta(minutes=20)
"""After which a worker of another machine is taken for gone: longer than any hand-over may last (smtp.py)."""
REMEMBERED = timedelta(days=7)
_BOOT = Path("/proc/sys/kernel/random/boot_id")


def kernel() -> str:
    """Name this machine since its last start; a container has that of its host."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return f"{platform.node()}:{uuid.getnode():x}"[:80]


def _folder() -> Path:
    return Path(settings.HOME) / "workers"


@contextmanager
def present(now: datetime | None = None) -> Iterator[Worker]:
    """Be a worker: the lock first, then the row, so that no row is ever without its lock."""
    name, at = uuid.uuid4(), now or timezone.now()
    path = _folder() / f"{name}.lock"
    lock = _taken(path, make=True)
    try:
        me = Worker.objects.create(id=name, kernel=kernel() if lock is not None else "", started_at=at, seen_at=at)
        yield me
        Worker.objects.filter(pk=name).update(stopped_at=timezone.now())
        path.unlink(missing_ok=True)
    finally:
        if lock is not None:
            os.close(lock)


def beat(me: Worker) -> None:
    """Give a sign of life."""
    Worker.objects.filter(pk=me.pk).update(seen_at=timezone.now())


def gone(now: datetime) -> list[Worker]:
    """Return the workers that are gone: those whose lock is free, and those of other machines not seen for long."""
    here = kernel()
    return [one for one in Worker.objects.all() if _is_gone(one, here, now)]


def _is_gone(worker: Worker, here: str, now: datetime) -> bool:
    if worker.stopped_at is not None:
        return True
    path = _folder() / f"{worker.pk}.lock"
    if worker.kernel == here and path.exists():
        lock = _taken(path, make=False)
        if lock is not None:
            os.close(lock)
        return lock is not None
    return worker.seen_at < now - UNSEEN


def forget(now: datetime) -> int:
    """Forget workers that are gone for long and hold nothing; return how many."""
    held = set(OutgoingMail.objects.filter(holder__isnull=False).values_list("holder", flat=True))
    old = [one for one in gone(now) if one.seen_at < now - REMEMBERED and one.pk not in held]
    for worker in old:
        (_folder() / f"{worker.pk}.lock").unlink(missing_ok=True)
        worker.delete()
    return len(old)


def _taken(path: Path, *, make: bool) -> int | None:
    """Return the descriptor of a file whose lock we now have; None where another has it, or no file can be made."""
    try:
        if make:
            path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | (os.O_CREAT if make else 0), 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock
