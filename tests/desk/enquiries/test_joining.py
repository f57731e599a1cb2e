"""The same person asked the same twice: one question, both references, nothing lost, and undone by a button."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from portulan.desk.core import limits
from portulan.desk.core.files.models import StoredFile
from portulan.desk.core.models import Event
from portulan.desk.enquiries import (
    attaching,
    forgetting,
    introductions,
    joining,
    mine,
    promises,
    selectors,
    selectors_after,
    services,
)
from portulan.desk.enquiries.asking import Asked
from portulan.desk.enquiries.attaching import SentFile
from portulan.desk.enquiries.introductions import Proposal
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.models import Channel, Closing, Enquiry, Message, Need, Status
from portulan.desk.enquiries.models_after import Joined
from portulan.desk.enquiries.rights import NotYoursError
from portulan.desk.enquiries.services import DeskError
from portulan.desk.people.actors import Power
from portulan.desk.people.services import open_account
from tests.desk.enquiries.conftest import Desk, ask, asked, in_days, text_of
from tests.desk.enquiries.test_by_mail import HERE, reply_to, send
from tests.desk.posted import Letters

ASKER = "paule@example.com"


def ask_by_mail(text: str = "Did you get my question?", email: str = "Paule@Example.com") -> Need:
    """A question that came by mail: it says neither market nor topic, and the coordination desk has it."""
    said = Asked(topic="other", text=text, name="Paule", email=email, asking="other")
    return services.ask(said, "fr", channel=Channel.MAIL, at=timezone.now() + timedelta(hours=1)).needs.get()


@pytest.fixture
def pair(desk: Desk) -> tuple[Need, Need]:
    """Two questions of one person in the same post: by the form, twice."""
    return ask()[1], ask(text="Once more: who publishes games in Japan?")[1]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(limits, "spend", lambda budget, who: 0)
    return Client(SERVER_NAME="localhost")


def own(enquiry: Enquiry) -> str:
    return f"/en/ask/{enquiry.reference}/{key_of(enquiry)}/"


def again(need: Need) -> Need:
    return Need.objects.select_related("enquiry").get(pk=need.pk)


def test_twins_are_shown_to_those_who_see_both(desk: Desk, pair: tuple[Need, Need]) -> None:
    kept, gone = pair
    ask(topic="rights")
    ask(email="other@example.com")
    mail = ask_by_mail()
    owner = desk.reach(desk.owner)
    assert selectors_after.likely_twins(owner, kept) == [gone]
    assert set(selectors_after.likely_twins(desk.reach(None, Power.COORDINATION), kept)) == {gone, mail}
    assert selectors_after.likely_twins(desk.reach(desk.stranger), kept) == []


def test_all_that_was_said_of_both_is_one_thread(desk: Desk, pair: tuple[Need, Need], letters: Letters) -> None:
    kept, gone = pair
    owner = desk.reach(desk.owner)
    services.note(owner, gone, "She called as well.", "Owner Exemple")
    promised = promises.promise(owner, gone, "A list", in_days(3), "Owner Exemple")
    said = Proposal("A fair", "Kota Muster", "kota@example.net", "en", "They look for games.")
    met = introductions.propose(owner, gone, said, "Owner Exemple")
    letters.clear()
    events = Event.objects.count()
    joining.join(owner, kept, gone, "Owner Exemple")
    last = Event.objects.order_by("-pk").first()
    assert last is not None and last.verb == "questions joined"
    assert Event.objects.count() == events + 1
    for row in (promised, met, Message.objects.get()):
        row.refresh_from_db()
        assert row.need == kept
    gone, kept = again(gone), again(kept)
    assert (gone.status, gone.closing) == (Status.CLOSED, Closing.JOINED)
    assert kept.status != Status.CLOSED
    told = {one["to"]: one["text"] for one in letters}
    assert gone.enquiry.reference not in told[ASKER] or kept.enquiry.reference in told[ASKER]
    assert key_of(kept.enquiry) in told[ASKER]
    assert "> Once more" in told["owner@example.org"]


def test_counted_as_one_and_from_the_first_day(desk: Desk) -> None:
    early = services.ask(asked(), "fr", at=timezone.now() - timedelta(days=9)).needs.get()
    late = ask()[1]
    owner = desk.reach(desk.owner)
    services.answer(owner, early, "Three publishers.", "Owner Exemple")
    first = again(early).first_answer_at
    joining.join(owner, late, again(early), "Owner Exemple")
    kept = again(late)
    assert (kept.opened_at, kept.first_answer_at) == (early.opened_at, first)
    assert kept.status == Status.OPEN  # its own match has answered nothing yet
    assert selectors.counts(owner)[selectors.View.POST] == 1
    before = again(early).opened_at
    joining.part(owner, Joined.objects.get())
    assert (again(late).opened_at, again(late).first_answer_at) == (late.opened_at, None)
    assert (again(early).opened_at, again(early).status) == (before, Status.ANSWERED)


def test_undone_everything_is_where_it_was_and_what_was_said_since_stays(desk: Desk, pair: tuple[Need, Need]) -> None:
    kept, gone = pair
    owner = desk.reach(desk.owner)
    services.take(owner, gone, "Owner Exemple")
    services.hear(gone, "Hello?")
    stood = {name: getattr(again(gone), name) for name in joining._BEFORE}
    joining.join(owner, kept, again(gone), "Owner Exemple")
    services.hear(gone, "I wrote to the old address.")  # a letter about the second goes to the first
    services.answer(owner, kept, "Three publishers.", "Owner Exemple")
    joined = Joined.objects.get()
    joining.part(owner, joined)
    assert {name: getattr(again(gone), name) for name in stood} == stood
    assert list(Message.objects.filter(need=gone).values_list("text", flat=True)) == ["Hello?"]
    assert Message.objects.filter(need=kept).count() == 2
    assert gone.matches.get(current=True).person == desk.owner
    with pytest.raises(DeskError, match="parted"):
        joining.part(owner, joined)


def test_files_go_along_and_come_back(
    desk: Desk, pair: tuple[Need, Need], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    kept, gone = pair
    owner = desk.reach(desk.owner)
    services.hear(gone, "Our catalogue", files=[SentFile("catalogue.pdf", b"%PDF-1.4 ours")])
    [file] = [one.file_id for one in attaching.of(gone.enquiry)[gone.messages.get().pk]]
    joined = joining.join(owner, kept, gone, "Owner")
    assert attaching.for_desk(again(kept), file) and attaching.for_asker(again(kept).enquiry, file)
    assert not attaching.for_desk(again(gone), file)
    joining.part(owner, joined)
    assert attaching.for_desk(again(gone), file) and not attaching.for_desk(again(kept), file)
    joining.join(owner, again(kept), again(gone), "Owner")
    forgetting.erase_asker(again(kept).enquiry)
    assert not StoredFile.objects.filter(pk=file).exists()


def test_the_pages_of_both_go_on_working_and_show_nothing_to_whoever_only_typed_the_address(
    desk: Desk, client: Client, pair: tuple[Need, Need], letters: Letters
) -> None:
    kept, gone = pair
    old_kept, old_gone = own(kept.enquiry), own(gone.enquiry)
    joining.join(desk.reach(desk.owner), kept, gone, "Owner Exemple")
    services.answer(desk.reach(desk.owner), kept, "Secret plans.", "Owner Exemple")
    new = own(again(kept).enquiry)
    assert new != old_kept
    whole = text_of(client.get(new))
    assert "Secret plans." in whole and "Once more: who publishes" in whole and "We look for a publisher" in whole
    for old in (old_kept, old_gone):
        letters.clear()
        page = client.get(old)
        said = text_of(page)
        assert page.status_code == 200 and kept.enquiry.reference in said and "sent by letter" in said
        assert "Secret plans" not in said and key_of(again(kept).enquiry) not in page.content.decode()
        assert len(letters) == 0  # opening it sends nothing
        assert client.get(f"{old}withdraw/").status_code == 200 and client.post(f"{old}withdraw/").status_code == 200
        assert len(letters) == 0 and again(gone).enquiry.erased_at is None
        assert "on its way" in text_of(client.post(old, {"act": "again"}))
        (letter,) = letters
        assert letter["to"] == ASKER and key_of(again(kept).enquiry) in letter["text"]
    assert client.get(f"/en/ask/{gone.enquiry.reference}/{'0' * 32}/").status_code == 404


def test_whoever_was_signed_in_and_typed_the_address_of_another_finds_nothing_among_theirs(
    desk: Desk, pair: tuple[Need, Need]
) -> None:
    kept, gone = pair
    Enquiry.objects.filter(pk=kept.enquiry_id).update(asker=desk.stranger)
    joining.join(desk.reach(desk.owner), again(kept), gone, "Owner")
    assert mine.questions_of(desk.stranger.pk) == [] and mine.held_of(desk.stranger.pk) == []
    assert mine.claimable(ASKER) == 2, "whoever proves the address has both"
    assert mine.claim(desk.mate.pk, ASKER, actor="mate") == 2
    assert kept.enquiry in mine.questions_of(desk.mate.pk)


def test_two_of_one_person_who_was_signed_in_stay_theirs(desk: Desk, pair: tuple[Need, Need]) -> None:
    kept, gone = pair
    Enquiry.objects.update(asker=desk.mate)
    joining.join(desk.reach(desk.owner), again(kept), again(gone), "Owner")
    assert kept.enquiry in mine.questions_of(desk.mate.pk)


def test_what_was_being_written_on_the_old_page_is_not_lost(
    desk: Desk, client: Client, pair: tuple[Need, Need]
) -> None:
    kept, gone = pair
    pages = [(need, own(need.enquiry)) for need in pair]
    joining.join(desk.reach(desk.owner), kept, gone, "Owner Exemple")
    for need, page in pages:
        sent = client.post(page, {"need": need.pk, f"text-{need.pk}": f"Of {need.pk}.", "nonce": "n"})
        assert "Your message was sent." in text_of(sent)
    assert list(Message.objects.values_list("need", "text")) == [(kept.pk, f"Of {need.pk}.") for need in pair]
    wrong = f"/en/ask/{gone.enquiry.reference}/{'0' * 32}/"
    assert client.post(wrong, {"need": gone.pk, f"text-{gone.pk}": "Hello"}).status_code == 404
    assert Message.objects.count() == 2


def test_the_page_of_a_letter_leads_on_by_itself(desk: Desk, client: Client) -> None:
    kept, mail = ask()[1], ask_by_mail()
    joining.join(desk.reach(None, Power.COORDINATION), kept, mail, "Coline")
    led = client.get(own(mail.enquiry))
    assert led.status_code == 302 and led["Location"] == own(again(kept).enquiry)
    assert client.get(f"{own(mail.enquiry)}data.json").status_code == 404


def test_a_secret_that_only_went_by_letter_is_kept(desk: Desk) -> None:
    mail, form = ask_by_mail(), ask()[1]
    joining.join(desk.reach(None, Power.COORDINATION), mail, form, "Coline")
    assert again(mail).enquiry.key_number == 1


def test_too_many_letters_wait(
    desk: Desk, client: Client, pair: tuple[Need, Need], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone = pair
    joining.join(desk.reach(desk.owner), kept, gone, "Owner Exemple")
    monkeypatch.setattr(limits, "spend", lambda budget, who: 61)
    answer = client.post(own(gone.enquiry), {"act": "again"})
    assert answer.status_code == 429 and "try later" in text_of(answer)


def test_letters_about_the_second_go_into_the_first(
    desk: Desk, pair: tuple[Need, Need], letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PORTULAN_REPLY_ADDRESS", HERE)
    letters.clear()
    kept, gone = pair[0], ask(text="And once more.")[1]
    asker, colleague = (reply_to(letters, one) for one in (ASKER, "owner@example.org"))
    joining.join(desk.reach(desk.owner), kept, gone, "Owner Exemple")
    assert send(f"Paule <{ASKER}>", asker, "And by when?").state == "handled"
    assert send("Owner <owner@example.org>", colleague, "In May.").state == "handled"
    assert list(Message.objects.values_list("need", "voice", "text")) == [
        (kept.pk, "asker", "And by when?"),
        (kept.pk, "answer", "In May."),
    ]


@pytest.mark.parametrize("case", ["stranger", "address", "self", "several", "closed", "twice"])
def test_what_is_not_to_be_joined_is_refused(desk: Desk, pair: tuple[Need, Need], case: str) -> None:
    kept, gone = pair
    reach, expected, error = desk.reach(desk.owner), "not_twins", DeskError
    if case == "stranger":
        reach, expected, error = desk.reach(desk.stranger), None, NotYoursError  # type: ignore[assignment]
    elif case == "address":
        gone = ask(email="other@example.com")[1]
    elif case == "self":
        gone = kept
    elif case == "several":
        services.add_need(reach, gone, "SGP", "book", "rights")
        expected = "several"
    elif case == "closed":
        services.close(reach, kept, Closing.HELPED, "")
        expected = "closed"
    else:
        joining.join(reach, ask()[1], gone, "Owner Exemple")
        expected = "joined"
    with pytest.raises(error, match=expected):
        joining.join(reach, again(kept), again(gone), "Owner Exemple")


def test_a_joined_question_is_not_opened_again_nor_answered(desk: Desk, pair: tuple[Need, Need]) -> None:
    kept, gone = pair
    owner = desk.reach(desk.owner)
    joining.join(owner, kept, gone, "Owner Exemple")
    services.reopen(owner, gone)
    assert again(gone).closing == Closing.JOINED
    with pytest.raises(DeskError, match="closed"):
        services.answer(owner, gone, "x", "x")


def test_whoever_asked_twice_is_erased_twice(desk: Desk, pair: tuple[Need, Need]) -> None:
    kept, gone = pair
    joining.join(desk.reach(desk.owner), kept, gone, "Owner Exemple")
    services.hear(kept, "Hello?")
    later = timezone.now() + timedelta(days=2000)
    assert forgetting.forget_askers(later) == 0  # the one that stands is open
    forgetting.erase_asker(again(kept).enquiry)
    assert not Enquiry.objects.exclude(asker_email="", text="", asker_name="").exists()
    assert not Message.objects.exists() and Enquiry.objects.filter(erased_at=None).count() == 0


def test_the_desk_compares_joins_and_undoes(desk: Desk, client: Client, pair: tuple[Need, Need]) -> None:
    kept, gone = pair
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(open_account(desk.owner))
    here = f"/en/desk/questions/{kept.pk}/"
    assert "See whether it is the same question" in text_of(browser.get(here))
    compared = text_of(browser.get(f"{here}twins/"))
    assert "Once more: who publishes" in compared and f"Join {gone.enquiry.reference} to this question" in compared
    wrong = browser.post(f"{here}join/", {"other": "999"})
    assert wrong.status_code == 422 and "no longer there" in text_of(wrong)
    done = browser.post(f"{here}join/", {"other": gone.pk})
    shown = text_of(browser.get(done["Location"]))
    assert "The two questions are one" in shown and f"Question {gone.enquiry.reference} is joined" in shown
    assert "Once more: who publishes" in shown and "See whether" not in shown
    led = browser.get(f"/en/desk/questions/{gone.pk}/")
    assert led.status_code == 302 and led["Location"] == here
    back = browser.post(f"{here}part/", {"joined": Joined.objects.get().pk})
    assert "They are two questions again" in text_of(browser.get(back["Location"]))
    assert browser.get(f"/en/desk/questions/{gone.pk}/").status_code == 200
    assert "two already" in text_of(browser.post(f"{here}part/", {"joined": "1"}))
