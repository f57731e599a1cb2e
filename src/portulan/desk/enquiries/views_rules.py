"""The rules of routing, for the coordination desk: read, written, tried before they are kept, and taken back."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portulan.desk.core import reference
from portulan.desk.core.forms import Wrong
from portulan.desk.enquiries import changing_rules, rule_facts, rule_form, rule_rows, rules_page
from portulan.desk.enquiries.models import RoutingRule
from portulan.desk.enquiries.reaching import reach_for
from portulan.desk.enquiries.rights import NotYoursError, Reach
from portulan.desk.enquiries.services import DeskError
from portulan.desk.people.actors import signed_in

_WRONG = 422


def _coordination(request: HttpRequest) -> Reach:
    """Return the reach of somebody of the coordination desk; for anybody else there is no such page."""
    reach = reach_for(request)
    if not reach.all_posts:
        raise Http404
    return reach


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


def _seen(request: HttpRequest) -> int:
    said = str(request.POST.get("seen", ""))
    return int(said) if said.isdigit() and len(said) < 16 else -1


def _refusal(error: DeskError) -> Wrong:
    sentences = {
        "rules_changed": _("Somebody changed the rules meanwhile, and nothing was done: look again."),
        "gone": _("It cannot be taken back: the operator or post that the rule named was removed."),
        "no_change": _("There is no change to take back."),
    }
    return (("", sentences[str(error)]),)


def _list(request: HttpRequest, wrong: Wrong = ()) -> HttpResponse:
    language = get_language() or "en"
    rows = rule_rows.all_rules()
    facts = rule_facts.facts(timezone.localdate(), rows, language)
    page = rules_page.rules(
        rows, facts, changing_rules.last_change(), language, done=str(request.GET.get("done", "")), wrong=wrong
    )
    return _private(render(request, "enquiries/rules.html", {"page": page}, status=_WRONG if wrong else 200))


@signed_in
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules in order, what is wrong with them, and what they change."""
    _coordination(request)
    return _list(request)


@signed_in
@require_POST
def act(request: HttpRequest, act: str) -> HttpResponse:
    """Move a rule, switch it, take it away, or take the last change back."""
    reach, seen = _coordination(request), _seen(request)
    said = str(request.POST.get("rule", ""))
    number = int(said) if said.isdigit() and len(said) < 16 else 0
    acts: dict[str, tuple[str, Callable[[], None]]] = {
        "up": ("moved", lambda: changing_rules.move(reach, number, seen, up=True)),
        "down": ("moved", lambda: changing_rules.move(reach, number, seen, up=False)),
        "on": ("on", lambda: changing_rules.switch(reach, number, seen, active=True)),
        "off": ("off", lambda: changing_rules.switch(reach, number, seen, active=False)),
        "remove": ("removed", lambda: changing_rules.remove(reach, number, seen)),
        "undo": ("undone", lambda: changing_rules.undo(reach, seen)),
    }
    if act not in acts:
        raise Http404
    done, do = acts[act]
    try:
        do()
    except NotYoursError as error:
        raise Http404 from error
    except DeskError as error:
        return _list(request, _refusal(error))
    return _to_list(done)


def _to_list(done: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{reverse('enquiries:rules')}?done={done}")
    response.status_code = 303
    return _private(response)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, number: int = 0) -> HttpResponse:
    """Show a rule to be written or changed; try it, or keep it."""
    reach = _coordination(request)
    language = get_language() or "en"
    rows = rule_rows.all_rules()
    row = next((one for one in rows if one.pk == number), None)
    if number and row is None:
        raise Http404
    facts = rule_facts.facts(timezone.localdate(), rows, language)
    if request.method != "POST":
        form = rule_form.of(row, facts.names[0]) if row else rule_form.begun(facts.on)
        last = changing_rules.last_change()
        page = rules_page.rule(number, form, rows, facts, last.pk if last else 0, language)
        return _private(render(request, "enquiries/rule.html", {"page": page}))
    return _sent(request, reach, number, rows, facts, language)


def _sent(
    request: HttpRequest, reach: Reach, number: int, rows: list[RoutingRule], facts: rule_facts.Facts, language: str
) -> HttpResponse:
    """Try what was typed, or keep it."""
    known = rule_form.Known(
        rule_form.known_markets(reference.territory_names("en"), reference.territory_names("fr")),
        facts.names[1], facts.languages, facts.posts(language), facts.operators,
    )  # fmt: skip
    written, wrong = rule_form.read(request.POST, known, new=not number)
    tried = None
    if written is not None and request.POST.get("do") == "try":
        row = changing_rules.draft(written, number or None)
        after = changing_rules.placed(rule_rows.all_rules(), row, written.place)
        tried = rules_page.try_out(rows, after, row, facts, language)
    elif written is not None:
        try:
            changing_rules.write(reach, written, number or None, _seen(request))
            return _to_list("kept")
        except NotYoursError as error:
            raise Http404 from error
        except DeskError as error:
            wrong = _refusal(error)
    form, seen = rule_form.filled(request.POST), _seen(request)
    page = rules_page.rule(number, form, rows, facts, seen, language, wrong=wrong, tried=tried)
    return _private(render(request, "enquiries/rule.html", {"page": page}, status=_WRONG if wrong else 200))
