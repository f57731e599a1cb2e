"""The queue of jobs: done by the worker, in the order of the queue, and taken up again where a worker ended."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from portulan.desk.core import jobs, presence
from portulan.desk.core.models import Worker

pytestmark = pytest.mark.django_db(transaction=True)
done: list[int] = []


@task(backend="jobs")
def note(number: int) -> None:
    if number < 0:
        raise ValueError("no")
    done.append(number)


@task()
def at_once(number: int) -> None:
    done.append(number)


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    done.clear()


def test_a_job_waits_for_the_worker_and_others_do_not() -> None:
    assert settings.TASKS["default"]["BACKEND"].endswith("ImmediateBackend")
    at_once.enqueue(1)
    assert done == [1] and not DBTaskResult.objects.exists()
    note.enqueue(2)
    assert done == [1]
    with presence.present() as me:
        assert jobs.do_one(me) and not jobs.do_one(me)
    assert done == [1, 2]


def test_a_job_that_fails_says_so_in_its_row_and_the_next_is_done() -> None:
    failing = note.enqueue(-1)
    note.enqueue(3)
    with presence.present() as me:
        while jobs.do_one(me):
            pass
    assert done == [3]
    row = DBTaskResult.objects.get(pk=failing.id)
    assert row.status == TaskResultStatus.FAILED and "ValueError: no" in row.traceback


def test_the_job_of_a_worker_that_ended_is_put_back_but_not_for_ever() -> None:
    now, queued = timezone.now(), note.enqueue(4)
    with presence.present() as me:
        mine = DBTaskResult.objects.filter(pk=queued.id)
        mine.update(status=TaskResultStatus.RUNNING, worker_ids=[str(me.pk)], started_at=now)
        assert jobs.recover(now) == 0
        mine.update(worker_ids=["nobody"])
        assert jobs.recover(now) == 1
        assert jobs.do_one(me) and done == [4]
        mine.update(status=TaskResultStatus.RUNNING, worker_ids=["a", "b", "c"])
        assert jobs.recover(now) == 1 and mine.get().status == TaskResultStatus.FAILED
        assert not jobs.do_one(me)


def test_ended_jobs_are_forgotten_and_others_are_not() -> None:
    now = timezone.now()
    old, young, waiting = (note.enqueue(number).id for number in range(3))
    DBTaskResult.objects.filter(pk=old).update(finished_at=now - timedelta(days=31))
    DBTaskResult.objects.filter(pk=young).update(finished_at=now - timedelta(days=29))
    assert jobs.forget(now - jobs.KEPT, dry_run=True) == 1 and DBTaskResult.objects.count() == 3
    assert jobs.forget(now - jobs.KEPT) == 1
    assert {str(row.pk) for row in DBTaskResult.objects.all()} == {young, waiting}


def test_workers_gone_for_long_are_forgotten() -> None:
    long_ago = timezone.now() - presence.REMEMBERED - timedelta(hours=1)
    Worker.objects.create(kernel="elsewhere", started_at=long_ago, seen_at=long_ago)
    with presence.present() as me:
        assert presence.forget(timezone.now()) == 1
        assert list(Worker.objects.all()) == [me]
        presence.beat(me)
        assert (Path(settings.HOME) / "workers" / f"{me.pk}.lock").is_file()
        assert not presence.gone(timezone.now())
    assert [one.pk for one in presence.gone(timezone.now())] == [me.pk]
    assert not (Path(settings.HOME) / "workers" / f"{me.pk}.lock").exists()
