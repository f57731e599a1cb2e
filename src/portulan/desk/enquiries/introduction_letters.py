"""The letters of an introduction, in the language of whoever reads them. None names anybody before both agreed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from portulan.desk.enquiries.letters import Letter, quoted


@dataclass(frozen=True, slots=True)
class Party:
    """One side, once both agreed: all that the other gets to know."""

    name: str
    body: str
    email: str

    @property
    def line(self) -> str:
        """The name with what they are of."""
        return _("%(name)s, %(post)s") % {"name": self.name, "post": self.body} if self.body else self.name


def to_asker(reference: str, by: str, body: str, purpose: str, until: str, address: str, language: str) -> Letter:
    """Ask the one who asked whether they want to be introduced."""
    with override(language):
        return Letter(
            _("Your question %(reference)s: shall we introduce you?") % {"reference": reference},
            _(
                "%(by)s would like to introduce you to: %(body)s.\n\n"
                "%(purpose)s\n\n"
                "They are asked the same. Your name and your address are given to them only if you both say yes; "
                "then you get theirs. Say yes or no here, until %(until)s:\n%(address)s\n\n"
                "You need not give a reason, and they are not told who said no.\n"
            )
            % {"by": by, "body": body, "purpose": quoted(purpose), "until": until, "address": address},
        )


def to_other(by: str, body: str, purpose: str, until: str, address: str, language: str) -> Letter:
    """Ask the other person whether they want to be introduced, and say where their address comes from."""
    with override(language):
        return Letter(
            _("Shall we introduce you to somebody?"),
            _(
                "Hello,\n\n"
                "%(by)s would like to introduce you to: %(body)s.\n\n"
                "%(purpose)s\n\n"
                "They are asked the same. Your name and your address are given to them only if you both say yes; "
                "then you get theirs. Say yes or no here, until %(until)s:\n%(address)s\n\n"
                "You need not give a reason, and they are not told who said no. Your address was given to us by the "
                "person named above, for this letter only; on the same page you can have it erased.\n"
            )
            % {"by": by, "body": body, "purpose": quoted(purpose), "until": until, "address": address},
        )


def made(by: str, asker: Party, other: Party, purpose: str, language: str) -> Letter:
    """Introduce two people who both agreed: the same letter goes to both."""
    with override(language):
        return Letter(
            _("Introduction: %(one)s and %(two)s") % {"one": asker.line, "two": other.line},
            _(
                "Hello,\n\n"
                "You both said yes, so here you are:\n\n"
                "- %(one)s: %(one_email)s\n"
                "- %(two)s: %(two_email)s\n\n"
                "%(purpose)s\n\n"
                "Answer this letter to write to one another. We wish you a good conversation.\n\n"
                "%(by)s\n"
            )
            % {
                "one": asker.line, "one_email": asker.email, "two": other.line, "two_email": other.email,
                "purpose": quoted(purpose), "by": by,
            },
        )  # fmt: skip


def not_made(day: str, reference: str, language: str) -> Letter:
    """Tell one side that nothing comes of it: in the same words whatever the reason was."""
    with override(language):
        subject = (
            _("Your question %(reference)s: the introduction does not take place") % {"reference": reference}
            if reference
            else _("The introduction does not take place")
        )
        return Letter(
            subject,
            _(
                "Hello,\n\n"
                "The introduction proposed to you on %(day)s does not take place. That happens for many reasons, and "
                "says nothing about you or your work.\n\n"
                "Nobody was given your name or your address.\n"
            )
            % {"day": day},
        )


def to_colleague(reference: str, body: str, how: str, word: str, address: str, language: str) -> Letter:
    """Tell the colleague who proposed it how it ended, with what was written for them alone."""
    with override(language):
        said = _("Written for the desk alone:\n\n%(word)s\n\n") % {"word": quoted(word)} if word else ""
        return Letter(
            _("Question %(reference)s: how the introduction ended") % {"reference": reference},
            _("The introduction to %(body)s: %(how)s.\n\n%(said)sThe whole exchange:\n%(address)s\n")
            % {"body": body or _("somebody erased"), "how": how, "said": said, "address": address},
        )
