"""``portulan data pull NAME``: from the name of a source to its file on this machine.

`pull` is what the command line calls. The papers come from `passports`, the place from `store`, the bytes from
`transfer`; here a name becomes an order, the user is told what it costs, and sees it come.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TaskID, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.progress import Progress as RichProgress

from portulan.atlas.errors import UnknownCodeError
from portulan.atlas.sources import passports, store
from portulan.atlas.sources.passports import SourcePassport
from portulan.atlas.sources.store import FetchError, Part, Receipt
from portulan.atlas.sources.terms import Limits, Order, Progress, Tools
from portulan.atlas.sources.transfer import download

__all__ = ["FetchError", "Limits", "Order", "Receipt", "Tools", "default_tools", "download", "order_for", "pull"]

LINE_EVERY = 50_000_000  # bytes between two plain lines


def pull(
    name: str,
    *,
    vintage: str | None = None,
    yes: bool = False,
    to: Path | None = None,
    url: str | None = None,
    sha256: str | None = None,
    console: Console | None = None,
    tools: Tools | None = None,
) -> Path:
    """Bring the file of a source here and return where it is.

    Args:
        name: a source (``baci``), or one of its editions (``baci=HS92``).
        vintage: another vintage than the one of the passport.
        yes: do not ask before a large download.
        to: a file or an existing folder to write to, instead of the data folder (`store.data_home`).
        url: another address than the one of the passport (a mirror).
        sha256: the hash the file must have.
        console: where to tell what happens; errors go nowhere but in the exception.
        tools: clock, progress, consent, limits (tests give their own).

    Raises:
        FetchError: why it could not be done and what to do; the old copy is untouched.
        UnknownCodeError: no such source or edition.
        KeyboardInterrupt: after saying what is kept.
    """
    console = console or Console(stderr=True)
    order = order_for(name, vintage=vintage, to=to, url=url, sha256=sha256)
    tools = tools or default_tools(order, console=console, yes=yes)
    console.print(f"{order.source}: {order.url}", highlight=False, markup=False, soft_wrap=True)
    before = store.read_receipt(order.receipt)
    try:
        receipt = download(order, tools)
    except KeyboardInterrupt:
        console.print(_stopped(order), highlight=False, markup=False, soft_wrap=True)
        raise
    state = "is already the newest" if receipt == before else f"{_bytes(receipt.length)}, SHA-256 {receipt.sha256}"
    console.print(f"{order.target}: {state}", highlight=False, markup=False, soft_wrap=True)
    return order.target


def _stopped(order: Order) -> str:
    part = Part(order.target)
    note, have = part.begun(order.url, vouched=order.sha256 is not None)
    if note is None:
        return "Stopped. Nothing was replaced; run the same command again to start over."
    return f"Stopped. {_bytes(have)} kept in {part.path}; run the same command again to go on."


def order_for(
    name: str,
    *,
    vintage: str | None = None,
    to: Path | None = None,
    url: str | None = None,
    sha256: str | None = None,
    root: Path = passports.HERE,
) -> Order:
    """Return what to pull for a name: address, place, and what is known of the file beforehand.

    Raises:
        FetchError: the source cannot be pulled, or what is asked contradicts its passport.
        UnknownCodeError: no such source or edition.
    """
    source, _, wanted = name.partition("=")
    papers = passports.passport(source, root)
    edition = _edition(papers, wanted)
    chosen = _vintage(papers, vintage, url)
    if not url and not papers.pullable:
        page = papers.url(chosen, edition) or papers.homepage
        raise FetchError(f"{source} is not a file to pull", todo=papers.by_hand_en or f"see {page} for how to have it")
    address = url or papers.url(chosen, edition)
    file = _file_name(papers, chosen, edition, url)
    place = store.folder(source, chosen, edition)
    target, receipt = place / file, place / "receipt.json"
    if to is not None:
        target = to / file if to.is_dir() else to
        receipt = target.with_name(f"{target.name}.receipt.json")
        if target.exists() and not receipt.exists() and not Part(target).sidecar.exists():
            raise FetchError(f"{target} exists and was not pulled by Portulan", todo="move it away or choose another")
    return Order(
        source=source,
        url=address,
        target=target.absolute(),
        receipt=receipt.absolute(),
        homepage=papers.homepage,
        sha256=_hash(sha256) or papers.expected_sha256(chosen, edition),
        expected=papers.size(edition),
    )


def default_tools(order: Order, *, console: Console, yes: bool) -> Tools:
    """Return the tools of a real pull: bar or lines, a question or none, the real clock and disk."""
    progress: Progress = _Bar(console) if console.is_terminal else _Lines(console)
    tools = Tools(free=lambda place: shutil.disk_usage(place).free, progress=progress)
    if yes:
        return tools
    interactive = console.is_terminal and sys.stdin is not None and sys.stdin.isatty()
    answer = _question(console) if interactive else None
    return replace(tools, consent=consent_by(order, answer, tools.free))


def consent_by(
    order: Order, answer: Callable[[str], bool] | None, free: Callable[[Path], int]
) -> Callable[[int | None], None]:
    """Return what asks before a large download; ``answer`` is None where nobody is there to answer."""

    def consent(remaining: int | None) -> None:
        room = _bytes(free(order.target.parent))
        size = _bytes(remaining) if remaining is not None else "more than 50 MB (the server does not say how much)"
        cost = f"This downloads {size} to {order.target} ({room} free on that disk)"
        if answer is None:
            raise FetchError(f"{cost}, and nobody is here to agree", todo="run it again with --yes")
        if not answer(f"{cost}. Go on?"):
            raise FetchError("not downloaded, as you chose", todo="run it again when you want it")

    return consent


def _question(console: Console) -> Callable[[str], bool]:
    def ask(text: str) -> bool:
        try:
            reply = console.input(f"{text} [y/N] ", markup=False)
        except EOFError:
            return False
        return reply.strip().lower() in {"y", "yes", "o", "oui"}

    return ask


def _edition(papers: SourcePassport, wanted: str) -> str:
    if not wanted:
        return papers.edition
    if not papers.editions:
        raise UnknownCodeError("edition", wanted, todo=f"{papers.name} has no editions: ask for {papers.name} alone")
    for edition in papers.editions:
        if edition.lower() == wanted.lower():
            return edition
    raise UnknownCodeError("edition", wanted, todo=f"editions of {papers.name}: {', '.join(papers.editions)}")


def _vintage(papers: SourcePassport, vintage: str | None, url: str | None) -> str:
    if vintage is None or vintage == papers.vintage:
        return papers.vintage
    if not passports.is_word(vintage):
        raise FetchError(f"{vintage!r} is no vintage", todo=f"write it as the producer does, like {papers.vintage}")
    if url is None and "{vintage}" not in papers.download_url:
        raise FetchError(
            f"{papers.name} publishes one current file, not one a vintage",
            todo="leave --vintage out, or give the address of that vintage with --url",
        )
    return vintage


def _file_name(papers: SourcePassport, vintage: str, edition: str, url: str | None) -> str:
    # A mirror may hold another kind of file (.csv for .zip): its own name then says which.
    last = urlsplit(url or "").path.rsplit("/", 1)[-1]
    return last if passports.is_word(last) and Path(last).suffix else papers.file(vintage, edition)


def _hash(text: str | None) -> str | None:
    if text is None:
        return None
    digest = text.strip().lower().removeprefix("sha256:")
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise FetchError(f"{text!r} is no SHA-256", todo="give its 64 hexadecimal digits")
    return digest


def _bytes(size: int) -> str:
    for unit, step in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size} bytes"


@dataclass
class _Lines:
    """Progress where nobody watches: one line now and then."""

    console: Console
    have: int = 0
    total: int | None = None
    told: int = 0

    def begin(self, have: int, total: int | None) -> None:
        self.have, self.total, self.told = have, total, have
        if have:
            self.say(f"going on after {_bytes(have)}")

    def advance(self, count: int) -> None:
        self.have += count
        step = max(LINE_EVERY, (self.total or 0) // 10)
        if self.have - self.told >= step:
            self.told = self.have
            of = f" of {_bytes(self.total)} ({100 * self.have // self.total} %)" if self.total else ""
            self.say(f"{_bytes(self.have)}{of}")

    def say(self, text: str) -> None:
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def end(self) -> None:
        pass


class _Bar:
    """Progress for eyes: a bar, the speed, the time left."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.bar: RichProgress | None = None
        self.task = TaskID(0)

    def begin(self, have: int, total: int | None) -> None:
        self.end()
        self.bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=self.console,
        )
        self.task = self.bar.add_task("download", total=total, completed=have)
        self.bar.start()

    def advance(self, count: int) -> None:
        if self.bar:
            self.bar.advance(self.task, count)

    def say(self, text: str) -> None:
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def end(self) -> None:
        if self.bar:
            self.bar.stop()
            self.bar = None
