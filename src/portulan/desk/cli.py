"""The commands of the desk."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import socket
import sys
from datetime import date
from pathlib import Path
from typing import Any

from portulan.desk.core.incoming import cli as mail
from portulan.desk.enquiries.cli import add_parsers as add_extract
from portulan.desk.people.cli import add_parsers as add_people

SETTINGS = "portulan.desk.config.settings"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - an installer may choose it; nobody can open it as an address
THREADS = 8
"""Requests that one worker may have under way."""


class StartError(Exception):
    """The site cannot start; the text says why and what to do."""


def add_parsers(subparsers: Any) -> None:
    """Add the commands of the desk to `portulan`."""
    serve = subparsers.add_parser("serve", help="serve the site on this machine")
    serve.add_argument("--port", type=_port, default=None, help="port (default: the variable PORT, else 8000)")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--release", type=Path, default=None, help="atlas release to serve (default: the embedded one)")
    serve.add_argument("--workers", type=int, default=2, help="worker processes (default: 2)")
    serve.add_argument("--no-worker", action="store_true", help="send no mail and do no job here (see `work`)")
    serve.set_defaults(run=_serve)
    work = subparsers.add_parser("work", help="send mail and do jobs, without serving the site")
    work.set_defaults(run=_work)
    publish = subparsers.add_parser("publish", help="write the public atlas of one exporter as files")
    publish.add_argument("out", type=Path, help="folder to write; made where it is not there")
    publish.add_argument("--exporter", default="FRA", help="whose atlas (ISO3; default: FRA)")
    publish.add_argument("--live", default="", help="address of the live portal, for what files cannot answer")
    publish.add_argument("--at", default="", help="public address of these files; with it, robots get a list of pages")
    publish.add_argument("--release", type=Path, default=None, help="atlas release (default: the embedded one)")
    publish.add_argument("--market", action="append", default=[], help="only this market (ISO3); may be repeated")
    publish.add_argument("--sector", action="append", default=[], help="only this sector; may be repeated")
    publish.add_argument("--processes", type=int, default=2, help="processes at work (default: 2)")
    publish.set_defaults(run=_publish)
    kept = subparsers.add_parser("retention", help="erase what is known of persons and no longer needed")
    kept.add_argument("--dry-run", action="store_true", help="only say what would be erased")
    kept.set_defaults(run=_retention)
    _add_network(subparsers)
    invented = subparsers.add_parser("demo", help="add invented people and questions, or take them away")
    invented.add_argument("--remove", action="store_true", help="take all that is invented away")
    invented.set_defaults(run=_demo)
    add_people(subparsers, _with_database)
    add_extract(subparsers, _with_database)
    mail.add_parsers(subparsers)
    _add_search(subparsers)
    daily = subparsers.add_parser("daily", help="do what is due today: handovers, reminders")
    daily.add_argument("--on", type=_day, default=None, help="another day than today, as 2026-12-31")
    daily.set_defaults(run=_daily)
    manage = subparsers.add_parser("manage", help="run a management command of Django", add_help=False)
    manage.add_argument("arguments", nargs=argparse.REMAINDER)
    manage.set_defaults(run=_manage)


def _retention(arguments: argparse.Namespace) -> int:
    _with_database()
    from django.utils import timezone

    from portulan.desk.core import retention

    done = {one.rule.model: one.count for one in retention.apply(timezone.now(), dry_run=arguments.dry_run)}
    width = max(len(rule.model) for rule in retention.rules())
    for rule in retention.rules():
        said = f"{done[rule.model]:6d}" if rule.model in done else "     -"
        print(f"{rule.model:{width}}  {said}  {retention.FATES[rule.fate]}. {rule.keep}")
    print("Nothing was erased: this was a dry run" if arguments.dry_run else f"{sum(done.values())} records erased")
    return 0


def _add_network(subparsers: Any) -> None:
    """Add the commands of the network."""
    network = subparsers.add_parser("network", help="the posts and who answers in them")
    does = network.add_subparsers(title="commands", required=True)
    posts = does.add_parser("posts", help="add the posts of a table")
    posts.add_argument("table", type=Path, nargs="?", default=None, help="CSV file (default: the 37 of 2020-2022)")
    posts.set_defaults(run=_posts)


def _add_search(subparsers: Any) -> None:
    """Add the command of the search."""
    search = subparsers.add_parser("search", help="the search of what the desk writes")
    does = search.add_subparsers(title="commands", required=True)
    rebuild = does.add_parser("rebuild", help="make the index of the search again from what the rooms hold")
    rebuild.set_defaults(run=_rebuild)


def _rebuild(arguments: argparse.Namespace) -> int:
    _with_database()
    from portulan.desk.core import search

    if not search.kinds():
        print("No room has documents to be found yet")
    done = search.rebuild(_rebuild_progress)
    print(f"{done} documents are found")
    return 0


def _rebuild_progress(kind: str, done: int, total: int) -> None:
    """Print one bar for each kind that moves on a terminal, and one line a tenth elsewhere."""
    line = f"{kind}: {done} of {total} documents"
    if sys.stderr.isatty():
        filled = 30 * done // total
        ends = "\n" if done == total else ""
        print(f"\r\033[K[{'#' * filled}{'.' * (30 - filled)}] {line}", end=ends, file=sys.stderr, flush=True)
    elif done == total or done * 10 // total != max(0, done - 100) * 10 // total:
        print(line, file=sys.stderr, flush=True)


def _posts(arguments: argparse.Namespace) -> int:
    _with_database()
    from portulan.desk.network import reading, services

    try:
        rows = reading.read_posts(arguments.table or reading.SHIPPED)
        added = services.keep_posts(rows, reading.MISSION_2020)
    except (reading.TableError, services.NetworkError) as error:
        print(f"portulan network posts: {error}", file=sys.stderr)
        return 2
    print(f"{added} posts added; {len(rows) - added} were there already and stay as they are")
    return 0


def _demo(arguments: argparse.Namespace) -> int:
    _with_database()
    from portulan.desk.core.alone import alone
    from portulan.desk.enquiries import demo as questions
    from portulan.desk.network import demo, selectors

    if arguments.remove:
        gone = questions.remove()
        print(f"{demo.remove()} invented people and {gone} questions taken away; the posts stay")
        return 0
    with alone():
        done, asked = demo.load(selectors.today()), questions.load()
    print(f"{done.posts} posts and {done.people} invented people added")
    print(f"{asked.questions} invented questions and {asked.cards} answer cards added")
    return 0


def _with_database() -> None:
    """Read the settings and bring the database up to date, with the reference that rooms point at."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()
    from portulan.desk.core import alone, tending
    from portulan.desk.markets import services

    alone.make_tables()
    with alone.alone():
        services.keep_reference()
    tending.refresh_statistics()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day: write it as 2026-12-31") from error


