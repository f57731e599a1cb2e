"""The files that are measured: the real year where it is, else one made up, and twenty-four years made from it."""

from __future__ import annotations

import math
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.processes import ROOT, task

REAL = ROOT.parent / "shared" / "data" / "baci" / "baci_hs17_2024_220importers.parquet"
SYNTHETIC_ROWS = 2_000_000
YEAR = 2024
GB_A_YEAR = 0.15
"""Room to have for one year: its Parquet, its part of the release, and what the engine may put aside while sorting."""
CULTURAL = 1 / 3
NOT_REPORTING = ("DEU", "ESP", "FRA", "GBR", "NLD", "USA")


def one_year(folder: Path, rows: int | None) -> tuple[Path, str]:
    """Return the file of one year and what to say of it; `rows` asks for a synthetic one of that length."""
    if rows is None and REAL.exists():
        return REAL, ""
    length = rows or SYNTHETIC_ROWS
    out = folder / "synthetic_hs17_2024.parquet"
    task("synthetic", out=out, rows=length)
    missing = "the real file is missing (../shared/data is not part of the repository)"
    why = "as asked by --rows" if rows is not None else missing
    return out, f"SYNTHETIC DATA, {length:,} rows: {why}. The limits are those of the 9.9 million real rows of 2024."


def many_years(folder: Path, path: Path, years: int) -> tuple[Path, int]:
    """Return a folder of yearly files made from one year, and their rows together."""
    out = folder / "years_hs17"
    said = task("yearly", path=path, out=out, first=YEAR - years + 1, last=YEAR).said
    return out, int(said["rows"])


def write_years(path: Path, out: Path, first: int, last: int) -> dict[str, Any]:
    """Write `out/hs17_YEAR.parquet` for every year: the flows of the given year, grown, and shaken by their hash."""
    import duckdb

    out.mkdir()
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "2GB", "preserve_insertion_order": True})
    rows = 0
    for year in range(first, last + 1):
        # The newest year is the given one; the others are smaller and differ flow by flow, by a factor of 0.5 to 1.5.
        shaken = f"{math.exp(-0.04 * (last - year))} * (0.5 + (hash(i, j, k, {year}) % 1000) / 1000)"
        value = "v" if year == last else f"GREATEST(round(v * {shaken}, 3), 0.001)"
        [(count,)] = connection.execute(
            f"COPY (SELECT CAST({year} AS SMALLINT) AS t, i, j, k, {value} AS v FROM read_parquet('{path}')) "
            f"TO '{out / f'hs17_{year}.parquet'}' (FORMAT parquet, COMPRESSION zstd)"
        ).fetchall()
        rows += count
    return {"rows": rows}


def write_synthetic(out: Path, rows: int) -> dict[str, Any]:
    """Write a year of made-up flows: a third of them cultural, six importers missing as in the real file."""
    import duckdb
    import numpy as np

    draw = np.random.default_rng(YEAR)
    countries, culture, others = _names()
    size, taste = _weights(draw, len(countries), 1.8), _weights(draw, len(culture) + len(others), 1.0)
    taste[: len(culture)] *= CULTURAL / taste[: len(culture)].sum()
    taste[len(culture) :] *= (1 - CULTURAL) / taste[len(culture) :].sum()
    codes = np.array([*culture, *others], dtype=object)
    importing = np.where(np.isin(countries.astype(str), NOT_REPORTING), 0, size)
    cells = np.empty((0, 3), dtype=np.int64)
    while len(cells) < rows:
        sold = (
            draw.choice(len(countries), rows, p=_flatter(size)),
            draw.choice(len(countries), rows, p=_flatter(importing)),
        )
        more = np.column_stack([*sold, draw.choice(len(codes), rows, p=taste)])
        cells = np.unique(np.concatenate([cells, more[more[:, 0] != more[:, 1]]]), axis=0)
    exporter, market, code = cells[np.sort(draw.permutation(len(cells))[:rows])].T
    value = np.exp(draw.normal(3, 1.5, rows)) * (size[exporter] * size[market]) ** 0.5 * 1e3
    connection = duckdb.connect()
    made = {"i": countries[exporter], "j": countries[market], "k": codes[code], "v": np.round(value + 0.001, 3)}
    connection.register("made", made)
    connection.execute(
        f"COPY (SELECT CAST({YEAR} AS SMALLINT) AS t, i, j, k, v FROM made ORDER BY k, j, i) "
        f"TO '{out}' (FORMAT parquet, COMPRESSION zstd)"
    )
    return {"rows": rows}


def _names() -> tuple[Any, list[str], list[str]]:
    """Return countries, the product codes of the crosswalk, and other codes that belong to the same revision."""
    import numpy as np

    from portulan.atlas import api
    from portulan.atlas.reference import hs_revisions

    culture = {line["code"] for line in api.crosswalk("HS2017")}
    leaves = product(range(1, 90), range(1, 8), range(1, 8))
    others = {f"{chapter:02d}{heading:02d}{leaf}0" for chapter, heading, leaf in leaves} - culture
    others -= set(hs_revisions.codes_not_in("HS2017", others))
    iso3 = sorted(country.iso3 for country in api.countries())
    return np.array(iso3, dtype=object), sorted(culture), sorted(others)


def _weights(draw: Any, count: int, spread: float) -> Any:
    import numpy as np

    made = np.exp(draw.normal(0, spread, count))
    return made / made.sum()


def _flatter(weights: Any) -> Any:
    """Even out the weights, so that small countries trade too (0 stays 0)."""
    made = weights**0.5
    return made / made.sum()
