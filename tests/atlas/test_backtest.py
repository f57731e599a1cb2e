"""The back-test finds what is true in worlds made for it, and counts births and deaths as what they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from portulan.atlas.backtest import (
    PREDICTORS,
    Case,
    backtest,
    past_growth,
    potential_static,
    spearman,
    todays_size,
    top_decile_hits,
)
from portulan.atlas.backtest_survivors import illustrate, survivors_panel, years_since_first
from portulan.atlas.doubt import FlowArrays
from portulan.atlas.engine import open_engine
from portulan.atlas.errors import BadInputError, UnknownCodeError

pytestmark = pytest.mark.full

COUNTRIES, PRODUCTS = 40, 60
BASKETS = {"a": {f"{n:06d}": 1.0 for n in range(4)}, "b": {f"{n:06d}": 0.5 for n in range(4, 9)}}
NAMES = [f"C{n:02d}" for n in range(COUNTRIES)]
CODES = [f"{n:06d}" for n in range(PRODUCTS)]


def flows(value: np.ndarray) -> FlowArrays:
    value = np.round(value)
    value[np.arange(COUNTRIES), np.arange(COUNTRIES)] = 0
    place = np.nonzero(value)
    return FlowArrays.build((NAMES, NAMES, CODES), *place, value[place])


def world(
    law: Callable[[np.random.Generator, np.ndarray, int], np.ndarray], years: tuple[int, ...]
) -> dict[int, FlowArrays]:
    """Panel whose structure (supply, demand, ease) is fixed; `law` turns it into the flows of one year."""
    rng = np.random.default_rng(3)
    supply, demand = rng.normal(0, 1.2, (COUNTRIES, PRODUCTS)), rng.normal(0, 1.2, (COUNTRIES, PRODUCTS))
    mass, ease = rng.normal(0, 1.2, COUNTRIES), rng.normal(0, 1.0, (COUNTRIES, COUNTRIES))
    structure = 12 + supply[:, None] + demand[None] + mass[:, None, None] + mass[None, :, None] + ease[:, :, None]
    return {year: flows(law(np.random.default_rng(year), structure, year)) for year in years}


def noisy(rng: np.random.Generator, structure: np.ndarray, year: int) -> np.ndarray:
    """Truth is structure; each year a third of the flows is not there and the others are far off: births and deaths."""
    return np.exp(structure + rng.normal(0, 1.6, structure.shape)) * (rng.random(structure.shape) > 0.35)


def habit(rng: np.random.Generator, structure: np.ndarray, year: int) -> np.ndarray:
    """Truth is habit: what a pair trades of a product lasts, whatever supply, demand and ease say."""
    lasting = np.random.default_rng(99).normal(0, 3.0, structure.shape)
    return np.exp(structure + lasting + rng.normal(0, 0.1, structure.shape))


def momentum(rng: np.random.Generator, structure: np.ndarray, year: int) -> np.ndarray:
    """Truth is growth that lasts: every flow goes on at its own pace."""
    pace = np.random.default_rng(98).normal(0, 1.0, structure.shape[:2])[:, :, None]
    return np.exp(structure + pace * (year - 2000))


@pytest.mark.slow
def test_potential_wins_where_truth_is_structure() -> None:
    found = backtest(world(noisy, (2000, 2001, 2002)), NAMES, BASKETS, 1, resamples=200)
    assert found.first == "potential_static"
    assert found.resampled == "exporters"
    assert found.years == (2000, 2001)
    assert found.spearman_gain["imports_from"].low > 0.02
    assert found.hits_gain["imports_from"].low > 0
    assert found.hits["potential_static"].mean > 0.25
    # Past growth needs a year before: only 2001 can be scored, on all predictors alike.
    assert found.cases == COUNTRIES * 2
    assert found.left_out == COUNTRIES * 2


def test_todays_size_wins_where_truth_is_habit() -> None:
    found = backtest(world(habit, (2000, 2003)), NAMES[:12], BASKETS, 3, resamples=100)
    assert found.spearman_gain["imports_from"].high < 0
    assert found.hits_gain["imports_from"].high < 0
    assert found.absent == ("past_growth",)
    assert set(found.spearman) == {"potential_static", "imports_from"}


def test_past_growth_wins_where_growth_lasts() -> None:
    found = backtest(world(momentum, (2000, 2001, 2002)), NAMES[:12], BASKETS, 1, resamples=100)
    assert found.absent == ()
    assert found.spearman["past_growth"].mean == pytest.approx(1, abs=0.001)
    assert found.spearman_gain["past_growth"].high < 0


def test_a_gravity_brought_in_is_scored_on_the_same_cases_and_few_exporters_resample_markets() -> None:
    panel = world(noisy, (2000, 2001))
    oracle = panel[2001]

    def gravity(case: Case) -> np.ndarray:
        mine = oracle.exporter == NAMES.index(case.exporter)
        total = np.zeros(COUNTRIES)
        weight = np.array([BASKETS[case.basket].get(code, 0.0) for code in CODES])
        np.add.at(total, oracle.market[mine], oracle.value[mine] * weight[oracle.product[mine]])
        return total[[NAMES.index(market) for market in case.markets]]

    found = backtest(panel, NAMES[:2], BASKETS, 1, {"potential_static": potential_static, "gravity": gravity}, 100)
    assert found.spearman["gravity"].mean == 1.0
    assert found.hits["gravity"].mean == 1.0
    assert found.spearman_gain["gravity"].high < 0
    assert found.resampled == "markets"
    assert found.cases == 4
    again = backtest(panel, NAMES[:2], BASKETS, 1, {"potential_static": potential_static, "gravity": gravity}, 100)
    assert again == found


def test_births_and_deaths_are_outcomes_and_silent_markets_are_not() -> None:
    markets = [f"M{n:02d}" for n in range(14)]

    def year(amounts: dict[str, float], silent: tuple[str, ...] = ()) -> FlowArrays:
        rows = [("FRA", m, "490199", v) for m, v in amounts.items() if v > 0]
        rows += [("ITA", m, "490199", 50.0) for m in markets if m not in silent]
        text = [list(part) for part in zip(*rows, strict=True)]
        return FlowArrays.from_text(text[0], text[1], text[2], np.array(text[3], dtype=float))

    first = {m: 100.0 + n for n, m in enumerate(markets)} | {"M01": 0.0}
    then = first | {"M00": 0.0, "M01": 999.0, "M13": 0.0}  # M00 dies, M01 is born, M13 falls silent
    seen: list[Case] = []

    def spy(case: Case) -> np.ndarray:
        seen.append(case)
        return case.imports

    panel = {2000: year(first), 2001: year(then, silent=("M13",))}
    found = backtest(panel, ["FRA"], {"book": {"490199": 1.0}}, 1, {"imports_from": spy}, 50)
    case = seen[0]
    assert case.markets == tuple(markets[:13])
    assert case.imports[case.markets.index("M01")] == 0
    actual = np.array([then[m] for m in case.markets])
    assert found.spearman["imports_from"].mean == pytest.approx(stats.spearmanr(case.imports, actual).statistic)


def test_past_growth_extrapolates_what_it_knows_only() -> None:
    arrays = [np.array(x) for x in ([0.0] * 4, [20.0, 20.0, 0.0, 5.0], [10.0, 0.0, 7.0, np.nan])]
    case = Case("FRA", "b", 2000, 1, ("A", "B", "C", "D"), *arrays)
    assert past_growth(case) is not None
    assert past_growth(case).tolist() == [40.0, 20.0, 0.0, 5.0]  # type: ignore[union-attr]
    assert todays_size(case).tolist() == [20.0, 20.0, 0.0, 5.0]
    assert list(PREDICTORS) == ["potential_static", "imports_from", "past_growth"]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=40))
def test_spearman_is_scipys_ties_included(pairs: list[tuple[int, int]]) -> None:
    a, b = (np.array(part, dtype=float) for part in zip(*pairs, strict=True))
    if len(set(a)) > 1 and len(set(b)) > 1:
        assert spearman(a, b) == pytest.approx(stats.spearmanr(a, b).statistic, abs=1e-12)
    else:
        assert np.isnan(spearman(a, b))


def test_hits_of_the_top_decile() -> None:
    actual = np.arange(20.0)
    assert top_decile_hits(actual, actual) == 1.0
    assert top_decile_hits(-actual, actual) == 0.0
    assert top_decile_hits(np.r_[np.zeros(18), 5.0, 0.0], actual) == pytest.approx(0.5 + 0.5 / 19)
    assert top_decile_hits(np.zeros(20), actual) == pytest.approx(0.1)


def test_what_cannot_be_scored_is_said() -> None:
    panel = world(noisy, (2000, 2001))
    with pytest.raises(BadInputError, match="2 apart"):
        backtest(panel, NAMES[:1], BASKETS, 2)
    with pytest.raises(UnknownCodeError, match="XXX"):
        backtest(panel, ["XXX"], BASKETS, 1)
    with pytest.raises(BadInputError, match="no case"):
        backtest(panel, NAMES[:1], {"x": {"999999": 1.0}}, 1)


# --- the illustration on survivors ---------------------------------------------------------------------------------


def grown(first: np.ndarray, last: np.ndarray, years: np.ndarray) -> np.ndarray:
    return ((last / first) ** (1 / years) - 1) * 100


def test_the_years_a_growth_runs_over_are_found_from_whole_dollars() -> None:
    rng = np.random.default_rng(5)
    first, last = (np.round(rng.lognormal(9, 3, 4000)) + 1 for _ in range(2))
    years = rng.integers(1, 8, 4000)
    growth = grown(first, last, years)
    found = years_since_first(last / 1000, growth)
    assert (found == years)[growth != 0].mean() > 0.995
    assert years_since_first(np.array([5.0]), np.array([0.0])).tolist() == [0]


def test_the_two_readings_rebuild_what_they_say() -> None:
    rng = np.random.default_rng(6)
    markets = [f"M{n:02d}" for n in range(30)]
    rows = [(i, j, k) for i in ("FRA", "ITA", "POL") for j in markets for k in ("490199", "611020", "970110")]
    first, last = (np.round(rng.lognormal(11, 2, len(rows))) for _ in range(2))
    years = rng.choice([0, 3, 7], len(rows))
    growth = np.where(years > 0, grown(first, last, np.maximum(years, 1)), 0.0)
    with open_engine("500MB", 1) as engine:
        text = [np.array(part, dtype=object) for part in zip(*rows, strict=True)]
        engine.insert("b", {"i": text[0], "j": text[1], "k": text[2], "v": last / 1000, "cagr_8y": growth})
        panel = survivors_panel(engine, "b")
        assert sorted(panel) == [2017, 2024]
        assert panel[2024].value.sum() == pytest.approx(last.sum())
        assert panel[2017].value.sum() == pytest.approx(first[years == 7].sum(), rel=1e-9)
        assert len(panel[2017]) == (years == 7).sum()
        literal = survivors_panel(engine, "b", "literal_2016")
        assert sorted(literal) == [2016, 2024]
        assert len(literal[2016]) > len(panel[2017])
        found = illustrate(engine, "b", ["FRA"], {"book": {"490199": 1.0}}, resamples=50)
        assert "not a back-test" in found.note
        assert "past_growth" not in found.spearman
        with pytest.raises(BadInputError, match="reading"):
            survivors_panel(engine, "b", "guess")  # type: ignore[arg-type]


@pytest.mark.real
def test_growth_of_the_real_file_does_not_run_from_2016(shared_data: Path) -> None:
    path = shared_data / "baci" / "baci_hs17_2024_220importers.parquet"
    with open_engine("1GB", 2) as engine:
        rows = engine.columns(
            f"SELECT v, cagr_8y FROM read_parquet('{path}') WHERE i = 'FRA' AND cagr_8y <> 0 AND cagr_8y > -100"
        )
    found = years_since_first(rows["v"], rows["cagr_8y"])
    assert len(found) > 300_000
    assert (found >= 1).all()  # a whole number of dollars within seven years, for every row
    rate = 1 + rows["cagr_8y"] / 100
    first = rows["v"] * 1000 / rate**8
    assert (np.abs(first - np.round(first)) < 1e-6)[
        (first >= 1) & (first < 1e6)
    ].mean() < 0.01  # eight years: chance only
