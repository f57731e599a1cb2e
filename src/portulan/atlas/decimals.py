"""How a number is written in French and in English: the signs of CLDR, halves to even.

Tens of thousands of numbers are written each second when the atlas is published. Babel reads its pattern and its
locale again for each one; here the signs are read once, and the digits are Python's own. A test holds both to one text.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from babel import Locale

MINUS = "\u2212"
"""A minus, not a hyphen: it is as wide as a digit and stays with its number at the end of a line."""


@lru_cache(maxsize=8)
def _signs(lang: str) -> dict[int, str]:
    symbols = Locale.parse(lang).number_symbols["latn"]
    return str.maketrans({",": symbols["group"], ".": symbols["decimal"], "-": MINUS})


def decimal_text(value: float, lang: str, digits: int = 0, *, most: int | None = None) -> str:
    """Return a number with `digits` decimals and its thousands apart, or with `digits` to `most`, without idle zeros.

    ``decimal_text(1234.5, "en", 1)`` is ``1,234.5``; in French ``1 234,5`` with a narrow space that does not break.
    What rounds to nothing has no minus.
    """
    text = f"{Decimal(repr(float(value))):,.{digits if most is None else most}f}"
    if most is not None and most > digits:
        whole, _, part = text.partition(".")
        part = part[:digits] + part[digits:].rstrip("0")
        text = f"{whole}.{part}" if part else whole
    if text.startswith("-") and not text.strip("-0.,"):
        text = text[1:]
    return text.translate(_signs(lang))
