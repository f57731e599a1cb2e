"""The application of people."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Holds persons and what they agreed to."""

    name = "portulan.desk.people"
    label = "people"
