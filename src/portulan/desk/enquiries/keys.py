"""The secret in the address of an asker's own page: made from the site's secret, so that every letter may hold it.
Each side of an introduction has such a page too.

It is 32 hexadecimal digits (128 bits), bound to one enquiry and to the number of its key: a new number makes old
addresses dead.
"""

from __future__ import annotations

from django.utils.crypto import constant_time_compare, salted_hmac

from portulan.desk.enquiries.models import Enquiry
from portulan.desk.enquiries.models_after import Introduction, Side

_SALT = "portulan.enquiries.own-page"
_SIDE_SALT = "portulan.enquiries.introduction"
_LONG = 32


def key_of(enquiry: Enquiry) -> str:
    """Return the secret of an enquiry."""
    return _key(_SALT, enquiry.pk, enquiry.key_number)


def _key(salt: str, *parts: object) -> str:
    return salted_hmac(salt, ":".join(map(str, parts)), algorithm="sha256").hexdigest()[:_LONG]


def opens(key: str, enquiry: Enquiry) -> bool:
    """Return whether a secret opens an enquiry; nothing opens one whose asker was erased."""
    return enquiry.erased_at is None and constant_time_compare(key, key_of(enquiry))


def was_key(key: str, enquiry: Enquiry) -> bool:
    """Return whether a secret opened an enquiry before it got a new one."""
    return enquiry.erased_at is None and any(
        constant_time_compare(key, _key(_SALT, enquiry.pk, number)) for number in range(1, enquiry.key_number)
    )


def side_key(introduction: Introduction, side: str) -> str:
    """Return the secret of one side of an introduction."""
    return _key(_SIDE_SALT, introduction.pk, introduction.key_number, side)


def side_of(key: str, introduction: Introduction) -> Side | None:
    """Return whose secret it is; nothing opens an introduction that was erased."""
    if introduction.erased_at is not None:
        return None
    return next((side for side in Side if constant_time_compare(key, side_key(introduction, side))), None)
