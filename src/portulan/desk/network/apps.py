"""The application of the network."""

from __future__ import annotations

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """Holds posts and designations; says on the pages of markets who answers there."""

    name = "portulan.desk.network"
    label = "network"

    def ready(self) -> None:
        """Fill the slot of the correspondent; say what is held of persons, how long, and what is passed on."""
        from portulan.desk.core import daily, passing_on, retention, slots
        from portulan.desk.network import partners, passing, selectors
        from portulan.desk.network.on_pages import Correspondents
        from portulan.desk.network.retention import RULES
        from portulan.desk.people import held

        retention.register(RULES)
        slots.register("correspondent", Correspondents())
        held.register("designations", selectors.designations_of)
        passing_on.register(passing.Partners())
        passing_on.at_switch("partners", partners.pass_on_partners)
        daily.register("contacts", lambda on: f"{partners.forget_orphans()} contacts erased, whose keeper is gone")
