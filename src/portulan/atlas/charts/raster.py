"""From a drawing to pixels, by Typst: the same bytes on every machine, as only fonts of ours are used."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from portulan.atlas.errors import AtlasError, BadInputError
from portulan.fonts import FONTS

WIDEST = 4096
"""Most pixels across: a request for more is a mistake, or an attack."""
_BOX = re.compile(r'^\s*<svg\b[^>]*?\bviewBox="0 0 ([0-9.]+) ([0-9.]+)"')
_SHEET = """#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: rgb("{ground}"))
#image("drawing.svg", width: 100%)
"""
_POINTS = 72.0


def png(svg: str, width: int, *, height: int | None = None, ground: str = "#ffffff") -> bytes:
    """Return a printed drawing (``writer="print"``) as a PNG ``width`` pixels wide, on a ground of one colour.

    With a ``height``, the drawing stands on a sheet of that height, whole and in the middle (pictures for links).
    Raises `BadInputError` for a drawing without its own size (a web one has none) or an absurd width, and `AtlasError`
    where the extra ``portulan[files]`` is not installed.
    """
    found = _BOX.match(svg)
    if found is None or "<use" in svg:
        raise BadInputError("this drawing is not self-contained", todo='draw it with writer="print"')
    if not 16 <= width <= WIDEST or (height is not None and not 16 <= height <= WIDEST):
        raise BadInputError(f"{width} pixels wide", todo=f"ask for 16 to {WIDEST}")
    if re.fullmatch(r"#[0-9a-f]{6}", ground) is None:
        raise BadInputError(f"{ground!r} is not a colour", todo="write #rrggbb")
    natural = (float(found[1]), float(found[2]))
    tall = natural[1] * width / natural[0]
    sheet = _SHEET.format(width=width, height=f"{tall:.3f}", ground=ground)
    if height is not None:
        fit = 'align(center + horizon, image("drawing.svg", width: 100%, height: 100%, fit: "contain"))'
        sheet = f"{_SHEET.format(width=width, height=height, ground=ground).splitlines()[0]}\n#{fit}\n"
    return _compiled(sheet, svg)


def _compiled(sheet: str, svg: str) -> bytes:
    try:
        import typst
    except ImportError as error:
        todo = "install it with: pip install 'portulan[files]'"
        raise AtlasError(f"pictures (PNG) need Typst, which is not installed; {todo}") from error
    with TemporaryDirectory(prefix="portulan-png-") as name:
        folder = Path(name)
        (folder / "drawing.svg").write_text(svg, encoding="utf-8")
        (folder / "sheet.typ").write_text(sheet, encoding="utf-8")
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
        # One pixel a point: the sheet is as many points wide as the picture has pixels.
        made = typst.Compiler(str(folder / "sheet.typ"), root=str(folder), font_paths=fonts).compile(
            format="png", ppi=_POINTS
        )
    if not isinstance(made, bytes):
        raise AtlasError("Typst returned no picture")
    return made
