"""The pages of kept mail: what they show, and that they answer nobody but who sits at the machine."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from portulan.desk.core.models import MailState, OutgoingMail
from portulan.desk.core.outbox import Attachment, post_mail
from portulan.desk.core.selectors import in_parts
from tests.desk.reading import Element, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(settings: LazySettings) -> Client:
    """A browser on this machine, before a demonstration without a mail server."""
    settings.MAIL_IS_SHOWN = True
    return Client(SERVER_NAME="localhost")


def post(**more: Any) -> OutgoingMail:
    said: dict[str, Any] = {"to": ("Ada", "ada@example.org"), "subject": "Hello", "text": "Hello"}
    return post_mail(**{**said, "kind": "enquiry", "language": "en", **more})


def page(client: Client, address: str) -> Element:
    answer = client.get(address)
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    return read(answer.content.decode())


def test_the_newest_mail_comes_first_and_opens(shown: Client) -> None:
    post(subject="First")
    second = post(
        subject="Second <b>",
        text="Your code is 1234.\n\nGo to https://desk.example/in/abc?x=1&y=2.",
        secret=True,
        reply_to="desk+7@desk.example",
        attachments=[Attachment("lettre à.pdf", "application/pdf", b"x" * 2048)],
    )
    found = page(shown, "/en/dev/mail/")
    links = [
        link
        for link in found.all("a")
        if "/dev/mail/" in link.attributes["href"] and link.text in ("First", "Second <b>")
    ]
    assert [link.text for link in links] == ["Second <b>", "First"]
    assert links[0].attributes["href"] == f"/en/dev/mail/{second.pk}/"
    one = page(shown, links[0].attributes["href"])
    assert "Your code is 1234." in one.text and "Ada <ada@example.org>" in one.text
    assert "lettre à.pdf (2.0" in one.text and "desk+7@desk.example" in one.text and second.message_id in one.text
    assert "https://desk.example/in/abc?x=1&y=2" in {link.attributes["href"] for link in one.all("a")}
    # Nothing leads there: it is no page of the site.
    assert not any("/dev/" in a.attributes.get("href", "") for a in page_of_nav(found))


def page_of_nav(found: Element) -> list[Element]:
    return [
        link for nav in found.all("nav") for link in nav.all("a") if nav.attributes.get("aria-label") == "Main menu"
    ]


def test_only_what_is_kept_is_shown(shown: Client) -> None:
    sent = post(subject="Sent to somebody")
    OutgoingMail.objects.update(state=MailState.SENT)
    assert "Sent to somebody" not in page(shown, "/en/dev/mail/").text
    assert "No mail was written yet" in page(shown, "/en/dev/mail/").text
    assert shown.get(f"/en/dev/mail/{sent.pk}/").status_code == 404
    assert shown.get("/en/dev/mail/99999999/").status_code == 404
    assert shown.post("/en/dev/mail/").status_code == 405


def test_the_address_without_a_language_leads_to_one(shown: Client) -> None:
    assert shown.get("/dev/mail/", headers={"Accept-Language": "fr"})["Location"] == "/fr/dev/mail/"


@pytest.mark.parametrize(
    "meta",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "::ffff:192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"},
        {"HTTP_HOST": "desk.example"},
        {"HTTP_HOST": "desk.example:8000"},
    ],
)
def test_nobody_else_may_enter(shown: Client, settings: LazySettings, meta: dict[str, str]) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    number = post().pk
    for address in ("/en/dev/mail/", f"/fr/dev/mail/{number}/"):
        assert shown.get(address, **meta).status_code == 404
        assert shown.get(address).status_code == 200


@pytest.mark.parametrize(
    "meta", [{"REMOTE_ADDR": "::1", "HTTP_HOST": "[::1]:8000"}, {"REMOTE_ADDR": "::ffff:127.0.0.1"}]
)
def test_this_machine_has_several_addresses(shown: Client, meta: dict[str, str]) -> None:
    assert shown.get("/en/dev/mail/", **meta).status_code == 200


def test_where_mail_leaves_the_page_is_not_there(settings: LazySettings) -> None:
    assert settings.MAIL_IS_SHOWN is False  # no demonstration here
    number = post().pk
    client = Client(SERVER_NAME="localhost")
    for address in ("/en/dev/mail/", f"/en/dev/mail/{number}/"):
        assert client.get(address).status_code == 404


def test_many_mails_cost_one_question(shown: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(101):
        post()
    with django_assert_num_queries(1):
        found = page(shown, "/en/dev/mail/")
    assert "Only the newest 100 are shown" in found.text and "100 mails" in found.text


def test_addresses_are_found_in_a_text() -> None:
    assert in_parts("none") == ("none",)
    assert in_parts("a https://x.example/b, c") == ("a ", "https://x.example/b", ", c")
    assert in_parts("(http://x.example/?a=1).") == ("(", "http://x.example/?a=1", ").")
    assert in_parts("javascript:alert(1)") == ("javascript:alert(1)",)


def test_health_says_when_mail_waits_for_nobody(client: Client) -> None:
    mail = post()
    assert client.get("/health/", SERVER_NAME="localhost").json() == {"status": "ok"}
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=MailState.QUEUED, next_try_at=timezone.now() - timedelta(minutes=11)
    )
    assert client.get("/health/", SERVER_NAME="localhost").json() == {"status": "ok", "mail": "late"}
