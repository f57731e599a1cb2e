"""A small network on a small reference: two posts, four markets, the sectors of the atlas."""

from __future__ import annotations

from datetime import date

import pytest

from portulan.desk.core import reference
from portulan.desk.core.models import Sector, Territory
from portulan.desk.network import services
from portulan.desk.network.models import Post
from portulan.desk.network.reading import MISSION_2020, PostRow
from portulan.desk.people.models import Person, Purpose
from portulan.desk.people.services import add_person, give_consent

TODAY = date(2026, 11, 22)
MARKETS = [
    ("JPN", "Japan", "Japon"),
    ("SGP", "Singapore", "Singapour"),
    ("PHL", "Philippines", "Philippines"),
    ("EST", "Estonia", "Estonie"),
]
SECTORS = [("book", "Books", "Livre"), ("games", "Video games", "Jeux vidéo"), ("music", "Music", "Musique")]


def row(code: str, seat: str, listed: str = "confirmed") -> PostRow:
    return PostRow(code, "embassy", seat, "City", "Ville", f"Embassy in {code}", f"Ambassade à {code}", listed)


@pytest.fixture
def posts(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Post]:
    """Japan and Singapore, and the day it is."""
    from portulan.desk.network import selectors

    monkeypatch.setattr(selectors, "today", lambda: TODAY)
    reference.keep(MARKETS, SECTORS)
    services.keep_posts([row("jpn", "JPN"), row("sgp", "SGP", "open")], MISSION_2020)
    return {post.code: post for post in Post.objects.all()}


def person(given: str, *, public: bool = True, **more: object) -> Person:
    """Add a person who agreed to their name and address, or to nothing."""
    made = add_person(given, "Exemple", email=f"{given.lower()}@example.org", phone="+33 1 00 00 00 00", **more)  # type: ignore[arg-type]
    if public:
        give_consent(made, Purpose.NAME, "in a test")
        give_consent(made, Purpose.EMAIL, "in a test")
    return made


def sectors(*codes: str) -> list[Sector]:
    return list(Sector.objects.filter(code__in=codes))


def territories(*codes: str) -> list[Territory]:
    return list(Territory.objects.filter(code__in=codes))
