"""Territories and sectors as rows, so that rooms can point at them; the log of what was done; mail that goes out."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    """Something of the reference: its code, its names, and whether the reference still has it.

    A row is never taken away, for others point at it.
    """

    code = models.CharField(primary_key=True, max_length=32)
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    current = models.BooleanField(default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_en

    def name(self, language: str) -> str:
        """Return the name in a language of the site."""
        return str(self.name_fr if language == "fr" else self.name_en)


class Territory(Named):
    """A country or a territory of the atlas; the code is ISO3."""


class Sector(Named):
    """A sector of the atlas, in the order in which the atlas lists them."""

    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]


class Event(models.Model):
    """One act: who did what to what, when. Rows are only ever added.

    ``about`` is the kind of the subject (`network.post`): the last act on a kind is found at once among millions.
    """

    at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=64)
    verb = models.CharField(max_length=64)
    about = models.CharField(max_length=64, default="")
    subject = models.CharField(max_length=96)
    said: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject", "at"]),
            models.Index(fields=["about", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.verb} {self.subject}"


class Worker(models.Model):
    """A process that sends mail and does jobs: when it was last seen, and where.

    ``kernel`` names the machine since its last start: whoever runs on the same one can know that the process is gone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kernel = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.id}, seen {self.seen_at:%Y-%m-%d %H:%M:%S}"


class MailState(models.TextChoices):
    """Where a mail is. ``sending`` is written before the mail is handed over, so that a crash leaves a trace."""

    KEPT = "kept", _("Kept here")
    QUEUED = "queued", _("To be sent")
    SENDING = "sending", _("Being sent")
    WAITING = "waiting", _("To be tried again")
    UNKNOWN = "unknown", _("Sent, or not: not known")
    SENT = "sent", _("Sent")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Given up")


class OutgoingMail(models.Model):
    """One mail to one person: built whole when it was posted, and sent as it is, however often.

    ``next_try_at`` is empty where nothing more is to be done. ``holder`` is the worker that has it in hand.
    """

    message_id = models.CharField(max_length=250, unique=True)
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=20)
    about = models.CharField(max_length=96, blank=True, db_index=True)
    recipient = models.CharField(max_length=320, blank=True)
    message: models.BinaryField[bytes, bytes] = models.BinaryField(blank=True)
    once = models.BooleanField(default=False)
    secret = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=MailState.choices)
    reason = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    posted_at = models.DateTimeField()
    first_tried_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True, db_index=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    holder = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "settled_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id} ({self.state})"


# Models that have a folder of their own; Django looks for them here.
from portulan.desk.core.files.models import StoredFile  # noqa: E402
from portulan.desk.core.incoming.models import ReceivedMail, ReplyToken  # noqa: E402

__all__ = ["Event", "Named", "ReceivedMail", "ReplyToken", "Sector", "StoredFile", "Territory"]


class SearchEntry(models.Model):
    """One thing that can be found (``core/search``): what it is and whom it is for; its words are in other tables.

    Narrow on purpose: a search reads these rows by the thousand, and the text of ten only. Numbers rise: what was put
    last has the highest.
    """

    kind = models.CharField(max_length=32)
    key = models.CharField(max_length=200)
    language = models.CharField(max_length=8)
    market = models.CharField(max_length=32, blank=True)
    sector = models.CharField(max_length=32, blank=True)
    topic = models.CharField(max_length=64, blank=True)
    expires = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "key"], name="search_entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class SearchText(models.Model):
    """Title and text of an entry, as they are shown."""

    entry = models.OneToOneField(SearchEntry, on_delete=models.CASCADE, primary_key=True)
    title = models.TextField()
    text = models.TextField()

    def __str__(self) -> str:
        return self.title


class SearchOccurrence(models.Model):
    """A word stands in an entry, and weighs so much there."""

    pk = models.CompositePrimaryKey("entry", "word")
    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, db_index=False)
    word = models.CharField(max_length=40)
    weight = models.SmallIntegerField()

    class Meta:
        # Holds all that a search reads of this table: the table itself is not touched.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["word", "entry", "weight"], name="search_occurrence_of_word")
        ]

    def __str__(self) -> str:
        return self.word


class SearchWord(models.Model):
    """A word that some entry holds, folded, and how many hold it."""

    word = models.CharField(primary_key=True, max_length=40)
    entries = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.word


class SearchWay(models.Model):
    """A way to reach a word: a root it shares with others, how it begins, what is left of it without one letter."""

    pk = models.CompositePrimaryKey("way", "word")
    way = models.CharField(max_length=41)
    # Written and taken away together with its word: the database need not check it again for every row.
    word = models.ForeignKey(
        SearchWord, on_delete=models.DO_NOTHING, db_column="word", db_index=False, db_constraint=False
    )

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["word"], name="search_way_of_word")]

    def __str__(self) -> str:
        return self.way


class SearchTurn(models.Model):
    """One row: who writes into the index holds it, so that two writers wait for each other instead of crossing."""

    name = models.CharField(primary_key=True, max_length=8)

    def __str__(self) -> str:
        return self.name


class SearchSeen(models.Model):
    """Up to which event the index has what the room of a kind wrote."""

    kind = models.CharField(primary_key=True, max_length=32)
    event = models.BigIntegerField()

    def __str__(self) -> str:
        return self.kind
