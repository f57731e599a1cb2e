"""Files of a view to take away, and the picture that stands for it elsewhere: made when asked for, so many a minute."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from portulan import __version__
from portulan.desk.core import keeping, limits
from portulan.desk.markets import drawings, selectors
from portulan.desk.markets.forms import MapForm
from portulan.desk.markets.selectors import Choices
from portulan.desk.markets.sharing import FORMATS, content, file_name
from portulan.desk.markets.views import MINUTES, answered

BUDGET = limits.Budget("files", 40)
COSTLY = frozenset({"png", "xlsx", "parquet", "card"})
"""What takes long enough to be kept, and counted."""
CACHE = "files"
_DAY = 24 * 3600
_OK, _UNCHANGED, _TOO_MANY = 200, 304, 429


@require_safe
def take_away(request: HttpRequest, name: str, fmt: str) -> HttpResponse:
    """Send the figures or the drawing of a view as a file; ``name`` is for the reader only, the query is the state."""

    def answer(request: HttpRequest, form: MapForm, choices: Choices, language: str) -> HttpResponse:
        state = content(form.state)
        order = ordered(request, state.query(), fmt, language)
        if order.answer is not None:
            return order.answer
        found = selectors.answer(state)

        def make() -> bytes:
            return drawings.file_of(found.ranking, fmt, language, state.scale)

        named = file_name(state.change(by=found.by, year=str(found.ranking.year or "")))
        return attached(order.sent(make), f"{named}.{fmt}")

    return answered(request, answer)


@require_safe
def picture(request: HttpRequest) -> HttpResponse:
    """Send the picture that other sites show beside a link to a view."""

    def answer(request: HttpRequest, form: MapForm, choices: Choices, language: str) -> HttpResponse:
        state = content(form.state)

        def make() -> bytes:
            return drawings.card_of(selectors.answer(state).ranking, language, state.scale)

        return sent(request, state.query(), "card", language, make)

    return answered(request, answer)


def attached(response: HttpResponse, name: str) -> HttpResponse:
    """Give a file the name under which it is kept; an answer without one stays as it is."""
    if response.status_code == _OK:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@dataclass(frozen=True, slots=True)
class Order:
    """A file asked for, before anything of it is computed; ``answer`` is there where nothing has to be."""

    key: str
    etag: str
    kind: str
    release: selectors.Key
    data: bytes | None = None
    answer: HttpResponse | None = None

    def sent(self, make: Callable[[], bytes]) -> HttpResponse:
        """Send what is kept, else what `make` makes."""
        data = self.data
        if data is None:
            data = make()
            # Another release may have taken the place of this one meanwhile: what was made is then sent, not kept.
            if self.kind in COSTLY and selectors.release_key() == self.release:
                keeping.keep(CACHE, self.key, data, _DAY)
        response = HttpResponse(data, content_type=FORMATS["png" if self.kind == "card" else self.kind])
        response["X-Content-Type-Options"] = "nosniff"
        return _headed(response, self.etag)


def ordered(request: HttpRequest, about: str, kind: str, language: str) -> Order:
    """Take an order: the same release, software, language and state (``about``) give the same bytes.

    It is counted here, before anything is computed: a refusal that costs what a file costs would be no limit.
    ``kind`` is a format of `FORMATS`, or ``card`` for the picture of a page.
    """
    release = selectors.release_key()
    words = (selectors.release().id, __version__, kind, language, about)
    key = hashlib.sha256("\n".join(words).encode()).hexdigest()
    etag = f'"{key[:32]}"'
    unchanged = get_conditional_response(request, etag=etag)
    if isinstance(unchanged, HttpResponse) and unchanged.status_code == _UNCHANGED:
        return Order(key, etag, kind, release, answer=_headed(unchanged, etag))
    data = keeping.look(CACHE, key) if kind in COSTLY else None
    if data is None and kind in COSTLY and (wait := limits.spend(BUDGET, limits.reader(request))):
        return Order(key, etag, kind, release, answer=_later(request, wait))
    return Order(key, etag, kind, release, data)


def sent(request: HttpRequest, about: str, kind: str, language: str, make: Callable[[], bytes]) -> HttpResponse:
    """Send what `make` makes, where nothing has to be known of it before."""
    order = ordered(request, about, kind, language)
    return order.answer if order.answer is not None else order.sent(make)


def _headed(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={MINUTES}"
    return response


def _later(request: HttpRequest, wait: int) -> HttpResponse:
    """Answer 429: this reader had as many new files as one minute allows."""
    context = {
        "status": _TOO_MANY,
        "title": _("Too many new files at once"),
        "text": _("Each new file is made for you, %(most)d a minute at most.") % {"most": BUDGET.most},
        "todo": ngettext("Try again in %(num)d second.", "Try again in %(num)d seconds.", wait) % {"num": wait},
    }
    response = render(request, "theme/wrong.html", context, status=_TOO_MANY)
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = "no-store"
    return response
