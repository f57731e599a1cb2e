"""The page while its release is damaged or replaced: said clearly, and never the figures of two releases together."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from portulan.atlas import api, placing
from tests.atlas import worlds
from tests.desk.reading import read

pytestmark = [pytest.mark.full, pytest.mark.django_db]
ADDRESS = "/en/map/?exporter=FRA&sector=book&perimeter=core&by=imports_from"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    folder = tmp_path_factory.mktemp("desk-hostile")
    for name, seed in (("one", 3), ("other", 8)):
        (folder / name).mkdir()
        source = worlds.published_zip(folder / name, worlds.rows(seed=seed, density=0.9))
        api.build(folder / name / "r", [f"baci={source}"])
    return SimpleNamespace(one=folder / "one" / "r", other=folder / "other" / "r")


@pytest.fixture
def served(two: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    from django.conf import settings

    from portulan.desk.markets import selectors

    shutil.copytree(two.one, tmp_path / "r")
    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(tmp_path / "r"))
    yield tmp_path / "r"
    selectors._ranked.cache_clear()
    selectors._opened.cache_clear()


def replace(release: Path, by: Path) -> None:
    with placing.whole_or_nothing(release, replace=True) as folder:
        shutil.copytree(by, folder, dirs_exist_ok=True)


def get():  # type: ignore[no-untyped-def] # Django may be absent here
    from django.test import Client

    return Client(SERVER_NAME="localhost").get(ADDRESS)


def printed(answer) -> dict[str, float]:  # type: ignore[no-untyped-def]
    rows = next(read(answer.content.decode()).by_id("ranked").all("tbody")).all("tr")
    return {row.attributes["data-market"]: float(next(row.all("data")).attributes["value"]) for row in rows}


def expected(release: Path) -> dict[str, float]:
    ranking = api.rank(api.open_release(release), exporter="FRA", sector="book", by="imports_from")
    return {row.market: row.figure.value for row in ranking.rows if isinstance(row.figure, api.Figure)}


def holds(answer, release: Path) -> bool:  # type: ignore[no-untyped-def]
    shown, all_of_it = printed(answer), expected(release)
    return answer.status_code == 200 and bool(shown) and shown.items() <= all_of_it.items()


def test_a_release_that_was_replaced_is_opened_again(served: Path, two: SimpleNamespace) -> None:
    assert holds(get(), two.one)
    replace(served, two.other)
    answer = get()
    assert holds(answer, two.other)
    assert not holds(answer, two.one)
    assert api.open_release(two.other).id[:12] in answer.content.decode()
    assert api.open_release(two.one).id[:12] not in answer.content.decode()


@pytest.mark.parametrize("moment", ["choices", "map_page"])
def test_a_release_replaced_while_the_page_is_made_gives_one_of_the_two(
    served: Path, two: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    from portulan.desk.markets import selectors, views

    where = selectors if moment == "choices" else views
    whole = getattr(where, moment)
    done: list[bool] = []

    def then_replaced(*arguments: object) -> object:
        found = whole(*arguments)
        if not done:
            done.append(True)
            replace(served, two.other)
        return found

    monkeypatch.setattr(where, moment, then_replaced)
    assert holds(get(), two.other)


@pytest.mark.parametrize("table", ["coverage", "cells", "baskets.parquet"])
def test_a_damaged_table_is_a_clear_503(served: Path, table: str) -> None:
    path = served / table
    path = path / "goods-2024.parquet" if path.is_dir() else path
    path.write_bytes(path.read_bytes()[:100])
    answer = get()
    assert answer.status_code == 503
    assert answer["Cache-Control"] == "no-store"
    page = read(answer.content.decode())
    assert "cannot be read" in page.text
    assert "portulan atlas verify" in page.text


def test_a_damaged_manifest_is_a_clear_503(served: Path) -> None:
    (served / "datapackage.json").write_text('{"portulan": {"format": 1}, "resources": [{}]}')
    answer = get()
    assert answer.status_code == 503
    assert "build the release again" in read(answer.content.decode()).text


def test_serve_says_in_one_sentence_that_a_file_is_no_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    from portulan.desk.markets import selectors

    (tmp_path / "passwd").write_text("root\n")
    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(tmp_path / "passwd"))
    with pytest.raises(selectors.AtlasError, match="not a release: it is a file; give a folder"):
        selectors.check_release()
