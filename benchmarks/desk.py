"""The desk under load, on SQLite and on PostgreSQL: its pages, what comes in, who is asked, and how many queries.

The server is `portulan serve` as a user starts it, on loopback, with a desk of six years (`desk_data`); the reference
is a bare view of Django behind the same server, asked by the same client at the same rate.
"""

from __future__ import annotations

import os
import random
import sys
import uuid
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.desk_load import Answered, Request, form_token, pages_of, steadily
from benchmarks.portal import BARE, BARE_SERVER, served
from benchmarks.processes import FailedRunError, task
from benchmarks.table import Limit, Observation

Seen = dict[str, Observation | str]
ENGINES = ("SQLite", "PostgreSQL")
A_SECOND, SECONDS, QUICK_SECONDS = 20, 60, 10
ASKED_A_SECOND = 50
ROUTED = 200
NO_SERVER = "no server was given: run it as `.ci/with-postgres make bench`, or set DATABASE_URL"
ONE_ROW = "one row read by its key"
_LIMITS = (
    ("inbox", "inbox, 95 of 100 at 20 a second", "ms", 150, BARE, True),
    ("need", "page of a need, 95 of 100 at 20 a second", "ms", 150, BARE, True),
    ("intake", "question sent by the form, 95 of 100 at 50 a second", "ms", 500, BARE, True),
    ("lost", "questions lost of those sent", "rows", 0, "", False),
    ("route", "who is asked, middle of 200 questions", "ms", 5, ONE_ROW, True),
    ("queries", "queries of a page, the most", "queries", 12, "", False),
)
LIMITS = tuple(
    Limit(f"desk_{key}_{engine.lower()}", f"{engine}: {what}", unit, limit, "measure", reference, strict)  # type: ignore[arg-type]
    for engine in ENGINES
    for key, what, unit, limit, reference, strict in _LIMITS
)


def measure(release: Path, folder: Path, *, quick: bool, postgres: str) -> Seen:
    """Measure every limit; those of PostgreSQL where the address of a server is given."""
    home = folder / "desk"
    home.mkdir(parents=True)
    secret = {"PORTULAN_SECRET_KEY": "of the benchmark alone", "PORTULAN_DEMO": "0"}
    with _told(secret):
        made = task("desk_fill", home=home, release=release, quick=quick).said
        note = (
            f"{made['rows']['Enquiry']:,} questions, {made['rows']['Event']:,} events, made in {made['seconds']:.0f} s"
        )
        try:
            if not postgres:
                seen: Seen = {limit.key: NO_SERVER for limit in LIMITS if limit.key.endswith("postgresql")}
            else:
                seen = _on_postgres(release, home, made["readers"], note, quick=quick, server=postgres)
        except FailedRunError as error:
            seen = {limit.key: str(error) for limit in LIMITS if limit.key.endswith("postgresql")}
        return seen | _of_engine("sqlite", release, home, made["readers"], note, quick=quick, url="")


def _on_postgres(release: Path, home: Path, readers: Any, note: str, *, quick: bool, server: str) -> Seen:
    url = task("desk_database", url=server, make=True).said["url"]
    try:
        task("desk_copy", home=home, url=url)
        return _of_engine("postgresql", release, home, readers, note, quick=quick, url=url)
    finally:
        task("desk_database", url=url, make=False)


def _of_engine(
    engine: str, release: Path, home: Path, readers: Sequence[Mapping[str, Any]], note: str, *, quick: bool, url: str
) -> Seen:
    seconds = QUICK_SECONDS if quick else SECONDS
    said = task("desk_look", home=home, release=release, url=url, readers=readers, times=ROUTED).said
    worst = max(said["queries"], key=lambda page: said["queries"][page])
    seen: Seen = {
        "route": Observation(said["route"], said["row"], f"slowest {said['slowest']:.1f} ms"),
        "queries": Observation(said["queries"][worst], None, f"{worst}; {len(said['queries'])} pages looked at"),
    }
    with served(BARE_SERVER, home.parent / f"bare-{engine}") as bare:
        seen |= _pages(bare, release, home, readers, seconds, url, note)
        seen |= _intake(bare, release, home, seconds, url)
    return {f"desk_{key}_{engine}": what for key, what in seen.items()}


def _pages(
    bare: int, release: Path, home: Path, readers: Sequence[Mapping[str, Any]], seconds: int, url: str, note: str
) -> Seen:
    """Ask for pages, signed in, one kind after another as they come."""
    mixed = _mixed(readers, A_SECOND * seconds)
    with served(_serve(release), home, **_address(url)) as port:
        steadily(port, mixed[: 4 * A_SECOND], A_SECOND)  # each worker has read its modules and its templates
        done = steadily(port, mixed, A_SECOND)
    alone = steadily(bare, [Request("bare", "/", {})] * (A_SECOND * QUICK_SECONDS), A_SECOND)
    reference = _p95(alone)
    seen: Seen = {}
    for kind in ("inbox", "need"):
        mine = [one for one in done if one.kind == kind]
        if wrong := [one for one in mine if not one.right]:
            raise FailedRunError(f"{wrong[0].path} answers {wrong[0].status}; {len(wrong)} of {len(mine)} like it")
        times = [one.milliseconds for one in mine]
        detail = f"{len(mine)} requests, {_spread(times, alone)}"
        if kind == "inbox":
            detail += f"; slowest views: {_slowest(mine)}; {note}"
        seen[kind] = Observation(_p95(mine), reference, detail)
    return seen


