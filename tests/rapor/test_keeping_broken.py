"""`rapor backup`, `restore` and `upgrade` where something broke: a kill at any moment, a spoilt file, a forged backup."""

import gzip
import hashlib
import io
import os
import signal
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from etl.lock import only_one
from etl.trouble import Damaged
from queries.builds import current
from rapor import app
from rapor.keeping import archive, stores
from tests.rapor.keeping import BUILD_OF_OLD, content, run


def _killed(program: str, *arguments: object) -> None:
    """Run a program that kills itself, as a power cut would, where it says so."""
    start = "import os, signal, sys\nfrom pathlib import Path\nfrom rapor.keeping import archive, stores\n"
    die = "def die(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
    words = [sys.executable, "-c", start + die + program, *map(str, arguments)]
    done = subprocess.run(words, capture_output=True, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


def _scratch(folder: Path) -> list[Path]:
    return sorted(folder.glob(".rapor-*"))


@pytest.mark.by_turns(4)
@pytest.mark.parametrize("kind", ["plain", "link", "inside"])
def test_a_restore_goes_into_an_empty_folder_that_stays_the_same_one(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """A folder that stays the same one (inode) is what a mount point and a working folder need."""
    backup, there = tmp_path / "a.tar.gz", tmp_path / "ada"
    archive.write(old, backup)
    there.mkdir()
    named = there
    if kind == "link":
        named = tmp_path / "pranala"
        named.symlink_to(there)
    if kind == "inside":
        monkeypatch.chdir(there)
        named = Path()
    before = there.stat().st_ino
    assert "Dipulihkan" in run("restore", backup, "--data-dir", named)
    assert there.stat().st_ino == before
    assert not there.stat().st_mode & 0o077
    assert content(there).keys() == archive.check(backup).files.keys()
    assert not _scratch(there) + _scratch(tmp_path)
    assert "tidak kosong" in run("restore", backup, "--data-dir", named, code=1)


def test_a_restore_into_a_folder_that_is_there_leaves_nothing_where_it_fails(old: Path, tmp_path: Path) -> None:
    backup, there = tmp_path / "a", tmp_path / "ada"
    archive.write(old, backup)
    (backup / "lake" / "salt").unlink()
    there.mkdir()
    assert "lake/salt: hilang" in run("restore", backup, "--data-dir", there, code=1)
    assert not list(there.iterdir())


def test_a_restore_that_was_killed_inside_a_folder_goes_there_again_once_what_it_left_is_old(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, there = tmp_path / "a.tar.gz", tmp_path / "ada"
    archive.write(old, backup)
    there.mkdir()
    _killed("os.utime = die\narchive.restore(Path(sys.argv[1]), Path(sys.argv[2]))", backup, there)
    assert [path.name[:7] for path in there.iterdir()] == [".rapor-"]
    assert "tidak kosong" in run("restore", backup, "--data-dir", there, code=1)
    monkeypatch.setattr(archive, "IDLE_SECONDS", 0)
    run("restore", backup, "--data-dir", there)
    assert content(there).keys() == archive.check(backup).files.keys()


def test_what_a_killed_restore_leaves_is_swept_by_the_next_one_once_it_is_old(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, new = tmp_path / "a.tar.gz", tmp_path / "baru"
    archive.write(old, backup)
    _killed("os.utime = die\narchive.restore(Path(sys.argv[1]), Path(sys.argv[2]))", backup, new)
    (left,) = _scratch(tmp_path)
    assert not new.exists()
    archive.restore(backup, new)
    assert _scratch(tmp_path) == [left]  # it may be of one that still runs
    (tmp_path / ".rapor-berkas").touch()  # no folder: none of ours
    monkeypatch.setattr(archive, "IDLE_SECONDS", 0)
    archive.restore(backup, tmp_path / "lagi")
    assert [path.name for path in _scratch(tmp_path)] == [".rapor-berkas"]


@pytest.mark.parametrize(
    ("content", "words"),
    [('{"fil', "manifest.json rusak"), ('{"format": 9, "files": {}}', "manifest.json: format 9")],
    ids=["spoilt", "newer"],
)
def test_a_backup_of_a_lake_that_cannot_be_read_names_the_file_where_it_stands(
    old: Path, tmp_path: Path, content: str, words: str
) -> None:
    (old / "lake" / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(Damaged) as wrong:
        archive.write(old, tmp_path / "a.tar.gz")
    assert f"{old / 'lake'}/{words}" in wrong.value.what
    assert [path.name for path in tmp_path.iterdir()] == ["lama"]


def _of(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "modified": 1.0}


A = b"isi"
LONG = "n" * 300  # a file system takes 255
MALFORMED = {
    "no time": ({"a": {"sha256": _of(A)["sha256"], "bytes": 3}}, "a"),
    "time that is none": ({"a": _of(A) | {"modified": float("nan")}}, "a"),
    "time beyond all": ({"a": _of(A) | {"modified": 10**400}}, "a"),
    "size as text": ({"a": _of(A) | {"bytes": "3"}}, "a"),
    "text": ({"a": "isi"}, "a"),
    "no name": ({"": _of(A)}, ""),
    "dot": ({".": _of(A)}, "."),
    "twice": ({"b//c": _of(A)}, "b//c"),
    "above": ({"../a": _of(A)}, "../a"),
    "file and folder": ({"a": _of(A), "a/b": _of(A)}, "a"),
    "inbox": ({"inbox": _of(A)}, "inbox"),
    "long": ({LONG: _of(A)}, LONG[:80]),
    "nul": ({"a\0": _of(A)}, "a\\u0000"),
}


@pytest.mark.parametrize(("files", "name"), MALFORMED.values(), ids=MALFORMED)
def test_a_backup_that_is_sealed_but_malformed_is_refused_by_file(
    tmp_path: Path, files: dict[str, Any], name: str
) -> None:
    place = tmp_path / "a.tar.gz"
    sealed = archive._sealed(archive.Backup("2026-11-29", "0.2.0", "none", files))
    with tarfile.open(place, "w:gz", format=tarfile.PAX_FORMAT) as tar:
        for each, content in {archive.MANIFEST: sealed, **dict.fromkeys(files, A)}.items():
            entry = tarfile.TarInfo(each)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    said = run("restore", place, "--data-dir", tmp_path / "baru", code=1)
    assert "Cadangan ini tidak utuh:" in said
    assert f'rapor-backup.json: "{name}": tidak terbaca' in said
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar.gz"]


@pytest.mark.by_turns(5)
@pytest.mark.parametrize(
    "more", [gzip.compress(b"lebih"), gzip.compress(b""), b"lebih", b"\0"], ids=["member", "empty", "bytes", "nul"]
)
def test_bytes_after_the_end_of_a_backup_are_refused(old: Path, tmp_path: Path, more: bytes) -> None:
    place = tmp_path / "a.tar.gz"
    archive.write(old, place)
    last = list(archive.check(place).files)[-1]
    with place.open("ab") as file:
        file.write(more)
    said = run("restore", place, "--data-dir", tmp_path / "baru", code=1)
    assert f"{last}: terpotong atau rusak mulai dari sini" in said
    place.write_bytes(gzip.compress(gzip.decompress(place.read_bytes()[: -len(more)]) + b"lebih"))
    assert f"{last}: terpotong" in run("restore", place, "--data-dir", tmp_path / "baru", code=1)


def test_a_name_in_a_backup_may_be_of_any_bytes_and_is_said(old: Path, tmp_path: Path) -> None:
    archive.write(old, tmp_path / "a")
    (tmp_path / "a" / os.fsdecode(b"\xff.txt")).touch()
    assert "?.txt: bukan bagian cadangan" in run("restore", tmp_path / "a", "--data-dir", tmp_path / "baru", code=1)


@pytest.mark.by_turns(5)
@pytest.mark.parametrize(
    ("program", "left"),
    [
        ("stores._write_record = die", 0),
        ("os.utime = die", 1),
        ("real = Path.replace\nPath.replace = lambda a, b: (real(a, b), die())", 1),
    ],
    ids=["before its record", "while unpacking", "after the first file"],
)
def test_an_undoing_that_was_killed_is_repeated(old: Path, program: str, left: int) -> None:
    before = content(old)
    run("upgrade", "--data-dir", old)
    _killed(f"{program}\nstores.undo(Path(sys.argv[1]))", old)
    assert len(_scratch(old)) == left
    assert "Dikembalikan" in run("upgrade", "--undo", "--data-dir", old)
    after = content(old)
    assert not [name for name, content in before.items() if name != "lake/.lock" and after[name] != content]
    assert not _scratch(old)
    assert stores.record(old)[0]["undone_at"]


@pytest.mark.by_turns(2)
@pytest.mark.parametrize("has_more", [False, True])
def test_an_upgrade_that_was_killed_is_taken_back_unless_a_report_came_in_since(
    old: Path, tmp_path: Path, has_more: bool
) -> None:
    before = (old / "lake" / "manifest.json").read_bytes()
    _killed("stores._hash = die\nstores.upgrade(Path(sys.argv[1]), print)", old)
    (entry,) = stores.record(old)
    assert entry["files"] == {"lake/manifest.json": None}
    if has_more:
        report = tmp_path / "kunjungan_2026-07.csv"
        line = "Puskesmas Maju;Juli 2026;Poli Umum;1;2;3"
        report.write_text(f"Puskesmas;Bulan;Layanan;Baru;Lama;Jumlah\n{line}\n", "utf-8")
        run("load", report, "--data-dir", old)
    now = (old / "lake" / "manifest.json").read_bytes()
    assert now != before
    said = run("upgrade", "--undo", "--data-dir", old, code=int(has_more))
    assert ("Sudah berubah lagi" in said) == has_more
    assert (old / "lake" / "manifest.json").read_bytes() == (now if has_more else before)


def test_the_next_command_of_any_kind_sweeps_what_a_killed_undoing_left_but_not_one_at_work(
    old: Path, tmp_path: Path
) -> None:
    left = old / ".rapor-undo-a1b2c3d4"
    left.mkdir()
    (left / "notes.sqlite").touch()
    with only_one(old, wait_seconds=0):
        run("backup", tmp_path / "a.tar.gz", "--data-dir", old)
        assert left.is_dir()
    run("upgrade", "--dry-run", "--data-dir", old)
    assert left.is_dir()  # it only says what would be done
    run("backup", tmp_path / "b.tar.gz", "--data-dir", old)
    assert not left.exists()


def test_an_upgrade_publishes_no_empty_build_where_the_lake_is_lost(old: Path) -> None:
    manifest = old / "lake" / "manifest.json"
    manifest.unlink()
    before = content(old)
    for asked in (["--dry-run"], []):
        result = CliRunner().invoke(app, ["upgrade", *asked, "--data-dir", str(old)])
        assert isinstance(result.exception, Damaged)
        assert f"{manifest} tidak ada atau kosong" in result.exception.what
        assert "rapor load" in result.exception.mend
    assert content(old).keys() - {"lake/.lock"} == before.keys() - {"lake/.lock"}
    assert current(old) == old / "warehouse" / f"{BUILD_OF_OLD}.duckdb"


@pytest.mark.by_turns(4)
@pytest.mark.parametrize(
    "content",
    ["{", "7", '{"backup": "a"}', '["a"]', '[{"backup": "a", "undone_at": null, "files": ["a"]}]',
     '[{"backup": "a", "undone_at": null, "files": {"../a": null}}]'],
)  # fmt: skip
def test_a_spoilt_record_of_upgrades_is_named(old: Path, content: str) -> None:
    (old / "upgrades.json").write_text(content, encoding="utf-8")
    for asked in (["--undo"], []):
        result = CliRunner().invoke(app, ["upgrade", *asked, "--data-dir", str(old)])
        assert isinstance(result.exception, Damaged)
        assert result.exception.what == f"{old / 'upgrades.json'} rusak."
    assert not (old / "backups").exists()


@pytest.mark.parametrize("number", ['"2"', "null", "0", "true", "2.5"])
def test_a_number_of_a_format_that_is_none_is_named_with_its_file(old: Path, number: str) -> None:
    path = old / "lake" / "manifest.json"
    path.write_text(f'{{"format": {number}, "files": {{}}}}', encoding="utf-8")
    result = CliRunner().invoke(app, ["upgrade", "--dry-run", "--data-dir", str(old)])
    assert isinstance(result.exception, Damaged)
    assert f"{path}: tidak dapat dibaca" in result.exception.what
