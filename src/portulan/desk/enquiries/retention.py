"""How long this room keeps what it knows of persons."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from portulan.desk.core.retention import Fate, Rule
from portulan.desk.enquiries import drafts, forgetting, introductions

YEAR = timedelta(days=365)
_ANSWERING = _("Task in the public interest: who asks is to be answered.")
_RECORD = _("Task in the public interest: the record says who answered, also to the successor.")


def _drafts(now: datetime, dry_run: bool) -> int:
    return drafts.forget_old(now - drafts.KEPT, dry_run=dry_run)


def _askers(now: datetime, dry_run: bool) -> int:
    return forgetting.forget_askers(now - 3 * YEAR, dry_run=dry_run)


def _matches(now: datetime, dry_run: bool) -> int:
    return forgetting.forget_matches(now - 5 * YEAR, dry_run=dry_run)


def _promises(now: datetime, dry_run: bool) -> int:
    return forgetting.forget_promises(now - 5 * YEAR, dry_run=dry_run)


def _cards(now: datetime, dry_run: bool) -> int:
    return forgetting.forget_authors(now - 5 * YEAR, dry_run=dry_run)


def _introductions(now: datetime, dry_run: bool) -> int:
    return introductions.forget_introductions(now - YEAR, dry_run=dry_run)


RULES = (
    Rule(
        model="enquiries.enquiry",
        personal=(
            "asker",
            "asker_name",
            "asker_email",
            "asker_phone",
            "organisation",
            "text",
            "nonce",
            "teller",
            "teller_name",
        ),
        free=(
            "reference",
            "asking",
            "language",
            "channel",
            "heard",
            "ground",
            "received_at",
            "erased_at",
            "key_number",
            "invented",
        ),
        basis=_ANSWERING,
        keep=_("Three years after the last question in it was closed, or until the person withdraws it."),
        fate=Fate.ANONYMISE,
        run=_askers,
    ),
    Rule(
        model="enquiries.need",
        personal=(),
        free=(
            "enquiry",
            "territory",
            "sector",
            "topic",
            "status",
            "opened_at",
            "first_answer_at",
            "closed_at",
            "closing",
            "where_to",
            "snoozed_until",
            "reminded",
            "satisfied",
        ),
        basis=_("Task in the public interest: what is asked and not served is to be known."),
        keep=_("Without end."),
        fate=Fate.STAYS,
    ),
    Rule(
        model="enquiries.match",
        personal=("person", "name", "designation", "why", "asked_at", "taken_at"),
        free=("need", "post", "organisation", "body", "level", "held", "current"),
        basis=_RECORD,
        keep=_("Five years; then only the post and the dates stay."),
        fate=Fate.ANONYMISE,
        exception=_("Who was asked stays named on what is still open."),
        run=_matches,
    ),
    Rule(
        model="enquiries.message",
        personal=("voice", "author", "author_name", "text", "mail", "nonce", "at"),
        free=("need",),
        basis=_ANSWERING,
        keep=_("As long as what was asked."),
        fate=Fate.FALLS,
    ),
    Rule(
        model="enquiries.attachment",
        personal=(),
        free=("enquiry", "message", "file"),
        basis=_ANSWERING,
        keep=_("As long as what was asked; it goes with the file, and the file with the person."),
        fate=Fate.FALLS,
    ),
    Rule(
        model="enquiries.draft",
        personal=("fields",),
        free=("language", "begun_at", "kept_at"),
        basis=_("Steps taken at the request of the person, before they ask: a cut line must not cost what they wrote."),
        keep=_("Thirty days after the last word, or until it is sent or thrown away."),
        fate=Fate.ERASE,
        run=_drafts,
    ),
    Rule(
        model="enquiries.promise",
        personal=("person", "name", "what", "reason"),
        free=("need", "post", "due", "made_at", "kept_at", "dropped_at"),
        basis=_RECORD,
        keep=_("Five years after it was settled; then without the name of who made it."),
        fate=Fate.ANONYMISE,
        exception=_("What is still owed to somebody stays."),
        run=_promises,
    ),
    Rule(
        model="enquiries.answercard",
        personal=("author", "author_name", "reviewer", "reviewer_name", "returned"),
        free=(
            "need",
            "language",
            "question",
            "answer",
            "territory",
            "sector",
            "topic",
            "state",
            "post",
            "made_at",
            "published_at",
            "expires_on",
            "invented",
        ),
        basis=_RECORD,
        keep=_("Five years; then the answer stays without the names of who wrote and read it."),
        fate=Fate.ANONYMISE,
        run=_cards,
    ),
    Rule(
        model="enquiries.introduction",
        personal=("by", "by_name", "partner", "body", "other_name", "other_email", "language", "purpose", "nonce"),
        free=("need", "post", "key_number", "proposed_at", "lapses_at", "ended_at", "ending", "erased_at"),
        basis=_("Task in the public interest: two people are asked whether they want to meet; consent, once they do."),
        keep=_("A year after it ended, or until either of the two has it erased."),
        fate=Fate.ANONYMISE,
        run=_introductions,
    ),
    Rule(
        model="enquiries.agreement",
        personal=("side", "agreed", "at", "how", "word", "withdrawn_at"),
        free=("introduction",),
        basis=_("Legal obligation: what was agreed to, when and how, must be proved."),
        keep=_("As long as the introduction."),
        fate=Fate.FALLS,
    ),
    Rule(
        model="enquiries.joined",
        personal=("by_name", "moved"),
        free=("kept", "gone", "at", "before"),
        basis=_("Task in the public interest: who asked twice is answered once; what was joined by mistake is undone."),
        keep=_("As long as what was asked."),
        fate=Fate.FALLS,
    ),
    Rule(
        model="enquiries.check",
        personal=("words",),
        free=("need", "months", "sent_at", "answered_at", "came", "signed", "amount"),
        basis=_("Task in the public interest: what help comes to is to be known."),
        keep=_("The words as long as what was asked; what was signed stays, without a name."),
        fate=Fate.FALLS,
    ),
    Rule(
        model="enquiries.askednomore",
        personal=("mark",),
        free=("at",),
        basis=_("Right to object: who does not want to be asked again is not."),
        keep=_("Without end, as a mark from which the address cannot be read."),
        fate=Fate.STAYS,
    ),
)
