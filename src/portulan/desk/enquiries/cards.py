"""Answer cards: written from an answer, read by somebody else, published with an end, found by whoever asks next."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from portulan.desk.core import events, search
from portulan.desk.core.search import Document, Hit
from portulan.desk.enquiries.models import AnswerCard, CardState, Enquiry, Need, Voice
from portulan.desk.enquiries.rights import NotYoursError, Reach, may_see
from portulan.desk.enquiries.services import DeskError

KIND = "answer"
GOOD_FOR = timedelta(days=548)
"""An answer is read again after a year and a half: rules and people change."""
_SHORT = 3
"""Words of so few letters are names only in the name of a person, and where they are written as one."""
_WORD = re.compile(r"\w[\w'-]*")
_COMMON = {"the", "les", "des", "studio", "editions", "association", "company", "compagnie", "com", "org", "www"}
_PARTICLES = frozenset(
    ["de", "du", "des", "la", "le", "les", "di", "da", "dos", "del", "van", "von", "der", "den", "el", "al"]
)


@dataclass(frozen=True, slots=True)
class Written:
    """A card as its author wrote it. Empty market or sector: for any."""

    question: str
    answer: str
    language: str
    market: str
    sector: str
    topic: str
    expires_on: date


def cards_of(reach: Reach) -> QuerySet[AnswerCard]:
    """Return the cards that an actor may see: whoever is at a desk sees all, for cards are to be shared."""
    return AnswerCard.objects.all() if reach.at_the_desk else AnswerCard.objects.none()


def published(on: date) -> QuerySet[AnswerCard]:
    """Return what anyone may read on a day."""
    return AnswerCard.objects.filter(state=CardState.PUBLISHED, expires_on__gte=on)


def find(
    query: str, *, market: str = "", sector: str = "", topic: str = "", language: str = "", most: int = 10
) -> tuple[Hit, ...]:
    """Return the published answers to a query, or those that fit where nothing is asked."""
    return search.find(
        query, kinds={KIND}, language=language, market=market, sector=sector, topic=topic, on=timezone.localdate(),
        most=most,
    )  # fmt: skip


def names_of(enquiry: Enquiry) -> list[str]:
    """Return what must not stand on a card: the words that name the one who asked. Short ones, only of their name."""
    said = _WORD.findall(f"{enquiry.asker_name} {enquiry.organisation} {enquiry.asker_email}")
    short = [word for word in _WORD.findall(enquiry.asker_name) if 1 < len(word) <= _SHORT]
    return [word for word in said if len(word) > _SHORT and _plain(word) not in _COMMON] + [
        word for word in short if _plain(word) not in _PARTICLES
    ]


def _plain(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)).casefold()


def _named(word: str, names: set[str]) -> bool:
    """Return whether a word is one of these names; a short one is, where it is written as a name is."""
    return _plain(word) in names and (len(word) > _SHORT or word[0].isupper())


def named_in(text: str, enquiry: Enquiry | None) -> list[str]:
    """Return the names of the one who asked that a text still holds, however they are written."""
    if enquiry is None or enquiry.erased_at is not None:
        return []
    names = names_of(enquiry)
    known = {_plain(word) for word in names}
    held = {_plain(word) for word in _WORD.findall(unicodedata.normalize("NFC", text)) if _named(word, known)}
    return [word for word in names if _plain(word) in held]


def without_names(text: str, enquiry: Enquiry | None) -> str:
    """Return a text with the names of the one who asked taken out, however they are written."""
    named = {_plain(word) for word in named_in(text, enquiry)}
    if not named:
        return text
    whole = unicodedata.normalize("NFC", text)
    return _WORD.sub(lambda found: "[...]" if _named(found[0], named) else found[0], whole)


def proposed(need: Need) -> tuple[str, str]:
    """Return a question and an answer to start from: what was said last, with the names of the asker taken out."""
    answers = [one.text for one in need.messages.all() if one.voice == Voice.ANSWER]
    texts = need.enquiry.text.split("\n", 1)[0], answers[-1] if answers else ""
    question, answer = (without_names(text, need.enquiry) for text in texts)
    return question[:300], answer


@transaction.atomic
def write(reach: Reach, need: Need | None, written: Written, name: str, card: AnswerCard | None = None) -> AnswerCard:
    """Write a card, or write it anew: what was published goes back to be read again.

    Raises `DeskError` where a name of the one who asked still stands on it.
    """
    if not reach.at_the_desk or (need is not None and not may_see(reach, need)):
        raise NotYoursError
    source = card.need if card is not None else need
    if named_in(f"{written.question} {written.answer}", source.enquiry if source else None):
        raise DeskError("names")
    if written.expires_on <= timezone.localdate():
        raise DeskError("past")
    one = card or AnswerCard(need=need, made_at=timezone.now(), invented=bool(need and need.enquiry.invented))
    one.question, one.answer, one.language = written.question, written.answer, written.language
    one.territory_id, one.sector_id, one.topic = written.market or None, written.sector or None, written.topic
    one.expires_on, one.state, one.returned = written.expires_on, CardState.REVIEW, ""
    one.author_id, one.author_name = reach.actor.person, name
    one.reviewer, one.reviewer_name, one.published_at = None, "", None
    one.post_id = next(iter(sorted(reach.posts)), None)
    one.save()
    search.forget(KIND, str(one.pk))
    events.record("card written", one, reach.actor.label)
    return one


@transaction.atomic
def publish(reach: Reach, card: AnswerCard, name: str) -> None:
    """Publish a card that somebody else wrote. Raises `DeskError` for one's own, or where a name stands on it."""
    card = _to_review(reach, card)
    if card.need is not None and named_in(f"{card.question} {card.answer}", card.need.enquiry):
        raise DeskError("names")
    card.state, card.published_at = CardState.PUBLISHED, timezone.now()
    card.reviewer_id, card.reviewer_name = reach.actor.person, name
    card.save()
    index(card)
    events.record("card published", card, reach.actor.label)


