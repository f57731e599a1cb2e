"""The table of posts: the one shipped, and every fault told by file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from portulan.desk.network.reading import FIELDS, TableError, read_posts

GOOD = "jpn,embassy,JPN,Tokyo,Tokyo,Embassy in Japan,Ambassade au Japon,confirmed"


def write(folder: Path, *lines: str) -> Path:
    path = folder / "posts.csv"
    path.write_text("\n".join([",".join(FIELDS), *lines]), encoding="utf-8")
    return path


def test_the_mission_of_2020_has_37_posts_six_of_them_to_be_confirmed() -> None:
    rows = read_posts()
    assert len(rows) == 37 and len({row.code for row in rows}) == 37
    assert {row.seat for row in rows if row.listed == "open"} == {"ARG", "BRA", "CAN", "COL", "MEX", "USA"}
    # A post is not an embassy everywhere.
    assert [row.kind for row in rows if row.seat == "TWN"] == ["bureau"]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (GOOD.replace("jpn,", "J P,", 1), "code"),
        (GOOD.replace("embassy", "castle"), "kind"),
        (GOOD.replace("JPN", "Japan"), "seat"),
        (GOOD.replace("Embassy in Japan", ""), "name_en"),
        (GOOD.replace("Ambassade au Japon", "x" * 161), "name_fr"),
        (GOOD.replace("confirmed", "perhaps"), "mission_2020"),
        ("jpn,embassy", "seat"),
    ],
)
def test_a_fault_names_file_line_and_field(tmp_path: Path, line: str, field: str) -> None:
    path = write(tmp_path, GOOD.replace("jpn,", "kor,", 1), line)
    with pytest.raises(TableError, match=rf"posts\.csv, line 3, {field}: "):
        read_posts(path)


def test_a_post_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"line 3, code: 'jpn' stands on line 2 already"):
        read_posts(write(tmp_path, GOOD, GOOD))


def test_another_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(TableError, match="line 1: the columns code, kind"):
        read_posts(other)
    other.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TableError, match="UTF-8"):
        read_posts(other)
    with pytest.raises(TableError, match="cannot be read"):
        read_posts(tmp_path / "none.csv")
