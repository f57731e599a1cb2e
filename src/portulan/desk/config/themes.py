"""Which looks the site may wear. A theme is a folder of templates and static files with the same components."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

THEMES = ("portulan",)


def chosen_theme(value: str | None) -> str:
    """Return the theme to wear, or say which there are."""
    theme = value or "portulan"
    if theme not in THEMES:
        raise ImproperlyConfigured(
            f"PORTULAN_THEME is {theme!r}, and this version has only: {', '.join(THEMES)}. "
            "Unset the variable, or set it to one of these."
        )
    return theme
