"""The search of what the desk writes: put, forget, find; and the rooms that the index can be made again from."""

from __future__ import annotations

from portulan.desk.core.search.documents import Document, Hit, Snippet
from portulan.desk.core.search.finding import find
from portulan.desk.core.search.providers import (
    Provider,
    address,
    kinds,
    readable,
    rebuild,
    refresh,
    register,
    unregister,
)
from portulan.desk.core.search.writing import forget, put

__all__ = [
    "Document",
    "Hit",
    "Provider",
    "Snippet",
    "address",
    "find",
    "forget",
    "kinds",
    "put",
    "readable",
    "rebuild",
    "refresh",
    "register",
    "unregister",
]
