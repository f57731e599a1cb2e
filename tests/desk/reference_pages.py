"""Shared by the tests of the pages of reference: how to open one, and how to read its sections and tables."""

from __future__ import annotations

from typing import Any

from tests.desk.reading import Element, read

LANGUAGES = ("en", "fr")


def page(portal: Any, address: str) -> Element:
    """Return a page that must be there."""
    answer = portal.get(address)
    assert answer.status_code == 200, address
    return read(answer.content.decode())


def section(of: Element, ident: str) -> Element:
    """Return the section that a heading opens."""
    parent = of.by_id(ident).parent
    assert parent is not None
    return parent


def cells(table: Element) -> list[list[str]]:
    """Return the texts of a table, row by row, without its head."""
    return [[cell.text for cell in row.all("th", "td")] for row in next(table.all("tbody")).all("tr")]
