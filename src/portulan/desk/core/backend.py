"""Django's own mails go the way of all others: whoever calls `send_mail` posts into the outbox."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import get_language

from portulan.desk.core.outbox import Attachment, MailError, post_mail

log = logging.getLogger(__name__)
KIND = "account"


class OutboxBackend(BaseEmailBackend):
    """Posts one mail for each address, as text. They may hold a code or a link that signs in: all are secret."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Post the mails, all of one in a transaction; return how many were posted."""
        posted = 0
        for message in email_messages:
            try:
                with transaction.atomic():
                    for address in message.recipients():
                        _post(message, address)
            except MailError:
                if not self.fail_silently:
                    raise
                log.exception("a mail could not be posted")
            else:
                posted += bool(message.recipients())
        return posted


def _post(message: EmailMessage, address: str) -> None:
    post_mail(
        to=parseaddr(address),
        subject=str(message.subject),
        text=str(message.body),
        kind=KIND,
        language=get_language() or "en",
        reply_to=parseaddr(message.reply_to[0]) if message.reply_to else "",
        attachments=[_attachment(one) for one in message.attachments],
        secret=True,
    )


def _attachment(one: Any) -> Attachment:
    """Return a file as Django holds it: (name, content, type); a part built by hand is taken as it reads."""
    if isinstance(one, tuple):
        name, content, kind = one
        data = content if isinstance(content, bytes) else str(content).encode()
        return Attachment(str(name or "file"), str(kind or "application/octet-stream"), data)
    data = one.get_payload(decode=True)
    return Attachment(one.get_filename() or "file", one.get_content_type(), data if isinstance(data, bytes) else b"")
