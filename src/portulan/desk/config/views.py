"""What belongs to no room: the front door by language, health, and the pages for when something is wrong."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from portulan.desk.config.jinja import asset
from portulan.desk.core.selectors import mail_is_late


def preferred_language(header: str) -> str:
    """Return the language of ours that the reader's browser prefers; English where it names none of them.

    Django's own negotiation would take a language refused by ``q=0``.
    """
    for tag, quality in parse_accept_lang_header(header.lower()):
        for code, _name in settings.LANGUAGES:
            if quality > 0 and tag.partition("-")[0] == code:
                return str(code)
    return "en"


@require_safe
def front_door(request: HttpRequest) -> HttpResponse:
    """Send the reader to the home in their language."""
    language = preferred_language(request.headers.get("Accept-Language", ""))
    response = HttpResponseRedirect(f"/{language}/")
    patch_vary_headers(response, ["Accept-Language"])
    response["Cache-Control"] = "private, max-age=0"
    return response


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Say whether the database answers, and whether mail waits for longer than it should."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    late = {"mail": "late"} if mail_is_late() else {}
    return JsonResponse({"status": "ok", **late}, headers={"Cache-Control": "no-store"})


@require_safe
def favicon(request: HttpRequest) -> HttpResponseRedirect:
    """Answer browsers that ask for the icon at its old place."""
    return HttpResponseRedirect(asset("theme/icon.svg"))


def _wrong(request: HttpRequest, status: int, title: str, text: str, todo: str) -> HttpResponse:
    context = {"title": title, "text": text, "todo": todo, "status": status}
    return render(request, "theme/wrong.html", context, status=status)


def _language_of(request: HttpRequest) -> str:
    for code, _name in settings.LANGUAGES:
        if request.path_info.startswith(f"/{code}/"):
            return str(code)
    return preferred_language(request.headers.get("Accept-Language", ""))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400: the address itself cannot be read."""
    with override(_language_of(request)):
        return _wrong(
            request,
            400,
            _("This address cannot be read"),
            _("Part of it is damaged or was not made by this site."),
            _("Start again from the map."),
        )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403: the page is there, and not for whoever asks."""
    with override(_language_of(request)):
        return _wrong(
            request,
            403,
            _("This page is not for you"),
            _("It is there, and your account may not open it."),
            _("If you need it, write to whoever runs this site."),
        )


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403: a form came without the mark by which we know our own forms."""
    with override(_language_of(request)):
        return _wrong(
            request,
            403,
            _("This form is too old, or not ours"),
            _("Nothing was written."),
            _("Go back, load the page again and send the form once more; the browser must accept cookies for it."),
        )


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer 429: the same thing was asked too often."""
    with override(_language_of(request)):
        return _wrong(
            request, 429, _("Too many attempts"), _("Nothing was written."), _("Wait a few minutes, then try again.")
        )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404: no page here."""
    with override(_language_of(request)):
        return _wrong(
            request,
            404,
            _("There is no page at this address"),
            _("It may have moved, or a letter is missing."),
            _("Start again from the map."),
        )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500: our fault; no template of a room is needed, and if even ours fails, plain text in two languages."""
    try:
        with override(_language_of(request)):
            return _wrong(
                request,
                500,
                _("Something broke on our side"),
                _("You did nothing wrong, and no figure was changed."),
                _("Try again in a minute. If it goes on, tell whoever runs this site what address you were at."),
            )
    except Exception:  # noqa: BLE001 - whatever is broken, the reader is told in words
        text = (
            "Something broke on our side. Try again in a minute.\nUne panne de notre côté. Réessayez dans un instant.\n"
        )
        return HttpResponse(text, status=500, content_type="text/plain; charset=utf-8")
