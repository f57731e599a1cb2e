"""Drafts: what is typed and not sent is found again by whoever typed it, by nobody else, and not for ever."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portulan.desk.core import limits, retention
from portulan.desk.enquiries import drafts
from portulan.desk.enquiries.asking import Asked, begun
from portulan.desk.enquiries.models import Draft, Enquiry
from portulan.desk.enquiries.views_drafts import COOKIE
from tests.desk.enquiries.conftest import text_of
from tests.desk.enquiries.test_pages import FORM

KEEP = {**FORM, "keep": "1", "email": "", "asking": ""}
SECOND = "/en/ask/?market=JPN&sector=games&topic=partners"


def test_a_button_keeps_a_form_however_little_is_filled(client: Client) -> None:
    kept = client.post("/en/ask/", KEEP)
    assert kept.status_code == 303 and not Enquiry.objects.exists()
    cookie = client.cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 30 * 24 * 3600
    page = client.get(kept["Location"])
    assert "Your draft is kept." in text_of(page) and FORM["text"] in page.content.decode()
    assert "Video games, Japan" in text_of(page)


def test_it_is_found_again_by_the_browser_and_by_its_address_and_by_nobody_else(client: Client) -> None:
    page = client.get(client.post("/en/ask/", KEEP)["Location"]).content.decode()
    assert "You began a question" in text_of(client.get("/en/ask/"))
    way = re.search(r"/en/ask/draft/[^<\s]*", page)
    assert way is not None
    other = Client(SERVER_NAME="localhost")
    assert "You began" not in text_of(other.get("/en/ask/"))
    assert other.get(re.sub("[0-9a-f]{32}/$", "0" * 32 + "/", way[0])).status_code == 404
    assert other.get(f"/en/ask/draft/{uuid.uuid4()}/{'0' * 32}/").status_code == 404
    assert FORM["text"] in other.get(other.get(way[0])["Location"]).content.decode()


def test_changing_the_market_keeps_the_words(client: Client) -> None:
    client.post("/en/ask/", KEEP)
    first = text_of(client.get("/en/ask/?market=JPN&sector=games"))
    assert "The question itself comes on the next page." in first
    other = client.get("/en/ask/?market=PHL&sector=games&topic=market")
    assert FORM["text"] in other.content.decode() and "Philippines" in text_of(other)


def test_sent_it_is_erased(client: Client) -> None:
    client.post("/en/ask/", KEEP)
    client.post("/en/ask/", FORM)
    assert Enquiry.objects.count() == 1 and not Draft.objects.exists()
    assert "You began" not in text_of(client.get("/en/ask/"))
    # Its last words come in after it was sent: no draft is begun again.
    assert client.post("/en/ask/draft/", FORM).status_code == 204 and not Draft.objects.exists()


def test_thrown_away_it_is_gone(client: Client) -> None:
    client.post("/en/ask/", KEEP)
    gone = client.post("/en/ask/draft/throw-away/")
    assert not Draft.objects.exists() and "The draft was erased." in text_of(client.get(gone["Location"]))
    assert FORM["text"] not in client.get(SECOND).content.decode()
    assert client.get("/en/ask/draft/throw-away/").status_code == 405


def test_the_script_keeps_one_draft_however_often(client: Client) -> None:
    for text in ("We look", "We look for a publisher"):
        assert client.post("/en/ask/draft/", {**KEEP, "text": text}).status_code == 204
    assert Draft.objects.get().fields["text"] == "We look for a publisher"


def test_what_is_wrong_keeps_a_draft_and_a_machine_none(client: Client) -> None:
    client.post("/en/ask/", {**FORM, "website": "http://spam.example"})
    assert not Draft.objects.exists()
    client.post("/en/ask/", {**FORM, "email": "nothing"})
    assert Draft.objects.get().fields["email"] == "nothing"


def test_nothing_typed_is_nothing_kept_and_too_much_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = {"market": "JPN", "sector": "games", "topic": "partners"}
    client.post("/en/ask/draft/", empty)
    monkeypatch.setattr(limits, "spend", lambda budget, who: 61)
    assert client.post("/en/ask/draft/", KEEP).status_code == 429
    assert not Draft.objects.exists() and COOKIE not in client.cookies


NOBODYS = "75f7a52c-56ae-430d-a38f-079f07986372"


@pytest.mark.parametrize("cookie", ["", "x", "x:y", f"{NOBODYS}:{'0' * 32}", NOBODYS, ":" * 40])
def test_a_cookie_that_is_none_of_ours_opens_nothing(client: Client, cookie: str) -> None:
    client.cookies[COOKIE] = cookie
    assert client.get("/en/ask/").status_code == 200
    assert client.post("/en/ask/", FORM).status_code == 303


@pytest.mark.django_db
def test_a_draft_lasts_thirty_days_after_its_last_word() -> None:
    kept = drafts.keep({"text": "We look"}, "en")
    assert drafts.found(str(kept.pk), drafts.key_of(kept)) == kept
    Draft.objects.update(kept_at=timezone.now() - timedelta(days=30, minutes=1))
    assert drafts.found(str(kept.pk), drafts.key_of(kept)) is None
    counted = {one.rule.model: one.count for one in retention.apply(timezone.now(), dry_run=True)}
    assert counted["enquiries.draft"] == 1 and Draft.objects.exists()
    retention.apply(timezone.now())
    assert not Draft.objects.exists()


def test_no_field_is_kept_longer_than_anybody_means() -> None:
    found = drafts.cut({"text": "x" * 99_999, "name": "y" * 999, "website": "z", "email": "a\x00b"})
    assert (len(found["text"]), len(found["name"]), found["email"]) == (12_000, 300, "ab")
    assert "website" not in found


def test_a_market_chosen_since_counts_and_none_leaves_the_drafts() -> None:
    kept = {"text": "We look", "market": "JPN", "sector": "games", "topic": "market"}
    assert begun(kept, Asked(market="PHL")) == Asked(text="We look", market="PHL")
    assert begun(kept, Asked()) == Asked(text="We look", market="JPN", sector="games", topic="market")
