"""Who reads and does what with a handover: every page and every act, by everybody."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portulan.desk.enquiries import promises
from portulan.desk.handover import services
from portulan.desk.handover.models import Handover, HandoverQuestion, Key, State
from portulan.desk.network import partners
from portulan.desk.network.partners import Contact
from portulan.desk.people.actors import Power
from portulan.desk.people.models import Person
from tests.desk.enquiries.conftest import Desk, ask, in_days
from tests.desk.handover.conftest import TODAY, SignIn, actor, leaves, reach, the_day_comes

pytestmark = pytest.mark.slow

HERE = "/en/desk/handovers/"
READS, ACTS = ("list", "page", "pdf", "leaving"), ("write", "ask", "reply", "sign", "accept", "contest", "name")
WHO = ("leaver", "arriver", "team-mate", "stranger", "anonymous", "coordination")
REFUSED = (302, 404)
"""Nobody learns that it is there: no such page, or the way to sign in."""


class Walk:
    """One handover, and everybody who may come to it."""

    def __init__(self, desk: Desk, arriver: Person, coordination: Person, sign_in: SignIn) -> None:
        _, need = ask()
        promises.promise(desk.reach(desk.owner), need, "The list of fairs", in_days(3), "Owner Exemple")
        partners.add_partner(actor(desk.owner), "jpn", Contact("Book Fair", "venue", "Hanae Muster"), TODAY)
        self.handover = leaves(desk)
        services.name_arriver(reach(coordination, Power.COORDINATION), self.handover, arriver, TODAY + timedelta(31))
        self.people: dict[str, tuple[Any, ...]] = {
            "leaver": (desk.owner,), "arriver": (arriver,), "team-mate": (desk.mate,), "stranger": (desk.stranger,),
            "anonymous": (None,), "coordination": (coordination, Power.COORDINATION),
        }  # fmt: skip
        self.sign_in, self.arriver = sign_in, arriver

    def browser(self, who: str) -> Client:
        return self.sign_in(*self.people[who])

    def way(self, what: str) -> str:
        return {"list": HERE, "leaving": f"{HERE}leaving/"}.get(what) or (
            f"{HERE}{self.handover.pk}/" + {"page": "", "pdf": "handover.pdf"}.get(what, f"{what}/")
        )

    def asked(self) -> HandoverQuestion:
        return services.ask(reach(self.arriver), self.handover, "Who pays the stand?", "Arriver Exemple")

    def sent(self, act: str) -> dict[str, str]:
        return {
            "write": {"market": "Growing."},
            "ask": {"question": "Who pays the stand?"},
            "sign": {"sure": "1"},
            "contest": {"reason": "The contract is missing."},
            "name": {
                "given_name": "New", "family_name": "Exemple", "email": "new@example.org", "languages": "fr",
                "since": in_days(31).isoformat(),
            },
        }.get(act, {})  # fmt: skip


@pytest.fixture
def walk(desk: Desk, arriver: Person, coordination: Person, signed_in_as: SignIn) -> Iterator[Walk]:
    yield Walk(desk, arriver, coordination, signed_in_as)


def test_who_reads_what_before_and_after_the_day(walk: Walk, capsys: pytest.CaptureFixture[str]) -> None:
    """A table of every page by everybody; strangers learn nothing, and the leaver keeps what was signed."""
    before, after = {}, {}
    services.sign(reach(walk.people["leaver"][0]), walk.handover)
    for table in (before, after):
        if table is after:
            the_day_comes(walk.handover)
        for what in READS:
            table[what] = {who: walk.browser(who).get(walk.way(what)).status_code for who in WHO}
    _print(capsys, {**before, **{f"{what}, after": row for what, row in after.items()}})
    for table in (before, after):
        for what in ("page", "pdf"):
            assert [who for who in WHO if table[what][who] == 200] == ["leaver", "arriver", "team-mate", "coordination"]
        assert [who for who in WHO if table["list"][who] == 200] == [
            "leaver", "arriver", "team-mate", "stranger", "coordination",
        ]  # fmt: skip
    refused = [
        status for table in (before, after) for row in table.values() for status in row.values() if status != 200
    ]
    assert refused and set(refused) <= set(REFUSED)


def _print(capsys: pytest.CaptureFixture[str], table: dict[str, dict[str, int]]) -> None:
    lines = [" " * 16 + "".join(f"{who:>14}" for who in WHO)]
    lines += [f"{what:<16}" + "".join(f"{row[who]:>14}" for who in WHO) for what, row in table.items()]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")


DOES = {
    "write": {"leaver"}, "sign": {"leaver"}, "ask": {"arriver"}, "reply": {"leaver", "team-mate"},
    "accept": {"arriver"}, "contest": {"arriver"}, "name": {"coordination"}, "take-back-name": {"coordination"},
}  # fmt: skip


@pytest.mark.parametrize("act", DOES)
def test_who_may_do_what(walk: Walk, act: str) -> None:
    if act in ("accept", "contest"):
        services.sign(reach(walk.people["leaver"][0]), walk.handover)
    if act == "name":
        services.take_back_name(reach(walk.people["coordination"][0], Power.COORDINATION), walk.handover, TODAY)
    sent = walk.sent(act)
    if act == "reply":
        number = walk.asked().pk
        sent = {"number": str(number), f"answer-{number}": "The ministry."}
    done = {}
    for who in WHO:
        kept = Handover.objects.values().get()
        done[who] = walk.browser(who).post(walk.way(act), sent).status_code
        if done[who] == 303 and who != "leaver":
            continue
        if done[who] == 303:
            Handover.objects.filter(pk=kept["id"]).update(**kept)
    assert {who for who, status in done.items() if status == 303} == DOES[act]
    assert {done["stranger"], done["anonymous"]} <= set(REFUSED)
    assert {done[who] for who in WHO if who not in DOES[act]} <= {422, *REFUSED}


def test_before_the_day_the_page_is_live_and_names_only_for_those_who_take_over(walk: Walk) -> None:
    said = {who: walk.browser(who).get(walk.way("page")).content.decode() for who in ("arriver", "coordination")}
    for page in said.values():
        assert "Open questions" in page and "Promises to keep" in page and "Live partners" in page
        assert "The list of fairs" in page and "Book Fair" in page
    assert "Paule Studio" in said["arriver"] and "Hanae Muster" in said["arriver"]
    assert "Paule Studio" not in said["coordination"] and "Hanae Muster" not in said["coordination"]


def test_after_the_day_whoever_left_reads_what_was_signed_and_nothing_live(walk: Walk) -> None:
    leaver = walk.people["leaver"][0]
    services.write_field(reach(leaver), walk.handover, "urgent", "The fair in May.")
    services.sign(reach(leaver), walk.handover)
    walk.asked()
    the_day_comes(walk.handover)
    page = walk.browser("leaver").get(walk.way("page")).content.decode()
    assert "The fair in May." in page and "The list of fairs" in page and "As it was signed" in page
    assert "Who pays the stand?" not in page and "Paule Studio" not in page and "<textarea" not in page
    assert "Who pays the stand?" in walk.browser("arriver").get(walk.way("page")).content.decode()
    assert walk.browser("leaver").post(walk.way("write"), walk.sent("write")).status_code == 422


def test_the_eight_fields_are_written_together_and_one_that_is_wrong_loses_none(walk: Walk) -> None:
    browser = walk.browser("leaver")
    texts = {key: f"About {key}." for key in Key.values}
    answer = browser.post(walk.way("write"), {**texts, "money": "x" * 1501})
    assert answer.status_code == 422 and not walk.handover.fields.exists()
    assert all(f"About {key}." in answer.content.decode() for key in Key.values if key != "money")
    assert browser.post(walk.way("write"), texts).status_code == 303
    assert {one.key: one.text for one in walk.handover.fields.all()} == texts
    # Only what changed is written again; a field can be emptied.
    before = dict(walk.handover.fields.values_list("key", "written_at"))
    browser.post(walk.way("write"), {**texts, "worked": ""})
    after = dict(walk.handover.fields.values_list("key", "written_at"))
    assert [key for key in Key.values if after[key] != before[key]] == ["worked"]
    assert walk.handover.fields.get(key="worked").text == ""


def test_what_is_wrong_stands_beside_what_was_typed(walk: Walk) -> None:
    browser = walk.browser("leaver")
    for act, sent, said in (
        ("write", {"market": "x" * 1501}, "under 1500"),
        ("write", {"weather": "Fine."}, "not there"),
        ("sign", {}, "read it over"),
    ):
        answer = browser.post(walk.way(act), sent)
        assert answer.status_code == 422 and said in answer.content.decode()
    services.take_back_name(reach(walk.people["coordination"][0], Power.COORDINATION), walk.handover, TODAY)
    browser = walk.browser("coordination")
    good = walk.sent("name")
    for wrong, said in (
        ({"email": "nobody"}, "not an e-mail address"),
        ({"since": "tomorrow"}, "Give a day"),
        ({"languages": ""}, "at least one language"),
        ({"until": in_days(2).isoformat()}, "before the first one"),
        ({"email": "owner@example.org"}, "the person who leaves"),
    ):
        answer = browser.post(walk.way("name"), {**good, **wrong})
        text = answer.content.decode()
        assert answer.status_code == 422 and said in text and 'value="New"' in text
    assert browser.post(walk.way("dance"), {}).status_code == 404
    assert browser.get(walk.way("sign")).status_code == 405


def test_a_sudden_departure_is_confirmed(walk: Walk, desk: Desk) -> None:
    browser = walk.browser("coordination")
    number = str(desk.designations["mate"].pk)
    assert "Mate Exemple" in browser.get(walk.way("leaving")).content.decode()
    sent = {"designation": number, "last_day": TODAY.isoformat()}
    answer = browser.post(walk.way("leaving"), sent)
    assert answer.status_code == 422 and "Confirm it" in answer.content.decode()
    assert browser.post(walk.way("leaving"), {**sent, "sure": "1", "last_day": "2001-01-01"}).status_code == 422
    answer = browser.post(walk.way("leaving"), {**sent, "sure": "1"})
    assert answer.status_code == 303
    assert Handover.objects.get(designation=number).state == State.OPEN
    # Somebody may say it of themselves, and of nobody else.
    other = walk.sign_in(desk.stranger)
    assert "Deputy Exemple" not in other.get(walk.way("leaving")).content.decode()
    assert other.post(walk.way("leaving"), {**sent, "sure": "1"}).status_code == 422


def test_pages_stand_in_both_languages_and_stay_private(walk: Walk) -> None:
    browser = walk.browser("leaver")
    for language in ("en", "fr"):
        for what in ("list", "page", "leaving"):
            answer = browser.get(walk.way(what).replace("/en/", f"/{language}/"))
            assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
            assert 'content="noindex"' in answer.content.decode()
