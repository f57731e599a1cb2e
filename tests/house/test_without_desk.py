"""The atlas alone: it imports, answers and has its tests collected where Django is not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.house.tree import ROOT

ABSENT = (
    "axe_playwright_python",
    "csp",
    "dj_database_url",
    "django",
    "gunicorn",
    "jinja2",
    "playwright",
    "psycopg",
    "wagtail",
    "whitenoise",
)

# Every finder forgets the packages of the desk, as if they had never been installed.
HIDE = f"""
import sys
absent = {ABSENT!r}
class Without:
    def __init__(self, finder): self.finder = finder
    def find_spec(self, name, path=None, target=None):
        return None if name.partition(".")[0] in absent else self.finder.find_spec(name, path, target)
    def __getattr__(self, name): return getattr(self.finder, name)
sys.meta_path[:] = [Without(finder) if hasattr(finder, "find_spec") else finder for finder in sys.meta_path]
"""

# The engine's modules for Spark are loaded by name only, and need their own extra.
EVERYTHING = """
import importlib, pkgutil, portulan.atlas
names = [m.name for m in pkgutil.walk_packages(portulan.atlas.__path__, "portulan.atlas.")]
for name in names:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not name.startswith("portulan.atlas.engine.") or error.name.partition(".")[0] not in ("pyspark", "sqlglot"):
            raise
print(len(names))
"""


def run(text: str, timeout: float = 240) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", HIDE + text], cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False
    )


def test_django_is_really_hidden() -> None:
    done = run("import importlib.util\nassert importlib.util.find_spec('django') is None\nimport django")
    assert done.returncode == 1 and "ModuleNotFoundError: No module named 'django'" in done.stderr


def test_every_module_of_the_atlas_imports() -> None:
    done = run(EVERYTHING)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 50


def test_an_atlas_module_that_needs_the_desk_would_be_seen() -> None:
    done = run("import portulan.desk.config.settings")
    assert done.returncode == 1 and "ModuleNotFoundError" in done.stderr


def test_the_command_answers() -> None:
    done = run("from portulan.cli import main\nraise SystemExit(main(['atlas', 'sectors']))")
    assert done.returncode == 0, done.stderr
    assert "book" in done.stdout and "Livre" in done.stdout


@pytest.mark.parametrize("word", ["serve", "publish", "manage"])
def test_a_command_of_the_desk_names_the_extra(word: str) -> None:
    done = run(f"from portulan.cli import main\nraise SystemExit(main([{word!r}]))")
    assert done.returncode == 2 and "portulan[desk]" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_tests_of_the_atlas_are_collected() -> None:
    words = ["--collect-only", "-q", "-p", "no:django", "-p", "no:cacheprovider", "tests/atlas"]
    done = run(f"import pytest\nraise SystemExit(pytest.main({words!r}))")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
