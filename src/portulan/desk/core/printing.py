"""From plain values to a PDF for everybody (PDF/UA-1), by Typst, with the fonts of the house and no other."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from portulan.fonts import FONTS, printable

# A compiler is not to be used by two threads at once.
_LOCK = threading.Lock()


def print_pdf(template: Path, document: Mapping[str, Any]) -> bytes:
    """Return the PDF that a template of Typst makes of a document, the same bytes for the same document.

    The template reads ``json(bytes(sys.inputs.document))``. Signs that the fonts do not have become ``[…]``.
    """
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    given = json.dumps(_shown(document), ensure_ascii=False)
    with _LOCK:
        made = typst.Compiler(str(template), root=str(template.parent), font_paths=fonts).compile(
            format="pdf", sys_inputs={"document": given}, pdf_standards=["ua-1"]
        )
    if not isinstance(made, bytes):
        raise TypeError("Typst returned no PDF")
    return made


def _shown(value: Any) -> Any:
    """Return plain values with every text as it can be printed."""
    if isinstance(value, str):
        return printable(value)[0]
    if isinstance(value, Mapping):
        return {key: _shown(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(one) for one in value]
    return value
