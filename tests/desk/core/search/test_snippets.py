"""What is shown of a text: the part that answers, its words told apart, nothing added but the cut."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from portulan.desk.core.search import words
from portulan.desk.core.search.snippets import CUT, LETTERS, snippet

LONG = "Avant tout, un mot. " * 30 + "Le visa d’artiste se demande tôt. " + "Après tout, un autre mot. " * 30


def test_the_part_around_the_words_is_shown() -> None:
    shown = snippet(LONG, {"visa", "artiste"})
    assert [text for text, is_hit in shown if is_hit] == ["visa", "artiste"]
    whole = "".join(text for text, _ in shown)
    assert whole.startswith(CUT) and whole.endswith(CUT) and len(whole) <= LETTERS + 2
    assert whole.strip(CUT) in LONG
    # Cut at words, with some of what stands before.
    assert whole[1:].split()[0] in LONG.split() and whole.index("visa") > 10


def test_without_a_word_the_beginning_is_shown() -> None:
    [(text, is_hit), *_] = snippet(LONG, set())
    assert text.startswith("Avant tout") and text.endswith(CUT) and not is_hit


def test_a_short_text_is_shown_whole_on_one_line() -> None:
    assert snippet("Un visa.\n\nPuis\tdeux.", {"visa"}) == (("Un ", False), ("visa", True), (". Puis deux.", False))
    assert snippet("", {"visa"}) == () and snippet("visa", {"visa"}) == (("visa", True),)


def test_what_looks_like_markup_stays_text() -> None:
    assert snippet("<b>visa</b>", {"visa"}) == (("<b>", False), ("visa", True), ("</b>", False))


@given(st.text(max_size=900), st.integers(0, 8))
def test_a_snippet_is_a_part_of_its_text(text: str, every: int) -> None:
    whole = words.clean(text)
    some = {one.folded for one in list(words.words(whole))[:: every + 1]}
    shown = snippet(whole, some)
    said = "".join(part for part, _ in shown)
    assert said.removeprefix(CUT).removesuffix(CUT) in " ".join(whole.split()) + CUT
    assert all(words.fold(part)[: words.LONGEST] in some for part, is_hit in shown if is_hit)
    assert bool(some) == any(is_hit for _, is_hit in shown) or len(said) > 40


def test_a_long_text_full_of_hits_takes_no_time() -> None:
    start = time.perf_counter()
    assert snippet("visa artiste " * 20_000, {"visa", "artiste"})
    assert time.perf_counter() - start < 1
