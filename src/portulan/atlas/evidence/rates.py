"""Annual average exchange rates, as the user gives them: Portulan ships none, and knows none by heart."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from portulan.atlas.errors import AtlasError, BadInputError
from portulan.atlas.reference.crosswalk import read_rows

COLUMNS = ("year", "eur_per_usd", "source")
CALLED = "given by the caller; its source is not stated"
TYPED = "given on the command line; its source is not stated"


@dataclass(frozen=True, slots=True)
class Rate:
    """Euros for one US dollar, on average over a year, and who says so."""

    year: int
    eur_per_usd: float
    source: str


def parse_rate(text: str) -> Rate:
    """Read ``2013=0.5`` (invented): euros for one US dollar. Raises `AtlasError` saying what is expected."""
    year, separator, rate = text.partition("=")
    if not separator or not _is_year(year) or (value := _number(rate)) is None:
        raise AtlasError(
            f"cannot read the rate {text!r}; write YEAR=RATE, the euros that one US dollar was worth on average over "
            "the year"
        )
    return Rate(int(year), value, TYPED)


def of_caller(given: Mapping[int, float]) -> tuple[Rate, ...]:
    """Return rates given by a program, by year; raise `AtlasError` where one is not a positive number."""
    for year, rate in given.items():
        if not (math.isfinite(rate) and rate > 0):
            raise AtlasError(f"{rate!r} is no rate for {year}; give the euros that one US dollar was worth")
    return by_year(
        Rate(year, float(rate), "given by the caller; its source is not stated") for year, rate in given.items()
    )


def read_rates(path: Path) -> tuple[Rate, ...]:
    """Read a CSV with the columns year, eur_per_usd and source, one line a year.

    Raises `BadInputError` naming file, line and field: a rate without a source is refused as a wrong one is.
    """
    if not path.is_file():
        raise BadInputError(
            "no such file", todo=f"give a CSV with the columns {', '.join(COLUMNS)} with --rates", file=path
        )
    found: list[Rate] = []
    try:
        for line, row in read_rows(path, COLUMNS):
            value = _number(row["eur_per_usd"])
            for field, good, todo in (
                ("year", _is_year(row["year"]), "write a year, such as 2013"),
                ("eur_per_usd", value is not None, "write the euros that one US dollar was worth, as a number"),
                ("source", bool(row["source"].strip()), "say who publishes the rate"),
            ):
                if not good:
                    raise BadInputError(
                        f"{row[field]!r} is not allowed here", todo=todo, file=path.name, line=line, field=field
                    )
            found.append(Rate(int(row["year"]), value or 0.0, row["source"].strip()))
    except UnicodeDecodeError:
        raise BadInputError("the text is not UTF-8", todo="save it as UTF-8", file=path.name) from None
    except csv.Error as error:
        raise BadInputError(f"not a CSV ({error})", todo="save it as CSV", file=path.name) from None
    return by_year(found)


def by_year(given: Iterable[Rate]) -> tuple[Rate, ...]:
    """Return rates in the order of their years; raise `AtlasError` where a year has two."""
    found: dict[int, Rate] = {}
    for rate in given:
        if rate.year in found:
            raise AtlasError(f"two rates are given for {rate.year}; keep one")
        found[rate.year] = rate
    return tuple(found[year] for year in sorted(found))


def _is_year(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) == 4


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None
