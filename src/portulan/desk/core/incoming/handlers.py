"""Who takes incoming mail: rooms register a handler when they start, and the first that takes a letter has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from portulan.desk.core.incoming.letters import Letter
    from portulan.desk.core.incoming.models import ReceivedMail


class Handler(Protocol):
    """What a room does with letters."""

    def handle(self, received: ReceivedMail, letter: Letter) -> str | None:
        """Take a letter and return what it became (as `Event.subject`: ``enquiries.enquiry:12``), or None.

        It runs in a transaction of its own: what it raises leaves none of its rows, and is the reason that is shown
        for the letter, which is tried again or set aside by hand.
        """
        ...


_handlers: list[tuple[Handler, bool]] = []


def register(handler: Handler, *, automatic: bool = False) -> None:
    """Let a room take letters, after those that registered before.

    With ``automatic`` it is also shown what machines wrote: automatic answers, reports that a mail was not delivered.
    """
    _handlers.append((handler, automatic))


def unregister(handler: Handler) -> None:
    """Let a room take no more letters."""
    _handlers[:] = [pair for pair in _handlers if pair[0] is not handler]


def willing(automatic: bool) -> tuple[Handler, ...]:
    """Return who may be asked, in order."""
    return tuple(handler for handler, takes_automatic in _handlers if takes_automatic or not automatic)
