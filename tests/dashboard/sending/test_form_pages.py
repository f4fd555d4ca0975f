"""Forms taken from /formulir: one's own units alone, names where they may be read and then written down, and the workbook itself."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from typer.testing import CliRunner

from dashboard import record
from dashboard.sending import routes
from dashboard.signin import html
from etl import folder
from etl.load import load
from rapor import app

VISITS = "Bulan;Nama Puskesmas;Poli;Baru;Lama\nJanuari 2026;PKM Mengupeh;UMUM;70;71\nJanuari 2026;PKM Tegal Arum;UMUM;9800;765\n"
STAFF = "NIP;Nama;Jabatan;Unit Kerja\n199112062011121032;Siti Contoh;Perawat;Puskesmas Mengupeh\n"
OWN = {"unit": "pkm-mengupeh", "bulan": "2026-02-01"}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a district with a January of two health centres and an employee of one."""
    data = tmp_path_factory.mktemp("formulir")
    shutil.copytree(folder.PRODUCT_REFERENCE, data / "reference")
    (data / "inbox").mkdir()
    for name, words in (("kunjungan.csv", VISITS), ("daftar pegawai.csv", STAFF)):
        (data / "inbox" / name).write_text(words, encoding="utf-8")
    load(data, [data / "inbox"])
    return data


@pytest.fixture
def client(published: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("RAPOR_DATA", str(published))
    monkeypatch.setenv("RAPOR_VIEWER", "operator:pkm-mengupeh")
    with TestClient(Starlette(routes=routes.ROUTES)) as opened:
        yield opened


def _cells(client: TestClient, **asked: str) -> list[object]:
    answer = client.get("/formulir/berkas", params=asked)
    assert answer.status_code == 200, answer.text
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    return [cell.value for row in page.iter_rows() for cell in row if cell.value is not None]


def test_a_clerk_finds_what_he_has_to_fill_in_and_takes_it_for_his_unit(client: TestClient) -> None:
    page = client.get("/formulir").text
    assert "formulir=kunjungan&amp;unit=pkm-mengupeh&amp;bulan=2026-02-01" in page
    assert "Tegal Arum" not in page
    cells = _cells(client, formulir="kunjungan", **OWN)
    assert {"Puskesmas: Puskesmas Mengupeh", "Bulan: Februari 2026", 70, 71} <= set(cells)
    assert client.get("/formulir?bahasa=en").text.count("Forms") > 1


def test_of_many_units_a_form_is_looked_for(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "MOST", 0)
    assert "lainnya lewat pencarian" in client.get("/formulir").text
    assert "Unduh formulir" not in client.get("/formulir?cari=tegal").text


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"formulir": "kunjungan"} | OWN | {"unit": "pkm-tegal-arum"}, 404),
        ({"formulir": "kunjungan"} | OWN | {"unit": "' or 1=1 --"}, 404),
        ({"formulir": "../kunjungan"} | OWN, 400),
        ({"formulir": "kunjungan"} | OWN | {"bulan": "2026-13-01"}, 400),
        ({"formulir": "kunjungan"} | OWN | {"bulan": "9999-12-31"}, 400),
        ({"formulir": "pegawai"} | OWN | {"bulan": "0001-01-01"}, 400),
    ],
)
def test_what_is_not_his_or_not_there_is_refused(client: TestClient, asked: dict[str, str], status: int) -> None:
    assert client.get("/formulir/berkas", params=asked).status_code == status


@pytest.mark.parametrize("role", ["publik", "pegawai:P1", "bupati", "tidak-ada"])
def test_a_role_that_takes_no_files_gets_no_form(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setenv("RAPOR_VIEWER", role)
    for at in ("/formulir", "/formulir/berkas?formulir=kunjungan&unit=pkm-mengupeh&bulan=2026-02-01"):
        assert client.get(at).status_code == 403


@pytest.mark.parametrize(
    ("role", "is_named", "is_numbered"),
    [
        ("operator:pkm-mengupeh", False, False),
        ("kepala-unit:pkm-mengupeh", True, False),
        ("bkpsdm", True, True),
        ("bappeda", False, False),
    ],
)
def test_names_and_numbers_of_staff_are_for_who_may_read_them_and_are_written_down(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, role: str, is_named: bool, is_numbered: bool
) -> None:
    monkeypatch.setenv("RAPOR_VIEWER", role)
    before = len(list(record.entries(kind="exported")))
    cells = _cells(client, formulir="evaluasi", **OWN)
    assert ("Siti Contoh" in cells, "199112062011121032" in cells) == (is_named, is_numbered)
    written = list(record.entries(kind="exported"))[before:]
    assert [dict(entry.about).get("table") for entry in written] == ["evaluasi"] * is_named


def test_who_does_not_have_the_page_of_the_figures_gets_the_form_without_them(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPOR_VIEWER", "pengelola")
    cells = _cells(client, formulir="kunjungan", **OWN)
    assert not {70, 71} & set(cells)
    assert not [cell for cell in cells if isinstance(cell, str) and cell.endswith("(acuan)")]


def test_the_terminal_writes_what_is_owed_and_overwrites_nothing(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPOR_VIEWER", "operator:pkm-mengupeh")
    monkeypatch.setenv("RAPOR_DATA", str(published))

    def ran(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["template", *words, "--data-dir", str(published)])
        return done.exit_code, done.output

    assert ran("--all", "--period", "2026-02", "-o", str(tmp_path))[0] == 0
    (made,) = tmp_path.glob("*.xlsx")
    assert made.name == "kunjungan Puskesmas Mengupeh Februari 2026.xlsx"
    before = made.read_bytes()
    assert "tidak ditimpa" in ran("kunjungan", "--period", "2026-02", "-o", str(made))[1]
    assert made.read_bytes() == before
    code, said = ran("kunjungan", "--unit", "Puskesmas Tegal Arum", "-o", str(tmp_path / "lain.xlsx"))
    assert (code, "bukan unit Anda" in said) == (1, True)
    assert "Tidak ada formulir laporan" in ran("laporan")[1]
