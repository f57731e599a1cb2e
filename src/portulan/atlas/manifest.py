"""The papers of a release: `datapackage.json` (Frictionless data package), written and read.

Nothing in it tells when, where or by whom it was built: the same inputs give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
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


def stamp(folder: Path) -> tuple[int, int]:
    """Return what tells a release from the one that takes its place: inode and time of its manifest (0, 0: none)."""
    try:
        found = (folder / NAME).stat()
    except OSError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns


def read(folder: Path) -> dict[str, Any]:
    """Return the manifest of a release; raise `BadInputError` where the folder is not one."""
    path = folder / NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
        _dump(content).encode()  # what cannot be written again has no identifier
    except FileNotFoundError:
        raise BadInputError(
            "not a release: it has no datapackage.json",
            todo="build one with: portulan atlas build OUT --source baci=PATH",
            file=folder,
        ) from None
    except NotADirectoryError:
        raise BadInputError(
            "not a release: it is a file",
            todo=f"give the folder that holds {NAME}, {folder.parent}" if folder.name == NAME else "give a folder",
            file=folder,
        ) from None
    except OSError as error:
        raise BadInputError(
            f"not a release that can be read ({error.strerror or error})",
            todo="give the folder of a release, with the right to read it",
            file=folder,
        ) from None
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, f"the manifest cannot be read ({error})") from None
    if not isinstance(content, dict) or "resources" not in content or "portulan" not in content:
        raise _unreadable(path, "the manifest is not one of Portulan")
    own = content["portulan"]
    if not isinstance(own, dict) or own.get("format") != FORMAT:
        found = own.get("format") if isinstance(own, dict) else None
        raise BadInputError(
            f"the release has format {found}, this version reads {FORMAT}",
            todo="build it again with this version",
            file=path,
        )
    _check_shape(path, content)
    for resource in content["resources"]:
        _check_inside(folder, resource)
    return content


def _unreadable(path: Path, problem: str) -> BadInputError:
    return BadInputError(problem, todo="build the release again", file=path)


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is not a number of JSON")


_LIST_OF_DICTS = list[dict[str, Any]]
_SHAPES: Mapping[str, Mapping[str, Any]] = {
    "": {"id": str, "sources": _LIST_OF_DICTS, "resources": _LIST_OF_DICTS},
    "portulan": {"kind": str, "software": str, "engine": str, "parameters": dict, "quarantined": _LIST_OF_DICTS},
    "source": {"name": str},
    "loaded": {"flow": str, "year": int, "scheme": str, "rows": int, "value_usd": int, "fingerprint": str},
    "resource": {"path": str, "table": str, "bytes": int, "hash": str, "rowCount": int},
    "quarantined": {"reason": str, "count": int},
}
"""What each part of a manifest must hold to be read without surprise; more is let be."""


def _check_shape(path: Path, content: Mapping[str, Any]) -> None:
    """Raise `BadInputError` where a part that is read later is missing, or not of its type."""
    own = content["portulan"]
    _check_part(path, "", content)
    _check_part(path, "portulan", own)
    for source in content["sources"]:
        _check_part(path, "source", source)
        if not _is(source.get("loaded", []), _LIST_OF_DICTS):
            raise _unreadable(path, "in the manifest, loaded of a source is not a list of objects")
        for entry in source.get("loaded", ()):
            _check_part(path, "loaded", entry)
    for entry in own["quarantined"]:
        _check_part(path, "quarantined", entry)
    for by_slice in own.get("gravity", {}), *_values(own.get("gravity", {})):
        if not isinstance(by_slice, dict):
            raise _unreadable(path, "in the manifest, gravity is not an object of objects")
    for resource in content["resources"]:
        _check_part(path, "resource", resource)


def _values(thing: object) -> list[Any]:
    return list(thing.values()) if isinstance(thing, dict) else []


def _check_part(path: Path, name: str, part: Mapping[str, Any]) -> None:
    for key, kind in _SHAPES[name].items():
        if not _is(part.get(key), kind):
            raise _unreadable(path, f"in the manifest, {key}{f' of a {name}' if name else ''} is missing or wrong")


def _is(value: object, kind: Any) -> bool:
    if kind == _LIST_OF_DICTS:
        return isinstance(value, list) and all(isinstance(item, dict) for item in value)
    return isinstance(value, kind) and not isinstance(value, bool)


_PATH = re.compile(r"(?P<table>[a-z_]+)(/(goods|services)-\d{4})?\.parquet")


def _check_inside(folder: Path, resource: Mapping[str, Any]) -> None:
    """Raise `BadInputError` where a table is not one of the release: elsewhere, through a link, or misnamed."""
    said = resource["path"]
    match = _PATH.fullmatch(said)
    if match is None or match["table"] != resource["table"]:
        raise _unreadable(folder / NAME, f"the manifest names a table that no release holds, {said[:200]!r}")
    place = folder / said
    for part in (place, place.parent) if "/" in said else (place,):
        if part.is_symlink():
            raise BadInputError(
                "a table of a release is a link, what it leads to is no part of the release",
                todo="put the file itself there, or build the release again",
                file=part,
            )


def identifier(content: Mapping[str, Any]) -> str:
    """Recompute the identifier of a manifest read from disk."""
    body = {key: value for key, value in content.items() if key != "id"}
    return hashlib.sha256(_dump(body).encode()).hexdigest()
