"""Reads a brief back as its reader would: pages, text, tags, fonts and alternative texts."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest

pypdf = pytest.importorskip("pypdf", reason="briefs are read back with pypdf (group dev)")

SPACES = re.compile(r"[\s\u00a0\u202f\u200b]+")


def flat(text: str) -> str:
    """Return text without any space: where lines end is the setter's affair."""
    return SPACES.sub("", text)


class Brief:
    """One PDF, opened."""

    def __init__(self, data: bytes) -> None:
        self.pdf: Any = pypdf.PdfReader(io.BytesIO(data))
        self.root: Any = self.pdf.trailer["/Root"]
        self.pages = len(self.pdf.pages)
        self.text = "\n".join(page.extract_text() for page in self.pdf.pages)
        self.flat = flat(self.text)

    def holds(self, *texts: str) -> list[str]:
        """Return those of the texts that the brief does not hold."""
        return [text for text in texts if flat(text) not in self.flat]

    def tags(self) -> Iterator[Any]:
        """Yield every element of the structure tree."""
        waiting = [self.root["/StructTreeRoot"]]
        while waiting:
            here = waiting.pop().get_object()
            if isinstance(here, list):
                waiting += here
            elif isinstance(here, dict):
                if "/S" in here:
                    yield here
                if "/K" in here and not isinstance(here["/K"], int):
                    waiting.append(here["/K"])

    def named(self, role: str) -> list[Any]:
        """Return the elements of one role, such as ``/Figure``."""
        return [tag for tag in self.tags() if tag["/S"] == role]

    def fonts(self) -> dict[str, bool]:
        """Return each font used, and whether it is embedded."""
        found: dict[str, bool] = {}
        for page in self.pdf.pages:
            for font in page["/Resources"].get("/Font", {}).values():
                one = font.get_object()
                inner = one["/DescendantFonts"][0].get_object() if "/DescendantFonts" in one else one
                described = inner["/FontDescriptor"].get_object()
                held = any(name in described for name in ("/FontFile", "/FontFile2", "/FontFile3"))
                found[str(one["/BaseFont"])] = held
        return found
