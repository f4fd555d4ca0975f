"""The pointer to the current build is followed to a build of its own warehouse, and nowhere else."""

from pathlib import Path

from queries.builds import current, find


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


def test_a_pointer_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    warehouse = tmp_path / "data" / "warehouse"
    warehouse.mkdir(parents=True)
    (warehouse / "a.duckdb").touch()
    (tmp_path / "elsewhere").write_text("a.duckdb")
    (warehouse / "current").symlink_to(tmp_path / "elsewhere")
    assert current(tmp_path / "data") is None


def test_a_build_is_found_by_its_name_in_the_warehouse_alone(tmp_path: Path) -> None:
    warehouse = tmp_path / "data" / "warehouse"
    warehouse.mkdir(parents=True)
    (tmp_path / "x.duckdb").touch()
    (warehouse / "a.duckdb").touch()
    (warehouse / "b.duckdb").symlink_to(tmp_path / "x.duckdb")
    assert find(tmp_path / "data", "a.duckdb") == warehouse / "a.duckdb"
    for name in ("b.duckdb", "../../x.duckdb", str(tmp_path / "x.duckdb"), "a", ""):
        assert find(tmp_path / "data", name) is None, name
