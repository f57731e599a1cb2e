"""What may come of a question: an introduction that both sides agree to, twins made one, and what came of it later."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.desk.enquiries.models import Need
from portulan.desk.network.models import Partner, Post
from portulan.desk.people.models import Person


class Ending(models.TextChoices):
    """How a proposed introduction ended."""

    MADE = "made", _("made: each has the address of the other")
    DECLINED = "declined", _("declined")
    LAPSED = "lapsed", _("not answered in time")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Side(models.TextChoices):
    """Whom a proposed introduction asks."""

    ASKER = "asker", _("the person who asked")
    OTHER = "other", _("the other person")


class Introduction(models.Model):
    """A proposal to bring the one who asked together with somebody else. Neither learns a name before both said yes.

    ``body`` and ``purpose`` are what the two read of each other before that. ``partner`` is where the address came
    from; it is copied, so that what was agreed to stays what it was.
    ``key_number`` is that of the secrets in the addresses of both pages (`keys`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="introductions")
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=160, blank=True)
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    body = models.CharField(max_length=200, blank=True)
    other_name = models.CharField(max_length=160, blank=True)
    other_email = models.EmailField(blank=True)
    language = models.CharField(max_length=8)
    purpose = models.TextField(blank=True)
    nonce = models.CharField(max_length=36, unique=True, null=True, blank=True)
    key_number = models.PositiveSmallIntegerField(default=1)
    proposed_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=12, choices=Ending.choices, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["lapses_at"], condition=models.Q(ended_at__isnull=True), name="introductions_open"
            ),
        ]  # fmt: skip
        ordering: ClassVar[list[str]] = ["proposed_at", "pk"]

    def __str__(self) -> str:
        return f"introduction of {self.proposed_at:%Y-%m-%d}"


class Agreement(models.Model):
    """What one side said to an introduction: yes or no, when and how; and when a yes was taken back.

    A row is never changed but for that. ``word`` is for the colleague who proposed it, and for nobody else.
    """

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="agreements")
    side = models.CharField(max_length=8, choices=Side.choices)
    agreed = models.BooleanField()
    at = models.DateTimeField()
    how = models.CharField(max_length=80)
    word = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["introduction", "side"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_word_of_each_side_in_force",
            )
        ]
        ordering: ClassVar[list[str]] = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.side}: {'yes' if self.agreed else 'no'} ({self.at:%Y-%m-%d})"


class Joined(models.Model):
    """A question that turned out to be another one, asked twice: what went to the one that stays, and can go back.

    ``moved`` holds, for each kind of row ("room.model.column"), the keys of those that went along; ``before`` where
    both stood until then.
    """

    kept = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="joined_here")
    gone = models.OneToOneField(Need, on_delete=models.CASCADE, related_name="joined_to")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=160, blank=True)
    moved: models.JSONField[dict[str, list[str]], dict[str, list[str]]] = models.JSONField(default=dict)
    before: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"


class Came(models.TextChoices):
    """What came of a question, some months later."""

    NOTHING = "nothing", _("Nothing yet")
    SIGNED = "signed", _("Something was signed")


class Signed(models.TextChoices):
    """What was signed."""

    TRANSLATION = "translation", _("A translation sold")
    COPRODUCTION = "coproduction", _("A co-production")
    TOUR = "tour", _("A tour")
    LICENCE = "licence", _("A licence")
    MUSEUM = "museum", _("A contract with a museum")
    DISTRIBUTION = "distribution", _("A distribution")
    OTHER = "other", _("Something else")


class Amount(models.TextChoices):
    """How much it is worth, in ranges: never an exact sum, which would name a contract."""

    UNDER_5 = "under_5", _("under €5,000")
    TO_20 = "to_20", _("€5,000 to €20,000")
    TO_100 = "to_100", _("€20,000 to €100,000")
    TO_500 = "to_500", _("€100,000 to €500,000")
    OVER_500 = "over_500", _("over €500,000")


class Check(models.Model):
    """The question, three and twelve months after somebody was helped, what came of it; and their answer."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="checks")
    months = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    came = models.CharField(max_length=8, choices=Came.choices, blank=True)
    signed = models.CharField(max_length=16, choices=Signed.choices, blank=True)
    amount = models.CharField(max_length=10, choices=Amount.choices, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["need", "months"], name="asked_once_after_so_many_months")
        ]
        ordering: ClassVar[list[str]] = ["months", "pk"]

    def __str__(self) -> str:
        return f"after {self.months} months: {self.came or 'no answer'}"


class AskedNoMore(models.Model):
    """An address that does not want to be asked what came of it, as a mark from which it cannot be read."""

    mark = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"since {self.at:%Y-%m-%d}"
