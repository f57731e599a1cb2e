"""Rows that may be one: pure, on plain values."""

from __future__ import annotations

import time
import uuid
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portulan.desk.people.names import company_number, core_of, folded
from portulan.desk.people.twins import CROWD, Known, Why, twin_organisations, twin_persons


def number(of: int) -> UUID:
    return uuid.UUID(int=of + 1)


def organisations(*said: tuple[str, str]) -> set[tuple[str, str, str]]:
    rows = [Known(number(n), name, number=registered) for n, (name, registered) in enumerate(said)]
    names = {one.id: one.name for one in rows}
    return {(names[pair.first], names[pair.second], str(pair.why)) for pair in twin_organisations(rows)}


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("Éditions du Phare", "EDITIONS DU PHARE", "name"),
        ("Éditions du Phare", "Les Editions du Phare SARL", "form"),
        ("Éditions du Phare, S.A.R.L.", "Editions Phare", "form"),
        ("SAS Studio Exemple", "Studio Exemple", "form"),
        ("Association Le Chœur", "Le Choeur", "form"),
        ("Studio Exemple", "Stduio Exemple", "spelling"),
        ("Studio Exemple", "Studio Exempl", "spelling"),
        ("Studio Exemple GmbH", "Studio-Exemples", "spelling"),
        ("Œuvres & Cie", "Oeuvres et cie", "form"),
        ("Studio 1", "Studio 2", ""),
        ("Phare", "Phase", ""),
        ("SARL", "SAS", ""),
        ("Studio Exemple", "Atelier Exemple", ""),
        ("東京出版", "東京出版", "name"),
        ("東京出版", "大阪出版", ""),
    ],
)
def test_organisations_are_compared_by_name_without_what_is_only_form(one: str, other: str, why: str) -> None:
    assert {reason for _a, _b, reason in organisations((one, ""), (other, ""))} == ({why} if why else set())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("552 100 554", "55210055400013", True),
        ("FR 83 552 100 554", "552.100.554", True),
        ("552100554", "552100555", False),
        ("HRB 12345", "hrb-12345", True),
        ("", "", False),
        ("none", "none", False),
        ("12", "12", False),
    ],
)
def test_organisations_are_compared_by_number(one: str, other: str, same: bool) -> None:
    found = organisations(("Un", one), ("Tout autre chose", other))
    assert {why for _a, _b, why in found} == ({"number"} if same else set())


def test_different_numbers_make_two_of_the_same_name() -> None:
    assert not organisations(("Le Phare", "552100554"), ("Le Phare", "732829320"))
    assert organisations(("Le Phare", "552100554"), ("Le Phare", ""))


def test_a_pair_is_told_once_with_the_surest_reason() -> None:
    assert organisations(("Le Phare", "552100554"), ("le phare", "55210055400013")) == {
        ("Le Phare", "le phare", "number")
    }


def test_persons_are_compared_by_address_or_by_name_where_they_work() -> None:
    one, other = number(100), number(200)
    rows = [
        Known(number(0), "Ada Exemple", address="Ada@example.org"),
        Known(number(1), "A. Autre", address=" ada@example.org "),
        Known(number(2), "Zoé d’Œuvre-Martin", groups=frozenset({one})),
        Known(number(3), "D'Oeuvre Martin  ZOE", groups=frozenset({one, other})),
        Known(number(4), "Zoé d’Œuvre-Matrin", groups=frozenset({one})),
        Known(number(5), "Zoé d’Œuvre-Martin", groups=frozenset({number(300)})),
        Known(number(6), "Zoé d’Œuvre-Martin"),
    ]
    found = {(pair.first.int - 1, pair.second.int - 1, pair.why) for pair in twin_persons(rows)}
    assert found == {(0, 1, Why.ADDRESS), (2, 3, Why.NAME), (2, 4, Why.SPELLING)} | {
        pair for pair in found if pair[:2] == (3, 4)
    }


@given(st.lists(st.text(max_size=12), max_size=12))
@settings(max_examples=60, deadline=None)
def test_nobody_is_their_own_twin_and_no_pair_is_told_twice(names: list[str]) -> None:
    rows = [Known(number(n), name, number=name) for n, name in enumerate(names)]
    pairs = [frozenset((pair.first, pair.second)) for pair in twin_organisations(rows)]
    assert all(len(pair) == 2 for pair in pairs) and len(pairs) == len(set(pairs))


@given(st.text(max_size=40))
@example("\ua7f8")
def test_any_name_may_be_folded(name: str) -> None:
    assert folded(folded(name)) == folded(name)
    assert core_of(name) == core_of(name) and isinstance(company_number(name), str)


def test_a_crowd_of_one_name_is_a_list_not_a_square() -> None:
    rows = [Known(number(n), "Le Phare") for n in range(200)]
    assert len(twin_organisations(rows)) == 199 and CROWD < 200


def test_thousands_are_compared_in_a_moment() -> None:
    words = ["atelier", "studio", "maison", "lumiere", "port", "phare", "nord", "sud", "rive", "pont", "arche", "voile"]
    rows = [
        Known(number(n), f"{words[n % 12]} {words[n // 12 % 12]} {words[n // 144 % 12]} {'abcdefghij'[n % 10] * 4}")
        for n in range(3000)
    ]
    began = time.process_time()
    twin_organisations(rows)
    assert time.process_time() - began < 3
