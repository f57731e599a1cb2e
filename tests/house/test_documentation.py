"""Documentation: every command, indicator, perimeter, sector, source and setting is documented, and truly."""

from __future__ import annotations

import argparse
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from portulan import cli
from portulan.atlas import api, figures
from portulan.atlas.reference import sectors
from tests.house import docs_rules as rules
from tests.house.tree import DOCS, PACKAGE, ROOT, TESTS, fail_if, repository, texts

HOWTO = DOCS / "howto"


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def pages() -> list[Path]:
    return [path for path in repository() if path.suffix == ".md"]


# -- commands -----------------------------------------------------------------


def commands() -> list[rules.Command]:
    return list(rules.leaves(cli.parser(), "portulan"))


def test_every_command_and_option_is_documented() -> None:
    fail_if(rules.undocumented_commands(commands(), read(HOWTO / "commands.md")), "docs/howto/commands.md")


def test_no_command_is_documented_that_does_not_exist() -> None:
    fail_if(rules.stale_commands(commands(), read(HOWTO / "commands.md")), "docs/howto/commands.md")


def test_every_example_of_the_documentation_is_accepted() -> None:
    fail_if(
        [f"{path.name}: {said}" for path in pages() for said in rules.wrong_examples(read(path), cli.parser())],
        "an example that fails teaches nothing",
    )


def small_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="p")
    build = parser.add_subparsers(required=True).add_parser("build")
    build.add_argument("out")
    build.add_argument("--memory")
    return parser


def test_an_undocumented_command_or_option_is_seen() -> None:
    known = list(rules.leaves(small_parser(), "p"))
    assert list(rules.undocumented_commands(known, "")) == ["p build: no section"]
    assert len(list(rules.undocumented_commands(known, "## `p build`\n"))) == 3
    assert list(rules.undocumented_commands(known, "## `p build`\nOUT --memory-limit\n```\n$ p build x\n```")) == [
        "p build: --memory is not documented"
    ]
    assert not list(rules.undocumented_commands(known, "## `p build`\nOUT --memory\n```\n$ p build x\n```"))


def test_a_command_that_is_gone_is_seen() -> None:
    known = list(rules.leaves(small_parser(), "portulan"))
    assert list(rules.stale_commands(known, "## `portulan bake`\n"))
    assert list(rules.stale_commands(known, "## `portulan build`\n| `--heat N` | x |\n"))
    assert not list(rules.stale_commands(known, "## `portulan build`\n| `--memory N` | x |\n"))


def test_a_wrong_example_is_seen() -> None:
    assert list(rules.wrong_examples("```\n$ portulan build --heat 3\n```", small_parser()))
    assert not list(
        rules.wrong_examples("```\n$ portulan build x \\\n    --memory 4GB | head  # comment\n```", small_parser())
    )


# -- indicators, perimeters, sectors, sources ---------------------------------


def test_every_indicator_is_in_the_method() -> None:
    wanted = [
        rules.Described(
            i.id,
            tuple(part for part in (i.name_en, i.equation, i.unit, i.source, i.definition_en, i.limits_en) if part),
        )
        for i in api.indicators()
    ]
    assert len(wanted) > 15
    fail_if(
        rules.undescribed(wanted, read(DOCS / "method.md"), ("Equation", "Unit", "Source", "Limits")), "docs/method.md"
    )


def test_an_indicator_missing_from_the_method_is_seen() -> None:
    share = rules.Described("share", ("Market share", "V / M"))
    good = "### `share` · Market share\n\n- **Equation:** `V / M`\n- **Limits:** none\n\n### `other`\n"
    assert not list(rules.undescribed([share], good, ("Equation", "Limits")))
    assert list(rules.undescribed([rules.Described("hhi", ())], good, ()))
    assert list(rules.undescribed([share], good.replace("V / M", "M / V"), ()))
    assert list(rules.undescribed([share], good.replace("- **Limits:** none\n", ""), ("Limits",)))


