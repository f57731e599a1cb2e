"""Territories and sectors as rows, so that rooms can point at them, and the log of what was done."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


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
    """One act: who did what to what, when. Rows are only ever added."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=64)
    verb = models.CharField(max_length=64)
    subject = models.CharField(max_length=96)
    said: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["subject", "at"])]

    def __str__(self) -> str:
        return f"{self.actor} {self.verb} {self.subject}"


# Models that have a folder of their own; Django looks for them here.
from portulan.desk.core.files.models import StoredFile  # noqa: E402
from portulan.desk.core.incoming.models import ReceivedMail, ReplyToken  # noqa: E402

__all__ = ["Event", "Named", "ReceivedMail", "ReplyToken", "Sector", "StoredFile", "Territory"]
