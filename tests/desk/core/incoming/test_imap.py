"""A mailbox is fetched without losing anything, whatever happens on the way. Against a real Dovecot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from portulan.desk.core.incoming import imap, selectors
from portulan.desk.core.incoming.models import ReceivedMail, State
from tests.desk.core.incoming import dovecot
from tests.desk.core.incoming.between import between
from tests.desk.core.incoming.conftest import LETTERS, Room, mail

USER = dovecot.USER.replace("@", "%40")


@pytest.mark.parametrize(
    ("address", "password", "named"),
    [
        ("imap://u:p@host/INBOX", "", "tls=starttls"),
        ("imaps://u@host/INBOX", "", "PORTULAN_IMAP_PASSWORD"),
        ("imaps://host/INBOX", "p", "no user"),
        ("pop3://u:p@host", "", "imaps://"),
        ("imaps://u:p@/INBOX", "", "imaps://"),
        ("imaps://u:p@host:port/INBOX", "", "no address"),
        ("imaps://u:p@host/?moved=x", "", "moved"),
        ("imaps://u:p@host/?seconds=soon", "", "soon"),
        ("imaps://u:p@[::1", "", "no address"),
    ],
)
def test_a_wrong_address_is_said_in_words_without_its_password(address: str, password: str, named: str) -> None:
    with pytest.raises(imap.MailboxError, match="PORTULAN_IMAP") as told:
        imap.read_address(address, password)
    assert named in str(told.value) and ":p@" not in str(told.value)


def test_what_an_address_says() -> None:
    box = imap.read_address("imaps://ana%40desk.example:p%2Fw@mail.example/Le%20bureau?move=Trait%C3%A9s&seconds=5")
    assert (box.host, box.port, box.secure, box.user, box.password) == (
        "mail.example",
        993,
        "tls",
        "ana@desk.example",
        "p/w",
    )
    assert (box.folder, box.move, box.seconds) == ("Le bureau", "Traités", 5)
    assert "p/w" not in repr(box)
    plain = imap.read_address("imap://u:old@mail.example?tls=starttls", "new")
    assert (plain.port, plain.secure, plain.password, plain.folder) == (143, "starttls", "new", "INBOX")


@pytest.mark.parametrize(
    ("name", "written"),
    [("INBOX", '"INBOX"'), ('a "b" & c', '"a \\"b\\" &- c"'), ("Traités", '"Trait&AOk-s"'), ("受信", '"&U9dP4Q-"')],
)
def test_names_of_folders_are_written_as_the_protocol_wants(name: str, written: str) -> None:
    assert imap.folder_name(name) == written


@pytest.mark.django_db
def test_without_a_mailbox_only_what_waits_is_handled(settings: LazySettings, room: Room) -> None:
    settings.PORTULAN_IMAP = ""
    done = imap.fetch_all()
    assert (done.new, done.troubles, done.handled) == (0, [], [])


# -- a real server -------------------------------------------------------------


@pytest.fixture(scope="module")
def running() -> Iterator[dovecot.Server]:
    with dovecot.running() as server:
        yield server


@pytest.fixture
def server(running: dovecot.Server, settings: LazySettings, db: None) -> dovecot.Server:
    running.empty()
    settings.PORTULAN_IMAP = at(running.port)
    settings.PORTULAN_IMAP_PASSWORD = dovecot.PASSWORD
    return running


def at(port: int, more: str = "") -> str:
    return f"imap://{USER}@127.0.0.1:{port}/INBOX?tls=none{more}"


@pytest.mark.full
def test_every_letter_is_fetched_once_and_kept_to_the_byte(server: dovecot.Server, room: Room) -> None:
    # NUL is no sign of the protocol: Dovecot writes another for it.
    raws = [raw for path in sorted(LETTERS.glob("*.eml")) if b"\0" not in (raw := path.read_bytes())]
    server.put(*raws)
    done = imap.fetch_all()
    assert (done.new, done.known, done.troubles) == (len(raws), 0, []) and len(done.handled) == len(raws)
    kept = [selectors.raw_of(row) for row in ReceivedMail.objects.order_by("pk")]
    assert kept == [raw.replace(b"\n", b"\r\n") for raw in raws]
    assert not ReceivedMail.objects.exclude(state__in=[State.HANDLED, State.IGNORED]).exists()
    assert server.count("UNSEEN") == 0
    again = imap.fetch_all()
    assert (again.new, again.known, again.handled) == (0, 0, [])


@pytest.mark.full
def test_one_bad_mail_stops_no_other(server: dovecot.Server, room: Room, settings: LazySettings) -> None:
    settings.MOST_MAIL_BYTES = 20_000
    server.put(
        mail("first", "1@x"), b"Subject: b\n\n", mail("x" * 30_000, "2@x"), b"Subject: a\n\n", mail("last", "3@x")
    )
    done = imap.fetch_all()
    assert (done.new, done.refused, done.troubles) == (5, 1, []) and server.count("UNSEEN") == 0
    states = list(ReceivedMail.objects.order_by("pk").values_list("state", flat=True))
    assert states == [State.HANDLED, State.FAILED, State.REFUSED, State.FAILED, State.HANDLED]
    large = ReceivedMail.objects.get(state=State.REFUSED)
    assert large.size > 30_000 and selectors.glance_of(large).from_address == "ana@studio.example"


@pytest.mark.full
def test_what_came_by_the_pipe_already_is_not_handled_again(server: dovecot.Server, room: Room) -> None:
    from portulan.desk.core.incoming import services

    row, _ = services.keep_mail(mail(), "pipe")
    services.handle_mail(row)
    server.put(mail())
    done = imap.fetch_all()
    assert (done.new, done.known) == (0, 1) and len(room.seen) == 1 and server.count("UNSEEN") == 0


@pytest.mark.full
@pytest.mark.parametrize("folder", ["Done", "Trait%C3%A9s"])
def test_what_was_fetched_can_be_moved(server: dovecot.Server, room: Room, settings: LazySettings, folder: str) -> None:
    settings.PORTULAN_IMAP = at(server.port, f"&move={folder}")
    server.put(mail("one", "1@x"), mail("two", "2@x"))
    with server_open(server) as box:
        box.store("1", "+FLAGS", r"(\Seen)")  # somebody looked at it: what is moved is not told by that
    assert imap.fetch_all().new == 2
    assert server.count("ALL") == 0
    assert server.count("ALL", "Done" if folder == "Done" else '"Trait&AOk-s"') == 2
    assert imap.fetch_all().new == 0


def server_open(server: dovecot.Server):  # type: ignore[no-untyped-def] # of the standard library
    return server.open()


@pytest.mark.full
def test_the_certificate_is_checked(server: dovecot.Server, room: Room, settings: LazySettings, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    server.put(mail())
    secure = f"imaps://{USER}@localhost:{server.secure_port}/INBOX"
    for address in (secure, at(server.port).replace("none", "starttls")):
        settings.PORTULAN_IMAP = address
        [trouble] = imap.fetch_all().troubles
        assert "certificate" in trouble.lower() and server.count("UNSEEN") == 1
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    assert imap.fetch_all().new == 1
    settings.PORTULAN_IMAP = secure
    server.put(mail("two", "2@x"))
    assert (done := imap.fetch_all()).new == 1, done.troubles


@pytest.mark.full
def test_what_keeps_a_mailbox_shut_is_said_without_the_password(server: dovecot.Server, settings: LazySettings) -> None:
    settings.PORTULAN_IMAP_PASSWORD = "not the password"
    [trouble] = imap.fetch_all().troubles
    assert "PORTULAN_IMAP_PASSWORD" in trouble and "not the password" not in trouble
    settings.PORTULAN_IMAP_PASSWORD = dovecot.PASSWORD
    for address, said in (
        (at(server.port).replace("INBOX", "Nowhere"), "Nowhere"),
        (at(9), "127.0.0.1:9"),
        (f"imaps://{USER}@127.0.0.1:{server.port}/INBOX", "cannot be read"),
    ):
        settings.PORTULAN_IMAP = address
        [trouble] = imap.fetch_all().troubles
        assert said in trouble and dovecot.PASSWORD not in trouble


@pytest.mark.full
def test_a_mailbox_that_falls_silent_or_breaks_off_is_left_for_the_next_run(
    server: dovecot.Server, room: Room, settings: LazySettings
) -> None:
    server.put(mail("one", "1@x"), mail("two", "2@x"))
    left = [True, False]
    # The first mail is marked; the mark of the second never arrives, and no answer comes.
    with between(server.port, b"UID STORE", lambda: left.pop(0)) as port:
        settings.PORTULAN_IMAP = at(port, "&seconds=1")
        done = imap.fetch_all()
    assert done.new == 1 and len(done.troubles) == 1
    assert ReceivedMail.objects.filter(state=State.HANDLED).count() == 2 and server.count("UNSEEN") == 1
    settings.PORTULAN_IMAP = at(server.port)
    done = imap.fetch_all()
    assert (done.new, done.known, done.troubles) == (0, 1, [])
    assert ReceivedMail.objects.count() == 2 and len(room.seen) == 2 and server.count("UNSEEN") == 0
