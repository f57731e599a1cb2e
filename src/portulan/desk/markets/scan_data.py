"""What the page scores from in the reader's browser: every place and value of a question, without the weights.

The same document is served by the live site and written by the static publication.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import scan_questions, selectors
from portulan.desk.markets.cells import printed, status_text
from portulan.desk.markets.place import addresses
from portulan.desk.markets.scan_form import MOST
from portulan.desk.markets.scan_page import slots_of
from portulan.desk.markets.scan_state import ScanState
from portulan.desk.markets.wording import typeset

SCHEMA = "portulan-scan/1"


def scan_data(state: ScanState, language: str) -> dict[str, Any]:
    """Return the document of one question in one language.

    ``criteria`` come in the order in which their points are added. For each, and for each of ``markets`` in order:
    ``places`` (whole numbers; over ``of`` they are the 0 to 1 of the score; null where not known), ``said`` (the value
    as text; where it is not known, the number of its reason in ``reasons``), ``status`` (a letter a market, as on the
    page; "g" for a gap), ``years`` (one number, or one a market where they differ) and ``intervals`` (of 90 %, as text;
    absent where there is none at all).
    """
    asked = scan_questions.criteria(state.place, state.sector, bool(state.estimates))
    reasons: list[str] = []
    slots = slots_of(asked)
    href = addresses("cell", state.place, sector=state.sector)
    return {
        "schema": SCHEMA,
        "release": selectors.release().id,
        "language": language,
        "naming": asked.naming,
        "exporter": asked.exporter,
        "sector": asked.sector,
        "perimeter": asked.perimeter,
        "flow": asked.flow,
        "year": asked.year,
        "most": MOST,
        "enough": 0.5,
        "preset": asked.preset,
        "presets": asked.presets,
        "statuses": {name[0]: status_text(name) for name in ("reported", "partial", "estimated", "modelled")},
        "reasons": reasons,
        "unknown": _("not known"),
        "interval": _("90 %% interval:") % {},
        "criteria": [
            _criterion(one, asked, slots[one.id], reasons, language) for one in asked.criteria if one.id in asked.scales
        ],
        "markets": [
            {
                "id": market,
                "name": selectors.country_name(market, language),
                "href": href(market),
            }
            for market in asked.markets
        ],
    }


def _criterion(
    one: api.Criterion, asked: api.ScanCriteria, slot: int, reasons: list[str], language: str
) -> dict[str, Any]:
    scale = asked.scales[one.id]
    said: list[str | int] = []
    status, years, intervals = "", [], []
    for market in asked.markets:
        cell = printed(asked.value(one.id, market), language)
        status += cell.status[0]
        years.append(cell.year)
        intervals.append(cell.interval)
        if cell.value is None:
            if cell.reason not in reasons:
                reasons.append(cell.reason)
            said.append(reasons.index(cell.reason))
        else:
            said.append(cell.text)
    known = list({year for year, mark in zip(years, status, strict=True) if mark != "g"})
    return {
        "id": one.id,
        "name": one.name(language),
        "why": typeset(one.why(language), language),
        "kind": one.kind,
        "indicator": one.indicator,
        "unit": one.unit,
        "higher_is_better": one.higher_is_better,
        "slot": slot,
        "of": scale.of,
        "places": [scale.places.get(market) for market in asked.markets],
        "said": said,
        "status": status,
        "years": known[0] if len(known) == 1 else years,
        **({"intervals": intervals} if any(intervals) else {}),
    }
