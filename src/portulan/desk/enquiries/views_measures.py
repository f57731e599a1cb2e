"""The measures of the desk: a page, and the same as a table to take away."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portulan.desk.core import reference
from portulan.desk.enquiries import measures, measures_asked, measures_file, measures_page, measuring
from portulan.desk.enquiries.measures_asked import Choice
from portulan.desk.enquiries.measures_page import Found, Names
from portulan.desk.enquiries.measuring import Scope
from portulan.desk.enquiries.reaching import reach_for
from portulan.desk.enquiries.rights import Reach
from portulan.desk.people.actors import signed_in

_FORBIDDEN = 403


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


@dataclass(frozen=True, slots=True)
class _View:
    """What is looked at, and what may be chosen."""

    scope: Scope
    choice: Choice
    posts: dict[str, str]
    operators: list[str]
    names: Names
    kinds: frozenset[bool]


def _view(request: HttpRequest, reach: Reach, language: str) -> _View:
    now = timezone.now()
    names, kinds, posts = reference.names(language), measuring.kinds_held(), measuring.posts_for(reach, language)
    choice = measures_asked.read(request.GET, posts, names, kinds, timezone.localdate(now))
    period = choice.days(timezone.localdate(now))
    scope = Scope(reach, period, now, choice.post, choice.market, choice.sector, choice.invented)
    operators = [] if reach.all_posts else measuring.operators_for(reach)
    return _View(scope, choice, posts, operators, names, kinds)


def _measured(scope: Scope) -> Found:
    persons = scope.posts is not None
    load = measuring.load_by_person(scope, timezone.localdate(scope.now)) if persons else measuring.load_by_post(scope)
    first = measures.first_answer(measuring.waits(scope))
    return Found(first, measuring.ages(scope), load, persons, measuring.demand(scope))


@signed_in
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the measures of what the reader works for."""
    language = get_language() or "en"
    reach = reach_for(request)
    if not reach.at_the_desk:
        return _private(render(request, "network/no_desk.html", {}, status=_FORBIDDEN))
    view = _view(request, reach, language)
    found = _measured(view.scope)
    words = measures_page.Words(view.scope, view.posts, view.operators, view.names, language)
    shown = measures_page.page(words, view.choice, found, view.kinds)
    return _private(render(request, "enquiries/measures.html", {"page": shown}))


@signed_in
@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """Send the same as a table, with every row."""
    reach = reach_for(request)
    if not reach.at_the_desk:
        return _private(render(request, "network/no_desk.html", {}, status=_FORBIDDEN))
    view = _view(request, reach, "en")
    text = measures_file.table(view.scope, view.operators, _measured(view.scope))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="portulan-measures.csv"'
    return _private(response)
