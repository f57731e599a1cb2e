"""Checks a release as a stranger would: every hash, every count, every identity, from the files alone."""

from __future__ import annotations

from pathlib import Path

from portulan.atlas import checks, manifest
from portulan.atlas.checks import Check
from portulan.atlas.engine import Engine, open_engine
from portulan.atlas.errors import AtlasError


def verify(folder: Path) -> tuple[Check, ...]:
    """Return every check with its outcome; raise `BadInputError` only where `folder` is not a release."""
    content = manifest.read(folder)
    resources = content["resources"]
    slices = sorted(Path(r["path"]).stem for r in resources if r["table"] == "cells")
    twice = sorted({r["path"] for r in resources if sum(r["path"] == other["path"] for other in resources) > 1})
    found = [
        _identifier(content),
        *_strangers(folder, content),
        Check("each table is named once", not twice, ", ".join(twice[:5]) or f"{len(resources)} tables"),
        Check("the release holds figures", bool(slices), ", ".join(slices) or "the release holds no figures"),
    ]
    whole = True
    for resource in resources:
        outcome = _file(folder, resource)
        whole = whole and outcome.passed
        found.append(outcome)
    if not whole:
        # Damaged tables prove nothing about identities, and may not even be readable.
        return tuple(found)
    kinds = ("estimated",) if content["portulan"]["kind"] == "default" else checks.KINDS
    with open_engine() as engine:
        found += [_rows(engine, folder, resource) for resource in resources]
        for name in slices:
            found += _slice(engine, folder, name, kinds)
    return tuple(found)


def _slice(engine: Engine, folder: Path, name: str, kinds: tuple[str, ...]) -> list[Check]:
    """Run every identity of one flow and year; tables that cannot be read, or lack a column, are a failed check."""
    where = name.replace("-", " ")
    try:
        _load(engine, folder, name)
        by_code = ("lines",) if _load_lines(engine, folder, name) else ()
        return [*checks.run(engine, where, kinds), *_own(engine, where, (*kinds, *by_code))]
    except AtlasError as error:
        return [Check(f"{where}: the tables can be read", False, str(error))]


_OWN: tuple[tuple[str, str, str], ...] = (
    (
        "estimated",
        "the first supplier of a market is the largest, and no two ranks are out of order",
        """
SELECT COUNT(*) FROM (
  SELECT
    supplier_rank,
    RANK() OVER (PARTITION BY perimeter, sector, market ORDER BY imports_from DESC) AS place,
    COUNT(*) OVER (PARTITION BY perimeter, sector, market, imports_from) AS ties
  FROM cell WHERE imports_from > 0
) AS ranked WHERE supplier_rank < place OR supplier_rank >= place + ties""",
    ),
    (
        "potential",
        "the realised share is imports over the potential",
        f"""
SELECT COUNT(*) FROM cell
WHERE potential > 0 AND imports_from IS NOT NULL
  AND ABS(COALESCE(realised_share, -1) * potential - imports_from) > {checks.TOLERANCE} * GREATEST(imports_from, 1)""",
    ),
    (
        "lines",
        "the codes of a sector, weighted, sum to what is sold",
        f"""
SELECT COUNT(*) FROM (
  SELECT perimeter, sector, exporter, market, SUM(value_usd * weight) AS total
  FROM line JOIN basket_weight USING (code)
  GROUP BY perimeter, sector, exporter, market
) AS sums
FULL JOIN (SELECT * FROM cell WHERE imports_from IS NOT NULL) AS sold USING (perimeter, sector, exporter, market)
WHERE ABS(COALESCE(total, -1) - COALESCE(imports_from, -1)) > {checks.TOLERANCE} * GREATEST(imports_from, 1)""",
    ),
    (
        "lines",
        "the codes of a sector, weighted, sum to what is bought from the world",
        f"""
SELECT COUNT(*) FROM (
  SELECT perimeter, sector, market_code.market, SUM(imports_usd * weight) AS total
  FROM market_code JOIN basket_weight USING (code)
  GROUP BY perimeter, sector, market_code.market
) AS sums
FULL JOIN market USING (perimeter, sector, market)
WHERE ABS(COALESCE(total, -1) - COALESCE(imports_world, -1)) > {checks.TOLERANCE} * GREATEST(imports_world, 1)""",
    ),
)
"""What only the files can be asked: each query counts the rows that are wrong."""


