"""What is worth a line of the log."""

from __future__ import annotations

import logging
from http import HTTPStatus


def is_our_fault(record: logging.LogRecord) -> bool:
    """False of an answer 501: anyone may ask for a form we do not speak (oEmbed in XML), and nothing is broken then.

    Django writes every status from 500 up as an error.
    """
    return getattr(record, "status_code", None) != HTTPStatus.NOT_IMPLEMENTED
