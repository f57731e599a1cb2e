"""The pages of the room, put into words: the directory, a post, the gaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.desk.network import wording
from portulan.desk.network.answering import State
from portulan.desk.network.asked import Ask
from portulan.desk.network.models import Kind, Standing
from portulan.desk.network.selectors import Contact, Network, Office

Names = dict[str, str]
LATE = 365
"""Days after which a designation that nobody confirmed is said to be unconfirmed."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody designated, as a card prints them."""

    anchor: str
    name: str
    role: str
    away: str
    sectors: str
    territories: str
    languages: str
    email: str
    phone: str
    since: str
    confirmed: str
    card: str


@dataclass(frozen=True, slots=True)
class Place:
    """A post as a page prints it."""

    code: str
    name: str
    kind: str
    city: str
    standing: str
    href: str
    territories: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Directory:
    """The directory, for one question. ``answered`` says who answers where a market is asked for."""

    ask: Ask
    wrong: tuple[str, ...]
    choices: dict[str, list[tuple[str, str]]]
    answered: str
    places: tuple[Place, ...]
    people: int
    total: int
    invented: bool
    csv: str


@dataclass(frozen=True, slots=True)
class PostPage:
    """One post."""

    place: Place
    missions: tuple[tuple[str, str], ...]
    missing: str
    invented: bool
    markets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class GapRow:
    """A market and the sectors nobody is designated for; ``marks`` says of each sector whether somebody is."""

    code: str
    market: str
    href: str
    marks: tuple[bool, ...]
    missing: tuple[str, ...]
    sectors: str
    count: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """Where nobody is designated."""

    rows: tuple[GapRow, ...]
    markets: int
    day: str
    sectors: tuple[str, ...]
    csv: str


def spoken(net: Network, language: str) -> Names:
    """Return the languages that somebody in the directory speaks, by name."""
    codes = {code for office in net.offices for contact in office.contacts for code in contact.card.languages}
    return dict(sorted(((code, wording.language_name(code, language)) for code in codes), key=lambda pair: pair[1]))


def matches(net: Network, ask: Ask, language: str) -> list[tuple[Office, tuple[Contact, ...]]]:
    """Return the posts that a question is about, each with whom it means; one that covers the market stays, empty."""
    found = []
    for office in net.offices:
        if ask.market and ask.market not in office.territories:
            continue
        meant = tuple(
            one
            for one in office.contacts
            if (not ask.market or ask.market in one.territories)
            and (not ask.sector or not one.sectors or ask.sector in one.sectors)
            and (not ask.language or ask.language in one.card.languages)
        )
        if meant or (not ask.sector and not ask.language) or (ask.market and not ask.language):
            found.append((office, meant))
    return sorted(found, key=lambda pair: wording.in_order(pair[0].name(language)))


def directory(net: Network, ask: Ask, wrong: tuple[str, ...], names: tuple[Names, Names], language: str) -> Directory:
    """Return the directory for a question."""
    markets, sectors = names
    found = matches(net, ask, language)
    languages = spoken(net, language)
    covered = sorted(
        ((code, markets[code]) for code in net.covered if code in markets),
        key=lambda pair: wording.in_order(pair[1]),
    )
    return Directory(
        ask=ask,
        wrong=wrong,
        choices={
            "market": [("", _("All markets")), *covered],
            "sector": [("", _("All sectors")), *sectors.items()],
            "language": [("", _("All languages")), *languages.items()],
        },
        answered=_answered(net, ask, markets, sectors),
        places=tuple(_place(office, people, names, net.on, language) for office, people in found),
        people=sum(len(people) for _office, people in found),
        total=len(net.offices),
        invented=_invented(contact for _office, people in found for contact in people),
        csv=reverse("network:directory_file") + ask.query(),
    )


def post_page(net: Network, office: Office, names: tuple[Names, Names], language: str) -> PostPage:
    """Return the page of a post."""
    markets, sectors = names
    missing = net.gaps(tuple(sectors)).get(office.seat, ()) if office.seat in office.territories else ()
    return PostPage(
        place=_place(office, office.contacts, names, net.on, language),
        missions=tuple(
            (
                one.name_fr if language == "fr" else one.name_en,
                "" if one.confirmed else _("to be confirmed: the public lists differ"),
            )
            for one in office.missions
        ),
        missing=_all_of(missing, sectors),
        invented=_invented(office.contacts),
        markets=tuple((markets[code], code) for code in office.territories if code in markets),
    )


