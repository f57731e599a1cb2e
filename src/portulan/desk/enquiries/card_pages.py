"""The pages of answer cards, ready to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.desk.core import reference
from portulan.desk.core.forms import ByField, Wrong, by_field
from portulan.desk.enquiries import cards, wording
from portulan.desk.enquiries.models import AnswerCard, CardState, Need, Topic
from portulan.desk.enquiries.pages import Choices, Found, found, market_choices
from portulan.desk.enquiries.rights import Reach


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """The published answers."""

    query: str
    market: str
    sector: str
    found: tuple[Found, ...]
    markets: Choices
    sectors: Choices
    asked: bool


def answers(sent: Mapping[str, str], language: str) -> AnswersPage:
    """Return the answers to a query."""
    markets, sectors = reference.names(language)
    query = " ".join(str(sent.get("q", "")).split())[:200]
    market = str(sent.get("market", "")) if sent.get("market", "") in markets else ""
    sector = str(sent.get("sector", "")) if sent.get("sector", "") in sectors else ""
    hits = cards.find(query, market=market, sector=sector, language=language, most=30)
    return AnswersPage(
        query, market, sector, found(hits), market_choices(_("All markets"), markets),
        (("", _("All sectors")), *sectors.items()), bool(query or market or sector),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CardPage:
    """One card. What a reviewer may do is said only to a reviewer."""

    number: int
    question: str
    answer: str
    spoken: str
    about: str
    by: str
    read_by: str
    published: str
    good_until: str
    ended: bool
    state: str
    state_name: str
    returned: str
    mine: bool
    invented: bool
    ask: str
    wrong: Wrong = ()
    errors: ByField = field(default_factory=ByField)


def about(card: AnswerCard, language: str) -> str:
    """Return what a card is for, on one line."""
    sector = card.sector.name(language) if card.sector else _("every sector")
    market = card.territory.name(language) if card.territory else _("every market")
    topic = str(Topic(card.topic).label).lower()
    return _("%(sector)s, %(market)s: %(topic)s") % {"sector": sector, "market": market, "topic": topic}


def card(one: AnswerCard, reach: Reach | None, language: str, wrong: Wrong = ()) -> CardPage:
    """Return the page of a card: for anyone, or for somebody at the desk."""
    return CardPage(
        number=one.pk,
        question=one.question,
        answer=one.answer,
        spoken=one.language,
        about=about(one, language),
        by=_body(one, language),
        read_by=one.reviewer_name if reach else "",
        published=wording.day(timezone.localdate(one.published_at), language) if one.published_at else "",
        good_until=wording.day(one.expires_on, language),
        ended=one.expires_on < timezone.localdate(),
        state=one.state,
        state_name=str(CardState(one.state).label),
        returned=one.returned,
        mine=bool(reach and one.author_id and one.author_id == reach.actor.person),
        invented=one.invented,
        ask=_ask(one),
        wrong=wrong,
        errors=by_field(wrong),
    )


def _ask(one: AnswerCard) -> str:
    about_ = {"market": one.territory_id or "", "sector": one.sector_id or "", "topic": one.topic}
    return f"{reverse('enquiries:ask')}?{urlencode(about_)}"


def _body(one: AnswerCard, language: str) -> str:
    """Return who answers for a card: the post, for the public; its people change."""
    if one.post is None:
        return _("Coordination desk")
    return str(one.post.name_fr if language == "fr" else one.post.name_en)


@dataclass(frozen=True, slots=True)
class Line:
    """One card in the list of the desk."""

    href: str
    question: str
    about: str
    state: str
    by: str


def lines(found_: Sequence[AnswerCard], language: str) -> tuple[Line, ...]:
    """Return cards as lines of a list."""
    today = timezone.localdate()
    return tuple(
        Line(
            reverse("enquiries:card", args=[one.pk]), one.question, about(one, language),
            _("ended: to be read again") if one.state == CardState.PUBLISHED and one.expires_on < today
            else str(CardState(one.state).label), one.author_name,
        )
        for one in found_
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WritePage:
    """The form of a card."""

    action: str
    typed: Mapping[str, str]
    languages: Choices
    markets: Choices
    sectors: Choices
    topics: Choices
    back: str
    wrong: Wrong
    errors: ByField


def write(action: str, back: str, typed: Mapping[str, str], language: str, wrong: Wrong = ()) -> WritePage:
    """Return the form of a card, with what was typed."""
    markets, sectors = reference.names(language)
    return WritePage(
        action, typed, tuple((code, name) for code, name in settings.LANGUAGES),
        market_choices(_("For every market"), markets), (("", _("For every sector")), *sectors.items()),
        tuple((topic.value, str(topic.label)) for topic in Topic), back, wrong, by_field(wrong),
    )  # fmt: skip


def from_need(need: Need) -> dict[str, str]:
    """Return what the form of a card made from a need begins with."""
    question, answer = cards.proposed(need)
    return {
        "question": question,
        "answer": answer,
        "language": need.enquiry.language,
        "market": need.territory_id or "",
        "sector": need.sector_id or "",
        "topic": need.topic,
        "expires_on": (timezone.localdate() + cards.GOOD_FOR).isoformat(),
    }


def from_card(one: AnswerCard) -> dict[str, str]:
    """Return what the form of a card written anew begins with."""
    return {
        "question": one.question,
        "answer": one.answer,
        "language": one.language,
        "market": one.territory_id or "",
        "sector": one.sector_id or "",
        "topic": one.topic,
        "expires_on": max(one.expires_on, timezone.localdate() + cards.GOOD_FOR).isoformat(),
    }
