"""The World Economic Outlook: values in whole units, projections never passed off as facts."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from portulan.atlas.errors import BadInputError
from portulan.atlas.sources.reading import Reading
from portulan.atlas.sources.weo.reader import read
from tests.atlas.sources.accounts import account, aside, data_lines, refused_or_accounted, spoiled

HEADER = (
    "WEO Country Code\tISO\tWEO Subject Code\tCountry\tSubject Descriptor\tSubject Notes\tUnits\tScale\t"
    "Country/Series-specific Notes\t2018\t2019\t2020\tEstimates Start After"
)
FRANCE = (
    "132\tFRA\tNGDPD\tFrance\tGDP, current prices\tNote\tU.S. dollars\tBillions\t"
    '"Source, x"\t"2,780.152"\t2706.5\tn/a\t2018'
)
LINES = [
    FRANCE,
    "132\tFRA\tNGDP_RPCH\tFrance\tGDP, constant prices\tNote\tPercent change\t\t\t1.7\t-0.5\t--\t2018",
    "132\tFRA\tLP\tFrance\tPopulation\tNote\tPersons\tMillions\t\t64.729\t65.0\t65.3\t",
    "967\tUVK\tNGDPDPC\tKosovo\tGDP per capita\tNote\tU.S. dollars\tUnits\t\t4302.3\t4400\t4500\t2018",
    "662\tCIV\tPCPI\tCôte d'Ivoire\tInflation\tNote\tIndex\t\t\t1\t2\t3\t2018",
    "111\tUSA\tNGDPD\tUnited States\tGDP\tNote\tNational currency\tBillions\t\t1\t2\t3\t2018",
]
FOOTER = "International Monetary Fund, World Economic Outlook Database, October 2019" + "\t" * 12
TABLE = "\n".join([HEADER, *LINES, "", FOOTER, ""])
LONG = "year,country,ngdpd\n2002,afg,4.367\n2019,uvk,7.9\n2020,fra,\n2020,zzz,3\n"


def written(folder: Path, text: str, encoding: str = "utf-8", name: str = "WEOOct2019all.xls") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def figure(found: Reading, market: str, indicator: str, year: int) -> tuple[float, str] | None:
    c = found.columns
    wanted = (c["market"] == market) & (c["indicator"] == indicator) & (c["year"] == year)
    values = list(zip(c["value"][wanted].tolist(), c["status"][wanted], strict=True))
    assert len(values) < 2
    return values[0] if values else None


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-16", "utf-16-le"])
def test_the_published_table_is_read_in_every_encoding_it_comes_in(tmp_path: Path, encoding: str) -> None:
    found = read(written(tmp_path, TABLE, encoding))
    assert figure(found, "FRA", "gdp", 2018) == (2_780_152_000_000, "reported")
    assert figure(found, "FRA", "gdp", 2019) == (2_706_500_000_000, "estimated")
    assert figure(found, "FRA", "gdp", 2020) is None
    assert figure(found, "FRA", "gdp_growth", 2019) == (-0.5, "estimated")
    assert figure(found, "FRA", "gdp_growth", 2020) is None
    # without a year after which estimates start, nothing is called reported
    assert figure(found, "FRA", "population", 2018) == (64_729_000, "estimated")
    assert figure(found, "XKX", "gdp_per_head", 2018) == (4302.3, "reported")
    assert aside(found) == {
        "no value": 2,
        "subject the atlas does not use": 3,
        "another unit than the subject's": 3,
        "line of source, not data": 1,
    }
    assert account(found) == 3 * 6 + 1


def test_a_long_table_never_calls_a_projection_reported(tmp_path: Path) -> None:
    found = read(written(tmp_path, LONG, name="weo_ngdpd.csv"))
    assert figure(found, "AFG", "gdp", 2002) == (4_367_000_000, "estimated")
    assert figure(found, "XKX", "gdp", 2019) == (7_900_000_000, "estimated")
    assert aside(found) == {"no value": 1, "unknown country code": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TABLE.replace("Scale", "Size"), "column is missing"),
        (TABLE.replace("\t", ";"), "separated by"),
        (TABLE.replace("WEO Country Code\tISO", "WEO Country Group Code\tX"), "country groups"),
        ("", "empty"),
        ("\xd0\xcf\x11\xe0\xa1", "Excel"),
    ],
)
def test_what_is_not_the_table_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        read(written(tmp_path, text, "latin-1"))


@given(text=spoiled(TABLE, len(HEADER) + 1))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_spoiled_table_is_refused_or_accounted_for(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)

    def expected() -> int:
        sources = aside(read(path)).get("line of source, not data", 0)
        return 3 * (data_lines(text, "\t") - sources) + sources

    refused_or_accounted(read, path, expected)


@given(text=spoiled(LONG))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_spoiled_long_table_is_refused_or_accounted_for(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text, name="weo_ngdpd.csv")
    refused_or_accounted(read, path, lambda: data_lines(text))


@pytest.mark.real
@pytest.mark.parametrize(
    ("subject", "rows", "scale"), [("lp", 7934, 1e6), ("ngdpd", 7972, 1e9), ("ngdp_rpch", 7915, 1)]
)
def test_the_real_tables_are_accounted_for(shared_data: Path, subject: str, rows: int, scale: float) -> None:
    path = shared_data / "context" / f"weo_{subject}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        raw = list(csv.DictReader(stream))
    found = read(path)
    assert account(found) == len(raw) == rows
    assert set(aside(found)) <= {"no value"}
    for code, market in (("fra", "FRA"), ("uvk", "XKX"), ("twn", "TWN"), ("usa", "USA")):
        published = [float(row[subject]) for row in raw if (row["country"], row["year"]) == (code, "2024")]
        got = figure(found, market, found.codes[0], 2024)
        assert got is not None
        assert got == (pytest.approx(published[0] * scale, rel=1e-12), "estimated")
