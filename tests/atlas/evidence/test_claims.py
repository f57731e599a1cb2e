"""The table of claims: every paper is there in both languages, nothing is guessed, and a wrong line is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from portulan.atlas import api
from portulan.atlas.errors import BadInputError
from portulan.atlas.evidence import claims
from tests.house import docs_rules as rules

TABLE = Path(claims.__file__).parent / "claims.csv"


def by_id() -> dict[str, api.Claim]:
    return {claim.id: claim for claim in api.evidence()}


def test_the_six_totals_are_there_as_they_are_quoted() -> None:
    found = by_id()
    assert [(c.value, c.unit, c.base, c.years()) for c in found.values()] == [
        (640_000, "jobs", None, "not stated"),
        (91e9, "EUR", None, "2018"),
        (2, "times", None, "2013-2016"),
        (2.7e9, "EUR", None, "not stated"),
        (12, "percent", 92e9, "not stated"),
        (32.1e9, "EUR", None, "not stated"),
    ]
    assert found["exports_b"].euros == pytest.approx(11.04e9)
    assert found["jobs"].euros is None and found["growth"].euros is None


def test_every_claim_has_every_paper_in_both_languages() -> None:
    pairs = {
        f"{claim.id}.{name}": (claim.text(name, "en"), claim.text(name, "fr"))
        for claim in api.evidence()
        for name in claims.PAPERS
    }
    assert len(pairs) == 6 * 10 and all(english and french for english, french in pairs.values())
    assert not list(rules.untranslated(pairs, long=13))
    assert not list(rules.rough_french({name: french for name, (_, french) in pairs.items()}))
    for name, (english, french) in pairs.items():
        assert english.startswith("not stated") == french.startswith("non précisé"), name


def test_no_perimeter_and_no_publication_is_claimed_to_be_known() -> None:
    for claim in api.evidence():
        assert claim.perimeter_en.startswith("not stated")
        assert claim.source_en in ("not stated", "public reports, not named")
        assert "not stated" in claim.body_en and "not stated" in claim.territory_en


def test_a_word_that_is_no_paper_is_refused() -> None:
    with pytest.raises(ValueError, match="not a paper"):
        by_id()["jobs"].text("author")


GOOD = TABLE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("jobs,jobs,640000", "a job,jobs,640000", "id"),
        ("jobs,jobs,640000", "jobs,people,640000", "measure"),
        ("640000,jobs", "640000,heads", "unit"),
        ("640000,jobs", "many,jobs", "value"),
        ("640000,jobs", "-1,jobs", "value"),
        ("640000,jobs", "inf,jobs", "value"),
        ("640000,jobs,,", "640000,jobs,92e9,", "base"),
        ("640000,jobs,,,", "640000,percent,,,", "base"),
        ("640000,jobs,,,", "640000,jobs,,2018,", "since"),
        ("640000,jobs,,,,", "640000,jobs,,2018,18,", "until"),
        ("640000,jobs,,,,", "640000,jobs,,2018,2016,", "until"),
        ("Permanent jobs in the sector", " ", "claim_en"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place(tmp_path: Path, old: str, new: str, field: str) -> None:
    assert old in GOOD[1]
    path = tmp_path / "claims.csv"
    path.write_text("\n".join([GOOD[0], GOOD[1].replace(old, new, 1), ""]), encoding="utf-8")
    with pytest.raises(BadInputError, match=rf"claims.csv, line 2, field {field}"):
        claims.read_claims(path)


def test_a_claim_given_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("\n".join([GOOD[0], GOOD[1], GOOD[1], ""]), encoding="utf-8")
    with pytest.raises(BadInputError, match="line 3, field id"):
        claims.read_claims(path)
