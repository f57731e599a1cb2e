from __future__ import annotations

import re
import string

import pytest

from portulan.atlas.brief import words
from portulan.atlas.brief.texts import SAID
from portulan.atlas.brief.texts_tables import TABLED
from portulan.atlas.figures import STATUSES

TEXTS = {**SAID, **TABLED}


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_no_text_stands_in_both_tables() -> None:
    assert not set(SAID) & set(TABLED)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_both_languages_say_the_same_things(name: str) -> None:
    english, french = TEXTS[name]
    assert english and french
    assert slots(english) == slots(french)
    assert "'" not in french and "'" not in english, "an apostrophe is curved"
    assert not re.search(r"[^\s\u00a0\u202f«(][;?!»]|[^\s\u00a0\u202f/s]:(?=\s|$)", words.say(name, "fr"))


def test_every_status_has_its_letter() -> None:
    assert set(words.MARKS) == set(STATUSES)
    assert len(set(words.MARKS.values())) == len(STATUSES)


def test_days_are_said_as_each_language_does() -> None:
    assert words.day((2026, 8, 1), "en") == "1\u00a0August\u00a02026"
    assert words.day((2026, 8, 1), "fr") == "1er\u00a0août\u00a02026"
    assert words.day((2026, 12, 24), "fr") == "24\u00a0décembre\u00a02026"
