"""What is read for the measures of the desk, for an actor: counted by the database, whatever the years.

A question belongs to the post that has it now: passed on, it is the new one's, and its wait goes on; split, each part
counts from the day on which it was split off. What was erased counts as it did.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from portulan.desk.enquiries.measures import AGES, UNSERVED_AFTER, Ages, Asked, Load, Period, Reason, Wait, wait
from portulan.desk.enquiries.models import Closing, Enquiry, Held, Match, Need
from portulan.desk.enquiries.rights import Reach, ours
from portulan.desk.network.models import Post
from portulan.desk.network.staff import in_force
from portulan.desk.people.models import Organisation


@dataclass(frozen=True, slots=True)
class Scope:
    """Of what the measures are: posts (empty: all that the actor works for), market, sector, days.

    ``invented``: of the questions of the demonstration, which are never counted with others.
    """

    reach: Reach
    period: Period
    now: datetime
    post: str = ""
    market: str = ""
    sector: str = ""
    invented: bool = False

    @property
    def posts(self) -> frozenset[str] | None:
        """The posts that count; None for all, and the coordination desk."""
        if self.reach.all_posts:
            return frozenset({self.post}) if self.post else None
        return self.reach.posts & {self.post} if self.post else self.reach.posts


def _needs(scope: Scope) -> QuerySet[Need]:
    """Return the questions in view, of any day."""
    found = counting().filter(enquiry__invented=scope.invented)
    if scope.market:
        found = found.filter(territory=scope.market)
    if scope.sector:
        found = found.filter(sector=scope.sector)
    if scope.posts is None:
        return found
    return found.filter(Exists(Match.objects.filter(_theirs(scope), need=OuterRef("pk"), current=True)))


def counting() -> QuerySet[Need]:
    """Return the questions that count: of two that were joined, the one that stands."""
    return Need.objects.exclude(closing=Closing.JOINED)


def _theirs(scope: Scope) -> Q:
    """Return what picks the matches of the posts in view; where no post was chosen, an officer's own too."""
    return Q(post__in=scope.posts or ()) if scope.post else ours(scope.reach)


def _of_period(scope: Scope) -> QuerySet[Need]:
    zone = timezone.get_current_timezone()
    first = datetime.combine(scope.period.since, time.min, zone)
    after = datetime.combine(scope.period.until + timedelta(days=1), time.min, zone)
    return _needs(scope).filter(opened_at__gte=first, opened_at__lt=after)


def waits(scope: Scope) -> list[Wait]:
    """Return how long each question of the period waited for its first answer."""
    rows = _of_period(scope).values_list("opened_at", "first_answer_at", "closed_at", "closing")
    return [wait(*row, scope.now) for row in rows.iterator(chunk_size=2000)]


def reasons(now: datetime) -> dict[Reason, Q]:
    """Return what picks the questions that were not served, by reason; no question has two."""
    unanswered = Q(first_answer_at__isnull=True, closing__in=("", Closing.WITHDRAWN))
    of_somebody = Q(post__isnull=False) | Q(organisation__isnull=False)
    somebody = Exists(Match.objects.filter(of_somebody, need=OuterRef("pk")))
    long = Q(closed_at__isnull=True, opened_at__lte=now - UNSERVED_AFTER) | Q(
        closed_at__gte=F("opened_at") + UNSERVED_AFTER
    )
    return {
        Reason.NO_HELP: Q(closing=Closing.NO_HELP),
        Reason.UNREACHABLE: Q(closing=Closing.UNREACHABLE),
        Reason.NO_CANDIDATE: unanswered & ~Q(somebody),
        Reason.WAITING: unanswered & Q(somebody) & long,
    }


def demand(scope: Scope) -> list[Asked]:
    """Return what was asked and not served in the period, by market, sector and kind of body; the most unmet first."""
    by_reason: dict[str, Any] = {one.value: Count("pk", filter=picked) for one, picked in reasons(scope.now).items()}
    rows: Any = _of_period(scope).order_by().values("territory", "sector", "enquiry__asking")
    found = [
        Asked(
            row["territory"] or "", row["sector"] or "", row["enquiry__asking"], row["asked"],
            tuple((one, row[one.value]) for one in Reason),
        )
        for row in rows.annotate(asked=Count("pk"), **by_reason)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.unmet, -one.asked, one.market, one.sector, one.asking))


