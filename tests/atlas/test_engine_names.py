"""Files whose names look like patterns are read as what they are."""

from __future__ import annotations

from portulan.atlas.engine import open_engine


def test_a_name_is_never_taken_for_a_pattern(tmp_path):
    folder = tmp_path / "y[1]" / "year=2024"
    folder.mkdir(parents=True)
    with open_engine() as engine:
        for name in ("data*.parquet", "data1.parquet", "d[a].parquet", "da.parquet", "q?.parquet"):
            engine.write_parquet(f"SELECT '{name}' AS n", folder / name)
        for name in ("data*.parquet", "d[a].parquet", "q?.parquet"):
            engine.load_parquet("t", folder / name, "SELECT * FROM source")
            assert engine.execute("SELECT * FROM t") == [(name,)]
            assert engine.count_parquet(folder / name) == 1
            assert set(engine.parquet_columns(folder / name)) == {"n"}
        engine.load_parquet("t", folder, "SELECT n FROM source")
        assert len(engine.execute("SELECT * FROM t")) == 5
        (folder / "c*.csv").write_text("a\n1\n")
        (folder / "c2.csv").write_text("a\n2\n")
        engine.load_csv("c", folder / "c*.csv", "SELECT * FROM source")
        assert engine.execute("SELECT * FROM c") == [("1",)]
