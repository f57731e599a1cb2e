"""Pages that are kept: only good answers to plain questions, and never another page than a fresh one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.desk.markets import caching
from portulan.desk.markets.shelf import Shelf, Shelves

pytestmark = pytest.mark.slow

FUNCTION = HealthCheck.function_scoped_fixture
Asking = Callable[[str], bool]


@pytest.fixture
def made() -> list[str]:
    """The addresses that the view under test wrote, in order."""
    return []


@pytest.fixture
def ask(portal: Any, made: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    """Ask a kept view for an address; tell whether the page was there already."""
    monkeypatch.setattr(caching, "shelf", Shelves(Shelf(20, 10**6), Shelf(20, 10**6)))

    @caching.kept("year", "flow", prefix="w_", many="market", free=("find",))
    def view(request: HttpRequest) -> HttpResponse:
        made.append(request.get_full_path())
        return HttpResponse("page", status=404 if request.GET.get("year") == "1700" else 200)

    def ask(address: str) -> bool:
        before = len(made)
        view(RequestFactory(SERVER_NAME="localhost").get(address))
        return len(made) == before

    return ask


@pytest.mark.parametrize(
    "query",
    ["", "?year=2023", "?w_ease=3&year=2023", "?market=JPN&market=CAN", "?flow=", "?market=C%C3%B4te+d%E2%80%99Ivoire"],
)
def test_a_plain_question_is_answered_once(ask: Asking, query: str) -> None:
    assert not ask(f"/{query}")
    assert ask(f"/{query}")


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("?x=1", ""), ("?utm_source=mail", ""), ("?year=2023&x=", "?year=2023"), ("?Year=2023", ""), ("?&", ""),
        ("?year=2023&", "?year=2023"), ("?year", "?year="), ("?%79ear=2023", "?year=2023"), ("?=2023", ""),
        ("?year=%32023", "?year=2023"), ("?year=2022&year=2023", "?year=2023"), ("?find=+&year=2023", "?year=2023"),
        ("?x=1&market=USA&year=2023&market=BEL", "?market=USA&market=BEL&year=2023"),
    ],
)  # fmt: skip
def test_an_odd_way_to_ask_is_the_plain_question(ask: Asking, made: list[str], query: str, meant: str) -> None:
    assert not ask(f"/{query}")
    # The page holds its own address: not what a stranger wrote in theirs.
    assert made == [f"/{meant}"]
    assert ask(f"/{meant}")
    assert ask(f"/{query}")


@pytest.mark.parametrize("query", ["?find=bel", "?find=bel&year=2023", "?year=1700"])
def test_free_words_and_bad_answers_are_never_kept(ask: Asking, made: list[str], query: str) -> None:
    for _ in range(3):
        assert not ask(f"/{query}")
    assert made == [f"/{query}"] * 3
    assert not ask("/")


def test_the_order_of_words_makes_no_other_page(ask: Asking) -> None:
    assert not ask("/?year=2023&flow=goods")
    assert ask("/?flow=goods&year=2023")
    # But that of markets does: it is the order of the columns.
    assert not ask("/?market=JPN&market=CAN")
    assert not ask("/?market=CAN&market=JPN")


WORDS = st.text(max_size=12)
QUERIES = st.one_of(
    st.dictionaries(WORDS, WORDS, min_size=1, max_size=4).map(urlencode),
    st.lists(st.tuples(st.sampled_from(["year", "flow", "w_a", "x"]), WORDS), min_size=1, max_size=5).map(urlencode),
    st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#?"), min_size=1, max_size=40),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[FUNCTION])
@given(st.lists(QUERIES, min_size=20, max_size=80))
def test_hostile_questions_leave_plain_pages_where_they_are(ask: Asking, queries: list[str]) -> None:
    caching.shelf.clear()
    regular = [f"/{one}/" for one in range(15)]
    for address in regular:
        ask(address)
    for query in queries:
        ask(f"/?{query}")
    assert all(ask(address) for address in regular)


@settings(max_examples=25, deadline=None, suppress_health_check=[FUNCTION])
@given(st.lists(QUERIES, min_size=20, max_size=80), st.integers(1, 3))
def test_hostile_questions_leave_readers_questions_where_they_are(ask: Asking, queries: list[str], volume: int) -> None:
    caching.shelf.clear()
    regular = [f"/?year={year}" for year in range(2010, 2020)]
    for address in regular * 3:
        ask(address)
    kept = []
    for place, query in enumerate(queries):
        ask(f"/?{query}")
        if place % volume == 0:
            kept.append(ask(regular[place // volume % len(regular)]))
    assert sum(kept) / len(kept) > 0.9


PAGES = (
    "/en/", "/en/?year=2023", "/fr/?exporter=BEL", "/en/markets/?perimeter=broad", "/en/markets/BEL/?year=2023",
    "/fr/markets/BEL/book/?perimeter=broad", "/en/sectors/book/?exporter=BEL", "/en/evidence/",
    "/en/releases/?exporter=BEL", "/en/map/?sector=music&by=share", "/en/map/?sort=share&order=asc&sector=book",
    "/en/map/?view=sectors",
    "/fr/map/?scale=log&rows=all&estimates=1&market=BEL&year=2023&perimeter=broad&exporter=FRA&flow=goods",
    "/en/scan/?sector=book&w_ease=3", "/fr/scan/?preset=none&sector=book", "/en/scan/data.json?sector=book",
    "/en/compare/?sector=book&market=BEL&market=USA", "/en/compare/?sector=book&market=USA&market=BEL",
    "/en/method/", "/sitemap.xml",
)  # fmt: skip


@pytest.mark.slow
def test_what_is_kept_is_what_would_be_written(portal: Any) -> None:
    kept, first = [], {}
    for address in PAGES:
        before = _count()
        first[address] = portal.get(address)
        assert first[address].status_code == 200, address
        kept.append(_count() - before)
    assert kept == [1] * len(PAGES)
    for address in PAGES:
        assert portal.get(address).content == first[address].content, address
    for address in reversed(PAGES):
        caching.shelf.clear()
        assert portal.get(address).content == first[address].content, address


@pytest.mark.slow
@pytest.mark.parametrize("address", ["/en/map/?find=bel", "/en/map/?release=0123456789abcdef"])
def test_free_words_are_answered_and_not_kept(portal: Any, address: str) -> None:
    assert portal.get(address).status_code == 200
    assert _count() == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("/en/?utm_source=x", "/en/"),
        ("/en/method/?year=2023", "/en/method/"),
        ("/en/map/?x=1", "/en/map/"),
        ("/fr/compare/?x=1&market=USA&sector=book&market=BEL", "/fr/compare/?market=USA&market=BEL&sector=book"),
    ],
)
def test_a_page_says_nothing_of_what_it_does_not_read(portal: Any, address: str, plain: str) -> None:
    first = portal.get(address)
    assert first.status_code == 200
    assert _count() == 1
    caching.shelf.clear()
    assert portal.get(plain).content == first.content


def _count() -> int:
    return len(caching.shelf.of(False)) + len(caching.shelf.of(True))
