"""What the network says on the pages of markets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError

from portulan.desk.core.slots import Subject
from portulan.desk.network import on_pages, selectors, services
from portulan.desk.network.models import Post
from tests.desk.network.conftest import TODAY, person, sectors


def test_who_answers_stands_on_the_page_of_the_market(posts: dict[str, Post], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_pages, "FRESH", -1.0)
    slot = on_pages.Correspondents()
    assert slot.heading("fr") == "Qui répond au poste"
    empty = slot.items(Subject("JPN"), "en")
    assert [(item.text, item.papers) for item in empty] == [("Embassy in jpn", "nobody is designated at present")]
    before = slot.version()
    made = services.designate_correspondent(
        person("Ada", invented=True), posts["jpn"], since=TODAY, sectors=sectors("games")
    )
    assert slot.version() != before
    (item,) = slot.items(Subject("JPN", "games"), "fr")
    assert item.text == "Ada Exemple (personne inventée), Ambassade à jpn"
    assert item.href == f"/fr/network/posts/jpn/#c{made.pk}" and item.papers == "correspondant"
    assert slot.items(Subject("JPN", "book"), "en")[0].papers == "nobody is designated at present"
    assert slot.items(Subject(sector="games"), "en") == () == slot.items(Subject("EST"), "en")
    services.record_absence(made, TODAY, TODAY + timedelta(days=1))
    assert slot.items(Subject("JPN"), "en")[0].papers == "away until 23 November 2026"


def test_a_kept_page_asks_the_database_once_in_a_while(
    posts: dict[str, Post],
    django_assert_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    slot = on_pages.Correspondents()
    slot.items(Subject("JPN"), "en")
    with django_assert_num_queries(0):
        slot.version()
        slot.items(Subject("JPN", "book"), "fr")


def test_the_atlas_stands_while_the_database_is_away(
    posts: dict[str, Post], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away() -> str:
        raise OperationalError("no such table")

    monkeypatch.setattr(selectors, "version", away)
    slot = on_pages.Correspondents()
    assert slot.items(Subject("JPN"), "en") == () and slot.version() == ""
    assert "the network cannot be read" in caplog.text


def test_a_site_without_a_network_has_one_version_for_ever(db: None) -> None:
    assert on_pages.Correspondents().version() == ""
