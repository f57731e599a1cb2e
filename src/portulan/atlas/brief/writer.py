"""From a document to a PDF, by Typst: tagged (PDF/UA-1), our fonts embedded, the same bytes for the same document."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portulan.atlas.brief.document import Document
from portulan.atlas.errors import AtlasError
from portulan.fonts import FONTS

if TYPE_CHECKING:
    import typst

TEMPLATE = Path(__file__).parent / "brief.typ"
# One compiler a process, and one brief at a time in it: the fonts are read once.
_LOCK = threading.Lock()


class ExtraMissingError(AtlasError):
    """What makes files to take away is not installed."""

    def __init__(self) -> None:
        super().__init__("a brief needs Typst and segno, which are not installed; run: pip install 'portulan[files]'")


@cache
def _compiler() -> typst.Compiler:
    try:
        import typst
    except ImportError as error:
        raise ExtraMissingError from error
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts)


def _plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name.replace("_", "-"): value for name, value in pairs}


def to_typst_input(document: Document) -> str:
    """Return a document as the JSON that the template reads."""
    return json.dumps(asdict(document, dict_factory=_plain), ensure_ascii=False)


def write_pdf(document: Document) -> bytes:
    """Return the PDF of a document. Raises `ExtraMissingError` where Typst is not installed."""
    return _compiled(document, "pdf")[0]


def write_pictures(document: Document, ppi: float = 80) -> list[bytes]:
    """Return each page of a document as a PNG, to be looked at."""
    return _compiled(document, "png", ppi)


def _compiled(document: Document, form: Any, ppi: float | None = None) -> list[bytes]:
    standards: Any = ["ua-1"] if form == "pdf" else []
    with _LOCK:
        made = _compiler().compile(
            format=form, ppi=ppi, sys_inputs={"document": to_typst_input(document)}, pdf_standards=standards
        )
    if made is None:
        raise AtlasError("Typst returned nothing")
    return made if isinstance(made, list) else [made]
