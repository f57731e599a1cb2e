"""What people on the spot know, given to a brief as plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BriefNote:
    """One piece of local knowledge, printed in its own slot and never mixed with figures.

    ``text`` is plain text; an empty line starts a paragraph. ``author`` says who knows it, ``dated`` since when (as it
    is to be printed), ``link`` where it can be read whole. Nothing of it is read as markup.
    """

    title: str
    text: str
    author: str = ""
    dated: str = ""
    link: str = ""
