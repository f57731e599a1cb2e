"""Rules on code: who may name what, how long a thing may be, and what makes a result irreproducible."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.house.tree import called, imported, nodes, where

MODULE_LINES = 400
FUNCTION_LINES = 50

ENGINES = ("duckdb", "pyspark", "sqlglot")

# A room reads downwards: each file may import those with a smaller number, never a greater one.
ROOM_ORDER: Mapping[str, int] = {
    "models": 0,
    "selectors": 1,
    "routing": 2,
    "services": 3,
    "forms": 4,
    "tasks": 4,
    "wagtail_hooks": 4,
    "views": 5,
    "urls": 6,
    "urls_shared": 6,
}


def top(module: str) -> str:
    """Return the first word of a module's name."""
    return module.partition(".")[0]


def named_outside(paths: Iterable[Path], words: Iterable[str], allowed: Iterable[Path]) -> Iterator[str]:
    """Yield each import of one of `words` in a file that is not `allowed` to."""
    refused, free = set(words), list(allowed)
    for path in paths:
        if any(path == one or path.is_relative_to(one) for one in free):
            continue
        for module, line in imported(path):
            if top(module) in refused:
                yield f"{where(path, line)}: imports {module}"


def atlas_outside_the_door(paths: Iterable[Path], room: Path) -> Iterator[str]:
    """Yield each import of the atlas by the desk but that of its api by the room `markets`."""
    for path in paths:
        for node in nodes(path):
            if isinstance(node, ast.ImportFrom) and node.module in ("portulan", "portulan.atlas"):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for name in names:
                if (name == "portulan.atlas" or name.startswith("portulan.atlas.")) and not (
                    name == "portulan.atlas.api" and path.is_relative_to(room)
                ):
                    yield f"{where(path, node.lineno)}: imports {name}"


def too_long(paths: Iterable[Path], excused: Mapping[str, str]) -> Iterator[str]:
    """Yield each module or function over its length without an excuse, and each excuse that excuses nothing."""
    used: set[str] = set()
    for path in paths:
        if path.parent.name == "migrations":
            continue  # written by Django, read by nobody
        text = path.read_text(encoding="utf-8")
        lines = len(text.splitlines())
        for name, length, limit, line in _lengths(path, lines):
            if length <= limit:
                continue
            if excused.get(name, "").strip():
                used.add(name)
            else:
                yield f"{where(path, line)}: {name.rpartition('/')[2]} has {length} lines, {limit} are allowed"
    for name in sorted(set(excused) - used):
        yield f"{name}: excused without need; take it out of the table"


def _lengths(path: Path, lines: int) -> Iterator[tuple[str, int, int, int | None]]:
    yield where(path), lines, MODULE_LINES, None
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (
                f"{where(path)}::{node.name}",
                (node.end_lineno or node.lineno) - node.lineno + 1,
                FUNCTION_LINES,
                node.lineno,
            )


def order_of_rooms(rooms: Iterable[Path]) -> Iterator[str]:
    """Yield each import that goes up inside a room: a selector that calls a service, a form that calls a view."""
    for room in rooms:
        for path in sorted(room.glob("*.py")):
            mine = ROOM_ORDER.get(path.stem)
            if mine is None:
                continue
            for module, line in _imported_siblings(path, room):
                theirs = ROOM_ORDER.get(module)
                if theirs is not None and (theirs > mine or (theirs == mine and module != path.stem)):
                    yield f"{where(path, line)}: {path.stem} may not import {module}"


def _imported_siblings(path: Path, room: Path) -> Iterator[tuple[str, int]]:
    package = f".desk.{room.name}"
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.endswith(package):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and f"{package}." in node.module:
            yield node.module.rpartition(".")[2], node.lineno


def roles_of_rooms(rooms: Iterable[Path]) -> Iterator[str]:
    """Yield each file of a room that does another's work: views query, selectors write, services see a request."""
    for room in rooms:
        for path in sorted(room.glob("*.py")):
            for node in nodes(path):
                line = getattr(node, "lineno", None)
                if path.stem == "views" and isinstance(node, ast.Attribute) and node.attr == "objects":
                    yield f"{where(path, line)}: a view queries the database; ask a selector"
                if (
                    path.stem == "selectors"
                    and isinstance(node, ast.Call)
                    and called(node) in ("save", "delete", "create", "bulk_create", "bulk_update")
                ):
                    yield f"{where(path, line)}: a selector writes; that is a service's work"
                if path.stem in ("services", "selectors") and isinstance(node, ast.arg) and node.arg == "request":
                    yield f"{where(path, line)}: takes a request; take the actor and plain values"
                if path.stem == "routing" and isinstance(node, ast.ImportFrom) and top(node.module or "") == "django":
                    yield f"{where(path, line)}: routing is pure; it takes plain values"


def reads_a_file(paths: Iterable[Path]) -> Iterator[str]:
    """Yield what an indicator may not do: open, read or fetch anything."""
    doors = {"csv", "httpx", "io", "json", "os", "pathlib", "shutil", "socket", "sqlite3", "subprocess", "urllib"}
    for path in paths:
        for module, line in imported(path):
            if top(module) in doors:
                yield f"{where(path, line)}: imports {module}; an indicator reads no file"
        for node in nodes(path):
            if isinstance(node, ast.Call) and called(node) == "open":
                yield f"{where(path, node.lineno)}: opens a file"


def irreproducible(paths: Iterable[Path], allowed: Mapping[str, str]) -> Iterator[str]:
    """Yield what could make two builds differ: clock, host, user, unseeded chance."""
    watched = {"time", "datetime", "socket", "platform", "getpass", "random", "uuid", "secrets"}
    for path in paths:
        if any(where(path).endswith(suffix) for suffix in allowed):
            continue
        for module, line in imported(path):
            if top(module) in watched:
                yield f"{where(path, line)}: imports {module}; a release knows no clock, host or chance"
        for node in nodes(path):
            if isinstance(node, ast.Call) and called(node) == "default_rng" and not node.args and not node.keywords:
                yield f"{where(path, node.lineno)}: a generator without a seed"


def undeclared(
    paths: Iterable[Path],
    own: str,
    distributions: Mapping[str, Iterable[str]],
    declared: Iterable[str],
    excused: Iterable[str],
) -> Iterator[str]:
    """Yield each import of a package that is not among the declared dependencies."""
    known = {name.lower().replace("_", "-") for name in declared}
    free = set(excused)
    for path in paths:
        for module, line in imported(path):
            first = top(module)
            if first == own or first in sys.stdlib_module_names or first in free:
                continue
            if not {name.lower().replace("_", "-") for name in distributions.get(first, [first])} & known:
                yield f"{where(path, line)}: imports {first}, which is not a declared dependency of this half"
