"""The page of the release: what is served, to the last hash, and what changed since the release before."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from portulan.atlas import api
from tests.atlas import worlds
from tests.desk.reference_pages import LANGUAGES, cells, page, section

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_the_release_is_described_to_the_last_hash(portal: Any, told: Any, two_years: Path) -> None:
    release = api.open_release(two_years)
    found = page(portal, "/en/releases/")
    assert release.id in section(found, "release").text
    assert "2023, 2024" in section(found, "release").text
    assert "France (50 draws)" in section(found, "release").text
    files = {row[0]: row[3] for row in cells(found.by_id("files-table"))}
    assert files == {r["path"]: r["hash"].removeprefix("sha256:") for r in release.manifest["resources"]}
    loaded = release.manifest["sources"][0]["loaded"]
    assert [row[2] for row in cells(found.by_id("loaded-table"))] == [str(entry["year"]) for entry in loaded]
    assert [row[4] for row in cells(found.by_id("loaded-table"))] == [f"{entry['rows']:,}" for entry in loaded]
    checks = release.manifest["portulan"]["checks"]
    assert f"{len(checks)} of {len(checks)} checks passed" in found.text
    french = section(page(portal, "/fr/releases/"), "checks").text
    assert "les parts d’un marché s’additionnent à un (à 1e-09 près)" in french
    assert not [check["name"] for check in checks if check["name"] in french]


def test_rows_set_aside_are_shown(portal: Any, told: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from django.conf import settings

    published = worlds.published_zip(tmp_path, worlds.rows(seed=5))
    strange = tmp_path / "BACI_HS17_V202602.zip"
    with zipfile.ZipFile(published) as old, zipfile.ZipFile(strange, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if "_Y2024_" in name:
                text += "2024,997,251,490199,1.000,          NA\n"
            new.writestr(name.replace("202601", "202602"), text)
    api.build(tmp_path / "r", [f"baci={strange}"])
    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(tmp_path / "r"))
    aside = api.open_release(tmp_path / "r").manifest["portulan"]["quarantined"]
    assert aside
    rows = cells(page(portal, "/fr/releases/").by_id("aside-table"))
    assert [row[:2] for row in rows] == [[entry["reason"], str(entry["count"])] for entry in aside]


@pytest.fixture(scope="module")
def former(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release before: one flow of French books to Belgium was far smaller, and one to Japan was not there."""
    folder = tmp_path_factory.mktemp("former")
    flows = worlds.rows(seed=5, years=(2023, 2024), density=0.85)
    changed = [
        (*row[:4], max(1, row[4] // 100)) if row[:4] == (2024, "FRA", "BEL", "490199") else row
        for row in flows
        if row[:3] != (2024, "FRA", "JPN") or row[3] not in ("490110", "490191", "490199", "490300")
    ]
    assert len(changed) < len(flows)
    api.build(
        folder / "r", [f"baci={worlds.published_zip(folder, changed)}"], api.BuildOptions(doubt=("FRA",), draws=50)
    )
    return folder / "r"


def test_what_changed_is_told_largest_first(portal: Any, told: Any, two_years: Path, former: Path) -> None:
    told(PREVIOUS_RELEASE=str(former))
    found = page(portal, "/en/releases/")
    old, new = api.open_release(former), api.open_release(two_years)
    assert old.id in section(found, "news").text
    assert "is not the same input" in section(found, "why").text
    rows = list(next(found.by_id("moved").all("tbody")).all("tr"))
    wanted = [c for c in api.difference(old, new, top=None).changes if c.sector != "all"]
    first = [cell.text for cell in rows[0].all("th", "td")]
    names = {c.iso3: c.name_en for c in api.countries()}
    assert first[0] == names[wanted[0].market]
    values = [float(data.attributes["value"]) for data in rows[0].all("data")]
    assert values == [value for value in (wanted[0].old, wanted[0].new) if value is not None]
    sizes = []
    for row in rows:
        both = [float(data.attributes["value"]) for data in row.all("data")]
        sizes.append(abs(both[1] - both[0]) if len(both) == 2 else both[0])
    assert sizes == sorted(sizes, reverse=True)
    assert all(data.attributes["data-status"] for row in rows for data in row.all("data"))


def test_a_figure_that_appeared_is_not_said_to_have_grown_from_zero(portal: Any, told: Any, former: Path) -> None:
    told(PREVIOUS_RELEASE=str(former))
    moved = cells(page(portal, "/en/releases/").by_id("moved"))
    japan = [row for row in moved if row[:3] == ["Japan", "Books", "Imports from the exporter"]]
    assert japan and japan[0][4] == "not known" and japan[0][6].startswith("now known; before: the source records no")
    belgium = [row for row in moved if row[:3] == ["Belgium", "Books", "Imports from the exporter"]]
    assert belgium and belgium[0][6].startswith("up by ")


def test_the_reasons_are_told_in_french_too(portal: Any, told: Any, former: Path) -> None:
    told(PREVIOUS_RELEASE=str(former))
    assert "n’est pas la même entrée" in section(page(portal, "/fr/releases/"), "why").text


def test_another_exporter_is_compared_on_request(portal: Any, told: Any, former: Path) -> None:
    told(PREVIOUS_RELEASE=str(former))
    assert section(page(portal, "/en/releases/?exporter=bel"), "what").text.count("Belgium") >= 1
    for strange in ("ZZZ", "<script>", "x" * 5000, "FRA' OR 1=1"):
        assert portal.get("/en/releases/", {"exporter": strange}).status_code == 404


def test_the_same_release_before_has_nothing_to_tell(portal: Any, told: Any, two_years: Path) -> None:
    told(PREVIOUS_RELEASE=str(two_years))
    news = section(page(portal, "/en/releases/"), "news")
    assert "Nothing differs" in news.text
    assert not list(news.all("table"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_former_release_is_said_and_a_broken_one_too(portal: Any, told: Any, tmp_path: Path, language: str) -> None:
    words = {"en": ("names no former release", "cannot be read"), "fr": ("n’indique pas", "ne peut pas être lue")}
    assert words[language][0] in section(page(portal, f"/{language}/releases/"), "news").text
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "datapackage.json").write_text("{")
    for folder in (broken, tmp_path / "nowhere"):
        told(PREVIOUS_RELEASE=str(folder))
        assert words[language][1] in section(page(portal, f"/{language}/releases/"), "news").text
