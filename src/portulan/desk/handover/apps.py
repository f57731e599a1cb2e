"""The application of the handover."""

from __future__ import annotations

from django.apps import AppConfig


class HandoverConfig(AppConfig):
    """Holds what leavers pass on; opens handovers and hands places over, every day."""

    name = "portulan.desk.handover"
    label = "handover"

    def ready(self) -> None:
        """Have places handed over every day."""
        from portulan.desk.core import daily
        from portulan.desk.handover import services

        daily.register("handovers", services.daily)
