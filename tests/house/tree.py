"""The repository as the rules see it: which files it holds, and what they say."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
PACKAGE = SRC / "portulan"
TESTS = ROOT / "tests"
DOCS = ROOT / "docs"
LOCK = "uv.lock"  # written by the package manager, with the addresses of its registry

_NEVER = {
    ".git",
    ".venv",
    ".uv",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    "__pycache__",
    "node_modules",
    "var",
    "build",
    "dist",
}


def files(root: Path = ROOT) -> list[Path]:
    """Return every file of the repository: tracked, or new and not ignored."""
    done = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=False,
    )
    if done.returncode == 0 and done.stdout:
        found = [root / name for name in done.stdout.decode().split("\0") if name]
    else:  # an archive without its history
        found = [path for path in root.rglob("*") if not _NEVER & set(path.relative_to(root).parts)]
    return sorted({path for path in found if path.is_file()})


def text_of(path: Path) -> str | None:
    """Return the text of a file, or None for one that is not text."""
    data = path.read_bytes()
    if b"\0" in data[:8192]:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


@cache
def repository() -> tuple[Path, ...]:
    """Return the files of this repository, listed once."""
    return tuple(files())


@cache
def texts() -> tuple[tuple[Path, str], ...]:
    """Return every text file of this repository but the lock, with its text."""
    pairs = ((path, text_of(path)) for path in repository() if path.name != LOCK)
    return tuple((path, text) for path, text in pairs if text is not None)


def python_files(*folders: Path) -> list[Path]:
    """Return the Python files of this repository below the folders."""
    return [
        path for path in repository() if path.suffix == ".py" and any(path.is_relative_to(folder) for folder in folders)
    ]


@cache
def parse(path: Path) -> ast.Module:
    """Return the syntax tree of a file, read once."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def where(path: Path, line: int | None = None) -> str:
    """Name a place as a reader would: path from the root of the repository, and line."""
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name
    return f"{shown}:{line}" if line else str(shown)


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return every node of a file, walked once for all rules."""
    return tuple(ast.walk(parse(path)))


@cache
def imported(path: Path) -> tuple[tuple[str, int], ...]:
    """Return every module that a file imports, with its line."""
    return tuple(imports(nodes(path)))


def imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    """Yield every module named by an import, also by `import_module("...")`, with its line."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno
        elif isinstance(node, ast.Call) and _called(node) in (
            "import_module",
            "__import__",
            "find_spec",
            "importorskip",
        ):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, node.lineno


def _called(node: ast.Call) -> str:
    return (
        node.func.attr
        if isinstance(node.func, ast.Attribute)
        else node.func.id
        if isinstance(node.func, ast.Name)
        else ""
    )


def called(node: ast.Call) -> str:
    """Return the last word of what is called: `c` for `a.b.c()`."""
    return _called(node)


def fail_if(found: Iterable[str], rule: str) -> None:
    """Fail with the rule and every place that breaks it."""
    listed = sorted(found)
    assert not listed, f"{rule}\n  " + "\n  ".join(listed)
