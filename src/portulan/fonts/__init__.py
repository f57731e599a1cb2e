"""The fonts of what is printed, for the atlas and the desk, and which characters they can show.

A PDF for everybody refuses to hold a sign that it cannot print.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent
_BODY = ("SourceSans3_400Regular.ttf", "SourceSans3_400Regular_Italic.ttf", "SourceSans3_700Bold.ttf")
LOST = "[…]"
_LONG = 32  # letters without a space after which a line may break
_BREAK = "\u200b"


def _tables(data: bytes) -> dict[str, int]:
    """Return where each table of a TrueType file starts."""
    count = struct.unpack_from(">H", data, 4)[0]
    return {
        data[at : at + 4].decode("latin-1"): struct.unpack_from(">I", data, at + 8)[0]
        for at in range(12, 12 + 16 * count, 16)
    }


def characters(path: Path) -> frozenset[int]:
    """Return the code points that a TrueType font has a sign for (OpenType `cmap`, formats 4 and 12)."""
    data = path.read_bytes()
    start = _tables(data)["cmap"]
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", data, start + 2)[0]):
        at = start + struct.unpack_from(">I", data, start + 8 + 8 * number)[0]
        form = struct.unpack_from(">H", data, at)[0]
        if form == 12:
            for group in range(struct.unpack_from(">I", data, at + 12)[0]):
                first, last, _ = struct.unpack_from(">III", data, at + 16 + 12 * group)
                found.update(range(first, last + 1))
        elif form == 4:
            found |= _format4(data, at)
    return frozenset(found)


def _format4(data: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">H", data, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + 2 * count)
    return {code for first, last in zip(starts, ends, strict=True) for code in range(first, last + 1) if code < 0xFFFF}


@cache
def shown() -> frozenset[int]:
    """Return what every style of the text font can show."""
    return frozenset.intersection(*(characters(FONTS / name) for name in _BODY))


def printable(text: str) -> tuple[str, bool]:
    """Return a text from outside as it can be printed, and whether signs were lost.

    What no font here can show becomes ``[…]``, once for a run of such signs. Control and direction signs go without a
    word: they are not seen anyway. Very long words are given places where a line may end.
    """
    out: list[str] = []
    lost, run = False, 0
    for letter in unicodedata.normalize("NFC", text):
        if letter in "\n\t ":
            out.append(letter if letter == "\n" else " ")
            run = 0
            continue
        if unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"):
            continue
        if ord(letter) not in shown():
            lost = True
            if out[-1:] != [LOST]:
                out.append(LOST)
            continue
        run += 1
        if run > _LONG:
            out.append(_BREAK)
            run = 1
        out.append(letter)
    return "".join(out), lost
