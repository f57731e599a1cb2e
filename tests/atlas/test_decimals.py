"""A number is written as CLDR has it, in both languages."""

from __future__ import annotations

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from portulan.atlas.decimals import decimal_text

NUMBERS = (
    st.floats(-1e15, 1e15)
    | st.integers(-(10**12), 10**12).map(float)
    | st.integers(-999, 999).map(lambda eighths: eighths / 8)
)


def _babel(value: float, lang: str, pattern: str) -> str:
    text = str(format_decimal(value, format=pattern, locale=lang))
    if text.startswith("-") and not text.strip("-0.,"):
        return text[1:]  # Babel writes a little below nothing as -0
    return text.replace("-", "\u2212")


@given(NUMBERS, st.sampled_from(["en", "fr"]), st.integers(0, 4))
def test_it_is_what_babel_writes(value: float, lang: str, digits: int) -> None:
    assert decimal_text(value, lang, digits) == _babel(value, lang, "#,##0" + ("." + "0" * digits if digits else ""))


@given(NUMBERS, st.sampled_from(["en", "fr"]), st.integers(0, 2), st.integers(0, 6))
def test_idle_zeros_are_left_out(value: float, lang: str, least: int, more: int) -> None:
    pattern = "#,##0." + "0" * least + "#" * more if least + more else "#,##0"
    assert decimal_text(value, lang, least, most=least + more) == _babel(value, lang, pattern)


@pytest.mark.parametrize(
    ("value", "lang", "digits", "text"),
    [
        (1234567.5, "en", 1, "1,234,567.5"),
        (1234567.5, "fr", 1, "1\u202f234\u202f567,5"),
        (-0.04, "en", 1, "0.0"),
        (-2.5, "fr", 0, "\u22122"),
        (1.005, "en", 2, "1.00"),
        (1.015, "en", 2, "1.02"),
    ],
)
def test_numbers_known_by_hand(value: float, lang: str, digits: int, text: str) -> None:
    assert decimal_text(value, lang, digits) == text
