"""Reads Eurostat's trade in cultural goods (``cult_trd_prd``) as SDMX-CSV, as TSV or as JSON-stat.

Its dimensions are freq, stk_flow, prod_ct, partner, unit, geo and the year. The partner is a group (inside or outside
the European Union), the product a group of Eurostat's own, the amount in euro: so this is context of a country, never
a flow between two. Indicators read ``cultural_goods_exports:TOTAL:EXT_EU27_2020`` and amounts are in euro.
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
    SUPPRESSED,
    Ledger,
    Places,
    Rows,
    context_rows,
    parse_number,
    parse_year,
    reading,
)
from portulan.atlas.sources.reading import Reading
from portulan.atlas.sources.tables import AGAIN, open_bytes, open_table, open_text, read_json

HERE = Path(__file__).parent
DIMENSIONS = ("freq", "stk_flow", "prod_ct", "partner", "unit", "geo")
FLOWS = {"EXP": "cultural_goods_exports", "IMP": "cultural_goods_imports"}
UNITS = {"THS_EUR": 1e3, "MIO_EUR": 1e6, "EUR": 1.0}
FLOW = "neither exports nor imports (balance, ratio)"
UNIT = "unit the atlas does not use"
MONTHLY = "not an annual record"
ESTIMATED = frozenset("eips")  # estimated, imputed, provisional, Eurostat's own estimate
Observation = tuple[int, dict[str, str], str, str, str]  # line, dimensions, year, value, flag


def read(path: Path) -> Reading:
    """Return exports and imports of cultural goods by country, group of products, group of partners and year.

    Raises:
        BadInputError: none of the three shapes, or another data set (its dimensions differ).
    """
    ledger, places, rows = Ledger(path.name), Places(("iso2",), HERE / "places.csv"), context_rows()
    with open_bytes(path) as stream:
        start = stream.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"{":
        observations = _jsonstat(read_json(path), path.name)
    elif "\\TIME_PERIOD\t" in next(text for _, text in open_text(path)):
        observations = _tsv(path, ledger)
    else:
        observations = _csv(path, ledger)
    for line, dimensions, year, value, flag in observations:
        _keep(rows, ledger, places, (line, dimensions, year, value, flag))
    note = "euro at current prices; partners are groups of countries"
    return reading("eurostat", rows, ledger, kind="context", value="value", note=note)


def _keep(rows: Rows, ledger: Ledger, places: Places, observation: Observation) -> None:
    """Put one observation among the rows or aside."""
    line, dimensions, year, text, flag = observation
    shown = " ".join([*dimensions.values(), year, text, flag])
    iso3, reason = places.find(dimensions["geo"])
    indicator, scale = FLOWS.get(dimensions["stk_flow"]), UNITS.get(dimensions["unit"])
    when, value = parse_year(year), parse_number(text)
    if dimensions["freq"] != "A":
        ledger.aside(MONTHLY, line, shown)
    elif indicator is None:
        ledger.aside(FLOW, line, shown)
    elif scale is None:
        ledger.aside(UNIT, line, shown)
    elif iso3 is None:
        ledger.aside(reason, line, shown)
    elif when is None:
        ledger.aside(NO_YEAR, line, shown)
    elif text in {"", ":"}:
        ledger.aside(SUPPRESSED if "c" in flag else NO_VALUE, line, shown)
    elif value is None:
        ledger.aside(NOT_A_NUMBER, line, shown)
    elif value < 0:
        ledger.aside(NEGATIVE, line, shown)
    else:
        status = "estimated" if ESTIMATED & set(flag) else "reported"
        name = f"{indicator}:{dimensions['prod_ct']}:{dimensions['partner']}"
        rows.add(line, when, round(value * scale, 2), (iso3, name, "EUR", status))


def _csv(path: Path, ledger: Ledger) -> Iterator[Observation]:
    """Yield the observations of an SDMX-CSV file; a code may come with its label, as ``FR: France``."""
    table = open_table(path, (*DIMENSIONS, "TIME_PERIOD", "OBS_VALUE"))
    column = table.column
    for line, record in table.rows:
        if len(record) != len(table.header):
            ledger.aside(FIELDS, line, ",".join(record))
            continue
        dimensions = {name: record[column[name]].partition(":")[0].strip() for name in DIMENSIONS}
        flag = record[column["OBS_FLAG"]].partition(":")[0].strip() if table.has("OBS_FLAG") else ""
        yield line, dimensions, record[column["TIME_PERIOD"]].strip(), record[column["OBS_VALUE"]].strip(), flag


def _tsv(path: Path, ledger: Ledger) -> Iterator[Observation]:
    r"""Yield the observations of a TSV file: ``freq,...,geo\TIME_PERIOD`` then one column a year, cells ``12.5 p``."""
    lines = open_text(path)
    number, first = next(lines)
    header = [name.strip() for name in first.split("\t")]
    names = header[0].partition("\\")[0].split(",")
    if missing := [name for name in DIMENSIONS if names.count(name) != 1]:
        problem = f"the dimensions are {', '.join(names)}"
        raise BadInputError(problem, todo="give cult_trd_prd", file=path.name, line=number, field=missing[0])
    for line, text in lines:
        cells = text.split("\t")
        codes = [code.strip() for code in cells[0].split(",")]
        if not text.strip():
            continue
        if len(cells) != len(header) or len(codes) != len(names):
            ledger.aside(FIELDS, line, text, len(header) - 1)
            continue
        dimensions = dict(zip(names, codes, strict=True))
        for year, cell in zip(header[1:], cells[1:], strict=True):
            value, _, flag = cell.strip().partition(" ")
            yield line, dimensions, year, value, flag


def _jsonstat(answer: Any, file: str) -> Iterator[Observation]:
    """Yield the observations of a JSON-stat 2.0 answer, in their order; a cell without a value is one too."""
    try:
        names, sizes = list(answer["id"]), [int(size) for size in answer["size"]]
        labels = [_ordered(answer["dimension"][name]["category"]["index"]) for name in names]
        values, flags = dict(_cells(answer["value"])), dict(_cells(answer.get("status") or {}))
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        said = str(answer.get("error") or "")[:160] if isinstance(answer, dict) else ""
        problem = f"the API answered an error: {said}" if said else "not a JSON-stat answer"
        raise BadInputError(problem, todo=AGAIN, file=file) from error
    wanted = (*DIMENSIONS, "time")
    if missing := [name for name in wanted if names.count(name) != 1]:
        problem = f"the dimensions are {', '.join(map(str, names))}"
        raise BadInputError(problem, todo="give cult_trd_prd", file=file, field=missing[0])
    if sizes != [len(each) for each in labels]:
        raise BadInputError("the sizes and the lists of codes disagree", todo=AGAIN, file=file)
    total = 1
    for size in sizes:
        total *= size
    if total > 50_000_000 or any(not 0 <= at < total for at in (*values, *flags)):
        raise BadInputError(f"values outside the {total} cells of the cube", todo=AGAIN, file=file)
    for cell in range(total):
        rest, codes = cell, {}
        for name, size, label in zip(reversed(names), reversed(sizes), reversed(labels), strict=True):
            rest, place = divmod(rest, size)
            codes[name] = label[place]
        dimensions = {name: codes[name] for name in DIMENSIONS}
        value = values.get(cell)
        yield cell + 1, dimensions, codes["time"], "" if value is None else str(value), str(flags.get(cell, ""))


def _ordered(index: Any) -> list[str]:
    """Return the codes of a dimension in their order; JSON-stat writes a list or an object of places."""
    if isinstance(index, list):
        return [str(code) for code in index]
    codes = sorted(index, key=lambda code: int(index[code]))
    if [int(index[code]) for code in codes] != list(range(len(codes))):
        raise ValueError("places are not 0, 1, 2 ...")
    return [str(code) for code in codes]


def _cells(cells: Any) -> Iterator[tuple[int, Any]]:
    """Yield (place, value) of a full list or of an object holding only the cells there are."""
    if isinstance(cells, list):
        yield from enumerate(cells)
    else:
        yield from ((int(place), value) for place, value in cells.items())
