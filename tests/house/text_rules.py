"""Rules on texts: nothing left to do, nothing of one machine, nothing of the real data, no test silently skipped."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from tests.house.tree import called, parse, where

# Written in parts, so that this file keeps its own rules.
_LEFT = "|".join(("TO" + "DO", "FIX" + "ME"))
_LEFT_MARK = re.compile(rf"\b({_LEFT})\b|(?:#|//|<!--|/\*)\s*X{{3}}\b")
_FOLDERS = "|".join(("work", "root", "farm", "home", "Users"))
_MACHINE = re.compile(rf"(?<![\w.:/~$}}>-])/({_FOLDERS})/[\w.]|(?<!\w)[A-Z]:\\\\?Users\\", re.ASCII)
_ADDRESS = re.compile(r"\b(?:https?|ssh|git)://([\w.\-\[\]:@]+)")
_PRIVATE = re.compile(
    r"(?:^|\.)(?:internal|lan|intranet|corp|local|localdomain)$|^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d"
)
_LOOPBACK = {"localhost", "127.0.0.1", "0.0.0.0", "::1"}
_SINGLE = re.compile(r"^[\w-]+$")

Text = tuple[Path, str]


def left_undone(texts: Iterable[Text]) -> Iterator[str]:
    """Yield each note to oneself left in a file."""
    for path, text in texts:
        for number, line in enumerate(text.splitlines(), start=1):
            if _LEFT_MARK.search(line):
                yield f"{where(path, number)}: {line.strip()[:80]}"


def of_one_machine(texts: Iterable[Text]) -> Iterator[str]:
    """Yield each path that exists on somebody's machine only."""
    for path, text in texts:
        for number, line in enumerate(text.splitlines(), start=1):
            if _MACHINE.search(line):
                yield f"{where(path, number)}: {line.strip()[:80]}"


def of_one_network(texts: Iterable[Text], registries: Iterable[str]) -> Iterator[str]:
    """Yield each address that answers on somebody's network only, and each name of the registry in use here."""
    refused = [host for host in registries if host]
    for path, text in texts:
        for number, line in enumerate(text.splitlines(), start=1):
            for found in _ADDRESS.finditer(line):
                host = (urlsplit(f"//{found.group(1)}").hostname or "").lower() if "[" not in found.group(1) else "::1"
                if host not in _LOOPBACK and (_PRIVATE.search(host) or (_SINGLE.match(host) and not host.isdigit())):
                    yield f"{where(path, number)}: address {host}"
            for host in refused:
                if host in line:
                    yield f"{where(path, number)}: names the registry of this machine"


def registries(values: Iterable[str]) -> set[str]:
    """Return the hosts of the package registries configured here, but the public ones everybody knows."""
    public = {"pypi.org", "files.pythonhosted.org", "registry.npmjs.org", "pypi.python.org"}
    hosts = {urlsplit(word).hostname or "" for value in values for word in value.split() if "://" in word}
    return {host for host in hosts if host and host not in public and host not in _LOOPBACK}


def copied(paths: Iterable[Path], shared: Iterable[Path]) -> Iterator[str]:
    """Yield each file that is, byte for byte, one of the shared ones."""
    sizes: dict[int, list[Path]] = {}
    for path in shared:
        sizes.setdefault(path.stat().st_size, []).append(path)
    for path in paths:
        for other in sizes.get(path.stat().st_size, ()) if path.stat().st_size else ():
            if _digest(path) == _digest(other):
                yield f"{where(path)}: is {other.name} of the shared data"


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def extracts(texts: Iterable[Text], lines: Mapping[str, str], enough: int = 3) -> Iterator[str]:
    """Yield each file that holds `enough` lines of the shared files (`lines`: line -> name of its file)."""
    for path, text in texts:
        same = {line.strip() for line in text.splitlines() if line.strip() in lines}
        if len(same) >= enough:
            example = sorted(same)[0]
            yield f"{where(path)}: {len(same)} lines of {lines[example]} (such as {example[:50]!r})"


_CODES = re.compile(r"\b([A-Z]{3})\b")
_PRODUCT = re.compile(r"\b(\d{6})\b")
_VALUE = re.compile(r"(?<![\d.])(\d+\.\d{1,3})(?!\d)")


