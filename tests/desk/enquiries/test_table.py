"""Tables of questions: read in both languages, wrong cells named, all written or nothing, and never twice."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portulan.desk.core import reference
from portulan.desk.core.models import Event
from portulan.desk.enquiries import table, tables
from portulan.desk.enquiries.models import Enquiry
from portulan.desk.enquiries.rights import NotYoursError
from portulan.desk.enquiries.table import Line, TableError
from portulan.desk.people.actors import Power
from portulan.desk.people.models import Role
from tests.desk.enquiries.conftest import As, Desk, text_of
from tests.desk.posted import Letters

HERE = "/en/desk/questions/table/"
NAMES_EN = ({"JPN": "Japan", "CIV": "Côte d'Ivoire"}, {"games": "Video games", "book": "Books"})
NAMES_FR = ({"JPN": "Japon", "CIV": "Côte d’Ivoire"}, {"games": "Jeux vidéo", "book": "Livres"})
ENGLISH = """question,market,sector,topic,name,e-mail,asks for,agreed
"We look for a publisher, in Japan.",Japan,Video games,Finding partners or buyers,Paule,paule@example.com,company,yes
We look for a translator of novels.,CIV,book,market,Ann Label,,association,no
"""
FRENCH = (
    "Secteur;QUESTION;Marché;sujet;Nom;Courriel;Demande pour;Accord;Stand\n"
    "Jeux vidéo;Nous cherchons un éditeur au Japon.;japon;partners;Paule;paule@example.com;company;OUI;B12\n"
)


@pytest.fixture
def words(desk: Desk) -> table.Known:
    return table.known(NAMES_EN, NAMES_FR, "fr", None, "Owner", "meeting")


def read(text: str, words: table.Known) -> tuple[Line, ...]:
    return table.read(text, words).lines


# -- reading, without a database -------------------------------------------------

WORDS = table.known(NAMES_EN, NAMES_FR, "fr", None, "Owner", "meeting")


def test_a_table_is_read_in_english() -> None:
    first, second = read(ENGLISH, WORDS)
    assert (first.wrong, second.wrong) == ((), ())
    assert (first.number, first.asked.market, first.asked.sector, first.asked.topic) == (2, "JPN", "games", "partners")
    assert first.asked.text == "We look for a publisher, in Japan."
    assert (first.told.ground, second.told.ground, second.asked.market) == ("consent", "task", "CIV")


def test_a_table_is_read_in_french_whatever_the_order_the_capitals_and_the_separator() -> None:
    (line,) = read(FRENCH, WORDS)
    assert line.wrong == ()
    assert (line.asked.market, line.asked.sector, line.told.ground, line.language) == ("JPN", "games", "consent", "fr")
    assert table.read(FRENCH, WORDS).unread == ("Stand",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_it_is_read_as_any_spreadsheet_saves_it(encoding: str) -> None:
    (line,) = read(table.text_of(FRENCH.encode(encoding)), WORDS)
    assert line.asked.text == "Nous cherchons un éditeur au Japon."


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_template_has_every_heading_and_no_question(language: str) -> None:
    with pytest.raises(TableError, match="no question"):
        table.read(table.text_of(table.template(language).encode()), WORDS)
    head = table.text_of(table.template(language).encode()).strip()
    assert len(re.split("[;,]", head)) == len(table.COLUMNS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("question,name\nx,y", "missing: topic / objet"),
        (ENGLISH.replace("market", "name", 1), "Two columns"),
        (ENGLISH.splitlines()[0], "no question"),
        (ENGLISH.splitlines()[0] + "\nx" * 2001, "too long"),
        (ENGLISH + '"' + "x" * 140_000, "quotation mark"),
    ],
)
def test_what_is_no_table_says_what_to_do(text: str, said: str) -> None:
    with pytest.raises(TableError, match=said):
        table.read(text, WORDS)


@pytest.mark.parametrize(
    ("data", "said"), [(b"PK\x03\x04" + b"x" * 100, "save it as CSV"), (b"x" * 1_000_001, "too large")]
)
def test_what_is_no_text_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(TableError, match=said):
        table.text_of(data)


@pytest.mark.parametrize(
    ("old", "new", "column", "said"),
    [
        ("Japan,", "Japn,", "market", "“Japn” is not known"),
        ("Video games", "Chess", "sector", "“Chess” is not known"),
        ("Finding partners or buyers", "", "topic", "Nothing is written here"),
        ("company", "king", "asking", "“king” is not known"),
        (",yes", ",perhaps", "agreed", "Write yes or no"),
        (",yes", ",no", "email", "leave the address empty"),
        ("paule@example.com", "paule at example", "email", "not an e-mail address"),
        ("paule@example.com", "", "email", "nobody can answer"),
        ("Paule,", ",", "name", "Write who asked"),
        ('"We look for a publisher, in Japan."', "Hi", "text", "a sentence or two"),
        (",yes", ",yes,and,more", "text", "more cells than headings"),
    ],
)
def test_each_wrong_cell_is_named_with_what_to_do(old: str, new: str, column: str, said: str) -> None:
    first, second = read(ENGLISH.replace(old, new, 1), WORDS)
    assert [name for name, _sentence in first.wrong] == [column] and said in first.wrong[0][1]
    assert second.wrong == ()


def test_a_line_said_twice_is_named() -> None:
    lines = read(ENGLISH + ENGLISH.splitlines()[1] + "\n", WORDS)
    assert "same as line 2" in lines[2].wrong[0][1] and lines[2].number == 4


def test_cells_of_several_lines_and_empty_lines_keep_their_numbers() -> None:
    text = ENGLISH.replace("a publisher, in", "a\r\npublisher, in").replace("\nWe look", "\n\n,,,,,,,\nWe look")
    first, second = read(text, WORDS)
    assert first.asked.text == "We look for a\npublisher, in Japan." and (first.number, second.number) == (2, 5)


def test_what_a_form_carries_comes_back_whole_and_what_another_made_does_not() -> None:
    assert tables.unpacked(tables.packed(FRENCH)) == FRENCH
    assert tables.unpacked("x") == tables.unpacked("eHh4") == ""


# -- writing ---------------------------------------------------------------------


def upload(browser: Client, text: str, here: str = HERE) -> tuple[str, str]:
    """Send a table; return what the page says and what its second form carries."""
    file = SimpleUploadedFile("fair.csv", text.encode())
    answer = browser.post(here, {"heard": "meeting", "table": file})
    carried = re.search(r'name="carried" value="([^"]*)"', answer.content.decode())
    return text_of(answer), carried[1] if carried else ""


@pytest.fixture
def browser(at: As) -> Client:
    return at(None, Role.COORDINATION)


def test_nothing_is_written_before_it_is_confirmed_and_all_of_it_then(browser: Client, letters: Letters) -> None:
    said, carried = upload(browser, ENGLISH.replace("CIV", "PHL"))
    assert "2 questions are new." in said and "A letter goes to 1 person who agreed." in said
    assert "Video games, Japan, Finding partners or buyers" in said and not Enquiry.objects.exists()
    done = browser.post(HERE, {"heard": "meeting", "carried": carried})
    assert done.status_code == 303 and "2 questions were written down." in text_of(browser.get(done["Location"]))
    assert sorted(Enquiry.objects.values_list("channel", "heard", "ground")) == [
        ("table", "meeting", "consent"), ("table", "meeting", "task"),
    ]  # fmt: skip
    assert [one["to"] for one in letters].count("paule@example.com") == 1
    assert Event.objects.filter(verb="table taken in").count() == 1


def test_the_same_file_twice_makes_no_twin(browser: Client) -> None:
    text = ENGLISH.replace("CIV", "PHL")
    _said, carried = upload(browser, text)
    for _time in range(2):
        done = browser.post(HERE, {"heard": "meeting", "carried": carried})
    assert Enquiry.objects.count() == 2 and done["Location"].endswith("?new=0&known=2")
    said, carried = upload(browser, text + "A third question that is new.,PHL,book,market,Bo,,artist,no\n")
    assert "1 question is new." in said and "2 questions are there already" in said
    browser.post(HERE, {"heard": "meeting", "carried": carried})
    assert Enquiry.objects.count() == 3


def test_one_wrong_cell_and_nothing_is_written(browser: Client) -> None:
    text = ENGLISH.replace("CIV", "Nowhere")
    said, carried = upload(browser, text)
    assert "1 line of 2 cannot be read" in said and "“Nowhere” is not known" in said and carried == ""
    # Nor by a form made by hand.
    assert browser.post(HERE, {"heard": "meeting", "carried": tables.packed(text)}).status_code == 422
    assert not Enquiry.objects.exists()


def test_whoever_answers_gets_one_letter_for_all_of_a_table(browser: Client, letters: Letters) -> None:
    more = ENGLISH.splitlines()[1].replace("publisher", "translator")
    _said, carried = upload(browser, ENGLISH.replace("CIV", "JPN") + more + "\n")
    browser.post(HERE, {"heard": "meeting", "carried": carried})
    (mine,) = (one for one in letters if one["to"] == "owner@example.org")
    assert all(one.reference in mine["text"] for one in Enquiry.objects.filter(needs__sector="games"))
    # One question alone comes as any other.
    assert sum(one["to"] == "mate@example.org" and "> We look" in one["text"] for one in letters) == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [({"heard": "meeting"}, "Choose a file first"), ({"carried": "eHh4", "heard": "meeting"}, "is empty")],
)
def test_what_is_missing_is_said(browser: Client, sent: dict[str, str], said: str) -> None:
    answer = browser.post(HERE, sent)
    assert answer.status_code == 422 and said in text_of(answer)


def test_a_fault_in_the_middle_leaves_nothing(desk: Desk, words: table.Known, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = table.read(ENGLISH.replace("CIV", "JPN"), words).lines
    real, asked = tables.services.ask, []

    def once(*given: object, **more: object) -> object:
        asked.append(1)
        if len(asked) == 2:
            raise RuntimeError("the disk is full")
        return real(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(tables.services, "ask", once)
    with pytest.raises(RuntimeError):
        tables.take_in(desk.reach(None, Power.COORDINATION), lines)
    assert not Enquiry.objects.exists()


def test_the_table_is_for_the_coordination_desk(at: As, desk: Desk, words: table.Known, browser: Client) -> None:
    for person, roles in ((desk.owner, ()), (None, (Role.COMMITTEE,))):
        other = at(person, *roles)
        assert other.get(HERE).status_code == 403 and other.get(f"{HERE}template.csv").status_code == 403
        assert other.post(HERE, {"heard": "meeting", "carried": tables.packed(ENGLISH)}).status_code == 403
    with pytest.raises(NotYoursError):
        tables.take_in(desk.reach(desk.owner), read(ENGLISH, words))
    assert not Enquiry.objects.exists()
    sent = browser.get("/fr/desk/questions/table/template.csv")
    assert sent.content.decode("utf-8-sig").startswith("question;marché;secteur;objet;nom;courriel")


def test_names_of_both_languages_are_known(desk: Desk) -> None:
    found = table.known(reference.names("en"), reference.names("fr"), "en", None, "", "meeting")
    assert {"japan", "jpn"} <= set(found.words["market"])