def _own(engine: Engine, where: str, kinds: tuple[str, ...]) -> list[Check]:
    found: list[Check] = []
    for kind, name, query in _OWN:
        if kind in kinds:
            [(wrong,)] = engine.execute(query)
            found.append(Check(f"{where}: {name}", not wrong, f"{wrong} rows are wrong" if wrong else "every row"))
    return found


def _identifier(content: dict[str, object]) -> Check:
    same = manifest.identifier(content) == content.get("id")
    return Check(
        "the manifest is the one that was written",
        same,
        "identifier recomputed" if same else "the identifier does not fit its content",
    )


def _strangers(folder: Path, content: dict[str, object]) -> list[Check]:
    resources = content["resources"]
    assert isinstance(resources, list)  # noqa: S101 (narrowing: manifest.read has checked it)
    known = {resource["path"] for resource in resources} | {manifest.NAME}
    # A link to a folder, or to nothing, is a stranger too.
    there = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()
    }
    extra = sorted(there - known)
    return [Check("no file but those of the manifest", not extra, ", ".join(extra[:5]) or "none")]


def _file(folder: Path, resource: dict[str, object]) -> Check:
    path = folder / str(resource["path"])
    name = f"{resource['path']}: bytes as written"
    if not path.is_file():
        return Check(name, False, "the file is missing")
    if path.stat().st_size != resource["bytes"]:
        return Check(name, False, f"{path.stat().st_size} bytes instead of {resource['bytes']}")
    same = f"sha256:{manifest.sha256(path)}" == resource["hash"]
    return Check(name, same, "SHA-256 recomputed" if same else "the SHA-256 differs")


def _rows(engine: Engine, folder: Path, resource: dict[str, object]) -> Check:
    name = f"{resource['path']}: rows as counted"
    try:
        rows = engine.count_parquet(folder / str(resource["path"]))
    except AtlasError as error:
        return Check(name, False, str(error))
    return Check(name, rows == resource["rowCount"], f"{rows} rows")


def _load(engine: Engine, folder: Path, name: str) -> None:
    """Load one flow and year under the names that the identities use."""
    flow, _, year = name.rpartition("-")
    engine.load_parquet("cell", folder / "cells" / f"{name}.parquet", "SELECT * FROM source")
    engine.load_parquet("market", folder / "markets" / f"{name}.parquet", "SELECT * FROM source")
    if (folder / "pairs" / f"{name}.parquet").exists():
        engine.load_parquet("pairs", folder / "pairs" / f"{name}.parquet", "SELECT * FROM source")
    engine.load_parquet(
        "basket",
        folder / "baskets.parquet",
        f"SELECT DISTINCT perimeter, canonical, sector FROM source WHERE flow = '{flow}' AND year = {int(year)}",
    )


def _load_lines(engine: Engine, folder: Path, name: str) -> bool:
    """Load the flows by code and the weights of the codes; False where the release holds none (estimates, old ones)."""
    tables = {
        "line": folder / "lines" / f"{name}.parquet",
        "market_code": folder / "market_products" / f"{name}.parquet",
    }
    if not all(path.exists() for path in tables.values()):
        return False
    for table, path in tables.items():
        engine.load_parquet(table, path, "SELECT * FROM source")
    flow, _, year = name.rpartition("-")
    # Weights count in millionths, as while building.
    engine.load_parquet(
        "basket_weight",
        folder / "baskets.parquet",
        "SELECT DISTINCT canonical AS perimeter, sector, code, ROUND(weight, 6) AS weight FROM source "
        f"WHERE flow = '{flow}' AND year = {int(year)} AND kind <> 'missing'",
    )
    return True
