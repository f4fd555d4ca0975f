"""The command line: what a clerk reads, the exit codes, the forms of `query`, and what each command must not touch."""

import contextlib
import csv
import io
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from queries import arguments, output
from rapor import app
from tests import effort

PROJECT = Path(__file__).resolve().parents[2]


def rapor(
    *arguments: str, data_dir: Path | None = None, cwd: Path = PROJECT, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run a command within this process, which has everything imported; see `process` for what only a new one shows."""
    environment = _environment(data_dir) | env
    with contextlib.chdir(cwd):
        result = CliRunner().invoke(app, arguments, env=environment, prog_name="rapor")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return subprocess.CompletedProcess(arguments, result.exit_code, result.stdout, result.stderr)


def process(
    *arguments: str, data_dir: Path | None = None, cwd: Path = PROJECT, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own, as a terminal does."""
    changed = _environment(data_dir) | env
    environment = {k: v for k, v in (os.environ | changed).items() if v is not None}
    command = [sys.executable, "-m", "rapor", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=300, check=False)


def _environment(data_dir: Path | None) -> dict[str, str | None]:
    """Return what is set for a command; None takes a variable away."""
    return {
        "RAPOR_DATA": str(data_dir) if data_dir else None,
        "RAPOR_VIEWER": None,
        "RAPOR_LANG": None,
        "FORCE_COLOR": None,
    }


# --- help ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "",
        "demo",
        "load",
        "serve",
        "query",
        "trace",
        "check",
        "init",
        "units",
        "units learn",
        "backup",
        "restore",
        "upgrade",
    ],
    ids=lambda c: c or "rapor",
)
def test_help_is_indonesian_and_ends_with_examples(command: str) -> None:
    shown = rapor(*command.split(), "--help", COLUMNS="120")
    assert shown.returncode == 0, shown.stderr
    assert "Cara pakai:" in shown.stdout
    assert f"rapor {command}".strip() in shown.stdout.split("Opsi")[-1]
    for english in ("Usage", "Options", "Arguments", "Commands", "Show this message", "default:", "env var"):
        assert english not in shown.stdout


