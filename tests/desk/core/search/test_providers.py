"""Rooms whose documents are found: the index is made again from them, and only readable hits are handed out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import pytest
from django.db import transaction

from portulan import cli
from portulan.desk.core import events, search
from portulan.desk.core.models import Event, SearchEntry, SearchSeen, SearchWay, SearchWord, Sector
from portulan.desk.core.search import Document, find, forget, providers, put

pytestmark = pytest.mark.django_db


@dataclass
class Notes:
    """A room of notes: the event after which each was changed, and its text, or nothing where it was taken away."""

    kind: str = "note"
    notes: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)

    def write(self, key: str, text: str = "") -> None:
        with transaction.atomic():
            events.record("note written", Sector(code=key))
        self.notes[key] = (events.last(), text)

    def changed_since(self, event: int) -> Iterable[Document | str]:
        self.asked.append(event)
        for key, (at, text) in self.notes.items():
            if at > event:
                yield Document(self.kind, key, "fr", f"Note {key}", text) if text else key

    def address(self, key: str, language: str) -> str:
        return f"/{language}/notes/{key}/"

    def visible(self, actor: object, keys: Collection[str]) -> set[str]:
        return {key for key in keys if actor == "desk" or not key.startswith("secret")}


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Notes]:
    monkeypatch.setattr(providers, "_registered", {})
    room = Notes()
    search.register(room)
    yield room
    search.unregister(room)


def found(query: str) -> list[str]:
    return [hit.key for hit in find(query, kinds=["note"])]


def test_the_index_is_made_again_from_the_rooms(notes: Notes) -> None:
    notes.write("a", "un visa")
    notes.write("b", "une taxe")
    notes.write("gone")
    put(Document("note", "gone", "fr", "Douane", "un certificat"))
    put(Document("note", "a", "fr", "Ancienne", "une vieille phrase"))
    put(Document("closed-room", "x", "fr", "Visa", "d’une salle fermée"))
    told: list[tuple[str, int, int]] = []
    assert search.rebuild(lambda *words: told.append(words)) == 2
    assert found("visa") == ["a"] and found("taxes") == ["b"]
    assert found("certificat") == [] and found("vieille phrase") == []
    assert set(SearchEntry.objects.values_list("kind", "key")) == {("note", "a"), ("note", "b")}
    assert told == [("note", 3, 3)]


def test_it_comes_out_as_it_was_put(notes: Notes) -> None:
    for place in range(120):
        notes.write(f"n{place}", f"mot{place} visa commun{place % 7}")
    for key, (_, text) in notes.notes.items():
        put(Document("note", key, "fr", f"Note {key}", text))
    before = state()
    search.rebuild()
    assert state() == before and found("mot37")[0] == "n37"


def state() -> tuple[object, ...]:
    return (
        sorted(SearchWord.objects.values_list("word", "entries")),
        sorted(SearchWay.objects.values_list("way", "word_id")),
        [[(hit.key, hit.score) for hit in find(query, kinds=["note"])] for query in ("visa", "commun3", "mot1", "")],
    )


def test_words_whose_ways_are_wrong_are_mended(notes: Notes) -> None:
    notes.write("a", "des éditions")
    search.rebuild()
    SearchWay.objects.all().delete()  # as if the rules had been others
    SearchWord.objects.update(entries=7)
    assert found("édition") == []
    search.rebuild()
    assert found("édition") == ["a"] and set(SearchWord.objects.values_list("entries", flat=True)) == {1}


def test_only_what_changed_is_read_again(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "BEHIND", 0)
    notes.write("a", "un visa")
    assert search.refresh() == 1 and found("visa") == ["a"]
    assert search.refresh() == 0 and len(notes.asked) == 1  # nothing happened: nobody is asked
    first = events.last()
    notes.write("b", "un visa aussi")
    notes.write("a")
    assert search.refresh() == 2 and found("visa") == ["b"]
    assert notes.asked == [0, first] and SearchSeen.objects.get(kind="note").event == events.last()


def test_acts_committed_late_are_read_once_more(notes: Notes) -> None:
    notes.write("a", "un visa")
    search.refresh()
    late = events.last()
    notes.write("b", "une taxe")
    search.refresh()
    notes.notes["late"] = (late, "un certificat")  # its number is lower than the last one read
    notes.write("c", "une douane")
    search.refresh()
    assert found("certificat") == ["late"]


def test_a_hit_leads_where_its_room_says(notes: Notes) -> None:
    notes.write("a", "un visa")
    search.rebuild()
    [hit] = find("visa", kinds=["note"])
    assert search.address(hit, "fr") == "/fr/notes/a/" and search.kinds() == ("note",)


def test_only_what_the_reader_may_read_is_handed_out(notes: Notes) -> None:
    for key in ("secret-a", "b", "secret-c"):
        notes.write(key, "un visa")
    search.rebuild()
    hits = find("visa", kinds=["note"])
    assert [hit.key for hit in search.readable("stranger", hits)] == ["b"]
    assert search.readable("desk", hits) == hits
    search.unregister(notes)
    assert search.readable("desk", hits) == ()


def test_a_provider_speaks_for_its_own_kind_only(notes: Notes) -> None:
    class Wrong(Notes):
        def changed_since(self, event: int) -> Iterable[Document | str]:
            yield Document("card", "x", "fr", "t", "t")

    search.register(Wrong("wrong"))
    with pytest.raises(ValueError, match="provider of wrong"):
        search.rebuild()


def test_searching_and_indexing_write_no_event(notes: Notes) -> None:
    before = Event.objects.count()
    put(Document("note", "a", "fr", "t", "t"))
    forget("note", "a")
    search.rebuild()
    assert Event.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_the_command_makes_the_index_again(
    notes: Notes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in range(101):
        notes.write(f"n{place}", "un visa")
    assert cli.main(["search", "rebuild"]) == 0
    out, err = capsys.readouterr()
    assert "101 documents" in out
    assert err.splitlines()[-1] == "note: 101 of 101 documents"
    assert len(find("visa", kinds=["note"], most=50)) == 50
    search.unregister(notes)
    assert cli.main(["search", "rebuild"]) == 0
    assert "No room" in capsys.readouterr().out and find("visa", kinds=["note"]) == ()
