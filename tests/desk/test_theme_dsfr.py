"""The theme `dsfr`: no component of ours is forgotten in it, and it keeps the rules that ours keeps.

The pages themselves, in a browser: tests/journeys/test_dsfr_journey.py.
"""

from __future__ import annotations

import re
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from jinja2 import Environment, nodes

from portulan.desk.config import themes

THEME = Path(themes.__file__).resolve().parents[1] / "theme"
OURS, THEIRS = THEME / "templates" / "theme", THEME / "dsfr" / "templates" / "theme"
STATIC = THEME / "static" / "theme"

# The design system has nothing for these: both themes share them, and `dsfr.css` dresses them. A component that is
# neither here nor written again is a component forgotten.
SHARED = {
    "claim.html",
    "compare.html",
    "embed.html",
    "explorer.html",
    "facts.html",
    "figure.html",
    "letter.html",
    "meta.html",
    "passkey.html",
    "score.html",
    "share.html",
    "stack.html",
    "table.html",
    "thread.html",
    "take.html",
    "weights.html",
}


def _components(folder: Path) -> dict[str, Path]:
    return {path.name: path for path in (folder / "components").glob("*.html")}


def _macros(path: Path) -> dict[str, list[str]]:
    """Return each macro of a file with its arguments and their defaults."""
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(path.read_text(encoding="utf-8"))
    found = {}
    for macro in tree.find_all(nodes.Macro):
        defaults = [""] * (len(macro.args) - len(macro.defaults)) + [repr(value) for value in macro.defaults]
        found[macro.name] = [f"{arg.name}={value}" for arg, value in zip(macro.args, defaults, strict=True)]
    return found


def _hooks(path: Path) -> set[str]:
    """Return what scripts and tests find in the markup of a file: data, identifiers, names of fields."""
    return set(re.findall(r'\b(?:data-(?!fr-)[\w-]+|(?:id|name)="[^"]*\{\{[^"]*")', path.read_text(encoding="utf-8")))


def _fragments() -> list[Path]:
    return sorted(THEIRS.rglob("*.html"))


def test_every_component_is_there_or_shared_on_purpose() -> None:
    ours, theirs = _components(OURS), _components(THEIRS)
    assert set(ours) - set(theirs) == SHARED
    assert set(theirs) <= set(ours)
    assert {path.name for path in OURS.glob("*.html")} <= {path.name for path in THEIRS.glob("*.html")}


@pytest.mark.parametrize("name", sorted(_components(THEIRS)))
def test_a_component_takes_the_same_arguments_in_both(name: str) -> None:
    assert _macros(THEIRS / "components" / name) == _macros(OURS / "components" / name)


@pytest.mark.parametrize("name", sorted(_components(THEIRS)))
def test_scripts_find_the_same_things_in_both(name: str) -> None:
    assert _hooks(OURS / "components" / name) <= _hooks(THEIRS / "components" / name)


@pytest.mark.parametrize("name", sorted(path.name for path in OURS.glob("*.html")))
def test_a_frame_has_the_same_blocks_in_both(name: str) -> None:
    blocks = [
        set(re.findall(r"\{% block (\w+)", (folder / name).read_text(encoding="utf-8"))) for folder in (OURS, THEIRS)
    ]
    assert blocks[0] == blocks[1]


@pytest.mark.parametrize("path", _fragments(), ids=lambda path: path.name)
def test_templates_hold_nothing_the_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\bsrc=)|data:image", text)
    assert not re.search(r"\bsrc=\"https?:|\bintegrity=", text)


def test_every_class_of_our_own_has_a_rule_in_the_theme() -> None:
    css = "\n".join(path.read_text(encoding="utf-8") for path in STATIC.glob("*.css") if path.name != "portulan.css")
    shared = [OURS / "components" / name for name in SHARED]
    classes = {
        name
        for path in [*_fragments(), *shared]
        for value in re.findall(r'class="([^"]*)"', path.read_text(encoding="utf-8"))
        for name in re.sub(r"\{[{%].*?[}%]\}", " ", value).split()
        if re.match(r"[px]-", name) and not name.endswith("--")
    }
    only_hooks = {"p-scores", "p-compared", "p-skip", "p-nav", "p-foot", "p-badge"}
    assert {name for name in classes - only_hooks if f".{name}" not in css} == set()


def test_the_colours_of_the_criteria_are_the_same_in_both_themes() -> None:
    def slots(name: str) -> list[str]:
        return re.findall(r"--slot-\d+: #[0-9a-f]{6}", (STATIC / name).read_text(encoding="utf-8"))

    assert slots("dsfr.css") == slots("scan.css")
    assert len(slots("dsfr.css")) == 30


def test_without_the_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(themes, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"django-dsfr is not installed.*portulan\[dsfr\]"):
        themes.chosen_theme("dsfr")
    assert themes.chosen_theme(None) == "portulan"  # the default needs nothing


def test_the_package_gives_files_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dist = tmp_path / "dsfr" / "static" / "dsfr" / "dist"
    dist.mkdir(parents=True)
    (dist / "dsfr.main.min.css").write_text("a{color:red}")
    spec = SimpleNamespace(submodule_search_locations=[str(tmp_path / "dsfr")])
    monkeypatch.setattr(themes, "find_spec", lambda name: spec if name == "dsfr" else ModuleSpec(name, None))
    assert themes.chosen_theme("dsfr") == "dsfr"
    assert themes.theme_statics("dsfr", tmp_path / "home") == [
        ("dsfr", tmp_path / "home" / "theme" / "dsfr"),
        ("dsfr", dist),
    ]
    assert themes.theme_statics("portulan", tmp_path) == []


def test_templates_of_the_theme_come_before_ours() -> None:
    assert themes.theme_templates("dsfr", THEME.parent) == [THEIRS.parent, OURS.parent]
    assert themes.theme_templates("portulan", THEME.parent) == [OURS.parent]


def test_drawings_packed_in_the_sheet_become_files(tmp_path: Path) -> None:
    sheet = tmp_path / "dsfr.main.min.css"
    drawn = "%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cpath fill='%23fff'/%3E%3C/svg%3E"
    sheet.write_text(
        f'.a{{background:url("data:image/svg+xml;charset=utf8,{drawn}")}}.b{{color:red;background:url(icons/b.svg)}}'
        ".c{mask:url('data:image/svg+xml;charset=utf-8,<svg viewBox=\"0 0 1 1\"/>')}"
    )
    made = themes.unpacked(sheet, tmp_path / "home")
    text = (made / "dsfr.css").read_text()
    assert "data:" not in text
    assert ".b{color:red;background:url(icons/b.svg)}" in text
    names = re.findall(r'url\("(drawings/[0-9a-f]{16}\.svg)"\)', text)
    assert [(made / name).read_text() for name in names] == [
        "<svg xmlns='http://www.w3.org/2000/svg'><path fill='#fff'/></svg>",
        '<svg viewBox="0 0 1 1"/>',
    ]
    before = (made / "dsfr.css").stat().st_mtime_ns
    assert themes.unpacked(sheet, tmp_path / "home") == made
    assert (made / "dsfr.css").stat().st_mtime_ns == before
    assert sorted(path.suffix for path in made.rglob("*.*")) == [".css", ".svg", ".svg"]  # no half-written file is left


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (None, ()),
        ("", ()),
        (" | ", ()),
        ("République|Française", ("République", "Française")),
        ("Ministère | de la Culture ", ("Ministère", "de la Culture")),
    ],
)
def test_the_block_of_the_state_is_what_the_operator_says(value: str | None, lines: tuple[str, ...]) -> None:
    assert themes.state_block(value) == lines
