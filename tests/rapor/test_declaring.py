"""A district's own form declared from an example: proposed, asked, tried, written, and held to its sample by `rapor check`."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from etl.check import problems
from etl.folder import PRODUCT_REFERENCE
from etl.recognising.source import load_all, own_folders
from rapor import app

OWN = """LAPORAN KUNJUNGAN POSKESDES
Dibuat oleh: Orang Contoh
Bulan: Oktober 2026

No;Nama Faskes;Poli Dilayani;Jenis Bayar;Orang Baru;Orang Lama;Petugas
1;Puskesmas Mengupeh;Umum;BPJS PBI;12;30;Orang Lain
2;Puskesmas Mengupeh;Gigi;Umum;3;9;Orang Lain
3;Puskesmas Sungai Bengkal;Umum;BPJS PBI;15;22;Orang Lain
"""
ACROSS = """Capaian Layanan Air Bersih
Dinas PUPR 2026

No;Uraian Hasil;Sat;Januari;Februari;Maret
1;Sambungan rumah;unit;10;12;15
2;Sumur bor;unit;3;4;5
"""
KNOWN = "Bulan;Nama Puskesmas;Poli;Baru;Lama\nJanuari 2026;Puskesmas Mengupeh;UMUM;70;71\n"
RUN = CliRunner()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree(PRODUCT_REFERENCE, tmp_path / "data" / "reference")
    return tmp_path / "data"


def _declare(data: Path, words: str, *given: str, typed: str = "") -> str:
    example = data.parent / "contoh.csv"
    example.write_text(words, encoding="utf-8")
    ran = RUN.invoke(app, ["declare", str(example), "--data-dir", str(data), *given], input=typed)
    return ran.output


def _expected(data: Path, name: str) -> list[dict[str, str | None]]:
    return pl.read_csv(data / "sources" / "contoh" / f"{name}.expected.csv", infer_schema=False).to_dicts()


def test_a_form_is_declared_from_its_example_and_checked_again(data: Path) -> None:
    said = _declare(data, OWN, "--yes", "-a", "name=kunjungan_poskesdes")
    assert "3 baris akan dimuat" in said
    assert "Jumlah Baru: 30" in said  # 12 + 3 + 15
    assert "Jumlah Lama: 61" in said  # 30 + 9 + 22
    source = next(each for each in load_all(*own_folders(data)) if each.name == "kunjungan_poskesdes")
    assert (source.kind, source.required) == ("visit", ("unit", "service", "payer", "period"))
    assert [row["new_count"] for row in _expected(data, "kunjungan_poskesdes")] == ["12", "3", "15"]
    kept = "".join(path.read_text(encoding="utf-8") for path in (data / "sources").rglob("*") if path.is_file())
    assert "Orang Lain" not in kept  # a column of persons
    assert "Orang Contoh" not in kept  # a line above the table that says no unit and no period
    assert not [each for each in problems(data) if "poskesdes" in each.where]


def test_what_it_can_not_know_is_asked_and_answered_by_number(data: Path) -> None:
    unanswered = _declare(data, ACROSS)
    assert "Apa isi formulir ini? [kind]" in unanswered
    assert "Masih ada yang perlu dijawab: kind" in unanswered
    # targets and realisations; its two names; `Uraian Hasil` is the indicator, `Sat` as proposed, so is the measure; save
    typed = _declare(data, ACROSS, typed="2\nAir bersih\nair_bersih\n2\n\n\nya\n")
    assert "2 baris akan dimuat" in typed, typed
    assert {(row["indicator"], row["period"], row["realisation"]) for row in _expected(data, "air_bersih")} >= {
        ("Sambungan rumah", "2026-03-01", "15.0"), ("Sumur bor", "2026-01-01", "3.0"),
    }  # fmt: skip


def test_a_form_that_is_known_is_not_declared_unless_that_is_meant(data: Path) -> None:
    said = _declare(data, KNOWN, "--yes")
    assert "sudah dikenali sebagai Kunjungan pasien bulanan: 1 baris diterima, 0 ditolak" in said
    assert not (data / "sources").exists()
    meant = _declare(data, KNOWN, "--yes", "-a", "anyway=ya", "-a", "name=kunjungan_sendiri")
    assert "Dua bentuk mengenali berkas ini" in meant
    assert not (data / "sources" / "kunjungan_sendiri.toml").exists()  # what takes files over is never written unasked


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (('"orang baru"', '"orang yang baru"'), "memberi baris lain"),
        (('"nama faskes"', '"nama pos"'), "tidak dikenali lagi"),
        (("kind =", "jenis ="), "unknown keys ['jenis']"),
    ],
)
def test_a_declaration_that_no_longer_reads_its_sample_is_told(data: Path, changed: tuple[str, str], said: str) -> None:
    _declare(data, OWN, "--yes", "-a", "name=kunjungan_poskesdes")
    path = data / "sources" / "kunjungan_poskesdes.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(*changed), encoding="utf-8")
    load_all.cache_clear()
    assert any(said in each.what for each in problems(data)), problems(data)


@pytest.mark.parametrize("answer", ["name=Bukan Nama", "name=visits", "column.5=apa_saja", "column.3=unit"])
def test_an_answer_that_can_not_be_is_told(data: Path, answer: str) -> None:
    assert "Jawaban ini tidak dapat dipakai" in _declare(data, OWN, "--yes", "-a", "name=poskesdes", "-a", answer)
    assert not (data / "sources").exists()
