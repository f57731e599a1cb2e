"""How long this room keeps what it knows of persons."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from portulan.desk.core import jobs, outbox
from portulan.desk.core.incoming.forgetting import forget_received
from portulan.desk.core.retention import Fate, Rule

MAIL_KEPT = timedelta(days=90)
LOOKED_AT = timedelta(days=365)
"""What nobody could make anything of waits this long for somebody."""


def _mail(now: datetime, dry_run: bool) -> int:
    return outbox.forget_old_mail(now - MAIL_KEPT, dry_run=dry_run)


def _received(now: datetime, dry_run: bool) -> int:
    return forget_received(now - MAIL_KEPT, now - LOOKED_AT, dry_run=dry_run)


def _jobs(now: datetime, dry_run: bool) -> int:
    return jobs.forget(now - jobs.KEPT, dry_run=dry_run)


RULES = (
    Rule(
        model="core.event",
        personal=("actor",),
        free=("at", "verb", "about", "subject", "said"),
        basis=_("Task in the public interest: what was done must be accounted for."),
        keep=_("As long as the installation: it holds no name, and what its numbers point at is erased."),
        fate=Fate.STAYS,
        exception=_("An act stays in the log; the person it points at is erased."),
    ),
    Rule(
        model="core.outgoingmail",
        personal=("recipient", "message", "reason"),
        free=(
            "message_id", "kind", "language", "about", "once", "secret", "state", "tries", "posted_at",
            "first_tried_at", "next_try_at", "settled_at", "forgotten_at", "holder",
        ),
        basis=_("Task in the public interest: a promised answer must arrive, and it must be known that it did."),
        keep=_("90 days after it was sent, refused, given up or kept; secret text is erased once it left."),
        fate=Fate.ANONYMISE,
        exception=_("What is still to be sent is sent first."),
        run=_mail,
    ),
    Rule(
        model="django_tasks_database.dbtaskresult",
        personal=("args_kwargs", "return_value", "traceback"),
        free=(
            "status", "enqueued_at", "started_at", "finished_at", "priority", "task_path", "worker_ids", "queue_name",
            "backend_name", "run_after", "exception_class_path",
        ),
        basis=_("Task in the public interest: work that was asked for must be done."),
        keep=_("30 days after it ended."),
        fate=Fate.ERASE,
        run=_jobs,
    ),
    Rule(
        model="core.receivedmail",
        personal=("message_id", "kept_as", "digest", "likeness", "detail"),
        free=("received_at", "source", "size", "state", "reason", "attempts", "handled_at", "subject"),
        basis=_("Task in the public interest: who writes is to be answered, and no letter lost."),
        keep=_("Ninety days once it was dealt with; a year where nothing could be made of it."),
        fate=Fate.ERASE,
        run=_received,
    ),
    Rule(
        model="core.replytoken",
        personal=(),
        free=("subject", "party", "seed", "digest", "made_at", "revoked_at"),
        basis=_("Task in the public interest: an answer must find the question it answers."),
        keep=_("As long as the question may be answered."),
        fate=Fate.STAYS,
    ),
    Rule(
        model="core.storedfile",
        personal=("name", "sha256", "kept_as", "detail"),
        free=("kind", "size", "state", "refusal", "kept_at", "checked_at"),
        basis=_("Task in the public interest: what somebody sends with a question belongs to it."),
        keep=_("As long as what it came with."),
        fate=Fate.FALLS,
    ),
)  # fmt: skip
