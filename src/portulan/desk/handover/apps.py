"""The application of the handover."""

from __future__ import annotations

from django.apps import AppConfig


class HandoverConfig(AppConfig):
    """Holds what leavers pass on; opens handovers and hands places over, every day."""

    name = "portulan.desk.handover"
    label = "handover"

    def ready(self) -> None:
        """Have places handed over every day, and say how long what is known of persons is kept."""
        from portulan.desk.core import daily, retention
        from portulan.desk.handover import services
        from portulan.desk.handover.retention import RULES

        retention.register(RULES)
        daily.register("handovers", services.daily)
