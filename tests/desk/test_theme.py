"""Rooms speak in components; the theme asks nothing of other sites and stands the strict policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DESK = Path(__file__).resolve().parents[2] / "src" / "portulan" / "desk"
ROOMS = [path for path in DESK.glob("*/templates/**/*.html") if "theme" not in path.relative_to(DESK).parts[0]]
THEME = sorted((DESK / "theme" / "templates").rglob("*.html"))
STATIC = DESK / "theme" / "static" / "theme"


def test_there_are_rooms_and_components() -> None:
    assert ROOMS
    assert len(list((DESK / "theme" / "templates" / "theme" / "components").glob("*.html"))) >= 12


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.name)
def test_rooms_never_write_a_class_or_a_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(class|style)\s*=", text)
    assert "theme/portulan" not in text


@pytest.mark.parametrize("path", [*ROOMS, *THEME], ids=lambda path: path.name)
def test_templates_hold_nothing_the_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"(src|href)=\"https?:", text)


def test_every_class_of_the_components_has_a_rule_or_is_a_hook() -> None:
    css = "\n".join(path.read_text(encoding="utf-8") for path in sorted(STATIC.glob("*.css")))
    used = {
        name
        for path in THEME
        for value in re.findall(r'class="([^"]*)"', path.read_text(encoding="utf-8"))
        for name in re.sub(r"\{[{%].*?[}%]\}", " ", value).split()
        if not name.endswith("--")
    }
    unstyled = {name for name in used if f".{name}" not in css}
    assert unstyled <= {"p-figure--gap", "p-map__note", "p-table__chosen", "p-badge"} or not unstyled


def test_the_style_sheets_ask_nothing_of_other_sites() -> None:
    css = "\n".join(path.read_text(encoding="utf-8") for path in sorted(STATIC.glob("*.css")))
    for address in re.findall(r"url\(([^)]*)\)", css):
        assert (STATIC / address.strip("\"'")).is_file(), address


def test_fonts_carry_their_licence() -> None:
    for font in (STATIC / "fonts").glob("*.woff2"):
        family = "source-sans-3" if font.name.startswith("source-sans-3") else font.name.partition("-")[0]
        licence = (STATIC / "fonts" / f"{family}-LICENSE.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_inks_are_readable_on_every_ground(scheme: str) -> None:
    css = (STATIC / "portulan.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[0 if scheme == "light" else 1]))
    for ground in ("paper", "vellum", "sheet", "row", "chosen", "note-bg", "warning-bg", "wrong-bg"):
        for ink in ("ink", "ink-soft", "sea"):
            assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for ground in ("paper", "vellum", "sheet"):
        assert _contrast(colours["red"], colours[ground]) >= 4.5
        assert _contrast(colours["line-strong"], colours[ground]) >= 3  # what shows where a field is
    for ground in ("sheet", "row", "chosen"):
        assert _contrast(colours["amber"], colours[ground]) >= 4.5
    assert _contrast(colours["on-sea"], colours["sea"]) >= 4.5


def test_only_a_theme_that_is_there_can_be_chosen() -> None:
    from django.core.exceptions import ImproperlyConfigured

    from portulan.desk.config.themes import chosen_theme

    assert chosen_theme(None) == chosen_theme("") == chosen_theme("portulan") == "portulan"
    with pytest.raises(ImproperlyConfigured, match=r"PORTULAN_THEME is 'baroque'.*only: portulan, dsfr"):
        chosen_theme("baroque")
