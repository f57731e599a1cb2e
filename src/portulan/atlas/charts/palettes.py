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
}


def class_names(classes: int) -> tuple[str, ...]:
    """Return the palette names of ``classes`` ordered classes, spread over the six so that the ends are used.

    >>> class_names(3)
    ('q1', 'q4', 'q6')
    """
    if classes <= 1:
        return ("q4",)
    picks: Sequence[int] = [1 + int((CLASSES - 1) * at / (classes - 1) + 0.5) for at in range(classes)]
    return tuple(f"q{pick}" for pick in picks)


def stripes_for(name: str) -> str:
    """Return the palette name of the lines that show over this class (each theme resolves it to pale or dark)."""
    return "on-pale" if name in ("q1", "q2", "q3") else "on-dark"
