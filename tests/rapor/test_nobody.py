"""Of a patient nothing can be read anywhere: numbers, names, addresses are planted in files of each format and looked for in every byte."""

import gzip
import io
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import duckdb
import polars as pl
import pytest
import xlsxwriter
import xlwt

from etl.folder import PRODUCT_REFERENCE
from tests.etl.reading import books

pytestmark = pytest.mark.slow
NIK, OTHER_NIK, NIP = "1509015203040001", "1509014101900002", "199112062011121032"
PATIENT, ADDRESS, NUMBER = "Zubaidah Rahasia", "Jalan Tersembunyi 77", "RM0077881"
HEAD = ["Puskesmas", "Tanggal", "Nama Pasien", "NIK", "No. eRM", "Alamat", "Jenis Kunjungan", "Poli/Ruangan"]
REGISTER = [
    [f"Register harian, dicetak untuk NIK {OTHER_NIK}"],
    HEAD,
    ["Mengupeh", "05/02/2026", PATIENT, NIK, NUMBER, ADDRESS, "BARU", "UMUM"],
    [PATIENT, "05/02/2026", "x", NIK, NUMBER, ADDRESS, "BARU", "UMUM"],  # rows that have slipped
    ["Mengupeh", NIK, PATIENT, NIK, NUMBER, ADDRESS, "BARU", PATIENT],
    ["Mengupeh", "06/02/2026", PATIENT, NIK, NUMBER, ADDRESS, f"BARU {NIK}", ADDRESS],
]
RECAP = [
    [f"KUNJUNGAN PASIEN, pengirim NIP {NIP}"],
    ["Puskesmas", "Bulan", "Layanan", "Baru", "Lama", "NIK", "Keterangan"],
    ["Mengupeh", "Februari 2026", "GIGI", "3", f"{NIK}", NIK, f"lihat {OTHER_NIK}"],
    [f"Mengupeh {NIK}", "Februari 2026", "GIGI", "3", "4", NIK, "x"],
]
UNKNOWN = [["Daftar penerima bantuan"], ["Nama Pasien", "NIK", "Alamat", "No. eRM"], [PATIENT, NIK, ADDRESS, NUMBER]]
FILES = {"register": REGISTER, "rekap": RECAP, "lain": UNKNOWN}


def _csv(rows: list[list[str]], _sheet: str) -> bytes:
    return "\n".join(";".join(row) for row in rows).encode()


def _xlsx(rows: list[list[str]], sheet: str) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return buffer.getvalue()


def _xls(rows: list[list[str]], sheet: str) -> bytes:
    buffer, book = io.BytesIO(), xlwt.Workbook()
    page = book.add_sheet(sheet)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            page.write(number, column, value)
    book.save(buffer)
    return buffer.getvalue()


def _ods(rows: list[list[str]], sheet: str) -> bytes:
    cell = "<table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell>"
    lines = ["".join(cell.format(escape(value)) for value in row) for row in rows]
    return books.ods("".join(f"<table:table-row>{line}</table:table-row>" for line in lines), name=sheet)


FORMATS: dict[str, Callable[[list[list[str]], str], bytes]] = {"csv": _csv, "xlsx": _xlsx, "xls": _xls, "ods": _ods}


def _everything(path: Path) -> Iterator[tuple[str, str]]:
    """Return what can be read of a file: its name, its bytes, and what they are packed of."""
    yield f"the name of {path}", path.name
    data = path.read_bytes()
    yield from _unpacked(str(path), data)
    if path.suffix == ".duckdb":
        with duckdb.connect(path, read_only=True) as build:
            for schema, table in build.execute("select schema_name, table_name from duckdb_tables()").fetchall():
                yield f"{path.name}: {schema}.{table}", str(build.execute(f'from "{schema}"."{table}"').fetchall())
    if path.suffix == ".sqlite":
        with sqlite3.connect(path) as notes:
            yield str(path), "\n".join(notes.iterdump())


def _unpacked(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    yield name, data.decode("latin-1")
    yield name, data.decode("utf-16-le", "ignore")
    if data.startswith(b"PAR1"):
        frame = pl.read_parquet(io.BytesIO(data))
        yield name, str(frame.to_dicts())
    elif data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for member in packed.namelist():
                yield from _unpacked(f"{name}: {member}", packed.read(member))
    elif data.startswith(b"\x1f\x8b"):
        yield from _unpacked(name, gzip.decompress(data))
    elif data[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(data)) as packed:
            for member in packed:
                if (content := packed.extractfile(member)) is not None:
                    yield from _unpacked(f"{name}: {member.name}", content.read())


def _rapor(*words: str, data: Path) -> str:
    """Return all that a command says."""
    environment = os.environ | {"RAPOR_DATA": str(data), "RAPOR_DEBUG": ""}
    ran = subprocess.run(
        [sys.executable, "-m", "rapor", *words], capture_output=True, text=True, env=environment, check=False
    )
    return ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Return all that is left, and all that was said, after the files were loaded, asked about, and the folder backed up."""
    base = tmp_path_factory.mktemp("nobody")
    data = base / "data"
    shutil.copytree(PRODUCT_REFERENCE, data / "reference")
    (data / "inbox").mkdir()
    for ending, write in FORMATS.items():
        for what, rows in FILES.items():
            sheet = f"{what} {NIK}"[:31]
            (data / "inbox" / f"{what} {NIK} {ending}.{ending}").write_bytes(write(rows, sheet))
    found = [
        (" ".join(words), _rapor(*words, data=data))
        for words in (
            ("load", "--preview", str(data / "inbox")), ("load",), ("load", "--json"), ("check",), ("builds",),
            ("units", "learn", str(data / "inbox")), ("query", "quality/rejects"), ("backup", str(base / "b.tar.gz")),
            ("support", "--to", str(base / "dukungan.zip")),
        )
    ]  # fmt: skip
    shutil.rmtree(data / "inbox")
    for path in (each for each in base.rglob("*") if each.is_file()):
        found += _everything(path)
    return found


def test_the_files_were_read(left: list[tuple[str, str]]) -> None:
    told = dict(left)["load"]
    assert "register …001 xls.xls" in told
    assert len({name for name, _ in left}) > 40


@pytest.mark.parametrize("planted", [NIK, OTHER_NIK, PATIENT, ADDRESS, NUMBER, NIP])
def test_nothing_of_a_patient_is_left_anywhere(left: list[tuple[str, str]], planted: str) -> None:
    assert not sorted({name for name, content in left if planted in content})
