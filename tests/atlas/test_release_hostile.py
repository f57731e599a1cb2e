"""A release against accidents and ill will: nothing of the user's is lost, nothing false is certified, no traceback."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from portulan import cli
from portulan.atlas import api, default_release, difference, inputs, manifest, placing
from portulan.atlas.engine import open_engine
from portulan.atlas.engine.on_duckdb import DuckDBEngine
from portulan.atlas.errors import AtlasError, BadInputError
from tests.atlas import worlds

pytestmark = pytest.mark.full

REPLACE = api.BuildOptions(replace=True)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """One source, and two releases that differ."""
    folder = tmp_path_factory.mktemp("hostile")
    source = worlds.published_zip(folder, worlds.rows(seed=3, years=(2023, 2024), density=0.9))
    (folder / "later").mkdir()
    later = worlds.published_zip(folder / "later", worlds.rows(seed=8, years=(2023, 2024), density=0.9))
    api.build(folder / "one", [f"baci={source}"])
    api.build(folder / "two", [f"baci={later}"])
    return SimpleNamespace(given=[f"baci={source}"], one=folder / "one", two=folder / "two")


def put(release: Path, out: Path) -> None:
    """Put a copy of a release in the place of another, as a build does."""
    with placing.whole_or_nothing(out, replace=out.exists()) as folder:
        shutil.copytree(release, folder, dirs_exist_ok=True)


def tampered(world, tmp_path, change) -> Path:
    """Return a copy of a release with another manifest, its identifier recomputed as a forger would."""
    copy = tmp_path / "copy"
    shutil.copytree(world.one, copy)
    content = json.loads((copy / manifest.NAME).read_text())
    change(content, copy)
    content["id"] = manifest.identifier(content)
    (copy / manifest.NAME).write_text(json.dumps(content))
    return copy


# --replace


@pytest.mark.parametrize("kind", ["folder", "file", "empty folder", "other package", "release with a stranger"])
def test_replace_removes_nothing_but_a_release(world, tmp_path, kind):
    out, kept = tmp_path / "v", tmp_path / "v" / "thesis.txt"
    if kind == "file":
        kept = out
    elif kind == "release with a stranger":
        shutil.copytree(world.one, out)
    else:
        out.mkdir()
    if kind == "other package":
        (out / manifest.NAME).write_text('{"resources": [{"path": "thesis.txt"}]}')
    if kind != "empty folder":
        kept.write_text("ten years")
    with pytest.raises(AtlasError, match=r"not replaced.*choose another name"):
        api.build(out, world.given, REPLACE)
    assert kind == "empty folder" or kept.read_text() == "ten years"
    assert [path.name for path in tmp_path.iterdir()] == ["v"]


def test_replace_takes_an_older_or_damaged_release(world, tmp_path):
    out = tmp_path / "r"
    shutil.copytree(world.two, out)
    content = json.loads((out / manifest.NAME).read_text())
    content["portulan"] = {"format": 0}
    (out / manifest.NAME).write_text(json.dumps(content))
    (out / "links.parquet").write_bytes(b"")
    api.build(out, world.given, REPLACE)
    assert api.open_release(out).id == api.open_release(world.one).id


def test_replace_follows_a_link_and_leaves_it(world, tmp_path):
    shutil.copytree(world.two, tmp_path / "r-2024")
    (tmp_path / "current").symlink_to("r-2024")
    api.build(tmp_path / "current", world.given, REPLACE)
    assert (tmp_path / "current").readlink() == Path("r-2024")
    assert api.open_release(tmp_path / "r-2024").id == api.open_release(world.one).id
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "r-2024"]


# Builds side by side, and builds that were killed


@pytest.mark.parametrize("system", ["renames without replacing", "only renames"])
def test_of_two_builds_at_one_place_the_second_is_told(world, tmp_path, monkeypatch, system):
    if system == "only renames":
        monkeypatch.setattr(placing, "_renameat2", lambda *_: False)
    out = tmp_path / "r"
    with pytest.raises(AtlasError, match="made by another build meanwhile"), placing.whole_or_nothing(out) as slow:
        (slow / "mine").touch()
        put(world.one, out)
    assert api.open_release(out).id == api.open_release(world.one).id
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_killed_build_blocks_none_that_has_its_process_number(world, tmp_path):
    stale = tmp_path / f".r.building-{os.getpid()}"
    (stale / "cells").mkdir(parents=True)
    put(world.one, tmp_path / "r")
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_build_at_work_is_never_swept(world, tmp_path):
    (tmp_path / ".r.building-4194305").mkdir()  # the number of no process here: another container's
    lock = os.open(tmp_path / ".r.building-4194305", os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    put(world.one, tmp_path / "r")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".r.building-4194305", "r"]
    os.close(lock)
    put(world.two, tmp_path / "r")
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


@pytest.mark.parametrize("moment", ["before it is opened", "before it is locked"])
def test_a_folder_swept_before_it_was_locked_is_made_again(world, tmp_path, monkeypatch, moment):
    whole = os.open if moment == "before it is opened" else placing._take
    swept: list[Path] = []

    def after_a_sweep(*arguments):
        made = list(tmp_path.glob(".r.building-*"))
        if made and not swept:
            swept.extend(made)
            made[0].rmdir()
        return whole(*arguments)

    module, name = (placing.os, "open") if moment == "before it is opened" else (placing, "_take")
    monkeypatch.setattr(module, name, after_a_sweep)
    put(world.one, tmp_path / "r")
    assert swept
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_release_can_be_read_by_others_as_any_folder(world, tmp_path):
    (tmp_path / "plain").mkdir()
    put(world.one, tmp_path / "r")
    assert (tmp_path / "r").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_two_sites_that_start_together_share_the_default_release(world, tmp_path, monkeypatch):
    def late(out, progress):
        put(world.one, out)
        with placing.whole_or_nothing(out):
            pass

    monkeypatch.setattr(default_release, "_build", late)
    assert default_release.build(tmp_path / "d") == tmp_path / "d"


# A disk that is full


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_full_under_the_engine_is_told_and_leaves_nothing(world, tmp_path, monkeypatch):
    write = DuckDBEngine.write_parquet
    monkeypatch.setattr(
        DuckDBEngine, "write_parquet", lambda self, select, path: write(self, select, Path("/dev/full"))
    )
    with pytest.raises(AtlasError, match="the disk is full"):
        api.build(tmp_path / "a" / "b" / "r", world.given)
    assert list(tmp_path.iterdir()) == []


# Nothing in it


def test_a_release_without_figures_is_refused(world, tmp_path, monkeypatch):
    monkeypatch.setattr(inputs, "plan", lambda engine, given: [])
    with pytest.raises(AtlasError, match="it would hold no figures"):
        api.build(tmp_path / "r", world.given)
    assert list(tmp_path.iterdir()) == []
    manifest.write(
        tmp_path,
        [],
        sources=[],
        body={"kind": "built", "software": "x", "engine": "x", "parameters": {}, "quarantined": []},
    )
    assert [c.detail for c in api.verify(tmp_path) if not c.passed] == ["the release holds no figures"]


# Replaced while it is read


def test_figures_of_two_releases_are_never_mixed(world, tmp_path):
    put(world.one, tmp_path / "r")
    opened = api.open_release(tmp_path / "r")
    assert opened.query(opened.file("cells", "goods", 2024))
    put(world.two, tmp_path / "r")
    with pytest.raises(AtlasError, match="replaced while it was read; open it again"):
        opened.query(opened.file("cells", "goods", 2024))
    again = api.open_release(tmp_path / "r")
    assert again.id == api.open_release(world.two).id
    assert again.query(again.file("cells", "goods", 2024))


# diff


def test_diff_checks_the_perimeter(world):
    with pytest.raises(AtlasError, match="unknown perimeter"):
        difference.compare(world.one, world.two, perimeter="core' OR '1' = '1")
    assert difference.compare(world.one, world.two).total > 0


def test_diff_names_another_fit_and_another_weight(world, tmp_path):
    def other_fit(content, copy):
        content["portulan"]["gravity"] = {"goods-2024": {"fit": "abc", "skill": {}}}

    copy = tampered(world, tmp_path, other_fit)
    with open_engine() as engine:
        engine.load_parquet(
            "b",
            world.one / "baskets.parquet",
            "SELECT * REPLACE (CASE WHEN sector = 'book' THEN 0.5 ELSE weight END AS weight) FROM source",
        )
        engine.write_parquet("SELECT * FROM b", copy / "baskets.parquet")
    reasons = difference.compare(world.one, copy).reasons
    assert "the gravity of goods-2024 is only in the new release" in reasons
    assert any(reason.startswith("crosswalk: book (") for reason in reasons)


# A manifest that cannot be trusted


@pytest.mark.parametrize(
    "path", ["/etc/hostname", "../one/cells/goods-2024.parquet", "cells/../links.parquet", "a.txt"]
)
def test_a_table_outside_the_release_is_refused(world, tmp_path, path):
    def elsewhere(content, copy):
        content["resources"][0]["path"] = path.replace("../one", str(world.one))

    copy = tampered(world, tmp_path, elsewhere)
    for act in (api.verify, api.open_release):
        with pytest.raises(BadInputError, match="names a table that no release holds"):
            act(copy)


@pytest.mark.parametrize("part", ["links.parquet", "cells"])
def test_a_table_that_is_a_link_is_refused(world, tmp_path, part):
    def link(content, copy):
        (copy / part).rename(tmp_path / "elsewhere")
        (copy / part).symlink_to(tmp_path / "elsewhere")

    copy = tampered(world, tmp_path, link)
    for act in (api.verify, api.open_release):
        with pytest.raises(BadInputError, match="is a link"):
            act(copy)


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.pop("sources"),
        lambda c: c["portulan"].pop("kind"),
        lambda c: c["portulan"].update(gravity=[]),
        lambda c: c["portulan"].update(parameters=None),
        lambda c: c.update(portulan="x"),
        lambda c: c.update(resources={}),
        lambda c: c.update(resources=["x"]),
        lambda c: c["resources"][0].pop("hash"),
        lambda c: c["resources"][0].update(bytes="many"),
        lambda c: c["sources"][0].update(loaded=[{}]),
        lambda c: c["sources"].append(3),
    ],
)
def test_a_manifest_of_another_shape_is_one_sentence(world, tmp_path, change):
    copy = tampered(world, tmp_path, lambda content, folder: change(content))
    for act in (api.verify, api.open_release):
        with pytest.raises(BadInputError, match=r"datapackage\.json"):
            act(copy)


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a": NaN}', '{"a": "\\ud800"}', "9" * 5000, "\udcff", "[]"])
def test_a_manifest_that_is_no_json_of_ours_is_one_sentence(tmp_path, text):
    (tmp_path / manifest.NAME).write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(BadInputError, match="manifest"):
        api.verify(tmp_path)


def forged(world, tmp_path, table: str, select: str) -> Path:
    """Return a copy of a release where one table is another, with sizes and hashes that fit."""
    copy = tmp_path / "forged"
    shutil.copytree(world.one, copy)
    with open_engine() as engine:
        engine.load_parquet("t", world.one / table, select)
        engine.write_parquet("SELECT * FROM t", copy / table)
    content = json.loads((copy / manifest.NAME).read_text())
    for resource in content["resources"]:
        if resource["path"] == table:
            resource["bytes"] = (copy / table).stat().st_size
            resource["hash"] = f"sha256:{manifest.sha256(copy / table)}"
    content["id"] = manifest.identifier(content)
    (copy / manifest.NAME).write_text(json.dumps(content))
    return copy


@pytest.mark.parametrize(
    ("select", "says"),
    [
        ("SELECT * REPLACE (13 - supplier_rank AS supplier_rank) FROM source", "the first supplier of a market"),
        ("SELECT * REPLACE (realised_share * 2 AS realised_share) FROM source", "the realised share"),
        ("SELECT * EXCLUDE (share) FROM source", "the tables can be read"),
    ],
)
def test_verify_finds_a_forged_table(world, tmp_path, select, says):
    copy = forged(world, tmp_path, "cells/goods-2024.parquet", select)
    [failed] = [check.name for check in api.verify(copy) if not check.passed]
    assert says in failed


# A damaged table


@pytest.mark.parametrize("damage", ["cut", "middle", "empty", "gone"])
def test_a_damaged_table_is_told_with_its_name(world, tmp_path, damage):
    copy = tmp_path / "copy"
    shutil.copytree(world.one, copy)
    table = copy / "cells" / "goods-2024.parquet"
    data = table.read_bytes()
    if damage == "gone":
        table.unlink()
    else:
        half = len(data) // 2
        table.write_bytes(
            {"cut": data[:half], "empty": b"", "middle": data[:4] + b"\xff" * half + data[4 + half :]}[damage]
        )
    opened = api.open_release(copy)
    with pytest.raises(AtlasError, match=r"cells/goods-2024\.parquet cannot be read.*portulan atlas verify"):
        api.rank(opened, exporter="FRA", sector="book", by="imports_from")
    assert api.rank(opened, exporter="FRA", sector="book", by="imports_from", year=2023).rows


# The command line


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("build", "x", "--memory", "junk", "--source", "{source}"), "write it as 4GB or 500MB"),
        (("build", "x", "--threads", "0", "--source", "{source}"), "from 1 to"),
        (("build", ".", "--source", "{source}"), "exists already"),
        (("build", ".", "--replace", "--source", "{source}"), "not replaced"),
        (("build", "{one}/datapackage.json/x", "--source", "{source}"), "nothing was changed"),
        (("build", "/proc/x", "--source", "{source}"), "nothing was changed"),
        (("build", "n" * 250, "--source", "{source}"), "nothing was changed"),
        (("build", "n" * 300, "--source", "{source}"), "nothing was changed"),
        (("build", "loop", "--source", "{source}"), "link"),
        (("verify", "{one}/datapackage.json"), "give the folder that holds"),
        (("verify", "/etc/passwd"), "give a folder"),
        (("rank", "{one}", "--sector", "book", "--top", "-5"), "from 0 up"),
        (("diff", "{one}", "{one}", "--top", "-5"), "from 0 up"),
        (("rank", "{one}", "--sector", "book", "--year", "1999"), "holds no goods of 1999; ask for one of 2023, 2024"),
        (("show", "{one}", "--sector", "book", "--year", "1999"), "ask for one of 2023, 2024"),
    ],
)
def test_a_wrong_word_is_one_sentence(world, capsys, tmp_path, monkeypatch, words, says):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "loop").symlink_to("loop")
    monkeypatch.chdir(tmp_path / "work")
    filled = [w.replace("{one}", str(world.one)).replace("{source}", world.given[0]) for w in words]
    code = cli.main(["atlas", *filled])
    told = capsys.readouterr()
    assert (code, told.out) == (2, "")
    last = told.err.splitlines()[-1]
    assert last.startswith("portulan: ")
    assert says in last
    assert "Traceback" not in told.err
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["loop"]
