"""Parts of lists: how many, from where, and the addresses of the parts before and after (RFC 8288)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from portulan.desk.api.door import json_answer
from portulan.desk.api.schemas import Page
from portulan.desk.markets import open_data


def listed(request: HttpRequest, items: Sequence[Any], page: Page, more: dict[str, Any] | None = None) -> HttpResponse:
    """Return one part of a list with its papers; `more` is what else the answer says."""
    part = items[page.offset : page.offset + page.limit]
    content = {
        "release": open_data.release_papers(),
        "total": len(items),
        "limit": page.limit,
        "offset": page.offset,
        **(more or {}),
        "items": part,
    }
    response = json_answer(content)
    response["X-Total-Count"] = str(len(items))
    if links := _links(request, len(items), page):
        response["Link"] = links
    return response


def _links(request: HttpRequest, total: int, page: Page) -> str:
    last = max(0, (total - 1) // page.limit * page.limit)
    places = {"first": 0, "last": last}
    if page.offset > 0:
        places["prev"] = min(max(0, page.offset - page.limit), last)
    if page.offset + page.limit < total:
        places["next"] = page.offset + page.limit
    return ", ".join(f'<{_address(request, offset, page)}>; rel="{name}"' for name, offset in places.items())


def _address(request: HttpRequest, offset: int, page: Page) -> str:
    query = request.GET.copy()
    query["limit"], query["offset"] = str(page.limit), str(offset)
    return f"{request.path}?{query.urlencode()}"
