"""Where Django is installed, it is set up before the rules are read, also when they are run alone."""

from __future__ import annotations

import importlib.util

if importlib.util.find_spec("django"):
    from tests.desk import conftest  # noqa: F401 - it sets Django up, with a home of its own
