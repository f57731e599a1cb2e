"""The queue of jobs (`TASKS["jobs"]`): one after the other, and what a worker that is gone left unfinished.

A job may be done twice: its worker may end after the work and before that is written down. Jobs are written for it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult

from portulan.desk.core import presence
from portulan.desk.core.models import Worker

log = logging.getLogger(__name__)
ALIAS = "jobs"
MOST = 3
"""How often a job is begun: one that ends its worker each time must not do so for ever."""


def do_one(me: Worker) -> bool:
    """Do the next job of the queue; return whether there was one. What a job raises is written in its row."""
    # Asked before the queue is locked: it is empty nearly always.
    if not DBTaskResult.objects.ready().filter(backend_name=ALIAS).exists():
        return False
    QueueWorker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name=ALIAS,
        startup_delay=False,
        max_tasks=1,
        worker_id=str(me.pk),
    ).run()
    return True


def recover(now: datetime) -> int:
    """Put back the jobs of workers that are gone; those begun too often have failed. Return how many were found."""
    gone = {str(one.pk) for one in presence.gone(now)}
    there = {str(pk) for pk in Worker.objects.values_list("pk", flat=True)} - gone
    found = 0
    for job in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, backend_name=ALIAS):
        if job.worker_ids and job.worker_ids[-1] in there:
            continue
        held = DBTaskResult.objects.filter(pk=job.pk, status=TaskResultStatus.RUNNING, started_at=job.started_at)
        if len(job.worker_ids) < MOST:
            found += held.update(status=TaskResultStatus.READY)
        elif held.update(status=TaskResultStatus.FAILED, finished_at=now):
            found += 1
            log.error("the job %s ended its worker %s times and is not begun again", job.task_path, MOST)
    return found


def forget(before: datetime, *, dry_run: bool = False) -> int:
    """Delete jobs that ended before a moment; return how many."""
    old = DBTaskResult.objects.filter(finished_at__lt=before)
    return old.count() if dry_run else old.delete()[0]


KEPT = timedelta(days=30)
"""How long an ended job is kept, with what it was given."""
