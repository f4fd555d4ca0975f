"""A build that takes over what did not change is, table by table, the build that is made from nothing."""

import os
import re
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from etl import folder
from etl.building import order
from etl.building.previous import MADE_OF, STAMPS
from etl.load import load
from queries import builds
from tests import effort

pytestmark = pytest.mark.slow

SENT = datetime(2026, 4, 5, tzinfo=UTC).timestamp()
# Small reports of every kind; of some a newer version, of one a version that is held (it lacks the dental patients).
REPORTS = {
    "kunjungan_2026-01.csv": "Bulan;Nama Puskesmas;Poli;Baru;Lama;Total Kunjungan\nJanuari;PKM Mengupeh;UMUM;70;70;140\n"
    "Januari;PKM Mengupeh;GIGI;60;10;70\nJanuari;PKM Suo-Suo;UMUM;4;4;8",
    "kunjungan_2026-01_perbaikan_20260210.csv": "Bulan;Nama Puskesmas;Poli;Baru;Lama;Total Kunjungan\nJanuari;PKM Mengupeh;UMUM;71;70;141",
    "kunjungan_2026-02_20260305.csv": "Bulan;Nama Puskesmas;Poli;Baru;Lama;Total Kunjungan\nFebruari;PKM Mengupeh;UMUM;9;9;18\n"
    "Februari;PKM Antah Berantah;UMUM;1;1;2",
    "realisasi_kinerja_2026.csv": "Kode;Indikator Kinerja;Perangkat Daerah;Satuan;Realisasi TW I;Realisasi TW II;Bukti Dukung\n"
    "DK-01;Prevalensi stunting;Dinas Kesehatan;%;20,49;20,57;",
    "target_kinerja_2026.csv": "Kode;Indikator Kinerja;Perangkat Daerah;Satuan;Target TW I;Target TW II\n"
    "DK-01;Prevalensi stunting;Dinas Kesehatan;%;19;18",
    "pegawai.csv": "NAMA;NIP;JABATAN;UNIT KERJA\nDewi;198912042011012901;Kepala Bidang;Dinas Kesehatan",
    "evaluasi_TW_I_2026.csv": "NIP;Nama;Unit Kerja;Periode;Hasil Kerja;Perilaku Kerja;Predikat Kinerja\n"
    "198912042011012901;Dewi;Dinas Kesehatan;TW I 2026;Sesuai Ekspektasi;SESUAI EKSPEKTASI;Baik",
    "target_kinerja_perubahan_2026_20260502.csv": "Kode;Indikator Kinerja;Perangkat Daerah;Satuan;Target TW I;Target TW II\n"
    "DK-01;Prevalensi stunting;Dinas Kesehatan;%;19;17",
    "pegawai_20260401.csv": "NAMA;NIP;JABATAN;UNIT KERJA\nDewi;198912042011012901;Kepala Bidang;Dinas PUPR",
    "kunjungan_2026-03_20260405.csv": "Bulan;Nama Puskesmas;Poli;Baru;Lama;Total Kunjungan\nMaret;PKM Mengupeh;UMUM;9;9;18\n"
    "Maret;PKM Suo-Suo;UMUM;1;1;2",
    "gambar.csv": "bukan laporan",
}  # fmt: skip


LATE = "kunjungan_2026-02_20260305.csv"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a district with all reports in its inbox, none loaded."""
    data = tmp_path_factory.mktemp("template")
    shutil.copytree(folder.PRODUCT_REFERENCE, data / "reference")
    # Suo-Suo went into Mengupeh in February: its report of March is refused, January is in Mengupeh's series.
    changes = "old,new,changed_on,kind,is_comparable\npkm-suo-suo,pkm-mengupeh,2026-02,merged,true\n"
    (data / "reference" / "successions.csv").write_text(changes, encoding="utf-8")
    (data / "inbox").mkdir()
    for number, (name, text) in enumerate(REPORTS.items()):
        (data / "inbox" / name).write_text(text + "\n", encoding="utf-8")
        os.utime(data / "inbox" / name, (SENT + number, SENT + number))
    return data


@pytest.fixture(scope="module")
def loaded(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a district with all reports in its inbox, all but LATE loaded."""
    data = shutil.copytree(template, tmp_path_factory.mktemp("loaded") / "data")
    load(data, [path for path in sorted((data / "inbox").iterdir()) if path.name != LATE])
    return data


