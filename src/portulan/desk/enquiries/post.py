"""The letters that acts send, posted in the transaction of the act: none goes out for an act that was not kept."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from portulan.desk.core.outbox import post_mail
from portulan.desk.enquiries import letters, wording
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.letters import Letter
from portulan.desk.enquiries.models import Closing, Enquiry, Match, Message, Need, Promise, Voice
from portulan.desk.people.models import Person

KIND = "enquiry"


def received(need: Need, matches: Sequence[Match]) -> None:
    """Tell the one who asked that it came, and to whom it went."""
    language = need.enquiry.language
    with override(language):
        letter = letters.received(
            need.enquiry.reference, need.enquiry.asker_name, wording.about(need, language),
            asked_whom(matches, language), own_page(need.enquiry), language,
        )  # fmt: skip
    _to_asker(need.enquiry, letter)


def asked_whom(matches: Sequence[Match], language: str) -> str:
    """Say who was asked to answer, truly: nobody in a post where nobody is designated."""
    posts = [wording.match_body(one, language) for one in matches if one.post_id is not None]
    if posts:
        return _("It was sent to: %(posts)s.") % {"posts": ", ".join(dict.fromkeys(posts))}
    return _("Nobody is designated for this at present: the coordination desk looks for somebody who can answer.")


def asked(need: Need, matches: Sequence[Match]) -> None:
    """Ask each person to answer. The coordination desk reads its list; it has no address here."""
    for match in matches:
        for email, language in _addresses(match):
            with override(language):
                letter = letters.asked(
                    need.enquiry.reference, wording.about(need, language), wording.why(match), need.enquiry.text,
                    desk_page(need, language), language,
                )  # fmt: skip
            post_mail(to=email, subject=letter.subject, text=letter.text, kind=KIND, language=language)


def answered(need: Need, match: Match, text: str, name: str) -> str:
    """Send an answer; return the Message-ID of its letter."""
    enquiry = need.enquiry
    with override(enquiry.language):
        letter = letters.answered(
            enquiry.reference, wording.about(need, enquiry.language), name,
            wording.match_body(match, enquiry.language), text, own_page(enquiry), enquiry.language,
        )  # fmt: skip
    return _to_asker(enquiry, letter, before=_last_of(need, Voice.ASKER))


def more(need: Need, text: str) -> None:
    """Bring what the asker added to those who have it in hand."""
    for match in need.matches.filter(current=True).select_related("post"):
        for email, language in _addresses(match):
            with override(language):
                letter = letters.more(
                    need.enquiry.reference, wording.about(need, language), text, desk_page(need, language), language
                )
            post_mail(to=email, subject=letter.subject, text=letter.text, kind=KIND, language=language)


def moved(need: Need, match: Match) -> None:
    """Tell the asker who answers from now on."""
    language = need.enquiry.language
    with override(language):
        letter = letters.moved(
            need.enquiry.reference, wording.about(need, language), asked_whom([match], language),
            own_page(need.enquiry), language,
        )  # fmt: skip
    _to_asker(need.enquiry, letter)


def handed(need: Need, match: Match, promises: Sequence[Promise]) -> None:
    """Tell the asker that the one who had it has left, who answers from now on, and what is still owed to them."""
    language = need.enquiry.language
    with override(language):
        owed = letters.owed([(one.what, wording.day(one.due, language)) for one in promises], language)
        letter = letters.handed(
            need.enquiry.reference, wording.about(need, language), asked_whom([match], language), owed,
            own_page(need.enquiry), language,
        )  # fmt: skip
    _to_asker(need.enquiry, letter)


def closed(need: Need) -> None:
    """Tell the asker that it is closed, and how."""
    language = need.enquiry.language
    with override(language):
        how = str(Closing(need.closing).label)
        if need.where_to:
            how = _("%(how)s. Where to ask: %(where)s") % {"how": how, "where": need.where_to}
        letter = letters.closed(
            need.enquiry.reference, wording.about(need, language), how, own_page(need.enquiry), language
        )
    _to_asker(need.enquiry, letter)


def reminded(need: Need, days: int, *, last: bool) -> int:
    """Remind those asked; on the last day tell the asker the truth. Return how many letters were posted."""
    sent = 0
    for match in need.matches.filter(current=True).select_related("post"):
        for email, language in _addresses(match):
            with override(language):
                letter = letters.reminder(
                    need.enquiry.reference, wording.about(need, language), days, desk_page(need, language), language
                )
            post_mail(to=email, subject=letter.subject, text=letter.text, kind=KIND, language=language)
            sent += 1
    if last and need.enquiry.asker_email:
        language = need.enquiry.language
        with override(language):
            letter = letters.truth(
                need.enquiry.reference, wording.about(need, language), days, own_page(need.enquiry), language
            )
        _to_asker(need.enquiry, letter)
        sent += 1
    return sent


def _to_asker(enquiry: Enquiry, letter: Letter, before: str = "") -> str:
    """Post a letter to the one who asked; nothing is posted to somebody erased."""
    if not enquiry.asker_email:
        return ""
    return post_mail(
        to=enquiry.asker_email, subject=letter.subject, text=letter.text, kind=KIND, language=enquiry.language,
        in_reply_to=before,
    ).message_id  # fmt: skip


def _addresses(match: Match) -> list[tuple[str, str]]:
    """Return the address of the one asked, with a language of the site; nothing where it is not known."""
    person = Person.objects.filter(pk=match.person_id).first() if match.person_id else None
    if person is None or not person.email:
        return []
    known = [code for code, _name in settings.LANGUAGES]
    return [(person.email, next((one for one in person.languages if one in known), known[0]))]


def _last_of(need: Need, voice: str) -> str:
    last = Message.objects.filter(need=need, voice=voice).exclude(mail="").order_by("-at").first()
    return last.mail if last else ""


def own_page(enquiry: Enquiry) -> str:
    """Return the address of the asker's own page."""
    with override(enquiry.language):
        return settings.PORTULAN_ADDRESS + reverse("enquiries:own", args=[enquiry.reference, key_of(enquiry)])


def desk_page(need: Need, language: str) -> str:
    """Return where colleagues work on a need."""
    with override(language):
        return settings.PORTULAN_ADDRESS + reverse("enquiries:need", args=[need.pk])
