"""The application of what every room needs."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Holds the tables of the reference, the log of acts and the outbox."""

    name = "portulan.desk.core"
    label = "core"

    def ready(self) -> None:
        """Say how long this room keeps what it knows of persons."""
        from portulan.desk.core import own_rules, retention

        retention.register(own_rules.RULES)
