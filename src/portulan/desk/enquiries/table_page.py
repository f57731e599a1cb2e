"""The page on which a table of questions is taken in, ready to print: what is wrong, or what would be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.desk.core.forms import ByField, Wrong, by_field
from portulan.desk.enquiries import table
from portulan.desk.enquiries.behalf_page import heard_choices
from portulan.desk.enquiries.models import Asking, Ground, Heard, Topic
from portulan.desk.enquiries.pages import Choices
from portulan.desk.enquiries.table import Line, Table

SHOWN = 10
"""Questions that the preview shows whole."""
MOST_WRONG = 200


@dataclass(frozen=True, slots=True)
class WrongCell:
    """One thing to mend: on which line, in which column, and how."""

    line: str
    column: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One question as it was read."""

    line: str
    about: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class TablePage:
    """The form, or the preview of a table. ``carried`` is the table where it may be taken in."""

    heard: str
    heards: Choices
    columns: tuple[tuple[str, str], ...]
    done: str
    notes: tuple[str, ...] = ()
    cells: tuple[WrongCell, ...] = ()
    more: str = ""
    samples: tuple[Sample, ...] = ()
    carried: str = ""
    confirm: str = ""
    wrong: Wrong = ()
    errors: ByField | None = None


def empty(language: str, *, heard: str = Heard.MEETING, done: str = "", wrong: Wrong = ()) -> TablePage:
    """Return the form."""
    return TablePage(heard, heard_choices(), _columns(language), done, wrong=wrong, errors=by_field(wrong))


def preview(
    read: Table, known: frozenset[int], carried: str, heard: str, names: tuple[Mapping[str, str], Mapping[str, str]],
    language: str,
) -> TablePage:  # fmt: skip
    """Return what a table would write, or every cell that keeps it from being written."""
    cells = [
        WrongCell(str(line.number), table.heading(column, language) if column in table.COLUMNS else column, sentence)
        for line in read.lines
        for column, sentence in line.wrong
    ]
    new = [line for line in read.lines if line.number not in known]
    return TablePage(
        heard=heard,
        heards=heard_choices(),
        columns=_columns(language),
        done="",
        notes=tuple(_notes(read, new, known, wrong=bool(cells))),
        cells=tuple(cells[:MOST_WRONG]),
        more=_more(len(cells) - MOST_WRONG),
        samples=() if cells else tuple(_sample(line, names) for line in new[:SHOWN]),
        carried=carried if new and not cells else "",
        confirm=ngettext("Write down %(count)s question", "Write down %(count)s questions", len(new))
        % {"count": len(new)},
        errors=ByField(),
    )


def _notes(read: Table, new: Sequence[Line], known: frozenset[int], *, wrong: bool) -> list[str]:
    notes = []
    if wrong:
        count = sum(bool(line.wrong) for line in read.lines)
        notes.append(
            ngettext(
                "%(count)s line of %(all)s cannot be read. Nothing was written: mend the file and choose it again.",
                "%(count)s lines of %(all)s cannot be read. Nothing was written: mend the file and choose it again.",
                count,
            )
            % {"count": count, "all": len(read.lines)}
        )
    else:
        letters = sum(bool(line.asked.email) and line.told.ground == Ground.CONSENT for line in new)
        notes.append(
            ngettext("%(count)s question is new.", "%(count)s questions are new.", len(new)) % {"count": len(new)}
        )
        if new:
            notes.append(
                ngettext(
                    "A letter goes to %(count)s person who agreed.",
                    "A letter goes to each of %(count)s persons who agreed.",
                    letters,
                )
                % {"count": letters}
            )
    notes += left_out(len(known))
    if read.unread:
        notes.append(_("These columns are not read: %(names)s.") % {"names": ", ".join(read.unread)})
    return notes


def left_out(count: int) -> list[str]:
    """Say how many questions are there already; nothing where there is none."""
    if not count:
        return []
    said = ngettext(
        "%(count)s question is there already and is left out.",
        "%(count)s questions are there already and are left out.",
        count,
    )
    return [said % {"count": count}]


def _sample(line: Line, names: tuple[Mapping[str, str], Mapping[str, str]]) -> Sample:
    places = (names[1].get(line.asked.sector, ""), names[0].get(line.asked.market, ""), Topic(line.asked.topic).label)
    return Sample(
        str(line.number), ", ".join(str(one) for one in places if one), line.asked.name, line.asked.text[:200]
    )


def _more(count: int) -> str:
    if count <= 0:
        return ""
    return ngettext("%(count)s further thing is wrong.", "%(count)s further things are wrong.", count) % {
        "count": count
    }


def _columns(language: str) -> tuple[tuple[str, str], ...]:
    """Return each column with what may be written in it."""
    said = {
        "text": _("The question, in their words."),
        "market": _("A country by its name or its code of three letters; empty: the coordination desk places it."),
        "sector": _("A sector by its name or its code; empty: the coordination desk places it."),
        "topic": _one_of([str(one.label) for one in Topic]),
        "name": _("Who asked."),
        "email": _("Empty where the person did not agree to be written to."),
        "phone": _("Needed where there is no address and the person agreed to be answered."),
        "organisation": _("May be left out."),
        "asking": _one_of([str(one.label) for one in Asking]),
        "agreed": _("Yes or no: whether they agreed that it is written down, and that they are written to."),
        "language": _("fr or en; empty: the language of this page."),
    }
    return tuple((table.heading(column, language), said[column]) for column in table.COLUMNS)


def _one_of(words: Sequence[str]) -> str:
    return _("One of: %(words)s.") % {"words": "; ".join(words)}