@transaction.atomic
def send_back(reach: Reach, card: AnswerCard, reason: str, name: str) -> None:
    """Send a card back to its author, with the reason."""
    card = _to_review(reach, card)
    card.state, card.returned = CardState.DRAFT, reason
    card.reviewer_id, card.reviewer_name = reach.actor.person, name
    card.save()
    events.record("card sent back", card, reach.actor.label)


def _to_review(reach: Reach, card: AnswerCard) -> AnswerCard:
    if not reach.at_the_desk:
        raise NotYoursError
    card = AnswerCard.objects.select_for_update(of=("self",)).get(pk=card.pk)
    if card.state != CardState.REVIEW:
        raise DeskError("state")
    if card.author_id is not None and card.author_id == reach.actor.person:
        raise DeskError("own")
    return card


@transaction.atomic
def withdraw(reach: Reach, card: AnswerCard) -> None:
    """Take a card away from the public; it stays for the desk, and may be written anew."""
    if not reach.at_the_desk:
        raise NotYoursError
    AnswerCard.objects.filter(pk=card.pk).update(state=CardState.WITHDRAWN)
    search.forget(KIND, str(card.pk))
    events.record("card withdrawn", card, reach.actor.label)


def index(card: AnswerCard) -> None:
    """Let a published card be found until it ends."""
    where = {"market": card.territory_id or "", "sector": card.sector_id or "", "topic": card.topic}
    search.put(
        Document(KIND, str(card.pk), card.language, card.question, card.answer, expires=card.expires_on, **where)
    )


def to_read_again(reach: Reach, on: date) -> QuerySet[AnswerCard]:
    """Return what waits for somebody: to be read by another than its author, or ended and to be written anew."""
    waits = Q(state=CardState.REVIEW) | Q(state=CardState.DRAFT, author=reach.actor.person)
    return cards_of(reach).filter(waits | Q(state=CardState.PUBLISHED, expires_on__lt=on)).order_by("made_at", "pk")


@transaction.atomic
def drop(card: AnswerCard) -> None:
    """Take a card away for good, out of the search too."""
    search.forget(KIND, str(card.pk))
    card.delete()
