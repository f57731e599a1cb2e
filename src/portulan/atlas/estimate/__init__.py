"""Gravity: what to say where nobody reports, and whether it says it better than the static potential."""
