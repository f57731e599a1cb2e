"""The portal under load: pages new and asked again, what travels, what a reader sees, what is published.

The server is `portulan serve` as a user starts it, on loopback; the reference is a bare view of Django behind the same
gunicorn, asked by the same client.
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.processes import ROOT, FailedRunError, environment, run, task
from benchmarks.table import Limit, Observation

BARE = "a bare view of Django, same server and client"
BARE_SERVER = (
    *(sys.executable, "-m", "gunicorn", "-w", "2", "-k", "gthread", "--threads", "8"),
    *("-b", "127.0.0.1:PORT", "benchmarks.bare:application"),
)
URLS = 500
ASKED = 3000
CLIENTS = 4
FIRST_VIEWS = ("/en/", "/en/map/", "/en/markets/JPN/", "/en/markets/JPN/book/", "/en/sectors/book/")
LIMITS = (
    Limit("page_cold", "page not asked before, middle of 500", "ms", 40, reference=BARE, strict=True),
    Limit("page_cold_p95", "page not asked before, 95 of 100", "ms", 100, reference=BARE, strict=True),
    Limit("page_warm", "page asked again, 80/20 mix of the 500", "ms", 4, "ratio", BARE),
    Limit("page_wire", "first view over the wire, the heaviest page", "kB", 150, strict=True),
    Limit("page_lcp", "largest paint, processor 4 times slower, worst page", "s", 1.2, strict=True),
    Limit("page_cls", "layout shift, worst page", "shift", 0),
    Limit("brief", "brief of a market and sector", "s", 2, strict=True),
    Limit("publish", "static publication, a page", "ms", 1000 / 150),
)


MARKETS = """
BEL CHE CAN ITA POL AUT PRT JPN KOR CHN BRA MAR TUN SEN CIV CMR LUX ROU GRC SWE NOR DNK FIN IRL
CZE HUN TUR MEX ARG CHL COL AUS NZL ZAF EGY LBN ISR IND VNM THA SGP IDN USA GBR DEU ESP NLD KEN
NGA ARE SAU QAT UKR PER
"""


def pages(seed: int = 3) -> list[str]:
    """Return 500 addresses: the explorer, markets, markets x sectors; one in five for another exporter than France."""
    sectors = ("book", "press", "music", "visual_arts", "crafts", "fashion", "heritage", "advertising", "all", "design")
    by = ("imports_from", "imports_world", "share", "potential_static", "unrealised_static", "ease", "distance_km")
    draw = random.Random(seed)
    explorer = [f"/en/map/?sector={sector}&by={one}" for sector, one in product(sectors, by)]
    market = [f"/{language}/markets/{code}/" for code, language in product(MARKETS.split(), ("en", "fr"))]
    cell = [f"/en/markets/{code}/{sector}/" for code, sector in product(MARKETS.split(), sectors[:-2])]
    chosen = draw.sample(explorer, 65) + draw.sample(market, 105) + draw.sample(cell, 330)
    others = ("GHA", "BGD", "PAK", "HRV", "SVN")  # none of them among the markets above
    for place in draw.sample(range(len(chosen)), URLS // 5):
        chosen[place] += f"{'&' if '?' in chosen[place] else '?'}exporter={draw.choice(others)}"
    draw.shuffle(chosen)
    return list(dict.fromkeys(chosen))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(command: Sequence[str | Path], home: Path, **more: str) -> Iterator[int]:
    """Start a server on a free port, give the port once it answers, stop it."""
    port = _free_port()
    words = [str(word).replace("PORT", str(port)) for word in command]
    told = (home.with_suffix(".log")).open("w")
    server = subprocess.Popen(
        words, cwd=ROOT, env={**environment(), "PORTULAN_HOME": str(home), **more}, stdout=told, stderr=told
    )
    try:
        for _ in range(600):
            if server.poll() is not None:
                raise FailedRunError(f"the server stopped: {home.with_suffix('.log').read_text()[-300:]}")
            try:
                _ask(port, "/health/")
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)
        told.close()


def _ask(port: int, path: str) -> tuple[int, int]:
    """Ask as a browser does (gzip), on a connection of its own as the server wants it; return status and bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n".encode()
        )
        size, head = 0, b""
        while got := line.recv(1 << 16):
            if not size:
                head = got[:64]
            size += len(got)
    return int(head.split(b" ", 2)[1]), size


