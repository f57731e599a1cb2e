"""Tests: each sits where its subject does, can fail, and says why where it cannot run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.house import text_rules as rules
from tests.house.tree import PACKAGE, TESTS, fail_if, python_files

# Folders of tests that mirror nothing: the rules of the house, and what a user does in a browser.
NO_MIRROR = ("house", "journeys")


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_no_test_is_skipped_without_a_reason() -> None:
    fail_if(rules.skipped_without_reason(python_files(TESTS)), "a test that does not run says why")


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skip\ndef test_a(): ...",
        "@pytest.mark.skip()\ndef test_a(): ...",
        "@pytest.mark.xfail(strict=True)\ndef test_a(): ...",
        "@pytest.mark.skipif(True)\ndef test_a(): ...",
        "def test_a():\n    pytest.skip('')",
        "def test_a():\n    pytest.skip()",
    ],
)
def test_a_skip_without_a_reason_is_seen(tmp_path: Path, text: str) -> None:
    assert list(rules.skipped_without_reason([write(tmp_path, "test_a.py", "import pytest\n" + text)]))


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skip(reason='needs Java')\ndef test_a(): ...",
        "@pytest.mark.skip('needs Java')\ndef test_a(): ...",
        "@pytest.mark.skipif(True, reason='needs Java')\ndef test_a(): ...",
        "def test_a(why):\n    pytest.skip(why)",
        "def test_a(rows):\n    rows.skip(3)",
    ],
)
def test_a_skip_with_a_reason_is_not(tmp_path: Path, text: str) -> None:
    assert not list(rules.skipped_without_reason([write(tmp_path, "test_a.py", "import pytest\n" + text)]))


@pytest.mark.xdist_group("house")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process: nothing to keep together")
def test_tests_of_a_group_stay_together(request: pytest.FixtureRequest) -> None:
    # How pytest-xdist says it; a pytest whose names it does not know lets groups fall apart without a word.
    assert request.node.nodeid.endswith("@house")


def test_tests_mirror_the_source() -> None:
    fail_if(rules.away_from_source(python_files(TESTS), TESTS, PACKAGE, NO_MIRROR), "tests/ mirrors src/portulan/")


def test_a_test_in_the_wrong_place_is_seen(tmp_path: Path) -> None:
    write(tmp_path, "src/atlas/flows.py", "")
    tests = tmp_path / "tests"
    good = [
        write(tests, "atlas/test_flows.py", ""),
        write(tests, "atlas/test_flows_deep.py", ""),
        write(tests, "atlas/worlds.py", ""),
        write(tests, "house/test_x.py", ""),
        write(tests, "atlas/test_killed.py", '"""A build that is killed."""'),
    ]
    assert not list(rules.away_from_source(good, tests, tmp_path / "src", NO_MIRROR))
    for name in ("atlas/test_flowers.py", "shop/test_flows.py"):
        assert list(rules.away_from_source([write(tests, name, "")], tests, tmp_path / "src", NO_MIRROR)), name


def test_every_test_can_fail() -> None:
    fail_if(rules.without_assertion(python_files(TESTS)), "a test that asserts nothing proves nothing")


def test_a_test_that_cannot_fail_is_seen(tmp_path: Path) -> None:
    text = "def test_a():\n    build()\n\ndef test_b():\n    assert build()\n"
    text += "\ndef same(x):\n    assert x\n\ndef test_c():\n    same(build())\n"
    found = list(rules.without_assertion([write(tmp_path, "test_a.py", text)]))
    assert len(found) == 1 and "test_a asserts nothing" in found[0]
