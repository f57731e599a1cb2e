"""Two languages: wherever a text is in English it is in French, and the other way round."""

from __future__ import annotations

import ast
import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from portulan.atlas import api, figures
from portulan.atlas.reference import fitness
from tests.house import docs_rules as rules
from tests.house.tree import DOCS, PACKAGE, fail_if, parse, python_files, repository, where

pytestmark = pytest.mark.xdist_group("house")

LOCALE = PACKAGE / "desk" / "locale"
# How a source spells the places it names: read, never shown.
AS_THE_SOURCE_WRITES = ("places.csv",)

TWINS = {
    "../README.md": "../LISEZMOI.md",
    "howto/load-data.md": "howto/charger-des-donnees.md",
    "howto/recompute-growth.md": "howto/recalculer-la-croissance.md",
    "howto/api.md": "howto/interroger-l-api.md",
    "howto/assistants.md": "howto/assistants-ia.md",
    "guide/en/ask.md": "guide/fr/demander.md",
    "guide/en/correspondent.md": "guide/fr/correspondant.md",
}


def both(things: Any, *words: str) -> dict[str, tuple[str, str]]:
    """Return every text of things that have `word_en` and `word_fr`."""
    return {
        f"{getattr(thing, 'id', None) or getattr(thing, 'iso3', None) or thing.name}.{word}": (
            getattr(thing, f"{word}_en"),
            getattr(thing, f"{word}_fr"),
        )
        for thing in things
        for word in words
    }


def said() -> dict[str, tuple[str, str]]:
    """Return every text of the atlas that a reader meets, by its place: English, French."""
    pairs = (
        both(api.indicators(), "name", "definition", "limits", "spoken")
        | both(api.sectors(), "name", "description")
        | both(api.perimeters(), "name")
    )
    pairs |= both(api.countries(), "name", "note") | both(api.sources(), "title", "by_hand", "use")
    pairs |= {f"gap {code}": both_of for code, both_of in figures.GAP_TEXTS.items()}
    return pairs


def judgements() -> dict[str, tuple[str, str]]:
    return {
        f"{choice.id} {flow}": (
            fitness.fitness_reason(choice.id, flow, "en"),
            fitness.fitness_reason(choice.id, flow, "fr"),
        )
        for choice in api.sectors()
        for flow in figures.FLOWS
    }


def faults() -> dict[str, tuple[str, str]]:
    return {
        f"{paper.name} {n}": pair
        for paper in api.sources()
        for n, pair in enumerate(zip(paper.known_faults_en, paper.known_faults_fr, strict=True))
    }


def of_codes() -> dict[str, tuple[str, str]]:
    """Return what the crosswalk says of its codes."""
    return {
        f"{line['scheme']} {line['code']} {line['sector']} {word}": (line[word], line[f"{word}_fr"])
        for line in api.crosswalk()
        for word in ("label", "note", "source")
    }


def test_what_the_atlas_says_is_said_twice() -> None:
    pairs = said()
    assert len(pairs) > 500
    fail_if(rules.untranslated(pairs, long=40), "English and French")
    fail_if(
        [
            name
            for name, (english, _) in pairs.items()
            if not english and not name.endswith((".note", ".by_hand", ".description", ".spoken"))
        ],
        "a text is empty",
    )


def test_every_judgement_of_fitness_has_its_reason_twice() -> None:
    pairs = judgements()
    fail_if([*rules.untranslated(pairs), *(name for name, (english, _) in pairs.items() if not english)], "fitness")


def test_the_known_faults_of_a_source_are_told_twice() -> None:
    unequal = [
        paper.name
        for paper in api.sources()
        if len(paper.known_faults_en) != len(paper.known_faults_fr) or not paper.known_faults_en
    ]
    fail_if(unequal, "as many faults in French as in English, and at least one")
    fail_if(rules.untranslated(faults()), "known faults")


def test_every_code_is_named_and_noted_twice() -> None:
    pairs = of_codes()
    fail_if(rules.untranslated(pairs), "a line in code_texts.csv")
    names = {french for key, (_, french) in pairs.items() if key.endswith("label")}
    assert len(names) == len({english for key, (english, _) in pairs.items() if key.endswith("label")})


def test_french_is_typeset_as_french() -> None:
    texts = {name: french for name, (_, french) in (said() | judgements() | faults() | of_codes()).items()}
    for message in catalogue(LOCALE / "fr" / "LC_MESSAGES" / "django.po"):
        if message.id and isinstance(message.string, str):
            texts[f"desk {str(message.id)[:40]!r}"] = message.string
    fail_if(rules.rough_french(texts), "French has ’ and a space before ; : ? and !")


def test_rough_french_is_seen() -> None:
    for text in ("l'exportateur", "inconnu; et non nul", "Qui vend?", "Marché: tout"):
        assert list(rules.rough_french({"a": text})), text
    for text in ("l’exportateur", "inconnu ; et non nul", "Qui vend ?", "HS:2017", "https://example.org", "à 90 %"):
        assert not list(rules.rough_french({"a": text})), text


