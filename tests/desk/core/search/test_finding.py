"""Finding: the right card first, whatever the reader's spelling; filters; what is shown of the text."""

from __future__ import annotations

from datetime import date

import pytest
from django.test.utils import CaptureQueriesContext

from portulan.desk.core.search import Document, find, forget, put
from tests.desk.core.search.cards import CARD, CARDS, card, found, put_cards

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def cards() -> None:
    put_cards()


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("édition bilingue", "editions-bilingues"),
        ("edition bilingues", "editions-bilingues"),
        ("EDITIONS BILINGUES", "editions-bilingues"),
        ("œuvre", "oeuvre"), ("oeuvre", "oeuvre"), ("Oeuvres", "oeuvre"), ("ŒUVRES", "oeuvre"), ("coeur", "oeuvre"),
        ("jeux vidéo", "jeux"), ("jeu video", "jeux"), ("jeux videos", "jeux"), ("Jeux-vidéo", "jeux"),
        ("droits d'auteur", "droits"), ("droit d’auteur", "droits"), ("droits auteurs", "droits"),
        ("Ecole", "ecole"), ("école", "ecole"), ("ÉCOLES", "ecole"),
        ("publisher", "publishers"), ("publishers", "publishers"), ("Publishing", "publishers"),
        ("co-production", "ecole"), ("coproduction", "ecole"), ("co-productions", "ecole"),
        ("visa", "touring"), ("company", "touring"), ("companies", "touring"),
        ("traduction contrat", "editions-bilingues"), ("contrat de traduction", "editions-bilingues"),
        ("comment trouver un éditeur ?", "edition-japon"), ("how do I find a publisher?", "publishers"),
    ],
)  # fmt: skip
def test_the_card_is_first_however_it_is_written(cards: None, query: str, first: str) -> None:
    assert found(query)[0] == first


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("editon bilingue", "editions-bilingues"),  # a letter missing
        ("éditoin bilingue", "editions-bilingues"),  # two letters crossed
        ("eddition bilingue", "editions-bilingues"),  # one too many
        ("bilimgue", "editions-bilingues"),  # another in its place
        ("pubisher", "publishers"), ("publihser", "publishers"), ("retenu fiscal", "droits"),
        ("classifcation", "jeux"), ("clasifcation", "jeux"), ("certifcat", "oeuvre"), ("ouevre", "oeuvre"),
        ("muscian", "touring"), ("visaa", "touring"), ("redevence", "droits"),
    ],
)  # fmt: skip
def test_misspelt_words_are_forgiven(cards: None, query: str, first: str) -> None:
    assert found(query)[0] == first


@pytest.mark.parametrize(("query", "first"), [("biling", "editions-bilingues"), ("contrat trad", "editions-bilingues"),
                                              ("touring mus", "touring"), ("classif", "jeux")])  # fmt: skip
def test_the_last_word_may_be_a_beginning(cards: None, query: str, first: str) -> None:
    assert found(query)[0] == first


def test_only_the_last_word_may_be_a_beginning(cards: None) -> None:
    assert found("biling zzz") == []


@pytest.mark.parametrize("query", ["tva", "xylophone", "2024", "zz"])
def test_what_no_card_says_is_not_found(cards: None, query: str) -> None:
    assert found(query) == []


def test_a_word_right_counts_more_than_one_misspelt() -> None:
    put(card("misspelt", "Marchand", "marchand marchand marchand"))
    put(card("right", "Autre chose", "un visa, et beaucoup d’autres mots pour peser moins"))
    put(card("both", "Autre chose encore", "un visa pour chaque marchand, et beaucoup d’autres mots"))
    assert found("visa marchnad") == ["both", "right", "misspelt"]


@pytest.mark.parametrize("query", ["livre", "oui"])
def test_a_word_that_some_card_holds_is_no_mistake(query: str) -> None:
    put(card("held", "Livre", "oui"))
    put(card("near", "Libre", "ouf livide"))
    assert found(query) == ["held"]


def test_a_short_word_begins_as_it_is_written() -> None:
    put(card("two", "Deux", "textes"))
    assert found("jeux") == [] and found("deus") == ["two"]


def test_all_words_come_before_some_and_the_title_before_the_text() -> None:
    put(card("one", "Visa visa visa", "visa visa visa visa"))
    put(card("both", "Divers", "Il faut un visa. On paie une taxe aussi, après un long discours sur tout autre chose."))
    put(card("title", "La taxe", "On en parle peu."))
    put(card("text", "Divers", "On parle de la taxe."))
    assert found("visa taxe")[0] == "both"
    assert found("taxe")[0] == "title"


def test_many_common_words_do_not_hide_the_one_that_matters(cards: None) -> None:
    assert found("est-ce que je peux avoir un certificat pour une œuvre")[0] == "oeuvre"
    assert found("le la les de du")[:1] != []  # nothing else to look for: then they count


