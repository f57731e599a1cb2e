"""What the network says on the pages of markets: who answers there."""

from __future__ import annotations

import logging
import time

from django.db import DatabaseError
from django.urls import reverse
from django.utils.translation import gettext, override

from portulan.desk.core.slots import Item, Subject
from portulan.desk.network import selectors, wording

log = logging.getLogger(__name__)
FRESH = 2.0
"""Seconds for which a process believes what it last read: a kept page costs no question of the database."""


class Correspondents:
    """Fills the slot of the correspondent."""

    def __init__(self) -> None:
        self._read = ("", float("-inf"))
        self._held: tuple[str, selectors.Network] | None = None

    def heading(self, language: str) -> str:
        """Return the heading of the slot."""
        with override(language):
            return gettext("Who answers at the post")

    def items(self, subject: Subject, language: str) -> tuple[Item, ...]:
        """Return who answers for a market, and for a sector in it; nothing for a sector alone."""
        if not subject.market or not self.version():
            return ()
        net = self._network()
        with override(language):
            state, found = net.answer(subject.market, subject.sector)
            if found:
                return tuple(
                    Item(
                        wording.called(office, contact, language),
                        f"{reverse('network:post', args=[office.code])}#c{contact.id}",
                        wording.capacity(state, contact, language),
                    )
                    for office, contact in found
                )
            return tuple(
                Item(office.name(language), reverse("network:post", args=[office.code]), wording.nobody(office))
                for office in net.covering(subject.market)
            )

    def _network(self) -> selectors.Network:
        """Return the network, read once for each version of it: hundreds of pages ask for the same."""
        version = self.version()
        if self._held is None or self._held[0] != version:
            self._held = (version, selectors.network())
        return self._held[1]

    def version(self) -> str:
        """Return what changes whenever an item may have."""
        text, at = self._read
        now = time.monotonic()
        if now - at > FRESH:
            try:
                text = selectors.version()
            except DatabaseError:
                # The pages of the atlas need no database: they stand while it is away, without this slot.
                log.exception("the network cannot be read; the pages of markets go on without it")
                text = ""
            self._read = (text, now)
        return text
