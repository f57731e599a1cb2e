"""Sectors, groups, perimeters: names complete in both languages, unknown ids refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.reference import perimeters as perimeters_module
from portulan.atlas.reference import sectors as ref

SECTORS = [
    "book",
    "press",
    "music",
    "audiovisual",
    "games",
    "performing_arts",
    "visual_arts",
    "architecture",
    "design",
    "fashion",
    "crafts",
    "advertising",
    "heritage",
    "digital_arts",
]


def shown_groups() -> set[str]:
    """Every group that some source could make the atlas show."""
    found = set()
    for scheme in ref.schemes():
        for perimeter in ref.perimeters():
            for line in ref.crosswalk(scheme):
                for basket in ref.baskets(scheme, perimeter.id, [line.code]):
                    if basket.kind == "group":
                        found.add(basket.sector)
    return found


def test_fourteen_sectors_named_and_described_in_both_languages() -> None:
    assert [one.id for one in ref.sectors()] == SECTORS
    for one in ref.sectors():
        assert all((one.name_en, one.name_fr, one.description_en, one.description_fr))
        assert ref.sector(one.id) == one
        assert (ref.name(one.id, "en"), ref.name(one.id, "fr")) == (one.name_en, one.name_fr)
    assert len({one.name_en for one in ref.sectors()}) == len({one.name_fr for one in ref.sectors()}) == 14


def test_every_group_that_can_be_shown_has_a_name_and_no_other() -> None:
    assert set(ref.groups()) == shown_groups()
    for group in ref.groups():
        assert group.split("+") == sorted(group.split("+"))
        assert ref.group_name(group, "en").endswith("together")
        assert ref.group_name(group, "fr").endswith("ensemble")


def test_names_of_groups_and_all() -> None:
    assert ref.group_name("audiovisual+games+music", "en") == "Audiovisual, music and games together"
    assert ref.group_name("audiovisual+games+music", "fr") == "Audiovisuel, musique et jeux ensemble"
    assert ref.name("audiovisual+games+music", "fr") == "Audiovisuel, musique et jeux ensemble"
    assert (ref.name("all", "en"), ref.name("all", "fr")) == ("All sectors", "Tous les secteurs")


def test_a_group_of_ones_own_crosswalk_is_named_after_its_sectors() -> None:
    assert ref.group_name("book+visual_arts", "en") == "Books and visual arts together"
    assert ref.group_name("book+heritage+visual_arts", "fr") == "Livre, patrimoine et arts visuels ensemble"


@pytest.mark.parametrize("group", ["music", "music+book", "book+book", "book+books", "", "+", "all"])
def test_what_is_not_a_group_is_refused(group: str) -> None:
    with pytest.raises(UnknownCodeError, match="audiovisual"):
        ref.group_name(group, "en")


@pytest.mark.parametrize("sector", ["books", "Book", "all", "audiovisual+games+music", ""])
def test_an_unknown_sector_is_refused_with_the_list(sector: str) -> None:
    with pytest.raises(UnknownCodeError, match="book, press, music"):
        ref.sector(sector)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UnknownCodeError, match="use en or fr"):
        ref.name("book", "de")  # type: ignore[arg-type]


def test_perimeters() -> None:
    found = {one.id: (set(one.roles), set(one.without)) for one in ref.perimeters()}
    every, drown = {"core", "related", "support", "proxy"}, {"jewellery", "leather_goods"}
    assert found == {
        "core": ({"core"}, set()),
        "broad": (every, set()),
        "core_without_jewellery_leather": ({"core"}, drown),
        "broad_without_jewellery_leather": (every, drown),
    }
    assert all(one.name_en and one.name_fr and ref.perimeter(one.id) == one for one in ref.perimeters())
    with pytest.raises(UnknownCodeError, match="use one of core, broad"):
        ref.perimeter("narrow")


@pytest.mark.parametrize(
    ("line", "field"), [("x,X,X,core main,\n", "roles"), ("x,X,X,core,jewellery gold\n", "without_traits")]
)
def test_a_wrong_perimeter_is_named(tmp_path: Path, line: str, field: str) -> None:
    path = tmp_path / "perimeters.csv"
    path.write_text("id,name_en,name_fr,roles,without_traits\n" + line, encoding="utf-8")
    with pytest.raises(BadInputError) as caught:
        perimeters_module.read_perimeters(path)
    assert (caught.value.line, caught.value.field) == (2, field)


def test_perimeters_are_nested() -> None:
    for scheme in ref.schemes():
        if scheme != "EBOPS2010":
            core, broad, core_less, broad_less = (set(ref.all_basket(scheme, one.id).codes) for one in ref.perimeters())
            assert core_less < core < broad
            assert core_less < broad_less < broad
            assert {code[:4] for code in broad - broad_less} == {"4202", "4203", "7113", "7114", "7116", "7117"}
