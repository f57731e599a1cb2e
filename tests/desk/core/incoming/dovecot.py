"""A real mailbox for tests: Dovecot on loopback, with its own folder and configuration, as an ordinary user."""

from __future__ import annotations

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

USER = "desk@desk.example"
PASSWORD = 'pass "word" \\ %'
_SERVICES = "".join(
    f"service {name} {{\n chroot =\n}}\n" for name in ("anvil", "imap-login", "auth", "config", "log", "stats", "imap")
)


@dataclass(frozen=True)
class Server:
    """Where it listens, in clear and with TLS, and the certificate to trust."""

    port: int
    secure_port: int
    certificate: Path

    def open(self) -> imaplib.IMAP4:
        """Open the mailbox as its owner would."""
        server = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        server.login(f'"{USER}"', PASSWORD)
        server.select("INBOX")
        return server

    def put(self, *mails: bytes) -> None:
        """Deliver mails."""
        with contextlib.closing(_Closing(self.open())) as box:
            for raw in mails:
                answer, said = box.server.append("INBOX", "", "", raw.replace(b"\n", b"\r\n"))
                assert answer == "OK", said

    def count(self, what: str, folder: str = "INBOX") -> int:
        """Count the mails of a folder that are `UNSEEN`, `SEEN` or `ALL`."""
        with contextlib.closing(_Closing(self.open())) as box:
            box.server.select(folder)
            return len(box.server.search(None, what)[1][0].split())

    def empty(self) -> None:
        """Take every mail and folder away."""
        with contextlib.closing(_Closing(self.open())) as box:
            if box.server.search(None, "ALL")[1][0]:
                box.server.store("1:*", "+FLAGS", r"(\Deleted)")
                box.server.expunge()
            for folder in ("Done", '"Trait&AOk-s"'):
                box.server.delete(folder)


class _Closing:
    def __init__(self, server: imaplib.IMAP4) -> None:
        self.server = server

    def close(self) -> None:
        self.server.logout()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _configuration(folder: Path, port: int, secure_port: int, user: str) -> str:
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {_group(user)}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 0
disable_plaintext_auth = no
auth_mechanisms = plain login
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={_group(user)} home={folder}/home
}}
{_SERVICES}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {secure_port}
  }}
}}
"""


def _group(user: str) -> str:
    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """Start a server and stop it at the end."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    assert program, "no Dovecot here: install the package dovecot-imapd (.ci/run does)"
    root = os.geteuid() == 0
    user = "nobody" if root else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="portulan-dovecot-"))
    port, secure_port = _free_port(), _free_port()
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
    (folder / "dovecot.conf").write_text(_configuration(folder, port, secure_port, user))
    self_signed = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    named = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    written = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(["openssl", *self_signed, *named, *written], check=True, capture_output=True)
    command = [program, "-F", "-c", str(folder / "dovecot.conf")]
    if root:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, user, _group(user))
        command = ["setpriv", f"--reuid={user}", f"--regid={_group(user)}", "--clear-groups", *command]
    with (folder / "said").open("wb") as said:
        server = subprocess.Popen(command, stdout=said, stderr=said, cwd="/")
    try:
        _wait(port, server, folder)
        yield Server(port, secure_port, folder / "cert.pem")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int, server: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as peer:
                if peer.recv(100).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.1)
    said = "".join(path.read_text() for path in (folder / "said", folder / "log") if path.exists())
    raise AssertionError(f"Dovecot does not start: {said[-2000:]}")