def test_no_indicator_is_in_the_method_that_does_not_exist() -> None:
    named = set(re.findall(r"^### `(\w+)`", read(DOCS / "method.md"), re.MULTILINE))
    assert named == {indicator.id for indicator in api.indicators()}


def test_every_word_of_a_passport_is_in_the_method() -> None:
    words = [
        *figures.STATUSES,
        *figures.FLOWS,
        *figures.GAP_TEXTS,
        *(p.id for p in api.perimeters()),
        *sectors.schemes(),
    ]
    words += ["measures the sector", "not a measure"]
    fail_if(rules.unnamed(words, read(DOCS / "method.md")), "docs/method.md")
    fail_if(
        [
            f"{code}: {english}"
            for code, (english, _) in figures.GAP_TEXTS.items()
            if english not in read(DOCS / "method.md")
        ],
        "gaps in docs/method.md",
    )
    rows = re.findall(r"^\| `([a-z]+_[a-z_]+)` \| [^|]+ \|$", read(DOCS / "method.md"), re.MULTILINE)
    assert set(rows) <= set(figures.GAP_TEXTS), "a gap of the method is no longer one of the program"
    assert list(rules.unnamed(["share"], "the share of `shares`"))


def glossary() -> dict[str, tuple[str, str]]:
    """Return code -> (English, French) of every row of the glossary that gives a code."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]*) \|", read(DOCS / "glossary.md"), re.MULTILINE)
    return {code.strip().strip("`"): (english.strip(), french.strip()) for english, french, code in rows}


def differing(wanted: dict[str, tuple[str, str]], have: dict[str, tuple[str, str]]) -> list[str]:
    return [
        f"{code}: the glossary says {have.get(code)}, the program {names}"
        for code, names in wanted.items()
        if have.get(code) != names
    ]


def test_the_glossary_says_what_the_program_says() -> None:
    wanted = {
        item.id: (item.name_en, item.name_fr)
        for items in (api.indicators(), api.perimeters(), api.sectors())
        for item in items
    }
    fail_if(differing(wanted, glossary()), "docs/glossary.md binds the program, and the program it")
    assert differing({"share": ("Share", "Part")}, {"share": ("Share", "Partie")})
    assert differing({"share": ("Share", "Part")}, {})


def test_every_source_is_documented_in_both_languages() -> None:
    for name in ("load-data.md", "charger-des-donnees.md"):
        fail_if(rules.unnamed((paper.name for paper in api.sources()), read(HOWTO / name)), f"docs/howto/{name}")


# -- settings -----------------------------------------------------------------


def read_variables() -> dict[str, str]:
    code = [
        (path, text)
        for path, text in texts()
        if path.is_relative_to(PACKAGE) or path.is_relative_to(TESTS) or path.is_relative_to(ROOT / "benchmarks")
    ]
    code += [(path, text) for path, text in texts() if path.name == "Makefile" or path.is_relative_to(ROOT / ".ci")]
    return rules.variables([(path, text) for path, text in code if not path.is_relative_to(TESTS / "house")])


def test_every_environment_variable_is_documented() -> None:
    said = read(HOWTO / "settings.md")
    fail_if(
        [f"{name}, read at {place}" for name, place in read_variables().items() if f"`{name}`" not in said],
        "docs/howto/settings.md",
    )


def test_no_setting_is_documented_that_nothing_reads() -> None:
    rows = re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", read(HOWTO / "settings.md"), re.MULTILINE)
    assert rows and not sorted({name for name in rows if name.startswith("PORTULAN_")} - set(read_variables()))


@pytest.mark.parametrize(
    "line", ['os.environ.get("HEAT")', "os.environ['HEAT']", 'os.getenv("HEAT", "1")', 'env.get("HEAT")']
)
def test_a_variable_that_is_read_is_seen(line: str) -> None:
    assert rules.variables([(Path("a.py"), line)]) == {"HEAT": "a.py:1"}


def test_a_name_of_ours_is_seen_wherever_it_stands() -> None:
    assert set(rules.variables([(Path("a.sh"), 'echo "${PORTULAN_HEAT:-1}"')])) == {"PORTULAN_HEAT"}


# -- pages --------------------------------------------------------------------


def test_every_link_leads_somewhere() -> None:
    fail_if([said for path in pages() for said in rules.broken_links(path, read(path))], "links")


def test_every_page_that_the_code_names_exists() -> None:
    named = [(path, text) for path, text in texts() if not path.is_relative_to(TESTS / "house")]
    fail_if(rules.missing_docs(named, DOCS), "pages of docs/")


def test_a_dead_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "a.md"
    page.parent.mkdir()
    page.write_text("# Here I am\n")
    (tmp_path / "docs" / "0002-why.md").write_text("")
    assert not list(rules.broken_links(page, "[x](a.md) [y](https://example.org) [z](#here-i-am)"))
    assert len(list(rules.broken_links(page, "[x](b.md) ![y](images/c.png) [z](#there)"))) == 3
    assert list(rules.missing_docs([(page, "see docs/b.md")], tmp_path / "docs"))
    assert not list(rules.missing_docs([(page, "see docs/a.md and docs/0002")], tmp_path / "docs"))


def test_the_index_lists_every_page() -> None:
    index = read(DOCS / "README.md")
    found = [path for path in pages() if path.is_relative_to(DOCS) and path != DOCS / "README.md"]
    fail_if(
        [str(path.relative_to(DOCS)) for path in found if f"({path.relative_to(DOCS)})" not in index],
        "docs/README.md lists every page",
    )


def test_decisions_are_numbered_once_and_complete() -> None:
    made = [path for path in pages() if path.parent == DOCS / "adr"]
    assert made and all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name) for path in made), [path.name for path in made]
    numbers = [path.name[:4] for path in made]
    assert len(numbers) == len(set(numbers)), "two decisions have one number"
    fail_if(
        [
            f"{path.name}: {line}"
            for path in made
            for line in ("# ", "Status: ")
            if not re.search(f"^{line}", read(path), re.MULTILINE)
        ],
        "a decision has a title and a status",
    )


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(read(ROOT / "pyproject.toml"))
    lines = [
        *project["project"]["dependencies"],
        *(one for extra in project["project"]["optional-dependencies"].values() for one in extra),
    ]
    lines += [one for group in project["dependency-groups"].values() for one in group]
    names = [re.split(r"[\[<>=~! ]", line, maxsplit=1)[0] for line in lines]
    fail_if(rules.unnamed(names, read(next((DOCS / "adr").glob("0002-*.md")))), "docs/adr/0002")


# -- the papers of the software -----------------------------------------------


def test_publiccode_agrees_with_the_project() -> None:
    paper = yaml.safe_load(read(ROOT / "publiccode.yml"))
    project = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
    assert paper["softwareVersion"] == project["version"]
    assert paper["legal"]["license"] == project["license"] == "EUPL-1.2"
    for key in (
        "publiccodeYmlVersion",
        "name",
        "platforms",
        "categories",
        "developmentStatus",
        "softwareType",
        "description",
        "maintenance",
        "localisation",
    ):
        assert paper.get(key), key
    assert set(paper["localisation"]["availableLanguages"]) == {"en", "fr"} == set(paper["description"])
    for texts_of in paper["description"].values():
        assert texts_of["shortDescription"] and len(texts_of["shortDescription"]) <= 150
        assert 150 <= len(texts_of["longDescription"]) <= 10_000 and texts_of["features"]


def test_the_readme_gives_the_two_commands() -> None:
    said = read(ROOT / "README.md")
    for part in (
        "make run",
        "make test",
        "docs/images/portal-en.webp",
        "docs/howto/load-data.md",
        "docs/howto/charger-des-donnees.md",
        "EUPL-1.2",
    ):
        assert part in said, part
