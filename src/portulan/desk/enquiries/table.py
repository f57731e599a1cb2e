"""A table of questions, as it comes back from a fair: read, and said which line and which column is wrong. Pure.

Headings are read in English and in French, whatever their accents and capitals; names of markets and sectors too.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from portulan.desk.core.incoming.plain import decode
from portulan.desk.enquiries import asking, telling
from portulan.desk.enquiries.asking import Asked, Told
from portulan.desk.enquiries.models import Asking, Ground, Topic

MOST_BYTES, MOST_LINES = 1_000_000, 2_000
COLUMNS: dict[str, tuple[str, ...]] = {
    "text": ("question", "question", "text", "texte"),
    "market": ("market", "marché", "country", "pays"),
    "sector": ("sector", "secteur"),
    "topic": ("topic", "objet", "subject", "sujet", "thème"),
    "name": ("name", "nom"),
    "email": ("e-mail", "courriel", "email address", "adresse électronique", "mail"),
    "phone": ("telephone", "téléphone", "phone"),
    "organisation": ("organisation", "organisme", "organization", "company", "société"),
    "asking": ("asks for", "demande pour", "kind", "type"),
    "agreed": ("agreed", "accord", "consent", "consentement"),
    "language": ("language", "langue"),
}
"""Each column with how it is headed: in English and in French in the template, then other words for the same."""
NEEDED = ("text", "topic", "name", "asking", "agreed")
_YES = {"yes", "oui", "y", "o", "1", "x", "true", "vrai"}
_NO = {"no", "non", "n", "0", "false", "faux"}
_LANGUAGES = {"fr": "fr", "francais": "fr", "french": "fr", "en": "en", "anglais": "en", "english": "en"}
_SEPARATORS = ";,\t"
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")

Names = tuple[Mapping[str, str], Mapping[str, str]]


class TableError(Exception):
    """The file cannot be read as a table; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One question of the table. ``number`` is that of the line in a spreadsheet; ``wrong``: column, sentence."""

    number: int
    asked: Asked
    told: Told
    language: str
    wrong: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The questions of a file, and the headings in it that say nothing here."""

    lines: tuple[Line, ...]
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """The words that a table may use: for each column, what a folded word stands for; and the places by their code."""

    words: Mapping[str, Mapping[str, str]]
    names: Names
    language: str = "en"
    told: Told = field(default_factory=Told)


def known(names_en: Names, names_fr: Names, language: str, person: UUID | None, name: str, heard: str) -> Known:
    """Return the words of both languages; ``language`` is that of a line that says none."""
    words: dict[str, dict[str, str]] = {"market": {}, "sector": {}, "topic": {}, "asking": {}, "language": _LANGUAGES}
    for places in (names_en, names_fr):
        for column, found in zip(("market", "sector"), places, strict=True):
            words[column].update({fold(text): code for code, text in found.items()})
            words[column].update({fold(code): code for code in found})
    for spoken in ("en", "fr"):
        with override(spoken):
            words["topic"].update({fold(str(one.label)): one.value for one in Topic})
            words["asking"].update({fold(str(one.label)): one.value for one in Asking})
    words["topic"].update({fold(one): one for one in Topic.values})
    words["asking"].update({fold(one): one for one in Asking.values})
    return Known(words, names_en, language, Told(person, name, heard))


def fold(text: str) -> str:
    """Return a word without capitals, accents and signs, so that it is found however it was typed."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return _NOT_LETTERS.sub(" ", "".join(sign for sign in plain if not unicodedata.combining(sign))).strip()


def heading(column: str, language: str) -> str:
    """Return how a column is headed in a language."""
    return COLUMNS[column][1 if language == "fr" else 0]


def template(language: str) -> str:
    """Return an empty table: its headings, with the sign between them that spreadsheets of that language expect."""
    separator = ";" if language == "fr" else ","
    return "\ufeff" + separator.join(heading(column, language) for column in COLUMNS) + "\r\n"


def text_of(data: bytes) -> str:
    """Return the text of a file. Raises `TableError` where it is none, or too long."""
    if len(data) > MOST_BYTES:
        raise TableError(_("This file is too large: %(most)s MB at most. Cut it in two.") % {"most": 1})
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-")):
        raise TableError(_("This is no CSV file: open it in your spreadsheet and save it as CSV."))
    return decode(data, None)[0]


def read(text: str, words: Known) -> Table:
    """Return the questions of a table. Raises `TableError` where it is none."""
    rows = list(_rows(text))
    if not rows:
        raise TableError(_("The file is empty."))
    head, unread = _head(rows[0][1])
    if len(rows) == 1:
        raise TableError(_("The file has headings and no question under them."))
    if len(rows) - 1 > MOST_LINES:
        raise TableError(_("This table is too long: %(most)s questions at most. Cut it in two.") % {"most": MOST_LINES})
    lines = [_line(number, cells, head, len(rows[0][1]), words) for number, cells in rows[1:]]
    return Table(tuple(_without_twins(lines)), unread)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold something, each with the number of its line in a spreadsheet."""
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise TableError(_("The file cannot be read as a table: a quotation mark is missing somewhere.")) from error