def gaps(net: Network, names: tuple[Names, Names], language: str) -> Gaps:
    """Return every market that a post covers with the sectors nobody is designated for, most missing first."""
    markets, sectors = names
    found = net.gaps(tuple(sectors))
    rows = [
        GapRow(
            code,
            markets[code],
            reverse("network:directory") + Ask(market=code).query(),
            tuple(sector not in missing for sector in sectors),
            missing,
            _all_of(missing, sectors),
            len(missing),
        )
        for code, missing in found.items()
        if code in markets
    ]
    rows.sort(key=lambda row: (-row.count, wording.in_order(row.market)))
    return Gaps(
        tuple(rows),
        len(net.covered),
        wording.day(net.on, language),
        tuple(sectors.values()),
        reverse("network:gaps_file"),
    )


def _all_of(missing: tuple[str, ...], sectors: Names) -> str:
    if missing and len(missing) == len(sectors):
        return _("all sectors")
    return ", ".join(sectors[code] for code in missing)


def _invented(contacts: Iterable[Contact]) -> bool:
    return any(contact.card.invented for contact in contacts)


def _answered(net: Network, ask: Ask, markets: Names, sectors: Names) -> str:
    """Say who answers for the market that is asked for, or that nobody does."""
    if not ask.market:
        return ""
    state, found = net.answer(ask.market, ask.sector)
    about = {"market": markets[ask.market], "sector": sectors.get(ask.sector, "")}
    if state is State.NOBODY:
        return (
            _("Nobody is designated for %(market)s, %(sector)s, at present.") % about
            if ask.sector
            else _("Nobody is designated for %(market)s at present.") % about
        )
    people = ", ".join(dict.fromkeys(wording.who(contact) for _office, contact in found))
    if state is State.AWAY:
        return _("Everybody designated for %(market)s is away: %(people)s.") % {**about, "people": people}
    if state is State.DEPUTY:
        return _("The correspondent for %(market)s is away. In the meantime: %(people)s.") % {**about, "people": people}
    return _("Who answers for %(market)s: %(people)s.") % {**about, "people": people}


def _place(office: Office, people: tuple[Contact, ...], names: tuple[Names, Names], on: date, language: str) -> Place:
    markets, _sectors = names
    return Place(
        code=office.code,
        name=office.name(language),
        kind=str(Kind(office.kind).label),
        city=office.city(language),
        standing="" if office.standing == Standing.OPEN else str(Standing(office.standing).label),
        href=reverse("network:post", args=[office.code]),
        territories=", ".join(markets[code] for code in office.territories if code in markets),
        people=tuple(_person(office, one, names, on, language) for one in people),
    )


def _confirmed(one: Contact, on: date, language: str) -> str:
    if one.last_confirmed is None:
        return _("never")
    said = wording.day(one.last_confirmed, language)
    late = (on - one.last_confirmed).days > LATE
    return _("%(day)s, more than a year ago") % {"day": said} if late else said


def _person(office: Office, one: Contact, names: tuple[Names, Names], on: date, language: str) -> Person:
    markets, sectors = names
    return Person(
        anchor=f"c{one.id}",
        name=wording.who(one),
        role=wording.role(one),
        away="" if one.back is None else _("away until %(day)s") % {"day": wording.day(one.back, language)},
        sectors=", ".join(sectors[code] for code in one.sectors if code in sectors) or _("all sectors"),
        territories=""
        if set(one.territories) == set(office.territories)
        else ", ".join(markets[code] for code in one.territories if code in markets),
        languages=", ".join(wording.language_name(code, language) for code in one.card.languages),
        email=one.card.email,
        phone=one.card.phone,
        since=wording.day(one.since, language),
        confirmed=_confirmed(one, on, language),
        card=reverse("network:card", args=[one.id]) if one.card.name else "",
    )
