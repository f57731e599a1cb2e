"""The index that the browser searches: markets, sectors and the pages of the site, by their names in both languages."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portulan.atlas import api
from portulan.desk.markets import selectors
from portulan.desk.markets.place import page_address
from portulan.desk.markets.views_pages import answered
from portulan.desk.markets.wording import folded, typeset

_DAY = 24 * 3600
PAGES = ("map", "scan", "compare", "evidence", "method", "sources", "releases", "accessibility", "legal")
PLACED = ("map", "scan", "compare", "evidence")
"""Pages that have an exporter, which a search made on a page of another exporter keeps."""


def search_index(language: str) -> dict[str, object]:
    """Return names, what else each may be called, and where it leads; ``cell`` is where a market and a sector meet.

    What a thing is called stands folded, parted by a bar, its code first: a code must be typed whole.
    """
    other = "en" if language == "fr" else "fr"
    titles = {
        "map": _("Map"),
        "scan": _("Scan"),
        "compare": _("Compare markets"),
        "evidence": _("The sector in figures"),
        "method": _("Method"),
        "sources": _("Sources"),
        "releases": _("Releases"),
        "accessibility": _("Accessibility"),
        "legal": _("Legal notice"),
    }
    names, others = selectors.country_names(language), selectors.country_names(other)
    return {
        "markets": [
            [
                code,
                name,
                _called(code.lower(), others[code], *api.other_names("market", code)),
                page_address("market", market=code),
            ]
            for code, name in sorted(names.items(), key=lambda pair: folded(pair[1]))
        ],
        "sectors": [
            [
                code,
                typeset(selectors.sector_name(code, language), language),
                _called(code.replace("_", " "), selectors.sector_name(code, other), *api.other_names("sector", code)),
                page_address("sector", sector=code),
            ]
            for code, kind in selectors.sector_kinds().items()
            if kind == "sector"
        ],
        "pages": [[titles[name], "place" if name in PLACED else "", page_address(name)] for name in PAGES],
        "cell": page_address("cell", market="MARKET", sector="SECTOR"),
    }


def _called(*names: str) -> str:
    return "|".join(dict.fromkeys(folded(name) for name in names))


@require_safe
def serve_index(request: HttpRequest) -> HttpResponse:
    """Serve the index of a language."""

    def make(_place: object, language: str) -> HttpResponse:
        text = json.dumps(search_index(language), ensure_ascii=False, separators=(",", ":"))
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        response["Cache-Control"] = f"public, max-age={_DAY}"
        return response

    return answered(request, make)
