"""The application of enquiries."""

from __future__ import annotations

from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    """Holds enquiries, the needs in them, and who was asked to answer."""

    name = "portulan.desk.enquiries"
    label = "enquiries"

    def ready(self) -> None:
        """Say on the pages of markets what was answered, and where to ask."""
        from portulan.desk.core import slots
        from portulan.desk.enquiries.on_pages import Answers

        slots.register("resources", Answers())
