"""Addresses for programs, the same in every language."""

from __future__ import annotations

import re

from django.urls import URLPattern, path, re_path

from portulan.desk.api import description, operations_more, views
from portulan.desk.api.door import open_to_all

app_name = "api"


def _operations() -> list[URLPattern]:
    """Return the addresses of the operations, each behind the same door; django-ninja's own front page is left out."""
    found: list[URLPattern] = []
    for pattern in operations_more.whole().urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            named = "/" + description.PREFIX + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
            known = description.parameters(named)
            found.append(path(f"v1/{pattern.pattern}", open_to_all(pattern.callback, known), name=pattern.name))
    return found


urlpatterns = [
    *_operations(),
    path("v1/openapi.json", open_to_all(views.openapi), name="openapi"),
    path("v1/docs", open_to_all(views.docs), name="docs"),
    re_path(r"^(?P<rest>[\s\S]*)$", open_to_all(views.nowhere, None), name="nowhere"),
]
