"""The release shipped with Portulan: complete, estimated throughout and saying so, made without any download."""

from __future__ import annotations

import json
import shutil

import pytest

from portulan.atlas import api, default_release
from portulan.atlas.errors import AtlasError
from portulan.atlas.estimate.parameters import read_parameters

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    out = tmp_path_factory.mktemp("default") / "release"
    steps: list[float] = []
    api.build_default_release(out, lambda step, done: steps.append(done))
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
    return api.open_release(out)


def test_every_country_and_every_sector_that_goods_measure_has_a_ranking(shipped):
    measured = [s for s in api.sectors() if shipped.basket_of.get(("goods", shipped.years[0], "core", s.id))]
    assert len(measured) >= 10
    for sector in measured:
        ranking = api.rank(shipped, exporter="FRA", sector=sector.id, by="imports_from")
        assert len(ranking.rows) > 100, sector.id
    for exporter in ("JPN", "KEN", "USA", "TWN"):
        assert len(api.rank(shipped, exporter=exporter, sector="book", by="imports_from").rows) > 100


def test_nothing_in_it_passes_for_reported(shipped):
    for market in ("BEL", "USA", "JPN"):
        for figure in api.show(shipped, exporter="FRA", sector="book", market=market, flow="goods"):
            trade = api.indicator(figure.indicator).scope in ("cell", "market", "exporter")
            if isinstance(figure, api.Figure) and trade:
                assert figure.status == "estimated", figure.indicator


def test_an_estimate_has_an_interval_and_its_measured_skill(shipped):
    ranking = api.rank(shipped, exporter="FRA", sector="book", by="imports_from")
    for row in ranking.rows[:20]:
        assert 0 <= row.figure.low < row.figure.value < row.figure.high
    for lang, words in (("en", "leaving out"), ("fr", "en écartant")):
        assert words in ranking.skill_text(lang)


def test_importers_that_did_not_report_are_named_and_still_estimated(shipped):
    ranking = api.rank(shipped, exporter="FRA", sector="book", by="imports_from")
    absent = set(ranking.passport.coverage.importers_missing)
    assert absent == {
        c for c, known in zip(read_parameters().countries, read_parameters().reports, strict=True) if not known
    }
    assert absent - {"FRA"} <= {row.market for row in ranking.rows}


def test_what_needs_flows_by_product_is_a_gap_that_says_what_to_load(shipped):
    found = {f.indicator: f for f in api.show(shipped, exporter="FRA", sector="book", market="BEL", flow="goods")}
    for indicator in ("potential_static", "unrealised_static", "ease", "realised_share"):
        assert found[indicator].reason == "no_product_flows"
        assert "BACI" in found[indicator].text("en")
        assert "BACI" in found[indicator].text("fr")
    assert found["growth"].reason == found["demand_growth"].reason == "one_year"


def test_its_identities_and_hashes_hold_and_it_is_the_same_each_time(shipped, tmp_path):
    assert all(check.passed for check in api.verify(shipped.path))
    again = default_release.build(tmp_path / "again")
    assert api.open_release(again).id == shipped.id


def test_estimates_agree_with_the_model_they_come_from(shipped):
    """Expected trade is exp(effects + coefficients x covariates), worked out here for one cell from the parameters."""
    import numpy as np

    from portulan.atlas.estimate.inputs import covariate_matrices

    parameters = read_parameters()
    book = parameters.basket("book", shipped.basket_of["goods", shipped.years[0], "core", "book"][0])
    i, j = parameters.countries.index("FRA"), parameters.countries.index("JPN")
    z = covariate_matrices(parameters.countries)[:, i, j]
    expected = np.exp(book.exporter_effects[i] + book.importer_effects[j] + book.coefficients @ z)
    [figure] = [
        f
        for f in api.show(shipped, exporter="FRA", sector="book", market="JPN", flow="goods")
        if f.indicator == "imports_from"
    ]
    assert figure.value == pytest.approx(expected, rel=1e-6)


def test_its_place_follows_the_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("PORTULAN_HOME", str(tmp_path))
    assert api.default_release_path().parent == tmp_path


def older(shipped, folder, **changes):
    """Return the shipped release as another version of Portulan left it in the cache."""
    shutil.copytree(shipped.path, folder)
    told = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    told["portulan"] |= changes
    told["portulan"] = {name: value for name, value in told["portulan"].items() if value is not None}
    # What it had not yet: the table is neither said nor there.
    told["resources"] = [one for one in told["resources"] if one["table"] != "links"]
    (folder / "links.parquet").unlink()
    (folder / "datapackage.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "changes",
    [
        {"recipe": None, "format": 0, "software": "portulan 0.0.9"},
        pytest.param({"recipe": None}, marks=pytest.mark.full),
        pytest.param({"recipe": "0" * 64}, marks=pytest.mark.full),
    ],
)
def test_one_that_another_version_made_is_made_again(shipped, tmp_path, changes):
    folder = older(shipped, tmp_path / "default", **changes)
    assert api.default_release_is_outdated(folder)
    steps = []
    assert api.build_default_release(folder, lambda step, done: steps.append(step)) == folder
    assert steps
    assert not api.default_release_is_outdated(folder)
    assert api.open_release(folder).id == shipped.id
    assert [path.name for path in tmp_path.iterdir()] == ["default"]
    # Once is enough.
    stamp = (folder / "datapackage.json").stat()
    api.build_default_release(folder)
    assert (folder / "datapackage.json").stat() == stamp


def test_until_the_new_one_is_whole_the_old_one_stays(shipped, tmp_path, monkeypatch):
    folder = older(shipped, tmp_path / "default", recipe=None)
    before = (folder / "datapackage.json").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_release, "_write_manifest", full)
    with pytest.raises(AtlasError, match="the disk is full"):
        api.build_default_release(folder)
    assert (folder / "datapackage.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["default"]


def test_only_a_default_release_is_ever_made_again(shipped, tmp_path):
    built = older(shipped, tmp_path / "built", recipe=None, kind="built")
    damaged = older(shipped, tmp_path / "damaged", recipe=None)
    (damaged / "datapackage.json").write_text("{", encoding="utf-8")
    mixed = older(shipped, tmp_path / "mixed", recipe=None)
    (mixed / "notes.txt").write_text("mine", encoding="utf-8")
    for folder in (built, damaged):
        before = (folder / "datapackage.json").read_bytes()
        assert not api.default_release_is_outdated(folder)
        assert api.build_default_release(folder) == folder
        assert (folder / "datapackage.json").read_bytes() == before
    with pytest.raises(AtlasError, match=r"notes\.txt"):
        api.build_default_release(mixed)
    assert (mixed / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert not api.default_release_is_outdated(tmp_path / "nowhere")


def test_another_table_or_another_line_of_code_is_another_recipe(tmp_path, monkeypatch):
    for name in ("reference/crosswalk.csv", "release.py", "brief/words.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("one", encoding="utf-8")
    monkeypatch.setattr(default_release, "_ROOT", tmp_path)
    recipe = default_release.recipe.__wrapped__
    found = [recipe()]
    for name in ("reference/crosswalk.csv", "release.py", "brief/words.py"):
        (tmp_path / name).write_text("two", encoding="utf-8")
        found.append(recipe())
    assert len(set(found[:3])) == 3
    assert found[3] == found[2], "a brief is not what a release is made of"
