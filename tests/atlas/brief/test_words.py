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


SINGLE = sorted(name for name in TEXTS if name.endswith(" (one)") and name.removesuffix(" (one)") in TEXTS)


def test_what_can_be_one_has_its_singular() -> None:
    assert len(SINGLE) >= 7
    numbers = re.compile(r"\{(?:count|total)\} (?:\w+ )?\w+s\b")
    # `named` counts two at least, and a world of one importer is no world.
    never = {"list more", "coverage world", "coverage fitted"}
    counting = {name for name, (english, _) in TEXTS.items() if numbers.search(english)} - set(SINGLE)
    assert counting <= never | {name.removesuffix(" (one)") for name in SINGLE}


@pytest.mark.parametrize("name", SINGLE)
def test_one_is_said_as_one(name: str) -> None:
    many, values = name.removesuffix(" (one)"), dict.fromkeys(slots(TEXTS[name.removesuffix(" (one)")][0]), 1)
    for lang in ("en", "fr"):
        assert words.counted(many, 1, lang, **values) == words.say(name, lang, **values)
        assert words.counted(many, 2, lang, **values) == words.say(many, lang, **values)
        assert not re.search(r"\b(?:of|sur) 1\b|\b1 (?:\w+s)\b(?<!pays)", words.counted(many, 1, lang, **values))
    assert words.counted("suppliers count", 0, "fr", count=0) == "0 pays y vend."
    assert words.counted("suppliers count", 0, "en", count=0) == "0 countries sell there."


def test_every_status_has_its_letter() -> None:
    assert set(words.MARKS) == set(STATUSES)
    assert len(set(words.MARKS.values())) == len(STATUSES)


def test_days_are_said_as_each_language_does() -> None:
    assert words.day((2026, 8, 1), "en") == "1\u00a0August\u00a02026"
    assert words.day((2026, 8, 1), "fr") == "1er\u00a0août\u00a02026"
    assert words.day((2026, 12, 24), "fr") == "24\u00a0décembre\u00a02026"
