"""Files that people send: what is refused is not kept, what is kept is private, what is a virus goes."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction

from portulan.desk.core import private
from portulan.desk.core.files import scanning, services
from portulan.desk.core.files.models import Check, Refusal, StoredFile
from portulan.desk.core.models import Event
from tests.desk.core.files.conftest import VIRUS, Daemon
from tests.desk.core.files.test_types import MACROS

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.7\nwords\n%%EOF"


def address(daemon: Daemon) -> str:
    return f"127.0.0.1:{daemon.port}"


def test_a_file_is_kept_as_it_came_under_a_name_of_ours() -> None:
    stored = services.keep_file("../../Dossier\x00 de presse.PDF", PDF)
    assert (stored.name, stored.kind, stored.size, stored.state) == (
        "Dossier de presse.PDF",
        "application/pdf",
        len(PDF),
        Check.UNCHECKED,
    )
    assert services.open_file(stored) == PDF
    assert "presse" not in stored.kept_as and private.read("files", stored.kept_as) == PDF
    assert "presse" not in str(Event.objects.get().said)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.pdf", b"", Refusal.EMPTY),
        ("a.pdf", b"MZ\x90\0\x03", Refusal.TYPE),
        ("a.docx", MACROS["docm"], Refusal.MACROS),
        ("a.pdf", PDF + b" " * 2000, Refusal.TOO_LARGE),
    ],
)
def test_what_is_refused_says_why_and_is_not_kept(name: str, data: bytes, why: Refusal, settings: LazySettings) -> None:
    settings.MOST_FILE_BYTES = 1500
    stored = services.keep_file(name, data)
    assert (stored.state, stored.refusal, stored.kept_as, stored.size) == (Check.REFUSED, why, "", len(data))
    with pytest.raises(services.FileNotOpenedError, match="refused"):
        services.open_file(stored)


def test_a_scanner_looks_once_the_transaction_has_ended(daemon: Daemon, settings: LazySettings) -> None:
    settings.PORTULAN_CLAMAV = address(daemon)
    with transaction.atomic():
        stored = services.keep_file("a.pdf", PDF)
        assert stored.state == Check.UNCHECKED and daemon.seen == []
        with pytest.raises(services.FileNotOpenedError, match="being checked"):
            services.open_file(stored)
    assert daemon.seen == [PDF]
    stored.refresh_from_db()
    assert stored.state == Check.CLEAN and services.open_file(stored) == PDF


def test_a_large_file_arrives_whole(daemon: Daemon, settings: LazySettings) -> None:
    settings.PORTULAN_CLAMAV = address(daemon)
    data = PDF + bytes(300_000)
    services.keep_file("a.pdf", data)
    assert daemon.seen == [data]


def test_a_virus_is_refused_and_its_bytes_are_gone(daemon: Daemon, settings: LazySettings) -> None:
    settings.PORTULAN_CLAMAV = address(daemon)
    stored = services.keep_file("a.pdf", PDF + VIRUS)
    stored.refresh_from_db()
    assert (stored.state, stored.refusal, stored.detail) == (Check.REFUSED, Refusal.VIRUS, "Test.Virus")
    assert stored.kept_as == "" and services.sweep() == 0
    with pytest.raises(services.FileNotOpenedError):
        services.open_file(stored)


def test_a_scanner_that_does_not_answer_leaves_files_to_be_checked_later(
    daemon: Daemon, settings: LazySettings
) -> None:
    settings.PORTULAN_CLAMAV = "127.0.0.1:9"
    stored = services.keep_file("a.pdf", PDF)
    stored.refresh_from_db()
    assert stored.state == Check.UNCHECKED and services.check_waiting() == 0
    settings.PORTULAN_CLAMAV = address(daemon)
    daemon.says = b"INSTREAM size limit exceeded. ERROR"
    with pytest.raises(scanning.ScannerError, match="size limit"):
        services.check_file(stored)
    daemon.says = b""
    assert services.check_waiting() == 1 and services.check_waiting() == 0
    assert services.open_file(stored) == PDF


def test_without_a_scanner_nothing_is_said_to_be_clean(settings: LazySettings) -> None:
    settings.PORTULAN_CLAMAV = ""
    stored = services.keep_file("a.txt", b"words")
    assert services.check_waiting() == 0 and services.open_file(stored) == b"words"
    with pytest.raises(scanning.ScannerError, match="PORTULAN_CLAMAV"):
        services.check_file(stored)
    stored.refresh_from_db()
    assert stored.state == Check.UNCHECKED


def test_the_scanner_may_be_a_file(socket_file: str) -> None:
    assert scanning.Clamd(socket_file).scan(PDF) == ""
    assert scanning.Clamd(socket_file).scan(PDF + VIRUS) == "Test.Virus"
    with pytest.raises(scanning.ScannerError, match=r"nowhere\.ctl"):
        scanning.Clamd("/nowhere.ctl").scan(PDF)


def test_removing_takes_row_and_bytes_but_only_when_committed() -> None:
    stored = services.keep_file("a.pdf", PDF)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.remove_file(StoredFile.objects.get(pk=stored.pk))
        raise ZeroDivisionError
    assert services.open_file(stored) == PDF
    services.remove_file(StoredFile.objects.get(pk=stored.pk))
    assert not StoredFile.objects.exists()
    with pytest.raises(FileNotFoundError):
        private.read("files", stored.kept_as)


def test_bytes_that_changed_are_not_handed_out() -> None:
    stored = services.keep_file("a.pdf", PDF)
    path = private.folder("files") / stored.kept_as[:2] / stored.kept_as
    path.write_bytes(PDF + b"changed")
    with pytest.raises(services.FileNotOpenedError, match="no longer what was sent"):
        services.open_file(stored)
    path.unlink()
    with pytest.raises(services.FileNotOpenedError, match="no longer be read"):
        services.open_file(stored)


def test_what_is_undone_leaves_a_file_that_is_swept() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lost = services.keep_file("a.pdf", PDF)
        raise ZeroDivisionError
    known: Any = lambda names: set()  # noqa: E731
    assert private.read("files", lost.kept_as) == PDF
    assert private.sweep("files", known, older_than=-1) >= 1
    with pytest.raises(FileNotFoundError):
        private.read("files", lost.kept_as)