def _current(data: Path) -> Path:
    path = builds.current(data)
    assert path is not None
    return path


def _rows(path: Path) -> dict[str, list[tuple]]:
    """Return the rows of every table but those that say when a build was made and what came before it, in their stored order."""
    with duckdb.connect(path, read_only=True) as build:
        names = build.execute("select schema_name || '.' || table_name from duckdb_tables() order by 1").fetchall()
        stamps = ", ".join(STAMPS[:2])
        return {
            name: build.execute(
                f"select * {f'exclude ({stamps})' if name == 'load.build' else ''} from {name}"
            ).fetchall()
            for (name,) in names
            if name not in ("load.comparison", "load.change")
        }


def _from_nothing(data: Path, files: Sequence[Path]) -> dict[str, list[tuple]]:
    shutil.rmtree(data / "warehouse")
    assert load(data, files).published
    return _rows(_current(data))


@effort.tries(1, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(st.integers(0, 1), min_size=len(REPORTS), max_size=len(REPORTS)),
    shuffled=st.permutations(sorted(REPORTS)),
)
def test_reports_in_any_batches_give_what_a_build_from_nothing_gives(
    template: Path, tmp_path_factory: pytest.TempPathFactory, batches: list[int], shuffled: list[str]
) -> None:
    data = shutil.copytree(template, tmp_path_factory.mktemp("batches") / "data")
    files = [data / "inbox" / name for name in shuffled]
    for number in sorted(set(batches)):
        assert load(data, [file for file, batch in zip(files, batches, strict=True) if batch == number]).published
    assert _rows(_current(data)) == _from_nothing(data, files[:1])


def _made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list that fills with the tables that are copied from the build before."""
    copied: list[str] = []
    from etl.building.previous import Previous  # noqa: PLC0415

    real = Previous.copy

    def noted(self: Previous, connection: duckdb.DuckDBPyConnection, table: str, **how: bool) -> bool:
        copied.append(table)
        return real(self, connection, table, **how)

    monkeypatch.setattr(Previous, "copy", noted)
    return copied


def test_only_what_a_report_bears_on_is_made_anew_and_nothing_where_the_build_before_is_of_other_means(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = shutil.copytree(loaded, tmp_path / "data")
    late = data / "inbox" / LATE
    copied = _made(monkeypatch)
    load(data, [late])
    assert {"realisation", "employee", "mart.attainment_period", "mart.accountability_rank"} <= set(copied)
    assert not {"visit", "mart.visit_open", "mart.visit_month"} & set(copied)
    copied.clear()
    units = data / "reference" / "units.csv"
    units.write_text(units.read_text(encoding="utf-8").replace("Mengupeh,", "Mengupeh Baru,", 1), encoding="utf-8")
    load(data, [late])
    assert not copied  # another register: everything is made anew


def test_a_damaged_build_before_is_not_copied_from(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = shutil.copytree(loaded, tmp_path / "data")
    late = data / "inbox" / LATE
    broken = _current(data)
    content = bytearray(broken.read_bytes())
    for place in range(16_384, len(content), 4096):  # after the headers, in every block
        content[place] ^= 0xFF
    broken.write_bytes(bytes(content))
    copied = _made(monkeypatch)
    assert load(data, [late]).published
    assert not copied
    assert _rows(_current(data)) == _from_nothing(data, [late])


def test_all_that_rollups_read_of_the_lake_is_known_and_macros_read_no_facts_but_units() -> None:
    """What `Previous` takes for granted: else a table could be copied though what it was made of has changed."""
    import queries  # noqa: PLC0415

    reads = {name for query in queries.files("rollups") for name in order.read_by(query.sql)}
    assert {name.removeprefix("lake.") for name in reads if name.startswith("lake.")} <= set(MADE_OF)
    for path in sorted((queries.ROOT / "macros").glob("*.sql")):
        for statement in duckdb.extract_statements(path.read_text(encoding="utf-8")):
            _, read = order.read_by_macro(re.sub(r";\s*(--[^\n]*\s*)*$", "", statement.query))
            facts = {n for n in read if n in ("visit", "response", "target", "realisation", "indicator", "employee")}
            assert not facts, path.name
            assert not {n for n in read if n.startswith(("mart.", "load.", "lake."))}, path.name
    for query in queries.files("marts"):
        assert not any(f".{stamp}" in query.sql or f" {stamp}" in query.sql for stamp in STAMPS), query.name
