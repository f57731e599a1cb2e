"""The public directory: who answers, and of each person only what they agreed to."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
import vobject
from django.test import Client

from portulan.desk.network import selectors, services
from portulan.desk.network.models import Post, Role
from portulan.desk.people.models import Purpose
from portulan.desk.people.services import give_consent, withdraw_consent
from tests.desk.network.conftest import TODAY, person, sectors, territories
from tests.desk.reading import Element, read

SINCE = TODAY - timedelta(days=100)


@pytest.fixture
def site() -> Client:
    return Client(SERVER_NAME="localhost")


def page(site: Client, address: str, status: int = 200) -> Element:
    answer = site.get(address)
    assert answer.status_code == status, address
    return read(answer.content.decode())


@pytest.fixture
def staffed(posts: dict[str, Post]) -> dict[str, Post]:
    """Japan: Ada for games, Basile for books, away, with Camille as deputy. Singapore: Dario, and the Philippines."""
    services.cover(posts["sgp"], territories("PHL")[0])
    games = services.designate_correspondent(
        person("Ada", languages=["fr", "ja"]), posts["jpn"], since=SINCE, sectors=sectors("games")
    )
    books = services.designate_correspondent(person("Basile"), posts["jpn"], since=SINCE, sectors=sectors("book"))
    services.record_absence(books, TODAY, TODAY + timedelta(days=8))
    services.designate_correspondent(person("Camille"), posts["jpn"], since=SINCE, role=Role.DEPUTY)
    services.designate_correspondent(person("Dario", languages=["fr"]), posts["sgp"], since=SINCE)
    services.confirm_designation(games, TODAY - timedelta(days=400))
    return posts


def test_a_new_installation_says_that_the_directory_is_empty(site: Client, db: None) -> None:
    assert "No post is in the directory yet" in page(site, "/en/network/").text
    assert "L’annuaire ne contient encore aucun poste" in page(site, "/fr/network/").text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("market=JPN&sector=games", "Who answers for Japan: Ada Exemple."),
        ("market=JPN&sector=book", "The correspondent for Japan is away. In the meantime: Camille Exemple."),
        ("market=JPN&sector=music", "The correspondent for Japan is away. In the meantime: Camille Exemple."),
        ("market=PHL", "Who answers for Philippines: Dario Exemple."),
        ("market=phl&sector=", "Who answers for Philippines: Dario Exemple."),
        ("market=EST", "Nobody is designated for Estonia at present."),
    ],
)
def test_a_market_is_answered_in_a_sentence(site: Client, staffed: dict[str, Post], query: str, said: str) -> None:
    assert said in page(site, f"/en/network/?{query}").text


@pytest.mark.parametrize(
    ("query", "people"),
    [
        ("", ["Ada", "Basile", "Camille", "Dario"]),
        ("sector=games", ["Ada", "Camille", "Dario"]),
        ("language=ja", ["Ada"]),
        ("market=SGP", ["Dario"]),
        ("market=JPN&sector=book", ["Basile", "Camille"]),
        ("market=PHL&language=ja", []),
    ],
)
def test_the_list_is_what_was_asked_for(site: Client, staffed: dict[str, Post], query: str, people: list[str]) -> None:
    found = page(site, f"/en/network/?{query}")
    shown = sorted(
        {link.text.split()[0] for link in found.all("a") if re.search(r"#c\d", link.attributes.get("href", ""))}
    )
    assert shown == people
    assert bool(people) != ("Nobody answers to all of this" in found.text)
    rows = list(csv.DictReader(io.StringIO(site.get(f"/en/network/directory.csv?{query}").content.decode())))
    assert sorted(row["name"].split()[0] for row in rows if row["name"]) == people


def test_what_is_not_known_is_named_and_the_rest_answered(site: Client, staffed: dict[str, Post]) -> None:
    found = page(site, "/en/network/?market=ATL&sector=games&language=<b>", 404)
    assert "“ATL” is not a market we know." in found.text
    assert "Nobody in the directory speaks “<b>”." in found.text
    assert found.text.count("Ada Exemple")
    assert site.get("/en/network/directory.csv?market=ATL").status_code == 404


def test_without_their_word_a_person_is_not_named_anywhere(site: Client, posts: dict[str, Post]) -> None:
    hidden = person("Ottilie", public=False, languages=["fr"])
    made = services.designate_correspondent(hidden, posts["jpn"], since=SINCE)
    # An address without a name would be a name.
    give_consent(hidden, Purpose.EMAIL, "in a test")
    for address in ("/en/network/", "/en/network/posts/jpn/", "/en/network/directory.csv", "/fr/network/?market=JPN"):
        text = site.get(address).content.decode()
        assert "ttilie" not in text and "+33" not in text, address
    assert "A correspondent of the post" in page(site, "/en/network/").text
    assert site.get(f"/en/network/contacts/{made.pk}.vcf").status_code == 404


def test_a_consent_withdrawn_holds_at_once(site: Client, staffed: dict[str, Post]) -> None:
    ada = staffed["jpn"].designations.get(person__given_name="Ada").person
    assert "ada@example.org" in page(site, "/en/network/").text
    withdraw_consent(ada, Purpose.EMAIL)
    found = page(site, "/en/network/").text
    assert "ada@example.org" not in found and "Ada Exemple" in found
    withdraw_consent(ada, Purpose.NAME)
    assert "Ada" not in page(site, "/en/network/").text


def test_a_card_holds_what_was_agreed_to(site: Client, staffed: dict[str, Post]) -> None:
    ada = staffed["jpn"].designations.get(person__given_name="Ada")
    answer = site.get(f"/en/network/contacts/{ada.pk}.vcf")
    assert answer["Content-Type"].startswith("text/vcard")
    held = vobject.readOne(answer.content.decode())
    assert held.fn.value == "Ada Exemple" and held.n.value.family == "Exemple"
    assert held.email.value == "ada@example.org" and held.org.value == ["Embassy in jpn"]
    assert not hasattr(held, "tel")  # a number was never agreed to
    assert site.get("/en/network/contacts/999999.vcf").status_code == 404


def test_a_post_says_who_what_and_what_is_missing(site: Client, staffed: dict[str, Post]) -> None:
    found = page(site, "/en/network/posts/jpn/").text
    assert "correspondent, away until 30 November 2026" in found
    assert "18 October 2025, more than a year ago" in found
    assert "Priority mission 2020-2022" in found and "to be confirmed" not in found
    assert "to be confirmed: the public lists differ" in page(site, "/en/network/posts/sgp/").text
    page(site, "/en/network/posts/atl/", 404)


def test_gaps_are_a_table_of_marks_and_a_file(site: Client, staffed: dict[str, Post]) -> None:
    services.end_designation(staffed["jpn"].designations.get(role=Role.DEPUTY), TODAY - timedelta(days=1))
    marks = read(site.get("/en/network/gaps/").content.decode()).by_id("marks-table")
    rows = [[cell.text for cell in row.all("th", "td")] for row in marks.all("tr")]
    assert rows[0] == ["Market", "Books", "Video games", "Music"]
    lines = [line.split(",") for line in site.get("/en/network/gaps.csv").content.decode().split()]
    assert lines[0] == ["market", "market_name", "book", "games", "music"]
    said = {"1": "yes", "0": "nobody"}
    assert [[name, *map(said.get, cells)] for _code, name, *cells in lines[1:]] == rows[1:]
    assert any("nobody" in row for row in rows)


def test_gaps_are_listed_most_missing_first(site: Client, staffed: dict[str, Post]) -> None:
    deputy = staffed["jpn"].designations.get(role=Role.DEPUTY)
    services.end_designation(deputy, TODAY - timedelta(days=1))
    found = page(site, "/en/network/gaps/")
    assert "On 22 November 2026, 1 of the 3 markets that a post covers" in found.text
    cells = [row.text for row in next(found.all("tbody")).all("tr")]
    assert len(cells) == 1 and "Japan" in cells[0] and "Music" in cells[0]


def test_a_formula_in_a_name_stays_text(site: Client, posts: dict[str, Post]) -> None:
    evil = person("=HYPERLINK(1)")
    give_consent(evil, Purpose.PHONE, "in a test")
    services.designate_correspondent(evil, posts["jpn"], since=SINCE)
    (first, _) = csv.DictReader(io.StringIO(site.get("/en/network/directory.csv").content.decode()))
    assert first["name"] == "'=HYPERLINK(1) Exemple" and first["telephone"] == "+33 1 00 00 00 00"


def test_reading_costs_the_same_for_any_size(
    staffed: dict[str, Post],
    django_assert_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    with django_assert_num_queries(9):
        small = selectors.network()
    for number in range(20):
        services.designate_correspondent(person(f"P{number}"), staffed["sgp"], since=SINCE)
    with django_assert_num_queries(9):
        large = selectors.network()
    assert len(large.charges) == len(small.charges) + 20


def test_nothing_can_be_written(site: Client, staffed: dict[str, Post]) -> None:
    for address in ("/en/network/", "/en/network/posts/jpn/", "/en/network/gaps/", "/en/network/directory.csv"):
        assert site.post(address).status_code == 405