def _mixed(readers: Sequence[Mapping[str, Any]], count: int, seed: int = 5) -> list[Request]:
    """Return what colleagues open: inbox and needs in turns, each view and each reader as often."""
    draw = random.Random(seed)
    made = []
    for place in range(count):
        reader = readers[place // 2 % len(readers)]
        headers = {"Cookie": f"sessionid={reader['session']}", "Accept-Encoding": "gzip"}
        if place % 2:
            made.append(Request("need", f"/en/desk/questions/{draw.choice(reader['needs'])}/", headers))
        else:
            inboxes = [path for path in pages_of(reader) if "/questions/" not in path]
            made.append(Request("inbox", draw.choice(inboxes), headers))
    return made


def _intake(bare: int, release: Path, home: Path, seconds: int, url: str) -> Seen:
    """Send questions by the public form, each from an address of its own, and count the rows that are there after."""
    before = task("desk_count", home=home, url=url).said
    # As behind a proxy: it says who asks, and each reader has a budget of their own.
    with served(_serve(release), home, PORTULAN_HTTPS="1", **_address(url)) as port:
        told = {"X-Forwarded-Proto": "https", "Referer": "https://localhost/en/ask/"}
        cookie, token = form_token(port, "/en/ask/?market=JPN&sector=book&topic=market", told)
        headers = {**told, "Cookie": f"csrftoken={cookie}"}
        sent = [_question(number, headers, token) for number in range(ASKED_A_SECOND * seconds)]
        steadily(port, [Request("form", "/en/ask/", told)] * A_SECOND, A_SECOND)
        done = steadily(port, sent, ASKED_A_SECOND)
    after = task("desk_count", home=home, url=url).said
    alone = steadily(bare, [Request("bare", "/", {})] * (ASKED_A_SECOND * QUICK_SECONDS), ASKED_A_SECOND)
    times = [one.milliseconds for one in done]
    taken = sum(one.right for one in done)
    refused = sorted({one.status for one in done if not one.right})
    detail = f"{len(sent)} sent, {taken} answered with the page of the one who asks"
    if refused:
        detail += f", others with {', '.join(map(str, refused))}"
    lost = len(sent) - (after["enquiries"] - before["enquiries"]) + after["alone"] - before["alone"]
    return {
        "intake": Observation(_p95(done), _p95(alone), _spread(times, alone)),
        "lost": Observation(lost, None, detail),
    }


def _question(number: int, headers: Mapping[str, str], token: str) -> Request:
    markets, sectors = ("JPN", "BRA", "DEU", "MAR", "KOR"), ("book", "music", "games", "press")
    form = {
        "csrfmiddlewaretoken": token, "nonce": str(uuid.UUID(int=number)), "market": markets[number % len(markets)],
        "sector": sectors[number % len(sectors)], "topic": "partners", "name": "Bench Exemple", "website": "",
        "email": f"bench{number}@example.net", "organisation": "Bench", "asking": "company",
        "text": f"From the benchmark, question {number}: who could show our work there next season?",
    }  # fmt: skip
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return Request("ask", "/en/ask/", {**headers, "X-Forwarded-For": address}, form, expected=303)


def _serve(release: Path) -> list[str | Path]:
    return [sys.executable, "-m", "portulan", "serve", "--port", "PORT", "--release", release]


def _address(url: str) -> dict[str, str]:
    return {"DATABASE_URL": url} if url else {}


def _p95(done: Sequence[Answered]) -> float:
    return quantiles((one.milliseconds for one in done), n=20)[-1]


def _spread(times: Sequence[float], alone: Sequence[Answered]) -> str:
    bare = median(one.milliseconds for one in alone)
    return f"middle {median(times):.0f} ms ({bare:.1f} ms), slowest {max(times):.0f} ms"


def _slowest(done: Sequence[Answered]) -> str:
    by_path: dict[str, list[float]] = {}
    for one in done:
        by_path.setdefault(one.path, []).append(one.milliseconds)
    worst = sorted(by_path, key=lambda path: -median(by_path[path]))[:3]
    return ", ".join(f"{path} {median(by_path[path]):.0f} ms" for path in worst)


@contextmanager
def _told(words: Mapping[str, str]) -> Any:
    """Tell every process started within."""
    before = {name: os.environ.get(name) for name in words}
    os.environ.update(words)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
