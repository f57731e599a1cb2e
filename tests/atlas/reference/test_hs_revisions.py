"""Which revision a set of codes can belong to."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.reference import hs_revisions as module
from portulan.atlas.reference import sectors as ref

REVISIONS = ref.schemes()[:-1]


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_crosswalk_of_a_revision_fits_that_one_only(revision: str) -> None:
    fit = ref.hs_revision_fit({line.code for line in ref.crosswalk(revision)})
    assert fit.possible == (revision,)
    assert fit.telling > 20
    assert ref.codes_not_in(revision, [line.code for line in ref.crosswalk(revision)]) == ()


@pytest.mark.parametrize("revision", REVISIONS)
@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_a_part_of_a_revision_never_speaks_against_it(revision: str, data: st.DataObject) -> None:
    codes = sorted({line.code for line in ref.crosswalk(revision)})
    fit = ref.hs_revision_fit(data.draw(st.sets(st.sampled_from(codes))) | {"010121", "271000"})
    assert revision in fit.possible


def test_codes_against_are_named() -> None:
    fit = ref.hs_revision_fit(["970110", "490199", "852349"])
    assert fit.possible == ("HS2012", "HS2017")
    assert fit.against["HS2022"] == ("970110",)
    assert fit.against["HS2007"] == ("852349",)
    assert fit.telling == 2
    assert ref.codes_not_in("HS2022", ["970110", "970121"]) == ("970110",)


def test_8524_is_two_things() -> None:
    assert ref.hs_revision_fit(["852491"]).possible == ("HS1996", "HS2002", "HS2022")
    assert ref.hs_revision_fit(["852490"]).possible == ("HS1992",)
    assert ref.hs_revision_fit(["852432"]).possible == ("HS1996", "HS2002")


def test_nothing_learnt_is_said() -> None:
    for codes in ([], ["490199"], ["010121", "not a code"]):
        fit = ref.hs_revision_fit(codes)
        assert (fit.possible, fit.telling) == (REVISIONS, 0)


def test_mixed_revisions_fit_none() -> None:
    assert ref.hs_revision_fit(["852421", "970121"]).possible == ()


def test_codes_not_in() -> None:
    with pytest.raises(UnknownCodeError):
        ref.codes_not_in("HS", ["970110"])
    assert ref.codes_not_in("EBOPS2010", ["970110"]) == ()


def test_table_and_crosswalk_agree() -> None:
    """A code of the crosswalk exists, in the table of revisions, wherever the crosswalk has it."""
    table = module.read_hs_codes(Path(module.__file__).parent / "hs_codes.csv")
    for revision in REVISIONS:
        for line in ref.crosswalk(revision):
            assert revision in table.get(line.code, frozenset(REVISIONS)), line
    assert all(revisions < set(REVISIONS) for revisions in table.values())  # a code of all seven tells nothing


@pytest.mark.parametrize(("line", "field"), [("97011,HS2017,x\n", "code"), ("970110,HS2017 HS2018,x\n", "revisions")])
def test_a_wrong_line_is_named(tmp_path: Path, line: str, field: str) -> None:
    path = tmp_path / "hs_codes.csv"
    path.write_text("code,revisions,source\n" + line, encoding="utf-8")
    with pytest.raises(BadInputError) as caught:
        module.read_hs_codes(path)
    assert (caught.value.line, caught.value.field) == (2, field)
