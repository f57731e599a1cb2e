"""The application of the network."""

from __future__ import annotations

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """Holds posts and designations; says on the pages of markets who answers there."""

    name = "portulan.desk.network"
    label = "network"

    def ready(self) -> None:
        """Fill the slot of the correspondent, and say what partners are passed on where somebody leaves."""
        from portulan.desk.core import daily, passing_on, slots
        from portulan.desk.network import partners, passing
        from portulan.desk.network.on_pages import Correspondents

        slots.register("correspondent", Correspondents())
        passing_on.register(passing.Partners())
        passing_on.at_switch("partners", partners.pass_on_partners)
        daily.register("contacts", lambda on: f"{partners.forget_orphans()} contacts erased, whose keeper is gone")
