"""The application of enquiries."""

from __future__ import annotations

from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    """Holds enquiries, the needs in them, and who was asked to answer."""

    name = "portulan.desk.enquiries"
    label = "enquiries"

    def ready(self) -> None:
        """Take letters; say on the pages of markets what was answered, and where to ask."""
        from portulan.desk.core import incoming, slots
        from portulan.desk.enquiries.by_mail import ByMail
        from portulan.desk.enquiries.on_pages import Answers

        incoming.register(ByMail())
        slots.register("resources", Answers())
