"""The public pages of the network. Anyone may enter; nothing is written."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portulan.desk.network import asked, files, pages, selectors, wording

MINUTES = 60
"""Seconds for which a cache may keep a page: who answers may change at any moment."""
_LOST = 404


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Show who answers: by market, sector and language."""
    language = get_language() or "en"
    net, names = selectors.network(), selectors.names(language)
    ask, wrong = asked.read(request.GET, *names, pages.spoken(net, language))
    page = pages.directory(net, ask, wrong, names, language)
    return _kept(render(request, "network/directory.html", {"page": page}, status=_LOST if wrong else 200))


@require_safe
def directory_file(request: HttpRequest) -> HttpResponse:
    """Send the same as a table."""
    language = get_language() or "en"
    net, names = selectors.network(), selectors.names(language)
    ask, wrong = asked.read(request.GET, *names, pages.spoken(net, language))
    if wrong:
        return directory(request)
    response = HttpResponse(files.table(net, ask, language), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="portulan-correspondents.csv"'
    return _kept(response)


@require_safe
def post(request: HttpRequest, code: str) -> HttpResponse:
    """Show one post."""
    language = get_language() or "en"
    net = selectors.network()
    office = net.office(code)
    if office is None:
        raise Http404
    page = pages.post_page(net, office, selectors.names(language), language)
    return _kept(render(request, "network/post.html", {"page": page}))


@require_safe
def card(request: HttpRequest, number: int) -> HttpResponse:
    """Send the card of a person who agreed that their name is public."""
    language = get_language() or "en"
    for office in selectors.network().offices:
        for one in office.contacts:
            if one.id == number and one.card.name:
                text = files.card(office, one, wording.role(one), language)
                response = HttpResponse(text, content_type="text/vcard; charset=utf-8")
                response["Content-Disposition"] = f'attachment; filename="{office.code}-{one.id}.vcf"'
                return _kept(response)
    raise Http404


@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """Show the markets and sectors that nobody is designated for."""
    language = get_language() or "en"
    page = pages.gaps(selectors.network(), selectors.names(language), language)
    return _kept(render(request, "network/gaps.html", {"page": page}))


@require_safe
def gaps_file(request: HttpRequest) -> HttpResponse:
    """Send the same as a table."""
    language = get_language() or "en"
    names = selectors.names(language)
    page = pages.gaps(selectors.network(), names, language)
    response = HttpResponse(files.gaps(page.rows, names[1]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="portulan-gaps.csv"'
    return _kept(response)


def _kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = f"public, max-age={MINUTES}"
    return response
