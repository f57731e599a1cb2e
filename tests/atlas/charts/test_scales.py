"""Classes: every value in one, none empty, limits that are the printed numbers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.atlas.charts.scales import Scale, fixed_scale, log_scale, quantile_scale
from portulan.atlas.errors import BadInputError

MONEY = st.lists(st.floats(0, 1e13, allow_nan=False), min_size=1, max_size=300)


def held(scale: Scale, values: list[float]) -> list[int]:
    counts = [0] * scale.classes
    for value in values:
        counts[scale.class_of(value)] += 1
    return counts


@given(MONEY, st.integers(1, 6))
def test_quantiles_hold_every_value_once_and_leave_no_class_empty(values, classes):
    scale = quantile_scale(values, "USD", classes)
    assert 1 <= scale.classes <= classes
    assert scale.bounds[0] == min(values) and scale.bounds[-1] == max(values)
    assert list(scale.bounds) == sorted(scale.bounds)
    assert all(held(scale, values))


@given(MONEY, st.integers(1, 6))
def test_log_classes_too(values, classes):
    scale = log_scale(values, "USD", classes)
    assert 1 <= scale.classes <= classes
    assert list(scale.bounds) == sorted(scale.bounds)
    assert all(held(scale, values))


@given(MONEY)
def test_a_larger_value_is_never_in_a_lower_class(values):
    for scale in (quantile_scale(values, "USD"), log_scale(values, "USD")):
        classes = [scale.class_of(value) for value in sorted(values)]
        assert classes == sorted(classes)
        for value in values:
            number = scale.class_of(value)
            assert scale.bounds[number] <= value <= scale.bounds[number + 1]


def test_quantiles_of_skewed_money_are_of_equal_number():
    values = [1.7**power for power in range(60)]
    assert all(9 <= count <= 11 for count in held(quantile_scale(values, "USD"), values))  # limits are rounded


def test_log_limits_are_round_numbers():
    values = [10 ** (2 + part / 10) for part in range(61)]  # 100 to 100 M
    scale = log_scale(values, "USD")
    assert scale.classes == 6
    assert all(f"{limit:.0e}"[0] in "125" and limit == float(f"{limit:.0e}") for limit in scale.bounds[1:-1])


def test_equal_values_stay_together():
    assert quantile_scale([5.0] * 40, "USD").classes == 1
    scale = quantile_scale([0.0] * 90 + [1.0, 2.0], "USD")
    assert scale.class_of(0.0) == 0
    assert scale.class_of(1.0) > 0
    assert scale.class_of(2.0) > 0


def test_fixed_limits_are_kept_and_ends_are_open():
    scale = fixed_scale([0, 0.01, 0.05, 0.2, 1], "share")
    assert [scale.class_of(value) for value in (0, 0.0099, 0.01, 0.2, 1, 3, -1)] == [0, 0, 1, 3, 3, 3, 0]


@pytest.mark.parametrize("limits", [[1], [1, 1], [2, 1], [0, math.nan], list(range(9))])
def test_wrong_fixed_limits_are_refused(limits):
    with pytest.raises(BadInputError):
        fixed_scale(limits, "share")


def test_nothing_nan_and_negative_money_are_refused():
    for make in (quantile_scale, log_scale):
        with pytest.raises(BadInputError, match="no value"):
            make([], "USD")
        with pytest.raises(BadInputError, match="NaN or infinite"):
            make([1.0, math.nan], "USD")
        with pytest.raises(BadInputError, match="7 classes"):
            make([1.0, 2.0], "USD", 7)
    with pytest.raises(BadInputError, match="log scale"):
        log_scale([-1.0, 2.0], "USD")
    with pytest.raises(BadInputError, match="NaN"):
        quantile_scale([1.0, 2.0], "USD").class_of(math.inf)
    assert quantile_scale([-0.2, 0.1, 0.4], "share", 3).classes == 3  # growth may be negative
