"""What every test of a reader needs: the identity of its account, and ways to spoil a good file."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st

from portulan.atlas.errors import BadInputError
from portulan.atlas.sources.reading import Reading


def rows_out(reading: Reading) -> int:
    """Return how many rows came out, after checking that every column has as many."""
    sizes = {len(column) for column in reading.columns.values()}
    assert len(sizes) == 1, sizes
    return sizes.pop()


def aside(reading: Reading) -> dict[str, int]:
    """Return the counts of what was set aside, by reason."""
    assert all(entry.count > 0 for entry in reading.quarantined)
    return {entry.reason: entry.count for entry in reading.quarantined}


def account(reading: Reading) -> int:
    """Return the rows that went in, as the reading accounts for them."""
    return rows_out(reading) + sum(aside(reading).values())


def data_lines(text: str, delimiter: str = ",") -> int:
    """Count the lines after the header that hold anything in their fields, each line parsed alone."""
    lines = re.split(r"\r\n|\n|\r", text)[1:]
    return sum(any(field.strip() for row in csv.reader([line], delimiter=delimiter) for field in row) for line in lines)


@st.composite
def spoiled(draw: st.DrawFn, text: str, first: int = 0) -> str:
    """Draw a text with one to four pieces replaced, from the character ``first`` on."""
    alphabet = st.sampled_from('0123456789.,;\t\n\r"-+eE_ :xNAF\x00é\u2028|/')
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(first, len(text)))
        end = min(len(text), at + draw(st.integers(0, 12)))
        text = text[:at] + draw(st.text(alphabet, max_size=6)) + text[end:]
    return text


def refused_or_accounted(read: Callable[[Path], Reading], path: Path, expected: Callable[[], int]) -> None:
    """Assert that the reader refuses with our own error, or accounts for every record."""
    try:
        found = read(path)
    except BadInputError:
        return
    assert account(found) == expected()
    # What came out can be used as it is: numbers are finite and never negative where they are money.
    if "value_usd" in found.columns:
        assert (found.columns["value_usd"] >= 0).all()
