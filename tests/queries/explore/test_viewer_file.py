"""The file of an analysis holds what its viewer may see and nothing else, whole or not at all."""

import os
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dashboard import access
from dashboard.access import Viewer
from queries.explore import viewer_file
from queries.explore.tables import tables

ONE = Viewer("kepala-puskesmas", units=("pkm-mengupeh",))
ALL = Viewer("pimpinan")


def _made(data: Path, folder: Path, viewer: Viewer) -> Path:
    current = (data / "warehouse" / "current").read_text(encoding="utf-8").strip()
    target = viewer_file.place(folder, Path(current).stem, viewer.units, viewer.sees_names)
    with duckdb.connect(data / "warehouse" / current, read_only=True) as build:
        return viewer_file.make(build, target, viewer.units, lambda frame: access.protect(frame, viewer, access.Few()))


def _one(path: Path, sql: str) -> list[tuple]:
    with duckdb.connect(path, read_only=True) as file:
        return file.execute(sql).fetchall()


def test_a_viewer_of_one_unit_finds_that_unit_alone(sample_data: Path, tmp_path: Path) -> None:
    path = _made(sample_data, tmp_path, ONE)
    for table in tables():
        assert _one(path, f"select distinct unit_id from {table}") in ([("pkm-mengupeh",)], []), table
    assert _one(path, "select count(*) > 500 from visits") == [(True,)]


def test_names_are_for_those_who_may_read_them_and_a_nip_for_nobody(sample_data: Path, tmp_path: Path) -> None:
    hidden, named = (_made(sample_data, tmp_path, v) for v in (ALL, Viewer("bupati", sees_names=True)))
    asked = "select distinct employee_name from accountability"
    assert all(name.startswith("Pegawai ") for (name,) in _one(hidden, asked))
    assert not any(name.startswith("Pegawai ") for (name,) in _one(named, asked))
    assert hidden != named
    for path in (hidden, named):
        texts = [
            f"select '{table}' from {table} where regexp_matches(cast({column} as varchar), '[0-9]{{15,}}')"
            for table, column in _one(
                path,
                "select table_name, column_name from duckdb_columns() where data_type = 'VARCHAR' and not internal",
            )
        ]
        assert _one(path, " union all ".join(texts)) == []


def test_every_table_and_column_is_described_and_none_is_there_that_nobody_declared(
    sample_data: Path, tmp_path: Path
) -> None:
    path = _made(sample_data, tmp_path, ALL)
    columns = _one(
        path,
        "select table_name, column_name, comment from duckdb_columns() where not internal"
        " and table_name not in ('build', 'owed')",  # what the file is of, and which reports are in
    )
    assert all(comment for _table, _column, comment in columns)
    found: dict[str, set[str]] = {}
    for table, column, _comment in columns:
        found.setdefault(table, set()).add(column)
    assert found == {name: set(of.columns) for name, of in tables().items()}
    ((build_id,),) = _one(path, "select build_id from build")
    assert path.stem.startswith(build_id)


def test_the_same_file_is_made_once_and_another_make_of_it_leaves_it(sample_data: Path, tmp_path: Path) -> None:
    path = _made(sample_data, tmp_path, ALL)
    written = path.stat().st_mtime_ns
    assert _made(sample_data, tmp_path, ALL) == path
    assert path.stat().st_mtime_ns == written


def test_a_fault_while_it_is_made_leaves_nothing(sample_data: Path, tmp_path: Path) -> None:
    def broken(frame: pl.DataFrame) -> pl.DataFrame:
        raise RuntimeError(frame.height)

    current = (sample_data / "warehouse" / "current").read_text(encoding="utf-8").strip()
    target = tmp_path / "analysis" / "x.duckdb"
    with duckdb.connect(sample_data / "warehouse" / current, read_only=True) as build, pytest.raises(RuntimeError):
        viewer_file.make(build, target, None, broken)
    assert list(target.parent.iterdir()) == []


def test_a_file_goes_with_its_build_and_what_a_killed_maker_left_after_an_hour(tmp_path: Path) -> None:
    folder = tmp_path / "analysis"
    folder.mkdir()
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "20261101T000000-aaaa.duckdb").touch()
    kept, gone = (
        folder / "20261101T000000-aaaa-0123456789ab.duckdb",
        folder / "20261001T000000-bbbb-0123456789ab.duckdb",
    )
    fresh, old = folder / ".making-1.duckdb", folder / ".making-2.duckdb"
    for path in (kept, gone, fresh, old):
        path.touch()
    os.utime(old, (0, 0))
    viewer_file.tidy(tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == sorted([kept.name, fresh.name])
