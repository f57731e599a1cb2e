"""Doubt: the noise law, its way through the potential, and intervals that hold the truth as often as they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.atlas.doubt import (
    EXCLUDES_YEARS,
    INCLUDES_YEARS,
    DoubtTable,
    FlowArrays,
    NoiseModel,
    load_flows,
    load_noise,
    rank_doubt,
    rank_doubt_many,
)
from portulan.atlas.doubt.plan import covariance_root
from portulan.atlas.doubt.table import rank_interval
from portulan.atlas.doubt.world import potential_table, sums, weights_table
from portulan.atlas.engine import open_engine
from portulan.atlas.errors import BadInputError, UnknownCodeError
from tests.atlas.doubt_world import pair_sd, report, true_world

pytestmark = pytest.mark.slow

NOISE = load_noise()
BASKETS = {
    "few": {"000001": 1.0, "000002": 1.0},
    "some": {f"{n:06d}": 1.0 for n in range(3, 9)},
    "weighted": {f"{n:06d}": 0.5 + 0.5 * (n % 2) for n in range(9, 20)},
}


def scaled(noise: NoiseModel, factor: float) -> NoiseModel:
    names = ("cap", "floor", "ceiling", "tau_exporter", "tau_market")
    values = {name: getattr(noise, name) * (factor if name in names else 1) for name in noise.__slots__}
    return NoiseModel(**values)


def same(one: DoubtTable, two: DoubtTable) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(two, name)) for name in one.__slots__)


def by_hand(flows: FlowArrays, exporter: str, basket: dict[str, float]) -> dict[str, float]:
    """Return the static potential with dictionaries and loops: the equation and nothing else."""
    value = {
        (flows.exporters[i], flows.markets[j], flows.products[k]): v
        for i, j, k, v in zip(flows.exporter, flows.market, flows.product, flows.value, strict=True)
    }
    world: dict[str, float] = {}
    supply: dict[str, float] = {}
    demand: dict[tuple[str, str], float] = {}
    bilateral: dict[str, float] = {}
    for (i, j, k), v in value.items():
        world[k] = world.get(k, 0) + v
        demand[j, k] = demand.get((j, k), 0) + v
        if i == exporter:
            supply[k] = supply.get(k, 0) + v
            bilateral[j] = bilateral.get(j, 0) + v
    found = {}
    for market, total in bilateral.items():
        part = {k: s / world[k] * demand.get((market, k), 0) for k, s in supply.items()}
        found[market] = total / sum(part.values()) * sum(w * part.get(k, 0) for k, w in basket.items())
    return {market: v for market, v in found.items() if v > 0}


# --- the potential and its draws ---------------------------------------------------------------------------------


def test_the_value_is_the_potential_of_the_equation() -> None:
    flows = true_world(5, 12, 25)
    basket = {"000001": 1.0, "000004": 0.5, "000007": 0.25, "999999": 1.0}
    exporter = flows.exporters[flows.exporter[flows.value.argmax()]]
    expected = by_hand(flows, exporter, basket)
    table = rank_doubt(flows, exporter, {"b": basket}, NOISE, 20)["b"]
    assert dict(zip(table.market, table.value, strict=True)) == pytest.approx(expected, rel=1e-9)
    assert list(table.value) == sorted(table.value, reverse=True)


def test_potential_over_all_products_is_bilateral_trade() -> None:
    flows = true_world(6, 15, 30)
    totals = sums(flows)
    everything = potential_table(totals, np.ones(len(flows.products)))
    assert everything == pytest.approx(totals.bilateral, rel=1e-12)


def test_one_flow_alone_has_the_interval_of_its_own_noise() -> None:
    # One exporter, one product, one market: the potential is the flow, and every noise adds up in logs.
    flows = FlowArrays.from_text(["FRA"], ["BEL"], ["490199"], np.array([2e6]))
    noise = NoiseModel(1.6, 5e5, 0.5, 0.05, 1.4, 0.3, 0.2, 0.0)
    table = rank_doubt(flows, "FRA", {"b": {"490199": 1.0}}, noise, 8000)["b"]
    variance = (1.6 / (1 + 2.0)) ** 2 + 0.3**2 + 0.2**2
    centre, reach = np.log(2e6) + variance / 2, 1.6449 * np.sqrt(variance)
    assert np.log(table.value_low[0]) == pytest.approx(centre - reach, abs=0.04)
    assert np.log(table.value_high[0]) == pytest.approx(centre + reach, abs=0.04)
    assert (table.rank_low[0], table.rank_high[0], table.p_top10[0]) == (1, 1, 1.0)


def test_no_noise_no_doubt() -> None:
    flows = true_world(7, 20, 30)
    table = rank_doubt(flows, "C03", BASKETS, scaled(NOISE, 0.0), 20)["weighted"]
    assert table.value_low == pytest.approx(table.value, rel=1e-4)
    assert table.value_high == pytest.approx(table.value, rel=1e-4)
    assert table.rank_low.tolist() == table.rank_high.tolist() == list(range(1, len(table.market) + 1))


def test_noise_of_the_exporter_moves_values_not_ranks_noise_of_markets_moves_both() -> None:
    flows = true_world(8, 30, 40)
    quiet = dict.fromkeys(("cap", "floor", "ceiling", "tau_exporter", "tau_market", "log_error"), 0.0)
    base = {"half_usd": 1e6, "slope": 0.4} | quiet
    calm = FlowArrays.build(
        (flows.exporters, flows.markets, flows.products), flows.exporter, flows.market, flows.product, flows.value
    )
    markets = rank_doubt(calm, "C04", BASKETS, NoiseModel(**(base | {"tau_market": 0.3})), 200)["some"]
    exporters = rank_doubt(calm, "C04", BASKETS, NoiseModel(**(base | {"tau_exporter": 0.3})), 200)["some"]
    width = lambda table: np.log(table.value_high / table.value_low).mean()  # noqa: E731
    assert width(markets) == pytest.approx(2 * 1.645 * 0.3, rel=0.15)
    assert width(exporters) == pytest.approx(2 * 1.645 * 0.3, rel=0.35)
    assert (markets.rank_high - markets.rank_low).mean() > 2 * (exporters.rank_high - exporters.rank_low).mean()


def test_result_depends_on_nothing_but_data_draws_and_seed() -> None:
    flows = report(true_world(9, 20, 30), NOISE, 1)
    one = rank_doubt(flows, "C02", BASKETS, NOISE, 50, threads=1)
    order = np.random.default_rng(0).permutation(len(flows))
    shuffled = FlowArrays.build(
        (flows.exporters, flows.markets, flows.products),
        flows.exporter[order],
        flows.market[order],
        flows.product[order],
        flows.value[order],
    )
    assert all(same(one[b], rank_doubt(shuffled, "C02", BASKETS, NOISE, 50, threads=2)[b]) for b in BASKETS)
    several = rank_doubt_many(flows, ("C05", "C02"), BASKETS, NOISE, 50)
    assert all(same(one[b], several["C02"][b]) for b in BASKETS)
    other = rank_doubt(flows, "C02", BASKETS, NOISE, 50, seed=1)
    assert not same(one["some"], other["some"])


@pytest.mark.slow
def test_moments_for_other_products_agree_with_drawing_every_flow() -> None:
    for seed in (1, 2):
        flows = report(true_world(seed, 40, 80), NOISE, seed)
        largest = flows.exporters[np.bincount(flows.exporter, weights=flows.value).argmax()]
        for exporter in (largest, "C05"):
            quick = rank_doubt(flows, exporter, BASKETS, NOISE, 2000, seed=1)
            full = rank_doubt(flows, exporter, BASKETS, NOISE, 2000, seed=2, drawn="all")
            for basket in BASKETS:
                a, b = quick[basket], full[basket]
                assert a.market == b.market
                width_a, width_b = (np.log(t.value_high / t.value_low) for t in (a, b))
                assert np.median(width_a / width_b) == pytest.approx(1, abs=0.02)
                assert np.abs(width_a / width_b - 1).max() < 0.12  # two full draws differ by 0.08
                assert np.abs(np.log(a.value_median / b.value_median) / width_b).max() < 0.05
                assert np.abs(a.p_top10 - b.p_top10).max() < 0.06
                assert np.abs(a.rank_low - b.rank_low).max() <= 2
                assert np.abs(a.rank_high - b.rank_high).max() <= 2


def test_root_of_a_covariance() -> None:
    rng = np.random.default_rng(3)
    half = rng.normal(size=(6, 4))  # rank four: two rows carry nothing new
    covariance = half @ half.T
    covariance[2] = covariance[:, 2] = 0.0
    root = covariance_root(covariance)
    assert root @ root.T == pytest.approx(covariance, abs=1e-9)
    assert np.triu(root, 1).max() == 0


# --- ranks -------------------------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 25), st.integers(20, 80), st.integers(0, 10_000))
def test_rank_intervals_are_ranks_and_hold_the_middle(markets: int, draws: int, seed: int) -> None:
    table = np.tile(np.arange(1, markets + 1, dtype=np.int32), (draws, 1))
    drawn = np.random.default_rng(seed).permuted(table, axis=1)
    low, high = rank_interval(drawn)
    middle = np.median(drawn, axis=0)
    assert (low >= 1).all()
    assert (high <= markets).all()
    assert (low <= middle).all()
    assert (middle <= high).all()


def test_a_sure_rank_has_no_width_and_half_sure_ones_do() -> None:
    drawn = np.array([[1, 2, 3], [1, 3, 2]] * 50, dtype=np.int32)
    low, high = rank_interval(drawn)
    assert low.tolist() == [1, 2, 2]
    assert high.tolist() == [1, 3, 3]


def test_places_in_the_top_ten_are_ten() -> None:
    flows = report(true_world(10, 30, 40), NOISE, 3)
    for table in rank_doubt(flows, "C06", BASKETS, NOISE, 100).values():
        assert table.p_top10.sum() == pytest.approx(min(10, len(table.market)))


# --- years -------------------------------------------------------------------------------------------------------


def test_years_are_drawn_from_three_on() -> None:
    truth = true_world(12, 30, 40)
    names = (truth.exporters, truth.markets, truth.products)
    years = []
    for seed in range(3):
        # Real change between years, on top of the noise of each report.
        change = np.exp(np.random.default_rng(seed).normal(0, 1.0, (30, 30)))[truth.exporter, truth.market]
        moved = FlowArrays.build(names, truth.exporter, truth.market, truth.product, truth.value * change * 1.5**seed)
        years.append(report(moved, NOISE, seed))
    one = rank_doubt(years[2], "C07", BASKETS, NOISE, 90)["weighted"]
    two = rank_doubt(years[2], "C07", BASKETS, NOISE, 90, years=years[:1])["weighted"]
    three = rank_doubt(years[2], "C07", BASKETS, NOISE, 90, years=years[:2])["weighted"]
    assert one.label == two.label == EXCLUDES_YEARS == "excludes year-to-year change"
    assert (one.years, two.years, three.years) == (1, 1, 3)
    assert same(one, two)
    assert three.label == INCLUDES_YEARS
    assert three.draws == 90
    common = sorted(set(one.market) & set(three.market))
    wide = lambda t: np.mean([np.log(t.value_high / t.value_low)[t.market.index(m)] for m in common])  # noqa: E731
    assert wide(three) > 1.1 * wide(one)


def test_growth_of_the_whole_is_not_doubt() -> None:
    truth = true_world(12, 15, 20)
    names = (truth.exporters, truth.markets, truth.products)
    rows = (truth.exporter, truth.market, truth.product)
    years = [FlowArrays.build(names, *rows, truth.value * 1.5**year) for year in range(3)]
    table = rank_doubt(years[2], "C07", BASKETS, scaled(NOISE, 0.0), 60, years=years[:2])["weighted"]
    assert table.label == INCLUDES_YEARS
    assert table.value_low == pytest.approx(table.value, rel=1e-4)
    assert table.value_high == pytest.approx(table.value, rel=1e-4)


def test_an_exporter_new_this_year_is_drawn_from_this_year_alone() -> None:
    years = [true_world(seed, 10, 15) for seed in (1, 1, 1)]
    old = years[0]
    keep = old.exporter != 4
    names = (old.exporters[:4] + old.exporters[5:], old.markets, old.products)
    moved = np.where(old.exporter > 4, old.exporter - 1, old.exporter)[keep]
    years[0] = FlowArrays.build(names, moved, old.market[keep], old.product[keep], old.value[keep])
    tables = rank_doubt_many(years[2], ("C03", "C04"), BASKETS, NOISE, 60, years=years[:2])
    assert tables["C03"]["some"].label == INCLUDES_YEARS
    assert (tables["C04"]["some"].label, tables["C04"]["some"].years) == (EXCLUDES_YEARS, 1)


# --- coverage ----------------------------------------------------------------------------------------------------


def trials(noise: NoiseModel, worlds: int, draws: int) -> Iterator[tuple[float, float, bool, bool, float, float]]:
    """Yield (place by potential, place by market size, value held, rank held, rank width, value width) by market."""
    for world in range(worlds):
        truth = true_world(1000 + world)
        totals = sums(truth)
        weights = weights_table(truth, BASKETS)
        seen = report(truth, NOISE, 5000 + world)
        order = np.argsort(-totals.supply.sum(axis=1))
        exporters = [truth.exporters[n] for n in order[[2, 12, 28]]]
        for exporter, tables in rank_doubt_many(seen, exporters, BASKETS, noise, draws, seed=world).items():
            for row, table in enumerate(tables.values()):
                real = potential_table(totals, weights[row])[truth.exporters.index(exporter)]
                place = [truth.markets.index(market) for market in table.market]
                value = real[place]
                rank = np.argsort(np.argsort(-value)) + 1
                size = np.argsort(np.argsort(-totals.demand.sum(axis=1)[place])) + 1
                for n in range(len(value)):
                    yield (
                        rank[n] / len(value),
                        size[n] / len(value),
                        table.value_low[n] <= value[n] <= table.value_high[n],
                        table.rank_low[n] <= rank[n] <= table.rank_high[n],
                        (table.rank_high[n] - table.rank_low[n]) / len(value),
                        np.log(table.value_high[n] / table.value_low[n]),
                    )


@pytest.mark.slow
def test_intervals_hold_the_truth_nine_times_in_ten_in_every_class_of_size() -> None:
    found = np.array(list(trials(NOISE, worlds=24, draws=200)), dtype=float)
    assert len(found) > 12_000
    for by in (0, 1):  # classes by true potential, then by size of the market
        for low, high in ((0, 1 / 3), (1 / 3, 2 / 3), (2 / 3, 1)):
            part = found[(found[:, by] > low) & (found[:, by] <= high)]
            assert 0.85 <= part[:, 2].mean() <= 0.95, ("value", by, low, part[:, 2].mean())
            assert 0.85 <= part[:, 3].mean() <= 0.95, ("rank", by, low, part[:, 3].mean())
    # Not by being wide: without data a rank interval holds nine tenths of the markets.
    assert found[:, 4].mean() < 0.33
    assert found[found[:, 0] <= 1 / 3, 4].mean() < 0.22
    assert found[found[:, 0] <= 0.1, 4].mean() < 0.1


@pytest.mark.slow
@pytest.mark.parametrize("factor", [0.5, 1.8])
def test_a_wrong_noise_would_be_seen(factor: float) -> None:
    found = np.array(list(trials(scaled(NOISE, factor), worlds=5, draws=100)), dtype=float)
    held = found[:, 2:4].mean(axis=0)
    assert (held < 0.85).any() or (held > 0.95).any()


# --- input -------------------------------------------------------------------------------------------------------


def test_bad_calls_say_what_to_do() -> None:
    flows = true_world(13, 8, 12)
    basket = {"b": {"000001": 1.0}}
    with pytest.raises(UnknownCodeError, match="ISO3"):
        rank_doubt(flows, "XXX", basket, NOISE, 20)
    with pytest.raises(BadInputError, match="draws"):
        rank_doubt(flows, "C01", basket, NOISE, 5)
    with pytest.raises(BadInputError, match="basket"):
        rank_doubt(flows, "C01", {}, NOISE, 20)
    for weight in (0.0, -1.0, 1.5, float("nan")):
        with pytest.raises(BadInputError, match="weight"):
            rank_doubt(flows, "C01", {"b": {"000001": weight}}, NOISE, 20)
    with pytest.raises(BadInputError, match="negative"):
        FlowArrays.from_text(["FRA"], ["BEL"], ["1"], np.array([-1.0]))
    with pytest.raises(BadInputError, match="sorted"):
        FlowArrays.build((["B", "A"], ["C"], ["1"]), np.array([0]), np.array([0]), np.array([0]), np.array([1.0]))
    with pytest.raises(BadInputError, match="fit"):
        FlowArrays.build((["A"], ["C"], ["1"]), np.array([1]), np.array([0]), np.array([0]), np.array([1.0]))


def test_a_basket_nobody_trades_is_an_empty_table() -> None:
    table = rank_doubt(true_world(14, 8, 12), "C01", {"b": {"999999": 1.0}}, NOISE, 20)["b"]
    assert table.market == ()
    assert len(table.value_low) == 0


def test_flows_come_out_of_the_engine_in_order_without_home_trade() -> None:
    with open_engine("500MB", 1) as engine:
        engine.execute(
            "CREATE TABLE f AS SELECT * FROM (VALUES ('FRA', 'BEL', '490199', 5), ('FRA', 'FRA', '490199', 7), "
            "('DEU', 'BEL', '490110', 3), ('FRA', 'BEL', '490110', 0), ('DEU', 'AUT', '490199', 2)) "
            "AS t(exporter, market, code, value_usd)"
        )
        flows = load_flows(engine, "f")
        with pytest.raises(BadInputError, match="name of a table"):
            load_flows(engine, "f; DROP TABLE f")
    assert flows.exporters == ("DEU", "FRA")
    assert flows.markets == ("AUT", "BEL")
    assert flows.products == ("490110", "490199")
    assert flows.value.tolist() == [2.0, 3.0, 5.0]
    assert flows.market.tolist() == [0, 1, 1]


def test_the_world_used_here_is_as_sparse_and_unequal_as_trade() -> None:
    flows = true_world(1000)
    size = np.quantile(flows.value, [0.1, 0.5, 0.9])
    # The real file of 2024: 4 % of cells filled, deciles of size 115, 8,900 and 691,000 USD.
    assert 0.05 < len(flows) / (60 * 59 * 100) < 0.15
    assert 5e3 < size[1] < 5e4
    assert 3e5 < size[2] < 2e6
    assert (pair_sd(flows, NOISE) > 0).mean() > 0.5


@pytest.mark.real
@pytest.mark.full
def test_french_books_on_the_real_file(shared_data: Path) -> None:
    with open_engine("2GB", 2) as engine:
        path = shared_data / "baci" / "baci_hs17_2024_220importers.parquet"
        engine.execute(
            "CREATE VIEW f AS SELECT i AS exporter, j AS market, k AS code, "
            f"CAST(round(v * 1000) AS BIGINT) AS value_usd FROM read_parquet('{path}')"
        )
        flows = load_flows(engine, "f")
    book = dict.fromkeys(("490110", "490191", "490199", "490300"), 1.0)
    table = rank_doubt(flows, "FRA", {"book": book}, NOISE, 500)["book"]
    assert table.market[:2] == ("BEL", "CHE")
    assert not {"USA", "GBR", "DEU", "ESP", "NLD", "FRA"} & set(table.market)  # who does not report is not ranked
    assert (table.value_low <= table.value_high).all()
    assert table.rank_high[0] <= 3
    assert table.p_top10[:4] == pytest.approx(1, abs=0.02)
    assert table.label == EXCLUDES_YEARS
