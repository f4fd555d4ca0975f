"""The pointer to the current build is followed to a build of its own warehouse, and nowhere else."""

from pathlib import Path

from queries.builds import current


def test_only_a_build_of_the_warehouse_is_current(tmp_path: Path) -> None:
    warehouse, outside = tmp_path / "data" / "warehouse", tmp_path / "other.duckdb"
    warehouse.mkdir(parents=True)
    outside.touch()
    (warehouse / "a.duckdb").touch()
    (warehouse / "a.txt").touch()
    (warehouse / "linked.duckdb").symlink_to(outside)
    assert current(tmp_path / "data") is None  # no pointer
    (warehouse / "current").write_text("a.duckdb\n")
    assert current(tmp_path / "data") == warehouse / "a.duckdb"
    for named in ("", "b.duckdb", "a.txt", "../../other.duckdb", str(outside), "linked.duckdb", "\x00", "."):
        (warehouse / "current").write_text(named)
        assert current(tmp_path / "data") is None, named
    (warehouse / "current").write_bytes(b"\xff\xfe\x00")
    assert current(tmp_path / "data") is None
