"""The letters of the desk: subject and text, in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter before it is posted."""

    subject: str
    text: str


def received(reference: str, name: str, about: str, who: str, address: str, language: str) -> Letter:
    """Tell the one who asked that their question came, who was asked to answer, and where to follow it."""
    with override(language):
        return Letter(
            _("Your question %(reference)s was received") % {"reference": reference},
            _(
                "Hello %(name)s,\n\n"
                "Your question was received: %(about)s.\n"
                "%(who)s\n\n"
                "Follow it, add to it or withdraw it on this page, which is yours alone:\n%(address)s\n\n"
                "You may also answer this message.\n"
            )
            % {"name": name, "about": about, "who": who, "address": address},
        )


def written_down(
    reference: str, name: str, teller: str, heard: str, about: str, who: str, text: str, ground: str, address: str,
    language: str,
) -> Letter:  # fmt: skip
    """Tell somebody that a colleague wrote down their question, which, why that is allowed, and how to erase it."""
    with override(language):
        return Letter(
            _("Your question %(reference)s was written down for you") % {"reference": reference},
            _(
                "Hello %(name)s,\n\n"
                "You asked a question %(heard)s, and %(teller)s wrote it down for you: %(about)s.\n"
                "%(who)s\n\n"
                "This was written down:\n\n"
                "%(text)s\n\n"
                "%(ground)s\n"
                "Follow it, add to it, or erase it with your name and address on this page, which is yours alone:\n"
                "%(address)s\n\n"
                "If you did not ask this, erase it there: one click is enough. You may also answer this message.\n"
            )
            % {
                "name": name, "heard": heard, "teller": teller, "about": about, "who": who, "text": quoted(text),
                "ground": ground, "address": address,
            },
        )  # fmt: skip


def asked(reference: str, about: str, why: str, text: str, address: str, language: str) -> Letter:
    """Ask somebody to answer."""
    with override(language):
        return Letter(
            _("Question %(reference)s: %(about)s") % {"reference": reference, "about": about},
            _(
                "A question for you: %(about)s.\n"
                "%(why)s\n\n"
                "%(text)s\n\n"
                "Answer this message, and your answer is sent to the person who asked; "
                "or work on it here:\n%(address)s\n"
            )
            % {"about": about, "why": why, "text": quoted(text), "address": address},
        )


def asked_together(questions: Sequence[tuple[str, str, str]], address: str, language: str) -> Letter:
    """Ask somebody to answer several questions that came together: reference, what about, where to work on it."""
    with override(language):
        return Letter(
            _("%(count)s questions for you") % {"count": len(questions)},
            _(
                "%(count)s questions came together, and are yours to answer:\n\n"
                "%(questions)s\n\n"
                "Work on them on their pages, or see all that waits:\n%(address)s\n"
            )
            % {
                "count": len(questions),
                "questions": "\n".join(f"- {reference}: {about}\n  {page}" for reference, about, page in questions),
                "address": address,
            },
        )


def with_files(text: str, names: Sequence[str], language: str) -> str:
    """Return a text with the names of the files that came with it: they are fetched on the page."""
    if not names:
        return text
    with override(language):
        lines = [_("With it came, to be fetched on the page below:"), *(f"- {name}" for name in names)]
        return "\n".join([text, "", *lines])


def not_kept(reference: str, why: Sequence[tuple[str, str]], most: int, address: str, language: str) -> Letter:
    """Tell somebody which of the files they sent were not kept, why, and how to send them again."""
    with override(language):
        return Letter(
            _("Question %(reference)s: a file was not kept") % {"reference": reference},
            _(
                "Your message came, and its text is kept. These files are not:\n\n"
                "%(files)s\n\n"
                "Send them as PDF, as pictures or as office documents without macros, of %(most)s MB at most, "
                "on this page:\n%(address)s\n"
            )
            % {"files": "\n".join(f"- {name}: {said}" for name, said in why), "most": most, "address": address},
        )


def answered(reference: str, about: str, name: str, body: str, text: str, address: str, language: str) -> Letter:
    """Bring an answer to the one who asked."""
    with override(language):
        return Letter(
            _("Answer to your question %(reference)s: %(about)s") % {"reference": reference, "about": about},
            _(
                "%(text)s\n\n"
                "%(name)s\n%(body)s\n\n"
                "--\nAnswer this message to go on, or see the whole exchange here:\n%(address)s\n"
            )
            % {"text": text, "name": name, "body": body, "address": address},
        )


def more(reference: str, about: str, text: str, address: str, language: str) -> Letter:
    """Bring what the one who asked added to those who have it in hand."""
    with override(language):
        return Letter(
            _("Question %(reference)s: a new message") % {"reference": reference},
            _("The person who asked about %(about)s writes:\n\n%(text)s\n\nThe whole exchange:\n%(address)s\n")
            % {"about": about, "text": quoted(text), "address": address},
        )


