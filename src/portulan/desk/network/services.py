"""What is done in the network: each act one transaction and one event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from portulan.desk.core import events
from portulan.desk.core.models import Sector, Territory
from portulan.desk.network.models import Absence, Coverage, Designation, Membership, MissionList, Post, Role
from portulan.desk.network.reading import MissionRow, PostRow
from portulan.desk.people.models import Person


class NetworkError(Exception):
    """What was asked cannot be done; the text says why and what to do."""


@transaction.atomic
def keep_posts(rows: Iterable[PostRow], mission: MissionRow, actor: str = events.SYSTEM) -> int:
    """Add posts that are not there yet, each covering its seat, with their place on a list; return how many were new.

    A post that is there stays as somebody left it. Raises `NetworkError` for a seat that the atlas does not know.
    """
    listed, _ = MissionList.objects.get_or_create(
        code=mission.code,
        defaults={
            "name_en": mission.name_en,
            "name_fr": mission.name_fr,
            "since": mission.since,
            "until": mission.until,
        },
    )
    known = set(Territory.objects.values_list("code", flat=True))
    held = set(Post.objects.values_list("code", flat=True))
    new = [row for row in rows if row.code not in held]
    for row in new:
        if row.seat not in known:
            raise NetworkError(f"the post {row.code} sits in {row.seat}, which the atlas does not know")
        post = Post.objects.create(
            code=row.code,
            kind=row.kind,
            name_en=row.name_en,
            name_fr=row.name_fr,
            seat_id=row.seat,
            city_en=row.city_en,
            city_fr=row.city_fr,
        )
        Coverage.objects.create(post=post, territory_id=row.seat)
        if row.listed:
            Membership.objects.create(mission=listed, post=post, confirmed=row.listed == "confirmed")
        events.record("post added", post, actor)
    return len(new)


@transaction.atomic
def cover(post: Post, territory: Territory, since: date | None = None, actor: str = events.SYSTEM) -> Coverage:
    """Have a post cover one more territory."""
    covered, new = Coverage.objects.get_or_create(post=post, territory=territory, until=None, defaults={"since": since})
    if new:
        events.record("territory covered", post, actor, territory=territory.code)
    return covered


@transaction.atomic
def designate_correspondent(
    person: Person,
    post: Post,
    *,
    since: date,
    until: date | None = None,
    role: str = Role.LEAD,
    sectors: Iterable[Sector] = (),
    territories: Iterable[Territory] = (),
    actor: str = events.SYSTEM,
) -> Designation:
    """Designate a person in a post. Raises `NetworkError` where the days, or the territories, do not hold together."""
    if until is not None and until < since:
        raise NetworkError(f"the designation would end on {until}, before it begins on {since}: change one of the days")
    sectors, territories = list(sectors), list(territories)
    covered = set(Coverage.objects.filter(post=post).values_list("territory_id", flat=True))
    if strange := [one.code for one in territories if one.code not in covered]:
        raise NetworkError(f"{post} does not cover {', '.join(strange)}: have it cover them first")
    designation = Designation.objects.create(
        post=post, person=person, role=role, since=since, until=until, last_confirmed=since
    )
    designation.sectors.set(sectors)
    designation.territories.set(territories)
    events.record("correspondent designated", designation, actor, post=post.code, role=str(role))
    return designation


@transaction.atomic
def confirm_designation(designation: Designation, on: date, actor: str = events.SYSTEM) -> None:
    """Write down that a designation still holds."""
    Designation.objects.filter(pk=designation.pk).update(last_confirmed=on)
    designation.last_confirmed = on
    events.record("designation confirmed", designation, actor, on=on.isoformat())


@transaction.atomic
def end_designation(designation: Designation, on: date, actor: str = events.SYSTEM) -> None:
    """Let a designation end on a day, the last one on which it holds. Raises `NetworkError` before its first day."""
    if on < designation.since:
        raise NetworkError(f"the designation begins on {designation.since}: it cannot end on {on}")
    Designation.objects.filter(pk=designation.pk).update(until=on)
    designation.until = on
    events.record("designation ended", designation, actor, on=on.isoformat())


@transaction.atomic
def withdraw_designation(designation: Designation, actor: str = events.SYSTEM) -> None:
    """Take back a designation that nobody has acted under: it is as if it had never been."""
    events.record("designation withdrawn", designation, actor, post=designation.post_id)
    designation.delete()


@transaction.atomic
def record_absence(designation: Designation, since: date, until: date, actor: str = events.SYSTEM) -> Absence:
    """Write down days on which somebody is away. Raises `NetworkError` where they end before they begin."""
    if until < since:
        raise NetworkError(f"the absence would end on {until}, before it begins on {since}: change one of the days")
    absence = Absence.objects.create(designation=designation, since=since, until=until)
    events.record("absence recorded", designation, actor, since=since.isoformat(), until=until.isoformat())
    return absence


@transaction.atomic
def forget_designations(before: date, *, dry_run: bool = False) -> int:
    """Erase designations that ended before a day, with their absences; return how many."""
    old = Designation.objects.filter(until__lt=before)
    count = old.count()
    if not dry_run:
        old.delete()
    return count


@transaction.atomic
def forget_absences(before: date, *, dry_run: bool = False) -> int:
    """Erase absences that ended before a day; return how many."""
    old = Absence.objects.filter(until__lt=before)
    return old.count() if dry_run else old.delete()[0]
