"""The pages on which somebody says whom they work for."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portulan.desk.core.typed import Typed, WrongError
from portulan.desk.people import belonging, belonging_page, services
from portulan.desk.people.actors import account_of, actor_of, signed_in
from portulan.desk.people.models import Affiliation, OrganisationKind, Person

_WRONG = 422


def _me(request: HttpRequest) -> Person:
    account = account_of(request)
    if account is None or account.person is None:
        raise Http404
    return account.person


def _mine(request: HttpRequest, number: int) -> Affiliation:
    found = belonging.affiliation_for(_me(request).pk, number)
    if found is None:
        raise Http404
    return found


def _see(done: str) -> HttpResponse:
    answer = HttpResponseRedirect(f"{reverse('people:organisations')}?done={done}")
    answer.status_code = 303
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def organisations(request: HttpRequest) -> HttpResponse:
    """Show somebody their organisations; take in one more."""
    person, today, wrong = _me(request), timezone.localdate(), None
    form = belonging_page.empty()
    if request.method == "POST":
        typed = Typed(request.POST)
        try:
            belonging.say(person, belonging_page.read(typed, person, today), actor=actor_of(request).label)
            return _see("added")
        except WrongError as error:
            wrong = error
        except belonging.SaidAlreadyError:
            wrong = WrongError("name", _("This organisation is among yours already."))
        except services.PeopleError:
            wrong = WrongError("", _("There are too many: end one of them, or take one away."))
        form = belonging_page.retyped(typed, wrong, whole=True)
    page = belonging_page.page(person, form, get_language() or "en", today, str(request.GET.get("done", "")))
    return render(request, "people/organisations.html", {"page": page}, status=_WRONG if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def organisation(request: HttpRequest, number: int) -> HttpResponse:
    """Show the form of one organisation; take in what was changed."""
    mine, today, wrong = _mine(request, number), timezone.localdate(), None
    whole = mine.organisation_id in belonging.changeable([mine], mine.person_id)
    form = belonging_page.standing(mine, whole=whole)
    if request.method == "POST":
        typed = Typed(request.POST)
        try:
            said = belonging_page.read(typed, mine.person, today) if whole else _day_alone(typed, mine)
            belonging.rewrite(mine, said, actor=actor_of(request).label)
            return _see("changed")
        except WrongError as error:
            wrong = error
        except services.PeopleError:
            wrong = WrongError("since", _("It ended before that day."))
        form = belonging_page.retyped(typed, wrong, whole=whole)
    shown = {
        "number": number, "name": mine.organisation.name, "form": form, "kinds": belonging_page.kinds(),
        "today": today.isoformat(), "until": mine.until,
    }  # fmt: skip
    return render(request, "people/organisation.html", shown, status=_WRONG if wrong else 200)


def _day_alone(typed: Typed, mine: Affiliation) -> belonging.Said:
    there = mine.organisation
    since = belonging_page.read_past(typed, "since", timezone.localdate())
    return belonging.Said(there.name, OrganisationKind(there.kind), there.registration, since)


@require_POST
@signed_in
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End an affiliation on a day: today where none is given."""
    mine, today = _mine(request, number), timezone.localdate()
    try:
        on = belonging_page.read_past(Typed(request.POST), "until", today) or today
        services.end_affiliation(mine, on, actor=actor_of(request).label)
    except (WrongError, services.PeopleError) as error:
        sentence = error.sentence if isinstance(error, WrongError) else _("It begins after that day.")
        whole = mine.organisation_id in belonging.changeable([mine], mine.person_id)
        form = belonging_page.standing(mine, whole=whole)
        shown = {
            "number": number, "name": mine.organisation.name, "kinds": belonging_page.kinds(),
            "today": str(request.POST.get("until", "")), "until": mine.until,
            "form": belonging_page.with_wrong(form, "until", sentence),
        }  # fmt: skip
        return render(request, "people/organisation.html", shown, status=_WRONG)
    return _see("ended")


@require_POST
@signed_in
def take_away(request: HttpRequest, number: int) -> HttpResponse:
    """Erase that somebody belonged to an organisation."""
    belonging.take_away(_mine(request, number), actor=actor_of(request).label)
    return _see("taken")
