"""The letters that acts send, posted in the transaction of the act: none goes out for an act that was not kept."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from portulan.desk.core.files.models import Refusal, StoredFile
from portulan.desk.core.letters import MailError
from portulan.desk.core.outbox import post_mail
from portulan.desk.enquiries import letters, wording
from portulan.desk.enquiries.addresses import address
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.letters import Letter
from portulan.desk.enquiries.models import Closing, Enquiry, Match, Message, Need, Promise, Voice
from portulan.desk.enquiries.models_after import Check
from portulan.desk.enquiries.rights import is_of_coordination
from portulan.desk.people.models import Person

KIND = "enquiry"
log = logging.getLogger(__name__)
_quiet: ContextVar[bool] = ContextVar("quiet", default=False)
_gathered: ContextVar[list[tuple[Need, Match]] | None] = ContextVar("gathered", default=None)


@contextmanager
def nothing_leaves() -> Iterator[None]:
    """Post no letter for the acts within: a past that is made up was never written about."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def is_quiet() -> bool:
    """Return whether no letter is posted at present."""
    return _quiet.get()


@contextmanager
def asked_together() -> Iterator[None]:
    """Ask each person once for all that comes within: a table of a fair is one letter with a list, not hundreds."""
    gathered: list[tuple[Need, Match]] = []
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
    theirs: dict[UUID | None, list[tuple[Need, Match]]] = {}
    for need, match in gathered:
        theirs.setdefault(match.person_id, []).append((need, match))
    for many in theirs.values():
        if len(many) == 1:
            asked(many[0][0], [many[0][1]])
        else:
            _asked_together(many)


def _asked_together(many: Sequence[tuple[Need, Match]]) -> None:
    """Post one letter about several needs: it quotes nobody, and is answered on the pages it leads to."""
    for email, language in _addresses(many[0][1]):
        with override(language):
            lines = [
                (need.enquiry.reference, wording.about(need, language), desk_page(need, language)) for need, _ in many
            ]
            letter = letters.asked_together(lines, settings.PORTULAN_ADDRESS + reverse("enquiries:inbox"), language)
        try:
            post_mail(to=email, subject=letter.subject, text=letter.text, kind=KIND, language=language)
        except MailError as error:
            log.warning("a letter about several needs was not posted: %s", error)


def _post(
    need: Need,
    to: str,
    letter: Letter,
    language: str,
    before: str = "",
    *,
    answers: Match | None = None,
    said: bool = False,
) -> str:
    """Post a letter about a need; return its Message-ID. ``answers``: the one asked, who may answer it by mail (the
    asker, where it is nobody); ``said``: a person wrote it.

    An address that no letter can go to stops nothing: the question stands in the list, and the log says so.
    """
    if not to:
        return ""
    try:
        return post_mail(
            to=to, subject=letter.subject, text=letter.text, kind=KIND, language=language, in_reply_to=before,
            subject_row=need, automatic=not said, reply_to=address(need, answers),
        ).message_id  # fmt: skip
    except MailError as error:
        log.warning("a letter about need %s was not posted: %s", need.pk, error)
        return ""


def received(need: Need, matches: Sequence[Match]) -> None:
    """Tell the one who asked that it came, and to whom it went."""
    if _quiet.get():
        return
    enquiry, language = need.enquiry, need.enquiry.language
    with override(language):
        about, whom = wording.about(need, language), asked_whom(matches, language)
        if enquiry.heard:
            letter = letters.written_down(
                enquiry.reference, enquiry.asker_name, enquiry.teller_name, wording.heard(enquiry), about, whom,
                enquiry.text, wording.ground_for_asker(enquiry), own_page(enquiry), language,
            )  # fmt: skip
        else:
            letter = letters.received(enquiry.reference, enquiry.asker_name, about, whom, own_page(enquiry), language)
    _to_asker(need, letter)


def not_kept(need: Need, refused: Sequence[StoredFile]) -> None:
    """Tell the one who asked which files of their letter were not accepted, and why."""
    if _quiet.get() or not refused:
        return
    language = need.enquiry.language
    with override(language):
        why = [(one.name, str(Refusal(one.refusal).label)) for one in refused]
        letter = letters.not_kept(
            need.enquiry.reference, why, settings.MOST_FILE_BYTES // 1_000_000, own_page(need.enquiry), language
        )
    _to_asker(need, letter)


def asked_whom(matches: Sequence[Match], language: str) -> str:
    """Say who was asked to answer, truly: nobody in a post where nobody is designated."""
    if nobody := wording.nobody_there(matches):
        return nobody
    posts = [one for one in matches if not is_of_coordination(one)] or matches
    names = dict.fromkeys(wording.match_body(one, language) for one in posts)
    return _("It was sent to: %(posts)s.") % {"posts": ", ".join(names)}


def asked(need: Need, matches: Sequence[Match]) -> None:
    """Ask each person to answer. The coordination desk reads its list; it has no address here."""
    if _quiet.get():
        return
    if (gathered := _gathered.get()) is not None:
        gathered.extend((need, match) for match in matches)
        return
    for match in matches:
        for email, language in _addresses(match):
            with override(language):
                letter = letters.asked(
                    need.enquiry.reference, wording.about(need, language), wording.why(match), need.enquiry.text,
                    desk_page(need, language), language,
                )  # fmt: skip
            _post(need, email, letter, language, answers=match)


