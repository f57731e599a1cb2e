"""After a question was closed: one click says whether it helped, and months later what came of it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portulan.desk.core import limits
from portulan.desk.core.models import Event
from portulan.desk.enquiries import checks, forgetting, services
from portulan.desk.enquiries.checks import AFTER, MISSED, Outcome
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.models import Closing, Enquiry, Need, Status
from portulan.desk.enquiries.models_after import AskedNoMore, Check
from portulan.desk.enquiries.services import DeskError
from portulan.desk.people.services import open_account
from tests.desk.enquiries.conftest import Desk, ask, text_of
from tests.desk.posted import Letters

DAY = timedelta(days=1)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(limits, "spend", lambda budget, who: 0)
    return Client(SERVER_NAME="localhost")


def closed(desk: Desk, closing: str = Closing.HELPED, **more: str) -> Need:
    _, need = ask(**more)
    services.close(desk.reach(desk.owner), need, closing, "elsewhere" if closing == Closing.NOT_FOR_US else "")
    return Need.objects.select_related("enquiry").get(pk=need.pk)


def after(need: Need, months: int) -> datetime:
    assert need.closed_at is not None
    return need.closed_at + AFTER[months]


def asked_after(need: Need, months: int = 3) -> Check:
    checks.ask_all(after(need, months))
    return Check.objects.select_related("need__enquiry").get(need=need, months=months)


def own(enquiry: Enquiry, tail: str = "") -> str:
    return f"/fr/ask/{enquiry.reference}/{key_of(enquiry)}/{tail}"


def test_the_closing_letter_has_three_links_that_write_nothing_until_confirmed(
    desk: Desk, client: Client, letters: Letters
) -> None:
    need = closed(desk, Closing.NO_HELP)
    paths = re.findall(r"https?://[^/\s]+(/\S+/helped/\S+)", letters[len(letters) - 1]["text"])
    assert [path.split("/")[-2] for path in paths] == ["3", "2", "1"]
    for path in paths:
        page = client.get(path)
        assert page.status_code == 200 and client.head(path).status_code == 200
        assert client.post(path).status_code == 405
    assert Need.objects.get(pk=need.pk).satisfied is None
    form = re.search(r'action="([^"]+/ask/[^"]+)"', client.get(paths[1]).content.decode())
    assert form is not None
    assert client.post(form[1], {"need": need.pk, "rating": "2"}).status_code == 303
    assert Need.objects.get(pk=need.pk).satisfied == 2
    assert client.get(own(need.enquiry, f"helped/{need.pk}/4/")).status_code == 404
    assert client.get(own(need.enquiry, f"helped/{need.pk + 1}/3/")).status_code == 404


def test_whoever_was_helped_is_asked_after_three_and_twelve_months_once(desk: Desk, letters: Letters) -> None:
    need = closed(desk)
    letters.clear()
    assert checks.ask_all(after(need, 3) - timedelta(seconds=1)) == 0
    assert [checks.ask_all(after(need, 3) + n * DAY) for n in (0, 0, 1)] == [1, 0, 0]
    assert checks.ask_all(after(need, 12)) == 1
    assert [one["to"] for one in letters] == ["paule@example.com"] * 2
    assert letters[0]["language"] == "fr" and "/what-came/" in letters[0]["text"]
    assert list(Check.objects.values_list("months", flat=True)) == [3, 12]


def test_nobody_is_surprised_by_a_letter_about_what_is_long_past(desk: Desk) -> None:
    need = closed(desk)
    assert checks.ask_all(after(need, 3) + MISSED) == 0
    assert checks.ask_all(after(need, 3) + MISSED - timedelta(seconds=1)) == 1


@pytest.mark.parametrize("case", [*services.BY_HAND[1:], "erased", "reopened", "invented", "no more", "other capitals"])
def test_only_those_who_were_helped_and_do_not_mind_are_asked(desk: Desk, letters: Letters, case: str) -> None:
    need = closed(desk, case if case in services.BY_HAND else Closing.HELPED)
    expected = 0
    if case == "erased":
        forgetting.erase_asker(need.enquiry)
    elif case == "reopened":
        services.reopen(desk.reach(desk.owner), need)
    elif case == "invented":
        Enquiry.objects.update(invented=True)
    elif case in ("no more", "other capitals"):
        checks.ask_no_more(asked_after(need))
        if case == "other capitals":
            need = closed(desk, email="PAULE@example.com")
    letters.clear()
    assert checks.ask_all(after(need, 12)) == checks.ask_all(after(need, 3)) == expected
    assert len(letters) == 0


def test_what_came_is_kept_and_may_change(desk: Desk) -> None:
    check = asked_after(closed(desk))
    checks.keep(check, Outcome("signed", "tour", "to_20", "Three dates."))
    checks.keep(check, Outcome("nothing", "tour", "to_20", "It fell through."))
    check.refresh_from_db()
    assert (check.came, check.signed, check.amount, check.words) == ("nothing", "", "", "It fell through.")
    assert check.need.status == Status.CLOSED
    assert "fell" not in str(list(Event.objects.values_list("said", flat=True)))


@pytest.mark.parametrize(
    "said", [Outcome(""), Outcome("signed"), Outcome("signed", "king"), Outcome("signed", "tour", "a lot")]
)
def test_what_cannot_have_come_is_refused(desk: Desk, said: Outcome) -> None:
    check = asked_after(closed(desk))
    with pytest.raises(DeskError):
        checks.keep(check, said)


def test_erased_the_words_are_gone_and_the_counts_stay(desk: Desk) -> None:
    check = asked_after(closed(desk))
    checks.keep(check, Outcome("signed", "licence", "", "With Hanae of Osaka."))
    forgetting.erase_asker(check.need.enquiry)
    check.refresh_from_db()
    assert (check.words, check.signed) == ("", "licence")
    with pytest.raises(DeskError):
        checks.keep(check, Outcome("nothing"))


def test_who_wants_not_to_be_asked_is_remembered_without_their_address(desk: Desk) -> None:
    check = asked_after(closed(desk))
    checks.ask_no_more(check)
    checks.ask_no_more(check)
    assert "paule" not in AskedNoMore.objects.get().mark
    forgetting.erase_asker(check.need.enquiry)
    assert AskedNoMore.objects.count() == 1


def test_the_page_asks_and_the_desk_reads_all_but_the_amount(desk: Desk, client: Client) -> None:
    check = asked_after(closed(desk))
    here = own(check.need.enquiry, f"what-came/{check.pk}/").replace("/fr/", "/en/")
    assert "Nothing yet" in text_of(client.get(here))
    assert Check.objects.get().answered_at is None
    for fields, sentence in (
        ({}, "Choose what came of it"),
        ({"came": "signed"}, "Choose what was signed"),
        ({"came": "signed", "signed": "tour", "amount": "x"}, "Choose a range"),
        ({"came": "nothing", "words": "x" * 2001}, "too long"),
    ):
        wrong = client.post(here, fields)
        assert wrong.status_code == 422 and sentence in text_of(wrong)
    done = client.post(here, {"came": "signed", "signed": "tour", "amount": "to_20", "words": "Three dates."})
    assert "what you said was kept" in text_of(client.get(done["Location"]))
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(open_account(desk.owner))
    read = text_of(browser.get(f"/en/desk/questions/{check.need_id}/"))
    assert "A tour. Three dates." in read and "20,000" not in read
    client.post(here, {"act": "no-more"})
    assert "will not be" in text_of(client.get(here)) and AskedNoMore.objects.exists()
    kept = client.get(own(check.need.enquiry, "data.json")).json()["needs"][0]["what_came"][0]
    assert (kept["signed"], kept["amount"]) == ("tour", "to_20")
    assert client.get(own(check.need.enquiry, f"what-came/{check.pk + 1}/")).status_code == 404


def test_the_daily_work_ends_introductions_and_asks_what_came(desk: Desk, letters: Letters) -> None:
    from portulan.desk.core import daily

    closed(desk)
    letters.clear()
    done = {one.name: one for one in daily.run(timezone.localdate() + AFTER[3])}
    assert done["what came of it"].said == "1 letters" and not done["introductions"].failed
