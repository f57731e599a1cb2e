"""The application of the network."""

from __future__ import annotations

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """Holds posts and designations; says on the pages of markets who answers there."""

    name = "portulan.desk.network"
    label = "network"

    def ready(self) -> None:
        """Fill the slot of the correspondent; say what a person is designated for, and how long that is kept."""
        from portulan.desk.core import retention, slots
        from portulan.desk.network import selectors
        from portulan.desk.network.on_pages import Correspondents
        from portulan.desk.network.retention import RULES
        from portulan.desk.people import held

        retention.register(RULES)
        slots.register("correspondent", Correspondents())
        held.register("designations", selectors.designations_of)
