"""How long what is known of persons is kept, and what becomes of it then: data, registered by each room.

A house test holds every model to it (`tests/house/test_personal_data.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portulan.desk.core import events
from portulan.desk.core.models import Event

Words = str | Promise
Run = Callable[[datetime, bool], int]
"""Erases what is due at a moment, and returns how much; with ``True`` it only counts."""
APPLIED = "retention applied"
EVERY = timedelta(days=1)


class Fate(StrEnum):
    """What becomes of a record in the end."""

    ERASE = "erase"
    ANONYMISE = "anonymise"
    ARCHIVE = "archive"
    FALLS = "falls with another"
    STAYS = "stays without names"


FATES: dict[Fate, Words] = {
    Fate.ERASE: _("erased"),
    Fate.ANONYMISE: _("made anonymous"),
    Fate.ARCHIVE: _("handed to the public archives, then erased"),
    Fate.FALLS: _("erased with what it belongs to"),
    Fate.STAYS: _("kept, for it names nobody"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for one model: which fields are personal and which are not, why they are held, how long, and then.

    ``exception`` says when a person who asks for erasure is refused. ``run`` is there unless the fate needs none.
    """

    model: str
    personal: tuple[str, ...]
    free: tuple[str, ...]
    basis: Words
    keep: Words
    fate: Fate
    exception: Words = ""
    run: Run | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many records a rule erased, or would erase."""

    rule: Rule
    count: int


_registered: dict[str, Rule] = {}


def register(rules: Iterable[Rule]) -> None:
    """Let a room say its rules; raise `ValueError` for a second rule on one model."""
    for rule in rules:
        if rule.model in _registered and _registered[rule.model] is not rule:
            raise ValueError(f"{rule.model} has a rule already")
        _registered[rule.model] = rule


def rules() -> tuple[Rule, ...]:
    """Return every rule, those of the rooms above first: what they hold on to is let go before what it hangs on."""
    return tuple(reversed(_registered.values()))


def apply(now: datetime, *, dry_run: bool = False, actor: str = events.SYSTEM) -> list[Outcome]:
    """Erase what is due by every rule, with one event that holds the counts; with ``dry_run`` only count.

    Each rule erases in transactions of its own: years of questions in a single one would keep everybody else from
    writing for minutes. What one that is cut short left is due the next time.
    """
    done = [Outcome(rule, rule.run(now, dry_run)) for rule in rules() if rule.run is not None]
    if not dry_run:
        with transaction.atomic():
            events.record(APPLIED, Event, actor, **{one.rule.model: one.count for one in done if one.count})
    return done


def is_due(now: datetime) -> bool:
    """Tell whether the rules were not applied for a day."""
    return not Event.objects.filter(about=Event._meta.label_lower, verb=APPLIED, at__gt=now - EVERY).exists()
