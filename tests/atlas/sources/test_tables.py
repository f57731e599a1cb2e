"""Opening files: a good one is read as it is, a bad one is refused with its file, its line and what to do."""

from __future__ import annotations

import gzip
import io
import stat
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.atlas.errors import BadInputError
from portulan.atlas.sources.tables import (
    checked_members,
    detect_encoding,
    open_table,
    open_text,
    read_json,
    require_columns,
)


def write(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(name.replace("__", "."), data)
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_and_end_of_line_gives_the_same_lines(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(end.join(["pays,value", "Côte d'Ivoire,1", ""]).encode(encoding))
    assert list(open_text(path)) == [(1, "pays,value"), (2, "Côte d'Ivoire,1")]


def test_lines_end_nowhere_but_at_line_ends(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a\x0bb\u2028c\x85d\x1ce\nf")
    assert [text for _, text in open_text(path)] == ["a\x0bb\u2028c\x85d\x1ce", "f"]


def test_a_byte_of_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    rows = b"x" * 50 + b"\n"
    path = write(tmp_path / "a.csv", rows * 1000 + "Côte\n".encode("latin-1") + rows * 10)
    with pytest.raises(BadInputError) as told:
        list(open_text(path))
    assert (told.value.line, told.value.file) == (1001, "a.csv")
    assert detect_encoding(path, fallback="latin-1") == "latin-1"
    assert [text for _, text in open_text(path, fallback="latin-1")][1000] == "Côte"


def test_a_line_of_many_bytes_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as out:
        out.write(b"a,b\n")
        out.truncate(5 << 30)  # a hole: five gigabytes without an end of line, and no disk
    tracemalloc.start()
    with pytest.raises(BadInputError, match="more than 1000000 characters") as told:
        list(open_text(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert told.value.line == 2
    assert peak < 64 << 20


def test_an_empty_file_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    for path in (write(tmp_path / "empty.csv", b""), tmp_path, tmp_path / "none.csv"):
        with pytest.raises(BadInputError):
            list(open_text(path))


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel"),
        (b"PAR1....", "Parquet"),
        (b"%PDF-1.7", "PDF"),
        (b"\n<!DOCTYPE html><html>", "web page"),
        (b"PK\x03\x04....", "zip"),
    ],
)
def test_another_kind_of_file_is_called_by_its_name(tmp_path: Path, head: bytes, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        list(open_text(write(tmp_path / "a.csv", head)))


def test_gzip_is_read_and_a_truncated_one_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"a,b\n" + b"1,2\n" * 5000)
    assert len(list(open_text(write(tmp_path / "a.csv.gz", packed)))) == 5001
    with pytest.raises(BadInputError, match="damaged or truncated"):
        list(open_text(write(tmp_path / "b.csv.gz", packed[:-20])))


def test_a_member_of_an_archive_is_read_and_named(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"in/one.csv": b"a,b\n1,2\n"})
    assert [(m.name, m.size) for m in checked_members(path)] == [("in/one.csv", 8)]
    table = open_table(path, ("a", "b"), member="in/one.csv")
    assert (table.file, list(table.rows)) == ("a.zip/in/one.csv", [(2, ["1", "2"])])
    with pytest.raises(BadInputError, match="no file"):
        list(open_text(path, "two.csv"))


@pytest.mark.parametrize(
    "name", ["../a.csv", "x/../../a.csv", "/etc/a.csv", "C:\\a.csv", "..\\a.csv", "a\x01.csv", " "]
)
def test_a_hostile_path_in_an_archive_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr(zipfile.ZipInfo(name), "a,b\n1,2\n")
    with pytest.raises(BadInputError, match="hostile path"):
        checked_members(path)


def test_a_link_and_a_name_twice_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as out:
        out.writestr(link, "/etc/passwd")
    with pytest.raises(BadInputError, match="symbolic link"):
        checked_members(tmp_path / "link.zip")
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(tmp_path / "twice.zip", "w") as out:
        out.writestr("a.csv", "1")
        out.writestr("a.csv", "2")
    with pytest.raises(BadInputError, match="twice"):
        checked_members(tmp_path / "twice.zip")


def test_an_archive_that_swells_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "bomb.zip", **{"a.csv": bytes(40 << 20)})
    with pytest.raises(BadInputError, match="swell"):
        checked_members(path)


def test_a_truncated_or_spoiled_archive_is_refused(tmp_path: Path) -> None:
    whole = archive(tmp_path / "a.zip", **{"a.csv": b"a,b\n" + b"".join(b"%d,2\n" % i for i in range(20_000))})
    data = whole.read_bytes()
    with pytest.raises(BadInputError, match="damaged or truncated"):
        checked_members(write(tmp_path / "short.zip", data[: len(data) // 2]))
    middle = len(data) // 2
    spoiled = data[:middle] + bytes(b ^ 255 for b in data[middle : middle + 8]) + data[middle + 8 :]
    with pytest.raises(BadInputError, match="damaged or truncated"):
        list(open_text(write(tmp_path / "spoiled.zip", spoiled), "a.csv"))


def test_a_member_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    data = bytearray(archive(tmp_path / "a.zip", **{"a.csv": b"a,b\n" + b"1,2\n" * 1000}).read_bytes())
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (8).to_bytes(4, "little")
    with pytest.raises(BadInputError):
        list(open_text(write(tmp_path / "liar.zip", bytes(data)), "a.csv"))


def test_a_wrong_delimiter_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "year;country;value\n2020;FRA;1\n")
    with pytest.raises(BadInputError, match=r"';'.*','") as told:
        open_table(path, ("year", "country", "value"))
    assert told.value.line == 1
    assert list(open_table(path, ("year", "country"), delimiters=",;").rows) == [(2, ["2020", "FRA", "1"])]


def test_a_missing_or_repeated_column_is_named() -> None:
    assert require_columns(["a", "b", "x", "x"], ["a", "b"], "f.csv") == {"a": 0, "b": 1, "x": 2}
    with pytest.raises(BadInputError) as told:
        require_columns(["a", "c"], ["a", "b"], "f.csv", 5)
    assert (told.value.file, told.value.line, told.value.field) == ("f.csv", 5, "b")
    with pytest.raises(BadInputError, match="2 times"):
        require_columns(["a", "a"], ["a"], "f.csv")


def test_a_quote_left_open_never_swallows_the_rows_after_it(tmp_path: Path) -> None:
    rows = ["a,b", "1,2", '"3,4', "5,6", '7",8', "9,10"]
    with pytest.raises(BadInputError, match=r"several lines|not a table") as told:
        list(open_table(write(tmp_path / "a.csv", "\n".join(rows)), ("a", "b")).rows)
    assert told.value.line in (3, 4)


def test_a_header_alone_is_refused(tmp_path: Path) -> None:
    for text in ("a,b", "a,b\n", "a,b\n\n , \n"):
        with pytest.raises(BadInputError, match="no row after the header"):
            list(open_table(write(tmp_path / "a.csv", text), ("a", "b")).rows)


def test_lines_before_the_header_are_skipped_and_blank_ones_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", '"Data Source","x",\n\n"a","b",\n"1","2",\n\n"3","4",\n')
    table = open_table(path, ("a", "b"), skip=2)
    assert list(table.rows) == [(4, ["1", "2", ""]), (6, ["3", "4", ""])]
    with pytest.raises(BadInputError, match="before its header"):
        open_table(path, ("a",), skip=9)


def test_json_is_read_bounded_and_never_loses_a_key(tmp_path: Path) -> None:
    assert read_json(write(tmp_path / "a.json", '\ufeff{"a": [1]}'.encode())) == {"a": [1]}
    for bad in ("", "  ", "{", '{"a": 1, "a": 2}', "[" * 100_000, "1" * 5000, "<html></html>", '"\xff"'):
        with pytest.raises(BadInputError):
            read_json(write(tmp_path / "b.json", bad.encode("latin-1")))
    with pytest.raises(BadInputError, match="more than 4 bytes"):
        read_json(write(tmp_path / "c.json", "[1,2,3]"), max_bytes=4)


@given(st.binary(max_size=400))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_are_read_or_refused_in_our_words(tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path / "any", data)
    for attempt in (
        lambda: list(open_text(path)),
        lambda: list(open_table(path, ("a",), fallback="latin-1").rows),
        lambda: read_json(path),
        lambda: checked_members(path),
    ):
        try:
            attempt()
        except BadInputError as told:
            assert told.file == "any"
            assert told.todo


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_an_archive_with_spoiled_bytes_gives_the_whole_member_or_a_refusal(tmp_path: Path, data: st.DataObject) -> None:
    text = "a,b\n" + "".join(f"{i},{i * i}\n" for i in range(300))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a.csv", text)
    raw = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = write(tmp_path / "a.zip", bytes(raw))
    try:
        lines = [line for _, line in open_text(path, "a.csv", encoding="utf-8")]
    except BadInputError:
        return
    assert lines == text.splitlines()