def _head(cells: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return where each column stands, and the headings that are not known."""
    meant = {fold(word): column for column, words in COLUMNS.items() for word in words}
    head: dict[str, int] = {}
    unread = []
    for place, cell in enumerate(cells):
        column = meant.get(fold(cell))
        if column is None:
            unread += [cell.strip()] if cell.strip() else []
        elif column in head:
            raise TableError(_("Two columns are headed “%(heading)s”: keep one.") % {"heading": cell.strip()})
        else:
            head[column] = place
    missing = [f"{COLUMNS[column][0]} / {COLUMNS[column][1]}" for column in NEEDED if column not in head]
    if missing:
        raise TableError(
            _("These headings are missing: %(missing)s. Take them from the template.") % {"missing": ", ".join(missing)}
        )
    return head, tuple(unread)


def _line(number: int, cells: Sequence[str], head: Mapping[str, int], width: int, words: Known) -> Line:
    said = {column: cells[place] if place < len(cells) else "" for column, place in head.items()}
    flat = {column: " ".join(value.split()) for column, value in said.items()}
    meant = {
        column: words.words[column].get(fold(flat.get(column, "")), flat.get(column, ""))
        for column in ("market", "sector", "topic", "asking")
    }
    language = _LANGUAGES.get(fold(flat.get("language", "")), flat.get("language", "")) or words.language
    asked = Asked(
        text=said.get("text", "").replace("\r\n", "\n").replace("\r", "\n").strip(),
        name=flat.get("name", ""),
        email=flat.get("email", ""),
        organisation=flat.get("organisation", ""),
        **meant,
    )
    told = replace(words.told, phone=flat.get("phone", ""), ground=_ground(flat.get("agreed", "")))
    asked = replace(asked, nonce=_nonce(asked, told, language))
    wrong = list(telling.wrong_with(asked, asking.wrong_with(asked, *words.names), told, language))
    return Line(
        number, asked, told, language, tuple(_said(wrong, flat, overflows=any(cell.strip() for cell in cells[width:])))
    )


def _ground(agreed: str) -> str:
    said = fold(agreed)
    return Ground.CONSENT if said in _YES else Ground.TASK if said in _NO else ""


def _nonce(asked: Asked, told: Told, language: str) -> str:
    """Return a number made of all that a line says: the same line, in another file or another day, is the same."""
    said = [getattr(asked, column) for column in ("text", "market", "sector", "topic", "name", "email", "organisation")]
    text = json.dumps([*said, asked.asking, told.phone, told.ground, language])
    return hashlib.sha256(text.encode()).hexdigest()[:36]


def _said(wrong: Sequence[tuple[str, str]], flat: Mapping[str, str], *, overflows: bool) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a line, in the words of a table: a cell is written, and not chosen."""
    if overflows:
        yield "text", _("This line has more cells than headings: a quotation mark is missing.")
    for column, sentence in wrong:
        if column in ("market", "sector", "topic", "asking") and flat.get(column):
            yield (
                column,
                _("“%(word)s” is not known: what may be written here is said below.") % {"word": flat[column][:60]},
            )
        elif column in ("topic", "asking"):
            yield column, _("Nothing is written here: what may be written is said below.")
        elif column == "ground":
            yield "agreed", _("Write yes or no: it decides whether the person is written to.")
        elif column == "language":
            yield column, _("Write fr or en, or leave it empty.")
        else:
            yield column, sentence


def _without_twins(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines, each that says again what one above says marked as wrong."""
    seen: dict[str, int] = {}
    for line in lines:
        first = seen.setdefault(line.asked.nonce, line.number)
        if first == line.number:
            yield line
        else:
            twin = _("This line is the same as line %(number)s: take it out.") % {"number": first}
            yield replace(line, wrong=(*line.wrong, ("text", twin)))
