"""The pages that letters lead to after a question was closed. Opening one writes nothing; its button does."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from portulan.desk.core.typed import Typed, WrongError
from portulan.desk.enquiries import check_pages, checks, selectors, views_joining
from portulan.desk.enquiries.rights import NotYoursError
from portulan.desk.enquiries.services import DeskError

_WRONG = 422


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def helped(request: HttpRequest, reference: str, key: str, number: int, value: int) -> HttpResponse:
    """Ask somebody to confirm, with one button, whether they were helped."""
    enquiry = selectors.own(reference, key)
    if enquiry is None:
        return views_joining.elsewhere(request, reference, key)
    need = next((one for one in enquiry.needs.all() if one.pk == number), None)
    if need is None or value not in (1, 2, 3):
        raise Http404
    need.enquiry = enquiry
    page = check_pages.helped(need, value, key, get_language() or "en")
    return _private(render(request, "enquiries/helped.html", {"page": page}))


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, reference: str, key: str, number: int) -> HttpResponse:
    """Ask somebody what came of their question, and keep what they say."""
    enquiry = selectors.own(reference, key)
    if enquiry is None:
        return views_joining.elsewhere(request, reference, key)
    found = next((one for need in enquiry.needs.all() for one in need.checks.all() if one.pk == number), None)
    if found is None:
        raise Http404
    language = get_language() or "en"
    if request.method != "POST":
        page = check_pages.check(
            found, language, done=str(request.GET.get("done", "")), no_more=checks.is_asked_no_more(found)
        )
        return _private(render(request, "enquiries/check.html", {"page": page}))
    try:
        done = "no_more" if request.POST.get("act") == "no-more" else "kept"
        if done == "no_more":
            checks.ask_no_more(found)
        else:
            checks.keep(found, check_pages.read(Typed(request.POST)))
    except WrongError as error:
        page = check_pages.check(
            found, language, wrong=((error.field, error.sentence),),
            typed={name: str(value) for name, value in request.POST.items()},
        )  # fmt: skip
        return _private(render(request, "enquiries/check.html", {"page": page}, status=_WRONG))
    except (DeskError, NotYoursError) as error:
        raise Http404 from error  # erased since the page was opened
    response = HttpResponseRedirect(f"{request.path}?done={done}")
    response.status_code = 303
    return _private(response)
