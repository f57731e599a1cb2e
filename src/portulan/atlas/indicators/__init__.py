"""Every indicator of the atlas: its names, unit, equation, source and SQL. None of them reads a file."""

from __future__ import annotations

from portulan.atlas.errors import UnknownCodeError
from portulan.atlas.indicators import context, gravity, growth, potential, rca, trade
from portulan.atlas.indicators.base import Indicator

INDICATORS: tuple[Indicator, ...] = (
    *trade.INDICATORS,
    *growth.INDICATORS,
    *rca.INDICATORS,
    *potential.INDICATORS,
    *gravity.INDICATORS,
    *context.INDICATORS,
)
_BY_ID = {indicator.id: indicator for indicator in INDICATORS}


def indicator(ident: str) -> Indicator:
    """Return the indicator called `ident`; raise `UnknownCodeError` naming those that exist."""
    try:
        return _BY_ID[ident]
    except KeyError:
        raise UnknownCodeError("indicator", ident, todo="use one of " + ", ".join(_BY_ID)) from None
