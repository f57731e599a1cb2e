"""What a reader asks of the directory: market, sector, language; every word known, or named as unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

SHOWN = 80


@dataclass(frozen=True, slots=True)
class Ask:
    """A question; empty words ask for everything. The address carries the words that are said."""

    market: str = ""
    sector: str = ""
    language: str = ""

    def query(self) -> str:
        """Return the question as the end of an address."""
        said = urlencode([(name, value) for name, value in asdict(self).items() if value])
        return f"?{said}" if said else ""


def read(
    sent: QueryDict, markets: Mapping[str, str], sectors: Mapping[str, str], languages: Mapping[str, str]
) -> tuple[Ask, tuple[str, ...]]:
    """Return what is asked, and a sentence for each word that is not known: that one is left out."""
    market = str(sent.get("market", "")).strip().upper()
    sector = str(sent.get("sector", "")).strip()
    language = str(sent.get("language", "")).strip().lower()
    wrong = []
    if market and market not in markets:
        wrong.append(_("“%(value)s” is not a market we know.") % {"value": market[:SHOWN]})
        market = ""
    if sector and sector not in sectors:
        wrong.append(_("“%(value)s” is not a sector we know.") % {"value": sector[:SHOWN]})
        sector = ""
    if language and language not in languages:
        wrong.append(_("Nobody in the directory speaks “%(value)s”.") % {"value": language[:SHOWN]})
        language = ""
    return Ask(market, sector, language), tuple(wrong)
