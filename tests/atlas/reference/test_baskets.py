"""Baskets: sectors + groups = all, nothing twice, nothing lost in silence."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.atlas.errors import UnknownCodeError
from portulan.atlas.reference import baskets as module
from portulan.atlas.reference import sectors as ref
from portulan.atlas.reference.crosswalk import read_crosswalk

pytestmark = pytest.mark.slow

PERIMETERS = [one.id for one in ref.perimeters()]
SCHEMES = list(ref.schemes())
BATIS = ["S", "SI", "SI1", "SI2", "SI3", "SJ", "SJ1", "SJ2", "SJ3", "SK", "SK1", "SK2", "SH", "SOX", "SPX4"]
SK1_GROUP = "audiovisual+digital_arts+games+music+performing_arts+visual_arts"

# Distinct codes in core, broad, and both without jewellery and leather goods.
# Frozen at the review; another test recounts them from the file.
COUNTS = {
    "HS1992": (68, 176, 52, 157),
    "HS1996": (70, 180, 54, 161),
    "HS2002": (70, 181, 54, 162),
    "HS2007": (66, 152, 50, 133),
    "HS2012": (66, 151, 50, 132),
    "HS2017": (65, 150, 49, 131),
    "HS2022": (78, 167, 62, 148),
    "EBOPS2010": (7, 14, 7, 14),
}


def value(basket: ref.Basket, values: Mapping[str, int]) -> Fraction:
    return sum((weight * values.get(code, 0) for code, weight in basket.codes.items()), Fraction(0))


def by_name(scheme: str, perimeter: str, published: Collection[str] | None = None) -> dict[str, set[str]]:
    return {basket.sector: set(basket.codes) for basket in ref.baskets(scheme, perimeter, published)}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_golden_counts(scheme: str) -> None:
    assert tuple(len(ref.all_basket(scheme, one).codes) for one in PERIMETERS) == COUNTS[scheme]


@pytest.mark.parametrize("scheme", SCHEMES[:-1])
@pytest.mark.parametrize("perimeter", PERIMETERS)
def test_all_is_every_code_of_the_file_once(scheme: str, perimeter: str) -> None:
    """The same count straight from the file, by another road."""
    roles = {"core"} if perimeter.startswith("core") else {"core", "related", "support", "proxy"}
    table = Path(module.__file__).parent / "crosswalk.csv"
    with table.open(encoding="utf-8", newline="") as handle:
        expected = {
            row["code"]
            for row in csv.DictReader(handle)
            if row["scheme"] == scheme
            and row["role"] in roles
            and not ("without" in perimeter and row["code"][:4] in {"7113", "7114", "7116", "7117", "4202", "4203"})
        }
    assert dict(ref.all_basket(scheme, perimeter).codes) == dict.fromkeys(expected, Fraction(1))


def test_book_core_hs2017() -> None:
    assert by_name("HS2017", "core")["book"] == {"490110", "490191", "490199", "490300"}


@given(data=st.data())
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_sectors_and_groups_make_all(scheme: str, data: st.DataObject) -> None:
    perimeter = data.draw(st.sampled_from(PERIMETERS))
    codes = sorted({line.code for line in ref.crosswalk(scheme)} | {"999999", "S"})
    published = data.draw(st.none() | st.sets(st.sampled_from(codes)))
    values = {code: data.draw(st.integers(-(10**15), 10**15)) for code in codes[:3]} | {
        code: 7**place % 1_000_003 for place, code in enumerate(codes[3:])
    }
    parts = ref.baskets(scheme, perimeter, published)
    whole = ref.all_basket(scheme, perimeter, published)
    assert sum((value(part, values) for part in parts), Fraction(0)) == value(whole, values)
    assert all(part.codes for part in parts)
    if published is not None:
        assert set(whole.codes) <= published
    # each code once, in one place (no weight below 1 has a source yet), and no code with one inside it
    assert max(Counter(code for part in parts for code in part.codes).values(), default=1) == 1
    if scheme == "EBOPS2010":
        assert not [(a, b) for a in whole.codes for b in whole.codes if a != b and b.startswith(a)]


@given(published=st.sets(st.sampled_from(sorted({line.code for line in ref.crosswalk("EBOPS2010")}))))
@settings(max_examples=150, deadline=None)
@pytest.mark.parametrize("perimeter", ["core", "broad"])
def test_every_published_code_is_counted_replaced_folded_or_said(perimeter: str, published: set[str]) -> None:
    inside = {line.code for line in ref.crosswalk("EBOPS2010") if perimeter == "broad" or line.role == "core"}
    cut = ref.cut("EBOPS2010", perimeter, published)
    set_aside = {one.code for one in cut.remainders}
    everything = [set(cut.codes), set(cut.refined), set(cut.folded), set_aside]
    covered = set().union(*everything)
    for folded in inside & published - covered:  # a code refined or set aside inside a folded family
        assert any(folded.startswith(kept) for kept in cut.codes)
    assert sum(map(len, everything)) == len(covered)
    assert set(cut.codes) <= inside & published


LEAVES = {  # a small world: SK1 = SK11 + SK12 and SH4 = SH41 + SH42 exactly; other heads hold something else too
    "SK11": 100, "SK12": 40, "SK23": 9, "SH1": 50, "SH3": 70, "SH41": 30, "SH42": 20, "SI21": 200, "SI31": 5,
    "SI32": 25, "SJ1123": 2, "SJ22": 60, "SJ311": 12, "SJ35": 33,
}  # fmt: skip
REST = {"SK2": 91, "SH": 400, "SI2": 500, "SJ1": 80, "SJ2": 300, "SJ31": 88, "SJ3": 150}
WORLD = LEAVES | {
    wide: sum(amount for code, amount in (LEAVES | REST).items() if code != wide and code.startswith(wide))
    + REST.get(wide, 0)
    for wide in ("SK1", "SK2", "SH4", "SH", "SI2", "SI3", "SJ1", "SJ2", "SJ31", "SJ3")
}


@given(published=st.sets(st.sampled_from(sorted(WORLD))))
@settings(max_examples=150, deadline=None)
@pytest.mark.parametrize("perimeter", ["core", "broad"])
def test_in_a_known_world_nothing_is_counted_twice(perimeter: str, published: set[str]) -> None:
    whole = value(ref.all_basket("EBOPS2010", perimeter, published), WORLD)
    truth = sum(LEAVES.values()) + sum(REST.values())
    assert whole <= truth
    for code in ("SK1", "SH4"):  # heads that are sectors' own: what they hold is never lost, never twice
        if code in published:
            family = {one: w for one, w in ref.all_basket("EBOPS2010", perimeter, published).codes.items()
                      if one.startswith(code)}  # fmt: skip
            assert sum(w * WORLD[one] for one, w in family.items()) == WORLD[code]


def test_batis_core_and_broad() -> None:
    assert by_name("EBOPS2010", "core", BATIS) == {SK1_GROUP: {"SK1"}}
    assert by_name("EBOPS2010", "broad", BATIS) == {
        "design": {"SJ1"},
        "advertising": {"SJ2"},
        "heritage": {"SK2"},
        "architecture+design": {"SJ3"},
        "audiovisual+book+fashion+games+music": {"SH"},
        SK1_GROUP: {"SK1"},
        "book+press": {"SI3"},
        "digital_arts+games": {"SI2"},
    }
    assert ref.remainders("EBOPS2010", "broad", BATIS) == ()


def test_a_detailed_source_gives_the_finest_codes() -> None:
    found = by_name("EBOPS2010", "core")
    assert found == {
        "press": {"SI31"},
        "architecture": {"SJ311"},
        "advertising": {"SJ22"},
        "audiovisual+digital_arts+games+music": {"SK11"},
        "music+performing_arts+visual_arts": {"SK12"},
        "audiovisual+music": {"SH41"},
        "book+music": {"SH42"},
    }
    assert set(ref.cut("EBOPS2010", "core").refined) == {"SK1", "SH4"}


def test_a_sectors_own_head_is_not_given_up_for_one_of_its_parts() -> None:
    cut = ref.cut("EBOPS2010", "broad", ["SK1", "SK12"])
    assert (cut.codes, cut.folded, cut.remainders) == (("SK1",), ("SK12",), ())


def test_a_stand_in_gives_way_and_what_is_lost_is_said() -> None:
    cut = ref.cut("EBOPS2010", "broad", ["SH", "SH41", "SJ3", "SJ31"])
    assert cut.codes == ("SH41", "SJ31")
    assert cut.remainders == (
        ref.Remainder("SH", ("SH41",), ("book", "fashion", "games")),
        ref.Remainder("SJ3", ("SJ31",), ("design",)),
    )


def test_a_mixed_code_is_a_group_in_every_perimeter() -> None:
    for perimeter in PERIMETERS:
        found = by_name("HS2017", perimeter)
        assert {"852349", "852380"} <= found["audiovisual+games+music"]
        for sector in ("music", "audiovisual", "games"):
            assert not {"852349", "852380", "852329", "852341"} & found.get(sector, set())
        assert {"852349", "852380"} <= set(ref.all_basket("HS2017", perimeter).codes)


def test_a_sector_without_codes_of_its_own_is_absent_not_empty() -> None:
    core = by_name("HS2017", "core")
    assert {"games", "performing_arts", "design", "digital_arts"}.isdisjoint(core)
    assert by_name("HS2017", "broad")["games"] == {"950430", "950450", "950490"}
    assert ref.baskets("HS2017", "core", []) == ()
    assert dict(ref.all_basket("HS2017", "core", []).codes) == {}


def test_sectors_come_first_in_their_order_then_groups() -> None:
    order = [one.id for one in ref.sectors()]
    for scheme in SCHEMES:
        found = ref.baskets(scheme, "broad")
        kinds = [basket.kind for basket in found]
        assert kinds == sorted(kinds, reverse=True)
        named = [basket.sector for basket in found if basket.kind == "sector"]
        assert named == sorted(named, key=order.index)
        assert ref.all_basket(scheme, "broad").kind == "all"


def test_codes_of_another_revision_do_not_match() -> None:
    hs2002 = {line.code for line in ref.crosswalk("HS2002")}
    found = ref.all_basket("HS2022", "broad", hs2002).codes
    assert not {code for code in found if code.startswith("8524")}
    assert "852432" in ref.all_basket("HS2002", "broad").codes
    # what a customs file of HS2022 calls 852491 and 852499 are flat panels
    assert ref.baskets("HS2022", "broad", ["852491", "852499", "852490"]) == ()
    assert ref.baskets("HS2002", "core", ["852499"])[0].sector == "audiovisual+games+music"


def test_baskets_cannot_be_changed_by_who_reads_them() -> None:
    with pytest.raises(TypeError):
        ref.baskets("HS2017", "core")[0].codes["490110"] = Fraction(0)  # type: ignore[index]


@pytest.mark.parametrize(("scheme", "perimeter"), [("HS", "core"), ("HS2017", "wide")])
def test_unknown_scheme_or_perimeter(scheme: str, perimeter: str) -> None:
    for call in (ref.baskets, ref.all_basket, ref.cut, ref.remainders):
        with pytest.raises(UnknownCodeError, match="use one of"):
            call(scheme, perimeter)


WEIGHTED = """sector,scheme,code,label,role,relation_to_HS2017,weight,separable,traits,confidence,source,note
book,HS2017,490199,Books,core,=,0.6,true,,r,survey,
press,HS2017,490199,Books,related,=,3/10,true,,r,survey,
music,HS2017,490199,Books,support,=,1/10,true,,r,survey,
book,HS2017,490110,Sheets,core,=,1/3,true,,r,survey,
games,HS2017,852349,Discs,related,=,,false,,r,x,
music,HS2017,852349,Discs,core,=,,false,,r,x,
"""


@given(values=st.fixed_dictionaries({code: st.integers(0, 10**18) for code in ("490199", "490110", "852349")}))
def test_weights_share_a_code_out_exactly(tmp_path_factory: pytest.TempPathFactory, values: dict[str, int]) -> None:
    path = tmp_path_factory.mktemp("weights") / "crosswalk.csv"
    path.write_text(WEIGHTED, encoding="utf-8")
    lines = read_crosswalk(path)
    groups = module.groups_of_codes(lines)
    for roles in ({"core"}, {"core", "related"}, {"core", "related", "support"}):
        inside = [line for line in lines if line.role in roles]
        codes = module.cut_lines(inside).codes
        parts = {one.sector: one for one in module.baskets_of_lines(inside, groups, codes)}
        whole = module.all_of_lines(inside, codes)
        assert sum((value(part, values) for part in parts.values()), Fraction(0)) == value(whole, values)
        assert value(parts["book"], values) == Fraction(6, 10) * values["490199"] + Fraction(values["490110"], 3)
        assert value(parts["games+music"], values) == values["852349"]  # named after both, whatever the roles
        expected = {"core": Fraction(6, 10), "related": Fraction(9, 10), "support": Fraction(1)}
        assert whole.codes["490199"] == max(expected[role] for role in roles)


@pytest.mark.real
def test_french_books_to_belgium_switzerland_and_canada(shared_data: Path) -> None:
    """The issue's figures for 2024, in million dollars, through our basket."""
    from portulan.atlas.engine import open_engine

    codes = sorted(by_name("HS2017", "core")["book"])
    path = str(shared_data / "baci" / "baci_hs17_2024_cultural.parquet")
    marks = ", ".join("?" for _ in codes)
    with open_engine() as engine:
        rows = engine.execute(
            f"SELECT j, round(sum(v) / 1000, 1) FROM read_parquet('{path}') WHERE i = 'FRA' AND k IN ({marks}) "
            "GROUP BY j ORDER BY 2 DESC LIMIT 3",
            codes,
        )
    assert [(market, float(amount)) for market, amount in rows] == [("BEL", 115.4), ("CHE", 105.3), ("CAN", 77.0)]
