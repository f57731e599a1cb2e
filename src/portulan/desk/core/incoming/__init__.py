"""Incoming mail that is never lost: kept first, then handled by the rooms that register for it."""

from portulan.desk.core.incoming.handlers import Handler, register, unregister

__all__ = ["Handler", "register", "unregister"]
