"""What is worth a line of the log."""

from __future__ import annotations

import logging
from http import HTTPStatus


def is_our_fault(record: logging.LogRecord) -> bool:
    """False of an answer 501: anyone may ask for a form we do not speak (oEmbed in XML), and nothing is broken then.

    Django writes every status from 500 up as an error.
    """
    return getattr(record, "status_code", None) != HTTPStatus.NOT_IMPLEMENTED


LONGEST = 200
"""Letters of a word of a line of the log: an address may have a hundred thousand, and a stranger writes it."""


def cut_short(record: logging.LogRecord) -> bool:
    """Cut the long words of a line; every line passes."""
    if isinstance(record.args, tuple):
        record.args = tuple(_cut(word) for word in record.args)
    return True


def _cut(word: object) -> object:
    return f"{word[:LONGEST]}…" if isinstance(word, str) and len(word) > LONGEST else word


STRANGERS = ("DisallowedHost", "TooManyFieldsSent", "TooManyFilesSent", "RequestDataTooBig")
"""What anyone may send: it is refused, and not worth a page of the log each time."""