def _daily(arguments: argparse.Namespace) -> int:
    _with_database()
    from django.utils import timezone

    from portulan.desk.core import daily

    done = daily.run(arguments.on or timezone.localdate())
    for one in done:
        print(
            f"{one.name}: {'failed, ' if one.failed else ''}{one.said}", file=sys.stderr if one.failed else sys.stdout
        )
    return 1 if any(one.failed for one in done) else 0


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 1 to 65535")
    return int(text)


def _manage(arguments: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    execute_from_command_line(["portulan manage", *arguments.arguments])
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    try:
        port = arguments.port if arguments.port is not None else _port(os.environ.get("PORT") or "8000")
        listening = _listen(arguments.host, port)
        shown = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
        if arguments.host not in EVERYWHERE:
            # The letters lead to where the site is, unless the installer has said where that is for others.
            os.environ.setdefault("PORTULAN_ADDRESS", f"http://{shown}:{port}")
        _prepare(arguments.release)
    except (StartError, argparse.ArgumentTypeError) as error:
        print(f"portulan serve: {error}", file=sys.stderr)
        return 1
    print(f"Portulan is at http://{shown}:{port} (stop it with Ctrl-C)", flush=True)
    _run_site(listening, arguments.workers, worker=not arguments.no_worker)
    return 0


def _run_site(listening: socket.socket, workers: int, *, worker: bool) -> None:
    """Serve until told to stop, with a worker beside."""
    from portulan.desk.core import keeper

    me, kept = os.getpid(), keeper.start() if worker else None
    try:
        _run_gunicorn(listening, workers)
    finally:
        # gunicorn's own children come through here when they end.
        if kept is not None and os.getpid() == me:
            keeper.stop(kept)


def _work(arguments: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        print(f"portulan work: {error}", file=sys.stderr)
        return 1
    from portulan.desk.core import alone, work

    alone.make_tables()

    return work.run()


def _publish(arguments: argparse.Namespace) -> int:
    try:
        _prepare(arguments.release)
        from portulan.desk.publication import asked, robots, services

        wanted = asked.wanted(arguments.exporter, arguments.market, arguments.sector)
        live, at = (robots.public_address(text) if text else "" for text in (arguments.live, arguments.at))
        done = services.publish(
            arguments.out, wanted, live, at=at, processes=arguments.processes, progress=_page_progress
        )
    except Exception as error:
        from portulan.desk.publication.services import PublicationError

        if not isinstance(error, StartError | PublicationError):
            raise
        print(f"portulan publish: {error}", file=sys.stderr)
        return 2
    if sys.stderr.isatty() and not done.fresh:
        print(file=sys.stderr)
    if done.fresh:
        print(f"{arguments.out} holds this release already: {done.files} files, nothing to do")
    else:
        print(f"{done.pages} pages; {done.written} of {done.files} files written, {done.removed} taken away")
        print(f"Serve it with any web server, for example: python -m http.server --directory {arguments.out}")
    if not at:
        print("No sitemap.xml: it needs the public address of these files, given with --at https://...")
    return 0


def _page_progress(done: int, total: int) -> None:
    """Print one line that moves on a terminal, and one line a tenth elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\033[KPublishing: {done} of {total} pages", end="", file=sys.stderr, flush=True)
    elif done == total or done * 10 // total != max(0, done - 45) * 10 // total:
        print(f"Publishing: {done} of {total} pages", file=sys.stderr, flush=True)


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything slow is done, so that a taken one is said at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise StartError(
                f"port {port} is taken by another program; choose another, for example --port {port + 1}"
            ) from error
        if error.errno == errno.EACCES:
            raise StartError(f"port {port} needs more rights than you have; choose one above 1023") from error
        raise StartError(f"cannot listen on {host}, port {port}: {error.strerror or error}") from error
    return listening


def _prepare(release: Path | None) -> None:
    """Make the database and, where the site serves the embedded release, that release."""
    if release is not None:
        os.environ["PORTULAN_RELEASE"] = str(release.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise StartError(str(error)) from error
    from portulan.desk.core import alone, tending
    from portulan.desk.markets import selectors, services

    alone.make_tables()
    with alone.alone():
        services.keep_reference()
        _demonstrate()
    tending.refresh_statistics()
    try:
        if services.outdated():
            print("Another version of Portulan made the embedded release: it is made again", file=sys.stderr)
        if services.ensure_release(_progress):
            print(file=sys.stderr)
        selectors.check_release()
    except selectors.ReleaseMissingError as error:
        raise StartError(f"there is no release at {error}; make one with `portulan atlas build`") from error
    except selectors.AtlasError as error:
        raise StartError(str(error)) from error


def _demonstrate() -> None:
    """Put invented people in the network where the installation asks for them; they stay until they are taken away."""
    from django.conf import settings

    from portulan.desk.enquiries import demo as questions
    from portulan.desk.network import demo, selectors

    if settings.PORTULAN_DEMO and (demo.load(selectors.today()).people + questions.load().questions):
        print("People and questions of the desk are invented; take them away with: portulan demo --remove")


def _progress(step: str, done: float) -> None:
    """Print one line that moves on a terminal, and one line a step elsewhere."""
    line = f"Making the embedded release: {round(100 * done):3d} % {step}"
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
    else:
        print(line, file=sys.stderr, flush=True)


def _ctrl_c_stops_quietly(arbiter: Any) -> None:
    """Let answers that are under way end, as SIGTERM does: gunicorn would cut them at Ctrl-C."""
    signal.signal(signal.SIGINT, lambda *_: os.kill(os.getpid(), signal.SIGTERM))


def _ctrl_c_is_for_the_parent(worker: Any) -> None:
    """A terminal sends Ctrl-C to every process; the parent tells its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _run_gunicorn(listening: socket.socket, workers: int) -> None:
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped,unused-ignore]

    class Site(BaseApplication):  # type: ignore[misc,unused-ignore]
        """The site under gunicorn, on a port already taken for it."""

        def load_config(self) -> None:
            """Set what differs from gunicorn's own choices."""
            self.cfg.set("bind", f"fd://{listening.fileno()}")
            self.cfg.set("workers", max(1, workers))
            # Threads: browsers open connections ahead of time, and one that says nothing must not keep a worker.
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("threads", THREADS)
            self.cfg.set("loglevel", "warning")
            self.cfg.set("proc_name", "portulan")
            self.cfg.set("graceful_timeout", 5)
            self.cfg.set("control_socket_disable", True)
            self.cfg.set("when_ready", _ctrl_c_stops_quietly)
            self.cfg.set("post_worker_init", _ctrl_c_is_for_the_parent)
            # gunicorn believes SCRIPT_NAME, PATH_INFO and X-Forwarded-Proto of whoever connects from this machine: any
            # reader behind a proxy on it. Django reads the one header we know of, where PORTULAN_HTTPS says so.
            self.cfg.set("forwarder_headers", "")
            self.cfg.set("secure_scheme_headers", {})

        def load(self) -> Any:
            """Load the application in the worker: an atlas opened before a fork would be shared wrongly."""
            from django.core.wsgi import get_wsgi_application

            return get_wsgi_application()

    Site().run()
