"""What leaves the directory: a table for partners, and the card of a person for an address book."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

import vobject

from portulan.desk.network.asked import Ask
from portulan.desk.network.pages import GapRow, matches
from portulan.desk.network.selectors import Contact, Network, Office

COLUMNS = (
    "post", "post_name", "kind", "city", "standing", "markets", "role", "name", "email", "telephone", "sectors",
    "languages", "since", "until", "last_confirmed", "away_until", "invented",
)  # fmt: skip
_FORMULA = re.compile(r"[=+\-@\t\r]")
_TELEPHONE = re.compile(r"\+[0-9 ().\-]+")


def table(net: Network, ask: Ask, language: str) -> str:
    """Return what a question finds as CSV: a row for each person, and one for each post without anybody."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for office, people in matches(net, ask, language):
        for one in people or (None,):
            writer.writerow([_safe(text) for text in _row(office, one, language)])
    return out.getvalue()


def gaps(found: Iterable[GapRow], sectors: Iterable[str]) -> str:
    """Return the markets with a gap as CSV: for each sector 1 where somebody is designated, else 0."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    codes = list(sectors)
    writer.writerow(["market", "market_name", *codes])
    for row in found:
        marks = [int(code not in row.missing) for code in codes]
        writer.writerow([_safe(row.code), _safe(row.market), *marks])
    return out.getvalue()


def _row(office: Office, one: Contact | None, language: str) -> list[str]:
    post = [office.code, office.name(language), office.kind, office.city(language), office.standing]
    if one is None:
        return [*post, " ".join(office.territories), *[""] * (len(COLUMNS) - len(post) - 1)]
    return [
        *post,
        " ".join(one.territories),
        "lead" if one.lead else "deputy",
        one.card.name,
        one.card.email,
        one.card.phone,
        " ".join(one.sectors) or "all",
        " ".join(one.card.languages),
        one.since.isoformat(),
        one.until.isoformat() if one.until else "",
        one.last_confirmed.isoformat() if one.last_confirmed else "",
        one.back.isoformat() if one.back else "",
        "yes" if one.card.invented else "no",
    ]


def _safe(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{text}" if _FORMULA.match(text) and not _TELEPHONE.fullmatch(text) else text


def card(office: Office, one: Contact, title: str, language: str) -> str:
    """Return a person as a vCard 3.0: name, post and role, and what else they agreed to."""
    made = vobject.vCard()
    made.add("n").value = vobject.vcard.Name(family=one.card.family_name, given=one.card.given_name)
    made.add("fn").value = one.card.name
    made.add("org").value = [office.name(language)]
    made.add("title").value = title
    if one.card.email:
        made.add("email").value = one.card.email
    if one.card.phone:
        made.add("tel").value = one.card.phone
    if one.card.invented:
        made.add("note").value = "Invented person" if language == "en" else "Personne inventée"
    return str(made.serialize())
