"""A handover as a PDF for the signature: what was frozen, and three places to sign."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from portulan.desk.core.printing import print_pdf
from portulan.desk.handover.content import Signed
from portulan.desk.network import wording

TEMPLATE = Path(__file__).parent / "handover.typ"


def pdf(signed: Signed, language: str) -> bytes:
    """Return the PDF of what was frozen; it says in its foot by which digest it can be checked."""
    with override(language):
        return print_pdf(TEMPLATE, _document(signed, language))


def _document(signed: Signed, language: str) -> dict[str, Any]:
    content = signed.content
    at = timezone.localtime(datetime.fromisoformat(content["frozen_at"]))
    return {
        "lang": language,
        "day": [at.year, at.month, at.day],
        # In groups, as one compares by eye; a word this long would else be given places to break in, unseen.
        "digest": " ".join(signed.digest[at : at + 16] for at in range(0, len(signed.digest), 16)),
        "post": content["post"],
        "leaver": content["leaver"],
        "facts": facts(signed, language),
        "fields": content["fields"],
        "sections": content["sections"],
        "questions": content["questions"],
        "signers": [
            [_("Leaves"), content["leaver"]],
            [_("Arrives"), content["arriver"]],
            [_("Head of the post"), ""],
        ],
        "words": _words(),
    }


def facts(signed: Signed, language: str) -> list[list[str]]:
    """Return what stands at the head: who, when, and as of what day."""
    content = signed.content
    day = date.fromisoformat(content["switch_on"]) if content["switch_on"] else None
    unsigned = [] if content["by_leaver"] else [[_("Signed"), _("not by the one who leaves")]]
    return [
        [_("Leaves"), content["leaver"]],
        [_("Arrives"), content["arriver"] or _("nobody is named yet")],
        [_("First day without the one who leaves"), wording.day(day, language) if day else _("no day is set")],
        [
            _("As it stood on"),
            wording.day(timezone.localdate(datetime.fromisoformat(content["frozen_at"])), language),
        ],
        *unsigned,
    ]


def _words() -> dict[str, str]:
    return {
        "title": _("Handover"),
        "description": _("What a correspondent who leaves passes on to whoever arrives"),
        "fields": _("In the words of the one who leaves"),
        "nothing": _("Nothing was written."),
        "none": _("Nothing."),
        "due": _("due"),
        "late": _("overdue"),
        "questions": _("Questions and answers"),
        "unanswered": _("Not answered yet."),
        "signatures": _("Signatures"),
        "statement": _("The one who leaves has passed on what stands above; the one who arrives has received it."),
        "name": _("Name:"),
        "signed": _("Day and signature"),
        "digest": _("Digest"),
        "page": _("page"),
        "of": _("of"),
    }
