"""Files that people sent."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Check(models.TextChoices):
    """What checking a file gave."""

    UNCHECKED = "unchecked", _("not checked for viruses")
    CLEAN = "clean", _("checked")
    REFUSED = "refused", _("refused")


class Refusal(models.TextChoices):
    """Why a file was refused."""

    NONE = "", _("no reason needed")
    EMPTY = "empty", _("The file is empty.")
    TOO_LARGE = "too_large", _("The file is too large.")
    TYPE = "type", _("Files of this type are not accepted.")
    MACROS = "macros", _("The document holds macros: save it without them.")
    VIRUS = "virus", _("The file holds a virus.")


class StoredFile(models.Model):
    """One file: its name, what it is, what checking it gave. Its bytes are a private file; a refused one has none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=Check.choices, default=Check.UNCHECKED)
    refusal = models.CharField(max_length=10, choices=Refusal.choices, blank=True, default=Refusal.NONE)
    detail = models.CharField(max_length=200, blank=True)
    kept_as = models.CharField(max_length=32, blank=True, db_index=True)
    kept_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return f"file {self.pk} ({self.state})"
