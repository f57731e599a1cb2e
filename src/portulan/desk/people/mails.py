"""The mails of sign-in, in words. They hold no name: whoever reads over a shoulder learns a code and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: its subject and its text."""

    subject: str
    body: str


def code(written: str, link: str, minutes: int) -> Mail:
    """Return the mail that brings a code, and a link that brings it to the form."""
    return Mail(
        _("%(code)s is your sign-in code") % {"code": written},
        "\n\n".join(
            (
                _("Your code for Portulan: %(code)s") % {"code": written},
                _("Type it on the page where you asked for it, or open this link in the same browser:"),
                link,
                _("It works once, for %(minutes)s minutes.") % {"minutes": minutes},
                _("If you did not ask for it, do nothing: nobody can sign in without it."),
            )
        )
        + "\n",
    )


def happened(what: str, page: str) -> Mail | None:
    """Return the mail that tells somebody what was changed in their account; none for what is not worth one."""
    said = {
        "totp_activated": _("Codes from an app are now asked for when you sign in."),
        "totp_deactivated": _("Codes from an app are no longer asked for when you sign in."),
        "webauthn_added": _("A passkey was added to your account."),
        "webauthn_removed": _("A passkey was taken away from your account."),
        "recovery_codes_generated": _("New recovery codes were made; the former ones no longer work."),
    }.get(what)
    if said is None:
        return None
    body = (
        said,
        _("If this was not you, open your account, sign out everywhere, and write to whoever runs the site:"),
        page,
    )
    return Mail(_("Your account on Portulan has changed"), "\n\n".join(body) + "\n")
