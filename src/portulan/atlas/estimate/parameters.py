"""What a fit leaves behind: our own results, small enough to be committed, enough to estimate every cell without data.

No flow of the source is in them: coefficients, effects, errors, skill. Numbers are kept to ten significant digits, in
memory as in the files, so that a fit and what is read back are the same.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.estimate.effects import Floats
from portulan.atlas.estimate.gravity import COVARIATES, Mask
from portulan.atlas.estimate.heldout import Skill
from portulan.atlas.estimate.intervals import Calibration
from portulan.atlas.estimate.missing import Context

FORMAT = 1
FOLDER = Path(__file__).parent / "parameters"
CALIBRATIONS = ("between_reporting", "imputed_cells", "imputed_totals")
_TABLES = ("exporter_effects", "exporter_spread", "importer_effects", "importer_spread")

BasketId = tuple[str, str]
"""Sector (or group, ``all``, ``total``) and perimeter."""

TOTAL: BasketId = ("total", "all_products")
"""Every product, cultural or not: what an RCA needs."""


@dataclass(frozen=True, slots=True)
class BasketParameters:
    """One fitted basket. Effects and spreads: one value a country, NaN where there is none.

    ``importer_effects`` of an importer that does not report is imputed, smearing included, and has its standard
    deviation in ``importer_spread`` (NaN for the others). ``second_stage``: constant, ln GDP, ln population, variance,
    ln smearing, importers. ``calibrations``: see `CALIBRATIONS` and `intervals`. ``skill``: see `heldout`.
    """

    sector: str
    perimeter: str
    coefficients: Floats
    standard_errors: Floats
    cells: int
    separated: int
    exporter_effects: Floats
    exporter_spread: Floats
    importer_effects: Floats
    importer_spread: Floats
    dispersion: Floats
    second_stage: Floats
    calibrations: Mapping[str, Calibration]
    skill: Skill


@dataclass(frozen=True, slots=True)
class Origin:
    """Where parameters come from: year and name of the data, how to cite them, when they were fitted, on what."""

    year: int
    source: str
    citation: str
    fitted_on: str
    input_sha256: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of every basket, over one list of countries. ``reports`` says which of them report imports.

    ``gaps``: baskets that could not be fitted, with the reason.
    """

    origin: Origin
    countries: tuple[str, ...]
    reports: Mask
    baskets: tuple[BasketParameters, ...]
    gaps: Mapping[BasketId, str] = field(default_factory=dict)

    def basket(self, sector: str, perimeter: str) -> BasketParameters:
        """Return one basket; raise UnknownCodeError saying why it is not there."""
        for one in self.baskets:
            if (one.sector, one.perimeter) == (sector, perimeter):
                return one
        why = self.gaps.get((sector, perimeter), "run `portulan atlas fit` with a source that has it")
        raise UnknownCodeError("fitted basket", f"{sector}/{perimeter}", todo=why)


def rounded(values: Floats) -> Floats:
    """Return values kept to ten significant digits."""
    flat = [float(f"{value:.10g}") for value in np.asarray(values, dtype=np.float64).ravel()]
    return np.array(flat, dtype=np.float64).reshape(np.shape(values))


def input_digest(
    flows: Mapping[BasketId, Floats], countries: Sequence[str], covariates: Floats, context: Context
) -> str:
    """Return the SHA-256 of everything a fit depends on but the code: the key of its cache."""
    digest = hashlib.sha256(json.dumps([FORMAT, list(countries), COVARIATES]).encode())
    for values in (covariates, context.log_gdp, context.log_population):
        digest.update(np.ascontiguousarray(rounded(values)).tobytes())
    for name in sorted(flows):
        digest.update(json.dumps(name).encode())
        digest.update(np.ascontiguousarray(flows[name], dtype=np.float64).tobytes())
    return digest.hexdigest()