def answered(need: Need, match: Match, text: str, name: str, files: Sequence[str] = ()) -> str:
    """Send an answer; return the Message-ID of its letter."""
    if _quiet.get():
        return ""
    enquiry = need.enquiry
    with override(enquiry.language):
        letter = letters.answered(
            enquiry.reference, wording.about(need, enquiry.language), name,
            wording.match_body(match, enquiry.language), letters.with_files(text, files, enquiry.language),
            own_page(enquiry), enquiry.language,
        )  # fmt: skip
    return _to_asker(need, letter, before=_last_of(need, Voice.ASKER), said=True)


def more(need: Need, text: str) -> None:
    """Bring what the asker added to those who have it in hand."""
    if _quiet.get():
        return
    for match in need.matches.filter(current=True).select_related("post", "organisation"):
        for email, language in _addresses(match):
            with override(language):
                letter = letters.more(
                    need.enquiry.reference, wording.about(need, language), text, desk_page(need, language), language
                )
            _post(need, email, letter, language, answers=match)


def moved(need: Need, match: Match) -> None:
    """Tell the asker who answers from now on."""
    if _quiet.get():
        return
    language = need.enquiry.language
    with override(language):
        letter = letters.moved(
            need.enquiry.reference, wording.about(need, language), asked_whom([match], language),
            own_page(need.enquiry), language,
        )  # fmt: skip
    _to_asker(need, letter)


def handed(need: Need, match: Match, promises: Sequence[Promise]) -> None:
    """Tell the asker that the one who had it has left, who answers from now on, and what is still owed to them."""
    if _quiet.get():
        return
    language = need.enquiry.language
    with override(language):
        owed = letters.owed([(one.what, wording.day(one.due, language)) for one in promises], language)
        letter = letters.handed(
            need.enquiry.reference, wording.about(need, language), asked_whom([match], language), owed,
            own_page(need.enquiry), language,
        )  # fmt: skip
    _to_asker(need, letter)


def closed(need: Need) -> None:
    """Tell the asker that it is closed, and how."""
    if _quiet.get():
        return
    language = need.enquiry.language
    with override(language):
        how = str(Closing(need.closing).label)
        if need.where_to:
            how = _("%(how)s. Where to ask: %(where)s") % {"how": how, "where": need.where_to}
        letter = letters.closed(
            need.enquiry.reference, wording.about(need, language), how, own_page(need.enquiry), language,
            helped={value: helped_page(need, value) for value in (3, 2, 1)},
        )  # fmt: skip
    _to_asker(need, letter)


def joined(need: Need, gone: Need) -> None:
    """Tell the asker that two of their questions are one from now on, and where it is."""
    if _quiet.get():
        return
    language = need.enquiry.language
    with override(language):
        letter = letters.joined(
            need.enquiry.reference, gone.enquiry.reference, wording.about(need, language), own_page(need.enquiry),
            language,
        )  # fmt: skip
    _to_asker(need, letter)


def parted(need: Need, gone: Need) -> None:
    """Tell the asker that their two questions are two again, each with its page."""
    if _quiet.get():
        return
    for one in (need, gone):
        language = one.enquiry.language
        with override(language):
            letter = letters.parted(
                one.enquiry.reference, wording.about(one, language), own_page(one.enquiry), language
            )
        _to_asker(one, letter)


def what_came(check: Check) -> None:
    """Ask somebody who was helped what came of it."""
    if _quiet.get():
        return
    need = check.need
    language = need.enquiry.language
    with override(language):
        way = reverse("enquiries:check", args=[need.enquiry.reference, key_of(need.enquiry), check.pk])
        letter = letters.what_came(
            need.enquiry.reference, need.enquiry.asker_name, wording.about(need, language), check.months,
            settings.PORTULAN_ADDRESS + way, language,
        )  # fmt: skip
    _to_asker(need, letter)


def address_again(need: Need) -> None:
    """Send the address of their own page to the asker again."""
    language = need.enquiry.language
    with override(language):
        letter = letters.address_again(need.enquiry.reference, own_page(need.enquiry), language)
    _to_asker(need, letter)


def reminded(need: Need, days: int, *, last: bool) -> int:
    """Remind those asked; on the last day tell the asker the truth. Return how many letters were posted."""
    sent = 0
    for match in need.matches.filter(current=True).select_related("post", "organisation"):
        for email, language in _addresses(match):
            with override(language):
                letter = letters.reminder(
                    need.enquiry.reference, wording.about(need, language), days, desk_page(need, language), language
                )
            _post(need, email, letter, language, answers=match)
            sent += 1
    if last and need.enquiry.asker_email:
        language = need.enquiry.language
        with override(language):
            letter = letters.truth(
                need.enquiry.reference, wording.about(need, language), days, own_page(need.enquiry), language
            )
        _to_asker(need, letter)
        sent += 1
    return sent


def _to_asker(need: Need, letter: Letter, before: str = "", *, said: bool = False) -> str:
    """Post a letter to the one who asked; nothing is posted to somebody erased."""
    return _post(need, need.enquiry.asker_email, letter, need.enquiry.language, before, said=said)


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


def helped_page(need: Need, value: int) -> str:
    """Return where the asker confirms, with one button, whether they were helped."""
    enquiry = need.enquiry
    with override(enquiry.language):
        args = [enquiry.reference, key_of(enquiry), need.pk, value]
        return settings.PORTULAN_ADDRESS + reverse("enquiries:helped", args=args)


def desk_page(need: Need, language: str) -> str:
    """Return where colleagues work on a need."""
    with override(language):
        return settings.PORTULAN_ADDRESS + reverse("enquiries:need", args=[need.pk])
