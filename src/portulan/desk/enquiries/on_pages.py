"""What the room says on the pages of markets: what was already answered, and where to ask."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from portulan.desk.core import events
from portulan.desk.core.slots import Item, Subject
from portulan.desk.enquiries import cards

MOST = 5


class Answers:
    """Fills the slot of resources with published answers, and the way to ask."""

    def heading(self, language: str) -> str:
        """Return the heading of the slot."""
        with override(language):
            return gettext("Answers, and where to ask")

    def items(self, subject: Subject, language: str) -> tuple[Item, ...]:
        """Return the published answers about a market and a sector, then the form; nothing for a sector alone."""
        if not subject.market or not self.version():
            return ()
        with override(language):
            found = cards.find("", market=subject.market, sector=subject.sector, language=language, most=MOST)
            about = {key: value for key, value in (("market", subject.market), ("sector", subject.sector)) if value}
            asking = Item(gettext("Ask a question"), f"{reverse('enquiries:ask')}?{urlencode(about)}")
            answers = (Item(hit.title, reverse("enquiries:answer", args=[int(hit.key)])) for hit in found)
            return (*answers, asking)

    def version(self) -> str:
        """Return what changes with every card, and with every day, for cards end; nothing without a database."""
        try:
            return f"{timezone.localdate():%Y%m%d}-{events.last('enquiries.answercard')}"
        except DatabaseError:
            return ""
