"""Finding: one statement over ordinary tables, the same on every database, in whole numbers so that order is too."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from portulan.desk.core.models import SearchEntry, SearchOccurrence, SearchText
from portulan.desk.core.search import asking, words
from portulan.desk.core.search.documents import Hit
from portulan.desk.core.search.snippets import snippet

MOST = 100
"""Hits that one question may have."""
_OWN = 10
"""What a document gains, in hundredths, for each subject that is named in it and asked for: it says more than one for
any."""
_ENTRY, _OCCURRENCE = SearchEntry._meta.db_table, SearchOccurrence._meta.db_table


@dataclass(slots=True)
class _Clauses:
    """Parts of the statement, with the values they take, in the order in which they stand in it."""

    gains: list[str] = field(default_factory=list)
    gain_values: list[Any] = field(default_factory=list)
    fits: list[str] = field(default_factory=list)
    fit_values: list[Any] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    where_values: list[Any] = field(default_factory=list)


def find(
    query: str,
    *,
    kinds: Collection[str],
    language: str = "",
    market: str = "",
    sector: str = "",
    topic: str = "",
    on: date | None = None,
    most: int = 10,
) -> tuple[Hit, ...]:
    """Return the documents of these kinds that answer a query, best first; without words, the newest.

    Those that answer all words come first, then those that answer most; words that had to be misspelt count less.
    A document of another market or sector is left out, one for any is not. Among those that answer as many words,
    documents of another topic come after, then documents in another language. ``on`` leaves out what expired before.
    """
    most = max(0, min(most, MOST))
    if not kinds or not most:
        return ()
    clauses = _clauses(kinds, language, market, sector, topic, on)
    if not words.clean(query).strip():
        ranked = [(entry, 0) for entry in _newest(clauses, most)]
        return _hits(ranked, frozenset())
    answers = asking.answers(asking.wanted(query))
    ranked = _ranked(answers, clauses, most) if answers else []
    return _hits(ranked, frozenset(one.word for one in answers))


def _clauses(kinds: Collection[str], language: str, market: str, sector: str, topic: str, on: date | None) -> _Clauses:
    made = _Clauses()
    some = sorted({words.clean(kind) for kind in kinds})
    made.where.append(f"e.kind IN ({', '.join(['%s'] * len(some))})")
    made.where_values += some
    for column, asked in (("market", market), ("sector", sector)):
        if asked := words.clean(asked):
            made.where.append(f"e.{column} IN (%s, '')")
            made.where_values.append(asked)
    if on is not None:
        made.where.append("(e.expires IS NULL OR e.expires >= %s)")
        made.where_values.append(on)
    for column, asked in (("market", market), ("sector", sector), ("topic", topic)):
        if asked := words.clean(asked):
            made.gains.append(f"CASE WHEN e.{column} = %s THEN {_OWN} ELSE 0 END")
            made.gain_values.append(asked)
    for column, asked in (("topic", topic), ("language", language)):
        if asked := words.clean(asked):
            made.fits.append(f"CASE WHEN e.{column} IN (%s, '') THEN 1 ELSE 0 END DESC")
            made.fit_values.append(asked)
    return made


def _newest(clauses: _Clauses, most: int) -> list[int]:
    order = ", ".join([*clauses.fits, "e.id DESC"])
    statement = f"SELECT e.id FROM {_ENTRY} e WHERE {' AND '.join(clauses.where)} ORDER BY {order} LIMIT {most}"
    return [row[0] for row in _rows(statement, [*clauses.where_values, *clauses.fit_values])]


def _ranked(answers: Sequence[asking.Answer], clauses: _Clauses, most: int) -> list[tuple[int, int]]:
    """Return the entries that answer best, with their scores.

    A word that an entry answers in several ways counts once, at its best. Sixteen for a word answered and one more
    for a sure one: twelve sure ones never outweigh one word more.
    """
    asked = ", ".join(f"(%s, {one.wanted}, {one.factor}, {16 + one.sure})" for one in answers)
    gain = " + ".join(["100", *clauses.gains])
    order = ", ".join(["s.told DESC", *clauses.fits, "score DESC", "e.id DESC"])
    statement = f"""
        WITH asked (word, wanted, factor, told) AS (VALUES {asked}),
        matched AS (
            SELECT o.entry_id, a.wanted, MAX(o.weight * a.factor) AS best, MAX(a.told) AS told
            FROM asked a JOIN {_OCCURRENCE} o ON o.word = a.word
            GROUP BY o.entry_id, a.wanted
        ),
        summed AS (SELECT entry_id, SUM(best) AS best, SUM(told) AS told FROM matched GROUP BY entry_id)
        SELECT e.id, s.best * ({gain}) AS score
        FROM summed s JOIN {_ENTRY} e ON e.id = s.entry_id
        WHERE {" AND ".join(clauses.where)}
        ORDER BY {order}
        LIMIT {most}
    """
    values = [one.word for one in answers]
    return _rows(statement, [*values, *clauses.gain_values, *clauses.where_values, *clauses.fit_values])


def _rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _hits(ranked: Sequence[tuple[int, int]], hit: frozenset[str]) -> tuple[Hit, ...]:
    """Return the hits with their texts, in the order given."""
    found = SearchText.objects.select_related("entry").in_bulk([entry for entry, _ in ranked])
    return tuple(
        Hit(
            found[entry].entry.kind,
            found[entry].entry.key,
            score / 1_000_000,
            found[entry].title,
            snippet(found[entry].text, hit),
        )
        for entry, score in ranked
        if entry in found
    )
