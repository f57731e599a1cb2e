"""The commands of incoming mail: `portulan mail receive | fetch | failed | retry`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from typing import Any, BinaryIO

SETTINGS = "portulan.desk.config.settings"
TRY_AGAIN = 75
"""What tells a mail server to keep the mail and hand it over again later (EX_TEMPFAIL)."""
NO_MAIL = 65
"""What tells it that nothing was handed over (EX_DATAERR)."""
_PIECE = 1_048_576
log = logging.getLogger(__name__)


def add_parsers(subparsers: Any) -> None:
    """Add the commands of incoming mail to `portulan`."""
    mail = subparsers.add_parser("mail", help="the mail that comes in")
    does = mail.add_subparsers(title="commands", required=True)
    does.add_parser("receive", help="keep the mail on standard input").set_defaults(run=_receive)
    does.add_parser("fetch", help="fetch new mail from the mailbox").set_defaults(run=_fetch)
    does.add_parser("failed", help="list the mail that somebody must look at").set_defaults(run=_failed)
    retry = does.add_parser("retry", help="handle again what failed")
    retry.add_argument("number", type=int, nargs="?", default=None, help="only this mail (default: all that failed)")
    retry.set_defaults(run=_retry)


def _receive(arguments: argparse.Namespace) -> int:
    """Keep one mail. Whatever happens before it is committed, the mail server is told to try again."""
    try:
        _set_up()
        from portulan.desk.core.incoming import services
        from portulan.desk.core.incoming.models import Source

        head, size = _read(sys.stdin.buffer)
        if not size:
            print(
                "portulan mail receive: no mail on standard input; use it as: portulan mail receive < mail",
                file=sys.stderr,
            )
            return NO_MAIL
        if size > len(head):
            row, _ = services.keep_beginning(head, size, Source.PIPE)
        else:
            row, _ = services.keep_mail(head, Source.PIPE)
    except Exception as error:  # noqa: BLE001 - whatever it is, the mail server keeps the mail
        said = " ".join(str(error).split()) or type(error).__name__
        print(f"portulan mail receive: the mail was not kept, hand it over again later: {said}", file=sys.stderr)
        return TRY_AGAIN
    try:
        services.handle_mail(row)
    except Exception:
        # It is kept: the mail server may forget it. Whoever handles what waits meets it again.
        log.exception("mail %s is kept and waits", row.pk)
    return 0


def _read(stream: BinaryIO) -> tuple[bytes, int]:
    """Return a mail and its size; of one over the limit only the beginning, but the true size."""
    from django.conf import settings

    most = settings.MOST_MAIL_BYTES
    raw = stream.read(most + 1)
    if len(raw) <= most:
        return raw, len(raw)
    size, raw = len(raw), raw[:most]
    while piece := stream.read(_PIECE):
        size += len(piece)
    return raw, size


def _fetch(arguments: argparse.Namespace) -> int:
    _set_up()
    from django.conf import settings

    from portulan.desk.core.incoming import imap

    if not settings.PORTULAN_IMAP:
        print(
            "portulan mail fetch: no mailbox is named: set PORTULAN_IMAP, for example to imaps://user@host/INBOX",
            file=sys.stderr,
        )
        return 2
    done = imap.fetch_all()
    print(f"{done.new} new, {done.known} known already, {done.refused} too large; {len(done.handled)} handled")
    for trouble in done.troubles:
        print(f"portulan mail fetch: {trouble}", file=sys.stderr)
    return 1 if done.troubles else 0


def _failed(arguments: argparse.Namespace) -> int:
    _set_up()
    from portulan.desk.core.incoming import selectors

    rows = list(selectors.to_look_at())
    for row in rows:
        seen = selectors.glance_of(row)
        why = f"{row.get_reason_display()}: {row.detail}" if row.detail else row.get_reason_display()
        print(f"{row.pk}\t{row.received_at:%Y-%m-%d %H:%M}\t{seen.from_address or '?'}\t{seen.subject or '?'}\t{why}")
    print(f"{len(rows)} to look at" if rows else "nothing to look at")
    return 0


def _retry(arguments: argparse.Namespace) -> int:
    _set_up()
    from portulan.desk.core import events
    from portulan.desk.core.incoming import services
    from portulan.desk.core.incoming.models import ReceivedMail, State

    if arguments.number is None:
        rows = services.retry_failed()
    else:
        try:
            rows = [services.retry(ReceivedMail(pk=arguments.number), events.SYSTEM)]
        except services.IncomingError as error:
            print(f"portulan mail retry: {error}", file=sys.stderr)
            return 2
    for row in rows:
        print(f"{row.pk}\t{row.subject or row.get_reason_display()}")
    handled = sum(row.state == State.HANDLED for row in rows)
    print(f"{handled} of {len(rows)} handled")
    return 0 if handled == len(rows) else 1


def _set_up() -> None:
    """Read the settings and the rooms. The database is left as it is: a mail server may run many of these at once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()
