"""Posts, what they cover, the lists of a mission, and who is designated for what. Everything is dated."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.desk.core.models import Sector, Territory
from portulan.desk.people.models import Person


class Kind(models.TextChoices):
    """What a post is."""

    EMBASSY = "embassy", _("Embassy")
    CONSULATE = "consulate", _("Consulate")
    INSTITUTE = "institute", _("Institute")
    BUREAU = "bureau", _("Bureau")


class Standing(models.TextChoices):
    """Whether a post is at work: a closed one is a case of the network, not an error in it."""

    OPEN = "open", _("Open")
    SUSPENDED = "suspended", _("Suspended")
    CLOSED = "closed", _("Closed")


class Post(models.Model):
    """A post: an embassy, a consulate, an institute or a bureau. It sits in a country and may cover others."""

    code = models.SlugField(primary_key=True, max_length=48)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name_en = models.CharField(max_length=160)
    name_fr = models.CharField(max_length=160)
    seat = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")
    city_en = models.CharField(max_length=80)
    city_fr = models.CharField(max_length=80)
    standing = models.CharField(max_length=16, choices=Standing.choices, default=Standing.OPEN)

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.name_en


class Coverage(models.Model):
    """A territory that a post covers, from a day to a day; open where no day is said."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="coverage")
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.post_id}: {self.territory_id}"


class MissionList(models.Model):
    """The posts that a mission is given to for a period."""

    code = models.SlugField(primary_key=True, max_length=48)
    name_en = models.CharField(max_length=160)
    name_fr = models.CharField(max_length=160)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name_en


class Membership(models.Model):
    """A post on the list of a mission; ``confirmed`` is false where the public record leaves it open."""

    mission = models.ForeignKey(MissionList, on_delete=models.CASCADE, related_name="members")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="missions")
    confirmed = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["mission", "post"], name="a_post_once_on_a_list")
        ]

    def __str__(self) -> str:
        return f"{self.mission_id}: {self.post_id}"


class Role(models.TextChoices):
    """How somebody is designated: the lead answers, a deputy where the lead is away, the head where nobody else does.

    The head of a post is no correspondent: the directory does not name them, and a gap they leave is a gap.
    """

    LEAD = "lead", _("Lead")
    DEPUTY = "deputy", _("Deputy")
    HEAD = "head", _("Head of the post")


class Designation(models.Model):
    """A person designated in a post, for sectors and territories, from a day to a day.

    Without sectors it is for all of them; without territories, for those that the post covers.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="designations")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="designations")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.LEAD)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    sectors = models.ManyToManyField(Sector, blank=True, related_name="+")
    territories = models.ManyToManyField(Territory, blank=True, related_name="+")
    last_confirmed = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="a_designation_ends_after_it_begins",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["since", "until"])]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.role} since {self.since}"


class Absence(models.Model):
    """Days on which somebody designated is away, first and last included."""

    designation = models.ForeignKey(Designation, on_delete=models.CASCADE, related_name="absences")
    since = models.DateField()
    until = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")), name="an_absence_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.since} to {self.until}"


class PartnerKind(models.TextChoices):
    """What a partner of a post is."""

    COMPANY = "company", _("Company")
    VENUE = "venue", _("Venue, fair or festival")
    INSTITUTION = "institution", _("Public institution")
    SCHOOL = "school", _("School or university")
    PRESS = "press", _("Press")
    OTHER = "other", _("Other")


class Tag(models.TextChoices):
    """What becomes of a contact when the one who keeps it leaves the post."""

    INSTITUTIONAL = "institutional", _("Stays with the post")
    PERSONAL = "personal", _("Personal: leaves with whoever keeps it")
    DO_NOT_TRANSFER = "do_not_transfer", _("Not to be passed on: erased")


class Partner(models.Model):
    """A body that a post works with, and whom it knows there. Seen by those of the post and by nobody else.

    The contact is a person outside the desk: their name, address and number stand here for as long as the post works
    with them (the README says why, and what erases them).
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="partners")
    body = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=PartnerKind.choices, default=PartnerKind.OTHER)
    contact_name = models.CharField(max_length=160, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    last_contact = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    tag = models.CharField(max_length=16, choices=Tag.choices, default=Tag.INSTITUTIONAL)
    kept_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["post", "tag"])]
        ordering: ClassVar[list[str]] = ["body", "pk"]

    def __str__(self) -> str:
        return self.body
