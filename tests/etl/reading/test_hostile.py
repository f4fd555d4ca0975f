"""Files that nobody should send, and somebody will: nothing may stop the load, hide, or show a person's number."""

import io
import os
import shutil
import zipfile
from pathlib import Path

import duckdb
import polars as pl
import pytest
import xlsxwriter

from etl.folder import PRODUCT_REFERENCE
from etl.load import load
from etl.reading import guard
from etl.reading.files import Unreadable, read
from etl.reference import say
from etl.trouble import Damaged

pytestmark = pytest.mark.slow

HEAD = "KUNJUNGAN PASIEN\nPuskesmas;Bulan;Layanan;Baru;Lama\n"
NASTY = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "{x}",
    "{0.__class__}",
    "$param",
    "%s",
    "'; drop table visit; --",
    "../../x.csv",
    "z" * 10_000,
]
NIP, NIK = "199112062011121032", "1509015203040001"


def _data(folder: Path) -> Path:
    shutil.copytree(PRODUCT_REFERENCE, folder / "reference")
    (folder / "inbox").mkdir()
    return folder


def _workbook(cells: dict[tuple[int, int], str]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for (row, column), text in cells.items():
        sheet.write(row, column, text)
    book.close()
    return buffer.getvalue()


def test_nasty_names_in_a_nasty_folder_are_loaded_and_said_as_they_are(tmp_path: Path) -> None:
    data = _data(tmp_path / "kab 'Tebo' [uji] * \"q\"")
    inbox = data / "inbox"
    rows = [f'"{text}";Agustus 2026;UMUM;1;2' for text in NASTY]
    (inbox / "kunjungan {x} <b>'q'.csv").write_text(HEAD + "\n".join(rows) + "\nMengupeh;Agustus 2026;UMUM;1;2\n")
    with open(os.fsencode(inbox) + b"/rusak\xff\x1b[31m.csv", "wb") as file:  # no UTF-8, and red on a terminal
        file.write((HEAD + "Mengupeh;Juli 2026;UMUM;3;4\n").encode())
    (inbox / "gunung").symlink_to(inbox, target_is_directory=True)
    (inbox / "hilang.csv").symlink_to(tmp_path / "tidak ada")
    report = load(data)
    assert report.published
    assert report.build_path
    with duckdb.connect(report.build_path, read_only=True) as built:
        visits = built.execute("select unit_id, cast(month as varchar), patients from visit order by all").fetchall()
        values = [row[0] for row in built.execute("select value from load.reject").fetchall()]
    assert visits == [("pkm-mengupeh", "2026-07-01", 7), ("pkm-mengupeh", "2026-08-01", 3)]
    assert set(NASTY[:-1]) <= set(values)
    assert max(map(len, values)) == guard.LONGEST_TEXT  # of the 10,000 letters the beginning
    assert {file.name: file.status for file in report.files} == {
        "gunung": "refused",
        "hilang.csv": "refused",
        "kunjungan {x} <b>'q'.csv": "partly",
        "rusak?[31m.csv": "accepted",
    }


def test_what_a_report_says_is_never_taken_for_a_template() -> None:
    said = say("indicator_unregistered", {"found": "{0.__class__} {mend} %s"})
    assert '"{0.__class__} {mend} %s"' in said["message"]


def test_characters_that_are_not_seen_are_dropped() -> None:
    document = read("Unit\u202e;Isi\na\u200bb\x1b[31m;c\n".encode())
    assert document.sheets[0].cells.rows() == [(1, "Unit", "Isi"), (2, "ab[31m", "c")]


@pytest.mark.parametrize("text", [NIP, NIK, "19911206 201112 1 032", f"eval {NIP}.xlsx"])
def test_the_numbers_of_people_are_cut(text: str) -> None:
    assert len([c for c in guard.masked(text) if c.isdigit()]) == 3
    assert "…" in guard.masked(text)


def test_a_long_number_that_is_nobodys_stays() -> None:
    assert guard.masked("20260714 1234567890123456789") == "20260714 1234567890123456789"


def test_no_person_is_left_of_a_register_in_the_lake_or_the_build(tmp_path: Path) -> None:
    data = _data(tmp_path / "data")
    (data / "inbox" / f"register {NIK}.csv").write_text(
        f"Nama Pasien: Siti Rahasia;;;;;;\nNIK: {NIK};;;;;;\n"
        "Puskesmas;Tanggal;Nama Pasien;NIK;Alamat;Jenis Kunjungan;Poli/Ruangan\n"
        f"Mengupeh;05/02/2026;Budi Rahasia;{NIK};Jl. Rahasia;BARU;UMUM\n"
        f"Tono Rahasia;05/02/2026;x;{NIK};Jl.;BARU;UMUM\n"  # a row that has slipped
        f"Mengupeh;{NIK};x;{NIK};Jl.;BARU;Rahasia\n"
    )
    report = load(data)
    assert report.build_path
    told = f"{report.files} {report.rejects.to_dicts()} {report.findings.to_dicts()}"
    with duckdb.connect(report.build_path, read_only=True) as built:
        assert built.execute("select sum(patients) from visit").fetchall() == [(1,)]
        for schema, table in built.execute("select schema_name, table_name from duckdb_tables()").fetchall():
            told += str(built.execute(f'from "{schema}"."{table}"').fetchall())
    for path in (data / "lake").rglob("*"):
        if path.suffix == ".parquet":
            told += str(pl.read_parquet(path).to_dicts())
        elif path.is_file() and path.parent.name != "originals":  # as it came, for its owner alone, and for some days
            told += path.read_text()
    assert "Rahasia" not in told
    assert NIK not in told
    assert "(12 karakter)" in told  # that something stood there is said


def test_a_nip_in_the_name_of_a_file_or_sheet_is_not_kept(tmp_path: Path) -> None:
    data = _data(tmp_path / "data")
    book = xlsxwriter.Workbook(data / "inbox" / f"evaluasi {NIP}.xlsx")
    sheet = book.add_worksheet(NIP)
    sheet.write_row(0, 0, ["NIP", "Periode", "Hasil kerja", "Perilaku kerja"])
    sheet.write_row(1, 0, [NIP, "TW II 2026", "ngawur", NIP])
    book.close()
    report = load(data)
    assert [file.name for file in report.files] == ["evaluasi …032.xlsx"]
    assert set(report.rejects["sheet"]) == {"…032"}
    assert NIP not in str(report.rejects.to_dicts())
    assert NIP not in (data / "lake" / "manifest.json").read_text()


# --- more than a computer can hold -----------------------------------------------------------------------------------


def test_a_sheet_that_spreads_over_the_whole_grid_is_refused_before_it_is_read() -> None:
    with pytest.raises(Unreadable) as refused:
        read(_workbook({(0, 0): "Puskesmas", (1_048_575, 16_383): "x"}))
    assert refused.value.code == "file_too_large"
    assert refused.value.details == {"found": "17180 juta sel", "limit": "20 juta sel"}  # 1,048,576 x 16,384
    assert "17180 juta sel" in say("file_too_large", refused.value.details)["message"]


def test_a_stray_cell_far_below_a_table_is_read() -> None:
    cells = read(_workbook({(0, 0): "Puskesmas", (0, 1): "x", (100_000, 0): "y"})).sheets[0].cells
    assert cells["row"].to_list() == [1, 100_001]


def test_a_workbook_that_unpacks_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_UNPACKED", 1 << 20)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b" " * (2 << 20))
    with pytest.raises(Unreadable) as refused:
        read(buffer.getvalue())
    assert (refused.value.code, refused.value.details) == ("file_too_large", {"found": "2 MB", "limit": "1 MB"})


def _ods(rows: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", f'<table:table table:name="A">{rows}</table:table>')
    return buffer.getvalue()


def test_repeated_cells_of_an_ods_count_as_often_as_they_are_repeated() -> None:
    filled = (
        '<table:table-cell office:value-type="string" office:string-value="x" table:number-columns-repeated="16384"/>'
    )
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    row = '<table:table-row table:number-rows-repeated="1048576">{}</table:table-row>'
    with pytest.raises(Unreadable) as refused:
        read(_ods(row.format(filled)))
    assert refused.value.details["found"] == "17180 juta sel"
    assert read(_ods(row.format(blank))).sheets == ()  # blank tails are what every spreadsheet writes


def test_a_file_larger_than_the_limit_is_refused_and_the_others_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MOST_BYTES_OF_LINES", 1 << 20)
    data = _data(tmp_path / "data")
    (data / "inbox" / "besar.csv").write_bytes(b"x" * (2 << 20))
    (data / "inbox" / "kunjungan.csv").write_text(HEAD + "Mengupeh;Juli 2026;UMUM;3;4\n")
    report = load(data)
    assert [(file.name, file.status) for file in report.files] == [
        ("besar.csv", "refused"),
        ("kunjungan.csv", "accepted"),
    ]
    assert "2 MB" in report.files[0].reason


# --- a data folder that was damaged ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with one report, loaded: to be copied."""
    data = _data(tmp_path_factory.mktemp("loaded") / "data")
    (data / "inbox" / "kunjungan.csv").write_text(HEAD + "Mengupeh;Juli 2026;UMUM;3;4\n")
    assert load(data).exit_code == 0
    return data


@pytest.fixture
def loaded(template: Path, tmp_path: Path) -> Path:
    """Return a data folder with one report, loaded, of the test's own."""
    return shutil.copytree(template, tmp_path / "data")


@pytest.mark.by_turns(5)
@pytest.mark.parametrize("pointer", [b"", b"\xff\xfe\x00", b"../../etc/passwd", b"tidak-ada.duckdb"])
def test_a_spoilt_pointer_is_mended_by_the_next_load(loaded: Path, pointer: bytes) -> None:
    (loaded / "warehouse" / "current").write_bytes(pointer)
    report = load(loaded)
    assert report.published
    assert (loaded / "warehouse" / "current").read_text() == f"{report.published}.duckdb"


def test_a_truncated_build_is_made_again(loaded: Path) -> None:
    build = loaded / "warehouse" / (loaded / "warehouse" / "current").read_text()
    build.write_bytes(build.read_bytes()[:5000])
    report = load(loaded)
    assert report.build_path
    with duckdb.connect(report.build_path, read_only=True) as built:
        assert built.execute("select sum(patients) from visit").fetchall() == [(7,)]


def test_what_a_killed_build_left_is_cleared_away(loaded: Path) -> None:
    (loaded / "warehouse" / ".building-9.duckdb").write_bytes(b"half")
    (loaded / "warehouse" / ".building-9.duckdb.tmp").mkdir()
    (loaded / "inbox" / "kunjungan 2.csv").write_text(HEAD + "Mengupeh;Agustus 2026;UMUM;3;5\n")
    assert load(loaded).published
    assert not list((loaded / "warehouse").glob(".building-*"))


def test_a_damaged_reading_is_named_with_its_report(loaded: Path) -> None:
    (kept,) = (loaded / "lake" / "pool").glob("*/visit.parquet")
    kept.write_bytes(b"rusak")
    (loaded / "inbox" / "kunjungan 2.csv").write_text(HEAD + "Mengupeh;Agustus 2026;UMUM;3;5\n")
    with pytest.raises(Damaged) as damaged:
        load(loaded)
    assert "kunjungan.csv" in damaged.value.what
    shutil.rmtree(kept.parent)  # what it says to do
    assert load(loaded).published


def test_a_damaged_manifest_is_named(loaded: Path) -> None:
    (loaded / "lake" / "manifest.json").write_text("{bad")
    with pytest.raises(Damaged, match=r"manifest\.json"):
        load(loaded)
