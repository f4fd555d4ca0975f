"""`rapor backup`, `restore` and `upgrade`: nothing is lost, an altered byte is named, an older folder comes along and goes back."""

import gzip
import json
import os
import shutil
import sqlite3
import tarfile
import threading
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from dashboard import asking
from dashboard.access import Viewer
from dashboard.decisions import store as decisions
from dashboard.decisions.values import Figure, Seen, Wording
from dashboard.explore import view_store
from etl import lake
from etl import load as loading
from etl.lake import Lake
from etl.trouble import Damaged, explain
from queries import formats
from queries.builds import current
from rapor import app
from rapor.keeping import archive, stores
from tests.rapor.keeping import BUILD_OF_OLD, OLD, content, run

AGENDA = 'title = "Rapat"\nheld_on = 2026-11-25\nviewer = "bappeda"\nbentuk = "lengkap"\n[[page]]\npage = "kunjungan"\n'


@pytest.fixture(scope="module")
def lived_in(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample district after a meeting: a snapshot, a decision, and a saved view that is pinned to the build."""
    folder = tmp_path_factory.mktemp("kabupaten") / "data"
    shutil.copytree(sample_data, folder)
    agenda = folder.parent / "agenda.toml"
    agenda.write_text(AGENDA, encoding="utf-8")
    run("snapshot", "create", "--agenda", agenda, "--data-dir", folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPOR_DATA", str(folder))
        patch.setenv("RAPOR_VIEWER", "bappeda")
        figure = Figure("kunjungan", "visits", "pkm-mengupeh")
        decisions.record(
            "d1", figure, Wording("Tambah jam buka", "Kepala", date(2026, 12, 1)), Seen(), Viewer("bappeda")
        )
        build = current(folder)
        assert build
        view_store.save("Mengupeh", "", "jelajah", "unit=pkm-mengupeh", build.stem, True, asking.current())
    return folder


@pytest.mark.by_turns(3)
@pytest.mark.parametrize("name", ["cadangan.tar.gz", "cadangan"])
def test_what_was_backed_up_comes_back_whole_and_private(
    lived_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    target, new = tmp_path / "simpan" / name, tmp_path / "baru"
    assert "Cadangan:" in run("backup", target, "--data-dir", lived_in)
    assert "rapor load" in run("restore", target, "--data-dir", new)
    before, after = content(lived_in), content(new)
    kept = {each for each in before if each.split("/")[0] in ("lake", "reference", "snapshots", "sources")}
    kept -= {
        "lake/.lock",
        *(each for each in kept if each.startswith("lake/originals/")),
    }  # they are kept for some days alone
    kept |= {"access.jsonl"} | {
        each
        for each in before
        if each.startswith("warehouse/pins/") or (each.startswith("warehouse/") and each.endswith(".duckdb"))
    }  # the pinned build; what analyses run on is made again
    assert {each for each in after if not each.startswith("notes.sqlite")} == kept
    assert len(kept) > 100
    assert all(after[each] == before[each] for each in kept)
    everything = [new, *new.rglob("*"), *([target] if target.is_file() else target.rglob("*"))]
    assert not [path for path in everything if path.is_file() and path.stat().st_mode & 0o077]
    assert not (new.stat().st_mode & 0o077)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    monkeypatch.setenv("RAPOR_DATA", str(new))
    monkeypatch.setenv("RAPOR_VIEWER", "bappeda")
    (decision,) = decisions.listed(asking.current())
    assert decision.wording.what == "Tambah jam buka"
    assert [view.name for view in view_store.listed(asking.current())] == ["Mengupeh"]
    assert "utuh" in run("snapshot", "verify", "--rebuild", "--data-dir", new)
    loaded = run("load", "--data-dir", new)  # nothing new: the build is made again from the lake
    assert "Tidak ada berkas yang dibaca." in loaded
    assert current(new) is not None


def test_a_restore_never_writes_over_anything(lived_in: Path, tmp_path: Path) -> None:
    target, there = tmp_path / "a.tar.gz", tmp_path / "ada"
    run("backup", target, "--data-dir", lived_in)
    assert "sudah ada" in run("backup", target, "--data-dir", lived_in, code=1)
    there.mkdir()
    (there / "catatan.txt").write_text("milik saya", encoding="utf-8")
    assert "tidak kosong" in run("restore", target, "--data-dir", there, code=1)
    assert content(there) == {"catatan.txt": b"milik saya"}
    assert "Tidak ditemukan" in run("restore", tmp_path / "tiada", "--data-dir", tmp_path / "x", code=1)


def test_an_altered_missing_or_added_file_is_named_and_nothing_is_restored(lived_in: Path, tmp_path: Path) -> None:
    target = tmp_path / "folder"
    run("backup", target, "--data-dir", lived_in)
    units, salt = target / "reference" / "units.csv", target / "lake" / "salt"
    content = units.read_bytes()
    units.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])  # one bit of one byte
    salt.unlink()
    (target / "lebih.txt").touch()
    said = run("restore", target, "--data-dir", tmp_path / "baru", code=1)
    for words in ("reference/units.csv: berubah", "lake/salt: hilang", "lebih.txt: bukan bagian cadangan"):
        assert words in said
    assert not (tmp_path / "baru").exists()
    assert "reference/units.csv: altered" in run(
        "restore", target, "--data-dir", tmp_path / "baru", "--lang", "en", code=1
    )


def test_a_byte_altered_in_the_file_is_named(lived_in: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.tar.gz"
    run("backup", target, "--data-dir", lived_in)
    plain = bytearray(gzip.decompress(target.read_bytes()))
    with tarfile.open(target) as tar:
        entry = tar.getmember("reference/units.csv")
    plain[entry.offset_data + 5] ^= 1
    target.write_bytes(gzip.compress(bytes(plain)))
    assert "reference/units.csv: berubah" in run("restore", target, "--data-dir", tmp_path / "baru", code=1)
    plain[entry.offset_data + 5] ^= 1
    manifest = bytes(plain).index(b'"notes": "here"')
    plain[manifest + 10 : manifest + 14] = b"none"
    target.write_bytes(gzip.compress(bytes(plain)))
    assert "rapor-backup.json: berubah" in run("restore", target, "--data-dir", tmp_path / "baru", code=1)
    assert not (tmp_path / "baru").exists()


@pytest.mark.by_turns(3)
@pytest.mark.parametrize("part", [0.3, 0.9, 0.9999])
def test_a_backup_that_was_cut_off_names_where(lived_in: Path, tmp_path: Path, part: float) -> None:
    target = tmp_path / "a.tar.gz"
    run("backup", target, "--data-dir", lived_in)
    content = target.read_bytes()
    target.write_bytes(content[: int(len(content) * part)])
    said = run("restore", target, "--data-dir", tmp_path / "baru", code=1)
    assert "terpotong atau rusak mulai dari sini" in said
    assert "/" in said.split(": terpotong")[0].splitlines()[-1]  # a file of the backup
    assert not (tmp_path / "baru").exists()


def test_a_backup_of_a_newer_rapor_is_refused_with_what_to_do(lived_in: Path, tmp_path: Path) -> None:
    target = tmp_path / "folder"
    run("backup", target, "--data-dir", lived_in)
    manifest = target / archive.MANIFEST
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"format": 1', '"format": 7'), encoding="utf-8")
    with pytest.raises(Damaged) as wrong:
        archive.restore(target, tmp_path / "baru")
    assert "format 7" in wrong.value.what
    assert "sampai format 1" in wrong.value.what
    assert "perbarui Rapor" in wrong.value.mend


def test_a_backup_while_a_load_and_a_writer_are_at_work_is_one_moment(old: Path, tmp_path: Path) -> None:
    names = [f"kunjungan_2026-{month:02}.csv" for month in range(1, 8)]
    inbox = tmp_path / "masuk"
    inbox.mkdir()
    for month, name in enumerate(names, 1):
        line = f"Puskesmas Maju;2026-{month:02};Poli Umum;{month};{month};{2 * month}"
        (inbox / name).write_text(f"Puskesmas;Bulan;Layanan;Baru;Lama;Jumlah\n{line}\n", encoding="utf-8")
    reached = threading.Event()

    def seen(now: loading.Progress) -> None:
        if now.stage == "read" and now.done >= 3:
            reached.set()

    work = threading.Thread(target=loading.load, args=(old, [inbox], seen))
    with closing(sqlite3.connect(old / "notes.sqlite")) as writer:
        writer.execute("begin immediate")  # somebody is deciding in this moment
        work.start()
        assert reached.wait(60)
        target = tmp_path / "a.tar.gz"
        archive.write(old, target)  # neither waits for the load nor is it held up by the writer
        was_loading = work.is_alive()
        writer.rollback()
    work.join()
    assert was_loading
    new = tmp_path / "baru"
    archive.restore(target, new)
    manifest = Lake(new).manifest()
    assert len(manifest) in (1, 1 + len(names))  # all of the load, or nothing of it
    assert not Lake(new).damaged(manifest)
    assert stores.found(new)


def test_notes_kept_elsewhere_are_said_not_to_be_in_the_backup(old: Path, tmp_path: Path) -> None:
    elsewhere = f"sqlite:///{tmp_path / 'lain.sqlite'}"
    said = run("backup", tmp_path / "a", "--data-dir", old, RAPOR_NOTES_URL=elsewhere)
    assert "disimpan di tempat lain" in said
    assert not (tmp_path / "a" / "notes.sqlite").exists()


def test_the_inbox_and_the_current_build_come_along_when_asked_for(old: Path, tmp_path: Path) -> None:
    run("backup", tmp_path / "a.tgz", "--with-inbox", "--with-build", "--data-dir", old)
    said = run("restore", tmp_path / "a.tgz", "--data-dir", tmp_path / "baru")
    assert "Berikutnya" not in said
    report = tmp_path / "baru" / "inbox" / "kunjungan_2026-09.csv"
    assert (
        report.stat().st_mtime == (old / "inbox" / "kunjungan_2026-09.csv").stat().st_mtime
    )  # or it were another report
    assert run("query", "visits/trend", "--data-dir", tmp_path / "baru").count("2026-0") == 2


# --- upgrade ---------------------------------------------------------------------------------------------------------


@pytest.mark.by_turns(2)
@pytest.mark.parametrize("version", OLD)
def test_a_folder_of_an_older_version_works_as_it_is(old: Path, version: str) -> None:
    was = OLD[version]
    assert {each.name: each.highest for each in stores.found(old)} == {
        "lake": was.lake, "build": was.build, "notes": 1, "saved_views": 1, "snapshots": was.snapshots,
    }  # fmt: skip
    # Maju 30 + Makmur 12 in August, 33 + 14 in September
    trend = json.loads(run("query", "visits/trend", "--format", "json", "--data-dir", old).split("Data contoh")[0])
    assert [row["patients"] for row in trend] == [42, 47]
    said = f"Data terbitan {was.build_id} dari versi Rapor yang lama (format {was.build}, sekarang {formats.BUILD})"
    result = CliRunner().invoke(app, ["query", "quality/summary", "--data-dir", str(old)])
    assert isinstance(result.exception, formats.OlderBuild)  # it has no account of rows; `rapor.main` says this
    assert said in result.exception.what
    assert said in run("check", "--data-dir", old)
    assert "rapor load" in explain(result.exception)[1]
    run("load", "--data-dir", old, code=was.load_code)
    manifest = json.loads((old / "lake" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest.get("format", 1) == was.lake  # no upgrade unasked
    assert f"{was.snapshot}: utuh" in run("snapshot", "verify", "--data-dir", old)
    assert "Data terbitan" not in run("check", "--data-dir", old)
    (summary,) = json.loads(run("query", "quality/summary", "--format", "json", "--data-dir", old))
    assert summary["rows_read"] > 0


@pytest.mark.by_turns(2)
@pytest.mark.parametrize("version", OLD)
def test_an_upgrade_says_what_it_does_keeps_everything_and_can_be_taken_back(
    old: Path, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    was = OLD[version]
    before = content(old)
    said = run("upgrade", "--dry-run", "--data-dir", old)
    assert f"laporan yang dimuat: format {was.lake}, sekarang 4" in said
    assert "Yang ditingkatkan, sesudah cadangan dibuat: laporan yang dimuat, data terbitan" in said
    assert content(old) == before
    assert "Selesai" in run("upgrade", "--data-dir", old)
    assert {each.name: each.lowest for each in stores.found(old)} == {
        "lake": lake.FORMAT, "build": formats.BUILD, "notes": 1, "saved_views": 1,
        "snapshots": was.snapshots,  # sealed: it stays as it was frozen
    }  # fmt: skip
    trend = json.loads(run("query", "visits/trend", "--format", "json", "--data-dir", old))
    assert [row["patients"] for row in trend] == [42, 47]
    assert f"{was.snapshot}: utuh" in run("snapshot", "verify", "--data-dir", old)
    monkeypatch.setenv("RAPOR_DATA", str(old))
    (decision,) = decisions.listed(asking.current())
    assert decision.wording.what == "Tambah jam buka"
    assert "tidak ada yang dilakukan" in run("upgrade", "--data-dir", old)
    (entry,) = stores.record(old)
    assert entry["steps"] == {"lake": [was.lake, lake.FORMAT], "build": [was.build, formats.BUILD]}
    archive.check(old / entry["backup"])
    backup = old / entry["backup"]
    backup.rename(old / "hilang.tar.gz")
    assert "diperlukan untuk kembali" in run("upgrade", "--undo", "--data-dir", old, code=1)
    (old / "hilang.tar.gz").rename(backup)
    (old / "warehouse" / f"{was.build_id}.duckdb").unlink()  # later loads tidy it away
    assert "Dikembalikan" in run("upgrade", "--undo", "--data-dir", old)
    after = content(old)
    assert not [name for name, content in before.items() if name != "lake/.lock" and after[name] != content]
    assert stores.record(old)[0]["undone_at"]
    assert "Tidak ada peningkatan" in run("upgrade", "--undo", "--data-dir", old, code=1)


def test_an_upgrade_that_fails_on_its_way_can_be_taken_back(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(old)
    units = old / "reference" / "units.csv"
    units.write_text(
        units.read_text(encoding="utf-8").replace("unit_id", "id", 1), encoding="utf-8"
    )  # no build of this
    result = CliRunner().invoke(app, ["upgrade", "--data-dir", str(old)])
    assert result.exit_code == 1
    assert Lake(old).format() == lake.FORMAT  # the first step was taken, the second was not
    assert current(old) == old / "warehouse" / f"{BUILD_OF_OLD}.duckdb"
    run("upgrade", "--undo", "--data-dir", old)
    assert (old / "lake" / "manifest.json").read_bytes() == before["lake/manifest.json"]


def test_what_was_loaded_since_an_upgrade_is_not_thrown_away_by_its_undoing(old: Path, tmp_path: Path) -> None:
    run("upgrade", "--data-dir", old)
    report = tmp_path / "kunjungan_2026-07.csv"
    report.write_text("Puskesmas;Bulan;Layanan;Baru;Lama;Jumlah\nPuskesmas Maju;Juli 2026;Poli Umum;1;2;3\n", "utf-8")
    run("load", report, "--data-dir", old)
    now = (old / "lake" / "manifest.json").read_bytes()
    said = run("upgrade", "--undo", "--data-dir", old, code=1)
    assert "lake/manifest.json" in said
    assert "rapor restore" in said
    assert (old / "lake" / "manifest.json").read_bytes() == now


def _lake_of_tomorrow(folder: Path) -> str:
    path = folder / "lake" / "manifest.json"
    path.write_text(json.dumps({"format": 9, "files": []}), encoding="utf-8")
    return "lake/manifest.json"


def _build_of_tomorrow(folder: Path) -> str:
    path = current(folder)
    assert path
    with duckdb.connect(path) as connection:
        connection.execute("create table load.format as select 9 as number")
    return "warehouse"


@pytest.mark.parametrize(
    ("change", "commands"),
    [
        (_lake_of_tomorrow, (("load",), ("upgrade",), ("backup", "TUJUAN"))),
        (_build_of_tomorrow, (("query", "visits/trend"), ("serve",), ("upgrade",), ("check",))),
    ],
    ids=["lake", "build"],
)
def test_a_newer_format_is_refused_with_what_was_found_and_expected(
    old: Path, tmp_path: Path, change: object, commands: tuple[tuple[str, ...], ...]
) -> None:
    where = change(old)  # ty: ignore[not-callable]
    before = content(old)
    for words in commands:
        asked = [str(tmp_path / "a.tar.gz") if each == "TUJUAN" else each for each in words]
        result = CliRunner().invoke(app, [*asked, "--data-dir", str(old)])
        said = result.output if result.exception is None or isinstance(result.exception, SystemExit) else ""
        if isinstance(result.exception, Damaged):  # `rapor.main` says it
            said = f"{result.exception.what} {result.exception.mend}"
        assert result.exit_code == 1
        assert where in said
        known = stores.NUMBERS["lake" if where.startswith("lake") else "build"]
        assert f"format 9, sedangkan Rapor ini mengenal sampai format {known}" in said
        assert "erbarui Rapor dulu" in said
    after = content(old)
    assert {name: after[name] for name in before if name != "lake/.lock"} == {
        name: content for name, content in before.items() if name != "lake/.lock"
    }


def test_a_newer_saved_view_is_not_read_by_guess(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(old))
    monkeypatch.setenv("RAPOR_VIEWER", "bappeda")
    assert [view.name for view in view_store.listed(asking.current())] == ["Kunjungan Maju"]
    with closing(sqlite3.connect(old / "notes.sqlite")) as notes:
        notes.execute("update saved_view_event set said = json_set(said, '$.format', 9)")
        notes.commit()
    with pytest.raises(view_store.Unavailable, match="format 9"):
        view_store.listed(asking.current())
    with pytest.raises(Damaged, match="format 9"):
        stores.older(old)


def test_the_number_in_a_build_is_the_one_that_readers_know(sample_data: Path) -> None:
    path = current(sample_data)
    assert path
    with duckdb.connect(path, read_only=True) as connection:
        assert formats.of_build(connection) == formats.BUILD


def test_upgrading_md_says_what_the_code_says() -> None:
    page = (Path(__file__).parents[2] / "docs" / "upgrading.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("| `")]
    told = {row[0].strip().strip("`"): int(row[3]) for row in rows}
    assert told == stores.NUMBERS
    assert {row[0].strip().strip("`"): int(row[4]) for row in rows if row[4].strip() != "–"} == {
        "lake": 1, "build": 1, "notes": 1, "saved_views": 1, "snapshots": 1,
    }  # fmt: skip
    for name in (
        "rapor backup",
        "rapor restore",
        "rapor upgrade --dry-run",
        "rapor upgrade --undo",
        os.fspath("notes.sqlite"),
    ):
        assert name in page
