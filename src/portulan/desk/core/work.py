"""The worker: one process that sends mail and does jobs, each in its thread, and says that it is there."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from portulan.desk.core import daily, jobs, presence, retention, sending
from portulan.desk.core.files import services as files
from portulan.desk.core.incoming import imap
from portulan.desk.core.models import Worker

log = logging.getLogger(__name__)
_STEP = 0.2
POLL = 1.0
"""Seconds between two looks at the outbox and at the queue."""
TIDY = 60.0
"""Seconds between two looks at what workers that are gone left behind."""
JOB_MAY_LAST = 60.0
"""Seconds that a job under way has, once the worker is told to stop; it is put back then."""


MAILBOX = 60.0
"""Seconds between two looks into the mailbox."""


def run(parent: int | None = None) -> int:
    """Work until told to stop (SIGTERM, SIGINT) or until the parent is gone; return the code of the process."""
    stop, told = threading.Event(), list[int]()
    for number in (signal.SIGTERM, signal.SIGINT):
        # A terminal sends Ctrl-C to every process; where there is a parent, that one tells us. A signal comes between
        # any two steps, also while the lock of an event is held: it only leaves a word.
        alone = parent is None or number == signal.SIGTERM
        signal.signal(number, (lambda heard, _frame: told.append(heard)) if alone else signal.SIG_IGN)
    with presence.present() as me:
        sender = sending.Sender(me, stop.is_set)
        mail = _thread("mail", stop, sender.send_due)
        job = _thread("jobs", stop, lambda: jobs.do_one(me))
        tidy = _thread("tidy", stop, _tidy, TIDY)
        _thread("mailbox", stop, _fetch, MAILBOX)
        _watch(me, told, parent)
        stop.set()
        mail.join()
        tidy.join(POLL)
        job.join(JOB_MAY_LAST)
        if job.is_alive():
            log.error("a job did not end in time; it will be begun again")
    return 0


def _watch(me: Worker, told: list[int], parent: int | None) -> None:
    """Give signs of life until it is time to stop."""
    beaten = time.monotonic()
    while not told and (parent is None or os.getppid() == parent):
        time.sleep(_STEP)
        if time.monotonic() - beaten < presence.BEAT:
            continue
        beaten = time.monotonic()
        try:
            presence.beat(me)
        except DatabaseError as error:
            log.error("the database does not answer the worker: %s", error)
        close_old_connections()


def _tidy() -> None:
    """Take up what workers that are gone left, and let go of what is no longer needed."""
    now = timezone.now()
    found = sending.recover(now) + jobs.recover(now)
    if found:
        log.warning("a worker ended before its work: %s mails and jobs are taken up again", found)
    presence.forget(now)
    files.check_waiting()
    if retention.is_due(now):
        daily.run(timezone.localdate(now))
        retention.apply(now)


def _fetch() -> None:
    """Take in what came to the mailbox, and handle what waits; the next look is a minute later, whatever came."""
    imap.fetch_all()


def _thread(name: str, stop: threading.Event, work: Callable[[], object], pause: float = POLL) -> threading.Thread:
    """Start a thread that works as long as there is work, looks again after a pause, and outlives every error."""

    def loop() -> None:
        while not stop.is_set():
            try:
                busy = bool(work())
            except Exception:
                log.exception("%s: the worker stumbled and goes on", name)
                busy = False
            close_old_connections()
            if not busy:
                stop.wait(pause)

    # A thread of its own cannot keep the process: what it did not end is taken up by the next worker.
    thread = threading.Thread(target=loop, name=name, daemon=True)
    thread.start()
    return thread
