"""What people also call a market or a sector: enough to find it, and no name that leads to two things."""

from __future__ import annotations

import pytest

from portulan.atlas import api
from portulan.atlas.errors import BadInputError
from portulan.atlas.reference.other_names import other_names, read_names


@pytest.mark.parametrize(
    ("kind", "ident", "name"),
    [
        ("market", "GBR", "UK"),
        ("market", "GBR", "Angleterre"),
        ("market", "NLD", "Hollande"),
        ("market", "USA", "America"),
        ("market", "TUR", "Turkey"),
        ("sector", "audiovisual", "cinéma"),
        ("sector", "book", "BD"),
        ("sector", "crafts", "handicraft"),
    ],
)
def test_what_people_say_is_known(kind, ident, name):
    assert name in other_names(kind, ident)


def test_no_other_name_is_the_name_of_another_country():
    named = {name.casefold(): one.iso3 for one in api.countries() for name in (one.name_en, one.name_fr)}
    for country in api.countries():
        for name in other_names("market", country.iso3):
            assert named.get(name.casefold(), country.iso3) == country.iso3, name


def test_a_thing_without_another_name_has_none():
    assert other_names("market", "BEL") == ()


def lines(*texts):
    return [dict(zip(("kind", "id", "lang", "name"), text.split(","), strict=True)) for text in texts]


@pytest.mark.parametrize(
    "wrong",
    [
        ("market,XXX,en,Nowhere",),
        ("sector,GBR,en,England",),
        ("place,GBR,en,England",),
        ("market,GBR,de,England",),
        ("market,GBR,en,",),
        ("market,GBR,en, England",),
        ("market,GBR,en,England", "market,GBR,en,England"),
        ("market,GBR,en,England", "market,FRA,en,england"),
    ],
)
def test_a_line_that_is_wrong_is_refused(wrong):
    with pytest.raises(BadInputError):
        read_names(lines(*wrong))


def test_the_same_name_in_two_languages_counts_once():
    assert read_names(lines("sector,audiovisual,en,film", "sector,audiovisual,fr,film")) == {
        ("sector", "audiovisual"): ("film",)
    }
