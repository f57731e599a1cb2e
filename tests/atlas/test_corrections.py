"""The corrections of the potential: off unless asked for, equal to their equations, a gap where data lack."""

from __future__ import annotations

import pytest

from portulan.atlas import api, building
from portulan.atlas.errors import AtlasError
from tests.atlas import worlds
from tests.atlas.test_release import BOOK, potential

pytestmark = pytest.mark.slow

FLOWS = worlds.rows(seed=3, years=(2018,), density=0.9)
YEAR = 2018


def weo(folder, rates, years=range(2017, 2024), countries=worlds.COUNTRIES):
    path = folder / "growth.csv"
    lines = ["year,country,ngdp_rpch"] + [f"{year},{c.lower()},{rates(c, year)}" for c in countries for year in years]
    path.write_text("\n".join(lines) + "\n")
    return path


def built(folder, **words):
    out = folder / "r"
    building.build_from_words(api.BuildOptions(), out, [f"baci={worlds.published_zip(folder, FLOWS)}"], **words)
    return api.open_release(out)


def value(release, indicator, exporter="FRA", market="BEL"):
    [found] = [
        f
        for f in api.show(release, exporter=exporter, sector="book", market=market, flow="goods")
        if f.indicator == indicator
    ]
    return found


def test_projections_grow_supply_relative_to_the_world_and_demand_absolutely(tmp_path):
    rate = {country: 1.0 + place / 2 for place, country in enumerate(worlds.COUNTRIES)}
    release = built(tmp_path, projections=f"2019={weo(tmp_path, lambda c, y: rate[c])}")
    growth = {country: (1 + r / 100) ** 5 for country, r in rate.items()}
    ease, *_ = potential(FLOWS, "FRA", "BEL", BOOK, YEAR)
    exports, imports = {}, {}
    for _, x, m, k, v in FLOWS:
        exports[x, k] = exports.get((x, k), 0) + v
        imports[m, k] = imports.get((m, k), 0) + v
    expected = 0.0
    for k in BOOK:
        world = sum(v * growth[x] for (x, c), v in exports.items() if c == k)
        expected += (
            exports.get(("FRA", k), 0) * growth["FRA"] / world * imports.get(("BEL", k), 0) * growth["BEL"] * ease
        )
    assert value(release, "potential").value == pytest.approx(expected, rel=1e-9)
    assert value(release, "potential_static").value == pytest.approx(
        potential(FLOWS, "FRA", "BEL", BOOK, YEAR)[1], rel=1e-12
    )
    assert release.manifest["portulan"]["parameters"]["projections"] == {"vintage": 2019, "years_ahead": {"2018": 5}}


def test_the_same_growth_everywhere_changes_demand_only(tmp_path):
    release = built(tmp_path, projections=f"2019={weo(tmp_path, lambda c, y: 2.0)}")
    ratio = value(release, "potential").value / value(release, "potential_static").value
    assert ratio == pytest.approx(1.02**5, rel=1e-9)


def test_a_country_without_projection_is_a_gap_not_its_present_value(tmp_path):
    release = built(
        tmp_path,
        projections=f"2019={weo(tmp_path, lambda c, y: 2.0, countries=[c for c in worlds.COUNTRIES if c != 'BEL'])}",
    )
    assert value(release, "potential").reason == "no_correction"
    assert value(release, "unrealised").reason == "no_correction"
    assert isinstance(value(release, "potential_static"), api.Figure)
    assert value(release, "potential", exporter="BEL", market="FRA").reason == "no_correction"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("2017={}", "give a World Economic Outlook of 2018 or later"),
        ("{}", "does not say when it was published"),
        ("", "no file given"),
    ],
)
def test_projections_older_than_the_data_are_refused(tmp_path, given, says):
    path = weo(tmp_path, lambda c, y: 2.0)
    with pytest.raises(AtlasError, match=says):
        from portulan.atlas.projections import read

        built_words = given.format(path)
        read(built_words).factors(YEAR)


def test_balance_cuts_the_supply_of_those_who_pass_goods_on(tmp_path):
    release = built(tmp_path, balance=True)
    plain = built(tmp_path / "plain", balance=False) if (tmp_path / "plain").mkdir() is None else None
    exports = {k: sum(v for _, x, _, c, v in FLOWS if (x, c) == ("FRA", k)) for k in BOOK}
    imports = {k: sum(v for _, _, m, c, v in FLOWS if (m, c) == ("FRA", k)) for k in BOOK}
    expected = sum(potential(FLOWS, "FRA", "BEL", {k}, YEAR)[1] * min(1.0, exports[k] / imports[k]) for k in BOOK)
    assert value(release, "potential").value == pytest.approx(expected, rel=1e-9)
    assert value(release, "potential").value < value(plain, "potential").value
    assert release.manifest["portulan"]["parameters"]["corrections"] == ["balance"]


def test_balance_needs_the_exporters_own_imports_and_never_takes_them_for_zero(tmp_path):
    release = built(tmp_path, balance=True)  # the USA do not report imports in this world
    assert value(release, "potential", exporter="USA", market="BEL").reason == "no_correction"
    assert isinstance(value(release, "potential_static", exporter="USA", market="BEL"), api.Figure)


def test_everything_is_off_unless_asked_for(tmp_path):
    release = built(tmp_path)
    assert release.manifest["portulan"]["parameters"]["corrections"] == []
    for market in ("BEL", "CHE", "JPN"):
        assert (
            value(release, "potential", market=market).value == value(release, "potential_static", market=market).value
        )
        assert (
            value(release, "unrealised", market=market).value
            == value(release, "unrealised_static", market=market).value
        )
