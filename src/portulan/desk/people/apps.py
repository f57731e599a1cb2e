"""The application of people."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Holds persons and what they agreed to."""

    name = "portulan.desk.people"
    label = "people"

    def ready(self) -> None:
        """Say how long this room keeps what it knows of persons; lead to the organisations of somebody."""
        from portulan.desk.core import retention
        from portulan.desk.people import leading
        from portulan.desk.people.retention import RULES

        retention.register(RULES)
        leading.register(
            "people:organisations",
            _("My organisations"),
            _("Whom I ask for: a company, an association, or myself alone."),
        )
