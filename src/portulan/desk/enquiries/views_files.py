"""Files that came with a question: sent to those who may read it, to be saved and never to be shown by the browser."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portulan.desk.core.files.models import StoredFile
from portulan.desk.core.files.services import FileNotOpenedError, open_file
from portulan.desk.enquiries import attaching, selectors
from portulan.desk.enquiries.reaching import reach_for
from portulan.desk.enquiries.views_ways_in import private
from portulan.desk.people.actors import signed_in

_NOT_NOW = 409


@require_safe
def own_file(request: HttpRequest, reference: str, key: str, number: UUID) -> HttpResponse:
    """Send an asker a file of their own question."""
    enquiry = selectors.own(reference, key)
    response = _sent(request, attaching.for_asker(enquiry, number) if enquiry else None)
    response["X-Robots-Tag"] = "noindex"
    return response


@signed_in
@require_safe
def need_file(request: HttpRequest, number: int, file: UUID) -> HttpResponse:
    """Send a colleague a file of a need that they may see."""
    need = selectors.need_for(reach_for(request), number)
    return _sent(request, attaching.for_desk(need, file) if need else None)


def _sent(request: HttpRequest, stored: StoredFile | None) -> HttpResponse:
    if stored is None:
        raise Http404
    try:
        data = open_file(stored)
    except FileNotOpenedError as error:
        page = {"name": stored.name, "why": str(error)}
        return private(render(request, "enquiries/no_file.html", {"page": page}, status=_NOT_NOW))
    response = HttpResponse(data, content_type=stored.kind)
    response["Content-Disposition"] = content_disposition_header(True, stored.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return private(response)
