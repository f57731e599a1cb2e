"""What may be read of the network, by anyone: posts, and of persons only what they agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils import timezone

from portulan.desk.core import events, reference
from portulan.desk.network import answering
from portulan.desk.network.answering import Charge, State
from portulan.desk.network.models import Coverage, Designation, Post, Role
from portulan.desk.people.held import Plain
from portulan.desk.people.selectors import Card, public_cards


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody designated, as anyone may see them. ``sectors`` is empty for all of them.

    ``territories`` are those that the designation is for. ``back`` is the last day of an absence under way.
    """

    id: int
    card: Card
    lead: bool
    sectors: tuple[str, ...]
    territories: tuple[str, ...]
    since: date
    until: date | None
    last_confirmed: date | None
    back: date | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A place on the list of a mission."""

    name_en: str
    name_fr: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Office:
    """A post with those who are designated in it today."""

    code: str
    kind: str
    name_en: str
    name_fr: str
    seat: str
    city_en: str
    city_fr: str
    standing: str
    territories: tuple[str, ...]
    missions: tuple[Listed, ...]
    contacts: tuple[Contact, ...]

    def name(self, language: str) -> str:
        """Return the name in a language of the site."""
        return self.name_fr if language == "fr" else self.name_en

    def city(self, language: str) -> str:
        """Return the city in a language of the site."""
        return self.city_fr if language == "fr" else self.city_en


@dataclass(frozen=True, slots=True)
class Network:
    """The network on a day: its posts, and what each designation is for."""

    on: date
    offices: tuple[Office, ...]
    charges: tuple[Charge, ...]

    def office(self, code: str) -> Office | None:
        """Return one post."""
        return next((office for office in self.offices if office.code == code), None)

    def answer(self, territory: str, sector: str) -> tuple[State, tuple[tuple[Office, Contact], ...]]:
        """Return who answers for a market and a sector, each with their post."""
        found = answering.answer(self.charges, territory, sector, self.on)
        contacts = {contact.id: (office, contact) for office in self.offices for contact in office.contacts}
        return found.state, tuple(contacts[one.id] for one in found.charges)

    def covering(self, territory: str) -> tuple[Office, ...]:
        """Return the posts that cover a market."""
        return tuple(office for office in self.offices if territory in office.territories)

    @property
    def covered(self) -> tuple[str, ...]:
        """The markets that some post covers."""
        return tuple(dict.fromkeys(code for office in self.offices for code in office.territories))

    def gaps(self, sectors: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Return the sectors without anybody, by market that some post covers."""
        return answering.gaps(self.charges, self.covered, sectors, self.on)


def today() -> date:
    """Return the day it is where the site is."""
    return timezone.localdate()


_SHOWN = (
    "network.post", "network.coverage", "network.designation", "network.absence", "people.person", "people.consent",
)  # fmt: skip
"""What the pages of the network depend on: an act on anything else leaves them as they are."""


def version() -> str:
    """Return what changes whenever the network may read otherwise: with every act on it, then with every day."""
    last = events.last(*_SHOWN)
    return f"{today():%Y%m%d}-{last}" if last else ""


def network(on: date | None = None) -> Network:
    """Return the network on a day, in nine queries whatever its size."""
    on = on or today()
    in_force = Designation.objects.filter(Q(until__isnull=True) | Q(until__gte=on), since__lte=on)
    in_force = in_force.exclude(role=Role.HEAD)  # asked where nobody is designated: no correspondent
    covers = Coverage.objects.filter(Q(since__isnull=True) | Q(since__lte=on), Q(until__isnull=True) | Q(until__gte=on))
    posts = list(
        Post.objects.prefetch_related(
            Prefetch("coverage", covers.order_by("pk")),
            "missions__mission",
            Prefetch(
                "designations",
                in_force.select_related("person").prefetch_related("sectors", "territories", "absences").order_by("pk"),
            ),
        )
    )
    cards = public_cards(one.person for post in posts for one in post.designations.all())
    offices, charges = [], []
    for post in posts:
        covered = tuple(one.territory_id for one in post.coverage.all())
        contacts = []
        for one in post.designations.all():
            charge = _charge(one, covered)
            charges.append(charge)
            contacts.append(_contact(one, charge, cards[one.person_id], covered, on))
        offices.append(
            Office(
                post.code, post.kind, post.name_en, post.name_fr, post.seat_id, post.city_en, post.city_fr,
                post.standing, covered,
                tuple(Listed(m.mission.name_en, m.mission.name_fr, m.confirmed) for m in post.missions.all()),
                tuple(sorted(contacts, key=lambda contact: (not contact.lead, contact.card.name))),
            )
        )  # fmt: skip
    return Network(on, tuple(offices), tuple(charges))


def _charge(one: Designation, covered: tuple[str, ...]) -> Charge:
    named = [territory.code for territory in one.territories.all()]
    return Charge(
        one.pk,
        one.post_id,
        # What a post no longer covers, nobody in it answers for.
        frozenset(code for code in covered if not named or code in named),
        frozenset(sector.code for sector in one.sectors.all()),
        one.role == Role.LEAD,
        one.since,
        one.until,
        tuple((absence.since, absence.until) for absence in one.absences.all()),
    )


def _contact(one: Designation, charge: Charge, card: Card, covered: tuple[str, ...], on: date) -> Contact:
    away = [until for since, until in charge.away if since <= on <= until]
    return Contact(
        one.pk,
        card,
        charge.lead,
        tuple(sector.code for sector in one.sectors.all()),
        tuple(code for code in covered if code in charge.territories),
        one.since,
        one.until,
        one.last_confirmed,
        max(away, default=None),
    )


def names(language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of territories and of sectors."""
    return reference.names(language)


def designations_of(person: UUID) -> Plain:
    """Return what a person is and was designated for, in plain values: it is theirs to have."""
    rows = Designation.objects.filter(person_id=person).prefetch_related("sectors", "territories", "absences")
    return [
        {
            "post": one.post_id,
            "role": one.role,
            "since": one.since.isoformat(),
            "until": one.until.isoformat() if one.until else None,
            "sectors": [sector.code for sector in one.sectors.all()],
            "territories": [territory.code for territory in one.territories.all()],
            "absences": [[away.since.isoformat(), away.until.isoformat()] for away in one.absences.all()],
        }
        for one in rows.order_by("since", "pk")
    ]
