"""A data folder is for its owner alone: what is written there, and what an older version left open."""

from pathlib import Path

from queries import private


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def _folder(path: Path) -> Path:
    for room in ("lake/pool/a", "warehouse", "inbox", "reference"):
        (path / room).mkdir(parents=True)
    for name in ("lake/pool/a/file.json", "warehouse/x.duckdb", "notes.sqlite", "inbox/a.csv", "reference/units.csv"):
        (path / name).touch()
        (path / name).chmod(0o644)
    for each in (path, *path.rglob("*")):
        if each.is_dir():
            each.chmod(0o755)
    return path


def test_what_is_written_meanwhile_is_for_its_owner_and_afterwards_all_is_as_before(tmp_path: Path) -> None:
    (tmp_path / "before").touch()
    with private.for_owner():
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "b").touch()
    (tmp_path / "after").touch()
    assert (_mode(tmp_path / "a"), _mode(tmp_path / "a" / "b")) == (0o700, 0o600)
    assert _mode(tmp_path / "after") == _mode(tmp_path / "before")


def test_what_others_may_read_is_found_and_closed_and_the_reference_tables_stay(tmp_path: Path) -> None:
    data = _folder(tmp_path / "data")
    found = ["inbox", "lake", "notes.sqlite", "warehouse"]
    assert sorted(path.name for path in private.open_to_others(data)) == found
    assert sorted(path.name for path in private.close(data)) == found
    assert private.open_to_others(data) == []
    assert _mode(data / "lake" / "pool" / "a" / "file.json") == 0o600
    assert _mode(data / "warehouse") == 0o700
    assert _mode(data / "inbox") == 0o750  # a group may put reports there
    assert _mode(data / "reference" / "units.csv") == 0o644


def test_a_folder_that_is_closed_itself_hides_what_is_in_it(tmp_path: Path) -> None:
    data = _folder(tmp_path / "data")
    data.chmod(0o700)
    assert private.open_to_others(data) == []
    data.chmod(0o750)  # a group comes in, and may read the inbox
    assert sorted(path.name for path in private.open_to_others(data)) == ["lake", "notes.sqlite", "warehouse"]


def test_a_link_out_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    data = _folder(tmp_path / "data")
    outside = tmp_path / "luar"
    outside.touch()
    outside.chmod(0o644)
    (data / "warehouse" / "x").symlink_to(outside)
    private.close(data)
    assert _mode(outside) == 0o644
