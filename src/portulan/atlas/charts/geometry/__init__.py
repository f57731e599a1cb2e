"""Boundaries: one committed file of map pieces, the points of view on them, and how both were made."""