def write_parameters(parameters: Parameters, folder: Path = FOLDER) -> None:
    """Write the parameters as CSV tables and one JSON; the same parameters give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"{one.sector}/{one.perimeter}" for one in parameters.baskets]
    manifest = {
        "format": FORMAT,
        "what": "Gravity of trade in cultural goods: coefficients, effects and measured skill. Our own estimates; "
        "no flow of the source is in these files.",
        "how": "portulan atlas fit; equations and limits in docs/method.md",
        "year": parameters.origin.year,
        "source": parameters.origin.source,
        "citation": parameters.origin.citation,
        "fitted_on": parameters.origin.fitted_on,
        "input_sha256": parameters.origin.input_sha256,
        "covariates": list(COVARIATES),
        "importers_imputed": [
            c for c, known in zip(parameters.countries, parameters.reports, strict=True) if not known
        ],
        "gaps": {"/".join(name): why for name, why in sorted(parameters.gaps.items())},
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False, sort_keys=True)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
    for table in _TABLES:
        columns = [getattr(one, table) for one in parameters.baskets]
        rows = ([c, *(_text(v[n]) for v in columns)] for n, c in enumerate(parameters.countries))
        _write(folder / f"{table}.csv", ["country", *names], rows)
    _write(folder / "values.csv", ["basket", "group", "name", "value"], _values(parameters.baskets))


def _values(baskets: Iterable[BasketParameters]) -> Iterable[list[str]]:
    """Everything that is not one value a country, as rows."""
    stage = ("constant", "log_gdp", "log_population", "variance", "log_smearing", "importers")
    for one in baskets:
        name = f"{one.sector}/{one.perimeter}"
        yield [name, "fit", "cells", str(one.cells)]
        yield [name, "fit", "separated", str(one.separated)]
        groups: list[tuple[str, Sequence[str], Iterable[float]]] = [
            ("coefficient", COVARIATES, one.coefficients),
            ("standard_error", COVARIATES, one.standard_errors),
            ("second_stage", stage, one.second_stage),
            ("dispersion", [str(n) for n in range(one.dispersion.size)], one.dispersion),
        ]
        for kind in CALIBRATIONS:
            rule = one.calibrations[kind]
            sizes = [str(size) for size in range(len(rule.lower))]
            groups += [(f"{kind}.lower", sizes, rule.lower), (f"{kind}.upper", sizes, rule.upper)]
            groups.append((f"{kind}.count", sizes, [float(n) for n in rule.count]))
        groups += [(f"skill.{kind}", list(of), of.values()) for kind, of in one.skill.items()]
        for group, labels, values in groups:
            yield from ([name, group, label, _text(v)] for label, v in zip(labels, values, strict=True))


def read_parameters(folder: Path = FOLDER) -> Parameters:
    """Read parameters back; raise BadInputError naming the file where one is missing or of another format."""
    path = folder / "manifest.json"
    if not path.is_file():
        raise BadInputError("no parameters here", todo="run `portulan atlas fit` first", file=path)
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if manifest.get("format") != FORMAT:
        raise BadInputError(
            f"format {manifest.get('format')!r} where {FORMAT} is read",
            todo="run `portulan atlas fit` again",
            file=path,
        )
    tables = {table: _read_table(folder / f"{table}.csv") for table in _TABLES}
    countries = tables[_TABLES[0]][0]
    values: dict[str, dict[str, dict[str, float]]] = {}
    with (folder / "values.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            group = values.setdefault(row["basket"], {}).setdefault(row["group"], {})
            group[row["name"]] = _number(row["value"])
    baskets = [_basket(name, values[name], {table: tables[table][1][name] for table in _TABLES}) for name in values]
    absent = set(manifest["importers_imputed"])
    return Parameters(
        origin=Origin(**{key: manifest[key] for key in ("year", "source", "citation", "fitted_on", "input_sha256")}),
        countries=countries,
        reports=np.array([country not in absent for country in countries]),
        baskets=tuple(baskets),
        gaps={_pair(name): why for name, why in manifest["gaps"].items()},
    )


def _pair(name: str) -> BasketId:
    sector, _, perimeter = name.partition("/")
    return sector, perimeter


def _basket(name: str, values: Mapping[str, Mapping[str, float]], tables: Mapping[str, Floats]) -> BasketParameters:
    sector, perimeter = _pair(name)

    def listed(group: str) -> Floats:
        return np.array(list(values[group].values()), dtype=np.float64)

    rules = {}
    for kind in CALIBRATIONS:
        count = tuple(int(n) for n in values[f"{kind}.count"].values())
        lower, upper = tuple(values[f"{kind}.lower"].values()), tuple(values[f"{kind}.upper"].values())
        rules[kind] = Calibration(lower, upper, count)
    prefix = "skill."
    return BasketParameters(
        sector=sector,
        perimeter=perimeter,
        coefficients=listed("coefficient"),
        standard_errors=listed("standard_error"),
        cells=int(values["fit"]["cells"]),
        separated=int(values["fit"]["separated"]),
        exporter_effects=tables["exporter_effects"],
        exporter_spread=tables["exporter_spread"],
        importer_effects=tables["importer_effects"],
        importer_spread=tables["importer_spread"],
        dispersion=listed("dispersion"),
        second_stage=listed("second_stage"),
        calibrations=rules,
        skill={group.removeprefix(prefix): dict(of) for group, of in values.items() if group.startswith(prefix)},
    )


def _text(value: float) -> str:
    return "" if np.isnan(value) else repr(float(value)).removesuffix(".0")


def _number(text: str) -> float:
    return float(text) if text else float("nan")


def _write(path: Path, header: list[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _read_table(path: Path) -> tuple[tuple[str, ...], dict[str, Floats]]:
    if not path.is_file():
        raise BadInputError("a table of the parameters is missing", todo="run `portulan atlas fit` again", file=path)
    with path.open(encoding="utf-8", newline="") as handle:
        header, *rows = list(csv.reader(handle))
    columns = {name: np.array([_number(row[n]) for row in rows]) for n, name in enumerate(header) if n}
    return tuple(row[0] for row in rows), columns
