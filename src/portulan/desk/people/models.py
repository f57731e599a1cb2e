"""Persons and their consents."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Person(models.Model):
    """A person. Kept for as long as somebody must know who answered; see the README for what is kept, why and how long.

    ``invented`` marks the people of the demonstration: every page says so beside the name.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    languages: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    invented = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Purpose(models.TextChoices):
    """What a person may agree to."""

    NAME = "public_name", _("My name stands in the public directory")
    EMAIL = "public_email", _("My e-mail address stands in the public directory")
    PHONE = "public_phone", _("My telephone number stands in the public directory")


class Consent(models.Model):
    """Who agreed to what, when and how, and when it was withdrawn. A row is never changed but for its withdrawal."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=32, choices=Purpose.choices)
    given_at = models.DateTimeField()
    how = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_consent_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} ({self.given_at:%Y-%m-%d})"
