"""Reply addresses: whose answer it is, found again whatever mail systems make of an address, until it is revoked."""

from __future__ import annotations

import re

import pytest
from django.conf import LazySettings

from portulan.desk.core.incoming import reply, tokens
from portulan.desk.core.incoming.letters import read_letter
from portulan.desk.core.incoming.models import ReplyToken
from portulan.desk.core.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _address(settings: LazySettings) -> None:
    settings.PORTULAN_REPLY_ADDRESS = "reply@desk.example"


def answer(*headers: str) -> str | None:
    return tokens.token_of(read_letter("\n".join(["From: a@b.example", *headers, "", "Yes"]).encode()))


def test_an_address_leads_back_to_its_party() -> None:
    asker = reply.reply_address("enquiries.thread:12", "asker")
    expert = reply.reply_address("enquiries.thread:12", "expert")
    assert asker != expert and reply.reply_address("enquiries.thread:12", "asker") == asker
    assert re.fullmatch(r"reply\+[a-z2-7]{20}@desk\.example", asker)
    token = answer(f"To: Desk <{asker.upper()}>")
    assert token is not None and reply.who_answers(token) == reply.Party("enquiries.thread:12", "asker")
    assert reply.who_answers("a" * 20) is None


@pytest.mark.parametrize("header", ["To", "Cc", "Delivered-To", "X-Original-To"])
def test_a_token_is_found_wherever_the_address_stands(header: str) -> None:
    address = tokens.with_token("reply@desk.example", "abcdefghij234567klmn")
    assert answer("To: desk@desk.example", f"{header}: other@x.example, <{address}>") == "abcdefghij234567klmn"


@pytest.mark.parametrize(
    "address", ["reply@desk.example", "reply+short@desk.example", "reply+abcdefghij234567klm1@x", "a+b+@desk.example"]
)
def test_other_addresses_hold_none(address: str) -> None:
    assert answer(f"To: {address}") is None


def test_a_revoked_address_leads_nowhere_and_the_next_is_another() -> None:
    first = reply.reply_address("enquiries.thread:12", "asker")
    other = reply.reply_address("enquiries.thread:12", "expert")
    assert reply.revoke("enquiries.thread:12", "asker") == 1
    assert reply.who_answers(answer(f"To: {first}") or "") is None
    assert reply.who_answers(answer(f"To: {other}") or "") is not None
    assert reply.reply_address("enquiries.thread:12", "asker") != first
    assert reply.revoke("enquiries.thread:12") == 2


def test_the_database_alone_tells_no_address() -> None:
    token = answer(f"To: {reply.reply_address('enquiries.thread:12', 'asker')}") or ""
    row = ReplyToken.objects.get()
    kept = " ".join(str(getattr(row, field.name)) for field in ReplyToken._meta.fields)
    assert token not in kept and token not in str([(event.subject, event.said) for event in Event.objects.all()])


def test_mail_already_sent_is_answered_after_the_secret_of_the_site_changed(settings: LazySettings) -> None:
    before = reply.reply_address("enquiries.thread:12", "asker")
    settings.SECRET_KEY = "another one"
    after = reply.reply_address("enquiries.thread:12", "asker")
    assert before != after and reply.reply_address("enquiries.thread:12", "asker") == after
    for address in (before, after):
        assert reply.who_answers(answer(f"To: {address}") or "") == reply.Party("enquiries.thread:12", "asker")


def test_without_an_address_it_is_said_which_variable(settings: LazySettings) -> None:
    settings.PORTULAN_REPLY_ADDRESS = ""
    with pytest.raises(reply.NoReplyAddressError, match="PORTULAN_REPLY_ADDRESS"):
        reply.reply_address("enquiries.thread:12", "asker")
