"""The pages of reference, and the files for robots."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portulan.desk.markets import selectors
from portulan.desk.markets.caching import kept
from portulan.desk.markets.place import Place, Problem, alike, page_address
from portulan.desk.markets.texts import method as _method
from portulan.desk.markets.texts import releases as _releases
from portulan.desk.markets.texts import sitemap as _sitemap
from portulan.desk.markets.texts import sources as _sources
from portulan.desk.markets.texts import statements as _statements

_MINUTES = 300


def _language() -> str:
    return "fr" if get_language() == "fr" else "en"


def _page(request: HttpRequest, template: str, make: Callable[[str], object], **more: object) -> HttpResponse:
    """Answer with a page, or say that there is no release, or that it is damaged."""
    try:
        page = make(_language())
    except selectors.ReleaseMissingError as error:
        return render(request, "markets/no_release.html", {"path": str(error)}, status=503)
    except selectors.UnknownCodeError as error:
        return _astray(request, (Problem(_("The atlas says"), str(error)),))
    except selectors.AtlasError as error:
        response = render(request, "markets/damaged.html", {"detail": str(error)}, status=503)
        response["Cache-Control"] = "no-store"
        return response
    response = render(request, template, {"page": page, "here": request.path, "site": _site(request), **more})
    response["Cache-Control"] = f"public, max-age={_MINUTES}"
    return response


def _astray(request: HttpRequest, problems: tuple[Problem, ...]) -> HttpResponse:
    context = {"problems": problems, "place": Place(), "page_address": page_address}
    response = render(request, "markets/astray.html", context, status=404)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@kept()
def method(request: HttpRequest) -> HttpResponse:
    """Every indicator and rule of the atlas."""
    return _page(request, "markets/method.html", _method.method_page)


@require_safe
@kept()
def crosswalk(request: HttpRequest, scheme: str) -> HttpResponse:
    """Which codes of one scheme belong to which sector."""
    known = [name for name, _href in _method.all_schemes()]
    if scheme not in known and scheme.upper() in known:
        return redirect("markets:crosswalk", scheme=scheme.upper(), permanent=True)
    if scheme not in known:
        meant = alike(scheme, [(name, name) for name in known]) or [(name, name) for name in known]
        links = tuple((name, page_address("crosswalk", scheme=name)) for name, _text in meant)
        return _astray(request, (Problem(_("Nomenclature"), scheme[:80], links),))
    return _page(request, "markets/crosswalk.html", lambda language: _method.crosswalk_page(scheme, language))


@require_safe
@kept()
def sources(request: HttpRequest) -> HttpResponse:
    """Where the figures come from."""
    return _page(request, "markets/sources.html", _sources.sources_page)


@require_safe
@kept("exporter")
def releases(request: HttpRequest) -> HttpResponse:
    """What this site serves, and what changed."""
    exporter = str(request.GET.get("exporter") or Place().exporter).strip().upper()
    known = selectors.country_names(_language())
    if exporter not in known:
        meant = tuple((name, f"{request.path}?exporter={code}") for code, name in alike(exporter, known.items()))
        return _astray(request, (Problem(_("Exporter"), exporter[:80], meant),))
    return _page(
        request,
        "markets/releases.html",
        lambda language: _releases.releases_page(exporter, language),
    )


@require_safe
@kept()
def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible the site is, and whom to tell."""
    return _page(request, "markets/accessibility.html", lambda _language: _statements.accessibility_page())


@require_safe
@kept()
def legal(request: HttpRequest) -> HttpResponse:
    """Who publishes, under which licences, and what is known of readers: nothing."""
    return _page(request, "markets/legal.html", _statements.legal_page)


def _site(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


@require_safe
@kept()
def sitemap(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """List every page in its default state; an index of lists where they are too many for one."""
    listed = _sitemap.entries()
    files = _sitemap.count_of_files(listed)
    # One list has one address: a part is there only where the whole is an index.
    if number is not None and (files == 1 or not 1 <= number <= files):
        raise Http404
    if files > 1 and number is None:
        text = _sitemap.index(_site(request), files)
    else:
        text = _sitemap.urlset(_site(request), listed, number or 1)
    response = HttpResponse(text, content_type="application/xml; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={_MINUTES}"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell robots what to read, and where the list of pages is."""
    response = HttpResponse(_sitemap.robots(_site(request)), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={_MINUTES}"
    return response
