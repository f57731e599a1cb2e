"""The application of enquiries."""

from __future__ import annotations

from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    """Holds enquiries, the needs in them, and who was asked to answer."""

    name = "portulan.desk.enquiries"
    label = "enquiries"
