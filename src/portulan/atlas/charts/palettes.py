"""The colours of the charts, light, dark and print: one table, from which the stylesheet and the print writer draw.

The sequence goes from pale to dark (dark theme: dark to pale) with a steady step of lightness, so that the classes
stay apart for every kind of colour vision and in grey; `tests/atlas/charts/test_palettes.py` measures it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

CLASSES = 6

LIGHT: Mapping[str, str] = {
    "q1": "#f3e8bf",
    "q2": "#b7ce92",
    "q3": "#60b196",
    "q4": "#1e8691",
    "q5": "#14597a",
    "q6": "#1a2f56",
    "sea": "#eef3f2",
    "graticule": "#d3dfdd",
    "coast": "#6f7f80",
    "border": "#ffffff",
    "blank": "#f4f2ee",  # under the lines of "no figure"
    "blank-line": "#a09a90",
    "disputed": "#dcd9d3",
    "disputed-line": "#8d8980",
    "home": "#b0413e",
    "on-pale": "#4f5b55",  # lines of "estimated" over the first three classes
    "on-dark": "#f1f4ee",  # and over the last three
    "ink": "#1f2a33",
    "focus": "#f5b400",
    "mark": "#14597a",  # dots and whiskers
    "dash": "#514c44",
    # what grows less than nothing (n) and more (p), from the middle outwards
    "n1": "#f0dcb4",
    "n2": "#cf9a48",
    "n3": "#8a5410",
    "p1": "#c5dfe3",
    "p2": "#5a9fb4",
    "p3": "#14506e",
    # exporters that have no order (c), and all others together
    "c1": "#34639e",
    "c2": "#f1cd7e",
    "c3": "#4b8e82",
    "c4": "#4f376a",
    "c5": "#9fceec",
    "c-others": "#adaba8",
}

DARK: Mapping[str, str] = {
    "q1": "#31405a",
    "q2": "#326384",
    "q3": "#338b9b",
    "q4": "#57b1a0",
    "q5": "#b0d18f",
    "q6": "#f8edab",
    "sea": "#18212a",
    "graticule": "#232d36",
    "coast": "#7c8b92",
    "border": "#12181f",
    "blank": "#262b30",
    "blank-line": "#636a70",
    "disputed": "#3a3f44",
    "disputed-line": "#83898e",
    "home": "#e0776f",
    "on-pale": "#dfe6e2",  # in the dark theme the first classes are the dark ones
    "on-dark": "#1b2a30",
    "ink": "#e8ecee",
    "focus": "#8f0044",
    "mark": "#7cc3c9",
    "dash": "#c9c4b8",
    "n1": "#4d4130",
    "n2": "#9a7032",
    "n3": "#edb765",
    "p1": "#27434f",
    "p2": "#3d8299",
    "p3": "#9bd6e6",
    "c1": "#9fc0e8",
    "c2": "#8e6433",
    "c3": "#8feadd",
    "c4": "#a88acb",
    "c5": "#2c6a84",
    "c-others": "#443f3a",
}


CHART_LIGHT: Mapping[str, str] = {
    **LIGHT,
    "paper": "#fffdf8",
    "soft": "#4b5963",
    "rule": "#ddd5c3",
    "bar": "#5b95ae",
    "pale": "#e3eef2",
    "bar-home": "#cf7668",
    "whisker": "#18262f",
    "range": "#a9c8d4",
    "range-home": "#e6b9b0",
    "line-2": "#96650f",
    "line-3": "#6b5591",
    "line-4": "#58686a",
    "band-home": "#f3dcd6",
    "band-1": "#dbe7ec",
    "band-2": "#efe3cb",
    "band-3": "#e4deee",
    "band-4": "#e6e9e8",
    "part-1": "#5b95ae",
    "part-2": "#93bccd",
    "part-others": "#dcd9d3",
    "on-part": "#18262f",
}
"""The same with what only charts need."""

CHART_DARK: Mapping[str, str] = {
    **DARK,
    "paper": "#14232d",
    "soft": "#b3bdc0",
    "rule": "#2d424f",
    "bar": "#4b8fac",
    "pale": "#1c3440",
    "bar-home": "#c3685d",
    "whisker": "#f4efe2",
    "range": "#35637a",
    "range-home": "#7d4740",
    "line-2": "#d9ac5a",
    "line-3": "#b6a0da",
    "line-4": "#8f9da3",
    "band-home": "#43302f",
    "band-1": "#1f3e4d",
    "band-2": "#3b3423",
    "band-3": "#322f45",
    "band-4": "#283238",
    "part-1": "#4b8fac",
    "part-2": "#85b7cc",
    "part-others": "#3a4348",
    "on-part": "#0c161c",
}


_PALE = frozenset({"q1", "q2", "q3", "n1", "n2", "p1", "c2", "c5", "c-others"})
"""Classes that are the pale ones of the light theme, and so the dark ones of the other."""


def class_names(classes: int) -> tuple[str, ...]:
    """Return the palette names of ``classes`` ordered classes, spread over the six so that the ends are used.

    >>> class_names(3)
    ('q1', 'q4', 'q6')
    """
    if classes <= 1:
        return ("q4",)
    picks: Sequence[int] = [1 + int((CLASSES - 1) * at / (classes - 1) + 0.5) for at in range(classes)]
    return tuple(f"q{pick}" for pick in picks)


NAMED = ("c1", "c2", "c3", "c4", "c5")
"""Palette names of classes that have a name and no order; the chosen one of them is drawn as ``home``."""
OTHERS = "c-others"
"""Palette name of all that have no class of their own."""


def stripes_for(name: str) -> str:
    """Return the palette name of the lines that show over this class (each theme resolves it to pale or dark)."""
    return "on-pale" if name in _PALE else "on-dark"
