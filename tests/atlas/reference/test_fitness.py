"""Fitness: every subject that can be shown has a judgement with its reason, and the honest ones hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.figures import FLOWS
from portulan.atlas.reference import fitness as module
from portulan.atlas.reference import sectors as ref

NOT_GOODS = {"games", "audiovisual", "performing_arts", "digital_arts", "design", "architecture"}


def flow_of(scheme: str) -> str:
    return "services" if scheme == "EBOPS2010" else "goods"


def test_goods_that_do_not_measure_their_sector() -> None:
    found = {one.id for one in ref.sectors() if ref.fitness(one.id, "goods") == "not a measure"}
    assert found == NOT_GOODS


@pytest.mark.parametrize(
    ("subject", "flow", "level"),
    [
        ("book", "goods", "measures the sector"),
        ("visual_arts", "goods", "measures the sector"),
        ("music", "goods", "partial"),
        ("fashion", "goods", "partial"),
        ("press", "goods", "partial"),
        ("heritage", "goods", "partial"),
        ("all", "goods", "partial"),
        ("all", "services", "partial"),
        ("architecture", "services", "measures the sector"),
        ("advertising", "services", "partial"),
        ("heritage", "services", "partial"),
        ("games", "services", "not a measure"),
        ("audiovisual+games+music", "goods", "partial"),
        ("audiovisual+book+fashion+games+music", "services", "not a measure"),
    ],
)
def test_judgements(subject: str, flow: str, level: str) -> None:
    assert ref.fitness(subject, flow) == level


def test_the_table_is_complete_and_holds_nothing_else() -> None:
    expected = {(one.id, flow) for one in ref.sectors() for flow in FLOWS} | {("all", flow) for flow in FLOWS}
    for scheme in ref.schemes():
        for perimeter in ref.perimeters():
            for line in ref.crosswalk(scheme):
                for basket in ref.baskets(scheme, perimeter.id, [line.code]):
                    expected.add((basket.sector, flow_of(scheme)))
    lines = ref.fitness_lines()
    assert {(line.subject, line.flow) for line in lines} == expected
    assert len(lines) == len(expected)


def test_reasons_are_whole_sentences_in_both_languages() -> None:
    for line in ref.fitness_lines():
        assert line.reason_en != line.reason_fr
        for reason in (line.reason_en, line.reason_fr):
            assert reason[0].isupper() and reason.endswith(".") and len(reason) < 220
        assert not re.search(r"\b(the|and|is)\b", line.reason_fr)
        assert ref.fitness_reason(line.subject, line.flow, "en") == line.reason_en
        assert ref.fitness_reason(line.subject, line.flow, "fr") == line.reason_fr


def test_a_figure_made_of_stand_ins_only_is_not_a_measure() -> None:
    assert ref.fitness("architecture", "services", ["SJ311"]) == "measures the sector"
    assert ref.fitness("architecture", "services", ["SJ31"]) == "not a measure"
    assert ref.fitness("advertising", "services", ["SJ22"]) == "partial"
    assert ref.fitness("advertising", "services", ["SJ2"]) == "not a measure"
    assert "wider" in ref.fitness_reason("advertising", "services", "en", ["SJ2"])
    assert "plus large" in ref.fitness_reason("advertising", "services", "fr", ["SJ2"])
    assert ref.fitness("book", "goods", ["490199", "490900"]) == "measures the sector"
    assert ref.fitness("book", "goods", []) == "measures the sector"
    # a sector already judged keeps its own reason
    assert ref.fitness_reason("games", "services", "en", ["SI2"]) == ref.fitness_reason("games", "services", "en")


def test_a_group_of_ones_own_crosswalk_is_partial() -> None:
    assert ref.fitness("book+heritage", "goods") == "partial"
    assert ref.fitness_reason("book+heritage", "goods", "fr").startswith("Plusieurs secteurs")


@pytest.mark.parametrize(
    ("subject", "flow"), [("books", "goods"), ("book", "both"), ("book+books", "goods"), ("", "goods")]
)
def test_unknown_subject_or_flow(subject: str, flow: str) -> None:
    with pytest.raises(UnknownCodeError, match="use "):
        ref.fitness(subject, flow)
    with pytest.raises(UnknownCodeError, match="use "):
        ref.fitness_reason(subject, flow, "en")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("book,trade,partial,Why.,Pourquoi.,x\n", "flow"),
        ("book,goods,good,Why.,Pourquoi.,x\n", "level"),
        ("book,goods,partial,,Pourquoi.,x\n", "reason_en"),
        ("book,goods,partial,Why.,,x\n", "reason_fr"),
        ("book,goods,partial,Why.,Pourquoi.,\n", "source"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, field: str) -> None:
    path = tmp_path / "fitness.csv"
    path.write_text("subject,flow,level,reason_en,reason_fr,source\n" + line, encoding="utf-8")
    with pytest.raises(BadInputError) as caught:
        module.read_fitness(path)
    assert (caught.value.line, caught.value.field) == (2, field)
