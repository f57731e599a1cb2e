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

from portulan.desk.core import jobs, presence, retention, sending
from portulan.desk.core.models import Worker

log = logging.getLogger(__name__)
POLL = 1.0
"""Seconds between two looks at the outbox and at the queue."""
TIDY = 60.0
"""Seconds between two looks at what workers that are gone left behind."""
JOB_MAY_LAST = 60.0
"""Seconds that a job under way has, once the worker is told to stop; it is put back then."""


def run(parent: int | None = None) -> int:
    """Work until told to stop (SIGTERM, SIGINT) or until the parent is gone; return the code of the process."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        # A terminal sends Ctrl-C to every process; where there is a parent, that one tells us.
        alone = parent is None or number == signal.SIGTERM
        signal.signal(number, (lambda *_: stop.set()) if alone else signal.SIG_IGN)
    with presence.present() as me:
        _tidy()
        sender = sending.Sender(me, stop.is_set)
        mail = _thread("mail", stop, sender.send_due)
        job = _thread("jobs", stop, lambda: jobs.do_one(me))
        _watch(me, stop, parent)
        mail.join()
        job.join(JOB_MAY_LAST)
        if job.is_alive():
            log.error("a job did not end in time; it will be begun again")
    return 0


def _watch(me: Worker, stop: threading.Event, parent: int | None) -> None:
    """Give signs of life until it is time to stop."""
    tidied = time.monotonic()
    while not stop.wait(presence.BEAT):
        if parent is not None and os.getppid() != parent:
            stop.set()
        try:
            presence.beat(me)
            if time.monotonic() - tidied > TIDY:
                tidied = time.monotonic()
                _tidy()
        except DatabaseError as error:
            log.error("the database does not answer the worker: %s", error)
        close_old_connections()


def _tidy() -> None:
    now = timezone.now()
    found = sending.recover(now) + jobs.recover(now)
    if found:
        log.warning("a worker ended before its work: %s mails and jobs are taken up again", found)
    presence.forget(now)
    if retention.is_due(now):
        retention.apply(now)


def _thread(name: str, stop: threading.Event, work: Callable[[], object]) -> threading.Thread:
    """Start a thread that works as long as there is work, looks again every second, and outlives every error."""

    def loop() -> None:
        while not stop.is_set():
            try:
                busy = bool(work())
            except Exception:
                log.exception("%s: the worker stumbled and goes on", name)
                busy = False
            close_old_connections()
            if not busy:
                stop.wait(POLL)

    # A thread of its own cannot keep the process: what it did not end is taken up by the next worker.
    thread = threading.Thread(target=loop, name=name, daemon=True)
    thread.start()
    return thread
