"""What is wrong with a form: sentences in order, and the one of each field."""

from __future__ import annotations

from collections.abc import Iterable

Wrong = tuple[tuple[str, str], ...]
"""Name of the field, or nothing; sentence."""


class ByField(dict[str, str]):
    """The sentence of each field; empty for one that is right, so that a template may ask for any."""

    def __missing__(self, name: str) -> str:
        """Return nothing for a field that is right."""
        return ""


def by_field(wrong: Iterable[tuple[str, str]]) -> ByField:
    """Return the first sentence of each field."""
    found = ByField()
    for name, sentence in wrong:
        found.setdefault(name, sentence)
    return found
