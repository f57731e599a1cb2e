"""Values are said as each language writes them, and never lose their size or sign."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.desk.markets import wording


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("value", "unit", "indicator", "english", "french"),
    [
        (115_400_123.0, "USD", "imports_from", "115.4 M$", "115,4 M$"),
        (670_400.0, "USD", "imports_from", "670 k$", "670 k$"),
        (999_700.0, "USD", "imports_from", "1.0 M$", "1,0 M$"),
        (2_310_000_000.0, "USD", "imports_world", "2.3 bn$", "2,3 Md$"),
        (12.0, "USD", "imports_from", "12 $", "12 $"),
        (0.0, "USD", "imports_from", "0 $", "0 $"),
        (0.3, "USD", "imports_from", "< 1 $", "< 1 $"),
        (0.00004, "ratio", "share", "< 0.1%", "< 0,1 %"),
        (0.0, "ratio", "share", "0.0%", "0,0 %"),
        (-0.01, "percent per year", "growth", "> −0.1% a year", "> −0,1 % par an"),
        (0.0001, "index", "supplier_hhi", "< 0.001", "< 0,001"),
        (-5_250_000.0, "USD", "unrealised", "−5.2 M$", "−5,2 M$"),
        (0.305, "ratio", "share", "30.5%", "30,5 %"),
        (1.31, "ratio", "ease", "1.31", "1,31"),
        (0.64, "ratio", "common_language", "64%", "64 %"),
        (0.0004, "ratio", "common_language", "< 1%", "< 1 %"),
        (0.0, "ratio", "common_language", "none shared", "aucune en commun"),
        (2.594199, "index", "rca", "2.59", "2,59"),
        (0.0834, "index", "supplier_hhi", "0.083", "0,083"),
        (-3.04, "percent per year", "growth", "−3.0% a year", "−3,0 % par an"),
        (91.2, "percent of population", "internet_users", "91.2% of the population", "91,2 % de la population"),
        (10123.4, "km", "distance_km", "10,123 km", "10 123 km"),
        (67_000_000.0, "persons", "population", "67,000,000 people", "67 000 000 habitants"),
        (45_120.0, "USD per head", "gdp_per_head", "45,120 $ per head", "45 120 $ par habitant"),
        (3.0, "rank", "supplier_rank", "3", "3"),
    ],
)
def test_each_unit_in_both_languages(value: float, unit: str, indicator: str, english: str, french: str) -> None:
    assert _plain(wording.said(value, unit, "en", indicator)) == english
    assert _plain(wording.said(value, unit, "fr", indicator)) == french


def test_every_unit_of_the_atlas_is_said() -> None:
    from portulan.atlas import api

    for indicator in api.indicators():
        for language in ("en", "fr"):
            text = wording.said(0.5, indicator.unit, language, indicator.id)
            assert not re.search(r"[a-z]", text) or language in ("en", "fr")
            assert text


@given(st.floats(min_value=-1e15, max_value=1e15), st.sampled_from(["en", "fr"]))
def test_money_keeps_size_and_sign(value: float, language: str) -> None:
    text = _plain(wording.money(value, language))
    if 0 < abs(value) <= 0.5:
        assert text == ("< 1 $" if value > 0 else "> −1 $")  # a little is never printed as nothing
        return
    number, scale = re.fullmatch(r"(−?[\d ,.]+) ?(k|M|bn|Md)?\$", text).groups()  # type: ignore[union-attr]
    number = number.replace(" ", "").replace("−", "-")
    number = number.replace(",", "") if language == "en" else number.replace(",", ".")
    said = float(number) * {None: 1, "k": 1e3, "M": 1e6, "bn": 1e9, "Md": 1e9}[scale]
    assert math.isclose(said, value, rel_tol=0.06, abs_tol=0.51)


@given(st.floats(min_value=0, max_value=1))
def test_a_chance_is_certain_only_when_it_is(chance: float) -> None:
    text = _plain(wording.probability(chance, "fr"))
    assert (text == "100 %") == (chance == 1)
    assert (text == "0 %") == (chance == 0)


@given(st.floats(min_value=0, max_value=1), st.sampled_from(["en", "fr"]))
def test_a_chance_counted_over_draws_is_never_certain(value: float, language: str) -> None:
    text = _plain(wording.chance(value, language)).replace(" ", "")
    assert text not in ("0%", "100%")
    assert (text == "<1%") == (value < 0.01)
    assert (text == ">99%") == (value > 0.99)


def test_a_chance_is_certain_where_the_draws_decide_nothing() -> None:
    assert _plain(wording.chance(1.0, "fr", certain=True)) == "100 %"
    assert wording.chance(0.0, "en", certain=True) == "0%"


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="gap"):
        wording.said(value, "USD", "en")


def test_folding_finds_what_a_reader_types() -> None:
    assert wording.folded("Côte d’Ivoire") == wording.folded("COTE D'IVOIRE")
    assert wording.folded("œuvre") == "oeuvre"
    assert wording.folded("Türkiye") == "turkiye"


def test_french_signs_never_stand_alone_on_a_line() -> None:
    text = "Le « cœur » : 90 % des cas ; vraiment ?"
    assert wording.typeset(text, "fr") == "Le «\u00a0cœur\u00a0»\u00a0: 90\u00a0% des cas\u00a0; vraiment\u00a0?"
    assert wording.typeset("90 % of cases", "en") == "90 % of cases"


def test_half_of_the_smallest_step_is_not_printed_as_nothing() -> None:
    assert _plain(wording.said(0.0005, "ratio", "en", "share")) == "< 0.1%"
    assert _plain(wording.said(0.5, "USD", "en")) == "< 1 $"
    assert _plain(wording.said(0.05, "percent per year", "en", "growth")) == "< 0.1% a year"
