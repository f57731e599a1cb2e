"""The page on which the coordination desk takes in a table of questions: shown first, written when confirmed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portulan.desk.core import reference
from portulan.desk.enquiries import table, table_page, tables
from portulan.desk.enquiries.models import Heard
from portulan.desk.enquiries.reaching import reach_for
from portulan.desk.enquiries.rights import Reach
from portulan.desk.enquiries.views_ways_in import not_at_the_desk, private, see
from portulan.desk.people.actors import signed_in
from portulan.desk.people.selectors import name_of

_WRONG = 422


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """Ask for a table; show what it would write, or what is wrong with it; write it once that is confirmed."""
    reach = reach_for(request)
    if not reach.all_posts:
        return not_at_the_desk(request)
    language = get_language() or "en"
    if request.method != "POST":
        return _shown(request, table_page.empty(language, done=_done(request)))
    heard = str(request.POST.get("heard", ""))
    carried = str(request.POST.get("carried", ""))
    try:
        text = tables.unpacked(carried) if carried else _chosen(request)
        if heard not in Heard.values:
            return _refused(request, "heard", _("Choose how the questions came."), Heard.MEETING)
        read = table.read(text, _words(reach, language, heard))
    except table.TableError as error:
        return _refused(request, "table", str(error), heard)
    if carried and not any(line.wrong for line in read.lines):
        new, known = tables.take_in(reach, read.lines)
        return see(f"{reverse('enquiries:table')}?new={new}&known={known}")
    known_lines = tables.there_already(read.lines)
    page = table_page.preview(read, known_lines, tables.packed(text), heard, reference.names(language), language)
    return _shown(request, page, _WRONG if page.cells else 200)


def _chosen(request: HttpRequest) -> str:
    sent = request.FILES.get("table")
    if sent is None:
        raise table.TableError(_("Choose a file first."))
    return table.text_of(sent.read(table.MOST_BYTES + 1))


def _words(reach: Reach, language: str, heard: str) -> table.Known:
    person = reach.actor.person
    return table.known(reference.names("en"), reference.names("fr"), language, person, name_of(person), heard)


def _refused(request: HttpRequest, field: str, sentence: str, heard: str) -> HttpResponse:
    page = table_page.empty(get_language() or "en", heard=heard, wrong=((field, sentence),))
    return _shown(request, page, _WRONG)


def _shown(request: HttpRequest, page: table_page.TablePage, status: int = 200) -> HttpResponse:
    return private(render(request, "enquiries/table.html", {"page": page}, status=status))


def _done(request: HttpRequest) -> str:
    new, known = str(request.GET.get("new", "")), str(request.GET.get("known", ""))
    if not (new.isascii() and new.isdigit() and known.isascii() and known.isdigit() and len(new + known) < 12):
        return ""
    count = int(new)
    said = ngettext("%(count)s question was written down.", "%(count)s questions were written down.", count)
    return " ".join([said % {"count": count}, *table_page.left_out(int(known))])


@signed_in
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """Send an empty table with its headings."""
    if not reach_for(request).all_posts:
        return not_at_the_desk(request)
    response = HttpResponse(table.template(get_language() or "en"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_("questions")}.csv"'
    return private(response)
