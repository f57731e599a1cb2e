"""Schemathesis asks every operation what its description allows and forbids, in process, through WSGI."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

pytestmark = [pytest.mark.full, pytest.mark.slow]
EXAMPLES = 40
PLAIN = {"Accept-Encoding": "identity"}  # called in process, nobody unpacks


@pytest.fixture
def described(client: Any) -> Any:
    from django.core.wsgi import get_wsgi_application

    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


def test_every_operation_keeps_its_description(described: Any) -> None:
    asked: list[str] = []
    for found in described.get_all_operations():
        operation = found.ok()
        asked.append(operation.path)
        ask(operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE))
        if operation.definition.raw["parameters"]:
            ask(operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE))
    assert len(asked) >= 16


def ask(strategy: Any) -> None:
    """Ask some questions of a strategy; every answer must be one that the description allows."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def asked(case: Any) -> None:
        case.call_and_validate(headers=PLAIN)

    asked()
