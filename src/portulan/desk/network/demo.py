"""An invented network, so that every screen has life: people who do not exist, in the posts of the first mission."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle

from django.db import transaction

from portulan.desk.core.models import Sector, Territory
from portulan.desk.network import reading, services
from portulan.desk.network.models import Designation, Post
from portulan.desk.network.models import Role as Place
from portulan.desk.network.wording import in_order
from portulan.desk.people.models import OrganisationKind, Person, Purpose, Role
from portulan.desk.people.services import (
    add_organisation,
    add_person,
    give_consent,
    grant_role,
    open_account,
    remove_invented,
    remove_organisations,
)

_GIVEN = (
    "Ada", "Basile", "Camille", "Dario", "Elif", "Farah", "Gaspard", "Hana", "Idris", "Jun", "Kenza", "Léo", "Mina",
    "Noé", "Ottilie", "Pia", "Quentin", "Rosa", "Sami", "Théa", "Ugo", "Vera", "Wim", "Xenia", "Yaël", "Zoé",
)  # fmt: skip
_FAMILY = ("Exemple", "Sample", "Fictive", "Muster", "Ejemplo")
OPERATOR = "Livre Export (invented)"
_HOW = "invented for the demonstration"
_SCREEN = ("audiovisual", "games", "digital_arts", "music")
_PRINT = ("book", "press")
_VACANT = frozenset({"rou", "qat", "nga"})
_LEAVING = frozenset({"ken", "ita"})
_SHARED = frozenset({"deu", "gbr", "usa", "jpn", "ita", "esp", "chn", "kor", "bra", "can"})
_REGION = ("SGP", "IDN", "TWN", "PHL")
_LANGUAGES = {
    "DEU": "de", "ESP": "es", "ARG": "es", "COL": "es", "MEX": "es", "ITA": "it", "PRT": "pt", "BRA": "pt",
    "JPN": "ja", "CHN": "zh", "TWN": "zh", "KOR": "ko", "POL": "pl", "TUR": "tr", "MAR": "ar", "TUN": "ar",
    "LBN": "ar", "SAU": "ar", "ARE": "ar", "QAT": "ar", "KEN": "sw", "RUS": "ru",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many posts and people were added."""

    posts: int
    people: int


@transaction.atomic
def load(on: date) -> Loaded:
    """Add the posts of the first mission and invented people in them; where such people are already, none are added."""
    posts = services.keep_posts(reading.read_posts(), reading.MISSION_2020)
    if Person.objects.filter(invented=True).exists():
        return Loaded(posts, 0)
    names = _names()
    for post in Post.objects.filter(code__in=[row.code for row in reading.read_posts()]):
        if post.code not in _VACANT:
            _staff(post, names, on)
    _regional(next(names), on)
    _coordination(on)
    _operator(on)
    return Loaded(posts, Person.objects.filter(invented=True).count())


def remove() -> int:
    """Take the invented people and their operator away; posts are real and stay. Return how many people there were."""
    gone = remove_invented()
    remove_organisations(OPERATOR)
    return gone


def _names() -> Iterator[tuple[str, str]]:
    families = cycle(_FAMILY)
    return ((given, next(families)) for given in cycle(_GIVEN))


def _staff(post: Post, names: Iterator[tuple[str, str]], on: date) -> None:
    """Give a post one correspondent for all, or two who share the sectors; some have a deputy, some are away."""
    number = sum(map(ord, post.code))
    # Two leave within three months, so that their handovers are open.
    since = on - timedelta(days=1055 if post.code in _LEAVING else 90 + number % 800)
    until = since + timedelta(days=3 * 365)
    sectors = {sector.code: sector for sector in Sector.objects.all()}
    if post.code in _SHARED:
        _designated(post, next(names), since, until, [sectors[code] for code in _SCREEN])
        others = [one for code, one in sectors.items() if code not in _SCREEN]
        lead = _designated(post, next(names), since, until, others)
    else:
        # A post of one person often has only what that person knows.
        only = [] if number % 3 else [sectors[code] for code in (*_PRINT, *_SCREEN, "visual_arts")]
        lead = _designated(post, next(names), since, until, only)
    if number % 2:
        _designated(post, next(names), since, until, [], Place.DEPUTY)
    if number % 7 == 0:
        services.record_absence(lead, on - timedelta(days=3), on + timedelta(days=11))
    if number % 5:
        services.confirm_designation(lead, max(since, on - timedelta(days=number % 200)))


def _regional(name: tuple[str, str], on: date) -> None:
    """Designate one agent for four countries, from one of their posts: one of the four has no post of its own."""
    post = Post.objects.get(code="sgp")
    territories = [Territory.objects.get(code=code) for code in _REGION]
    for territory in territories:
        services.cover(post, territory)
    games = list(Sector.objects.filter(code__in=("games", "digital_arts")))
    _designated(post, name, on - timedelta(days=400), None, games, territories=territories)


def _coordination(on: date) -> None:
    """Invent somebody of the coordination desk, who sees what all posts do."""
    person = add_person("Coline", "Exemple", email="coordination@example.org", languages=["fr", "en"], invented=True)
    grant_role(person, Role.COORDINATION, since=on - timedelta(days=200))
    open_account(person, language="fr")


def _operator(on: date) -> None:
    """Invent an operator, and somebody who acts for it in books: a rule may have them asked."""
    body = add_organisation(OPERATOR, OrganisationKind.OPERATOR)
    person = add_person("Odile", "Exemple", email="operator@example.org", languages=["fr", "en"], invented=True)
    sectors = Sector.objects.filter(code__in=_PRINT)
    grant_role(person, Role.OPERATOR_OFFICER, since=on - timedelta(days=200), organisation=body, sectors=sectors)
    open_account(person, language="fr")


def _designated(
    post: Post,
    name: tuple[str, str],
    since: date,
    until: date | None,
    sectors: Sequence[Sector],
    role: str = Place.LEAD,
    territories: Sequence[Territory] = (),
) -> Designation:
    given, family = name
    spoken = ["fr", "en", *filter(None, [_LANGUAGES.get(post.seat_id, "")])]
    person = add_person(
        given, family, email=f"{post.code}.{in_order(given)}@example.org", languages=spoken, invented=True
    )
    for purpose in (Purpose.NAME, Purpose.EMAIL):
        give_consent(person, purpose, _HOW)
    open_account(person)
    return services.designate_correspondent(
        person, post, since=since, until=until, role=role, sectors=sectors, territories=territories
    )
