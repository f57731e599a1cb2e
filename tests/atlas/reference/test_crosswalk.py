"""The reviewed crosswalk: its lines, its revisions, and the errors a wrong table meets."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest

from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.reference import crosswalk as module
from portulan.atlas.reference import sectors as ref

HEADER = "sector,scheme,code,label,role,relation_to_HS2017,weight,separable,traits,confidence,source,note\n"
TABLE = Path(module.__file__).parent / "crosswalk.csv"


def raw() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def roles(scheme: str, code: str) -> dict[str, str]:
    return {line.sector: line.role for line in ref.crosswalk(scheme) if line.code == code}


def test_every_line_of_the_file_is_served_and_none_else() -> None:
    served = {(line.sector, line.scheme, line.code) for line in ref.crosswalk()}
    assert served == {(row["sector"], row["scheme"], row["code"]) for row in raw()}
    assert len(ref.crosswalk()) == len(raw()) == len(served)
    assert sum(len(ref.crosswalk(scheme)) for scheme in ref.schemes()) == len(raw())


def test_codes_are_text_with_their_zeros() -> None:
    for line in ref.crosswalk():
        pattern = r"S[A-Z]\d{1,4}|S[A-Z]" if line.scheme == "EBOPS2010" else r"\d{6}"
        assert re.fullmatch(pattern, line.code), line


def test_labels_are_short_and_notes_are_english() -> None:
    french = re.compile(r"\b(dont|avec|partage|supports|hors|biens|mais|cartes|NON)\b")
    for line in ref.crosswalk():
        assert 0 < len(line.label) <= 60, line
        assert not french.search(line.note), line
        assert line.confidence and line.source


def test_a_code_has_one_label_over_sectors() -> None:
    labels = defaultdict(set)
    for line in ref.crosswalk():
        labels[line.scheme, line.code].add(line.label)
    assert all(len(found) == 1 for found in labels.values())


def test_book_core_hs2017() -> None:
    found = {line.code for line in ref.crosswalk("HS2017") if line.sector == "book" and line.role == "core"}
    assert found == {"490110", "490191", "490199", "490300"}


@pytest.mark.parametrize(
    ("scheme", "code", "expected"),
    [
        # 8524 is recorded media until HS2002, flat panels in HS2022: never without its revision
        ("HS1992", "852490", {"music": "core", "audiovisual": "core", "games": "core"}),
        ("HS2022", "852490", {}),
        ("HS1996", "852491", {"games": "proxy"}),
        ("HS2022", "852491", {}),
        ("HS2002", "852499", {"music": "core", "audiovisual": "core", "games": "core"}),
        ("HS2022", "852499", {}),
        ("HS2002", "852432", {"music": "core"}),
        ("HS2002", "852431", {"games": "proxy"}),
        ("HS2002", "852439", {"audiovisual": "core", "games": "core"}),
        ("HS2002", "852410", {"music": "core"}),
        ("HS2002", "852451", {"music": "core"}),
        ("HS2002", "852453", {"audiovisual": "core"}),
        # recorded media since 2007
        ("HS2007", "852340", {"music": "core", "audiovisual": "core", "games": "core"}),
        ("HS2017", "852349", {"music": "core", "audiovisual": "core", "games": "core"}),
        ("HS2017", "852380", {"music": "core", "audiovisual": "related", "games": "related"}),
        ("HS2017", "852341", {"music": "support", "audiovisual": "support"}),
        # bank cards, flash drives, chips: not culture
        ("HS2017", "852321", {}),
        ("HS2017", "852351", {}),
        ("HS2017", "852352", {}),
        ("HS2017", "852359", {}),
        # equipment is not the product
        ("HS2017", "950450", {"games": "support"}),
        ("HS2007", "950410", {"games": "support"}),
        ("HS2017", "950810", {"performing_arts": "support"}),
        ("HS2017", "950890", {"performing_arts": "proxy"}),
        ("HS2022", "950840", {"performing_arts": "support"}),
        ("HS2022", "950821", {}),
        ("HS2017", "920110", {"music": "support"}),
        # other choices of the review
        ("HS2017", "490900", {"book": "related"}),
        ("HS2017", "491110", {"advertising": "core"}),
        ("HS2017", "570210", {"crafts": "core"}),
        ("HS2017", "970400", {"heritage": "related"}),
        ("HS2012", "370590", {"visual_arts": "core"}),
        ("HS2012", "370510", {"visual_arts": "related"}),
        ("HS2017", "370500", {"visual_arts": "related"}),
        ("HS2022", "970121", {"visual_arts": "core"}),
        ("HS2022", "970110", {}),
        ("EBOPS2010", "SI21", {"games": "proxy", "digital_arts": "proxy"}),
        ("EBOPS2010", "SJ22Z", {}),
        ("EBOPS2010", "SK23", {"heritage": "related"}),
        ("EBOPS2010", "SH41", {"audiovisual": "core", "music": "core"}),
    ],
)
def test_role_review(scheme: str, code: str, expected: dict[str, str]) -> None:
    assert roles(scheme, code) == expected


@pytest.mark.parametrize(("prefix", "trait"), [("711", "jewellery"), ("420", "leather_goods")])
def test_traits_follow_the_headings(prefix: str, trait: str) -> None:
    headings = {"711": ("7113", "7114", "7116", "7117"), "420": ("4202", "4203")}[prefix]
    for line in ref.crosswalk():
        if line.scheme != "EBOPS2010":
            assert (trait in line.traits) == line.code.startswith(headings), line


def test_a_separable_code_has_a_weight_and_a_shared_one_has_none() -> None:
    shared = defaultdict(set)
    for line in ref.crosswalk():
        shared[line.scheme, line.code].add(line.sector)
    for line in ref.crosswalk():
        alone = len(shared[line.scheme, line.code]) == 1
        assert line.separable == alone  # no weight has a source yet
        assert (line.weight, line.exact) == ((1.0, Fraction(1)) if alone else (None, None))


def test_a_parent_serves_at_least_what_its_children_serve() -> None:
    served = defaultdict(set)
    for line in ref.crosswalk("EBOPS2010"):
        served[line.code].add(line.sector)
    for parent, sectors in served.items():
        for child, others in served.items():
            if child.startswith(parent):
                assert others <= sectors


@pytest.mark.parametrize("scheme", ["HS", "hs2017", "HS2018", "", "EBOPS"])
def test_an_unknown_scheme_is_refused_with_what_to_do(scheme: str) -> None:
    with pytest.raises(UnknownCodeError, match="HS2017, HS2022, EBOPS2010"):
        ref.crosswalk(scheme)


GOOD = "book,HS2017,490110,Sheets,core,=,1,true,,reviewed,a source,\n"


def write(tmp_path: Path, *lines: str, header: str = HEADER) -> Path:
    path = tmp_path / "my_crosswalk.csv"
    path.write_text(header + "".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("books,HS2017,490199,B,core,=,1,true,,r,s,\n", "sector"),
        ("book,HS17,490199,B,core,=,1,true,,r,s,\n", "scheme"),
        ("book,HS2017,49019,B,core,=,1,true,,r,s,\n", "code"),
        ("book,HS2017,4901999,B,core,=,1,true,,r,s,\n", "code"),
        ("book,HS2017,٤٩٠١٩٩,B,core,=,1,true,,r,s,\n", "code"),
        ("book,EBOPS2010,490199,B,core,=,1,true,,r,s,\n", "code"),
        ("book,HS2017,SH42,B,core,=,1,true,,r,s,\n", "code"),
        ("book,HS2017,490199,B,main,=,1,true,,r,s,\n", "role"),
        ("book,HS2017,490199,,core,=,1,true,,r,s,\n", "label"),
        ("book,HS2017,490199,B,core,=,1,true,,r,,\n", "source"),
        ("book,HS2017,490199,B,core,=,1,yes,,r,s,\n", "separable"),
        ("book,HS2017,490199,B,core,=,1,true,gold,r,s,\n", "traits"),
        ("book,HS2017,490199,B,core,=,,true,,r,s,\n", "weight"),
        ("book,HS2017,490199,B,core,=,0,true,,r,s,\n", "weight"),
        ("book,HS2017,490199,B,core,=,-0.5,true,,r,s,\n", "weight"),
        ("book,HS2017,490199,B,core,=,1.01,true,,r,s,\n", "weight"),
        ("book,HS2017,490199,B,core,=,nan,true,,r,s,\n", "weight"),
        ("book,HS2017,490199,B,core,=,inf,true,,r,s,\n", "weight"),
        ("book,HS2017,490199,B,core,=,1/0,true,,r,s,\n", "weight"),
        ("book,HS2017,490199,B,core,=,half,true,,r,s,\n", "weight"),
        ('book,HS2017,490199,B,core,=,"0,5",true,,r,s,\n', "weight"),
        ("book,HS2017,490199,B,core,=,1,false,,r,s,\n", "weight"),
        ("book,HS2017,490199,B,core,=,,false,,r,s,\n", "separable"),  # nobody to share with
        (GOOD, "code"),  # twice in one sector
        ("press,HS2017,490110,Sheets,core,=,,false,,r,s,\n", "separable"),
        ("press,HS2017,490110,Sheets,core,=,0.5,true,,r,s,\n", "weight"),  # 1 + 0.5
        ("press,HS2017,490110,Sheets,core,=,1/1000000,true,,r,s,\n", "weight"),
        ("press,HS2017,490110,Sheets,core,=,1,true,jewellery,r,s,\n", "traits"),
    ],
)
def test_a_wrong_line_names_file_line_and_field(tmp_path: Path, line: str, field: str) -> None:
    with pytest.raises(BadInputError) as caught:
        module.read_crosswalk(write(tmp_path, GOOD, line))
    error = caught.value
    assert error.field == field
    assert error.line in (2, 3)
    assert error.file is not None and "my_crosswalk.csv" in str(error)
    assert error.todo


def test_a_missing_column_and_a_ragged_line_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="weight") as caught:
        module.read_crosswalk(write(tmp_path, header=HEADER.replace("weight,", "")))
    assert (caught.value.line, caught.value.field) == (1, "weight")
    for ragged in ("book,HS2017,490199\n", GOOD.replace("\n", ",more\n")):
        with pytest.raises(BadInputError) as caught:
            module.read_crosswalk(write(tmp_path, GOOD, ragged))
        assert caught.value.line == 3


def test_a_parent_without_the_sector_of_its_child_is_refused(tmp_path: Path) -> None:
    lines = (
        "architecture,EBOPS2010,SJ3,Other,proxy,,1,true,,r,s,\n",
        "design,EBOPS2010,SJ35,Rest,proxy,,1,true,,r,s,\n",
    )
    with pytest.raises(BadInputError, match="SJ35 serves design but SJ3"):
        module.read_crosswalk(write(tmp_path, *lines))


def test_weights_are_exact(tmp_path: Path) -> None:
    lines = ("book,HS2017,490199,B,core,=,1/3,true,,r,s,\n", "press,HS2017,490199,B,core,=,2/3,true,,r,s,\n")
    first, second = module.read_crosswalk(write(tmp_path, *lines))
    assert first.exact is not None and second.exact is not None
    assert first.exact + second.exact == 1
    assert first.weight == pytest.approx(1 / 3)


@pytest.mark.real
def test_every_hs2017_code_is_in_the_real_file_but_one(shared_data: Path) -> None:
    from portulan.atlas.engine import open_engine

    path = str(shared_data / "baci" / "imports_j_k_2024.parquet")
    with open_engine() as engine:
        known = {code for (code,) in engine.execute(f"SELECT DISTINCT k FROM read_parquet('{path}')")}
    # worked ivory is one of the codes that this copy of BACI does not hold (see the README beside it)
    assert {line.code for line in ref.crosswalk("HS2017")} - known == {"960110"}
    fit = ref.hs_revision_fit(known)
    assert fit.possible == ("HS2017",)
    assert fit.telling > 25