def closed(reference: str, about: str, how: str, address: str, language: str, *, helped: Mapping[int, str]) -> Letter:
    """Tell the one who asked that their question is closed, how, and that it can be opened again.

    ``helped``: where each answer is confirmed, yes (3), partly (2) or no (1).
    """
    with override(language):
        return Letter(
            _("Your question %(reference)s is closed") % {"reference": reference},
            _(
                "Your question about %(about)s is closed: %(how)s\n\n"
                "Were you helped? One click tells us:\n\n"
                "Yes: %(yes)s\n\nPartly: %(partly)s\n\nNo: %(no)s\n\n"
                "If it is not finished, open it again on your page:\n%(address)s\n"
            )
            % {
                "about": about,
                "how": how,
                "address": address,
                "yes": helped[3],
                "partly": helped[2],
                "no": helped[1],
            },
        )


def moved(reference: str, about: str, who: str, address: str, language: str) -> Letter:
    """Tell the one who asked that somebody else answers from now on."""
    with override(language):
        return Letter(
            _("Your question %(reference)s was passed on") % {"reference": reference},
            _("Your question about %(about)s was passed on. %(who)s\n\nFollow it here:\n%(address)s\n")
            % {"about": about, "who": who, "address": address},
        )


def handed(reference: str, about: str, who: str, owed: str, address: str, language: str) -> Letter:
    """Tell the one who asked that whoever had their question has left, who answers from now on, and what is owed."""
    with override(language):
        return Letter(
            _("Your question %(reference)s: who answers from now on") % {"reference": reference},
            _(
                "The person who had your question about %(about)s in hand has left that post. %(who)s\n"
                "%(owed)s\n"
                "All that was said is kept. Follow it, add to it or withdraw it here:\n%(address)s\n"
            )
            % {"about": about, "who": who, "owed": owed, "address": address},
        )


def joined(reference: str, other: str, about: str, address: str, language: str) -> Letter:
    """Tell the one who asked that two of their questions are answered as one, and where."""
    with override(language):
        return Letter(
            _("Your questions %(reference)s and %(other)s are one from now on")
            % {"reference": reference, "other": other},
            _(
                "You wrote to us twice about the same thing (%(about)s), so both are answered together, as question "
                "%(reference)s. Nothing you said is lost.\n\n"
                "Follow it, add to it or withdraw it on this page, which is yours alone:\n%(address)s\n\n"
                "If they are two different things, answer this message and say so.\n"
            )
            % {"about": about, "reference": reference, "address": address},
        )


def parted(reference: str, about: str, address: str, language: str) -> Letter:
    """Tell the one who asked that a question stands by itself again."""
    with override(language):
        return Letter(
            _("Your question %(reference)s stands by itself again") % {"reference": reference},
            _(
                "Two of your questions had been joined by mistake. This one, about %(about)s, is answered by itself "
                "again. Follow it here:\n%(address)s\n"
            )
            % {"about": about, "address": address},
        )


def what_came(reference: str, name: str, about: str, months: int, address: str, language: str) -> Letter:
    """Ask somebody who was helped some months ago what came of it."""
    with override(language):
        return Letter(
            _("Your question %(reference)s: what came of it?") % {"reference": reference},
            _(
                "Hello %(name)s,\n\n"
                "%(months)s months ago we answered your question about %(about)s. What came of it? A minute is enough "
                "to say, also if it is nothing yet; it helps those who ask after you.\n%(address)s\n\n"
                "If you would rather not be asked again, one click on the same page is enough.\n"
            )
            % {"name": name, "months": months, "about": about, "address": address},
        )


def address_again(reference: str, address: str, language: str) -> Letter:
    """Send the address of the asker's own page again."""
    with override(language):
        return Letter(
            _("The page of your question %(reference)s") % {"reference": reference},
            _("Here is the page of your question, which is yours alone:\n%(address)s\n") % {"address": address},
        )


def owed(promises: list[tuple[str, str]], language: str) -> str:
    """Return what was promised and is still to be done, as lines of a letter: what, by when."""
    if not promises:
        return ""
    with override(language):
        lines = [_("- %(what)s, by %(day)s") % {"what": what, "day": day} for what, day in promises]
        return "\n".join(["", _("What was promised to you stands:"), *lines, ""])


def reminder(reference: str, about: str, days: int, address: str, language: str) -> Letter:
    """Remind somebody of a question that waits for its first answer."""
    with override(language):
        return Letter(
            _("Question %(reference)s has waited for %(days)s days") % {"reference": reference, "days": days},
            _(
                "Nobody has answered yet about %(about)s, asked %(days)s days ago.\n\n"
                "If you cannot answer it, pass it on or say so: the person would rather know.\n%(address)s\n"
            )
            % {"about": about, "days": days, "address": address},
        )


def truth(reference: str, about: str, days: int, address: str, language: str) -> Letter:
    """Tell the one who asked that nobody has answered, and what they can do."""
    with override(language):
        return Letter(
            _("Your question %(reference)s has not been answered") % {"reference": reference},
            _(
                "You asked about %(about)s %(days)s days ago, and nobody has answered. We are sorry.\n\n"
                "It stays open, and the coordination desk has been told. If you no longer need an answer, or found one "
                "elsewhere, you can withdraw your question here:\n%(address)s\n"
            )
            % {"about": about, "days": days, "address": address},
        )


def quoted(text: str) -> str:
    """Return a text as a quotation in a letter."""
    return "\n".join(f"> {line}" for line in text.splitlines())
