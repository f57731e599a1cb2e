"""Briefs on the site: addresses, headers, what is kept, how many a minute, and what an unknown word gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("typst", reason="briefs need the extra portulan[files]")

from django.core.cache import caches
from django.test import Client, RequestFactory, override_settings

from portulan.atlas import api
from portulan.desk.core import limits
from portulan.desk.markets import briefs, selectors


@pytest.fixture
def made() -> list[dict[str, Any]]:
    """What was asked of the atlas, in order."""
    return []


@pytest.fixture
def reader(shipped_folder: Path, monkeypatch: pytest.MonkeyPatch, made: list[dict[str, Any]]) -> Iterator[Client]:
    """A reader before the shipped release; a brief is a few bytes that say what was asked."""

    def brief(release: api.Release, **asked: Any) -> bytes:
        made.append(asked)
        return b"%PDF-" + repr(sorted(asked.items())).encode()

    def forget() -> None:
        caches["briefs"].clear()
        caches["limits"].clear()
        for cached in vars(selectors).values():
            if hasattr(cached, "cache_clear"):
                cached.cache_clear()

    monkeypatch.setattr(api, "brief", brief)
    forget()
    with override_settings(PORTULAN_RELEASE=str(shipped_folder)):
        yield Client(SERVER_NAME="localhost")
    forget()


def test_each_kind_has_its_address_and_a_plain_file_name(reader: Client, made: list[dict[str, Any]]) -> None:
    for path, name, market, sector in (
        ("/fr/briefs/JPN/music.pdf", "portulan-JPN-music-FRA-goods-fr.pdf", "JPN", "music"),
        ("/en/briefs/JPN.pdf", "portulan-JPN-FRA-goods-en.pdf", "JPN", None),
        ("/en/briefs/sectors/book.pdf", "portulan-book-FRA-goods-en.pdf", None, "book"),
        ("/en/briefs/JPN/book+press.pdf", "portulan-JPN-book-press-FRA-goods-en.pdf", "JPN", "book+press"),
    ):
        answer = reader.get(path)
        assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf", path
        assert answer["Content-Disposition"] == f'inline; filename="{name}"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert (made[-1]["market"], made[-1]["sector"]) == (market, sector)


def test_the_whole_state_reaches_the_brief_and_its_link(reader: Client, made: list[dict[str, Any]]) -> None:
    reader.get("/fr/briefs/JPN/book.pdf?perimeter=broad&exporter=KEN&junk=1")
    asked = made[-1]
    assert (asked["exporter"], asked["perimeter"], asked["lang"]) == ("KEN", "broad", "fr")
    assert asked["link"] == "http://localhost/fr/markets/JPN/book/?exporter=KEN&perimeter=broad"


def test_a_brief_is_made_once_and_kept_by_its_whole_state(reader: Client, made: list[dict[str, Any]]) -> None:
    first = reader.get("/en/briefs/JPN/book.pdf")
    again = reader.get("/en/briefs/JPN/book.pdf?junk=1&year=")
    assert len(made) == 1 and again.content == first.content
    others = ("/fr/briefs/JPN/book.pdf", "/en/briefs/JPN/book.pdf?exporter=KEN", "/en/briefs/KEN/book.pdf")
    assert len({reader.get(path).content for path in others} | {first.content}) == 4
    assert Client(SERVER_NAME="127.0.0.1").get("/en/briefs/JPN/book.pdf").content != first.content, "the link differs"


def test_a_reader_who_has_it_is_not_sent_it_again(reader: Client, made: list[dict[str, Any]]) -> None:
    first = reader.get("/en/briefs/JPN/book.pdf")
    caches["briefs"].clear()
    again = reader.get("/en/briefs/JPN/book.pdf", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content and again["ETag"] == first["ETag"]
    assert len(made) == 1
    assert "max-age" in first["Cache-Control"] and "public" in first["Cache-Control"]


def test_new_briefs_are_limited_for_each_reader_and_kept_ones_are_not(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("briefs", limits.CACHE):
        caches[name].clear()
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_000_010.0)
    codes = [country.iso3 for country in api.countries() if country.iso3 != "FRA"]
    paths = [f"/en/briefs/{code}.pdf" for code in codes]
    assert {reader.get(path).status_code for path in paths[: briefs.BUDGET.most]} == {200}
    refused = reader.get(paths[briefs.BUDGET.most])
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60 and refused["Cache-Control"] == "no-store"
    assert "20" in refused.content.decode() and "<h1" in refused.content.decode()
    french = reader.get(paths[briefs.BUDGET.most].replace("/en/", "/fr/")).content.decode()
    assert "Trop de nouvelles fiches" in french
    assert reader.get(paths[0]).status_code == 200, "what is made already costs nothing"
    assert reader.get(paths[30], REMOTE_ADDR="203.0.113.9").status_code == 200, (
        "another reader has a budget of their own"
    )
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_000_070.0)
    assert reader.get(paths[briefs.BUDGET.most]).status_code == 200, "the next minute is another"


@pytest.mark.parametrize(
    "path",
    [
        "/en/briefs/XXX.pdf",
        "/en/briefs/FRA.pdf",
        "/en/briefs/KEN/book.pdf?exporter=ken",
        "/en/briefs/JPN/musik.pdf",
        "/en/briefs/sectors/nothing.pdf",
        "/en/briefs/JPN/book.pdf?exporter=ZZZ",
        "/en/briefs/JPN/book.pdf?year=1812",
        "/en/briefs/JPN/book.pdf?perimeter=%3Cscript%3E",
        "/en/briefs/..%2f..%2fetc%2fpasswd.pdf",
        "/en/briefs/%22%0d%0aX-Evil:1.pdf",
    ],
)
def test_an_unknown_word_is_a_helpful_page(reader: Client, made: list[dict[str, Any]], path: str) -> None:
    answer = reader.get(path)
    assert answer.status_code == 404 and not made
    assert answer["Content-Type"].startswith("text/html") and "<h1" in answer.content.decode()
    assert "<script>" not in answer.content.decode() and "X-Evil" not in answer.headers


def test_a_near_word_is_suggested(reader: Client) -> None:
    assert "/en/sectors/music/" in reader.get("/en/briefs/JPN/musik.pdf").content.decode()


def test_small_letters_lead_to_the_one_address(reader: Client) -> None:
    answer = reader.get("/fr/briefs/jpn/book.pdf?exporter=KEN")
    assert answer.status_code == 301 and answer["Location"] == "/fr/briefs/JPN/book.pdf?exporter=KEN"


def test_a_brief_is_only_read(reader: Client) -> None:
    assert reader.post("/en/briefs/JPN.pdf").status_code == 405


@pytest.mark.parametrize(
    ("https", "remote", "forwarded", "who"),
    [
        (False, "203.0.113.7", "198.51.100.1", "203.0.113.7"),
        (True, "127.0.0.1", "198.51.100.1", "198.51.100.1"),
        (True, "127.0.0.1", "9.9.9.9, 198.51.100.1", "198.51.100.1"),
        (True, "127.0.0.1", "nonsense\x00", "unknown"),
        (False, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (False, "", "", "unknown"),
    ],
)
def test_who_asks_is_what_the_connection_or_the_proxy_says(https: bool, remote: str, forwarded: str, who: str) -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR=remote, **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    )
    with override_settings(HTTPS=https):
        assert limits.reader(request) == who


@pytest.mark.slow
def test_the_site_sends_a_real_brief(shipped_folder: Path) -> None:
    caches["briefs"].clear()
    caches["limits"].clear()
    with override_settings(PORTULAN_RELEASE=str(shipped_folder)):
        answer = Client(SERVER_NAME="localhost").get("/fr/briefs/JPN/book.pdf")
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF-1.7")