def flow_like(texts: Iterable[Text]) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (place, exporter, market, product, value) of each line that could be a row of BACI."""
    for path, text in texts:
        for number, line in enumerate(text.splitlines(), start=1):
            countries, products, values = _CODES.findall(line), _PRODUCT.findall(line), _VALUE.findall(line)
            if len(countries) == 2 and len(products) == 1 and values:
                yield from (
                    (where(path, number), countries[0], countries[1], products[0], value) for value in values[:3]
                )


# -- tests --------------------------------------------------------------------


def skipped_without_reason(paths: Iterable[Path]) -> Iterator[str]:
    """Yield each skip or xfail that does not say why."""
    for path in paths:
        tree = parse(path)
        calls = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Attribute) or node.attr not in ("skip", "skipif", "xfail", "skipTest"):
                continue
            call = calls.get(id(node))
            marks = isinstance(node.value, ast.Attribute) and node.value.attr == "mark"
            if not marks and not (isinstance(node.value, ast.Name) and node.value.id in ("pytest", "self")):
                continue
            if call is None or not _says_why(call, node.attr, marks):
                yield f"{where(path, node.lineno)}: {node.attr} without a reason"


def _says_why(call: ast.Call, name: str, marks: bool) -> bool:
    words: list[ast.expr] = [key.value for key in call.keywords if key.arg in ("reason", "msg")]
    if not words and call.args and not (marks and name in ("skipif", "xfail")):
        words = [call.args[0]]
    return any(not isinstance(word, ast.Constant) or bool(str(word.value or "").strip()) for word in words)


def away_from_source(tests: Iterable[Path], root: Path, package: Path, free: Iterable[str]) -> Iterator[str]:
    """Yield each test that does not sit where its subject does, or whose subject cannot be told.

    A file is named after a module (`test_MODULE`, `test_MODULE_ASPECT`), or says in its first line what it is about.
    """
    loose = set(free)
    for path in tests:
        parts = path.relative_to(root).parts
        if len(parts) == 1 or parts[0] in loose or not path.name.startswith("test_"):
            continue
        subject = package.joinpath(*parts[:-1])
        if not subject.is_dir():
            yield f"{where(path)}: there is no {where(subject)} that it would mirror"
            continue
        names = {
            other.stem if other.is_file() else other.name
            for other in subject.rglob("*")
            if other.suffix in (".py", ".csv", ".toml", "")
        }
        stem = path.stem.removeprefix("test_")
        named = any(stem == name or stem.startswith(f"{name}_") for name in {*names, subject.name})
        if not named and not ast.get_docstring(parse(path)):
            yield f"{where(path)}: no module of {where(subject)} is called like it, nor does it say what it is about"


def without_assertion(paths: Iterable[Path]) -> Iterator[str]:
    """Yield each test that cannot fail: no assertion, no expected error, no call of a checker."""
    trees = {path: parse(path) for path in paths}
    # A helper of another file counts: tests share what accounts for a row.
    helpers = {
        node.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and _asserts(node)
    }
    for path, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not _asserts(node):
                calls = {called(inner) for inner in ast.walk(node) if isinstance(inner, ast.Call)}
                if not calls & helpers and not any(
                    "assert" in name or "check" in name or name.startswith("fail") for name in calls
                ):
                    yield f"{where(path, node.lineno)}: {node.name} asserts nothing"


# `expect` is Playwright's; `wait_for_function` and `wait_for_selector` fail when their time is over.
_ASSERTING = (
    "raises",
    "warns",
    "fail",
    "deprecated_call",
    "expect",
    "wait_for_function",
    "wait_for_selector",
    "wait_for_url",
)


def _checks(call: ast.Call) -> bool:
    """Tell a command asked to fail: `check=True`, `check_changes=True`, `"--check"`."""
    words = [word.value for word in call.args if isinstance(word, ast.Constant)]
    return "--check" in words or any(
        (key.arg or "").startswith("check") and getattr(key.value, "value", None) is True for key in call.keywords
    )


def _asserts(tree: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and (called(node) in _ASSERTING or _checks(node)))
        for node in ast.walk(tree)
    )
