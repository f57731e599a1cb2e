"""The secret in the address of an asker's own page: made from the site's secret, so that every letter may hold it.

It is 32 hexadecimal digits (128 bits), bound to one enquiry and to the number of its key: a new number makes old
addresses dead.
"""

from __future__ import annotations

from django.utils.crypto import constant_time_compare, salted_hmac

from portulan.desk.enquiries.models import Enquiry

_SALT = "portulan.enquiries.own-page"
_LONG = 32


def key_of(enquiry: Enquiry) -> str:
    """Return the secret of an enquiry."""
    return salted_hmac(_SALT, f"{enquiry.pk}:{enquiry.key_number}", algorithm="sha256").hexdigest()[:_LONG]


def opens(key: str, enquiry: Enquiry) -> bool:
    """Return whether a secret opens an enquiry; nothing opens one whose asker was erased."""
    return enquiry.erased_at is None and constant_time_compare(key, key_of(enquiry))
