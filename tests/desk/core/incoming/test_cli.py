"""The commands of incoming mail, run as a mail server runs them."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

from portulan.desk.core.incoming.cli import NO_MAIL, TRY_AGAIN
from tests.desk.core.incoming import dovecot
from tests.desk.core.incoming.between import between
from tests.desk.core.incoming.conftest import LETTERS, mail
from tests.desk.core.incoming.programs import Site, made

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return made(tmp_path_factory.mktemp("blank"))


@pytest.fixture
def site(blank: Site, tmp_path: Path) -> Site:
    shutil.copytree(blank.home, tmp_path / "home")
    return Site(tmp_path / "home")


def test_the_pipe_keeps_a_mail_once_and_lists_what_nobody_takes(site: Site) -> None:
    raw = (LETTERS / "gmail-answer.eml").read_bytes()
    for _ in range(2):
        done = site.run("mail", "receive", given=raw)
        assert (done.returncode, done.stdout) == (0, b""), done.stderr
    assert [(row["size"], row["state"], row["reason"]) for row in site.rows()] == [(len(raw), "failed", "nobody")]
    [kept] = (site.home / "private" / "mail").glob("*/*")
    assert kept.read_bytes() == raw
    said = site.run("mail", "failed").stdout.decode()
    assert "lea.exemple@mail.example" in said and "Votre question sur le Japon" in said and "1 to look at" in said
    retried = site.run("mail", "retry")
    assert retried.returncode == 1 and b"0 of 1 handled" in retried.stdout
    none = site.run("mail", "retry", "99")
    assert none.returncode == 2 and b"mail 99" in none.stderr


@pytest.mark.full
def test_while_the_database_is_away_the_mail_server_is_told_to_try_again(site: Site) -> None:
    file = site.home / "portulan.sqlite3"
    with sqlite3.connect(file, isolation_level=None) as held:
        held.execute("BEGIN EXCLUSIVE")
        done = site.run("mail", "receive", given=mail())
        held.execute("ROLLBACK")
    assert done.returncode == TRY_AGAIN and b"locked" in done.stderr, done.stderr
    done = site.run("mail", "receive", given=mail(), DATABASE_URL="sqlite:////nowhere/at/all.sqlite3")
    assert done.returncode == TRY_AGAIN and b"not kept" in done.stderr
    assert not (site.home / "private").exists(), "nothing is left behind"
    (site.home / "private").write_bytes(b"where the folder should be")
    assert site.run("mail", "receive", given=mail()).returncode == TRY_AGAIN
    (site.home / "private").unlink()
    assert site.rows() == []
    assert site.run("mail", "receive", given=mail()).returncode == 0
    assert len(site.rows()) == 1


def test_before_the_tables_are_there_mail_waits_too(tmp_path: Path) -> None:
    done = Site(tmp_path / "new").run("mail", "receive", given=mail())
    assert done.returncode == TRY_AGAIN and b"no such table" in done.stderr


def test_no_mail_and_too_much_of_it(site: Site) -> None:
    done = site.run("mail", "receive")
    assert done.returncode == NO_MAIL and b"no mail on" in done.stderr
    raw = mail("x" * 3_000_000)
    assert site.run("mail", "receive", given=raw, PORTULAN_MAIL_MEGABYTES="1").returncode == 0
    [row] = site.rows()
    assert (row["state"], row["size"]) == ("refused", len(raw))
    assert b"larger than" in site.run("mail", "failed").stdout
    done = site.run("mail", "receive", given=raw, PORTULAN_MAIL_MEGABYTES="many")
    assert done.returncode == TRY_AGAIN and b"PORTULAN_MAIL_MEGABYTES" in done.stderr


def test_a_mailbox_that_is_not_named_is_asked_for_by_its_variable(site: Site) -> None:
    done = site.run("mail", "fetch")
    assert done.returncode == 2 and b"PORTULAN_IMAP" in done.stderr
    done = site.run("mail", "fetch", PORTULAN_IMAP="imaps://u:secret@127.0.0.1:9/INBOX")
    assert done.returncode == 1 and b"PORTULAN_IMAP" in done.stderr and b"secret" not in done.stderr + done.stdout


@pytest.mark.full
def test_many_pipes_at_once_lose_nothing(site: Site) -> None:
    mails = [mail(f"number {n % 6}", f"{n % 6}@x.example") for n in range(12)]
    running = [
        subprocess.Popen(
            site.command("mail", "receive"), stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=site.environment()
        )
        for _ in mails
    ]
    for process, raw in zip(running, mails, strict=True):
        assert process.stdin is not None
        process.stdin.write(raw)
        process.stdin.close()
    ended = [process.wait(120) for process in running]
    assert set(ended) <= {0, TRY_AGAIN}
    for process, raw, code in zip(running, mails, ended, strict=True):
        assert process.stderr is not None
        process.stderr.close()
        if code == TRY_AGAIN:
            assert site.run("mail", "receive", given=raw).returncode == 0
    assert sorted(row["message_id"] for row in site.rows()) == [f"{n}@x.example" for n in range(6)]


@pytest.mark.full
def test_a_kill_between_commit_and_mark_neither_loses_nor_doubles(site: Site) -> None:
    with dovecot.running() as server:
        server.put(mail("one", "1@x"), mail("two", "2@x"))
        killed: list[subprocess.Popen[bytes]] = []

        def kill() -> bool:
            os.kill(killed[0].pid, signal.SIGKILL)
            return False

        more = {"PORTULAN_IMAP_PASSWORD": dovecot.PASSWORD}
        with between(server.port, b"UID STORE", kill) as port:
            more["PORTULAN_IMAP"] = f"imap://desk%40desk.example@127.0.0.1:{port}/INBOX?tls=none"
            killed.append(subprocess.Popen(site.command("mail", "fetch"), env=site.environment(**more)))
            assert killed[0].wait(60) == -signal.SIGKILL
        assert [(row["message_id"], row["state"]) for row in site.rows()] == [("1@x", "received")]
        assert server.count("UNSEEN") == 2, "committed, and not yet marked"
        more["PORTULAN_IMAP"] = f"imap://desk%40desk.example@127.0.0.1:{server.port}/INBOX?tls=none"
        done = site.run("mail", "fetch", **more)
        assert done.returncode == 0 and b"1 new, 1 known already" in done.stdout, done.stderr
        assert [(row["message_id"], row["state"]) for row in site.rows()] == [("1@x", "failed"), ("2@x", "failed")]
        assert server.count("UNSEEN") == 0
