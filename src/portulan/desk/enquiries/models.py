"""Enquiries, the needs in them, who was asked to answer, what was said, and what was promised."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portulan.desk.core.files.models import StoredFile
from portulan.desk.core.models import Sector, Territory
from portulan.desk.network.models import Designation, Post
from portulan.desk.people.models import Organisation, Person


class Asking(models.TextChoices):
    """What kind of body asks. Kept for statistics after the person is erased."""

    COMPANY = "company", _("A company")
    ARTIST = "artist", _("An artist or author working alone")
    ASSOCIATION = "association", _("An association")
    PUBLIC = "public", _("A public body")
    OTHER = "other", _("Somebody else")


class Topic(models.TextChoices):
    """What a need is about."""

    MARKET = "market", _("Knowing the market")
    PARTNERS = "partners", _("Finding partners or buyers")
    RIGHTS = "rights", _("Rights, licences and contracts")
    FUNDING = "funding", _("Funding and support")
    EVENTS = "events", _("Fairs, festivals and visits")
    MOBILITY = "mobility", _("Visas, taxes and sending works")
    PROMOTION = "promotion", _("Being seen and read about there")
    OTHER = "other", _("Something else")


class Channel(models.TextChoices):
    """How an enquiry came."""

    FORM = "form", _("form of the site")
    MAIL = "mail", _("e-mail")
    BEHALF = "behalf", _("written down for somebody")
    TABLE = "table", _("table")


class Heard(models.TextChoices):
    """How a question came that somebody of the desk wrote down."""

    TELEPHONE = "telephone", _("by telephone")
    MEETING = "meeting", _("at a fair or a meeting")
    LETTER = "letter", _("by letter or e-mail")
    OTHER = "other", _("in another way")


class Ground(models.TextChoices):
    """On what ground somebody's question was written down by another."""

    CONSENT = "consent", _("They agreed that it is written down, and that they are written to")
    TASK = "task", _("They were not asked: it is a task in the public interest, and nobody writes to them")


class Enquiry(models.Model):
    """What somebody asked. What names a person is erased with them; what counts stays.

    ``asker_name`` and ``asker_email`` are what was typed, and prove nothing: ``asker`` is set only where they
    signed in.
    ``key_number`` is that of the secret in the address of the asker's own page (`keys`): a new number revokes
    the old address.
    ``nonce`` is the mark of the form and of what was said in it (`once`), so that one sent twice is one enquiry.
    ``teller`` and what follows say who of the desk wrote it down for the asker, how they heard it, on what ground.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True)
    nonce = models.CharField(max_length=36, unique=True, null=True, blank=True)
    asker = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="enquiries")
    asker_name = models.CharField(max_length=160, blank=True)
    asker_email = models.EmailField(blank=True)
    asker_phone = models.CharField(max_length=40, blank=True)
    organisation = models.CharField(max_length=160, blank=True)
    asking = models.CharField(max_length=16, choices=Asking.choices)
    language = models.CharField(max_length=8)
    text = models.TextField(blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.FORM)
    teller = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    teller_name = models.CharField(max_length=160, blank=True)
    heard = models.CharField(max_length=12, choices=Heard.choices, blank=True)
    ground = models.CharField(max_length=8, choices=Ground.choices, blank=True)
    received_at = models.DateTimeField(db_index=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    key_number = models.PositiveSmallIntegerField(default=1)
    invented = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # Whoever wrote twice is found by their address, however it is written.
            models.Index(Lower("asker_email"), "received_at", name="enquiries_by_address"),
        ]

    def __str__(self) -> str:
        return self.reference


class Draft(models.Model):
    """What somebody began to ask and has not sent. ``fields`` is what they typed, by the names of the form."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fields: models.JSONField[Any, Any] = models.JSONField(default=dict)
    language = models.CharField(max_length=8)
    begun_at = models.DateTimeField()
    kept_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"draft {self.pk}"


class Status(models.TextChoices):
    """Where a need stands; derived from its matches and from how it was closed."""

    OPEN = "open", _("open")
    TAKEN = "taken", _("taken in hand")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")


class Closing(models.TextChoices):
    """How a need ended."""

    HELPED = "helped", _("Helped")
    NO_HELP = "no_help", _("No help to be had")
    UNREACHABLE = "unreachable", _("The person could not be reached")
    NOT_FOR_US = "not_for_us", _("Not for us: sent elsewhere")
    WITHDRAWN = "withdrawn", _("Withdrawn by the person who asked")
    JOINED = "joined", _("Joined with another question")


class Need(models.Model):
    """One thing needed: a market, a sector, a topic. An enquiry has one or several.

    ``status`` is written by `services.derive` alone, so that a list of thousands is read by an index.
    """

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="needs")
    territory = models.ForeignKey(Territory, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sector = models.ForeignKey(Sector, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=16, choices=Topic.choices)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    opened_at = models.DateTimeField()
    first_answer_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing = models.CharField(max_length=16, choices=Closing.choices, blank=True)
    where_to = models.CharField(max_length=300, blank=True)
    snoozed_until = models.DateField(null=True, blank=True)
    reminded = models.PositiveSmallIntegerField(default=0)
    satisfied = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "opened_at"]),
            # What is open stays little while what is closed grows: lists and counts read this one.
            models.Index(fields=["opened_at"], condition=models.Q(closed_at__isnull=True), name="needs_open"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} in {self.territory_id or '?'} for {self.sector_id or '?'}"


