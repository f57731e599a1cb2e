"""What is said of each code, in French: complete, used, typeset, and the errors a wrong table meets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portulan.atlas.errors import BadInputError
from portulan.atlas.reference import code_texts as module
from portulan.atlas.reference import sectors as ref

HEADER = "kind,text_en,text_fr\n"
GOOD = "label,Printed globes,Globes imprimés\n"


def in_force() -> dict[tuple[str, str], str]:
    return module.read_code_texts(Path(module.__file__).parent / "code_texts.csv")


def test_every_text_of_the_crosswalk_is_there_and_nothing_else() -> None:
    told = {(kind, getattr(line, kind)) for line in ref.crosswalk() for kind in module.KINDS}
    assert set(in_force()) == {(kind, text) for kind, text in told if text}
    for (kind, english), french in in_force().items():
        assert module.in_french(kind, english) == french  # type: ignore[arg-type] # a kind that was read


def test_french_is_set_as_french() -> None:
    for (kind, english), french in in_force().items():
        assert french == french.strip() and "  " not in french and "'" not in french, french
        assert not re.search(r"(?<!\u202f)[;!?]", french), french
        assert not re.search(r"(?<!\u00a0)[:»]|«(?!\u00a0)", french), french
        assert not re.search(r"\d (mm|ans)\b", french), french
        assert re.findall(r"\d{3,}", english) == re.findall(r"\d{3,}", french), french
        if kind == "label":
            assert len(french) <= 85 and not french.endswith((".", ",")) and french[0].isupper(), french


def test_two_labels_are_not_one_in_french() -> None:
    labels = [french for (kind, _), french in in_force().items() if kind == "label"]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("kind", "english", "french"),
    [
        ("label", "Books, brochures and leaflets", "Livres, brochures et imprimés similaires"),
        ("label", "Bowed string instruments", "Instruments à cordes frottées"),
        ("note", "The sum of SK11 and SK12; published by BaTIS", "Somme de SK11 et SK12\u202f; publié par BaTIS"),
        ("note", "Toys: the design share cannot be measured", "Jouets\u00a0: la part du design ne peut être mesurée"),
        ("note", "", ""),
    ],
)
def test_a_text_is_told_in_french(kind: module.Kind, english: str, french: str) -> None:
    assert module.in_french(kind, english) == french


def test_a_text_without_french_is_an_error_that_names_the_table() -> None:
    with pytest.raises(BadInputError, match=r"code_texts\.csv.*field text_en.*'Globes of gold'.*no French"):
        module.in_french("label", "Globes of gold")
    with pytest.raises(BadInputError):
        module.in_french("note", "Bowed string instruments")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("lable,Frames,Cadres\n", "kind"),
        ("label,,Cadres\n", "text_en"),
        ("label,Frames, \n", "text_fr"),
        (GOOD, "text_en"),
    ],
)
def test_a_wrong_line_names_file_line_and_field(tmp_path: Path, line: str, field: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(HEADER + GOOD + line, encoding="utf-8")
    with pytest.raises(BadInputError) as caught:
        module.read_code_texts(path)
    assert (caught.value.line, caught.value.field) == (3, field)
    assert "mine.csv" in str(caught.value) and caught.value.todo


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("kind,text_en\nlabel,Frames\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="text_fr"):
        module.read_code_texts(path)
