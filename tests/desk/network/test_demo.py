"""The invented network: life on every screen, never taken for real, gone by one command."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from portulan.desk import cli
from portulan.desk.core.models import Event
from portulan.desk.markets.services import keep_reference
from portulan.desk.network import demo, selectors
from portulan.desk.network.models import Designation, Post
from portulan.desk.people.models import Person
from portulan.desk.people.services import add_person
from tests.desk.reading import read

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 22)


@pytest.fixture
def loaded(db: None, monkeypatch: pytest.MonkeyPatch) -> demo.Loaded:
    monkeypatch.setattr(selectors, "today", lambda: DAY)
    keep_reference()
    return demo.load(DAY)


def test_it_has_every_case(loaded: demo.Loaded) -> None:
    net = selectors.network()
    assert loaded.posts == 37 == len(net.offices)
    assert any(not office.contacts for office in net.offices)
    assert any(contact.back for office in net.offices for contact in office.contacts)
    assert any(len(contact.territories) == 4 for office in net.offices for contact in office.contacts)
    sectors = tuple(selectors.names("en")[1])
    assert net.gaps(sectors) and len(sectors) == 14


def test_it_is_added_once_and_taken_away_whole(loaded: demo.Loaded) -> None:
    real = add_person("Real", "Person")
    assert demo.load(DAY) == demo.Loaded(0, 0)
    assert demo.remove() == loaded.people > 50
    assert list(Person.objects.all()) == [real] and not Designation.objects.exists()
    assert Post.objects.count() == 37
    # The log says that there were people, and not who.
    assert not Event.objects.filter(said__icontains="example.org").exists()


def test_every_page_with_them_says_that_they_are_invented(loaded: demo.Loaded) -> None:
    site = Client(SERVER_NAME="localhost")
    for address in ("/en/network/", "/en/network/?market=JPN", "/en/network/posts/jpn/"):
        page = read(site.get(address).content.decode())
        assert "The people here are invented." in page.text, address
        named = [link.text for link in page.all("a") if re.search(r"#c\d", link.attributes.get("href", ""))]
        assert all("(invented person)" in name for name in named)


def test_the_commands(loaded: demo.Loaded, capsys: pytest.CaptureFixture[str], tmp_path) -> None:  # type: ignore[no-untyped-def]
    from portulan.cli import parser

    def run(*words: str) -> int:
        arguments = parser().parse_args(list(words))
        return int(arguments.run(arguments))

    assert run("network", "posts") == 0
    assert "0 posts added; 37 were there already" in capsys.readouterr().out
    assert run("demo", "--remove") == 0
    assert "the posts stay" in capsys.readouterr().out
    assert run("network", "posts", str(tmp_path / "none.csv")) == 2
    assert "none.csv cannot be read" in capsys.readouterr().err
    assert cli.SETTINGS
