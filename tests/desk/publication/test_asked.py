"""What a publication is asked for: known words in any case, each once; another is named, with what was meant."""

from __future__ import annotations

import pytest

from portulan.atlas.errors import UnknownCodeError
from portulan.desk.publication.asked import wanted
from portulan.desk.publication.pages import Wanted


def test_codes_may_be_small_and_said_twice() -> None:
    assert wanted("bel", ["jpn", "JPN", " can"], ["book", "book"]) == Wanted("BEL", ("JPN", "CAN"), ("book",))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ZZZ", [], []), "unknown exporter 'ZZZ'; use an ISO3 code such as FRA"),
        (("FRA", ["Japan"], []), "unknown market 'JAPAN'; did you mean JPN"),
        (("FRA", [], ["books"]), "unknown sector 'books'; did you mean book"),
        (("FRA", [], ["xyz"]), "unknown sector 'xyz'; use one of book, "),
        (("FRA", [], ["x" * 5000]), f"unknown sector '{'x' * 40}';"),
    ],
)
def test_an_unknown_word_is_named(words: tuple[str, list[str], list[str]], said: str) -> None:
    with pytest.raises(UnknownCodeError) as caught:
        wanted(*words)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 400
