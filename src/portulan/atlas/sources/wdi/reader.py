"""Reads the World Development Indicators in the four shapes they come in.

- the whole data base (``WDI_CSV.zip``): one line a country x indicator, one column a year;
- one indicator (``API_<indicator>_..._csv.zip``): the same after four lines of preamble;
- the API's JSON: ``[{page, pages, ...}, [observations]]``;
- a long CSV ``Country Name, Country Code, Year, Value`` (one indicator, told by the name of the file).

The unit of account is the observation: one country x indicator x year. A cell without a value is counted, never a zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
from portulan.atlas.sources.tables import (
    AGAIN,
    checked_members,
    is_zip,
    label,
    open_bytes,
    open_table,
    open_text,
    read_json,
)

HERE = Path(__file__).parent
INDICATORS: dict[str, tuple[str, str]] = {
    "NY.GDP.MKTP.CD": ("gdp", "current USD"),
    "NY.GDP.PCAP.CD": ("gdp_per_head", "current USD"),
    "NY.GDP.MKTP.KD.ZG": ("gdp_growth", "percent a year"),
    "SP.POP.TOTL": ("population", "persons"),
    "IT.NET.USER.ZS": ("internet_users", "percent of population"),
    "PA.NUS.FCRF": ("exchange_rate", "local currency units per USD, yearly average"),
}
SIGNED = {"gdp_growth"}
OTHER = "indicator the atlas does not use"
WIDE = ("Country Name", "Country Code", "Indicator Name", "Indicator Code")
LONG = ("Country Name", "Country Code", "Year", "Value")
BY_NAME = {"gdp": "NY.GDP.MKTP.CD", "population": "SP.POP.TOTL"}


def read(path: Path) -> Reading:
    """Return the context of markets: population, gdp, gdp_per_head, gdp_growth, internet_users, exchange_rate.

    Raises:
        BadInputError: none of the four shapes, a page of several, an answer of the API that is an error.
    """
    member = _data_member(path) if is_zip(path) else None
    ledger, places, rows = Ledger(label(path, member)), Places(("iso3",), HERE / "places.csv"), context_rows()
    if _first_byte(path, member) in (b"[", b"{"):
        _json(path, member, rows, ledger, places)
    elif (skip := _header_line(path, member)) is None:
        _long(path, member, rows, ledger, places)
    else:
        _wide(path, member, skip, rows, ledger, places)
    return reading("wdi", rows, ledger, kind="context", value="value")


def _data_member(path: Path) -> str:
    """Return the member with the data: beside it the World Bank puts tables of metadata."""
    names = [m.name for m in checked_members(path)]
    wanted = [
        name
        for name in names
        if (base := name.rsplit("/", 1)[-1]).lower() in {"wdidata.csv", "wdicsv.csv"}
        or (base.startswith("API_") and base.endswith(".csv"))
    ]
    if len(wanted) != 1:
        found = ", ".join(names)[:200]
        problem = f"one file WDICSV.csv, WDIData.csv or API_*.csv expected in the archive, it holds: {found}"
        raise BadInputError(problem, todo="give the archive as published", file=path.name)
    return wanted[0]


def _first_byte(path: Path, member: str | None) -> bytes:
    with open_bytes(path, member) as stream:
        return stream.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]


def _header_line(path: Path, member: str | None) -> int | None:
    """Return how many lines come before a wide header, or None where the table is long."""
    seen: list[str] = []
    for number, text in open_text(path, member):
        if "Indicator Code" in text:
            return number - 1
        seen.append(text)
        if number > 10:
            break
    if "Year" in seen[0] and "Value" in seen[0]:
        return None
    todo = "give WDI_CSV.zip, an API_*_csv.zip, an answer of the API in JSON, or a long CSV"
    raise BadInputError(f"the header is not one of the World Bank's: {seen[0][:120]!r}", todo=todo, file=path.name)


def _keep(rows: Rows, ledger: Ledger, line: int, places: Places, cell: tuple[str, str, str, str]) -> None:
    """Put one observation (country code, indicator, year, value) among the rows or aside."""
    code, indicator, year, text = cell
    iso3, reason = places.find(code)
    when, shown = parse_year(year), " ".join(cell)
    name, unit = INDICATORS[indicator]
    value = parse_number(text)
    if iso3 is None:
        ledger.aside(reason, line, shown)
    elif when is None:
        ledger.aside(NO_YEAR, line, shown)
    elif text in {"", ".."}:
        ledger.aside(NO_VALUE, line, shown)
    elif value is None:
        ledger.aside(NOT_A_NUMBER, line, shown)
    elif value < 0 and name not in SIGNED:
        ledger.aside(NEGATIVE, line, shown)
    else:
        rows.add(line, when, value, (iso3, name, unit, "reported"))


def _long(path: Path, member: str | None, rows: Rows, ledger: Ledger, places: Places) -> None:
    indicator = next((code for start, code in BY_NAME.items() if path.name.lower().startswith(start)), None)
    if indicator is None:
        todo = f"name the file after its indicator ({', '.join(BY_NAME)}) or give the published archive"
        raise BadInputError("nothing in this long table says which indicator it holds", todo=todo, file=path.name)
    table = open_table(path, LONG, member=member)
    code, year, value = (table.column[name] for name in LONG[1:])
    for line, record in table.rows:
        if len(record) != len(table.header):
            ledger.aside(FIELDS, line, ",".join(record))
        else:
            cell = (record[code].strip(), indicator, record[year].strip(), record[value].strip())
            _keep(rows, ledger, line, places, cell)


def _wide(path: Path, member: str | None, skip: int, rows: Rows, ledger: Ledger, places: Places) -> None:
    table = open_table(path, WIDE, member=member, skip=skip)
    years = [(i, name) for i, name in enumerate(table.header) if parse_year(name) is not None]
    if not years:
        raise BadInputError("no column is a year", todo=AGAIN, file=table.file, line=skip + 1)
    code, indicator = table.column["Country Code"], table.column["Indicator Code"]
    for line, record in table.rows:
        # The published lines end with a comma; some editions have no name over that last empty field.
        fields = record[:-1] if len(record) == len(table.header) + 1 and record[-1] == "" else record
        if len(fields) != len(table.header):
            ledger.aside(FIELDS, line, ",".join(record), len(years))
        elif fields[indicator].strip() not in INDICATORS:
            ledger.aside(OTHER, line, fields[indicator], len(years))
        else:
            for i, year in years:
                cell = (fields[code].strip(), fields[indicator].strip(), year, fields[i].strip())
                _keep(rows, ledger, line, places, cell)


def _json(path: Path, member: str | None, rows: Rows, ledger: Ledger, places: Places) -> None:
    for at, each in enumerate(_observations(read_json(path, member), ledger.file), 1):
        indicator = _text(each, "indicator", "id")
        if indicator not in INDICATORS:
            ledger.aside(OTHER, at, indicator)
            continue
        code = _text(each, "countryiso3code") or _text(each, "country", "id")
        _keep(rows, ledger, at, places, (code, indicator, _text(each, "date"), _text(each, "value")))


def _observations(answer: Any, file: str) -> Iterator[dict[str, Any]]:
    """Yield the observations of an answer; one page of several is refused, for the others would be gaps unseen."""
    head = answer[0] if isinstance(answer, list) and answer and isinstance(answer[0], dict) else None
    if head is None:
        raise BadInputError("not an answer of the World Bank's API", todo=AGAIN, file=file)
    if "message" in head:
        problem = f"the API answered an error: {str(head['message'])[:160]}"
        raise BadInputError(problem, todo="mend the request", file=file)
    if head.get("pages") not in (0, 1, "1"):
        problem = f"page {head.get('page')} of {head.get('pages')} only"
        raise BadInputError(problem, todo="ask with per_page=32500 so that all come in one page", file=file)
    data = answer[1] if len(answer) > 1 and answer[1] is not None else []
    if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        raise BadInputError("the observations are not a list of objects", todo=AGAIN, file=file)
    if str(head.get("total")) != str(len(data)):
        problem = f"{head.get('total')} observations are announced, {len(data)} are there"
        raise BadInputError(problem, todo=AGAIN, file=file)
    yield from data


def _text(each: Any, *names: str) -> str:
    for name in names:
        each = each.get(name) if isinstance(each, dict) else None
    return "" if each is None else str(each)
