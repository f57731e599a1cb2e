"""Words: folding, roots, and what a hyphen joins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.desk.core.search import words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("École", "ecole"), ("ŒUVRE", "oeuvre"), ("æquo", "aequo"), ("Æther", "aether"), ("façade", "facade"),
        ("e\u0301dition", "edition"), ("édi\u00adtion", "edition"), ("Straße", "strasse"), ("ﬁlm", "film"),
        ("Øresund", "oresund"), ("Łódź", "lodz"), ("İstanbul", "istanbul"), ("ＡＢＣ", "abc"), ("№", "no"),
    ],
)  # fmt: skip
def test_case_accents_and_joined_letters_do_not_matter(written: str, folded: str) -> None:
    assert words.fold(written) == folded


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert words.fold(words.fold(text)) == words.fold(text)


@given(st.text(max_size=200))
def test_words_stand_where_they_say(text: str) -> None:
    whole = words.clean(text)
    found = list(words.words(whole))
    assert all(words.fold(whole[one.start : one.end])[: words.LONGEST] == one.folded for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.text(max_size=60))
def test_what_is_cleaned_can_be_kept_by_any_database(text: str) -> None:
    assert "\0" not in words.clean(text)
    words.clean(text).encode("utf-8")
    assert words.clean(words.clean(text)) == words.clean(text)


def test_halves_of_characters_and_null_bytes_go() -> None:
    assert words.clean("a\ud800b\0c") == "ab c"


def test_an_apostrophe_parts_words_and_a_hyphen_joins_them_too() -> None:
    text = "L’accord de co-production, c'est-à-dire l'e-book"
    found = list(words.words(text))
    assert [one.folded for one in found] == [
        "l", "accord", "de", "co", "production", "c", "est", "a", "dire", "l", "e", "book",
    ]  # fmt: skip
    assert {whole for _, whole in words.compounds(text, found)} == {"coproduction", "esta", "adire", "ebook"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("edition", "editions"), ("jeu", "jeux"), ("lieu", "lieux"), ("tableau", "tableaux"), ("bijou", "bijoux"),
        ("festival", "festivaux"), ("video", "videos"), ("publisher", "publishers"), ("company", "companies"),
        ("oeuvre", "oeuvres"), ("traduits", "traduite"), ("right", "rights"),
    ],
)  # fmt: skip
def test_forms_of_a_word_share_a_root(one: str, other: str) -> None:
    assert words.roots(one) & words.roots(other)


@pytest.mark.parametrize(("one", "other"), [("livre", "livret"), ("droit", "adroit"), ("musique", "musee")])
def test_other_words_do_not(one: str, other: str) -> None:
    assert not words.roots(one) & words.roots(other)


def test_roots_are_the_same_in_many_threads() -> None:
    texts = [f"{start}{end}" for start in ("editi", "creati", "transmissi", "organisati") for end in ("on", "ons")] * 50
    words.roots.cache_clear()
    alone = {text: words.roots.__wrapped__(text) for text in texts}
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(words.roots.__wrapped__, texts)) == [alone[text] for text in texts]


def test_years_codes_and_short_words_are_not_taken_for_misspelt_ones() -> None:
    assert [words.forgivable(one) for one in ("2024", "hs4901", "tva", "visa")] == [False, False, False, True]
