"""`rapor query --sql` and `--path`: an analyst's SELECT from the terminal, under the rules of the page."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from rapor import app
from tests.rapor.test_cli import PROJECT, rapor

BY_UNIT = "select unit, sum(patients) as patients from visits group by unit order by unit"


@pytest.fixture(scope="module")
def expected(sample_data: Path) -> list[tuple[str, int]]:
    """Return what BY_UNIT must give: sums of what may be shown are those of the pages."""
    current = (sample_data / "warehouse" / "current").read_text(encoding="utf-8").strip()
    with duckdb.connect(sample_data / "warehouse" / current, read_only=True) as build:
        sql = "select short_name, sum(patients) from mart.visit_open join unit using (unit_id) group by 1 order by 1"
        return build.execute(sql).fetchall()


def _bytes(*arguments: str, data_dir: Path) -> bytes:
    environment = {"RAPOR_VIEWER": None, "RAPOR_DATA": str(data_dir)}
    result = CliRunner().invoke(app, ["query", *arguments], env=environment)
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


def test_every_form_holds_the_same_rows(sample_data: Path, expected: list[tuple[str, int]]) -> None:
    asked = ("--sql", BY_UNIT, "--format")
    assert [tuple(row.values()) for row in json.loads(_bytes(*asked, "json", data_dir=sample_data))] == expected
    assert pl.read_parquet(io.BytesIO(_bytes(*asked, "parquet", data_dir=sample_data))).rows() == expected
    assert pl.read_csv(io.BytesIO(_bytes(*asked, "csv", data_dir=sample_data))).rows() == expected
    sheet = openpyxl.load_workbook(io.BytesIO(_bytes(*asked, "xlsx", data_dir=sample_data))).active
    assert sheet is not None
    assert list(sheet.iter_rows(min_row=2, values_only=True)) == expected


def test_a_select_may_come_by_standard_input(sample_data: Path) -> None:
    environment = os.environ | {"RAPOR_DATA": str(sample_data)}
    command = [sys.executable, "-m", "rapor", "query", "--sql", "-", "--format", "csv"]
    ran = subprocess.run(
        command,
        input="select 6 * 7 as answer",
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env=environment,
        check=True,
    )
    assert ran.stdout.lstrip("\ufeff").split() == ["answer", "42"]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select * from visits; select 1", "Hanya satu perintah"),
        ("drop table visits", "Hanya SELECT"),
        ("select * from read_csv('/etc/passwd')", "tidak diizinkan"),
        ("select pasien from visits", "tidak dikenal"),
        ("selec 1", "belum dapat dibaca"),
        ("", "Belum ada perintah"),
    ],
)
def test_what_can_t_be_run_ends_with_code_1_and_says_what_to_do(sample_data: Path, sql: str, said: str) -> None:
    ran = rapor("query", "--sql", sql, "--format", "csv", data_dir=sample_data)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_select_that_never_ends_is_ended(sample_data: Path) -> None:
    sql = "select sum(hash(range)) from range(1000000000000000)"  # takes time alone, no memory
    ran = rapor("query", "--sql", sql, "--seconds", "2", "--format", "csv", data_dir=sample_data)
    assert ran.returncode == 1
    assert "terlalu lama" in ran.stderr


def test_a_long_answer_on_the_screen_says_that_it_was_cut(sample_data: Path) -> None:
    ran = rapor("query", "--sql", "from visits", data_dir=sample_data)
    assert ran.returncode == 0
    assert len(ran.stdout.splitlines()) == 1001  # the heads and a thousand rows
    assert "1000 baris pertama" in ran.stderr


def test_names_are_as_the_viewer_may_read_them(sample_data: Path) -> None:
    sql = "select distinct employee_name as name from accountability"
    hidden, named = (
        json.loads(rapor("query", "--sql", sql, "--format", "json", data_dir=sample_data, RAPOR_VIEWER=viewer).stdout)
        for viewer in ("bappeda", "bupati")
    )
    assert all(row["name"].startswith("Pegawai ") for row in hidden)
    assert not any(row["name"].startswith("Pegawai ") for row in named)


def test_one_thing_is_asked_at_a_time(sample_data: Path) -> None:
    ran = rapor("query", "visits/trend", "--sql", "select 1", data_dir=sample_data)
    assert ran.returncode == 1
    assert "Pilih satu" in ran.stderr


def test_the_notebook_of_the_guide_works(sample_data: Path, tmp_path: Path) -> None:
    guide = (PROJECT / "docs" / "using.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.+?)```", guide, re.S)
    (tmp_path / "notebook.py").write_text(f"{code}\nassert indices.height > 20, indices\n", encoding="utf-8")
    scripts = Path(sys.executable).parent
    environment = os.environ | {"RAPOR_DATA": str(sample_data), "PATH": f"{scripts}:{os.environ['PATH']}"}
    command = [sys.executable, str(tmp_path / "notebook.py")]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, env=environment, check=False)
    assert ran.returncode == 0, ran.stderr