def ages(scope: Scope) -> Ages:
    """Return how old the open questions are, on the day: of any period."""
    bounds = [scope.now - timedelta(days=days) for days in AGES]
    classes: dict[str, Count] = {}
    for place, bound in enumerate(bounds):
        of_age = Q() if place == 0 else Q(opened_at__lte=bound)
        if place + 1 < len(bounds):
            of_age &= Q(opened_at__gt=bounds[place + 1])
        for name, never in (("waiting", True), ("answered", False)):
            classes[f"{name}{place}"] = Count("pk", filter=of_age & Q(first_answer_at__isnull=never))
    found = _needs(scope).filter(closed_at__isnull=True).aggregate(oldest=Min("opened_at"), **classes)
    waiting, answered = (
        tuple(found[f"{name}{place}"] for place in range(len(AGES))) for name in ("waiting", "answered")
    )
    return Ages(waiting, answered, found["oldest"])


_HELD: dict[str, Any] = {
    "asked": Count("pk", filter=Q(held=Held.ASKED)),
    "taken": Count("pk", filter=Q(held=Held.TAKEN)),
    "answered": Count("pk", filter=Q(held=Held.ANSWERED)),
}


def load_by_post(scope: Scope) -> list[Load]:
    """Return what each post or operator has in hand, the most first; without either it is the coordination desk."""
    rows: Any = _in_hand(scope).order_by().values("post", "organisation__name").annotate(**_HELD)
    found = [
        Load(
            row["post"] or "", "", "", row["asked"], row["taken"], row["answered"],
            operator=row["organisation__name"] or "",
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.open, one.post, one.operator))


def load_by_person(scope: Scope, on: date) -> list[Load]:
    """Return what each person of the posts in view has in hand, also those who have nothing; the most first.

    Whoever reads this is of the post or of the coordination desk. Raises `ValueError` where all posts are in view.
    """
    if scope.posts is None:
        raise ValueError("the load of persons is that of posts that were chosen")
    rows: Any = (
        _in_hand(scope)
        .order_by()
        .values("post", "person")
        .annotate(**_HELD, named=Max("name"), operator=Max("organisation__name"))
    )
    held: dict[tuple[str, UUID | None], Any] = {(row["post"] or "", row["person"]): row for row in rows}
    there = in_force(on).filter(post__in=scope.posts, person__invented=scope.invented).order_by()
    words = ("post_id", "person_id", "person__given_name", "person__family_name")
    names: dict[tuple[str, UUID | None], str] = {
        (post, person): f"{given} {family}" for post, person, given, family in there.values_list(*words)
    }
    found = []
    for post, person in {*names, *held}:
        row, name = held.get((post, person), {}), names.get((post, person), "")
        counts = (row.get("asked", 0), row.get("taken", 0), row.get("answered", 0))
        operator = row.get("operator") or ""
        there_ = bool(name or operator)
        found.append(Load(post, str(person or ""), name or row.get("named", ""), *counts, there_, operator))
    return sorted(found, key=lambda one: (-one.open, one.post, one.name, one.person))


def _in_hand(scope: Scope) -> QuerySet[Match]:
    """Return who has what is open, in view. A question that two have in hand counts for both."""
    found = Match.objects.filter(current=True, need__closed_at__isnull=True, need__enquiry__invented=scope.invented)
    if scope.posts is not None:
        found = found.filter(_theirs(scope))
    if scope.market:
        found = found.filter(need__territory=scope.market)
    return found.filter(need__sector=scope.sector) if scope.sector else found


def kinds_held() -> frozenset[bool]:
    """Return whether there are questions that are invented (True), that are not (False), or both."""
    kinds = (False, True)
    there = Enquiry.objects.values_list(*(Exists(Enquiry.objects.filter(invented=one)) for one in kinds))[:1]
    return frozenset(one for row in there for one, held in zip(kinds, row, strict=True) if held)


def operators_for(reach: Reach) -> list[str]:
    """Return the names of the operators that an actor acts for."""
    if not reach.organisations:
        return []
    return list(Organisation.objects.filter(pk__in=reach.organisations).order_by("name").values_list("name", flat=True))


def posts_for(reach: Reach, language: str) -> dict[str, str]:
    """Return the names of the posts that an actor may choose between, by code."""
    name = "name_fr" if language == "fr" else "name_en"
    found = Post.objects.all() if reach.all_posts else Post.objects.filter(code__in=reach.posts)
    return {code: str(text) for code, text in sorted(found.values_list("code", name), key=lambda one: one[1])}
