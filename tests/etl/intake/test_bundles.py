"""Zip files of many reports: each member is a file of its own; what may not be unpacked is refused by name."""

import io
import shutil
import zipfile
from pathlib import Path

import pytest

from etl.folder import PRODUCT_REFERENCE
from etl.intake import bundles, places
from etl.intake.places import NoFile
from etl.load import load
from etl.reading import guard
from tests.etl.reading.books import xlsx

HEAD = "KUNJUNGAN PASIEN\nPuskesmas;Bulan;Layanan;Baru;Lama\n"
AUGUST, JULY = HEAD + "Mengupeh;Agustus 2026;UMUM;1;2\n", HEAD + "Mengupeh;Juli 2026;UMUM;3;4\n"


def written(path: Path, *members: tuple[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, (2026, 9, 4, 5, 6, 8))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path


def given(path: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the members of a zip by folder and name, and the codes of those that are not read."""
    with bundles.unpacked([path]) as (files, barred):
        return (
            {f"{file.parent.name}/{file.name}": file.read_bytes() for file in files},
            {each.name: why.code for each, why in barred.items()},
        )


def test_members_are_files_in_a_folder_named_like_the_zip_dated_as_the_zip_has_it(tmp_path: Path) -> None:
    path = written(
        tmp_path / "kiriman.zip", ("Juli/a.csv", "1"), ("Agustus/a.csv", "2"), ("b.csv", "3"), ("kosong/", "")
    )
    with bundles.unpacked([path]) as (files, barred):
        assert [(f.parent.name, f.name, f.read_text()) for f in files] == [
            *(("kiriman.zip", "a.csv", "1"), ("kiriman.zip", "a.csv", "2"), ("kiriman.zip", "b.csv", "3")),
        ]
        assert {f.stat().st_mtime for f in files} == {1788498368}  # 4 September 2026 05:06:08 UTC
        assert not barred
    assert not any(f.exists() for f in files)


def test_what_systems_put_aside_is_left_out(tmp_path: Path) -> None:
    names = ("__MACOSX/._a.csv", "Thumbs.db", ".DS_Store", "x/~$a.xlsx", "a.csv")
    assert given(written(tmp_path / "k.zip", *((name, "x") for name in names))) == ({"k.zip/a.csv": b"x"}, {})


def test_a_workbook_is_no_zip_of_files_and_neither_is_a_text(tmp_path: Path) -> None:
    for name, content in (("a.zip", xlsx("<row><c><v>1</v></c></row>")), ("b.zip", b"a;b\n1;2\n"), ("c", b"x")):
        path = tmp_path / name
        path.write_bytes(content)
        with bundles.unpacked([path]) as (files, barred):
            assert (files, barred) == ([path], {})


@pytest.mark.parametrize(
    "name", ["../../luar.csv", "/etc/luar.csv", "C:\\luar.csv", "a/../../luar.csv", "..\\luar.csv"]
)
def test_a_name_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    found, barred = given(written(tmp_path / "k.zip", (name, "x"), ("baik.csv", "y")))
    assert found == {"k.zip/baik.csv": b"y"}
    assert barred == {"luar.csv": "member_outside"}
    assert not list(tmp_path.rglob("luar.csv"))


def test_members_with_a_password_or_damage_are_refused_by_name(tmp_path: Path) -> None:
    path = written(tmp_path / "k.zip", ("kunci.csv", "x" * 100), ("rusak.csv", "y" * 100), ("baik.csv", "z"))
    content = bytearray(path.read_bytes())
    content[content.find(b"PK\x01\x02") + 8] |= 1
    start = content.find(b"rusak.csv") + len(b"rusak.csv")
    content[start : start + 3] = b"\xff\xff\xff"
    path.write_bytes(content)
    found, barred = given(path)
    assert found == {"k.zip/baik.csv": b"z"}
    assert barred == {"kunci.csv": "file_locked", "rusak.csv": "file_damaged"}


def test_what_is_made_to_fill_a_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = written(tmp_path / "bom.zip", ("besar.csv", bytes(40 << 20)), ("baik.csv", "z"))
    assert given(bomb) == ({"bom.zip/baik.csv": b"z"}, {"besar.csv": "file_too_large"})
    monkeypatch.setattr(guard, "MOST_UNPACKED", 250)
    many = written(tmp_path / "banyak.zip", ("a.csv", "x" * 200), ("b.csv", "y" * 200))
    assert given(many) == ({"banyak.zip/a.csv": b"x" * 200}, {"b.csv": "file_too_large"})


def test_a_table_of_contents_that_is_too_long_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "k.zip", *((f"{n}.csv", "") for n in range(40)))
    monkeypatch.setattr(bundles, "MOST_DIRECTORY", 1000)
    assert given(path) == ({}, {"k.zip": "zip_members"})
    monkeypatch.undo()
    monkeypatch.setattr(bundles, "MOST_MEMBERS", 39)
    assert given(path) == ({}, {"k.zip": "zip_members"})


@pytest.mark.parametrize("part", [0.3, 0.9])
def test_a_zip_that_is_cut_off_is_damaged(tmp_path: Path, part: float) -> None:
    path = written(tmp_path / "k.zip", ("a.csv", "x;y\n" * 100), ("b.csv", "z"))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    assert given(path) == ({}, {"k.zip": "file_damaged"})


def test_an_empty_zip_is_said(tmp_path: Path) -> None:
    assert given(written(tmp_path / "k.zip")) == ({}, {"k.zip": "zip_members"})


def test_a_zip_that_may_not_be_opened_is_left_to_say_so(tmp_path: Path) -> None:
    (tmp_path / "k.zip").symlink_to("/dev/null")
    with bundles.unpacked([tmp_path / "k.zip"]) as (files, barred):
        assert files == []
        assert [type(why) for why in barred.values()] == [NoFile]
    assert places.discover([tmp_path])[0] == []


def test_the_export_of_a_chat_is_loaded_file_by_file(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(PRODUCT_REFERENCE, data / "reference")
    (data / "inbox").mkdir()
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x.csv", JULY)
    written(
        data / "inbox" / "Chat WhatsApp.zip",
        ("Chat WhatsApp.txt", "05/01/26 08.15 - Ani Rahasia: ini laporannya\n05/01/26 08.16 - Ani: IMG-1.jpg (file terlampir)\n"),
        *(("kunjungan juli.csv", JULY), ("kunjungan agustus.csv", AUGUST), ("IMG-1.jpg", b"\xff\xd8\xff\xe0")),
        *(("laporan.pdf", b"%PDF-1.7"), ("surat.docx", b"PK"), ("PTT-1.opus", b"OggS"), ("lagi.zip", inner.getvalue())),
    )  # fmt: skip
    report = load(data)
    became = {file.name: (file.folder, file.status) for file in report.files}
    assert became.pop("kunjungan juli.csv") == became.pop("kunjungan agustus.csv") == ("Chat WhatsApp.zip", "accepted")
    assert set(became.values()) == {("Chat WhatsApp.zip", "refused")}
    reasons = {file.name: file.reason for file in report.files}
    assert all(word in reasons["IMG-1.jpg"] for word in (".jpg", "tidak dibaca"))
    assert "percakapan" in reasons["Chat WhatsApp.txt"]
    assert "ZIP di dalam ZIP" in reasons["lagi.zip"]
    assert len(became) == 6
    assert not list((data / "lake").rglob(".zip-*"))
    assert "Rahasia" not in str(report)
    again = load(data)
    assert {file.status for file in again.files if file.name.startswith("kunjungan")} == {"unchanged"}
    assert again.published == report.published
