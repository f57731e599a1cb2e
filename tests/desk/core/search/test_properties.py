"""What holds of any document, and what no query may do."""

from __future__ import annotations

import time

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.desk.core.models import SearchEntry, SearchOccurrence, SearchText, SearchWay, SearchWord
from portulan.desk.core.search import Document, find, forget, put, words
from tests.desk.core.search.cards import CARD, card, found, put_cards

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
texts = st.text(max_size=120)
letters = st.text(alphabet="abcdeéèœç -'ñß", max_size=80)


class UndoneError(Exception):
    """Takes back what an example wrote."""


def tables() -> list[int]:
    return [one.objects.count() for one in (SearchEntry, SearchText, SearchOccurrence, SearchWord, SearchWay)]


@few
@given(st.one_of(texts, letters), st.one_of(texts, letters))
def test_a_document_is_found_by_each_of_its_words_and_by_its_title(title: str, text: str) -> None:
    before = tables()
    with pytest.raises(UndoneError), transaction.atomic():
        put(Document("made", "one", "fr", title, text))
        for word in words.words(words.clean(f"{title} {text}")):
            assert [hit.key for hit in find(word.folded, kinds=["made"])] == ["one"], word
        if list(words.words(words.clean(title))):
            assert [hit.key for hit in find(title, kinds=["made"])] == ["one"]
            assert find(title, kinds=["made"]) == find(title, kinds=["made"])
        forget("made", "one")
        assert find(title, kinds=["made"]) == () and tables() == before
        raise UndoneError


@few
@given(st.lists(st.tuples(st.sampled_from("abc"), letters, letters), max_size=6), letters)
def test_answers_depend_on_what_is_there_not_on_what_was(acts: list[tuple[str, str, str]], query: str) -> None:
    def ask() -> list[tuple[str, float]]:
        return [(hit.key, hit.score) for hit in find(query, kinds=["made"])]

    with pytest.raises(UndoneError), transaction.atomic():
        for key, title, text in acts:
            put(Document("made", key, "fr", title, text))
        after_many = ask()
        last = {key: (title, text) for key, title, text in acts}
        order = list(dict.fromkeys(key for key, _, _ in reversed(acts)))
        for key in order:
            forget("made", key)
        for key in reversed(order):
            put(Document("made", key, "fr", *last[key]))
        assert ask() == after_many
        raise UndoneError


HOSTILE = [
    "a" * 10_000, "édition " * 2_000, "?!.,;:" * 50, "\0", "a\0b", "\ud800", "🎮🎬", "משחקי וידאו", "ألعاب الفيديو",
    "゛゜", "%", "_", "%%%", "édi%", "' OR 1=1 --", '"; DROP TABLE core_searchentry; --', "\\", "%s", "%(a)s", "{}",
    "NULL", "AND OR NOT NEAR", "(((((", "*", "edit*", '"édition', "\u202eabc", "\u0301\u0301", "-" * 500, "a-" * 300,
    "ﷺ" * 50, "İ" * 60, "9" * 400, "\n\t\r",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_no_query_is_an_error_and_none_takes_long(query: str) -> None:
    put_cards()
    start = time.perf_counter()
    find(query, kinds=[CARD, query], market=query, sector=query, topic=query, language=query)
    hits = find(query, kinds=[CARD], language="fr")
    assert time.perf_counter() - start < 1
    assert len(hits) <= 10


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_can_be_put_and_forgotten(text: str) -> None:
    before = tables()
    put(Document("made", "hostile", "fr", text, text))
    [hit] = find("", kinds=["made"])
    assert hit.title == words.clean(text)
    forget("made", "hostile")
    assert tables() == before


@few
@given(texts)
def test_whatever_is_asked_there_is_an_answer(query: str) -> None:
    assert isinstance(find(query, kinds=[CARD]), tuple)


@pytest.mark.parametrize(("query", "key"), [("משחקי", "he"), ("ألعاب", "ar"), ("خِطاب", "ar"), ("ゲーム", "ja")])
def test_other_scripts_are_found_by_their_words(query: str, key: str) -> None:
    put(card("he", "משחקי וידאו", "טקסט", "he"))
    put(card("ar", "ألعاب الفيديو", "خطاب", "ar"))
    put(card("ja", "ゲーム", "本文", "ja"))
    assert found(query) == [key]


@pytest.mark.parametrize("wrong", [{"kind": "k" * 33}, {"key": "k" * 201}, {"market": "m" * 33}, {"key": ""}])
def test_what_the_index_cannot_hold_is_refused(wrong: dict[str, str]) -> None:
    given = {"kind": CARD, "key": "k", "language": "fr", "title": "t", "text": "t", **wrong}
    with pytest.raises(ValueError, match="document"):
        put(Document(**given))  # type: ignore[arg-type]


def test_what_is_undone_is_not_found() -> None:
    with pytest.raises(UndoneError), transaction.atomic():
        put(card("gone", "Visa", "texte"))
        raise UndoneError
    assert found("visa") == [] and tables() == [0, 0, 0, 0, 0]


def test_a_forgotten_name_leaves_the_vocabulary() -> None:
    put(card("one", "Visa", "Mme Zorbelune a répondu"))
    put(card("two", "Visa", "Personne"))
    forget(CARD, "one")
    assert not SearchWord.objects.filter(word="zorbelune").exists()
    assert not SearchWay.objects.filter(word_id="zorbelune").exists()
    assert SearchWord.objects.get(word="visa").entries == 1
