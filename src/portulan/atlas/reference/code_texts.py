"""What the crosswalk says of a code, in French: its label, its note, its source.

The table is ``code_texts.csv`` beside this module, one line an English text of ``crosswalk.csv``. Labels follow the
terms that French customs use of the Harmonized System, shortened in our words.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from portulan.atlas.errors import BadInputError
from portulan.atlas.reference.crosswalk import HERE, read_rows

Kind = Literal["label", "note", "source"]

KINDS: tuple[Kind, ...] = get_args(Kind)
_TABLE = HERE / "code_texts.csv"


def read_code_texts(path: Path) -> dict[tuple[str, str], str]:
    """Return (kind, English) -> French of a table of texts.

    Raises:
        BadInputError: naming file, line and field, for an unknown kind, an empty text, or a text given twice.
    """
    found: dict[tuple[str, str], str] = {}
    for number, row in read_rows(path, ("kind", "text_en", "text_fr")):

        def bad(problem: str, todo: str, field: str, line: int = number) -> BadInputError:
            return BadInputError(problem, todo=todo, file=path, line=line, field=field)

        if row["kind"] not in KINDS:
            raise bad(f"{row['kind']!r} is not allowed here", f"use one of {', '.join(KINDS)}", "kind")
        for field in ("text_en", "text_fr"):
            if not row[field].strip():
                raise bad("the text is empty", "write it in both languages", field)
        key = row["kind"], row["text_en"]
        if key in found:
            raise bad(f"{row['text_en']!r} stands twice", "keep one line a text", "text_en")
        found[key] = row["text_fr"]
    return found


@cache
def _texts() -> Mapping[tuple[str, str], str]:
    return read_code_texts(_TABLE)


def in_french(kind: Kind, text: str) -> str:
    """Return a text of the crosswalk in force in French; nothing where it says nothing.

    Raises:
        BadInputError: for a text that nobody has put in French.
    """
    if not text:
        return ""
    try:
        return _texts()[kind, text]
    except KeyError:
        problem = f"the {kind} {text!r} of the crosswalk has no French"
        raise BadInputError(problem, todo="give it a line", file=_TABLE, field="text_en") from None
