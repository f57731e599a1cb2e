"""What the coordination desk does with rules: each act one transaction and one event, which can be undone.

The event holds how the rules stood before: nothing is lost, and the last change is taken back in one act. Past matches
are never touched: each keeps the rule that decided it in its words of that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import override

from portulan.desk.core import events, reference
from portulan.desk.core.models import Event
from portulan.desk.enquiries import rule_wording
from portulan.desk.enquiries.models import RoutingRule
from portulan.desk.enquiries.rights import NotYoursError, Reach
from portulan.desk.enquiries.rule_rows import packed
from portulan.desk.enquiries.rules import Act
from portulan.desk.enquiries.services import DeskError
from portulan.desk.network.models import Post
from portulan.desk.people.models import Organisation

ABOUT = RoutingRule._meta.label_lower
UNDONE = "rules undone"
LAST, STAY = "last", "stay"
BEFORE, BESIDE = "before-", "beside-"


@dataclass(frozen=True, slots=True)
class Written:
    """A rule as it was written. ``place`` is `LAST`, `STAY`, or `BEFORE` or `BESIDE` with the number of a place."""

    act: Act
    territories: tuple[str, ...]
    sectors: tuple[str, ...]
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    since: date
    until: date | None
    to: str
    place: str = LAST


def draft(written: Written, number: int | None) -> RoutingRule:
    """Return a rule as it would stand, and write nothing."""
    row = (RoutingRule.objects.filter(pk=number).first() if number else None) or RoutingRule(pk=number)
    row.act, row.since, row.until = str(written.act), written.since, written.until
    row.territories, row.sectors = packed(written.territories), packed(written.sectors)
    row.topics, row.languages = packed(written.topics), packed(written.languages)
    post = written.to if written.act is Act.INSTEAD else None
    row.post = Post.objects.filter(pk=post).first() if post else None
    organisation = written.to if written.act in (Act.ALSO, Act.WHERE_NOBODY) else None
    row.organisation = Organisation.objects.filter(pk=organisation).first() if organisation else None
    for language in ("en", "fr"):
        with override(language):
            setattr(row, f"sentence_{language}", rule_wording.sentence(row, reference.names(language), language))
    return row


def placed(rows: Iterable[RoutingRule], row: RoutingRule, where: str) -> list[RoutingRule]:
    """Return rules with one of them at its place, numbered from one on without a hole; nothing is written."""
    others = [one for one in rows if one.pk != row.pk]
    if where.startswith(BEFORE):
        place = 2 * int(where.removeprefix(BEFORE)) - 1
    elif where.startswith(BESIDE):
        place = 2 * int(where.removeprefix(BESIDE))
    elif where == STAY and row.place:
        place = 2 * row.place
    else:
        place = 2 * max((one.place for one in others), default=0) + 2
    # Places are doubled, so that one can be put between two.
    ordered = sorted([*((2 * one.place, one) for one in others), (place, row)], key=lambda pair: pair[0])
    numbers = {old: new for new, old in enumerate(dict.fromkeys(old for old, _ in ordered), start=1)}
    for old, one in ordered:
        one.place = numbers[old]
    return [one for _, one in ordered]


@transaction.atomic
def write(reach: Reach, written: Written, number: int | None, on_page: int) -> RoutingRule:
    """Write a rule down, or change one. Raises `DeskError` where somebody changed the rules meanwhile."""
    rows = _ours(reach, on_page)
    if number is not None:
        _one(rows, number)
    before = _state([number] if number else [])
    row = draft(written, number)
    row.place = row.place or 0
    ordered = placed(rows, row, written.place)
    row.save()
    _keep_places(ordered)
    if number is None:
        before["rules"][str(row.pk)] = None
    _record("rule changed" if number else "rule written", reach, row.pk, before)
    return row


@transaction.atomic
def move(reach: Reach, number: int, on_page: int, *, up: bool) -> None:
    """Move a rule by one place; one that shares its place first gets one of its own, before or after it."""
    rows = _ours(reach, on_page)
    row = _one(rows, number)
    before = _state([])
    shared = any(one.place == row.place for one in rows if one.pk != row.pk)
    step = -1 if up else 1
    if not shared and not any(one.place == row.place + step for one in rows):
        return  # first or last already
    if shared:
        places = {one.pk: 2 * one.place for one in rows} | {row.pk: 2 * row.place + step}
    else:
        places = {one.pk: one.place - step if one.place == row.place + step else one.place for one in rows}
        places[row.pk] = row.place + step
    numbers = {old: new for new, old in enumerate(sorted(set(places.values())), start=1)}
    for one in rows:
        one.place = numbers[places[one.pk]]
    _keep_places(rows)
    _record("rule moved", reach, number, before)


@transaction.atomic
def switch(reach: Reach, number: int, on_page: int, *, active: bool) -> None:
    """Switch a rule on or off: one that is off decides nothing, and keeps its place."""
    row = _one(_ours(reach, on_page), number)
    before = _state([number])
    RoutingRule.objects.filter(pk=row.pk).update(active=active)
    _record("rule switched on" if active else "rule switched off", reach, number, before)


@transaction.atomic
def remove(reach: Reach, number: int, on_page: int) -> None:
    """Take a rule away; the log holds it, and the act can be undone."""
    rows = _ours(reach, on_page)
    row = _one(rows, number)
    before = _state([number])
    left = [one for one in rows if one.pk != number]
    numbers = {old: new for new, old in enumerate(sorted({one.place for one in left}), start=1)}
    for one in left:
        one.place = numbers[one.place]
    row.delete()
    _keep_places(left)
    _record("rule taken away", reach, number, before)


@transaction.atomic
def undo(reach: Reach, on_page: int) -> None:
    """Take back the last change of the rules; done twice, it is as it was. Raises `DeskError` where there is none."""
    _ours(reach, on_page)
    last = last_change()
    if last is None:
        raise DeskError("no_change")
    stood = last.said["before"]
    if _names_what_is_gone(stood["rules"].values()):
        raise DeskError("gone")
    now = _state([int(number) for number in stood["rules"]])
    for number, plain in stood["rules"].items():
        if plain is None:
            RoutingRule.objects.filter(pk=int(number)).delete()
        else:
            RoutingRule.objects.update_or_create(pk=int(number), defaults=_row(plain))
    for number, place in stood["places"].items():
        RoutingRule.objects.filter(pk=int(number)).update(place=place)
    _record(UNDONE, reach, last.said["rule"], now)


def _names_what_is_gone(rules: Iterable[Mapping[str, Any] | None]) -> bool:
    """Return whether a rule, as it stood, names a post or an operator that was removed since."""
    held = [plain for plain in rules if plain is not None]
    posts = {plain["post_id"] for plain in held} - {None}
    organisations = {plain["organisation_id"] for plain in held} - {None}
    there = Post.objects.filter(pk__in=posts).count() + Organisation.objects.filter(pk__in=organisations).count()
    return there < len(posts) + len(organisations)


def last_change() -> Event | None:
    """Return the last act on the rules. A page that shows the rules before it acts on nothing."""
    return Event.objects.filter(about=ABOUT).order_by("-pk").first()


def _ours(reach: Reach, on_page: int) -> list[RoutingRule]:
    """Return the rules, held until the act is done. Only the coordination desk changes them."""
    if not reach.all_posts:
        raise NotYoursError
    rows = list(RoutingRule.objects.select_for_update().order_by("place", "pk"))
    if on_page != events.last(ABOUT):
        raise DeskError("rules_changed")
    return rows


def _one(rows: Iterable[RoutingRule], number: int) -> RoutingRule:
    found = next((one for one in rows if one.pk == number), None)
    if found is None:
        raise NotYoursError
    return found


def _keep_places(rows: Iterable[RoutingRule]) -> None:
    RoutingRule.objects.bulk_update([one for one in rows if one.pk], ["place"])


def _record(verb: str, reach: Reach, number: int, before: dict[str, Any]) -> None:
    events.record(verb, RoutingRule, reach.actor.label, rule=number, before=before)


_COLUMNS = tuple(field.attname for field in RoutingRule._meta.concrete_fields if not field.primary_key)
_DAYS = ("since", "until")


def _state(numbers: Iterable[int]) -> dict[str, Any]:
    """Return how some rules stand, whole, and the places of all, as plain values."""
    held = {row["id"]: row for row in RoutingRule.objects.values("id", *_COLUMNS)}
    return {
        "rules": {str(number): _plain(held[number]) if number in held else None for number in numbers},
        "places": {str(number): row["place"] for number, row in held.items()},
    }


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: row[name] for name in _COLUMNS}
    plain["organisation_id"] = str(row["organisation_id"]) if row["organisation_id"] else None
    return plain | {name: row[name].isoformat() if row[name] else None for name in _DAYS}


def _row(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {**plain, **{name: date.fromisoformat(plain[name]) if plain[name] else None for name in _DAYS}}
