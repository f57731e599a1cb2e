"""What a handover holds, as plain values: live, from the rooms, and as it is frozen at the signature."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
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


def named(handover: Handover, name: str) -> str:
    """Return a name of a handover, said to be invented where it is."""
    return _("%(name)s (invented person)") % {"name": name} if name and handover.invented else name


def freeze(handover: Handover, at: datetime, *, by_leaver: bool = True) -> tuple[dict[str, Any], str]:
    """Return what is signed, in every language of the site, and its digest. It names nobody outside the desk.

    ``by_leaver`` is false where the day came and nobody had signed.
    """
    content = {code: _as_plain(handover, code, at, by_leaver) for code, _name in settings.LANGUAGES}
    return content, digest(content)


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a content, the same on every machine."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _as_plain(handover: Handover, language: str, at: datetime, by_leaver: bool) -> dict[str, Any]:
    with override(language):
        leaver, arriver = (named(handover, name) for name in (handover.leaver_name, handover.arriver_name))
        fields = [{"heading": str(Key(key).label), "text": text} for key, text in written(handover).items()]
    return {
        "post": handover.post.name_fr if language == "fr" else handover.post.name_en,
        "leaver": leaver,
        "arriver": arriver,
        "switch_on": handover.switch_on.isoformat() if handover.switch_on else "",
        "by_leaver": by_leaver,
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
