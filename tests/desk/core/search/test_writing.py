"""Writing: what a word weighs, and writers that do not cross."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from portulan.desk.core.models import SearchOccurrence, SearchWord
from portulan.desk.core.search import Document, find, forget, put
from portulan.desk.core.search.writing import put_all, weights


def test_the_title_weighs_more_and_a_long_text_less() -> None:
    weighed = weights("Visa", "une taxe " + "mot " * 20)
    assert weighed["visa"] > weighed["taxe"]
    assert weights("", "taxe " + "mot " * 20)["taxe"] > weights("", "taxe " + "mot " * 400)["taxe"]


def test_weights_are_those_of_the_formula() -> None:
    # 300 words, one of them once: 100 × 1 × 2.2 / (1 + 1.2 × (1 − 0.5 + 0.5 × 300 / 150)) = 220 / 2.8
    assert weights("", "taxe " + "mot " * 299)["taxe"] == 79
    # Once in the title counts three times: 100 × 3 × 2.2 / (3 + 1.8)
    assert weights("taxe", "mot " * 299)["taxe"] == 138


@pytest.mark.django_db
def test_of_two_documents_under_one_key_the_later_stays() -> None:
    put_all([Document("card", "a", "fr", "Visa", ""), Document("card", "a", "fr", "Taxe", "")])
    assert find("visa", kinds=["card"]) == () and len(find("taxe", kinds=["card"])) == 1


@pytest.mark.django_db
def test_counts_follow_what_is_put_and_forgotten() -> None:
    put_all(Document("card", str(place), "fr", "Visa", f"mot{place}") for place in range(5))
    put(Document("card", "0", "fr", "Taxe", "mot1"))
    forget("card", "4")
    held = dict(SearchWord.objects.values_list("word", "entries"))
    assert held == {"visa": 3, "taxe": 1, "mot1": 2, "mot2": 1, "mot3": 1}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_writers_at_once_leave_the_index_whole() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("DATABASE_URL names no PostgreSQL server, and SQLite has one writer at a time")
    texts = ["visa taxe douane contrat", "contrat douane taxe visa", "œuvre visa auteur", "auteur taxe œuvre"]
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(8):
                with transaction.atomic():
                    put(Document("card", f"{number}-{turn % 3}", "fr", "Carte", texts[(number + turn) % 4]))
                    put(Document("card", "shared", "fr", f"Carte de {number}", texts[turn % 4]))
                forget("card", f"{number}-{turn % 2}")
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    held: dict[str, int] = {}
    for word in SearchOccurrence.objects.values_list("word", flat=True):
        held[word] = held.get(word, 0) + 1
    assert dict(SearchWord.objects.values_list("word", "entries")) == held
    assert len([hit for hit in find("carte", kinds=["card"], most=50) if hit.key == "shared"]) == 1
