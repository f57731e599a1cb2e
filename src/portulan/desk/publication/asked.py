"""What a publication is asked for, checked: every word known to the atlas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portulan.desk.markets import selectors
from portulan.desk.markets.place import alike
from portulan.desk.publication.pages import Wanted


def wanted(exporter: str, markets: Sequence[str], sectors: Sequence[str]) -> Wanted:
    """Return what is asked for; raise `UnknownCodeError` for a word the atlas does not know, with the nearest it does.

    Codes of countries may be written small. A word said twice counts once.
    """
    names = selectors.country_names("en")
    kinds = selectors.sector_kinds()
    return Wanted(
        _known("exporter", exporter.strip().upper(), names, "use an ISO3 code such as FRA"),
        tuple(
            _known("market", code, names, "use an ISO3 code such as JPN")
            for code in dict.fromkeys(code.strip().upper() for code in markets)
        ),
        tuple(
            _known("sector", sector, {kind: selectors.sector_name(kind, "en") for kind in kinds}, _one_of(kinds))
            for sector in dict.fromkeys(sectors)
        ),
    )


def _one_of(kinds: Mapping[str, str]) -> str:
    return f"use one of {', '.join(sector for sector, kind in kinds.items() if kind != 'group')}"


def _known(kind: str, code: str, names: Mapping[str, str], otherwise: str) -> str:
    if code in names:
        return code
    near = [f"{known} ({name})" for known, name in alike(code, names.items())]
    raise selectors.UnknownCodeError(kind, code[:40], todo=f"did you mean {' or '.join(near)}?" if near else otherwise)
