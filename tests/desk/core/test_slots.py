"""Slots: a room that is not there leaves no trace; one that is there says what it has, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from portulan.desk.core import slots
from portulan.desk.core.slots import Item, Subject


@dataclass
class Calls:
    """A room with open calls for one market."""

    market: str = "JPN"
    texts: list[str] = field(default_factory=lambda: ["Tokyo residency"])
    number: int = 1

    def heading(self, language: str) -> str:
        return {"en": "Open calls", "fr": "Appels ouverts"}[language]

    def items(self, subject: Subject, language: str) -> tuple[Item, ...]:
        return tuple(Item(text) for text in self.texts) if subject.market == self.market else ()

    def version(self) -> str:
        return str(self.number)


@pytest.fixture
def calls() -> Iterator[Calls]:
    room = Calls()
    slots.register("open_calls", room)
    yield room
    slots.unregister("open_calls", room)


def test_without_a_room_there_is_nothing() -> None:
    assert slots.provided(Subject(market="JPN"), "en") == ()
    assert slots.version() == ""


def test_a_room_speaks_of_its_subject_only(calls: Calls) -> None:
    [filled] = slots.provided(Subject(market="JPN", sector="book"), "fr")
    assert (filled.slot, filled.heading, filled.items) == ("open_calls", "Appels ouverts", (Item("Tokyo residency"),))
    assert slots.provided(Subject(market="DEU"), "fr") == ()


def test_slots_keep_the_order_of_the_page(calls: Calls) -> None:
    person = Calls(texts=["Somebody"])
    slots.register("correspondent", person)
    try:
        assert [filled.slot for filled in slots.provided(Subject(market="JPN"), "en")] == [
            "correspondent",
            "open_calls",
        ]
    finally:
        slots.unregister("correspondent", person)


def test_a_slot_that_no_page_has_is_refused(calls: Calls) -> None:
    with pytest.raises(KeyError):
        slots.register("weather", calls)


def test_a_page_says_what_a_room_has_at_once(portal, calls: Calls) -> None:  # type: ignore[no-untyped-def]
    assert "Tokyo residency" in portal.get("/en/markets/JPN/").content.decode()
    calls.texts, calls.number = ["Osaka residency"], 2
    after = portal.get("/en/markets/JPN/").content.decode()
    assert "Osaka residency" in after and "Tokyo residency" not in after
    assert "residency" not in portal.get("/en/markets/BRA/").content.decode()
