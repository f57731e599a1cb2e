"""Portulan: the open market atlas and export desk of the cultural and creative industries."""

__version__ = "0.1.0"