def _asked_once(port: int, paths: Sequence[str]) -> list[float]:
    """Ask each page once, one after another; return milliseconds."""
    times = []
    for path in paths:
        start = time.perf_counter()
        status, _ = _ask(port, path)
        times.append(1000 * (time.perf_counter() - start))
        if status != 200:
            raise FailedRunError(f"{path} answers {status}")
    return times


def _asked_together(port: int, paths: Sequence[str]) -> float:
    """Ask all pages from several clients at once; return milliseconds a page."""
    parts = [paths[start::CLIENTS] for start in range(CLIENTS)]
    threads = [threading.Thread(target=_asked_once, args=(port, part)) for part in parts]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 1000 * (time.perf_counter() - start) / len(paths)


def _mix(paths: Sequence[str], seed: int = 4) -> list[str]:
    """Return the requests of readers: four in five go to one page in five."""
    draw = random.Random(seed)
    often, seldom = paths[: len(paths) // 5], paths[len(paths) // 5 :]
    return [draw.choice(often) if draw.random() < 0.8 else draw.choice(seldom) for _ in range(ASKED)]


def measure(release: Path, folder: Path) -> dict[str, Observation | str]:
    """Measure every limit of the portal on one release."""
    folder.mkdir()
    chosen = pages()
    serve = [sys.executable, "-m", "portulan", "serve", "--port", "PORT", "--release", release]
    seen: dict[str, Observation | str] = {}
    with served(BARE_SERVER, folder / "bare") as port:
        _asked_together(port, ["/"] * 300)
        alone = median(_asked_once(port, ["/"] * 300))
        together = _asked_together(port, ["/"] * ASKED)
        with served(serve, folder / "site") as site:
            # The process is warm, no page of the five hundred is.
            _asked_once(site, ["/en/markets/ISL/", "/en/markets/ISL/press/", "/en/map/?sector=games"] * 4)
            times = _asked_once(site, chosen)
            p95 = quantiles(times, n=20)[-1]
            detail = f"{len(chosen)} addresses, one after another; slowest {max(times):.0f} ms"
            seen["page_cold"] = Observation(median(times), alone, detail)
            seen["page_cold_p95"] = Observation(p95, alone)
            for _ in range(4):  # both workers have made every page
                _asked_together(site, chosen)
            warm = _asked_together(site, _mix(chosen))
            rates = f"{1000 / warm:.0f} pages a second against {1000 / together:.0f} of the bare view"
            seen["page_warm"] = Observation(warm, together, rates)
            seen |= _vitals(site)
    seen |= _files(release, folder)
    return seen


def _vitals(port: int) -> dict[str, Observation | str]:
    try:
        said = task("vitals", port=port, paths=FIRST_VIEWS).said["pages"]
    except FailedRunError as error:
        return dict.fromkeys(("page_wire", "page_lcp", "page_cls"), str(error))
    heaviest = max(said, key=lambda one: one["kb"])
    slowest = max(said, key=lambda one: one["lcp"])
    paints = ", ".join(f"{one['path']} {one['lcp']:.2f} s" for one in said)
    return {
        "page_wire": Observation(heaviest["kb"], None, f"{heaviest['path']}, fonts, styles, scripts and map included"),
        "page_lcp": Observation(slowest["lcp"], None, f"median of {said[0]['times']} loads each: {paints}"),
        "page_cls": Observation(max(one["cls"] for one in said), None),
    }


def _files(release: Path, folder: Path) -> dict[str, Observation | str]:
    """Measure the brief and the publication: the whole command, then again where nothing changed."""
    out = folder / "brief.pdf"
    words: list[str | Path] = [sys.executable, "-m", "portulan", "brief", "JPN", "--sector", "book", "--out", out]
    brief = run([*words, "--release", release])
    publication = folder / "published"
    os.environ["PORTULAN_HOME"] = str(folder / "publisher")
    command: list[Any] = [sys.executable, "-m", "portulan", "publish", publication, "--release", release]
    first, again = run(command), run(command)
    count = int(first.output.split(" pages;", 1)[0].split()[-1])
    detail = (
        f"{count:,} pages in {first.seconds:.0f} s, start included ({count / first.seconds:.0f} a second); again, with "
        f"nothing changed: {again.seconds:.1f} s"
    )
    return {
        "brief": Observation(
            brief.seconds, None, f"the whole command, start included; {out.stat().st_size // 1000} kB"
        ),
        "publish": Observation(1000 * first.seconds / count, None, detail),
    }
