"""The application of the network."""

from __future__ import annotations

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """Holds posts and designations; says on the pages of markets who answers there."""

    name = "portulan.desk.network"
    label = "network"

    def ready(self) -> None:
        """Fill the slot of the correspondent."""
        from portulan.desk.core import slots
        from portulan.desk.network.on_pages import Correspondents

        slots.register("correspondent", Correspondents())