def test_help_imports_nothing_that_it_does_not_need() -> None:
    slow = {"etl", "dashboard", "streamlit", "polars", "duckdb", "rich", "babel", "sqlalchemy"}
    code = (
        "import sys\nfrom rapor import app\n"
        "try:\n    app(['--help', '--lang', 'en'])\nexcept SystemExit:\n    pass\n"
        f"sys.stdout.flush()\nprint(sorted({slow!r} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"
    assert "Usage:" in ran.stdout


def test_query_does_not_import_streamlit_or_the_etl(sample_data: Path) -> None:
    code = (
        "import sys\nfrom typer.testing import CliRunner\nimport rapor\n"
        f"result = CliRunner().invoke(rapor.app, ['query', 'quality/summary', '--data-dir', {str(sample_data)!r}])\n"
        "assert result.exit_code == 0, result.output\n"
        "print(sorted({'etl', 'streamlit'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=False)
    assert ran.stdout.strip() == "[]", ran.stderr


# --- load ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def empty_district(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    made = rapor("init", str(folder), "--district", "Kabupaten Uji")
    assert made.returncode == 0, made.stderr + made.stdout
    return folder


@pytest.mark.slow
def test_a_file_that_is_no_report_is_refused_with_its_reason_and_exit_code(empty_district: Path) -> None:
    (empty_district / "inbox" / "catatan.csv").write_text("nama;warna\nkursi;merah\nmeja;biru\n", encoding="utf-8")
    ran = process("load", data_dir=empty_district)
    assert ran.returncode in (1, 3), ran.stdout + ran.stderr
    assert "1 berkas ditolak" in ran.stdout
    assert "catatan.csv" in ran.stdout
    assert "Traceback" not in ran.stderr


@pytest.mark.slow
def test_load_tells_machines_the_same_as_json(empty_district: Path) -> None:
    (empty_district / "inbox" / "catatan.csv").write_text("nama;warna\nkursi;merah\n", encoding="utf-8")
    ran = rapor("load", "--json", data_dir=empty_district)
    told = json.loads(ran.stdout)
    assert ran.returncode == told["exit_code"]
    assert [(file["name"], file["status"]) for file in told["files"]] == [("catatan.csv", "refused")]
    assert told["files"][0]["reason"]


def test_loading_a_path_that_is_not_there_says_so(tmp_path: Path) -> None:
    ran = rapor("load", str(tmp_path / "tidak-ada.xlsx"), data_dir=tmp_path)
    assert ran.returncode == 1
    assert "Tidak ditemukan" in ran.stderr


def test_a_folder_that_is_no_data_folder_is_answered_with_init(tmp_path: Path) -> None:
    ran = rapor("load", data_dir=tmp_path)
    assert ran.returncode == 1
    assert f"rapor init {tmp_path}" in ran.stderr
    assert not list(tmp_path.iterdir())


def test_a_taken_port_is_said_before_anything_is_loaded(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        ran = rapor("demo", "--port", port, data_dir=tmp_path)
    assert ran.returncode == 1
    assert f"Porta {port} sedang dipakai" in ran.stderr
    assert not list(tmp_path.iterdir())


def test_the_demo_is_made_once_and_does_not_touch_real_data(sample_data: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_data, tmp_path / "demo")
    before = sorted(path.name for path in (tmp_path / "demo" / "warehouse").glob("*.duckdb"))
    ran = rapor("demo", "--no-serve", data_dir=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert sorted(path.name for path in (tmp_path / "demo" / "warehouse").glob("*.duckdb")) == before
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]
    assert "tidak berubah" in ran.stdout


def test_check_finds_nothing_wrong_with_the_sample(sample_data: Path) -> None:
    ran = rapor("check", data_dir=sample_data)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_check_names_a_broken_reference_table_and_its_mending(sample_data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(sample_data, folder)
    units = folder / "reference" / "units.csv"
    header, first, *rest = units.read_text(encoding="utf-8").splitlines()
    units.write_text("\n".join([header, first, first, *rest]) + "\n", encoding="utf-8")  # a unit twice
    ran = rapor("check", data_dir=folder)
    assert ran.returncode == 1
    assert "units.csv" in ran.stdout


def test_init_never_overwrites(empty_district: Path) -> None:
    district = (empty_district / "reference" / "district.csv").read_text(encoding="utf-8")
    assert "Kabupaten Uji" in district
    again = rapor("init", str(empty_district), "--district", "Kabupaten Lain")
    assert again.returncode == 1
    assert (empty_district / "reference" / "district.csv").read_text(encoding="utf-8") == district


def test_units_learned_from_files_are_proposed_and_saved_only_when_accepted(
    empty_district: Path, tmp_path: Path
) -> None:
    report = tmp_path / "kunjungan.csv"
    names = ["PKM Maju", "UPTD Puskesmas Maju", "Puskesmas Makmur"]
    rows = [f"{name};Agustus 2026;Poli Umum;{10 * i};{20 * i};{30 * i}" for i, name in enumerate(names, start=1)]
    report.write_text("\n".join(["Puskesmas;Bulan;Layanan;Baru;Lama;Jumlah", *rows]) + "\n", encoding="utf-8")
    register = empty_district / "reference" / "units.csv"
    before = register.read_text(encoding="utf-8")
    proposed = rapor("units", "learn", str(report), data_dir=empty_district)
    assert proposed.returncode == 0, proposed.stdout + proposed.stderr
    assert "2 unit diusulkan" in proposed.stdout  # PKM Maju and UPTD Puskesmas Maju are one
    assert register.read_text(encoding="utf-8") == before
    accepted = rapor("units", "learn", str(report), "--accept", data_dir=empty_district)
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    assert "Makmur" in register.read_text(encoding="utf-8")


# --- query ---------------------------------------------------------------------------------------------------------


def test_query_without_a_name_lists_them() -> None:
    ran = rapor("query", "--format", "json")
    listed = json.loads(ran.stdout)
    assert {"name", "title", "parameters"} == set(listed[0])
    assert "quality/summary" in [query["name"] for query in listed]


def test_every_named_query_runs_on_the_sample(sample_data: Path) -> None:
    listed = json.loads(rapor("query", "--format", "json").stdout)
    for query in listed[:: effort.of(6, 1)]:
        result = CliRunner().invoke(app, ["query", query["name"], "--format", "json", "--data-dir", str(sample_data)])
        assert result.exit_code == 0, f"{query['name']}: {result.output} {result.exception}"


def test_the_forms_of_a_query_hold_the_same_rows(sample_data: Path, tmp_path: Path) -> None:
    as_json = json.loads(rapor("query", "quality/files", "--format", "json", data_dir=sample_data).stdout)
    as_csv = rapor("query", "quality/files", "--format", "csv", data_dir=sample_data).stdout
    rows = list(csv.DictReader(io.StringIO(as_csv)))
    assert len(as_json) > 10
    assert [row["file"] for row in rows] == [row["file"] for row in as_json]


def test_names_and_nip_are_protected_as_on_a_page(sample_data: Path) -> None:
    groups = json.loads(rapor("query", "accountability/groups", "--format", "json", data_dir=sample_data).stdout)
    group = groups[0]["job_group"]

    def ranking(viewer: str) -> list[dict]:
        asked = ("query", "accountability/ranking", "-p", f"job_group={group}", "--format", "json")
        ran = rapor(*asked, data_dir=sample_data, RAPOR_VIEWER=viewer)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    hidden, seen = ranking(""), ranking("bupati")
    assert len(hidden) == len(seen) > 3
    assert all(row["employee_name"].startswith("Pegawai ") for row in hidden)
    assert not any(row["employee_name"].startswith("Pegawai ") for row in seen)
    for row in hidden + seen:
        assert "nip" not in row or len(row["nip"]) <= 4


@pytest.mark.parametrize(
    ("given", "said", "mend"),
    [
        (["visits/tred"], "Tidak ada kueri", "rapor query"),
        (["quality/files", "-p", "berkas=x"], "tidak mengenal parameter", "file"),
        (["quality/files", "-p", "file"], "tanpa nilai", "nama=nilai"),
        (["quality/report_matrix", "-p", "period_from=kemarin"], "bukan bulan", "period_from=2026-01"),
    ],
)
def test_a_wrong_question_is_answered_with_what_to_try(
    given: Sequence[str], said: str, mend: str, sample_data: Path
) -> None:
    ran = rapor("query", *given, data_dir=sample_data)
    assert ran.returncode == 1
    assert said in ran.stderr
    assert mend in ran.stderr
    assert "Traceback" not in ran.stderr


def test_query_before_anything_is_published_says_what_to_run(tmp_path: Path) -> None:
    ran = rapor("query", "quality/summary", data_dir=tmp_path)
    assert ran.returncode == 1
    assert "rapor load" in ran.stderr


def test_parameters_become_what_the_queries_take() -> None:
    known = {"period_from", "units", "unit", "service"}
    assert arguments.parse(["period_from=2026-02", "units=a,b", "unit=pkm-x", "service="], known) == {
        "period_from": date(2026, 2, 1),
        "units": ["a", "b"],
        "unit": "pkm-x",
        "service": None,
    }


def test_csv_cells_that_a_spreadsheet_would_run_are_made_text() -> None:
    frame = pl.DataFrame({"a": ["=1+1", "+62", "-", "@x", "\tx", "biasa", None], "n": [-1, 2, 3, 4, 5, 6, None]})
    assert output.write(frame, "csv").decode().splitlines() == [
        "a,n",
        "'=1+1,-1",
        "'+62,2",
        "'-,3",
        "'@x,4",
        "'\tx,5",
        "biasa,6",
        ",",
    ]


def test_a_text_table_leaves_out_the_columns_that_find_no_room_and_says_how_many() -> None:
    frame = pl.DataFrame({"unit": ["Suo-Suo", "Mengupeh"], "pasien": [12500, 7], "catatan": ["a\nb", None]})
    assert output.as_text(frame) == ("unit      pasien  catatan\nSuo-Suo   12.500  a b\nMengupeh       7  –\n", 0)
    assert output.as_text(frame, room=18) == ("unit      pasien\nSuo-Suo   12.500\nMengupeh       7\n", 1)


def test_text_rows_are_indonesian() -> None:
    frame = pl.DataFrame({"x": [1234.5, None], "year": [2026, None], "n": [12345, 0], "ok": [True, False]})
    assert list(output.text_rows(frame)) == [["1.234,5", "2026", "12.345", "ya"], ["–", "–", "0", "tidak"]]


# --- docs/using.md ----------------------------------------------------------------------------------------------------


def _shown(command: str) -> str:
    """Return what the guide shows as the output of a command, up to the next command or the end of its block."""
    guide = (PROJECT / "docs" / "using.md").read_text(encoding="utf-8")
    return re.split(r"\n\$ |```", guide.split(f"$ uv run {command}\n")[1])[0].strip()


def test_the_queries_of_the_guide_give_what_it_shows(sample_data: Path) -> None:
    guide = (PROJECT / "docs" / "using.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\$ uv run (rapor query .+)$", guide, re.M)
    assert len(commands) == 3
    for command in commands:
        assert rapor(*shlex.split(command)[1:], data_dir=sample_data).stdout.strip() == _shown(command)


def test_the_load_of_the_guide_says_what_it_shows(sample_data: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "kirim"
    (inbox / "2024").mkdir(parents=True)  # the year stands in the folder's name alone
    (faulty,) = (sample_data / "inbox").rglob("2024/maret*.csv")
    shutil.copy2(faulty, inbox / "2024")
    shutil.copy2(sample_data / "inbox" / "lain" / "Daftar Harga Obat 2026.xlsx", inbox)
    shutil.copytree(sample_data / "reference", tmp_path / "data" / "reference")
    ran = process("load", "kirim", data_dir=tmp_path / "data", cwd=tmp_path)
    assert ran.returncode == 3, ran.stderr

    def lasting(text: str) -> str:
        return re.sub(r"\d{8}T\d{6}-\w+", "STAMP", re.sub(r"\([\d,]+ detik\)", "(SECONDS)", text.strip()))

    assert lasting(ran.stdout) == lasting(_shown("rapor load kirim"))
