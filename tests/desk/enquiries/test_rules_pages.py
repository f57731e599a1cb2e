"""The rules as the coordination desk writes them, and what becomes of questions and of those asked by them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portulan.desk.core import limits
from portulan.desk.core.models import Event
from portulan.desk.enquiries import changing_rules, matching, services
from portulan.desk.enquiries import operators as operators_job
from portulan.desk.enquiries.models import Match, Need, RoutingRule
from portulan.desk.enquiries.rights import NotYoursError, Reach, reach_of
from portulan.desk.enquiries.routing import Question
from portulan.desk.enquiries.services import DeskError
from portulan.desk.network import services as network
from portulan.desk.network.models import Role as Place
from portulan.desk.people.actors import Actor
from portulan.desk.people.models import Account, Grant, Organisation, Person, Role
from portulan.desk.people.selectors import rights_of
from portulan.desk.people.services import add_organisation, add_person, end_grant, grant_role, open_account
from tests.desk.enquiries.conftest import Desk, ask, in_days
from tests.desk.network.conftest import sectors
from tests.desk.posted import Letters
from tests.desk.reading import read


@dataclass
class Operators:
    """Livre Export: Odile acts for it in books, Oscar in everything."""

    body: Organisation
    odile: Person
    oscar: Person

    def reach(self, person: Person) -> Reach:
        rights = rights_of(person.pk)
        return reach_of(Actor(person.pk, frozenset(), rights.operator_sectors), timezone.localdate())


@pytest.fixture
def operators(desk: Desk) -> Operators:
    body = add_organisation("Livre Export", "operator")
    odile, oscar = (
        add_person(name, "Exemple", email=f"{name.lower()}@example.org", languages=["fr"])
        for name in ("Odile", "Oscar")
    )
    grant_role(odile, Role.OPERATOR_OFFICER, organisation=body, sectors=sectors("book"))
    grant_role(oscar, Role.OPERATOR_OFFICER, organisation=body, sectors=sectors("music"))
    return Operators(body, odile, oscar)


@pytest.fixture
def coline(desk: Desk) -> Person:
    person = add_person("Coline", "Exemple", email="coline@example.org", languages=["fr", "en"])
    grant_role(person, Role.COORDINATION)
    return person


As = Callable[[Person], Client]


@pytest.fixture
def at(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> As:
    monkeypatch.setattr(limits, "spend", lambda budget, who: 0)

    def signed(person: Person) -> Client:
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(Account.objects.filter(person=person).first() or open_account(person))
        return browser

    return signed


def text_of(answer: Any) -> str:
    return " ".join(read(answer.content.decode()).text.split())


def seen() -> int:
    last = changing_rules.last_change()
    return last.pk if last else 0


def write(client: Client, address: str = "new/", **more: Any) -> Any:
    form = {"act": "coordination", "since": in_days(0).isoformat(), "do": "keep", "place": "last", "seen": seen()}
    return client.post(f"/en/desk/rules/{address}", {**form, **more})


def do(client: Client, act: str, number: int = 0, **more: Any) -> Any:
    return client.post(f"/en/desk/rules/{act}/", {"rule": number, "seen": seen(), **more})


def order() -> list[list[int]]:
    """The rules by place, those of one place together."""
    places: dict[int, list[int]] = {}
    for one in RoutingRule.objects.order_by("place", "pk"):
        places.setdefault(one.place, []).append(one.pk)
    assert list(places) == list(range(1, len(places) + 1))
    return list(places.values())


def test_a_rule_is_tried_then_kept_and_decides_from_the_next_question_on(
    at: As, coline: Person, operators: Operators, letters: Letters
) -> None:
    _, before = ask(sector="book", topic="rights")
    browser = at(coline)
    typed = {
        "act": "also", "organisation": str(operators.body.pk), "markets": "Japon, sgp\nPhilippines",
        "sectors": ["book"], "topics": ["rights"], "languages": ["fr"],
    }  # fmt: skip
    tried = text_of(write(browser, do="try", **typed))
    sentence = (
        "Questions about the sector Books, for the markets Japan, Philippines or Singapore, "
        "on “Rights, licences and contracts”, asked in French: ask Livre Export as well"
    )
    assert sentence in tried and "Nothing is kept yet" in tried
    assert "1 of the last 1 question would go elsewhere" in tried
    assert "Embassy in jpn, Livre Export" in tried
    assert RoutingRule.objects.count() == 0
    assert write(browser, **typed).status_code == 303
    rule = RoutingRule.objects.get()
    listed = text_of(browser.get("/en/desk/rules/"))
    assert sentence in listed and "1 of the last 1 question would go elsewhere" in listed
    assert "Livre Export" in browser.get(f"/en/desk/rules/{rule.pk}/").content.decode()
    assert Match.objects.get(need=before).why.get("rule") is None

    _, need = ask(sector="book", topic="rights")
    first, second = need.matches.order_by("pk")
    assert (first.name, first.level) == ("Mate Exemple", "lead")
    assert (second.name, second.body, second.level, second.organisation) == (
        "Odile Exemple", "Livre Export", "operator", operators.body,
    )  # fmt: skip
    assert second.why["rule"]["number"] == rule.pk and sentence in second.why["rule"]["en"]
    assert [one["to"] for one in letters].count("odile@example.org") == 1
    # Changing the rule changes no match.
    assert write(browser, f"{rule.pk}/", act="coordination", place="stay").status_code == 303
    page = text_of(at(operators.odile).get(f"/en/desk/questions/{need.pk}/"))
    assert sentence in page and "Livre Export" in page
    assert need.matches.count() == 2


def test_an_officer_reaches_what_they_are_asked_for_and_nothing_else(
    at: As, desk: Desk, coline: Person, operators: Operators, record_property: Callable[[str, object], None]
) -> None:
    write(at(coline), act="also", organisation=str(operators.body.pk), sectors=["book"])
    _, theirs = ask(sector="book")
    _, other = ask()
    pages = (
        "/en/desk/", "/en/desk/who-answers/", f"/en/desk/questions/{theirs.pk}/", f"/en/desk/questions/{other.pk}/",
        "/en/desk/rules/", "/en/desk/rules/new/", f"/en/desk/rules/{RoutingRule.objects.get().pk}/",
    )  # fmt: skip
    walk = {
        "officer asked": (operators.odile, [200, 200, 200, 404, 404, 404, 404]),
        "officer not asked": (operators.oscar, [200, 200, 404, 404, 404, 404, 404]),
        "head of the post": (_head(desk), [200, 200, 200, 200, 404, 404, 404]),
        "team-mate": (desk.mate, [200, 200, 200, 200, 404, 404, 404]),
        "coordination": (coline, [200] * 7),
    }
    for who, (person, expected) in walk.items():
        found = [at(person).get(page).status_code for page in pages]
        record_property("access", (who, [re.sub(r"[0-9]+", "N", page) for page in pages], found))
        assert found == expected, who
    listed = text_of(at(operators.odile).get("/en/desk/"))
    assert "Mine (1)" in listed and "My posts" not in listed and "Books, Japan" in listed
    # No link leads them where they may not go; what is counted says of whom it is.
    led = set(re.findall(r'href="(/en/desk/[^"?#]*)"', at(operators.odile).get("/en/desk/").content.decode()))
    assert len(led) > 3 and {at(operators.odile).get(path).status_code for path in led} == {200}
    counted = text_of(at(operators.odile).get("/en/desk/measures/"))
    assert "All my posts" not in counted and "Livre Export; all markets" in counted
    rows = list(csv.DictReader(at(operators.odile).get("/en/desk/measures/measures.csv").content.decode().splitlines()))
    assert {(row["of_post"], row["of_operator"]) for row in rows} == {("", "Livre Export")}
    assert [Client(SERVER_NAME="localhost").get(page).status_code for page in pages] == [302] * len(pages)
    for name in ("up", "down", "on", "off", "remove", "undo"):
        assert do(at(operators.odile), name, RoutingRule.objects.get().pk).status_code == 404
    assert write(at(desk.mate)).status_code == 404 and RoutingRule.objects.count() == 1
    # They work on it as anybody asked does; and no longer once they act for the operator no more.
    services.answer(operators.reach(operators.odile), theirs, "Here are the contracts.", "Odile Exemple")
    assert Need.objects.get(pk=theirs.pk).status == "answered"
    with pytest.raises(NotYoursError):
        services.note(operators.reach(operators.odile), other, "x", "Odile")
    grant = Grant.objects.get(person=operators.odile)
    Grant.objects.filter(pk=grant.pk).update(since=in_days(-9))
    grant.refresh_from_db()
    end_grant(grant)
    assert at(operators.odile).get(f"/en/desk/questions/{theirs.pk}/").status_code == 404


def _head(desk: Desk) -> Person:
    person = add_person("Hugo", "Exemple", email="hugo@example.org", languages=["fr"])
    network.designate_correspondent(person, desk.posts["jpn"], since=in_days(-9), role=Place.HEAD)
    return person


def test_the_head_of_a_post_is_asked_where_nobody_else_answers_and_is_no_correspondent(desk: Desk) -> None:
    _head(desk)
    assert ask()[1].matches.get().name == "Owner Exemple"
    for name in ("owner", "mate", "deputy"):
        network.end_designation(desk.designations[name], in_days(-1))
    match = ask()[1].matches.get()
    assert (match.name, match.body, match.level) == ("Hugo Exemple", "Embassy in jpn", "head")
    public = Client(SERVER_NAME="localhost")
    assert "Nobody is designated for Japan" in text_of(public.get("/en/network/?market=JPN"))
    assert "Japan" in text_of(public.get("/en/network/gaps/"))


def test_rules_are_put_in_order_switched_taken_away_and_taken_back(at: As, coline: Person) -> None:
    browser = at(coline)
    for sector in ("book", "games", "music"):
        write(browser, sectors=[sector])
    one, two, three = (rule.pk for rule in RoutingRule.objects.order_by("pk"))
    do(browser, "up", three)
    assert order() == [[one], [three], [two]]
    do(browser, "undo")
    assert order() == [[one], [two], [three]]
    do(browser, "undo")  # what was taken back is done again
    assert order() == [[one], [three], [two]]
    write(browser, f"{two}/", place="beside-1")
    assert order() == [[one, two], [three]]
    do(browser, "down", one)
    assert order() == [[two], [one], [three]]
    do(browser, "down", three)  # it is last already
    do(browser, "off", one)
    assert not RoutingRule.objects.get(pk=one).active
    do(browser, "on", one)
    write(browser, place="before-1")
    (four,) = set(RoutingRule.objects.values_list("pk", flat=True)) - {one, two, three}
    assert order() == [[four], [two], [one], [three]]
    before = RoutingRule.objects.values().get(pk=two)
    do(browser, "remove", two)
    assert order() == [[four], [one], [three]]
    assert f"Rule {two} was taken away." in text_of(browser.get("/en/desk/rules/"))
    do(browser, "undo")
    assert order() == [[four], [two], [one], [three]] and RoutingRule.objects.values().get(pk=two) == before
    assert "Exemple" not in str(list(Event.objects.filter(about=changing_rules.ABOUT).values_list("said", flat=True)))


def test_a_page_of_yesterday_changes_nothing(at: As, coline: Person) -> None:
    browser = at(coline)
    write(browser)
    number = RoutingRule.objects.get().pk
    for answer in (do(browser, "off", number, seen=0), do(browser, "undo", seen=""), write(browser, seen=0)):
        assert answer.status_code == 422 and "Somebody changed the rules meanwhile" in text_of(answer)
    assert RoutingRule.objects.get().active
    assert do(browser, "off", number + 9).status_code == 404
    assert do(browser, "burn", number).status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"act": "burn"}, "Choose what is to be done"),
        ({"act": "also"}, "Choose the operator"),
        ({"act": "instead", "post": "moon"}, "Choose the post"),
        ({"markets": "Japan\nAtlantis"}, "No market is called “Atlantis”"),
        ({"since": "soon"}, "Give a day"),
        ({"until": "2020-01-01"}, "It would end before it begins"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_and_what_was_typed_stays(
    at: As, coline: Person, typed: dict[str, str], sentence: str
) -> None:
    answer = write(at(coline), **{"markets": "Singapour", **typed})
    assert answer.status_code == 422 and sentence in text_of(answer)
    if "markets" not in typed:
        assert "Singapour</textarea>" in answer.content.decode()
    assert RoutingRule.objects.count() == 0


def test_what_is_wrong_stands_beside_the_rule(at: As, coline: Person, operators: Operators) -> None:
    browser = at(coline)
    write(browser, sectors=["book"])
    write(browser, act="instead", post="sgp", sectors=["book"], markets="JPN")
    write(browser, act="also", organisation=str(operators.body.pk), sectors=["music"], place="last")
    write(browser, act="instead", post="jpn", sectors=["music"], place="beside-3")
    one, two, three, four = (rule.pk for rule in RoutingRule.objects.order_by("pk"))
    said = text_of(browser.get("/en/desk/rules/"))
    assert f"It never decides: rule {one}, before it, takes every question it is for" in said
    assert f"It has the same place as rule {four}" in said and f"It has the same place as rule {three}" in said
    for grant in Grant.objects.filter(organisation=operators.body):
        end_grant(grant)
    assert "names what is no longer there: Livre Export" in text_of(browser.get("/en/desk/rules/"))
    assert "Somebody answers for every sector and topic of every market that a post covers." in said
    disputed = ask(sector="music")[1].matches.get()
    assert disputed.level == "coordination"
    shown = text_of(browser.get("/en/desk/who-answers/?market=JPN&sector=book&topic=rights&language=fr"))
    assert f"It decides: rule {one}." in shown and f"comes later: rule {two}." in shown
    french = text_of(browser.get("/fr/desk/rules/"))
    assert "Ambassade à sgp" in french


def test_what_nobody_is_designated_for_is_told_with_the_rules_in_mind(
    at: As, desk: Desk, coline: Person, operators: Operators
) -> None:
    network.end_designation(desk.designations["stranger"], in_days(-1))
    browser = at(coline)
    said = text_of(browser.get("/en/desk/rules/"))
    # Three markets, three sectors, eight topics.
    assert "72 combinations of market, sector and topic end at the coordination desk" in said
    assert "Estonia, Philippines, Singapore" in said
    write(browser, act="where_nobody", organisation=str(operators.body.pk))
    # In books and music officers answer; in games nobody does.
    said = text_of(browser.get("/en/desk/rules/"))
    assert "24 combinations" in said and "Video games" in said
    assert ask(market="EST", sector="book")[1].matches.get().name == "Odile Exemple"
    assert ask(market="EST", sector="games")[1].matches.get().level == "coordination"


def test_a_question_is_sent_to_another_post_or_back_to_the_ordinary_way(desk: Desk, coline: Person, at: As) -> None:
    write(at(coline), act="instead", post="sgp", markets="JPN", languages=["fr"])
    match = ask()[1].matches.get()
    assert (match.name, match.post_id) == ("Stranger Exemple", "sgp")
    network.record_absence(desk.designations["stranger"], in_days(0), in_days(3))
    match = ask()[1].matches.get()
    assert (match.name, match.why["rule"]["followed"]) == ("Owner Exemple", False)


def test_a_question_is_asked_of_another_officer_when_the_first_no_longer_acts(
    at: As, desk: Desk, coline: Person, operators: Operators, letters: Letters
) -> None:
    write(at(coline), act="also", organisation=str(operators.body.pk))
    _, need = ask(sector="book")
    grant = Grant.objects.get(person=operators.odile)
    Grant.objects.filter(pk=grant.pk).update(since=in_days(-9), until=in_days(-1))
    grant_role(operators.oscar, Role.OPERATOR_OFFICER, organisation=operators.body, sectors=sectors("book"))
    assert operators_job.hand_on(timezone.localdate()) == 1
    assert operators_job.hand_on(timezone.localdate()) == 0
    assert sorted(need.matches.filter(current=True).values_list("name", flat=True)) == ["Mate Exemple", "Oscar Exemple"]
    assert letters[-2]["to"] == "oscar@example.org" and letters[-1]["to"] == "paule@example.com"
    # Where nobody of the operator is left, the coordination desk has it, and the correspondent goes on.
    Grant.objects.filter(person=operators.oscar).update(since=in_days(-9), until=in_days(-1))
    services.hear(need, "One more thing.")
    assert sorted(need.matches.filter(current=True).values_list("level", flat=True)) == ["coordination", "lead"]


def test_only_coordination_changes_rules(desk: Desk) -> None:
    with pytest.raises(NotYoursError):
        changing_rules.undo(desk.reach(desk.owner), 0)
    with pytest.raises(DeskError, match="rules_changed"):
        changing_rules.undo(_coordination(desk), 5)
    with pytest.raises(DeskError, match="no_change"):
        changing_rules.undo(_coordination(desk), 0)


def _coordination(desk: Desk) -> Reach:
    from portulan.desk.people.actors import Power

    return desk.reach(desk.owner, Power.COORDINATION)


def test_routing_takes_a_query_more_for_the_rules_and_one_for_officers(
    at: As, coline: Person, operators: Operators, django_assert_num_queries: Any
) -> None:
    asked = Question("JPN", "games", "partners", "fr")
    with django_assert_num_queries(3):
        matching.find(asked, timezone.localdate())
    write(at(coline), act="also", organisation=str(operators.body.pk))
    with django_assert_num_queries(4):
        matching.find(asked, timezone.localdate())
