"""Mail that came in, and the addresses that answers come to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """Which way a mail came."""

    IMAP = "imap", _("fetched from a mailbox")
    PIPE = "pipe", _("handed over by the mail server")
    WEB = "web", _("put in by hand")


class State(models.TextChoices):
    """What became of a mail."""

    RECEIVED = "received", _("received, to be handled")
    HANDLED = "handled", _("handled")
    FAILED = "failed", _("to be looked at")
    IGNORED = "ignored", _("set aside")
    REFUSED = "refused", _("too large")


class Reason(models.TextChoices):
    """Why a mail was not handled."""

    NONE = "", _("no reason needed")
    UNREADABLE = "unreadable", _("it cannot be read")
    NOBODY = "nobody", _("nothing here takes it")
    ERROR = "error", _("handling it met a fault")
    STUCK = "stuck", _("handling it was cut short several times")
    AUTOMATIC = "automatic", _("a machine wrote it")
    BOUNCE = "bounce", _("it reports on a delivery")
    DUPLICATE = "duplicate", _("it came already, another way")
    BY_HAND = "by_hand", _("somebody set it aside")
    TOO_LARGE = "too_large", _("it is larger than this installation accepts")


class ReceivedMail(models.Model):
    """One mail as it came; its bytes are a private file. The same bytes are one row, however often they come.

    ``likeness`` is the same for one mail that came two ways. ``subject`` is what it became, written as in `Event`.
    """

    received_at = models.DateTimeField(auto_now_add=True)
    source = models.CharField(max_length=8, choices=Source.choices)
    digest = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=255, blank=True, db_index=True)
    likeness = models.CharField(max_length=64, blank=True, db_index=True)
    size = models.PositiveBigIntegerField()
    kept_as = models.CharField(max_length=32, db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True, default=Reason.NONE)
    detail = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    handled_at = models.DateTimeField(null=True, blank=True)
    subject = models.CharField(max_length=96, blank=True, db_index=True)

    class Meta:
        app_label = "core"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "received_at"])]

    def __str__(self) -> str:
        return f"mail {self.pk} ({self.state})"


class ReplyToken(models.Model):
    """What makes an address that only one party to one thing was given; the token itself is kept nowhere.

    ``subject`` is what it answers to, written as in `Event`; ``party`` is whose answers come to it.
    """

    subject = models.CharField(max_length=96)
    party = models.CharField(max_length=64)
    seed = models.CharField(max_length=32)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "core"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["subject", "party"])]

    def __str__(self) -> str:
        return f"reply token of {self.subject}"
