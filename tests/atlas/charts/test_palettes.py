"""Can the classes be told apart, by whom, and does the stylesheet say the same colours?"""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from portulan.atlas.charts.mapsvg import worldmap_css
from portulan.atlas.charts.palettes import DARK, LIGHT, NAMED, OTHERS, class_names, stripes_for

SEQUENCE = [f"q{number}" for number in range(1, 7)]
# Machado, Oliveira, Fernandes 2009, severity 1, on linear RGB.
VISION = {
    "common": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
    "grey": np.full((3, 1), 1.0) * np.array([[0.2126, 0.7152, 0.0722]]),
}


def linear(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Ottosson 2020."""
    to_lms = np.array(
        [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
         [0.0883024619, 0.2817188376, 0.6299787005]]
    )  # fmt: skip
    to_lab = np.array(
        [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
         [0.0259040371, 0.7827717662, -0.8086757660]]
    )  # fmt: skip
    return to_lab @ np.cbrt(to_lms @ np.clip(rgb, 0, 1))


def contrast(a: str, b: str) -> float:
    lights = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) + 0.05 for colour in (a, b))
    return lights[1] / lights[0]


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_classes_are_apart_for_every_vision(theme, vision):
    seen = [oklab(VISION[vision] @ linear(theme[name])) for name in SEQUENCE]
    for (a, first), (b, second) in itertools.combinations(enumerate(seen), 2):
        # 0.02 is about the smallest difference seen side by side; a map needs several times that.
        assert np.linalg.norm(first - second) >= 0.075 * (b - a), (SEQUENCE[a], SEQUENCE[b])


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_lightness_only_goes_one_way(theme, vision):
    steps = np.diff([oklab(VISION[vision] @ linear(theme[name]))[0] for name in SEQUENCE])
    assert (steps < -0.07).all() or (steps > 0.07).all()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_what_bears_meaning_has_contrast(theme):
    assert contrast(theme["coast"], theme["sea"]) >= 3
    assert contrast(theme["ink"], theme["sea"]) >= 7
    assert contrast(theme["disputed-line"], theme["disputed"]) >= 2.3
    assert contrast(theme["blank-line"], theme["blank"]) >= 2.2
    assert contrast(theme["mark"], theme["border"]) >= 3
    for name in SEQUENCE:
        assert contrast(theme[stripes_for(name)], theme[name]) >= 2.4, name
        assert contrast(theme["home"], theme[name]) >= 1.3 or name in ("q3", "q4", "q5"), name
        # The focus fills and outlines: one of both stands out from the class it replaces and from the outline.
        assert max(contrast(theme["focus"], theme[name]), contrast(theme["ink"], theme[name])) >= 3, name


@pytest.mark.parametrize("vision", ["protanopia", "deuteranopia", "tritanopia"])
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_exporter_is_not_mistaken_for_a_class(theme, vision):
    home = oklab(VISION[vision] @ linear(theme["home"]))
    for name in SEQUENCE:
        assert np.linalg.norm(home - oklab(VISION[vision] @ linear(theme[name]))) >= 0.06, name


@pytest.mark.parametrize("vision", [name for name in VISION if name != "grey"])
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_named_classes_are_apart_for_every_vision(theme, vision):
    seen = {name: oklab(VISION[vision] @ linear(theme[name])) for name in (*NAMED, OTHERS, "home")}
    for (a, first), (b, second) in itertools.combinations(seen.items(), 2):
        assert np.linalg.norm(first - second) >= 0.095, (a, b)
    sea = oklab(VISION[vision] @ linear(theme["sea"]))
    for name, colour in seen.items():
        assert np.linalg.norm(colour - sea) >= 0.06, name


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_stripes_and_focus_show_on_every_named_class(theme):
    for name in (*NAMED, OTHERS, "home"):
        assert contrast(theme[stripes_for(name)], theme[name]) >= 2.4, name
        assert max(contrast(theme["focus"], theme[name]), contrast(theme["ink"], theme[name])) >= 3, name


def test_the_stylesheet_holds_these_colours_and_nothing_a_strict_policy_refuses():
    css = worldmap_css()
    blocks = re.findall(r"\{([^{}]*--pt-q1:[^{}]*)\}", css)
    found = [dict(re.findall(r"--pt-([a-z0-9-]+): (#[0-9a-f]{6})", block)) for block in blocks]
    assert found == [dict(LIGHT), dict(DARK), dict(DARK)]
    assert "url(" not in css and "@import" not in css
    used = set(re.findall(r"var\(--pt-([a-z0-9-]+)\)", css))
    assert used <= set(LIGHT)


def test_fewer_classes_still_use_both_ends():
    for classes in range(2, 7):
        names = class_names(classes)
        assert len(set(names)) == classes
        assert (names[0], names[-1]) == ("q1", "q6")
    assert class_names(1) == ("q4",)
