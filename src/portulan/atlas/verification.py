"""Checks a release as a stranger would: every hash, every count, every identity, from the files alone."""

from __future__ import annotations

from pathlib import Path

from portulan.atlas import checks, manifest
from portulan.atlas.checks import Check
from portulan.atlas.engine import Engine, open_engine


def verify(folder: Path) -> tuple[Check, ...]:
    """Return every check with its outcome; raise `BadInputError` only where `folder` is not a release."""
    content = manifest.read(folder)
    found = [_identifier(content), *_strangers(folder, content)]
    whole = True
    for resource in content["resources"]:
        outcome = _file(folder, resource)
        whole = whole and outcome.passed
        found.append(outcome)
    if not whole:
        # Damaged tables prove nothing about identities, and may not even be readable.
        return tuple(found)
    kinds = ("estimated",) if content["portulan"]["kind"] == "default" else checks.KINDS
    slices = sorted(Path(r["path"]).stem for r in content["resources"] if r["table"] == "cells")
    with open_engine() as engine:
        found += [_rows(engine, folder, resource) for resource in content["resources"]]
        for name in slices:
            _load(engine, folder, name)
            found += checks.run(engine, name.replace("-", " "), kinds)
    return tuple(found)


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
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
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
    rows = engine.count_parquet(folder / str(resource["path"]))
    return Check(f"{resource['path']}: rows as counted", rows == resource["rowCount"], f"{rows} rows")


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
