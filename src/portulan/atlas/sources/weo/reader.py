"""Reads the IMF World Economic Outlook: the file "by countries" as published, and a long CSV of one subject.

- ``WEO<month><year>all.xls`` is no workbook but text with tabs, in UTF-16 or Latin-1 by vintage: one line a country x
  subject, one column a year, ``n/a`` and ``--`` for nothing, thousands with commas, a line of source at the end;
- a long CSV ``year, country, <subject>`` (lower-case codes), which does not say which years are estimates.

The unit of account is the observation: one country x subject x year. Years after ``Estimates Start After`` are
``estimated``: the staff's estimates and projections. In the long shape every year is, since nothing says otherwise.
"""

from __future__ import annotations

from pathlib import Path

from portulan.atlas.errors import BadInputError
from portulan.atlas.sources.ledger import (
    FIELDS,
    NEGATIVE,
    NO_VALUE,
    NO_YEAR,
    NOT_A_NUMBER,
    Ledger,
    Places,
    Rows,
    context_rows,
    parse_number,
    parse_year,
    reading,
)
from portulan.atlas.sources.reading import Reading
from portulan.atlas.sources.tables import AGAIN, open_table, open_text

SUBJECTS: dict[str, tuple[str, str, str, float]] = {
    # subject: our indicator, our unit, the published unit, the scale of the long CSV
    "NGDPD": ("gdp", "current USD", "U.S. dollars", 1e9),
    "NGDPDPC": ("gdp_per_head", "current USD", "U.S. dollars", 1.0),
    "LP": ("population", "persons", "Persons", 1e6),
    "NGDP_RPCH": ("gdp_growth", "percent a year", "Percent change", 1.0),
}
SCALES = {"": 1.0, "Units": 1.0, "Thousands": 1e3, "Millions": 1e6, "Billions": 1e9}
WIDE = ("ISO", "WEO Subject Code", "Units", "Scale", "Estimates Start After")
OTHER = "subject the atlas does not use"
FOOTER = "line of source, not data"
SCALE = "unknown scale"
UNITS = "another unit than the subject's"
SIGNED = {"gdp_growth"}
NOTHING = {"", "n/a", "--", ".."}


def read(path: Path) -> Reading:
    """Return gdp, gdp_per_head, population and gdp_growth by country and year.

    Raises:
        BadInputError: neither of the two shapes; the file of country groups (it has no ISO codes).
    """
    first = next(text for _, text in open_text(path, fallback="latin-1"))
    ledger, places, rows = Ledger(path.name), Places(("iso3",)), context_rows()
    names = [name.strip().strip('"') for name in first.split(",")]
    subject = names[2].upper() if len(names) == 3 and set(names[:2]) == {"year", "country"} else ""
    if subject in SUBJECTS:
        _long(path, subject, rows, ledger, places)
        note = "the file does not say which years are estimates: every value is marked estimated"
    elif "WEO Country Group Code" in first:
        todo = 'give the file "by countries"'
        raise BadInputError("this is the file of country groups, without countries", todo=todo, file=path.name)
    else:
        _wide(path, rows, ledger, places)
        note = "years after 'Estimates Start After' are estimated (the staff's estimates and projections)"
    return reading("weo", rows, ledger, kind="context", value="value", note=note)


def _long(path: Path, subject: str, rows: Rows, ledger: Ledger, places: Places) -> None:
    indicator, unit, _, scale = SUBJECTS[subject]
    table = open_table(path, ("year", "country"), fallback="latin-1")
    year, place = table.column["year"], table.column["country"]
    subject_at = next(i for i, name in enumerate(table.header) if name.upper() == subject)
    for line, record in table.rows:
        if len(record) != 3:
            ledger.aside(FIELDS, line, ",".join(record))
            continue
        spec = (indicator, unit, scale, "estimated")
        cell = (record[place].strip().upper(), record[year].strip(), record[subject_at].strip())
        _keep(rows, ledger, line, places, spec, cell)


def _wide(path: Path, rows: Rows, ledger: Ledger, places: Places) -> None:
    table = open_table(path, WIDE, delimiters="\t,", fallback="latin-1")
    years = [(i, name) for i, name in enumerate(table.header) if parse_year(name) is not None]
    if not years:
        raise BadInputError("no column is a year", todo=AGAIN, file=table.file, line=1)
    at = [table.column[name] for name in WIDE]
    for line, record in table.rows:
        shown = " ".join(record)
        if record[0].startswith("International Monetary Fund") and not any(record[1:]):
            ledger.aside(FOOTER, line, shown)
            continue
        if len(record) != len(table.header):
            ledger.aside(FIELDS, line, shown, len(years))
            continue
        iso, subject, units, scale, last = (record[i].strip() for i in at)
        if subject not in SUBJECTS:
            ledger.aside(OTHER, line, subject, len(years))
        elif units != SUBJECTS[subject][2]:
            ledger.aside(UNITS, line, f"{subject} {units}", len(years))
        elif scale not in SCALES:
            ledger.aside(SCALE, line, f"{subject} {scale}", len(years))
        else:
            known = parse_year(last) or 0
            for i, year in years:
                status = "reported" if int(year) <= known else "estimated"
                spec = (SUBJECTS[subject][0], SUBJECTS[subject][1], SCALES[scale], status)
                _keep(rows, ledger, line, places, spec, (iso, year, record[i].strip()))


def _keep(
    rows: Rows,
    ledger: Ledger,
    line: int,
    places: Places,
    spec: tuple[str, str, float, str],
    cell: tuple[str, str, str],
) -> None:
    """Put one cell (code, year, text) among the rows or aside; ``spec`` is (indicator, unit, scale, status)."""
    code, year, text = cell
    indicator, unit, scale, status = spec
    iso3, reason = places.find(code)
    when, shown = parse_year(year), f"{code} {indicator} {year} {text}"
    value = parse_number(text.replace(",", ""))
    if iso3 is None:
        ledger.aside(reason, line, shown)
    elif when is None:
        ledger.aside(NO_YEAR, line, shown)
    elif text in NOTHING:
        ledger.aside(NO_VALUE, line, shown)
    elif value is None:
        ledger.aside(NOT_A_NUMBER, line, shown)
    elif value < 0 and indicator not in SIGNED:
        ledger.aside(NEGATIVE, line, shown)
    else:
        rows.add(line, when, round(value * scale, 6), (iso3, indicator, unit, status))
