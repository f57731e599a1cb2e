"""The application of people."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Holds persons and what they agreed to."""

    name = "portulan.desk.people"
    label = "people"

    def ready(self) -> None:
        """Say how long this room keeps what it knows of persons."""
        from portulan.desk.core import retention
        from portulan.desk.people.retention import RULES

        retention.register(RULES)
