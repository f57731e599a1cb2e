"""The shelf of finished pages: within its bounds, never wrong, and not to be emptied by strangers."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.desk.markets.shelf import Page, Shelf, Shelves

pytestmark = pytest.mark.slow

BIG = 10**9


def page(weight: int = 1, mark: str = "") -> Page:
    return Page(b"x" * weight, weight, "text/html", mark)


def ask(shelf: Shelf, key: object) -> bool:
    """Ask for a page as a reader does; return whether it was there."""
    if shelf.get(key) is not None:
        return True
    shelf.put(key, page())
    return False


STEPS = st.lists(
    st.tuples(st.sampled_from("gpc"), st.integers(0, 12), st.integers(0, 60), st.sampled_from(["old", "new"])),
    max_size=120,
)


@given(st.integers(0, 6), st.integers(0, 150), STEPS)
def test_it_keeps_within_its_bounds_and_gives_back_what_was_put(
    size: int, most: int, steps: list[tuple[str, int, int, str]]
) -> None:
    shelf, put = Shelf(size, most), dict[tuple[int, str], tuple[int, str]]()
    for count, (what, key, weight, state) in enumerate(steps):
        if what == "g":
            found = shelf.get(key, state)
            assert found is None or (found.plain_size, found.etag) == put[key, state]
        elif what == "p" and shelf.put(key, page(weight, str(count)), state):
            put[key, state] = weight, str(count)
        elif what == "c":
            shelf.clear()
        assert len(shelf) <= size
        assert sum(one.plain_size for one in shelf._pages.values()) == shelf._bytes <= most


def test_what_was_refused_leaves_nothing_old_behind() -> None:
    shelf = Shelf(2, 10)
    assert shelf.put("a", page(3, "first"))
    assert not shelf.put("a", page(11, "too heavy"))
    assert shelf.get("a") is None


def test_another_state_of_the_site_clears_it_but_not_the_fame_of_addresses() -> None:
    shelf = Shelf(1, BIG)
    for _ in range(3):
        shelf.get("often", "old release")
    shelf.put("often", page(), "old release")
    assert shelf.get("often", "new release") is None
    assert not shelf.put("often", page(), "old release")
    shelf.get("once", "new release")
    assert shelf.put("once", page(), "new release")
    assert shelf.put("often", page(), "new release")
    assert shelf.get("once", "new release") is None


def hostile(kind: str, times: int, span: int) -> Iterator[tuple[str, int]]:
    """Yield addresses that nobody else asks for: each `times`, at once or spread over `span` others."""
    start = 0
    while True:
        if kind == "at once":
            yield from [("hostile", start)] * times
            start += 1
        else:
            yield from [("hostile", start + one) for _ in range(times) for one in range(span)]
            start += span


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["at once", "spread"]),
    st.integers(1, 3),
    st.integers(1, 400),
    st.integers(1, 4),
    st.integers(0, 99),
)
def test_a_hostile_stream_does_not_drive_readers_out(kind: str, times: int, span: int, volume: int, seed: int) -> None:
    draw, strangers, shelf = random.Random(seed), hostile(kind, times, span), Shelf(100, BIG)
    there = asked = 0
    for step in range(8000):
        if draw.randrange(volume + 1):
            ask(shelf, next(strangers))
            continue
        # Thirty pages that readers come back to, some more than others.
        found = ask(shelf, ("regular", int(30 * draw.random() ** 2)))
        if step > 2000:
            there, asked = there + found, asked + 1
    assert there / asked > 0.8


def test_a_reader_s_page_finds_a_place_when_habits_change() -> None:
    shelf = Shelf(10, BIG)
    for step in range(3000):
        ask(shelf, ("before", step % 10))
    tries = [ask(shelf, ("after", step % 10)) for step in range(1500)]
    assert all(tries[-10:])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=50, max_size=400))
def test_no_question_takes_a_place_from_a_page_that_needs_none(asked: list[int]) -> None:
    shelves = Shelves(Shelf(5, BIG), Shelf(5, BIG))
    for one in range(5):
        ask(shelves.of(False), one)
    for one in asked:
        ask(shelves.of(True), one)
    assert all(ask(shelves.of(False), one) for one in range(5))
    shelves.clear()
    assert not ask(shelves.of(False), 0) and not ask(shelves.of(True), asked[-1])
