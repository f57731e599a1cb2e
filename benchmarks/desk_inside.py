"""What is done to the desk from inside, in a process of its own: made, copied to PostgreSQL, asked, counted."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from benchmarks.desk_load import pages_of

if TYPE_CHECKING:
    from django.db import models

Said = dict[str, Any]
OURS = "portulan_bench_"
"""How databases that were made for a measure are called, and no other."""
NEEDS = 60
"""Pages of needs that are asked for, for each of those signed in."""


def ready(home: str, url: str) -> None:
    """Make Django ready on the database of a home, or on that of an address."""
    os.environ["PORTULAN_HOME"] = home
    if url:
        os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portulan.desk.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def fill(home: str, release: str, *, quick: bool) -> Said:
    """Make the desk in the home's own database, with two people signed in."""
    os.environ["PORTULAN_RELEASE"] = release
    ready(home, "")
    from django.db import connection, transaction
    from django.utils import timezone

    from benchmarks.desk_data import Size, at_noon
    from benchmarks.desk_data import fill as fill_tables
    from portulan.desk.core import tending
    from portulan.desk.markets import services as markets

    markets.keep_reference()
    size = Size().tenth() if quick else Size()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA cache_size=-200000")
    start = time.perf_counter()
    with transaction.atomic():
        rows = fill_tables(size, at_noon(timezone.now()))
    seconds = time.perf_counter() - start
    tending.refresh_statistics()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {"seconds": seconds, "rows": rows, "readers": _readers()}


def _readers() -> list[Said]:
    """Sign in whoever has the most to do in a post, and somebody of the coordination desk; say what they may open."""
    from django.utils import timezone

    from portulan.desk.enquiries import selectors
    from portulan.desk.enquiries.rights import reach_of
    from portulan.desk.enquiries.selectors import View
    from portulan.desk.network.models import Designation
    from portulan.desk.people.actors import Actor, Power
    from portulan.desk.people.models import Grant

    busiest = Designation.objects.order_by("post", "pk").first()
    granted = Grant.objects.order_by("pk").first()
    assert busiest is not None and granted is not None
    found = []
    for name, person, powers in (
        ("correspondent", busiest.person, frozenset[Power]()),
        ("coordination", granted.person, frozenset({Power.COORDINATION})),
    ):
        reach = reach_of(Actor(person.pk, powers), timezone.localdate())
        needs = [need.pk for view in (View.POST, View.CLOSED, View.LATE) for need in selectors.inbox(reach, view).needs]
        views = [view.value for view in selectors.views_of(reach)]
        after = selectors.inbox(reach, View.CLOSED).next
        found.append(
            {"name": name, "session": _session(person.pk), "needs": needs[:NEEDS], "views": views, "after": after}
        )
    return found


def _session(person: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from portulan.desk.people.models import Account

    account = Account.objects.get(person=person)
    store = SessionStore()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store.save()
    return str(store.session_key)


# -- PostgreSQL ---------------------------------------------------------------


def copy(home: str, url: str) -> Said:
    """Copy every row of a home's SQLite database to a database of PostgreSQL that was made for this."""
    ready(home, url)
    import sqlite3
    from contextlib import closing

    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection, transaction

    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    tables = {model._meta.db_table: model for model in models}
    start = time.perf_counter()
    with (
        closing(sqlite3.connect(Path(home) / "portulan.sqlite3")) as source,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET TIME ZONE 'UTC'")
        quoted = ", ".join(f'"{table}"' for table in tables)
        cursor.execute(f"TRUNCATE {quoted}")
        for table in _in_order(tables):
            _copy_table(source, cursor, table)
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the server does by itself within minutes
    return {"seconds": time.perf_counter() - start}


def _in_order(tables: dict[str, type[models.Model]]) -> list[str]:
    """Return the tables so that each comes after those it points at."""
    left, done = dict(tables), []
    while left:
        free = [table for table, model in left.items() if not (_pointed_at(model) & set(left)) - {table}]
        for table in free:
            done.append(table)
            del left[table]
    return done


def _pointed_at(model: type[models.Model]) -> set[str]:
    return {field.related_model._meta.db_table for field in model._meta.fields if field.related_model}


def _copy_table(source: Any, cursor: Any, table: str) -> None:
    rows = source.execute(f'SELECT * FROM "{table}"')
    columns = ", ".join(f'"{column[0]}"' for column in rows.description)
    with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as out:
        for row in rows:
            # As text, for PostgreSQL reads 1 as true, digits as UUID, and text as JSON.
            out.write_row([None if value is None else str(value) for value in row])


def database(url: str, *, make: bool) -> Said:
    """Make a database on a server for this alone, or take such a one away; give its address, or that of the server."""
    import psycopg

    parts = urlsplit(url)
    if make:
        name = f"{OURS}{os.getpid()}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return {"url": parts._replace(path=f"/{name}").geturl()}
    name = parts.path.removeprefix("/")
    if not name.startswith(OURS):
        raise SystemExit(f"the database {name} was not made here: it stays")
    with psycopg.connect(url.replace(parts.path, "/postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    return {}


# -- asked --------------------------------------------------------------------


def look(home: str, release: str, url: str, readers: Sequence[Said], times: int) -> Said:
    """Count the queries of each page, and time the routing of one question, beside reading one row."""
    os.environ["PORTULAN_RELEASE"] = release
    ready(home, url)
    from portulan.desk.network.models import Post

    routes = _questions(times)
    first = Post.objects.order_by("pk").values_list("pk", flat=True)[0]
    row = lambda: Post.objects.get(pk=first)  # noqa: E731 - a question in one line
    row(), routes[0]()
    pairs = [(_milliseconds(route), _milliseconds(row)) for route in routes]
    return {
        "queries": _queries(readers),
        "route": median(mine for mine, _ in pairs),
        "slowest": max(mine for mine, _ in pairs),
        "row": median(other for _, other in pairs),
    }


def _questions(times: int) -> list[Callable[[], object]]:
    """Return questions to route: for the busiest posts, for others, for each sector in turn."""
    from functools import partial

    from django.utils import timezone

    from portulan.desk.core.models import Sector
    from portulan.desk.enquiries import matching
    from portulan.desk.enquiries.routing import Question
    from portulan.desk.network.models import Post

    seats = list(Post.objects.order_by("pk").values_list("seat_id", flat=True))
    sectors = list(Sector.objects.values_list("pk", flat=True))
    today = timezone.localdate()
    return [
        partial(
            matching.find,
            Question(seats[number * number % len(seats)], sectors[number % len(sectors)], "partners", "fr"),
            today,
        )
        for number in range(times)
    ]


def _milliseconds(ask: Callable[[], object]) -> float:
    start = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - start)


def _queries(readers: Sequence[Said]) -> dict[str, int]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    found = {}
    for reader in readers:
        browser = Client(SERVER_NAME="localhost", HTTP_COOKIE=f"sessionid={reader['session']}")
        for path in pages_of(reader)[:40]:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                answer = browser.get(path)
            if answer.status_code != 200:
                raise SystemExit(f"{path} answers {answer.status_code}")
            found[f"{reader['name']} {path}"] = len(asked)
    return found


def count(home: str, url: str) -> Said:
    """Count the enquiries, the needs without anybody asked, and the messages."""
    ready(home, url)
    from portulan.desk.enquiries.models import Enquiry, Match, Need

    return {
        "enquiries": Enquiry.objects.count(),
        "alone": Need.objects.exclude(pk__in=Match.objects.filter(current=True).values("need")).count(),
        "last": Enquiry.objects.filter(text__startswith="From the benchmark").count(),
    }
