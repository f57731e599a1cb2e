"""The application of what every room needs."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Holds the tables of the reference and the log of acts."""

    name = "portulan.desk.core"
    label = "core"
