"""Names as they are compared: pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LEGAL_FORMS = frozenset(
    """
    sa sas sasu sarl eurl eirl ei sci scop scic snc selarl sel gie gip epic epa asso association ass
    ltd limited llc llp inc incorporated corp corporation co company plc gmbh ag kg ug ev bv nv
    spa srl sl slu oy ab as aps kk pty ltda sprl asbl vzw
    """.split()  # noqa: SIM905 - one word a name reads better than one line
)
"""Legal forms, folded, that stand at either end of a name without making two of one."""
_SMALL = frozenset(("the", "la", "le", "les", "l", "and", "et", "de", "du", "des", "d"))
_DIGITS = re.compile(r"[0-9]+")


def folded(name: str) -> str:
    """Return a name as it is compared: without accents, capital letters, hyphens or spaces too many."""
    plain = name
    for _turn in range(2):  # what a compatible sign stands for may be a capital letter
        plain = unicodedata.normalize("NFKD", plain).casefold()
    plain = unicodedata.normalize("NFKD", plain.replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(one if one.isalnum() else " " for one in plain if not unicodedata.combining(one))
    return " ".join(letters.split())


@lru_cache(maxsize=4096)
def core_of(name: str) -> str:
    """Return the name of an organisation without its legal form and little words; as it is where nothing else is left.

    >>> core_of("Les Éditions du Phare, S.A.R.L.")
    'editions phare'
    """
    undotted = re.sub(r"(?<=\b\w)\.(?=\w\b|\s|$|,)", "", name)
    words = folded(undotted).split()
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    while len(words) > 1 and words[0] in LEGAL_FORMS:
        words.pop(0)
    kept = [word for word in words if word not in _SMALL]
    return " ".join(kept or words)


def company_number(registration: str) -> str:
    """Return what a registration number tells of the company: nine digits of a SIREN, also out of a SIRET.

    Any other number is itself, without what only makes it easier to read; too short a one says nothing.
    """
    plain = "".join(one for one in folded(registration) if one.isalnum())
    if plain.isdecimal() and plain.isascii() and len(plain) in (9, 14):
        # A French VAT number is FR, two digits and the SIREN.
        return plain[:9]
    if re.fullmatch(r"fr[0-9a-z]{2}[0-9]{9}", plain):
        return plain[4:]
    return plain if len(_DIGITS.findall(plain)) and len(plain) >= _SHORTEST else ""


_SHORTEST = 5
