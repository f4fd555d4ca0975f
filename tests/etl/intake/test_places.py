"""What stands in a folder and is no file to be read is said by name, never opened, and never waited for."""

import os
import shutil
import socket
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from etl.folder import PRODUCT_REFERENCE
from etl.intake import places
from etl.load import load
from etl.reading import guard

ROW = "Bulan;Nama Puskesmas;Poli;Baru;Lama;Total Kunjungan\nFebruari 2026;PKM Mengupeh;UMUM;10;20;30\n"


def _codes(found: dict[Path, places.NoFile], root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): why.code for path, why in found.items()}


def test_links_pipes_sockets_and_devices_are_said_and_files_are_found(tmp_path: Path) -> None:
    inbox, outside = tmp_path / "inbox", tmp_path / "luar"
    (inbox / "2026").mkdir(parents=True)
    outside.mkdir()
    (outside / "rahasia.csv").write_text(ROW)
    for name in ("a.csv", "2026/b.csv", ".tersembunyi.csv", "~$c.xlsx"):
        (inbox / name).write_text(ROW)
    (inbox / "sandi.csv").symlink_to("/etc/passwd")
    (inbox / "rahasia.csv").symlink_to("../luar/rahasia.csv")
    (inbox / "di-dalam.csv").symlink_to(inbox / "2026" / "b.csv")
    (inbox / "2026" / "di-atas.csv").symlink_to(inbox / "a.csv")
    (inbox / "luar").symlink_to(outside, target_is_directory=True)
    (inbox / "2026" / "lingkaran").symlink_to(inbox, target_is_directory=True)
    (inbox / "diri.csv").symlink_to(inbox / "diri.csv")
    (inbox / "hilang.csv").symlink_to(tmp_path / "tidak ada")
    (inbox / "perangkat.csv").symlink_to("/dev/zero")
    os.mkfifo(inbox / "pipa.csv")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(inbox / "soket.csv"))
        files, barred = places.discover([inbox])
    assert [path.relative_to(inbox).as_posix() for path in files] == ["2026/b.csv", "a.csv", "di-dalam.csv"]
    assert [places.hashed(path)[0][:8] for path in files] == ["f26b5d8e"] * 3  # sha256sum of ROW
    assert _codes(barred, inbox) == {
        "2026/di-atas.csv": "file_is_a_link",
        "2026/lingkaran": "file_is_a_link",
        "diri.csv": "file_is_a_link",
        "hilang.csv": "file_is_a_link",
        "luar": "file_is_a_link",
        "perangkat.csv": "file_is_a_link",
        "pipa.csv": "file_not_regular",
        "rahasia.csv": "file_is_a_link",
        "sandi.csv": "file_is_a_link",
        "soket.csv": "file_not_regular",
    }


def test_a_folder_that_is_named_may_be_a_link_and_a_file_named_may_not_leave_its_folder(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "a.csv").write_text(ROW)
    (tmp_path / "inbox").symlink_to(tmp_path / "disk", target_is_directory=True)
    assert places.discover([tmp_path / "inbox"]) == ([tmp_path / "inbox" / "a.csv"], {})
    (tmp_path / "lain").mkdir()
    (tmp_path / "lain" / "a.csv").symlink_to(tmp_path / "disk" / "a.csv")
    files, barred = places.discover([tmp_path / "lain" / "a.csv"])
    assert files == []
    assert _codes(barred, tmp_path) == {"lain/a.csv": "file_is_a_link"}
    with pytest.raises(FileNotFoundError, match="Tidak ada berkas"):
        places.discover([tmp_path / "b.csv"])


def test_a_link_or_a_pipe_put_in_place_of_a_file_since_is_not_opened(tmp_path: Path) -> None:
    path, outside = tmp_path / "in" / "a.csv", tmp_path / "b.csv"
    path.parent.mkdir()
    outside.write_text(ROW)
    path.symlink_to(outside)
    with pytest.raises(places.NoFile) as refused:
        places.hashed(path)
    assert refused.value.code == "file_is_a_link"
    path.unlink()
    os.mkfifo(path)
    started = time.monotonic()
    with pytest.raises(places.NoFile) as refused:
        places.hashed(path)
    assert refused.value.code == "file_not_regular"
    assert time.monotonic() - started < 5


def test_a_file_that_is_too_large_is_said_before_its_bytes_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "besar.csv"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # a terabyte that takes no room; to hash it would take an hour
    with pytest.raises(places.NoFile) as refused:
        places.hashed(path)
    assert refused.value.code == "file_too_large"
    assert refused.value.details == {"found": "1048576 MB", "limit": f"{guard.MOST_BYTES >> 20} MB"}


@contextmanager
def _nobody() -> Generator[None]:
    """Be a user to whom something may be closed within a `with` block: nothing is closed to root."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(was)


def test_a_closed_folder_and_a_closed_file_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # what stands above it may be closed to others, so it is named from here
    tmp_path.chmod(0o755)
    folder, closed = Path("tertutup"), Path("b.csv")
    folder.mkdir(mode=0o000)
    closed.write_text(ROW)
    closed.chmod(0o000)
    with _nobody():
        barred = places.discover([Path()])[1]
        with pytest.raises(places.NoFile) as refused:
            places.hashed(closed)
    assert _codes(barred, Path()) == {"tertutup": "file_closed"}
    assert refused.value.code == "file_closed"
    folder.chmod(0o700)


@pytest.mark.slow
def test_a_load_says_what_it_did_not_open_and_loads_the_rest(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(PRODUCT_REFERENCE, data / "reference")
    (data / "inbox").mkdir()
    (data / "inbox" / "a.csv").write_text(ROW)
    (data / "inbox" / "sandi.csv").symlink_to("/etc/passwd")
    os.mkfifo(data / "inbox" / "pipa.csv")
    report = load(data)
    assert report.published
    assert report.exit_code == 3
    assert {file.name: (file.status, file.reason.split(";")[0]) for file in report.files} == {
        "a.csv": ("accepted", ""),
        "pipa.csv": ("refused", "Ini bukan berkas biasa (pipa, soket, atau perangkat)"),
        "sandi.csv": ("refused", "Ini tautan ke luar foldernya, bukan berkas"),
    }
