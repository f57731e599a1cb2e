"""What a chart looks like is said twice, on the page and in print: the same, with enough contrast, for every vision."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from tests.atlas.charts.test_palettes import VISION, contrast, linear, oklab

from portulan.atlas.charts.inks import INKS
from portulan.atlas.charts.palettes import CHART_DARK, CHART_LIGHT, DARK, LIGHT, stripes_for
from portulan.atlas.charts.writers import charts_css

THEMES = [CHART_LIGHT, CHART_DARK]


def rules():
    """Declarations of each rule that names one role."""
    found: dict[str, dict[str, str]] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", charts_css().partition("@media (forced")[0]):
        for selector in selectors.split(","):
            role = re.fullmatch(r"(?:\.pc )?\.pc-([a-z0-9-]+)", selector.strip())
            if role:
                pairs = (part.split(":") for part in body.split(";") if ":" in part)
                found.setdefault(role[1], {}).update({name.strip(): value.strip() for name, value in pairs})
    return found


def test_every_role_has_a_rule_that_says_what_its_ink_says():
    held = rules()
    for role, ink in INKS.items():
        if role in ("title", "label", "strong", "number"):
            continue  # plain ink, the rule for all texts
        assert held[role].get("stroke", "none") == (f"var(--pc-{ink.stroke})" if ink.stroke else "none"), role
        if ink.fill:
            assert held[role]["fill"] == f"var(--pc-{ink.fill})", role
        if ink.width:
            assert float(held[role]["stroke-width"]) == ink.width, role
        assert held[role].get("stroke-dasharray", "") == ink.dash, role
        assert {ink.fill, ink.stroke} - {""} <= set(CHART_LIGHT)


def test_the_stylesheet_holds_both_palettes_and_nothing_a_strict_policy_refuses():
    css = charts_css()
    blocks = re.findall(r"\{([^{}]*--pc-q1:[^{}]*)\}", css)
    found = [dict(re.findall(r"--pc-([a-z0-9-]+):(#[0-9a-f]{6})", block)) for block in blocks]
    assert found == [dict(CHART_LIGHT), dict(CHART_DARK), dict(CHART_DARK)]
    assert "url(" not in css and "@import" not in css
    assert set(re.findall(r"var\(--pc-([a-z0-9-]+)\)", css)) <= set(CHART_LIGHT)
    assert set(CHART_LIGHT) == set(CHART_DARK)


@pytest.mark.parametrize("theme", THEMES)
def test_what_bears_meaning_has_contrast(theme):
    for name in ("bar", "bar-home", "whisker", "mark", "home", "coast", "line-2", "line-3", "line-4"):
        assert contrast(theme[name], theme["paper"]) >= 3, name
    for name in ("ink", "soft", "home", "mark", "line-2", "line-3", "line-4"):  # letters too
        assert contrast(theme[name], theme["paper"]) >= 4.5, name
    for name in ("bar", "bar-home"):
        assert contrast(theme["whisker"], theme[name]) >= 3, name
    for name in ("part-1", "part-2", "bar-home"):
        assert contrast(theme["on-part"], theme[name]) >= 4.5, name


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", THEMES)
def test_neighbouring_parts_and_the_chosen_one_are_apart(theme, vision):
    def seen(name):
        return oklab(VISION[vision] @ linear(theme[name]))

    assert np.linalg.norm(seen("part-1") - seen("part-2")) >= 0.06
    if vision != "grey":
        assert np.linalg.norm(seen("bar") - seen("bar-home")) >= 0.06


DIVERGING = ("n3", "n2", "n1", "p1", "p2", "p3")


@pytest.mark.parametrize("vision", [name for name in VISION if name != "grey"])
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_classes_on_either_side_of_zero_are_apart_for_every_vision(theme, vision):
    for a, b in itertools.combinations(DIVERGING, 2):
        distance = np.linalg.norm(oklab(VISION[vision] @ linear(theme[a])) - oklab(VISION[vision] @ linear(theme[b])))
        assert distance >= 0.05, (a, b)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_further_from_zero_the_stronger_and_marks_show_on_all(theme):
    lights = [oklab(linear(theme[name]))[0] for name in DIVERGING]
    steps = np.diff(lights)
    down, up = (
        (steps[:2] > 0.05).all() and (steps[3:] < -0.05).all(),
        (steps[:2] < -0.05).all() and (steps[3:] > 0.05).all(),
    )
    assert down or up
    for name in DIVERGING:
        assert contrast(theme[stripes_for(name)], theme[name]) >= 2.4, name
