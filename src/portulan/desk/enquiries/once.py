"""What is sent twice is done once: a mark made of the number of a form and of what was said in it.

The number alone would not do. Whoever goes back, writes something else and sends again means both; a form of answers
and one of notes on the same page share their number; and whoever guesses a number must not be taken for another.
"""

from __future__ import annotations

import json

from django.utils.crypto import salted_hmac

_SALT = "portulan.enquiries.once"
_LONG = 36


def mark(nonce: str, *said: object) -> str | None:
    """Return the mark of what was said in a form; None where the form has no number."""
    if not nonce:
        return None
    text = json.dumps([nonce, *map(str, said)])
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()[:_LONG]
