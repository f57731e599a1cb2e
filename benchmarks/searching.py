"""The search of what the desk writes, on made-up answer cards: on SQLite, and on a PostgreSQL started for it alone.

The reference is the database's own full text at its quickest (FTS5 of SQLite, ten best by its BM25): one word or two as
they stand, nothing forgiven, nothing left out, no text shown.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.processes import ROOT, FailedRunError, Run, run, task
from benchmarks.table import Limit, Observation

CARDS, QUICK_CARDS = 20_000, 2_000
BARE = "FTS5 of SQLite, the same words as they stand"
ON = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
LIMITS = tuple(
    Limit(f"search_{vendor}", f"search of answer cards on {name}, 95 of 100", "ms", 100, reference=BARE, strict=True)
    for vendor, name in ON.items()
)


def measure(folder: Path, quick: bool) -> dict[str, Observation | str]:
    """Measure the search on both databases; one that cannot be started says why."""
    cards = QUICK_CARDS if quick else CARDS
    seen: dict[str, Observation | str] = {}
    own = task("searched", home=folder, cards=cards, vendor="sqlite").said
    for vendor in ON:
        try:
            said = own if vendor == "sqlite" else _on_postgresql(folder, cards).said
        except FailedRunError as error:
            seen["search_postgresql"] = str(error)
            continue
        sorts = ", ".join(f"{name} {middle:.3g} and {p95:.3g}" for name, (middle, p95) in said["sorts"].items())
        detail = (
            f"{cards:,} cards of about 150 words, {said['words']:,} different ones; {said['queries']} queries, middle "
            f"{said['middle']:.3g} ms, {said['cpu']:.3g} ms of this processor; middle and 95 of 100 by sort: {sorts}. "
            f"A card put in {said['put']:.3g} ms"
        )
        seen[f"search_{vendor}"] = Observation(said["p95"], own["bare_p95"], detail)
    return seen


def _on_postgresql(folder: Path, cards: int) -> Run:
    """Run the task with a server that lives as long as it does: never on a database that somebody uses."""
    words = ["env", "-u", "DATABASE_URL", ROOT / ".ci" / "with-postgres", sys.executable, "-m", "benchmarks.tasks"]
    done = run([*words, "searched", json.dumps({"home": str(folder), "cards": cards, "vendor": "postgresql"})])
    return replace(done, said=json.loads(done.output.splitlines()[-1]))


def searched(home: str, cards: int, vendor: str) -> dict[str, Any]:
    """Fill an index with cards and put queries of every sort to it; return milliseconds."""
    os.environ["PORTULAN_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "portulan.desk.config.settings"
    if vendor == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{Path(home) / 'search.sqlite3'}"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from portulan.desk.core.models import SearchWord

    if connection.vendor != vendor:
        raise SystemExit(f"the database is {connection.vendor}, not {vendor}")
    call_command("migrate", verbosity=0)
    _fill(cards)
    if vendor == "postgresql":
        # What its autovacuum does within minutes of such a load.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    said = {"words": SearchWord.objects.count(), **_asked()}
    return {**said, "bare_p95": _bare()} if vendor == "sqlite" else said


def _fill(cards: int) -> None:
    from benchmarks import cards as made
    from portulan.desk.core.search import Document, writing

    held: list[Document] = []
    for place, (key, title, text) in enumerate(made.cards(cards)):
        language, market = ("fr", "en")[place % 2], ("", "", "JPN", "DEU")[place % 4]
        held.append(Document("card", key, language, title, text, market=market))
        if len(held) == 200:
            writing.put_all(held)
            held.clear()
    writing.put_all(held)


def _asked() -> dict[str, Any]:
    """Put each query twice: to all cards, and as a reader of one market does."""
    from benchmarks import cards as made
    from portulan.desk.core.search import Document, find, put

    ways: tuple[dict[str, str], ...] = ({}, {"market": "JPN", "language": "fr"})
    sorts = made.queries()
    find("warm", kinds=["card"])
    start = time.process_time()
    times = {
        sort: [_milliseconds(lambda q=one, w=way: find(q, kinds=["card"], **w)) for way in ways for one in queries]
        for sort, queries in sorts.items()
    }
    every = [one for some in times.values() for one in some]
    cpu = 1000 * (time.process_time() - start) / len(every)
    text = next(iter(made.cards(1)))[2]
    puts = [_milliseconds(lambda n=n: put(Document("card", f"new-{n}", "fr", f"Une {n}", text))) for n in range(20)]
    return {
        "queries": len(every),
        "middle": median(every),
        "p95": quantiles(every, n=20)[-1],
        "cpu": cpu,
        "sorts": {sort: (median(some), quantiles(some, n=20)[-1]) for sort, some in times.items()},
        "put": median(puts),
    }


def _bare() -> float:
    """Return the same of FTS5 on the same texts: the words of a query joined by OR, ten best."""
    from django.db import connection

    from benchmarks import cards as made

    with connection.cursor() as cursor:
        cursor.execute("CREATE VIRTUAL TABLE bare USING fts5(title, text, content='')")
        cursor.execute("INSERT INTO bare (rowid, title, text) SELECT entry_id, title, text FROM core_searchtext")
        statement = "SELECT rowid FROM bare WHERE bare MATCH %s ORDER BY rank LIMIT 10"
        times = [
            _milliseconds(lambda q=one: cursor.execute(statement, [" OR ".join(q.split())]).fetchall())
            for queries in made.queries().values()
            for one in queries
        ]
    return quantiles(times, n=20)[-1]


def _milliseconds(ask: Callable[[], object]) -> float:
    start = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - start)