class Held(models.TextChoices):
    """What the one asked does with a need."""

    ASKED = "asked", _("asked")
    TAKEN = "taken", _("has taken it in hand")
    ANSWERED = "answered", _("has answered")
    PASSED = "passed", _("has passed it on")


class Match(models.Model):
    """Somebody asked to answer a need, and why. Without a post or an organisation it is the coordination desk.

    Name and body are copied, for people move and the record must still say who was asked.
    """

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="matches")
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    designation = models.ForeignKey(Designation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=160, blank=True)
    body = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=16)
    why: models.JSONField[Any, Any] = models.JSONField(default=dict)
    held = models.CharField(max_length=8, choices=Held.choices, default=Held.ASKED)
    current = models.BooleanField(default=True)
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # With the need in it, what a post or somebody holds is read from the index alone.
            models.Index(fields=["post", "current", "need"], name="matches_of_a_post"),
            models.Index(fields=["designation", "current", "need"], name="matches_of_a_designation"),
            models.Index(fields=["person", "current"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.body})"


class RuleAct(models.TextChoices):
    """What a rule of routing has done with the questions it is for; the codes are those of `rules.Act`."""

    ALSO = "also", _("Ask an operator as well")
    WHERE_NOBODY = "where_nobody", _("Ask an operator where no correspondent answers")
    INSTEAD = "instead", _("Ask one post instead")
    COORDINATION = "coordination", _("Ask the coordination desk first")


class RoutingRule(models.Model):
    """A rule that refines who is asked: for which questions, from when to when, what is done, and in which order.

    Four lists of codes, empty for all, each with a space before and after every code (``" JPN SGP "``): the database
    finds the few rules for a question itself, whichever it is. ``sentence_en`` and ``sentence_fr`` say the rule in
    words; a match that it decided copies them, so that what is said of it stays true when the rule changes.
    """

    place = models.PositiveSmallIntegerField()
    act = models.CharField(max_length=16, choices=RuleAct.choices)
    territories = models.TextField(blank=True)
    sectors = models.TextField(blank=True)
    topics = models.TextField(blank=True)
    languages = models.TextField(blank=True)
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    active = models.BooleanField(default=True)
    sentence_en = models.TextField()
    sentence_fr = models.TextField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(act="instead", post__isnull=False, organisation__isnull=True)
                | models.Q(act="coordination", post__isnull=True, organisation__isnull=True)
                | models.Q(act__in=["also", "where_nobody"], post__isnull=True, organisation__isnull=False),
                name="a_rule_names_whom_it_asks",
            )
        ]
        ordering: ClassVar[list[str]] = ["place", "pk"]

    def __str__(self) -> str:
        return self.sentence_en


class Voice(models.TextChoices):
    """Who speaks to whom in a thread."""

    ASKER = "asker", _("from the one who asked")
    ANSWER = "answer", _("to the one who asked")
    NOTE = "note", _("note among colleagues")
    SYSTEM = "system", _("from the desk itself")


class Message(models.Model):
    """Something said about a need. ``mail`` is the Message-ID of the letter that carried it, if one did."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="messages")
    voice = models.CharField(max_length=8, choices=Voice.choices)
    author = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=160, blank=True)
    text = models.TextField()
    mail = models.CharField(max_length=255, blank=True, db_index=True)
    nonce = models.CharField(max_length=36, unique=True, null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.voice} at {self.at:%Y-%m-%d}"


class Attachment(models.Model):
    """A file that came with a question (``message`` is None then) or with something said about a need.

    The file goes first (`core.files.services.remove_file`), and takes this row with it.
    """

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="attachments")
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments")
    file = models.OneToOneField(StoredFile, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"attachment {self.pk}"


class Promise(models.Model):
    """What was promised to whom, by when; kept, or let go with a reason."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="promises")
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=160, blank=True)
    what = models.CharField(max_length=300)
    due = models.DateField()
    made_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["post", "kept_at", "dropped_at", "due"]),
            models.Index(
                fields=["due"],
                condition=models.Q(kept_at__isnull=True, dropped_at__isnull=True),
                name="promises_open",
            ),
        ]
        ordering: ClassVar[list[str]] = ["due", "pk"]

    def __str__(self) -> str:
        return f"{self.what} by {self.due}"


class CardState(models.TextChoices):
    """Where an answer card stands."""

    DRAFT = "draft", _("being written")
    REVIEW = "review", _("to be read by somebody else")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class AnswerCard(models.Model):
    """An answer that serves more than the one who asked: without names, read by somebody else, and with an end.

    Without a market or a sector it is for any.
    """

    need = models.ForeignKey(Need, null=True, blank=True, on_delete=models.SET_NULL, related_name="cards")
    language = models.CharField(max_length=8)
    question = models.CharField(max_length=300)
    answer = models.TextField()
    territory = models.ForeignKey(Territory, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sector = models.ForeignKey(Sector, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=16, choices=Topic.choices)
    state = models.CharField(max_length=12, choices=CardState.choices, default=CardState.DRAFT)
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=160, blank=True)
    reviewer = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reviewer_name = models.CharField(max_length=160, blank=True)
    returned = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    expires_on = models.DateField()
    invented = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "expires_on"])]

    def __str__(self) -> str:
        return self.question


# Django looks for models here.
from portulan.desk.enquiries import models_after as _after  # noqa: E402, F401
