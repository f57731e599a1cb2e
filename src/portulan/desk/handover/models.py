"""A handover: whose place is passed on, what the leaver wrote, what was asked, and what was signed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.desk.network.models import Designation, Post
from portulan.desk.people.models import Person


class Why(models.TextChoices):
    """Why a handover was opened."""

    TERM = "term", _("the designation ends")
    SUDDEN = "sudden", _("sudden departure")


class State(models.TextChoices):
    """Where a handover stands."""

    OPEN = "open", _("being written")
    SIGNED = "signed", _("signed by the one who leaves")
    ACCEPTED = "accepted", _("accepted")
    CONTESTED = "contested", _("contested")
    SWITCHED = "switched", _("handed over")
    VACANT = "vacant", _("nobody has come yet")


class Key(models.TextChoices):
    """The eight things that no table knows, in the order in which they are read."""

    MARKET = "market", _("The market in one paragraph")
    URGENT = "urgent", _("What cannot wait")
    DECIDES = "decides", _("Who decides there")
    OBSTACLES = "obstacles", _("Obstacles")
    UNFINISHED = "unfinished", _("Unfinished matters")
    MONEY = "money", _("Money under way")
    WORKED = "worked", _("What worked")
    NOT_AGAIN = "not_again", _("What I would not do again")


class Handover(models.Model):
    """What one designation passes on to another. One for each designation that ends.

    ``switch_on`` is the first day on which the leaver no longer answers; None where the designation no longer ends.
    ``frozen`` is what was signed, in both languages, and ``digest`` its SHA-256: the page and the PDF read it from
    there. It names nobody outside the desk. Names are copied, for the record must say who signed.
    ``invented`` marks those of the people of the demonstration, which go with them.
    """

    designation = models.OneToOneField(Designation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    leaver = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    leaver_name = models.CharField(max_length=160)
    opened_at = models.DateTimeField()
    why = models.CharField(max_length=8, choices=Why.choices)
    switch_on = models.DateField(null=True, blank=True)
    arriver = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    arriver_name = models.CharField(max_length=160, blank=True)
    arriving = models.ForeignKey(Designation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    signed_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    contested_because = models.CharField(max_length=600, blank=True)
    switched_at = models.DateTimeField(null=True, blank=True)
    frozen: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    invented = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "switch_on"])]

    def __str__(self) -> str:
        return f"{self.post_id}: handover of {self.designation_id}"


class HandoverField(models.Model):
    """One of the eight, as the leaver wrote it."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="fields")
    key = models.CharField(max_length=12, choices=Key.choices)
    text = models.TextField(blank=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["handover", "key"], name="a_field_once_in_a_handover")
        ]

    def __str__(self) -> str:
        return f"{self.handover_id}: {self.key}"


class HandoverQuestion(models.Model):
    """What the arriver asked of the leaver or of the post, and what was answered."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="questions")
    asked_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asked_name = models.CharField(max_length=160)
    text = models.TextField()
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answered_name = models.CharField(max_length=160, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    nonce = models.CharField(max_length=36, unique=True, null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.handover_id}: asked on {self.asked_at:%Y-%m-%d}"
