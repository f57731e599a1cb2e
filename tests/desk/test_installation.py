"""What an installer relies on: the home, the secret, the release that is never replaced, the commands."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.slow


def test_the_secret_is_made_once_and_private(tmp_path: Path) -> None:
    from portulan.desk.config.home import secret_key

    secret = secret_key(tmp_path)
    assert len(secret) >= 50
    assert secret_key(tmp_path) == secret
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_the_default_release_is_built_once(
    atlas: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    from django.conf import settings

    from portulan.desk.markets import services

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", "")
    monkeypatch.setattr(atlas, "default_release_path", lambda: tmp_path / "default", raising=False)
    steps: list[tuple[str, float]] = []
    assert services.ensure_release(lambda step, done: steps.append((step, done)))
    assert steps[-1][1] == 1.0
    assert not services.ensure_release()


def test_a_default_release_of_another_version_is_made_again_and_said(
    atlas: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.conf import settings
    from django.core import management

    from portulan.desk import cli
    from portulan.desk.core import tending
    from portulan.desk.markets import services

    made: list[Path] = []

    def build(path: Path, progress: object = None) -> Path:
        made.append(path)
        return path

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", "")
    monkeypatch.setattr(atlas, "default_release_path", lambda: tmp_path)
    monkeypatch.setattr(atlas, "default_release_is_outdated", lambda path: not made)
    monkeypatch.setattr(atlas, "build_default_release", build)
    monkeypatch.setattr(management, "call_command", lambda *_, **__: None)
    monkeypatch.setattr(services, "keep_reference", lambda: None)
    monkeypatch.setattr(tending, "refresh_statistics", lambda: None)
    cli._prepare(None)
    assert made == [tmp_path]
    assert "Another version of Portulan made the embedded release" in capsys.readouterr().err
    cli._prepare(None)
    assert made == [tmp_path]
    assert "embedded" not in capsys.readouterr().err
    # One that the installer chose is theirs, whatever made it.
    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(tmp_path))
    made.clear()
    assert not services.outdated() and not services.ensure_release()
    assert not made


def test_a_chosen_release_is_never_replaced(atlas: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from django.conf import settings

    from portulan.desk.markets import services
    from portulan.desk.markets.selectors import ReleaseMissingError

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(tmp_path / "mine"))
    with pytest.raises(ReleaseMissingError, match="mine"):
        services.ensure_release()
    assert not (tmp_path / "mine").exists()


def _command(*arguments: str, home: Path, **variables: str) -> subprocess.Popen[str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in ("PORT", "PORTULAN_RELEASE", "PORTULAN_THEME")
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.desk.run_fake", *arguments],
        env={**kept, "PORTULAN_HOME": str(home), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_taken_port_is_said_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        out, err = (running := _command("serve", "--port", str(port), home=tmp_path)).communicate(timeout=60)
    assert running.returncode == 1
    assert f"port {port} is taken" in err
    assert f"--port {port + 1}" in err
    assert "Traceback" not in err + out


@pytest.mark.parametrize(("arguments", "variables", "said"), [
    (["--port", "0"], {}, "is not a port"),
    (["--port", "70000"], {}, "is not a port"),
    ([], {"PORT": "http"}, "'http' is not a port"),
    (["--release", "/nowhere/r2024"], {}, "/nowhere/r2024"),
    ([], {"PORTULAN_THEME": "marble"}, "PORTULAN_THEME is 'marble'"),
    ([], {"PORTULAN_SMTP": "mail.culture.test"}, "PORTULAN_SMTP is not the address of a mail server"),
    ([], {"PORTULAN_SMTP": "smtp://mail.culture.test"}, "PORTULAN_MAIL_FROM is not: set it"),
    (["--host", "192.0.2.1"], {}, "cannot listen on 192.0.2.1"),
])  # fmt: skip
def test_a_start_that_cannot_be_says_why(
    tmp_path: Path, arguments: list[str], variables: dict[str, str], said: str
) -> None:
    if not {"--port", "PORT"} & {*arguments, *variables}:
        arguments = [*arguments, "--port", str(_free_port())]
    running = _command("serve", *arguments, home=tmp_path, **variables)
    out, err = running.communicate(timeout=60)
    assert running.returncode != 0
    assert said in err
    assert "Traceback" not in err + out


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_serve_makes_what_it_needs_answers_and_stops(tmp_path: Path, stop: signal.Signals) -> None:
    port = _free_port()
    running = _command("serve", home=tmp_path, PORT=str(port))
    try:
        assert running.stdout is not None
        assert f"http://127.0.0.1:{port}" in running.stdout.readline()
        answer = _when_ready(f"http://127.0.0.1:{port}/health/")
        assert answer == b'{"status": "ok"}'
        assert b"<svg" in _when_ready(f"http://127.0.0.1:{port}/fr/map/")
        assert (tmp_path / "portulan.sqlite3").is_file() or os.environ.get("DATABASE_URL")
        running.send_signal(stop)
        _, err = running.communicate(timeout=20)
    finally:
        running.kill()
    assert running.returncode == 0, err
    assert "Making the embedded release: 100 %" in err
    assert "Traceback" not in err


def _when_ready(address: str) -> bytes:
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return bytes(answer.read())
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} never answered")


def test_manage_passes_on(tmp_path: Path) -> None:
    running = _command("manage", "check", home=tmp_path)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    assert "no issues" in out


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
