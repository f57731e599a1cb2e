"""Persons, their consents, their organisations, the accounts they sign in with, and their roles."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portulan.desk.core.models import Sector, Territory


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
    # Set: this row is a tombstone. It was the same person as another, to whom what hung on it went (`merging.py`).
    merged_into = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="tombstones")

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


class Accounts(BaseUserManager["Account"]):
    """Finds accounts by their address. It makes none: `services.open_account` does."""


class Account(AbstractBaseUser, PermissionsMixin):
    """What a person signs in with: an address, never a password.

    ``password`` holds the random mark that Django gives to accounts without one; every session carries a digest of it,
    so that a new mark ends them all.
    """

    email = models.EmailField(unique=True)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="account")
    language = models.CharField(max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # With `unique`, this makes addresses differ by more than their capital letters, on every database.
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="an_address_is_kept_in_small_letters")
        ]

    def __str__(self) -> str:
        return str(self.person or self.email)

    @property
    def label(self) -> str:
        """How the log names whoever acts with this account."""
        return f"person:{self.person_id}"


class OrganisationKind(models.TextChoices):
    """What an organisation is."""

    COMPANY = "company", _("Company")
    SOLE_ARTIST = "sole_artist", _("Sole artist")
    ASSOCIATION = "association", _("Association")
    OPERATOR = "operator", _("Operator")
    MINISTRY = "ministry", _("Ministry")
    EMBASSY = "embassy", _("Embassy")
    PARTNER = "partner", _("Local partner")


class Organisation(models.Model):
    """Whom a person works for or speaks for. A sole artist often has no registration number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=OrganisationKind.choices)
    registration = models.CharField(max_length=40, blank=True)
    country = models.ForeignKey(Territory, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Set: this row is a tombstone. It was the same organisation as another, to which what hung on it went.
    merged_into = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="tombstones")

    def __str__(self) -> str:
        return self.name


DECLARED_KINDS = (OrganisationKind.COMPANY, OrganisationKind.SOLE_ARTIST, OrganisationKind.ASSOCIATION)
"""What somebody may say that they belong to; of the others, the desk says who does."""
DESK_KINDS = tuple(kind for kind in OrganisationKind if kind not in DECLARED_KINDS)
"""What only the desk writes down, and somebody may be given the role to act for."""


class Affiliation(models.Model):
    """A person in an organisation, from a day to a day."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="affiliations")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="affiliations")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="an_affiliation_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} since {self.since}"


class Role(models.TextChoices):
    """What a person may be given to do, beside a designation in the network."""

    COORDINATION = "coordination", _("Coordination desk")
    COMMITTEE = "committee", _("Committee")
    ADMINISTRATOR = "administrator", _("Administrator")
    OPERATOR_OFFICER = "operator_officer", _("Operator officer")


class Grant(models.Model):
    """A role that a person has, from a day to a day.

    An operator officer has it for an organisation, and for some sectors or, where none is named, for all.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="grants"
    )
    sectors = models.ManyToManyField(Sector, blank=True, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="a_role_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.OPERATOR_OFFICER, organisation__isnull=False)
                | (~models.Q(role=Role.OPERATOR_OFFICER) & models.Q(organisation__isnull=True)),
                name="only_operator_officers_have_an_organisation",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person", "since"])]

    def __str__(self) -> str:
        return f"{self.role} since {self.since}"


class Merge(models.Model):
    """What went from one row of a person to another, so that it can go back."""

    kept = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    gone = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    # "room.model.column" -> the keys of the rows that moved.
    moved: models.JSONField[dict[str, list[str]], dict[str, list[str]]] = models.JSONField(default=dict)
    closed_account = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"


class OrganisationMerge(models.Model):
    """What went from one row of an organisation to another, so that it can go back."""

    kept = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    gone = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    # "room.model.column" -> the keys of the rows that moved.
    moved: models.JSONField[dict[str, list[str]], dict[str, list[str]]] = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"


class Apart(models.Model):
    """Two rows of persons, or of organisations, that look like one and were said to be two. ``first`` is the lesser."""

    first = models.UUIDField()
    second = models.UUIDField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["first", "second"], name="two_are_said_apart_once")
        ]

    def __str__(self) -> str:
        return f"{self.first} is not {self.second}"
