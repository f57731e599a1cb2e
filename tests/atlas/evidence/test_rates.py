"""Exchange rates: read as the user gives them, refused where they are not rates or have no source."""

from __future__ import annotations

from pathlib import Path

import pytest

from portulan.atlas.errors import AtlasError, BadInputError
from portulan.atlas.evidence import rates


def test_a_rate_typed_says_that_its_source_is_not_stated() -> None:
    rate = rates.parse_rate("2013=0.5")
    assert (rate.year, rate.eur_per_usd) == (2013, 0.5)
    assert "not stated" in rate.source


@pytest.mark.parametrize(
    "text", ["", "2013", "0.5", "13=0.5", "2013=", "2013=0", "2013=-1", "2013=nan", "2013=inf", "2013=0,5"]
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(AtlasError, match="YEAR=RATE"):
        rates.parse_rate(text)


def test_a_file_of_rates_is_read_in_the_order_of_years(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("year,eur_per_usd,source\n2016,0.6,somebody\n2013,0.5,somebody\n", encoding="utf-8")
    assert [(r.year, r.eur_per_usd, r.source) for r in rates.read_rates(path)] == [
        (2013, 0.5, "somebody"),
        (2016, 0.6, "somebody"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("year,eur_per_usd\n2013,0.5\n", "column source is missing"),
        ("year,eur_per_usd,source\n2013,0.5, \n", "line 2, field source"),
        ("year,eur_per_usd,source\n2013,zero,x\n", "line 2, field eur_per_usd"),
        ("year,eur_per_usd,source\nlast,0.5,x\n", "line 2, field year"),
        ("year,eur_per_usd,source\n2013,0.5,x\n2013,0.6,x\n", "two rates are given for 2013"),
        ('year,eur_per_usd,source\n2013,0.5,"x\n', "not a CSV"),
        ("year,eur_per_usd,source\n2013,0.5\n", "as many fields"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AtlasError, match=said):
        rates.read_rates(path)


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such file"):
        rates.read_rates(tmp_path / "none.csv")
    path = tmp_path / "rates.csv"
    path.write_bytes("year,eur_per_usd,source\n2013,0.5,é\n".encode("latin-1"))
    with pytest.raises(BadInputError, match="UTF-8"):
        rates.read_rates(path)
