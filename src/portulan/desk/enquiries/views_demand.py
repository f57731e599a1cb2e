"""What is asked and not served: a public page, and the files of the extract. Anybody may enter; nobody is named."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portulan.desk.core import reference
from portulan.desk.enquiries import demand_page, extracting

MINUTES = 300
_KINDS = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet", "json": "application/json"}


@require_safe
def demand(request: HttpRequest) -> HttpResponse:
    """Show a year of the extract."""
    language = get_language() or "en"
    asked = str(request.GET.get("year", ""))
    page = demand_page.page(extracting.published(), asked, reference.names(language), language)
    response = render(request, "enquiries/demand.html", {"page": page})
    response["Cache-Control"] = f"public, max-age={MINUTES}"
    return response


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Send a file of the extract."""
    found = extracting.file(name)
    if found is None:
        raise Http404
    kind = _KINDS[name.rpartition(".")[2]]
    response = FileResponse(found.open("rb"), as_attachment=True, filename=f"portulan-{name}", content_type=kind)
    response["Cache-Control"] = f"public, max-age={MINUTES}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
