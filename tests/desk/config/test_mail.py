"""The settings of mail: what is taken, and what a bad value is answered with."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from portulan.desk.config.mail import NOBODY, mail_domain, mail_from, mail_server
from portulan.desk.core.servers import Secrecy, Server

SERVER = Server("mail.culture.test", 587, Secrecy.STARTTLS)


@pytest.mark.parametrize(
    ("value", "password", "server"),
    [
        (None, None, None),
        ("  ", None, None),
        ("smtp://127.0.0.1:2525", None, Server("127.0.0.1", 2525, Secrecy.NONE)),
        ("smtp://localhost", "", Server("localhost", 25, Secrecy.NONE)),
        ("smtp://mail.culture.test", None, SERVER),
        ("smtp://mail.culture.test:25?tls=none", None, Server("mail.culture.test", 25, Secrecy.NONE)),
        ("smtp://desk:p%40ss@mail.culture.test:587?tls=starttls", None,
         Server("mail.culture.test", 587, Secrecy.STARTTLS, "desk", "p@ss")),
        ("smtps://desk%40culture.test@mail.culture.test", "p/ss",
         Server("mail.culture.test", 465, Secrecy.DIRECT, "desk@culture.test", "p/ss")),
        ("smtp://[::1]:2525/", None, Server("::1", 2525, Secrecy.NONE)),
    ],
)  # fmt: skip
def test_a_server_is_read(value: str | None, password: str | None, server: Server | None) -> None:
    assert mail_server(value, password) == server


@pytest.mark.parametrize(
    ("value", "password", "said"),
    [
        ("mail.culture.test", None, "not the address of a mail server. Write it as smtp://"),
        ("http://mail.culture.test", None, "not the address of a mail server"),
        ("smtp://", None, "not the address of a mail server"),
        ("smtp://mail.culture.test:port", None, "not an address"),
        ("smtp://mail.culture.test?ssl=1", None, "not the address of a mail server"),
        ("smtp://mail.culture.test?tls=yes", None, r"write \?tls=starttls"),
        ("smtps://mail.culture.test?tls=starttls", None, "take `tls` out"),
        ("smtp://desk@mail.culture.test", None, "set PORTULAN_SMTP_PASSWORD"),
        ("smtp://mail.culture.test", "hidden", "names no user"),
        ("smtp://desk:hidden@mail.culture.test?tls=none", None, "in clear"),
    ],
)
def test_a_bad_server_is_refused_with_what_to_do_and_without_its_password(
    value: str, password: str | None, said: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=said) as refused:
        mail_server(value, password)
    assert "PORTULAN_SMTP" in str(refused.value) and "hidden" not in str(refused.value)


def test_a_server_is_printed_without_its_password() -> None:
    assert "secret" not in repr(Server("a.test", 25, Secrecy.NONE, "desk", "secret"))


def test_who_mail_comes_from_is_read_or_asked_for() -> None:
    assert mail_from(None, "", None) == ("Portulan", NOBODY)
    assert mail_from("desk@culture.test", "Ministry of Culture", SERVER) == ("Ministry of Culture", "desk@culture.test")
    assert mail_from('"The desk" <desk@culture.test>', "Ministry", SERVER) == ("The desk", "desk@culture.test")
    with pytest.raises(ImproperlyConfigured, match="PORTULAN_MAIL_FROM is not"):
        mail_from("", "", SERVER)
    for bad in ("desk", "<desk>", "a@b.test, c@d.test", "Desk desk@culture.test"):
        with pytest.raises(ImproperlyConfigured, match="PORTULAN_MAIL_FROM"):
            mail_from(bad, "", SERVER)


def test_the_domain_is_that_of_the_address_or_the_one_given() -> None:
    assert mail_domain(None, ("", "desk@culture.test")) == "culture.test"
    assert mail_domain("Mail.Culture.test", ("", "desk@culture.test")) == "mail.culture.test"
    with pytest.raises(ImproperlyConfigured, match="PORTULAN_MAIL_DOMAIN"):
        mail_domain("mail culture", ("", "desk@culture.test"))
