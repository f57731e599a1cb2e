"""Spreadsheets: numbers as numbers, text as text and never a formula, a header that stays; same rows, same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from portulan.atlas.errors import AtlasError

_DATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""A workbook must say when it was made; the clock would make two files of the same figures differ."""
_FORMATS: Final[Mapping[str, str]] = {"USD": "#,##0", "km": "#,##0", "persons": "#,##0", "USD per head": "#,##0"}
_NUMBER: Final = "0.00####"
_WIDEST = 32_767
"""Characters a cell can hold."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: name, heads and widths of its columns, rows of plain values.

    ``unit`` is the column that says the unit, and ``measured`` are the columns whose numbers are in it.
    """

    name: str
    heads: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[Any]]
    unit: int | None = None
    measured: frozenset[int] = frozenset()


def workbook(sheets: Sequence[Sheet], harmless: Callable[[str], str]) -> bytes:
    """Return an Excel workbook of these sheets. Raises `AtlasError` where the extra ``portulan[files]`` is missing."""
    try:
        import xlsxwriter  # type: ignore[import-untyped] # it ships no types
    except ImportError as error:
        raise AtlasError("spreadsheets need an extra; install it with: pip install 'portulan[files]'") from error
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": _DATED, "author": "Portulan"})
    formats = {name: book.add_format({"num_format": name}) for name in {*_FORMATS.values(), _NUMBER}}
    bold = book.add_format({"bold": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for place, (head, width) in enumerate(zip(sheet.heads, sheet.widths, strict=True)):
            page.set_column(place, place, width)
            page.write_string(0, place, head, bold)
        page.freeze_panes(1, 0)
        if sheet.unit is not None and sheet.rows:
            page.autofilter(0, 0, len(sheet.rows), len(sheet.heads) - 1)
        for line, row in enumerate(sheet.rows, start=1):
            unit = row[sheet.unit] if sheet.unit is not None else None
            for place, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(line, place, harmless(value)[:_WIDEST], wrapped if unit is None else None)
                elif isinstance(value, float):
                    look = _FORMATS.get(str(unit), _NUMBER) if place in sheet.measured else _NUMBER
                    page.write_number(line, place, value, formats[look])
                elif value is not None:
                    page.write_number(line, place, value)
    book.close()
    return out.getvalue()
