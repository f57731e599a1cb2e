"""The release shipped with Portulan: estimates everywhere, no download, each with its measured skill.

It is computed from the committed parameters of the gravity (`estimate/parameters`, our own results), so that a fresh
installation shows a map in seconds. Loading BACI replaces estimates by what was reported.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from functools import cache
from pathlib import Path

import numpy as np

from portulan import __version__
from portulan.atlas import checks, estimate_tables, flows, manifest, static_tables
from portulan.atlas.engine import Engine, open_engine
from portulan.atlas.errors import AtlasError
from portulan.atlas.estimate.inputs import covariate_matrices
from portulan.atlas.estimate.parameters import FOLDER, TOTAL, Parameters, read_parameters
from portulan.atlas.estimate.predict import predict_basket
from portulan.atlas.indicators import output, rca, trade
from portulan.atlas.pipeline import Progress, quiet, run_statements
from portulan.atlas.placing import whole_or_nothing

FLOW = "goods"
KINDS = ("estimated",)
_TABLES = ("cells", "markets", "exporters", "coverage")
_ROOT = Path(__file__).parent
_ONLY_ASK = ("brief", "charts", "evidence", "mcp", "__pycache__")
"""Folders of the atlas that read releases and make none."""


def path() -> Path:
    """Return the folder of the default release on this machine: under ``PORTULAN_HOME``, else in the user's cache."""
    home = os.environ.get("PORTULAN_HOME")
    cache = Path(home) if home else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "portulan"
    return cache / f"default-{__version__}-{read_parameters().origin.input_sha256[:12]}"


