"""Which revisions of the HS a set of codes can belong to, as far as our own table tells.

``hs_codes.csv`` holds the cultural codes that exist in some revisions only. It is enough to catch a file read with the
wrong revision when it holds culture, and says nothing of other chapters: no contradiction is not a proof.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portulan.atlas.errors import BadInputError
from portulan.atlas.reference.crosswalk import HERE, HS_SCHEMES, check_scheme, read_rows


@dataclass(frozen=True, slots=True)
class RevisionFit:
    """What a set of codes says of its revision.

    ``possible`` are the revisions that nothing contradicts, oldest first (all seven where no code tells).
    ``against`` gives, for each revision, the codes of the set that do not exist in it.
    ``telling`` is how many codes of the set exist in some revisions only: 0 means that nothing was learnt.
    """

    possible: tuple[str, ...]
    against: Mapping[str, tuple[str, ...]]
    telling: int


def read_hs_codes(path: Path) -> Mapping[str, frozenset[str]]:
    """Read the table code -> revisions it exists in.

    Raises:
        BadInputError: naming file, line and field, for a code that is not six digits or an unknown revision.
    """
    found: dict[str, frozenset[str]] = {}
    for number, row in read_rows(path, ("code", "revisions", "source")):
        revisions = frozenset(row["revisions"].split())
        if not (len(row["code"]) == 6 and row["code"].isascii() and row["code"].isdecimal()):
            raise BadInputError(
                f"{row['code']!r} is not a code", todo="six digits as text", file=path, line=number, field="code"
            )
        if not revisions or not revisions <= set(HS_SCHEMES):
            raise BadInputError(
                f"{row['revisions']!r} are not revisions",
                todo=f"use {', '.join(HS_SCHEMES)}, separated by spaces",
                file=path,
                line=number,
                field="revisions",
            )
        found[row["code"]] = revisions
    return found


@cache
def _telling() -> Mapping[str, frozenset[str]]:
    return read_hs_codes(HERE / "hs_codes.csv")


def hs_revision_fit(codes: Collection[str]) -> RevisionFit:
    """Say which HS revisions a set of six-digit codes (text, leading zeros kept) can belong to.

    A code that exists only in other revisions speaks against one; a code that is missing from the set says nothing
    (a source need not hold every code). Codes that our table does not know are ignored.
    """
    table = _telling()
    told = sorted(code for code in set(codes) if code in table)
    against = {revision: tuple(code for code in told if revision not in table[code]) for revision in HS_SCHEMES}
    possible = tuple(revision for revision in HS_SCHEMES if not against[revision])
    return RevisionFit(possible, against, len(told))


def codes_not_in(revision: str, codes: Collection[str]) -> tuple[str, ...]:
    """Return the codes of a set that do not exist in one HS revision, as far as our table tells.

    Raises:
        UnknownCodeError: where ``revision`` is not one of ours; EBOPS2010 has no revisions and gives nothing.
    """
    return hs_revision_fit(codes).against.get(check_scheme(revision), ())
