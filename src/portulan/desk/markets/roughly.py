"""How an estimate is said in a sentence: two digits, for it holds no more, and the interval it may lie in."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets.wording import between, money, probability, said

_ZERO = re.compile(r"(?<=\d\d)[.,]0(?=\u00a0)")


def rough_money(value: float, language: str) -> str:
    """Return US dollars with two digits: ``100 M$``, ``4.5 bn$``."""
    return _ZERO.sub("", money(float(f"{value:.1e}"), language))


def roughly(value: api.Figure, language: str) -> str:
    """Return a figure as a sentence says it: an estimate with two digits and its interval, any other as it is."""
    if value.status != "estimated":
        return said(value.value, value.unit, language, value.indicator)
    if value.unit != "USD":
        text = probability(value.value, language) if value.indicator == "share" else ""
        return text or said(value.value, value.unit, language, value.indicator)
    text = rough_money(value.value, language)
    if value.low is None or value.high is None:
        return text
    low, high = float(f"{value.low:.1e}"), float(f"{value.high:.1e}")
    span = _ZERO.sub("", between(low, high, value.unit, language, value.indicator))
    return _("%(value)s (90 %% interval: %(interval)s)") % {"value": text, "interval": span}
