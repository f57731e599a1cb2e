"""What a handover holds, as plain values: live, from the rooms, and as it is frozen at the signature."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import override

from portulan.desk.core import passing_on
from portulan.desk.core.passing_on import Given, Leaving
from portulan.desk.handover.models import Handover, Key


def leaving(handover: Handover) -> Leaving | None:
    """Return whose place it is, for the rooms; None where the designation was erased with its person."""
    if handover.designation_id is None:
        return None
    return Leaving(handover.designation_id, handover.post_id, handover.leaver_id)


def live(handover: Handover, language: str) -> tuple[Given, ...]:
    """Return what every room has to pass on today."""
    whose = leaving(handover)
    return passing_on.given(whose, language) if whose else ()


def written(handover: Handover) -> dict[str, str]:
    """Return the eight fields, in their order; those that nobody wrote are empty."""
    found = {one.key: one.text for one in handover.fields.all()}
    return {key: found.get(key, "") for key in Key.values}


def freeze(handover: Handover, at: datetime) -> tuple[dict[str, Any], str]:
    """Return what is signed, in every language of the site, and its digest. It names nobody outside the desk."""
    content = {code: _as_plain(handover, code, at) for code, _name in settings.LANGUAGES}
    return content, digest(content)


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a content, the same on every machine."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _as_plain(handover: Handover, language: str, at: datetime) -> dict[str, Any]:
    with override(language):
        fields = [{"heading": str(Key(key).label), "text": text} for key, text in written(handover).items()]
    return {
        "post": handover.post.name_fr if language == "fr" else handover.post.name_en,
        "leaver": handover.leaver_name,
        "arriver": handover.arriver_name,
        "switch_on": handover.switch_on.isoformat() if handover.switch_on else "",
        "frozen_at": at.isoformat(timespec="seconds"),
        "sections": [
            {
                "key": one.key,
                "heading": one.heading,
                "rows": [
                    {"text": row.text, "detail": row.detail, "due": row.due, "late": row.late} for row in one.rows
                ],
            }
            for one in live(handover, language)
        ],
        "fields": fields,
        "questions": [
            {"asked": one.text, "by": one.asked_name, "answer": one.answer, "answered_by": one.answered_name}
            for one in handover.questions.all()
        ],
    }


@dataclass(frozen=True, slots=True)
class Signed:
    """What was frozen, read back in one language."""

    content: Mapping[str, Any]
    digest: str


def signed(handover: Handover, language: str) -> Signed | None:
    """Return what was signed; None before."""
    if handover.frozen is None:
        return None
    return Signed(handover.frozen[language if language in handover.frozen else "en"], handover.digest)
