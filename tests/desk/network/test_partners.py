"""The partners of a post: seen by the post alone, and what becomes of each contact when its keeper leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import vobject

from portulan.desk.core.models import Event
from portulan.desk.core.passing_on import Leaving
from portulan.desk.network import partners, services
from portulan.desk.network.models import Partner, Tag
from portulan.desk.network.partners import Contact, NotOfThePostError
from portulan.desk.network.passing import Partners
from portulan.desk.people.actors import Power
from portulan.desk.people.services import erase_person
from tests.desk.enquiries.conftest import Desk, desk, letters  # noqa: F401 - fixtures of the room above
from tests.desk.handover.conftest import TODAY, SignIn, actor, arriver, coordination, signed_in_as  # noqa: F401

HERE = "/en/desk/partners/"


def add(desk: Desk, body: str, tag: str = Tag.INSTITUTIONAL, who: str = "owner") -> Partner:  # noqa: F811
    contact = Contact(body, "venue", "Hanae Muster", "hanae@example.com", "+81 3 0000 0000", "Runs the fair.", tag)
    return partners.add_partner(actor(getattr(desk, who)), "jpn", contact, TODAY)


def test_only_the_post_sees_its_partners_and_its_keeper_what_is_kept(desk: Desk, coordination: Any) -> None:  # noqa: F811
    for tag in Tag.values:
        add(desk, tag, tag)
    seen = {
        name: [one.body for one in partners.partners_for(actor(person, *powers), TODAY)]
        for name, person, powers in (
            ("owner", desk.owner, ()), ("mate", desk.mate, ()), ("stranger", desk.stranger, ()), ("nobody", None, ()),
            ("coordination", coordination, (Power.COORDINATION,)),
        )
    }  # fmt: skip
    assert seen == {
        "owner": ["do_not_transfer", "institutional", "personal"], "mate": ["institutional"], "stranger": [],
        "nobody": [], "coordination": [],
    }  # fmt: skip
    theirs = Partner.objects.get(tag=Tag.PERSONAL)
    for who, partner in ((desk.stranger, Partner.objects.get(body="institutional")), (desk.mate, theirs)):
        for act in (
            lambda who=who, partner=partner: partners.met_partner(actor(who), partner, TODAY),
            lambda who=who, partner=partner: partners.tag_partner(actor(who), partner, Tag.PERSONAL, TODAY),
            lambda who=who, partner=partner: partners.remove_partner(actor(who), partner, TODAY),
        ):
            with pytest.raises(NotOfThePostError):
                act()
    with pytest.raises(NotOfThePostError):  # nobody makes a colleague's contact their own
        partners.tag_partner(actor(desk.mate), Partner.objects.get(body="institutional"), Tag.PERSONAL, TODAY)
    with pytest.raises(NotOfThePostError):
        partners.add_partner(actor(desk.stranger), "jpn", Contact("x", "other"), TODAY)


def test_at_the_switch_the_posts_stay_personal_ones_go_along_and_the_others_are_erased(
    desk: Desk,  # noqa: F811
    letters: list[dict[str, Any]],  # noqa: F811
) -> None:
    for tag in Tag.values:
        add(desk, tag, tag)
    add(desk, "of the mate", Tag.DO_NOT_TRANSFER, "mate")
    leaving = Leaving(desk.designations["owner"].pk, "jpn", desk.owner.pk)
    rows = Partners().rows(leaving, "en")
    assert [row.text for row in rows] == [
        "institutional", "1 personal contact leaves", "1 contact is not passed on",
    ]  # fmt: skip
    assert "Hanae Muster" in rows[0].named and "Hanae" not in rows[0].text + rows[0].detail
    # While somebody is still designated there, nothing is taken from them.
    assert partners.pass_on_partners(leaving, None, TODAY) == 0 and Partner.objects.count() == 4

    services.end_designation(desk.designations["owner"], TODAY - timedelta(days=1))
    assert partners.pass_on_partners(leaving, desk.designations["mate"].pk, TODAY) == 1
    assert dict(Partner.objects.values_list("body", "kept_by")) == {
        "institutional": desk.mate.pk, "of the mate": desk.mate.pk,
    }  # fmt: skip
    (letter,) = letters
    assert letter["to"] == "owner@example.org"
    assert "Hanae Muster" in letter["text"] and "personal" in letter["text"] and "do_not" not in letter["text"]
    said = " ".join(str(one) for one in Event.objects.values_list("said", flat=True))
    assert "Hanae" not in said and "venue" not in said
    assert partners.pass_on_partners(leaving, None, TODAY) == 0 and len(letters) == 1


def test_contacts_of_somebody_erased_are_erased_and_those_of_the_post_stay(desk: Desk) -> None:  # noqa: F811
    for tag in Tag.values:
        add(desk, tag, tag)
    erase_person(desk.owner)
    assert partners.forget_orphans() == 2 and partners.forget_orphans() == 0
    assert [one.body for one in Partner.objects.all()] == ["institutional"]


def test_the_page_adds_meets_tags_and_erases(desk: Desk, signed_in_as: SignIn) -> None:  # noqa: F811
    browser = signed_in_as(desk.owner)
    sent = {
        "post": "jpn",
        "body": "Book Fair",
        "kind": "venue",
        "tag": "institutional",
        "contact_email": "a@example.com",
    }
    for wrong, said in (
        ({"body": " "}, "Write something first"),
        ({"post": "sgp"}, "one of your posts"),
        ({"kind": "dragon"}, "what kind of partner"),
        ({"tag": ""}, "what becomes of this contact"),
        ({"contact_email": "a"}, "not an e-mail address"),
        ({"body": "x" * 201}, "under 200"),
    ):
        answer = browser.post(f"{HERE}add/", {**sent, **wrong})
        assert answer.status_code == 422 and said in answer.content.decode(), wrong
    assert browser.post(f"{HERE}add/", sent).status_code == 303
    partner = Partner.objects.get()
    Partner.objects.update(last_contact=TODAY - timedelta(days=50))
    assert browser.post(f"{HERE}{partner.pk}/met/").status_code == 303
    assert Partner.objects.get().last_contact == TODAY
    assert browser.post(f"{HERE}{partner.pk}/tag/", {"tag": "personal"}).status_code == 303
    page = browser.get(HERE).content.decode()
    assert "Book Fair" in page and "mine.vcf" in page and 'content="noindex"' in page
    card = vobject.readOne(browser.get(f"{HERE}mine.vcf").content.decode())
    assert (card.org.value, card.email.value) == (["Book Fair"], "a@example.com")
    assert browser.post(f"{HERE}{partner.pk}/dance/").status_code == 404
    assert browser.post(f"{HERE}{partner.pk}/remove/").status_code == 303
    assert not Partner.objects.exists()


def test_nobody_else_enters(desk: Desk, signed_in_as: SignIn, coordination: Any) -> None:  # noqa: F811
    partner, mine = add(desk, "Fair"), add(desk, "Mine", Tag.PERSONAL)
    for who, powers in ((None, ()), (coordination, (Power.COORDINATION,))):
        browser = signed_in_as(who, *powers)
        for way in ("", "mine.vcf"):
            assert browser.get(HERE + way).status_code in (302, 403, 404)
        assert browser.post(f"{HERE}add/", {"post": "jpn", "body": "x"}).status_code in (302, 404)
        assert browser.post(f"{HERE}{partner.pk}/met/").status_code in (302, 404)
    browser = signed_in_as(desk.stranger)
    assert "Fair" not in browser.get(HERE).content.decode()
    assert browser.post(f"{HERE}{partner.pk}/remove/").status_code == 404
    assert signed_in_as(desk.mate).post(f"{HERE}{mine.pk}/remove/").status_code == 404
    assert Partner.objects.count() == 2
