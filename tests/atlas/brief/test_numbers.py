from __future__ import annotations

import pytest

from portulan.atlas.brief.numbers import between, ordinal, parted, said, typeset

N, T = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("value", "unit", "indicator", "english", "french"),
    [
        (115_400_000, "USD", "imports_from", f"115.4{N}M$", f"115,4{N}M$"),
        (2_900_000_000, "USD", "imports_world", f"2.9{N}bn$", f"2,9{N}Md$"),
        (42_800, "USD", "imports_from", f"43{N}k$", f"43{N}k$"),
        (999_960, "USD", "imports_from", f"1.0{N}M$", f"1,0{N}M$"),
        (0.3, "USD", "imports_from", f"<{N}1{N}$", f"<{N}1{N}$"),
        (0, "USD", "unrealised_static", f"0{N}$", f"0{N}$"),
        (0.0217, "ratio", "share", "2.2%", f"2,2{N}%"),
        (0.00001, "ratio", "share", f"<{N}0.1%", f"<{N}0,1{N}%"),
        (1.25, "ratio", "realised_share", "125.0%", f"125,0{N}%"),
        (0.68, "ratio", "ease", "0.68", "0,68"),
        (-3.14, "percent per year", "growth", "\u22123.1% a year", f"\u22123,1{N}% par an"),
        (123_201_945, "persons", "population", f"123,201,945{N}people", f"123{T}201{T}945{N}habitants"),
        (9715, "km", "distance_km", f"9,715{N}km", f"9{T}715{N}km"),
        (7, "rank", "supplier_rank", "7", "7"),
        (2.5, "rank", "supplier_rank", "2.5", "2,5"),
    ],
)
def test_a_value_is_said_with_its_unit(value: float, unit: str, indicator: str, english: str, french: str) -> None:
    assert said(value, unit, "en", indicator) == english
    assert said(value, unit, "fr", indicator) == french


def test_long_units_stand_apart() -> None:
    assert parted(123_201_945, "persons", "fr") == (f"123{T}201{T}945", "habitants")
    assert parted(32_678, "USD per head", "en") == (f"32,678{N}$", "per head")
    assert parted(87, "percent of population", "fr") == (f"87,0{N}%", "de la population")
    assert parted(9715, "km", "en") == (f"9,715{N}km", "")


def test_intervals_and_ranks_in_words() -> None:
    assert between(1e6, 2e6, "USD", "en") == f"1.0{N}M$ to{N}2.0{N}M$"
    assert between(1e6, 2e6, "USD", "fr") == f"1,0{N}M$ à{N}2,0{N}M$"
    assert [ordinal(n, "en") for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 111, 113)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th"),
        *("21st", "22nd", "111th", "113th"),
    ]
    assert [ordinal(n, "fr") for n in (1, 2, 21)] == ["1er", "2e", "21e"]


def test_french_signs_have_their_spaces() -> None:
    assert typeset("oui ; non : « si » ? 5 %", "fr") == f"oui{T}; non{N}: «{N}si{N}»{T}? 5{N}%"
    assert typeset("yes; no: 5%", "en") == "yes; no: 5%"
