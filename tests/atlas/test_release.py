"""A release: right, whole or absent, the same for the same inputs, and checkable by a stranger."""

from __future__ import annotations

import hashlib
import json
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portulan.atlas import api, placing
from portulan.atlas.engine import open_engine
from portulan.atlas.errors import AtlasError
from tests.atlas import worlds

pytestmark = pytest.mark.slow


def tree(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.fixture(scope="module")
def flows():
    return worlds.rows(seed=3, years=(2021, 2023, 2024), density=0.9)


@pytest.fixture(scope="module")
def built(flows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    api.build(folder / "r", [f"baci={worlds.published_zip(folder, flows)}"])
    return folder / "r"


# What the release says, against the definitions worked out in plain Python from the same rows.
BOOK = {"490110", "490191", "490199", "490300"}


def value_of(built, indicator, market="BEL", sector="book", exporter="FRA", **more):
    opened = api.open_release(built)
    [figure] = [
        f
        for f in api.show(opened, exporter=exporter, sector=sector, market=market, flow="goods", **more)
        if f.indicator == indicator
    ]
    return figure


def test_trade_figures_are_sums_of_the_rows(built, flows):
    sold = {
        e: sum(v for y, x, m, k, v in flows if (y, x, m) == (2024, e, "BEL") and k in BOOK) for e in worlds.COUNTRIES
    }
    total = sum(sold.values())
    assert value_of(built, "imports_from").value == sold["FRA"]
    assert value_of(built, "imports_world").value == total
    assert value_of(built, "share").value == pytest.approx(sold["FRA"] / total, rel=1e-12)
    assert value_of(built, "supplier_rank").value == 1 + sum(v > sold["FRA"] for v in sold.values())
    assert value_of(built, "supplier_hhi").value == pytest.approx(
        sum((v / total) ** 2 for v in sold.values()), abs=1e-10
    )


def test_growth_is_over_the_stated_window(built, flows):
    old, new = (
        sum(v for y, x, m, k, v in flows if (y, x, m) == (year, "FRA", "BEL") and k in BOOK) for year in (2021, 2024)
    )
    figure = value_of(built, "growth")
    assert figure.value == pytest.approx(100 * ((new / old) ** (1 / 3) - 1), rel=1e-12)
    assert figure.passport.note == "2021-2024"
    assert value_of(built, "growth", year=2021).reason == "one_year"


def potential(flows, exporter, market, codes, year=2024):
    """Decreux & Spies (2016) in plain Python: supply x demand x ease, corrections off."""
    now = [(x, m, k, v) for y, x, m, k, v in flows if y == year]
    exports, imports, world = {}, {}, {}
    for x, m, k, v in now:
        exports[x, k] = exports.get((x, k), 0) + v
        imports[m, k] = imports.get((m, k), 0) + v
        world[k] = world.get(k, 0) + v
    hypothetical = math.fsum(exports.get((exporter, k), 0) / world[k] * imports.get((market, k), 0) for k in world)
    ease = sum(v for x, m, _, v in now if (x, m) == (exporter, market)) / hypothetical
    cells = {
        k: exports.get((exporter, k), 0) / world[k] * imports.get((market, k), 0) * ease for k in codes if k in world
    }
    sold = {k: sum(v for x, m, c, v in now if (x, m, c) == (exporter, market, k)) for k in codes}
    return ease, sum(cells.values()), sum(max(0.0, cells[k] - sold[k]) for k in cells)


def test_potential_ease_and_unrealised_follow_the_paper(built, flows):
    ease, expected, unrealised = potential(flows, "FRA", "BEL", BOOK)
    assert value_of(built, "ease").value == pytest.approx(ease, rel=1e-12)
    assert value_of(built, "potential_static").value == pytest.approx(expected, rel=1e-12)
    assert value_of(built, "unrealised_static").value == pytest.approx(unrealised, rel=1e-12)
    assert value_of(built, "potential").value == value_of(built, "potential_static").value
    assert value_of(built, "realised_share").value == pytest.approx(
        value_of(built, "imports_from").value / expected, rel=1e-12
    )


def test_rca_follows_balassa(built, flows):
    now = [(x, k, v) for y, x, _, k, v in flows if y == 2024]
    mine, world = sum(v for x, k, v in now if x == "FRA" and k in BOOK), sum(v for _, k, v in now if k in BOOK)
    expected = (mine / sum(v for x, _, v in now if x == "FRA")) / (world / sum(v for _, _, v in now))
    assert value_of(built, "rca").value == pytest.approx(expected, rel=1e-12)
    assert value_of(built, "rca_symmetric").value == pytest.approx((expected - 1) / (expected + 1), rel=1e-12)


def test_a_market_that_does_not_report_is_a_gap_never_zero(built):
    for indicator in ("imports_world", "imports_from", "share", "potential_static", "unrealised_static", "ease"):
        gap = value_of(built, indicator, market="USA")
        assert isinstance(gap, api.Gap), indicator
        assert gap.reason == "market_not_reporting"
        assert "not zero" in gap.text("en")
        assert "non nul" in gap.text("fr")
    ranking = api.rank(api.open_release(built), exporter="FRA", sector="book", by="imports_from")
    assert "USA" not in {row.market for row in ranking.rows}
    assert {row.market for row in ranking.apart} >= {"USA"}


def test_figures_over_a_world_total_say_what_the_world_was(built):
    figure = value_of(built, "potential_static")
    assert figure.status == "partial"
    assert figure.passport.coverage.importers_missing == ("USA",)
    assert (figure.passport.coverage.importers_present, figure.passport.coverage.importers_total) == (11, 12)


def test_the_total_counts_an_inseparable_code_once(built):
    total = value_of(built, "imports_from", sector="all").value
    parts = [value_of(built, "imports_from", sector=choice.id) for choice in api.sectors() if choice.kind != "all"]
    assert sum(part.value for part in parts if isinstance(part, api.Figure)) == pytest.approx(total, rel=1e-12)
    assert isinstance(value_of(built, "imports_from", sector="audiovisual+games+music"), api.Figure)


def test_one_choice_takes_jewellery_and_leather_out(built):
    with_all = value_of(built, "imports_from", sector="all").value
    without = value_of(built, "imports_from", sector="all", perimeter="core_without_jewellery_leather").value
    taken = [value_of(built, "imports_from", sector=s).value for s in ("crafts", "fashion")]
    assert without == pytest.approx(
        with_all - sum(taken), rel=1e-12
    )  # this world's crafts are jewellery, its fashion a handbag
    assert (
        value_of(built, "imports_from", perimeter="core_without_jewellery_leather").value
        == value_of(built, "imports_from").value
    )


@pytest.mark.parametrize("settings", [{"threads": 1, "memory": "500MB"}, {"threads": 2, "memory": "4GB"}])
def test_the_same_rows_in_any_order_make_the_same_bytes(built, flows, tmp_path, settings):
    mixed = list(flows)
    random.Random(9).shuffle(mixed)
    api.build(tmp_path / "again", [f"baci={worlds.published_zip(tmp_path, mixed)}"], api.BuildOptions(**settings))
    assert tree(tmp_path / "again") == tree(built)


def test_verify_passes_a_good_release_and_names_what_is_wrong(built, tmp_path):
    assert all(check.passed for check in api.verify(built))
    for damage, says in (
        (lambda f: f.write_bytes(f.read_bytes()[:-1]), "bytes as written"),
        (lambda f: f.unlink(), "bytes as written"),
    ):
        copy = tmp_path / "copy"
        shutil.copytree(built, copy)
        damage(copy / "cells" / "goods-2024.parquet")
        assert [c.name for c in api.verify(copy) if not c.passed] == [f"cells/goods-2024.parquet: {says}"]
        shutil.rmtree(copy)
    shutil.copytree(built, tmp_path / "copy")
    manifest = tmp_path / "copy" / "datapackage.json"
    manifest.write_text(manifest.read_text().replace('"rows": ', '"rows": 1'))
    assert "the manifest is the one that was written" in [c.name for c in api.verify(tmp_path / "copy") if not c.passed]
    (tmp_path / "copy" / "stray.txt").write_text("x")
    assert "no file but those of the manifest" in [c.name for c in api.verify(tmp_path / "copy") if not c.passed]


def test_the_manifest_tells_nothing_of_the_machine(built):
    text = (built / "datapackage.json").read_text()
    content = json.loads(text)
    for word in (str(built.parent), os.uname().nodename, time.strftime("%Y-%m-%d")):
        assert word not in text
    assert {r["path"] for r in content["resources"]} | {"datapackage.json"} == set(tree(built))
    assert content["sources"][0]["citation"]
    assert content["sources"][0]["licence"]


def test_a_release_never_changes_unless_asked(built, flows, tmp_path):
    shutil.copytree(built, tmp_path / "r")
    other = [f"baci={worlds.published_zip(tmp_path, worlds.rows(seed=8))}"]
    with pytest.raises(AtlasError, match="exists already"):
        api.build(tmp_path / "r", other)
    assert tree(tmp_path / "r") == tree(built)
    api.build(tmp_path / "r", other, api.BuildOptions(replace=True))
    assert tree(tmp_path / "r") != tree(built)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["BACI_HS17_V202601.zip", "r"]


def test_a_refused_input_leaves_nothing_behind(tmp_path):
    bad = worlds.published_zip(tmp_path, worlds.rows(), members={"BACI_HS17_Y2024_V202601.csv": "t,i,j,k,v,q\n"})
    with pytest.raises(AtlasError):
        api.build(tmp_path / "r", [f"baci={bad}"])
    assert [p.name for p in tmp_path.iterdir()] == [bad.name]


def test_a_full_disk_is_told_and_leaves_the_old_release(built, flows, tmp_path, monkeypatch):
    shutil.copytree(built, tmp_path / "r")

    def full(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(placing, "_sync", full)
    with pytest.raises(AtlasError, match="disk is full"):
        api.build(
            tmp_path / "r",
            [f"baci={worlds.published_zip(tmp_path, worlds.rows(seed=8))}"],
            api.BuildOptions(replace=True),
        )
    assert tree(tmp_path / "r") == tree(built)


def test_a_year_from_two_sources_is_refused(flows, tmp_path):
    one = worlds.published_zip(tmp_path, flows)
    (tmp_path / "two").mkdir()
    other = worlds.published_zip(tmp_path / "two", worlds.rows(seed=5))
    with pytest.raises(AtlasError, match="given twice"):
        api.build(tmp_path / "r", [f"baci={one}", f"baci={other}"])


@pytest.mark.parametrize("text", ["baci", "baci=", "=x", "nobody=x", "baci:HS2018=x"])
def test_a_source_that_cannot_be_read_says_what_to_write(text, tmp_path):
    with pytest.raises(AtlasError) as error:
        api.build(tmp_path / "r", [text])
    assert ";" in str(error.value)


@pytest.mark.full
def test_a_build_killed_at_any_moment_leaves_the_old_release_usable(built, flows, tmp_path):
    shutil.copytree(built, tmp_path / "r")
    source = worlds.published_zip(tmp_path, worlds.rows(seed=8, years=(2020, 2021, 2022, 2023, 2024)))
    command = [
        sys.executable,
        "-m",
        "portulan",
        "atlas",
        "build",
        str(tmp_path / "r"),
        "--replace",
        "--quiet",
        "--source",
        f"baci={source}",
    ]
    begin = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    whole, new = time.monotonic() - begin, tree(tmp_path / "r")
    shutil.rmtree(tmp_path / "r")
    shutil.copytree(built, tmp_path / "r")
    outcomes = set()
    for part in (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0, 1.05):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(whole * part)
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = tree(tmp_path / "r")
        assert now in (tree(built), new), "neither the old release nor the new one"
        assert all(check.passed for check in api.verify(tmp_path / "r"))
        outcomes.add(now == new)
        if now == new:
            break
    assert False in outcomes, "no kill came before the end: the test proved nothing"
    subprocess.run(command, check=True, capture_output=True)
    assert tree(tmp_path / "r") == new
    assert not list(tmp_path.glob(".r.building-*")), "what killed builds left is swept"


# The golden values of 2024, computed elsewhere on the same file.
@pytest.fixture(scope="module")
def r2024(shared_data, tmp_path_factory):
    out = tmp_path_factory.mktemp("real") / "r2024"
    api.build(out, [f"baci={shared_data / 'baci' / 'baci_hs17_2024_220importers.parquet'}"])
    return api.open_release(out)


@pytest.mark.real
@pytest.mark.full
@pytest.mark.xdist_group("real")
class TestRealFile:
    def test_products(self, r2024):
        rows = {r["code"]: r for r in r2024.query(r2024.file("products", "goods", 2024), "exporter = 'FRA'")}
        assert rows["490199"]["exports_usd"] == 476_952_737
        assert rows["490199"]["rca"] == pytest.approx(2.594199, abs=5e-7)
        assert rows["970110"]["rca"] == pytest.approx(4.089566, abs=5e-7)
        assert rows["711319"]["rca"] == pytest.approx(4.481216, abs=5e-7)

    def test_rankings_of_french_books(self, r2024):
        sold = api.rank(r2024, exporter="FRA", sector="book", by="imports_from")
        assert [(row.market, round(row.figure.value / 1e6, 1)) for row in sold.rows[:3]] == [
            ("BEL", 115.4),
            ("CHE", 105.3),
            ("CAN", 77.0),
        ]
        expected = api.rank(r2024, exporter="FRA", sector="book", by="potential_static")
        assert [row.market for row in expected.rows[:6]] == ["BEL", "CHE", "ITA", "POL", "AUT", "CAN"]
        assert {"USA", "GBR", "DEU", "ESP", "NLD"} <= {row.market for row in sold.apart}

    def test_every_identity_holds(self, r2024):
        assert all(check.passed for check in api.verify(r2024.path))

    def test_potential_summed_over_all_products_is_bilateral_trade(self, shared_data):
        from portulan.atlas.indicators import potential, trade
        from portulan.atlas.pipeline import run_statements
        from portulan.atlas.sources.baci import reader

        with open_engine() as engine:
            given = reader.inspect(engine, shared_data / "baci" / "baci_hs17_2024_220importers.parquet")
            reader.load_year(engine, given, given.years[0])
            engine.materialise("reporting_market", "SELECT DISTINCT market FROM product_flow")
            run_statements(
                engine,
                (
                    trade.REPORTED_FLOW,
                    trade.EXPORTER_PRODUCT,
                    trade.MARKET_PRODUCT,
                    trade.WORLD_PRODUCT,
                    trade.PAIR_TOTAL,
                    potential.SUPPLY,
                    potential.HYPOTHETICAL,
                    potential.PAIR,
                ),
            )
            [(pairs, worst)] = engine.execute(
                """
SELECT COUNT(*), MAX(ABS(total - trade_usd) / trade_usd) FROM (
  SELECT exporter, market, SUM(supply * imports_usd * ease) AS total, MAX(trade_usd) AS trade_usd
  FROM supply JOIN market_product USING (code) JOIN pair USING (exporter, market)
  WHERE trade_usd > 0 GROUP BY exporter, market)"""
            )
            [(trading,)] = engine.execute(
                f"SELECT COUNT(*) FROM '{shared_data}/baci/bilateral_totals_i_j_2024.parquet' WHERE i <> j AND v > 0"
            )
        assert pairs == trading
        assert worst < 1e-12
