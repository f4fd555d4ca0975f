"""`rapor return`: the file that goes back, from where it lies or from what is kept of it as it came."""

import shutil
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from etl import folder
from etl.load import load
from rapor import app

pytestmark = pytest.mark.slow
REPORT = "Bulan;Nama Puskesmas;Poli;Baru;Lama\nFebruari;PKM Mengupeh;UMUM;80;72\nFebruari;PKM Mengupeh;GIGI;x;3\n"


def test_a_file_goes_back_and_a_loaded_one_by_its_name(tmp_path: Path) -> None:
    data, file, out = tmp_path / "data", tmp_path / "kunjungan_2026-02.csv", tmp_path / "kembali"
    shutil.copytree(folder.PRODUCT_REFERENCE, data / "reference")
    file.write_text(REPORT, encoding="utf-8")
    asked = ["return", str(file), "--data-dir", str(data), "--out", str(out)]
    ran = CliRunner().invoke(app, asked)
    assert ran.exit_code == 3, ran.output
    book = openpyxl.load_workbook(out / "kunjungan_2026-02.xlsx")
    assert [c.coordinate for row in book.worksheets[1].iter_rows() for c in row if c.comment] == ["D3"]
    assert file.read_text(encoding="utf-8") == REPORT
    load(data, [file])
    file.unlink()
    ran = CliRunner().invoke(app, ["return", file.name, *asked[2:]])
    assert ran.exit_code == 3, ran.output
    assert sorted(path.name for path in out.iterdir()) == ["kunjungan_2026-02 (2).xlsx", "kunjungan_2026-02.xlsx"]
    file.write_text(REPORT.replace("x;3", "4;3"), encoding="utf-8")
    assert CliRunner().invoke(app, asked).exit_code == 0
    file.write_bytes(b"%PDF-1.7")
    ran = CliRunner().invoke(app, asked)
    assert ran.exit_code == 3
    assert "tidak dapat ditandai" in ran.output
