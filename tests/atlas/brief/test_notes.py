"""Local knowledge in a brief: plain text in its own slot, whatever was typed."""

from __future__ import annotations

from datetime import date

import pytest

from portulan.atlas import api
from portulan.atlas.brief.notes import BriefNote
from portulan.atlas.opened import Release
from portulan.fonts import FONTS, LOST, characters, printable
from tests.atlas.brief.reading import Brief, flat

pytestmark = pytest.mark.slow

HOSTILE = (
    '#import "@preview/evil:1.0.0": *',
    '#read("brief.typ") *bold* _it_ $x^2$ ] } ) <label> @ref `code` \\ // /* = Title',
    "]#sys.inputs.document[",
    "</Alt> %PDF-1.7 endobj ' \" & < >",
    "#" * 200,
)


def made(release: Release, *notes: BriefNote, lang: str = "en") -> Brief:
    return Brief(api.brief(release, market="BEL", sector="book", dated=date(2026, 3, 1), lang=lang, notes=notes))


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_a_note_is_printed_as_it_was_typed(small: Release, text: str) -> None:
    brief = made(small, BriefNote(text, text, text, text))
    assert brief.flat.count(flat(text)) >= 2
    assert 2 <= brief.pages <= 4


def test_a_note_has_its_slot_and_signature(small: Release) -> None:
    note = BriefNote("Fairs first", "One.\n\nTwo.", "Cultural service", "March 2026", "https://example.org/note")
    brief = made(small, note)
    assert not brief.holds("What is known on the spot", "Fairs first", "Cultural service, March 2026", note.link)
    assert made(small).holds("What is known on the spot"), "no note, no slot"


def test_a_link_that_is_no_web_address_is_left_out(small: Release) -> None:
    brief = made(small, BriefNote("Title", "Text", link="javascript:alert(1)"))
    assert brief.holds("javascript:alert(1)")


@pytest.mark.parametrize(
    "text", ["東京の本屋", "مرحبا", "😀 hello", "a\x00b\x07c", "\u202eevil", "\ud800", "\ufeffx", "\ue000"]
)
def test_signs_that_cannot_be_shown_never_stop_a_brief(small: Release, text: str) -> None:
    brief = made(small, BriefNote(text, f"before {text} after", text, text))
    assert not brief.holds("before", "after")


def test_lost_signs_are_said_to_be_lost(small: Release) -> None:
    assert not made(small, BriefNote("Tokyo", "東京 Tokyo"), lang="en").holds("[…] Tokyo", "cannot show")
    assert made(small, BriefNote("Łódź", "Łódź, Αθήνα, Київ")).holds("cannot show")


def test_very_long_notes_are_cut_where_a_word_ends(small: Release) -> None:
    notes = [BriefNote(f"Note {n}", "word " * 5000) for n in range(30)]
    brief = made(small, *notes)
    assert brief.pages <= 4
    assert not brief.holds("word …")


def test_a_word_without_end_may_break() -> None:
    text, lost = printable("x" * 100)
    assert not lost and "\u200b" in text and text.replace("\u200b", "") == "x" * 100


def test_what_a_font_shows_is_read_from_the_font() -> None:
    held = characters(FONTS / "SourceSans3_400Regular.ttf")
    assert {ord(letter) for letter in "Aé’«\u202fŁβЖ"} <= held
    assert ord("東") not in held
    assert printable("東京 a")[0] == f"{LOST} a"
