"""The papers of a release: `datapackage.json` (Frictionless data package), written and read.

Nothing in it tells when, where or by whom it was built: the same inputs give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portulan.atlas.errors import BadInputError
from portulan.atlas.indicators.output import Column

NAME = "datapackage.json"
FORMAT = 1
"""Raised when a release written by an older version can no longer be read."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One Parquet file of a release."""

    table: str
    path: str
    columns: tuple[Column, ...]
    rows: int

    @property
    def name(self) -> str:
        """A name that Frictionless accepts: small letters, digits, dots, dashes."""
        return self.path.removesuffix(".parquet").replace("/", "-").replace("_", "-").lower()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def describe(folder: Path, resource: Resource) -> dict[str, Any]:
    """Return the description of one resource, hash and size read from the file."""
    path = folder / resource.path
    return {
        "name": resource.name,
        "path": resource.path,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "table": resource.table,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256(path)}",
        "rowCount": resource.rows,
        "schema": {
            "fields": [{"name": c.name, "type": c.type, "description": c.description} for c in resource.columns]
        },
    }


def write(
    folder: Path, resources: Iterable[Resource], *, sources: Sequence[Mapping[str, Any]], body: Mapping[str, Any]
) -> str:
    """Write the manifest and return the release's identifier, a hash of everything else in it."""
    described = [describe(folder, resource) for resource in sorted(resources, key=lambda r: r.path)]
    content: dict[str, Any] = {
        "profile": "data-package",
        "name": "portulan-release",
        "title": "Portulan market atlas of the cultural and creative industries",
        "sources": list(sources),
        "portulan": {"format": FORMAT, **body},
        "resources": described,
    }
    ident = hashlib.sha256(_dump(content).encode()).hexdigest()
    content = {
        "profile": content["profile"],
        "name": content["name"],
        "id": ident,
        **{k: v for k, v in content.items() if k not in ("profile", "name")},
    }
    (folder / NAME).write_text(_dump(content) + "\n", encoding="utf-8")
    return ident


def _dump(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=False, allow_nan=False)


def read(folder: Path) -> dict[str, Any]:
    """Return the manifest of a release; raise `BadInputError` where the folder is not one."""
    path = folder / NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInputError(
            "not a release: it has no datapackage.json",
            todo="build one with: portulan atlas build OUT --source baci=PATH",
            file=folder,
        ) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadInputError(
            f"the manifest cannot be read ({error})", todo="build the release again", file=path
        ) from None
    if not isinstance(content, dict) or "resources" not in content or "portulan" not in content:
        raise BadInputError("the manifest is not one of Portulan", todo="build the release again", file=path)
    if content["portulan"].get("format") != FORMAT:
        raise BadInputError(
            f"the release has format {content['portulan'].get('format')}, this version reads {FORMAT}",
            todo="build it again with this version",
            file=path,
        )
    return content


def identifier(content: Mapping[str, Any]) -> str:
    """Recompute the identifier of a manifest read from disk."""
    body = {key: value for key, value in content.items() if key != "id"}
    return hashlib.sha256(_dump(body).encode()).hexdigest()