def test_another_market_or_sector_is_left_out_and_any_is_not(cards: None) -> None:
    assert found("jeux", market="JPN") == []
    assert found("jeux", market="KOR") == ["jeux"]
    assert found("traduction", market="JPN", sector="book") == ["editions-bilingues"]
    assert found("visa", sector="book") == []


def test_its_own_market_comes_before_any() -> None:
    put(card("own", "Les visas", "texte", market="JPN"))
    put(card("any", "Les visas", "texte"))
    assert found("visas", market="JPN") == ["own", "any"]
    assert found("visas") == ["any", "own"]  # as good as each other: the newest


def test_another_topic_or_language_comes_after() -> None:
    put(card("en", "Visa", "visa visa", "en", topic="visas"))
    put(card("other", "Visa", "visa visa", topic="tax"))
    put(card("none", "Divers", "un visa parmi bien d’autres mots"))
    assert found("visa", topic="visas") == ["en", "none", "other"]
    assert found("visa", topic="visas", language="fr") == ["none", "en", "other"]
    assert set(found("visa", language="en")[:1]) == {"en"}


def test_what_expired_is_left_out_and_its_last_day_is_not() -> None:
    put(card("old", "Visa", "texte", expires=date(2026, 5, 31)))
    put(card("ever", "Visa", "texte"))
    assert found("visa", on=date(2026, 5, 31)) == ["ever", "old"]
    assert found("visa", on=date(2026, 6, 1)) == ["ever"]
    assert found("", on=date(2026, 6, 1)) == ["ever"]
    assert found("visa") == ["ever", "old"]


def test_without_words_the_newest_that_fit(cards: None) -> None:
    assert found("", most=2) == ["touring", "publishers"]
    assert found(" ", market="JPN", sector="book") == ["publishers", "droits", "editions-bilingues", "edition-japon"]
    put(CARDS[0])
    assert found("", most=1) == ["edition-japon"]


def test_only_the_kinds_asked_for(cards: None) -> None:
    put(Document("news", "n1", "fr", "Édition spéciale", "texte"))
    assert [(hit.kind, hit.key) for hit in find("édition spéciale", kinds=["news"])] == [("news", "n1")]
    assert find("édition", kinds=[]) == () and find("édition", kinds=["none"]) == ()
    assert ("news", "n1") in [(hit.kind, hit.key) for hit in find("édition", kinds=["news", CARD])]


def test_as_many_as_asked_for(cards: None) -> None:
    assert len(found("japon éditeur publishers visa", most=2)) == 2
    assert found("visa", most=0) == [] and found("visa", most=-1) == []


def test_the_words_found_are_told_apart_in_the_text(cards: None) -> None:
    [hit] = find("oeuvres certificats", kinds=[CARD], most=1)
    assert hit.title == "Sortie temporaire d’une œuvre d’art" and hit.score > 0
    assert [text for text, is_hit in hit.snippet if is_hit] == ["œuvre", "certificat"]
    assert "".join(text for text, _ in hit.snippet) == CARDS[2].text


def test_what_is_put_again_takes_the_place_of_what_was(cards: None) -> None:
    put(card("oeuvre", "Instrument de musique ancien", "Un passeport suffit."))
    assert found("certificat") == [] and found("passeport") == ["oeuvre"]
    forget(CARD, "oeuvre")
    forget(CARD, "oeuvre")
    assert found("passeport") == []


def test_a_search_asks_few_questions_of_the_database(cards: None) -> None:
    from django.db import connection

    for query, most in (("édition", 4), ("editoin bilingeu certifcat", 6), ("", 2), ("!?", 0)):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found(query)
        assert len(asked) <= most, query


# To the last digit, so that the suite on PostgreSQL shows what the suite on SQLite does.
SAME_EVERYWHERE = {
    "édition": [("editions-bilingues", 1_836_000), ("edition-japon", 1_676_800)],
    "éditon traduction": [("editions-bilingues", 3_298_700), ("edition-japon", 668_100)],
    "droit d’auteur": [("droits", 5_924_900)],
    "visa company": [("touring", 4_170_700)],
    "jap": [("edition-japon", 1_020_300), ("publishers", 1_026_000)],
    "": [("ecole", 0), ("droits", 0), ("jeux", 0), ("oeuvre", 0)],
}


@pytest.mark.parametrize("query", SAME_EVERYWHERE)
def test_every_database_gives_the_same_answers_with_the_same_scores(cards: None, query: str) -> None:
    hits = find(query, kinds=[CARD], language="fr", most=4)
    assert [(hit.key, round(hit.score * 1_000_000)) for hit in hits] == SAME_EVERYWHERE[query]


def test_a_beginning_of_very_many_reads_the_most_frequent_first(monkeypatch: pytest.MonkeyPatch) -> None:
    from portulan.desk.core.search import asking

    for key, text in (("a", "contrat"), ("b", "contrat"), ("c", "concert")):
        put(card(key, "Carte", text))
    assert found("con") == ["c", "b", "a"]
    monkeypatch.setattr(asking, "MOST_BEGUN", 1)
    assert found("con") == ["b", "a"] and found("conc") == ["c"]
