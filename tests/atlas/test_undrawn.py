"""A ranking without intervals says which of five things is missing; checks and charts speak French."""

from __future__ import annotations

import re

import pytest

from portulan.atlas import api, checks, doubt_tables, maps
from portulan.atlas.brief.papers import doubt
from portulan.atlas.charts.bars import bar_chart
from portulan.atlas.charts.rows import ChartRow
from portulan.atlas.charts.words import typeset
from portulan.atlas.rankings import DRAWN_FOR


def test_why_there_is_no_interval_on_ranks(made_release, shipped_release):
    def why(release, exporter, by, **more):
        return api.rank(release, exporter=exporter, by=by, **{"sector": "book", **more}).undrawn

    assert DRAWN_FOR == doubt_tables.INDICATOR
    assert why(made_release, "FRA", "potential_static") == ""
    assert why(made_release, "FRA", "potential_static", top=0) == ""
    assert why(made_release, "FRA", "imports_from") == "indicator"
    assert why(made_release, "BEL", "potential_static") == "exporter"
    assert why(made_release, "FRA", "potential_static", sector="games", perimeter="broad") == "not a measure"
    assert why(shipped_release, "FRA", "potential_gravity") == "release"


def test_a_brief_says_why_in_both_languages(made_release):
    trade = api.rank(made_release, exporter="FRA", sector="book", by="imports_from")
    other = api.rank(made_release, exporter="BEL", sector="book", by="potential_static")
    assert "drawn for “" in doubt(trade, "en") and "ne sont tirés que pour «\u00a0" in doubt(trade, "fr")
    assert "of this exporter" in doubt(other, "en") and "de cet exportateur" in doubt(other, "fr")


def test_every_check_of_a_release_is_said_in_french(made_release, shipped_release):
    for release in (made_release, shipped_release):
        for one in release.manifest["portulan"]["checks"]:
            name, detail = api.check_texts(one["name"], one["detail"], "fr")
            assert re.fullmatch(r"biens \d{4}\u00a0: [^:]+", name), name
            assert detail == "à 1e-09 près"
            assert api.check_texts(one["name"], one["detail"]) == (one["name"], one["detail"])
    assert {name for _kind, name, _query in checks.IDENTITIES} <= set(checks.FRENCH)
    assert api.check_texts("a check of another version", "none", "fr") == ("a check of another version", "none")


@pytest.mark.parametrize("text", ["un : deux", "un ; deux", "vrai ?", "« deux »", "10 %"])
def test_no_french_sign_is_left_alone_on_a_line(text):
    made = typeset(text, "fr")
    assert not re.search(r" [:;?!%»]|« ", made) and typeset(text, "en") == text
    assert re.search("\u202f[;?!]", made) or re.search("\u00a0[:%»]|«\u00a0", made)


def test_drawings_are_set_as_french_is(made_release):
    rows = [ChartRow("Belgique", 2e6, "2,0 M$"), ChartRow("Japon", 1e6, "1,0 M$")]
    drawn = bar_chart(rows, title="Livre : ventes ; 2024", unit="USD", lang="fr")
    ranking = api.rank(made_release, exporter="FRA", sector="book", by="imports_from")
    whole = maps.draw(ranking, lang="fr")
    for text in (drawn.title, drawn.description, whole.title, whole.description, whole.legend_title):
        assert not re.search(r"(?<![\u00a0\u202f])[;:?!]", text), text