def test_an_untranslated_text_is_seen() -> None:
    long = "A sentence that nobody has translated yet"
    assert list(rules.untranslated({"a": ("Books", "")}))
    assert list(rules.untranslated({"a": ("", "Livre")}))
    assert list(rules.untranslated({"a": (long, long)}))
    assert not list(rules.untranslated({"a": ("Books", "Livre"), "b": ("Architecture", "Architecture"), "c": ("", "")}))


# -- tables and fields --------------------------------------------------------


def tables() -> list[Path]:
    return [
        path
        for path in repository()
        if path.suffix == ".csv" and path.is_relative_to(PACKAGE) and path.name not in AS_THE_SOURCE_WRITES
    ]


def unpaired_rows(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(line for line in stream if not line.startswith("#"))
        names = list(rows.fieldnames or ())
        yield from (f"{where(path)}: the column {name} has no twin" for name in rules.one_language_columns(names))
        stems = [
            name.removesuffix("_en")
            for name in names
            if name.endswith("_en") and name.removesuffix("_en") + "_fr" in names
        ]
        for row in rows:
            for stem in stems:
                if bool((row[f"{stem}_en"] or "").strip()) != bool((row[f"{stem}_fr"] or "").strip()):
                    yield f"{where(path, rows.line_num)}: {stem} in one language only"


def test_tables_are_in_two_languages() -> None:
    assert tables()
    fail_if([said for path in tables() for said in unpaired_rows(path)], "tables")


def test_a_table_in_one_language_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,name_en,name_fr,note_en\n1,Books,Livre,\n2,Press,,\n", encoding="utf-8")
    assert len(list(unpaired_rows(path))) == 2


def test_fields_and_keys_are_in_two_languages() -> None:
    found: list[str] = []
    for path in python_files(PACKAGE):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.ClassDef):
                names = [
                    part.target.id
                    for part in node.body
                    if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
                ]
                found += [
                    f"{where(path, node.lineno)}: {node.name}.{name}" for name in rules.one_language_columns(names)
                ]
    for path in (path for path in repository() if path.name == "passport.toml"):
        found += [
            f"{where(path)}: {name}"
            for name in rules.one_language_columns(tomllib.loads(path.read_text(encoding="utf-8")))
        ]
    fail_if(found, "a field in one language has its twin")
    assert list(rules.one_language_columns(["name_en", "note_en", "note_fr"])) == ["name_en"]
    assert list(rules.one_language_columns(["label", "label_fr", "note_fr"])) == ["note_fr"]


# -- texts of the desk --------------------------------------------------------


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as stream:
        return read_po(stream, locale=path.parts[-3])


def incomplete(found: Catalog, wanted: set[Any]) -> Iterator[str]:
    """Yield each message missing, empty, doubtful, or whose variables differ from the original's."""
    have = {message.id: message for message in found if message.id}
    yield from (f"{ident!r} is missing" for ident in sorted(map(str, wanted - set(have))))
    for ident, message in have.items():
        said = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if message.fuzzy or not said or not all(said):
            yield f"{ident!r} is not translated"
        originals = [ident] if isinstance(ident, str) else list(ident)
        slots = {slot for one in originals for slot in re.findall(r"%\(\w+\)s|\{\w+\}", one)}
        yield from (
            f"{ident!r} loses {slot}"
            for one in said[:1]
            if one
            for slot in sorted(slots)
            if not any(slot in other for other in said)
        )


@pytest.mark.parametrize("language", ["fr"])
def test_the_catalogue_is_complete(language: str) -> None:
    ids = [
        {message.id for message in catalogue(path) if message.id}
        for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))
    ]
    wanted = set().union(*ids)
    assert wanted
    fail_if(
        incomplete(catalogue(LOCALE / language / "LC_MESSAGES" / "django.po"), wanted),
        f"texts of the desk in {language}",
    )


def test_an_incomplete_catalogue_is_seen() -> None:
    found = Catalog(locale="fr")
    found.add("Market", "Marché")
    found.add("Sector", "")
    found.add("%(count)s markets", "des marchés")
    found.add("Flow", "Flux", flags=["fuzzy"])
    assert len(list(incomplete(found, {"Market", "Gone"}))) == 4


def test_pages_come_in_twins() -> None:
    for english, french in TWINS.items():
        heads = [
            re.findall(r"^(#+) ", (DOCS / name).read_text(encoding="utf-8"), re.MULTILINE) for name in (english, french)
        ]
        assert heads[0] == heads[1], f"{english} and {french} have not the same sections"
    guide_en, guide_fr = (sorted(path.name for path in (DOCS / "guide" / lang).glob("*.md")) for lang in ("en", "fr"))
    assert len(guide_en) == len(guide_fr), (guide_en, guide_fr)
