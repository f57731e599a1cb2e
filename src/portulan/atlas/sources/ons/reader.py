"""Reads the ONS table of UK services by type, partner country and direction (annual, long CSV, GBP million).

One record is one direction x service x partner x year. Sterling becomes US dollars at the yearly average of
``rates.csv`` (Federal Reserve, G.5A), or of the rates given; a year without a rate is set aside, never converted at
another year's. The codes nest (``0`` is the total): never add a heading to its parts. Amounts kept secret (``..``, a
fifth of all) are set aside, and make what is left of their year partial.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from portulan.atlas.errors import BadInputError
from portulan.atlas.sources.ledger import (
    FIELDS,
    NO_VALUE,
    NO_YEAR,
    NOT_A_NUMBER,
    SELF,
    SUPPRESSED,
    Ledger,
    Places,
    dollars,
    flow_rows,
    parse_number,
    parse_year,
    reading,
    reviewed,
)
from portulan.atlas.sources.reading import Reading
from portulan.atlas.sources.tables import open_table

HERE = Path(__file__).parent
COLUMNS = ("Direction", "Service type code", "Service type", "Country code", "Country", "year", "gbp_million")
NO_CODE = "no EBOPS code in our table"
NO_DIRECTION = "neither Exports nor Imports"


def shipped_rates() -> dict[int, float]:
    """Return US dollars for one pound, yearly averages, by year, as in the reviewed ``rates.csv``."""
    return {int(row["year"]): float(row["usd_per_unit"]) for row in reviewed(HERE / "rates.csv")}


def rates_of(context: Reading) -> dict[int, float]:
    """Return US dollars for one pound by year from a WDI reading that holds ``PA.NUS.FCRF`` for the United Kingdom."""
    columns = context.columns
    rows = np.flatnonzero((columns["market"] == "GBR") & (columns["indicator"] == "exchange_rate"))
    return {int(columns["year"][row]): 1 / float(columns["value"][row]) for row in rows if columns["value"][row] > 0}


def read(path: Path, rates: Mapping[int, float] | None = None) -> Reading:
    """Return the flows of the United Kingdom; ``value_gbp_million`` keeps the published amount beside ``value_usd``.

    Args:
        path: the CSV.
        rates: US dollars for one pound, by year; they come before those shipped.

    Raises:
        BadInputError: the file is not such a table, or a rate is not a positive number.
    """
    used = {**shipped_rates(), **(rates or {})}
    for year, rate in used.items():
        if not 0 < rate < float("inf"):
            raise BadInputError(f"the rate of {year} is {rate}", todo="give US dollars for one pound", file=path.name)
    table = open_table(path, COLUMNS, fallback="cp1252")
    ledger, places, rows = Ledger(table.file), Places(("iso2",), HERE / "places.csv"), flow_rows()
    codes = {row["ons_code"]: (_plain(row["ons_label"]), row["ebops2010"]) for row in reviewed(HERE / "codes.csv")}
    at = [table.column[name] for name in COLUMNS]
    kept_secret: set[int] = set()
    for line, record in table.rows:
        fields = [record[i].strip() for i in at] if len(record) == len(table.header) else []
        outcome = _row(fields, codes, places, used)
        if isinstance(outcome, str):
            ledger.aside(outcome, line, ",".join(record))
            if outcome == SUPPRESSED:
                kept_secret.add(parse_year(fields[COLUMNS.index("year")]) or 0)
        else:
            year, usd, texts = outcome
            rows.add(line, year, usd, texts)
    note = "GBP million at the yearly average of " + ("the rates given" if rates else "the Federal Reserve, G.5A")
    result = reading("ons", rows, ledger, kind="flows", value="value_usd", note=note)
    by_row = np.array([used[int(year)] for year in result.columns["year"]], dtype=np.float64)
    # The published amounts are whole millions, so dividing by the rate and rounding gives them back exactly.
    pounds = np.round(result.columns["value_usd"] / by_row / 1e6, 3)
    # Any sum of a year may miss an amount that was kept secret in it.
    status = np.where(np.isin(result.columns["year"], sorted(kept_secret)), "partial", result.columns["status"])
    columns = {**result.columns, "value_gbp_million": pounds, "status": status}
    known = dict.fromkeys(result.years, ("GBR",))
    return Reading("ons", "flows", columns, result.quarantined, result.years, result.codes, note, known)


def _row(
    fields: list[str], codes: Mapping[str, tuple[str, str]], places: Places, rates: Mapping[int, float]
) -> tuple[int, int, tuple[str, ...]] | str:
    """Return (year, dollars, texts) of a record, or the reason to set it aside."""
    if not fields:
        return FIELDS
    direction, code, text, partner, _, when, amount = fields
    if direction not in {"Exports", "Imports"}:
        return NO_DIRECTION
    partner_iso3, reason = places.find(partner)
    if partner_iso3 is None:
        return reason
    if partner_iso3 == "GBR":
        return SELF
    label, ebops = codes.get(code, ("", ""))
    # The label is compared too: a code whose meaning changed would otherwise be taken for the old one.
    if not ebops or label != _plain(text):
        return NO_CODE
    year = parse_year(when)
    if year is None:
        return NO_YEAR
    if amount in {"", ".."}:
        return SUPPRESSED if amount else NO_VALUE
    value = parse_number(amount)
    if value is None:
        return NOT_A_NUMBER
    if year not in rates:
        return f"no exchange rate for {year}: give one for GBP"
    usd = dollars(value * 1e6 * rates[year])
    if isinstance(usd, str):
        return usd
    exporter, market = ("GBR", partner_iso3) if direction == "Exports" else (partner_iso3, "GBR")
    return year, usd, ("services", exporter, market, "EBOPS2010", ebops, "reported")


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