@cache
def recipe() -> str:
    """Return what tells the code and the tables that the default release is made from: a hash of all of them."""
    digest = hashlib.sha256(__version__.encode())
    for file in sorted(_ROOT.rglob("*")):
        inside = file.relative_to(_ROOT)
        if file.is_file() and inside.parts[0] not in _ONLY_ASK and "__pycache__" not in inside.parts:
            content = file.read_bytes()
            digest.update(f"{inside.as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def is_outdated(out: Path) -> bool:
    """True of a default release that another version of this code made: it lacks what is read today, and says so not.

    False where there is nothing, or nothing that says it is a default release: whoever opens that says what is wrong.
    """
    try:
        own = json.loads((out / manifest.NAME).read_text(encoding="utf-8"))["portulan"]
        return bool(own["kind"] == "default" and (own["format"], own.get("recipe")) != (manifest.FORMAT, recipe()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def build(out: Path, progress: Progress = quiet) -> Path:
    """Build the default release in `out` unless it is there as this version makes it, and return `out`.

    One that another version made is exchanged in one step: whoever reads it meanwhile reads the old or the new one.
    """
    if (out / manifest.NAME).exists() and not is_outdated(out):
        return out
    try:
        _build(out, progress)
    except AtlasError:
        # Two sites started together: the first one made it, and it is the same.
        if not (out / manifest.NAME).exists() or is_outdated(out):
            raise
    progress("done", 1.0)
    return out


def _build(out: Path, progress: Progress) -> None:
    parameters = read_parameters()
    with whole_or_nothing(out, replace=is_outdated(out)) as folder:
        temp = folder / ".temp"
        temp.mkdir()
        with open_engine(temp=temp) as engine:
            progress("estimating trade", 0.05)
            resources = _compute(engine, folder, parameters, progress)
            checks.prepare(engine, KINDS)
            outcomes = checks.run(engine, f"{FLOW} {parameters.origin.year}", KINDS)
            if failed := [check for check in outcomes if not check.passed]:
                raise AtlasError(
                    "the default release failed its own checks: " + "; ".join(f"{c.name} ({c.detail})" for c in failed)
                )
            progress("writing the manifest", 0.95)
            _write_manifest(engine, folder, parameters, resources, outcomes)
        shutil.rmtree(temp)


def _compute(engine: Engine, folder: Path, parameters: Parameters, progress: Progress) -> list[manifest.Resource]:
    year, scheme = parameters.origin.year, parameters.origin.source.rpartition(" ")[2]
    lines = flows.basket_lines(scheme)
    flows.load_baskets(engine, lines)
    engine.materialise(
        "year_of_release", f"SELECT '{FLOW}' AS flow, CAST({year} AS SMALLINT) AS year, '{scheme}' AS scheme"
    )
    estimate_tables.load(engine, parameters)
    _as_trade(engine, parameters)
    progress("computing shares and ranks", 0.3)
    run_statements(engine, (trade.MARKET_SECTOR_SIZE, trade.CELL_SHARE, trade.MARKET_SECTOR))
    run_statements(engine, (rca.WORLD_TOTAL, rca.EXPORTER_SECTOR_EXPORTS, rca.WORLD_SECTOR, rca.EXPORTER_SECTOR))
    _nothing_by_product(engine)
    run_statements(engine, (output.CELL,))
    # From here on `reporting_market` is what the coverage must tell: the importers that the fit really saw.
    seen = [country for country, reports in zip(parameters.countries, parameters.reports, strict=True) if reports]
    engine.insert("reporting_market", {"market": np.array(seen, dtype=object)})
    progress("writing tables", 0.6)
    resources: list[manifest.Resource] = []
    for table in _TABLES:
        select, columns = output.YEARLY_TABLES[table]
        target = folder / table / f"{FLOW}-{year}.parquet"
        target.parent.mkdir(parents=True)
        engine.write_parquet(select, target)
        resources.append(manifest.Resource(table, f"{table}/{target.name}", columns, engine.count_parquet(target)))
    resources += estimate_tables.write(engine, folder, FLOW, year)
    return [*resources, *static_tables.write(engine, folder, {(FLOW, year, scheme): lines})]


def _as_trade(engine: Engine, parameters: Parameters) -> None:
    """Give the estimates the names under which the indicators read trade."""
    engine.materialise(
        "cell_trade",
        "SELECT b.perimeter, b.sector, e.code AS exporter, m.code AS "
        "market, CAST(c.expected AS DECIMAL(38, 6)) AS imports_from "
        "FROM estimate_cell c JOIN estimate_basket b ON b.n = c.basket JOIN estimate_country e ON e.n = c.exporter "
        "JOIN estimate_country m ON m.n = c.market",
    )
    names = np.array(parameters.countries, dtype=object)
    engine.insert("trading_country", {"code": names})
    # Sizes and shares are estimated for every market, reporting or not.
    engine.materialise("reporting_market", "SELECT DISTINCT market FROM cell_trade")
    total = predict_basket(
        parameters.basket(*TOTAL), parameters.reports, covariate_matrices(parameters.countries)
    ).cells
    np.fill_diagonal(total, np.nan)
    sold = np.nansum(total, axis=1)
    engine.insert(
        "exporter_total", {"exporter": names[sold > 0], "exports_usd": np.rint(sold[sold > 0]).astype(np.int64)}
    )


def _nothing_by_product(engine: Engine) -> None:
    """Leave empty what only flows by product, or an earlier year, can tell."""
    engine.materialise(
        "cell_potential",
        "SELECT perimeter, sector, exporter, market, 0.0 AS potential, 0.0 "
        "AS potential_static, 0.0 AS unrealised, 0.0 AS unrealised_static "
        "FROM cell_trade WHERE 1 = 0",
    )
    engine.materialise(
        "cell_growth", "SELECT perimeter, sector, exporter, market, 0.0 AS growth FROM cell_trade WHERE 1 = 0"
    )
    engine.materialise(
        "demand_growth", "SELECT perimeter, sector, market, 0.0 AS demand_growth FROM cell_trade WHERE 1 = 0"
    )
    engine.materialise("world_product", "SELECT code, CAST(1 AS BIGINT) AS world_usd FROM culture_code")


def _write_manifest(
    engine: Engine,
    folder: Path,
    parameters: Parameters,
    resources: list[manifest.Resource],
    outcomes: list[checks.Check],
) -> None:
    origin = parameters.origin
    source = {
        "name": "portulan",
        "title": "Estimates of Portulan",
        "title_fr": "Estimations de Portulan",
        "citation": (
            f"Gravity of Portulan {__version__}, fitted on {origin.source}, "
            f"{origin.year}. The sizes of the markets that "
            f"report are those it was fitted on: {origin.citation}"
        ),
        "citation_fr": (
            f"Gravité de Portulan {__version__}, ajustée sur {origin.source}, {origin.year}. La taille des marchés qui "
            f"déclarent est celle sur laquelle elle a été ajustée : {origin.citation}"
        ),
        "licence": "Etalab 2.0 (data of CEPII that the parameters were fitted on)",
        "licence_fr": "Etalab 2.0 (données du CEPII sur lesquelles les paramètres ont été ajustés)",
        "loaded": [
            {
                "flow": FLOW,
                "year": origin.year,
                "scheme": origin.source.rpartition(" ")[2],
                "rows": 0,
                "value_usd": 0,
                "fingerprint": origin.input_sha256,
            }
        ],
    }
    body = {
        "kind": "default",
        "recipe": recipe(),
        "software": f"portulan {__version__}",
        "engine": engine.version,
        "parameters": {"corrections": [], "growth_since": {}},
        "gravity": {f"{FLOW}-{origin.year}": estimate_tables.papers(parameters, FOLDER)},
        "quarantined": [],
        "checks": [{"name": check.name, "passed": check.passed, "detail": check.detail} for check in outcomes],
    }
    manifest.write(folder, resources, sources=[source], body=body)
