"""What the door hands out beside figures: judgements, reasons, what a release rests on, and what changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from portulan.atlas import api, difference
from portulan.atlas.errors import UnknownCodeError
from portulan.atlas.figures import GAP_TEXTS, Figure, Gap
from tests.atlas import worlds

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two releases of one world: in the second, Belgium buys a hundred times more French books, and a year is new."""
    folder = tmp_path_factory.mktemp("pair")
    flows = worlds.rows(seed=5, years=(2023, 2024), density=0.85)
    grown = [(*row[:4], row[4] * 100) if row[:4] == (2023, "FRA", "BEL", "490199") else row for row in flows]
    assert grown != flows
    made = []
    for name, rows in (("old", [row for row in flows if row[0] == 2023]), ("new", grown)):
        (folder / name).mkdir()
        api.build(folder / name / "r", [f"baci={worlds.published_zip(folder / name, rows)}"])
        made.append(folder / name / "r")
    return made[0], made[1]


def test_every_reason_and_judgement_is_handed_out_in_both_languages() -> None:
    assert {reason.id for reason in api.gap_reasons()} == set(GAP_TEXTS)
    assert all(reason.text_en and reason.text_fr for reason in api.gap_reasons())
    subjects = {line.subject for line in api.judgements()}
    assert {sector.id for sector in api.sectors()} >= subjects
    assert all(line.reason_en and line.reason_fr for line in api.judgements())
    assert {line["scheme"] for line in api.crosswalk()} == set(api.schemes())


def test_one_figure_is_the_one_that_all_of_them_hold(pair: tuple[Path, Path]) -> None:
    release = api.open_release(pair[1])
    shown = api.show(release, exporter="FRA", sector="book", market="BEL", flow="goods", year=2023)
    for value in shown:
        if value.market == "BEL":
            asked = {"exporter": "FRA", "market": "BEL", "sector": "book", "year": 2023}
            assert api.figure(release, **asked, indicator=value.indicator) == value  # type: ignore[arg-type]
    missing = api.figure(release, exporter="FRA", market="USA", sector="book", indicator="imports_from")
    assert isinstance(missing, Gap)
    with pytest.raises(UnknownCodeError):
        api.figure(release, exporter="FRA", market="BEL", sector="book", indicator="fame")


def test_a_release_says_what_it_rests_on(pair: tuple[Path, Path], shipped_folder: Path) -> None:
    assert api.uses(api.open_release(pair[0])) == {
        "baci": ("flows",),
        "cldr": ("links",),
        "factbook": ("context", "links"),
    }
    shipped = api.uses(api.open_release(shipped_folder))
    assert shipped["baci"] == ("fit",)


def test_the_largest_change_comes_first_and_its_reason_is_told_twice(pair: tuple[Path, Path]) -> None:
    old, new = (api.open_release(path) for path in pair)
    found = api.difference(old, new, top=None)
    assert len(found.changes) == found.total == sum(found.by_sector.values())
    books = next(c for c in found.changes if (c.year, c.sector, c.indicator) == (2023, "book", "imports_from"))
    assert books.market == "BEL"
    before = api.figure(old, exporter="FRA", market="BEL", sector="book", indicator="imports_from", year=2023)
    assert isinstance(before, Figure) and books.old == before.value
    year = next(reason for reason in found.why if "2024" in reason.text_en)
    assert year.text() == "baci goods 2024 is only in the new release"
    assert year.text("fr") == "baci biens 2024 : seulement dans la nouvelle édition"
    assert found.as_dict()["reasons"] == [reason.text_en for reason in found.why]


def test_the_command_says_the_same_as_the_door(pair: tuple[Path, Path]) -> None:
    by_path = difference.compare(*pair, top=5)
    assert by_path.changes == api.difference(*(api.open_release(path) for path in pair), top=5).changes
    assert [line for line in by_path.lines() if line.startswith("why: baci goods 2023 is not the same input")]
