"""Scan: scores worked out by hand, what must hold under any weights, and what a question may and may not offer."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.atlas import api
from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.reference import fitness
from portulan.atlas.scoring import scale, score_markets
from portulan.atlas.sensitivity import changes, draw
from tests.atlas import worlds

pytestmark = pytest.mark.slow

# -- by hand ------------------------------------------------------------------


def test_a_place_counts_who_is_worse_and_shares_ties():
    made = scale({"A": 10.0, "B": 20.0, "C": 20.0, "D": 40.0}, higher_is_better=True)
    assert [made.at(m) for m in "ABCD"] == [0, 0.5, 0.5, 1]
    assert scale({"A": 10.0, "B": 20.0, "C": 30.0}, higher_is_better=False).at("A") == 1
    assert scale({"A": 7.0}, higher_is_better=True).at("A") == 0.5
    assert made.at("E") is None


def test_one_huge_market_moves_no_place():
    small = scale({"A": 1.0, "B": 2.0, "C": 3.0}, True)
    assert scale({"A": 1.0, "B": 2.0, "C": 3e12}, True) == small


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="finite"):
        scale({"A": 1.0, "B": value}, True)


def world():
    """Three markets, two criteria; the second is not known of C."""
    return {
        "near": scale({"A": 100.0, "B": 300.0, "C": 200.0}, higher_is_better=False),
        "rich": scale({"A": 5.0, "B": 9.0}, higher_is_better=True),
    }


def test_scores_by_hand():
    rows, apart = score_markets("ABC", world(), {"near": 3.0, "rich": 1.0})
    # A: (3 x 1 + 1 x 0) / 4; C: 3 x 0.5 / 3, three quarters of the weight known; B: (0 + 1) / 4.
    assert [(r.market, r.rank, r.score, r.known) for r in rows] == [
        ("A", 1, 0.75, 1.0),
        ("C", 2, 0.5, 0.75),
        ("B", 3, 0.25, 1.0),
    ]
    assert apart == ()
    assert [(p.criterion, p.points) for p in rows[1].parts] == [("near", 0.5), ("rich", None)]


def test_less_than_half_known_takes_no_rank_and_no_score():
    rows, apart = score_markets("ABC", world(), {"near": 1.0, "rich": 3.0})
    assert [r.market for r in rows] == ["B", "A"]
    [alone] = apart
    assert (alone.market, alone.rank, alone.score, alone.known) == ("C", None, None, 0.25)
    assert all(part.points is None for part in alone.parts)


def test_exactly_half_known_takes_no_rank_and_a_little_more_does():
    # C is known on "near" only: 2 of 4 is half, 3 of 5 more than half, its score then 3 x 0.5 / 3.
    rows, apart = score_markets("ABC", world(), {"near": 2.0, "rich": 2.0})
    assert [r.market for r in rows] == ["A", "B"]
    assert [(r.market, r.score, r.known) for r in apart] == [("C", None, 0.5)]
    rows, apart = score_markets("ABC", world(), {"near": 3.0, "rich": 2.0})
    assert apart == () and {r.market: r.score for r in rows}["C"] == 0.5


def test_a_score_on_part_of_the_weight_gets_no_chance():
    weights = {"near": 3.0, "rich": 1.0}
    rows, _ = score_markets("ABC", world(), weights)
    drawn = draw(rows, world(), weights)
    assert set(drawn) == {"A", "B"}
    assert max(d.rank_high for d in drawn.values()) == 3  # C still takes a rank among them


def test_equal_scores_share_a_rank_and_stand_by_code():
    scales = {"x": scale({"B": 1.0, "A": 1.0, "C": 0.0}, True)}
    rows, _ = score_markets("CBA", scales, {"x": 4.0})
    assert [(r.market, r.rank) for r in rows] == [("A", 1), ("B", 1), ("C", 3)]


def test_without_any_weight_nobody_is_ranked():
    for weights in ({}, {"near": 0.0}):
        rows, apart = score_markets("ABC", world(), weights)
        assert rows == () and {r.market for r in apart} == set("ABC")


# -- under any weights --------------------------------------------------------

MARKETS = tuple("ABCDEFGH")
CRITERIA = ("one", "two", "three")
values = st.dictionaries(st.sampled_from(MARKETS), st.integers(-50, 50).map(float), min_size=1)
worlds_ = st.fixed_dictionaries(dict.fromkeys(CRITERIA, values))
weights_ = st.fixed_dictionaries({name: st.integers(0, 10).map(float) for name in CRITERIA})


def scaled(raw):
    return {name: scale(held, True) for name, held in raw.items()}


@given(worlds_, weights_)
def test_a_score_is_from_0_to_1_and_the_sum_of_its_parts(raw, weights):
    rows, apart = score_markets(MARKETS, scaled(raw), weights)
    assert {r.market for r in (*rows, *apart)} == set(MARKETS)
    for row in rows:
        assert -1e-12 <= row.score <= 1 + 1e-12
        assert sum(p.points for p in row.parts if p.points is not None) == pytest.approx(row.score, abs=1e-12)
        assert row.known > 0.5


@given(worlds_, weights_, st.sampled_from([0.125, 0.5, 2.0, 8.0]))
def test_only_the_proportions_of_the_weights_count(raw, weights, factor):
    scales = scaled(raw)
    before = score_markets(MARKETS, scales, weights)[0]
    after = score_markets(MARKETS, scales, {name: factor * w for name, w in weights.items()})[0]
    assert [(r.market, r.rank, r.score) for r in before] == [(r.market, r.rank, r.score) for r in after]


@given(worlds_, weights_, st.permutations(MARKETS))
def test_the_order_of_the_markets_does_not_matter(raw, weights, order):
    assert score_markets(order, scaled(raw), weights) == score_markets(MARKETS, scaled(raw), weights)


@given(worlds_, weights_)
def test_a_market_at_least_as_good_on_all_that_is_known_never_stands_behind(raw, weights):
    rows, _ = score_markets(MARKETS, scaled(raw), weights)
    for one in rows:
        for other in rows:
            pairs = list(zip(one.parts, other.parts, strict=True))
            same = all((a.scaled is None) == (b.scaled is None) for a, b in pairs)
            if same and all(a.scaled >= b.scaled for a, b in pairs if a.scaled is not None):
                assert one.rank <= other.rank


@given(worlds_, weights_, st.sampled_from(CRITERIA), st.sampled_from(MARKETS))
def test_what_is_missing_never_weighs_like_a_zero(raw, weights, name, market):
    known = {**raw, name: {**raw[name], market: -1000.0}}  # the last place: a zero
    missing = {**raw, name: {m: v for m, v in raw[name].items() if m != market} or {"A" if market != "A" else "B": 0.0}}
    with_zero = {r.market: r for r in score_markets(MARKETS, scaled(known), weights)[0]}
    without = {r.market: r for r in score_markets(MARKETS, scaled(missing), weights)[0]}
    if len(known[name]) > 1 and market in with_zero and market in without:
        assert without[market].score >= with_zero[market].score - 1e-12


# -- other weights ------------------------------------------------------------


def many():
    names = [f"M{n:02d}" for n in range(30)]
    return names, {
        "up": scale({m: float(n) for n, m in enumerate(names)}, True),
        "down": scale({m: float(-n) for n, m in enumerate(names)}, True),
    }


def test_leaving_out_and_doubling_name_who_comes_and_goes():
    names, scales = many()
    weights = {"up": 3.0, "down": 1.0}
    rows, _ = score_markets(names, scales, weights)
    found = {(c.criterion, c.how): c for c in changes(rows, names, scales, weights)}
    assert (found["up", "without"].stay, found["up", "without"].of) == (0, 10)
    assert found["up", "without"].entering[0] == "M00" and found["up", "without"].leaving[0] == "M29"
    assert found["down", "without"].stay == 10
    alone = changes(rows, names, scales, {"up": 3.0})
    assert {(c.how, c.of) for c in alone} == {("without", 0), ("doubled", 10)}


def test_draws_are_the_same_each_time_and_sure_where_nothing_can_move():
    names, scales = many()
    weights = {"up": 3.0, "down": 1.0}
    rows, _ = score_markets(names, scales, weights)
    drawn = draw(rows, scales, weights)
    assert drawn == draw(rows, scales, weights)
    assert all(1 <= d.rank_low <= d.rank_median <= d.rank_high <= 30 and 0 <= d.p_top10 <= 1 for d in drawn.values())
    assert drawn["M29"].p_top10 > drawn["M00"].p_top10
    alone = draw(rows, scales, {"up": 3.0})
    assert alone["M29"] == alone["M29"].__class__(1, 1, 1, 1.0)
    assert draw((), scales, weights) == {}


# -- asked of a release -------------------------------------------------------


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scan")
    flows = worlds.rows(seed=5, years=(2021, 2024), density=0.9)
    api.build(folder / "r", [f"baci={worlds.published_zip(folder, flows)}"])
    return api.open_release(folder / "r")


def test_a_scan_says_its_parts_and_what_they_come_from(release):
    found = api.scan(release, exporter="FRA", sector="book")
    assert found.naming == "scan" and found.idle == ()
    assert {"potential_static", "imports_world", "demand_growth", "ease"} <= set(found.weights)
    for row in found.rows:
        assert (row.drawn is not None) == (row.known == 1)
        for part in row.parts:
            value = row.values[part.criterion]
            assert isinstance(value, api.Figure) == (part.scaled is not None)
            assert value.passport.perimeter == "core"
    assert [row.rank for row in found.rows] == sorted(row.rank for row in found.rows)


def test_a_market_that_does_not_report_is_scored_on_what_is_known(release):
    asked = api.scan_criteria(release, exporter="FRA", sector="book")
    assert "USA" in {row.market for row in asked.scan().apart}
    found = asked.scan({"internet_users": 3, "gdp_per_head": 1, "imports_world": 1})
    [america] = [row for row in found.rows if row.market == "USA"]
    assert america.known == pytest.approx(0.8)
    assert isinstance(america.values["imports_world"], api.Gap)


def test_the_largest_buyer_is_first_where_only_size_counts(release):
    found = api.scan(release, exporter="FRA", sector="book", weights={"imports_world": 5})
    ranking = api.rank(release, exporter="FRA", sector="book", by="imports_world")
    assert [row.market for row in found.rows] == [row.market for row in ranking.rows]
    found = api.scan(release, exporter="FRA", sector="book", weights={"supplier_hhi": 5})
    best, worst = found.rows[0], found.rows[-1]
    assert best.values["supplier_hhi"].value < worst.values["supplier_hhi"].value


@pytest.mark.parametrize("sector", ["games", "audiovisual", "performing_arts", "design"])
def test_where_goods_measure_nothing_only_the_context_counts(release, sector):
    assert fitness.fitness(sector, "goods") == "not a measure"
    asked = api.scan_criteria(release, exporter="FRA", sector=sector)
    assert asked.naming == "orientation" and "balanced" not in asked.presets
    assert {one.kind for one in asked.criteria} == {"context"}
    found = asked.scan({"potential_static": 10, "internet_users": 1})
    assert found.idle == ("potential_static",) and set(found.weights) == {"internet_users"}


def test_a_criterion_without_any_value_says_why_and_weighs_nothing(release):
    asked = api.scan_criteria(release, exporter="FRA", sector="book")
    assert asked.reason("potential_gravity") == "no gravity was fitted for this release"
    assert asked.reason("ease") == ""
    with_it = asked.scan({"potential_gravity": 10, "ease": 1})
    assert with_it.idle == ("potential_gravity",)
    assert [r.score for r in with_it.rows] == [r.score for r in asked.scan({"ease": 1}).rows]


@pytest.mark.parametrize("weight", [-1, 10.5, math.nan, math.inf])
def test_an_absurd_weight_is_refused(release, weight):
    with pytest.raises(BadInputError, match="from 0 to 10"):
        api.scan(release, exporter="FRA", sector="book", weights={"ease": weight})


def test_what_does_not_exist_is_named(release):
    with pytest.raises(UnknownCodeError, match=r"'luck'.*common_language"):
        api.scan(release, exporter="FRA", sector="book", weights={"luck": 1})
    for wrong in ({"exporter": "XXX"}, {"sector": "luck"}, {"perimeter": "wide"}, {"flow": "ideas"}):
        with pytest.raises(UnknownCodeError):
            api.scan(release, **{"exporter": "FRA", "sector": "book", **wrong})


def test_every_preset_can_be_scored_and_stays_within_its_criteria(release):
    for sector in ("book", "games"):
        asked = api.scan_criteria(release, exporter="FRA", sector=sector)
        assert asked.preset == next(iter(asked.presets))
        for weights in asked.presets.values():
            assert set(weights) <= set(asked.scales)
            assert asked.scan(weights).rows


def test_criteria_say_their_direction_in_both_languages():
    for one in api.all_criteria():
        assert one.why("en") and one.why("fr") and one.why("en") != one.why("fr")
        assert one.name("en") and one.name("fr") and one.unit
