"""`rapor trace`: the figure, its origin and what a correction changed, in the forms of the terminal."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from etl import folder
from etl.load import load
from queries import tracing
from rapor import app
from rapor import tracing as command


def _run(data_dir: Path, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(
        app, ["trace", *arguments, "--data-dir", str(data_dir)], env={"RAPOR_VIEWER": "pimpinan"}
    )
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.output


def test_visits_are_explained_with_formula_completeness_and_rows(sample_data: Path) -> None:
    said = _run(
        sample_data, "visits", "-p", "unit=pkm-mengupeh", "-p", "period_from=2026-05", "-p", "period_to=2026-05"
    )
    sum_of_rows = re.search(r"Perhitungan: jumlah (\d+) baris, jumlah kecil dibulatkan = sekitar ([\d.]+)", said)
    assert sum_of_rows
    assert sum_of_rows[2] == re.search(r"^([\d.]+) kunjungan", said, re.MULTILINE)[1]  # ty: ignore[not-subscriptable]
    assert f"{sum_of_rows[1]} baris di balik angka ini" in said
    for words in ("Kunjungan", "Rumus angka:", "1 dari 1 laporan", "perbaikan_kunjungan_PKM_Mengupeh_2026-05", "Baris"):
        assert words in said


def test_the_csv_holds_all_rows_and_they_add_up_to_the_figure(sample_data: Path) -> None:
    narrow = ("-p", "period_from=2026-01", "-p", "period_to=2026-03")
    rows = list(csv.DictReader(io.StringIO(_run(sample_data, "visits", *narrow, "--format", "csv").lstrip("\ufeff"))))
    told = json.loads(_run(sample_data, "visits", *narrow, "--format", "json"))
    assert len(rows) > 200  # more than a screen shows
    assert sum(int(row["Jumlah kunjungan"]) for row in rows) == told["value"]
    assert sum(part["Jumlah kunjungan"] for part in told["masukan"]) == told["value"]
    merged = [row for row in rows if "Digabung (jumlah kecil)" in (row["Layanan"], row["Pembayar"])]
    assert all(row["Berkas"] and (row["Baris"] or row in merged) for row in rows)  # what is merged is of several rows
    assert len(merged) < len(rows) / 4


@pytest.mark.parametrize(
    "asked",
    [
        ("attainment", "-p", "unit=pkm-mengupeh"),
        ("satisfaction", "-p", "element=u3"),
        ("reporting", "-p", "report_kind=visit"),
        ("completeness",),
        ("evaluations", "-p", "unit=pkm-mengupeh"),
        ("files",),
        ("rejects",),
    ],
    ids=lambda asked: asked[0],
)
def test_every_kind_is_written_as_text_and_as_json(sample_data: Path, asked: tuple[str, ...]) -> None:
    said, told = _run(sample_data, *asked), json.loads(_run(sample_data, *asked, "--format", "json"))
    assert told["shown"] in said
    assert told["baris"]
    assert told["definition"]["Dasar"] in said
    assert not re.search(r"(?<!\d)\d{18}(?!\d)", said), "a NIP"


def test_what_is_not_known_is_answered_with_what_there_is(sample_data: Path, tmp_path: Path) -> None:
    assert "Mungkin maksud Anda: visits" in _run(sample_data, "visit", code=1)
    assert "-p employee=" in _run(sample_data, "accountability", code=1)
    assert "tidak mengenal parameter" in _run(sample_data, "visits", "-p", "bulan=2026-01", code=1)
    assert "rapor load" in _run(tmp_path, "visits", code=1)


@pytest.mark.slow
def test_a_correction_shows_before_and_after_and_the_file_that_changed_it(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    (data_dir / "lake").mkdir(parents=True)
    os.symlink(folder.PRODUCT_REFERENCE, data_dir / "reference")
    header = "Bulan;Nama Puskesmas;Poli;Baru;Lama;Total Kunjungan"
    modified = datetime(2026, 3, 5, tzinfo=UTC).timestamp()
    for name, row in (("kunjungan_2026-02_20260305.csv", "10;20;30"), ("perbaikan_2026-02_20260401.csv", "11;22;33")):
        path = tmp_path / name
        path.write_text(f"{header}\nFebruari;PKM Mengupeh;UMUM;{row}\n", encoding="utf-8")
        os.utime(path, (modified, modified))
        load(data_dir, [path])
    told = json.loads(_run(data_dir, "visits", "-p", "unit=pkm-mengupeh", "--format", "json"))
    assert told["value"] == 33
    assert re.fullmatch(
        r"Sejak data terbitan .+: 1 angka lama direvisi, dari berkas perbaikan_2026-02_20260401\.csv\.", told["changed"]
    )
    (change,) = told["changes"]
    assert (change["Sebelumnya"], change["Sekarang"], change["Berkas"]) == (
        "30 (10 + 20)",
        "33 (11 + 22)",
        "perbaikan_2026-02_20260401.csv",
    )
    untouched = json.loads(_run(data_dir, "visits", "-p", "unit=pkm-suo-suo", "--format", "json"))
    assert untouched["changes"] == []
    assert untouched["shown"] is None  # nothing reported is not zero


def test_trace_imports_neither_streamlit_nor_the_etl(sample_data: Path) -> None:
    code = (
        "import sys\nfrom typer.testing import CliRunner\nimport rapor\n"
        f"result = CliRunner().invoke(rapor.app, ['trace', 'visits', '--data-dir', {str(sample_data)!r}])\n"
        "assert result.exit_code == 0, result.output\n"
        "print(sorted({'etl', 'streamlit'} & set(sys.modules)))"
    )
    here = Path(__file__).resolve().parents[2]
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=here, check=False)
    assert ran.stdout.strip() == "[]", ran.stderr


def test_the_help_lists_every_kind_of_figure() -> None:
    help_text = " ".join((command.trace.__doc__ or "").split())
    assert f"ANGKA: {', '.join(tracing.kinds())}." in help_text
