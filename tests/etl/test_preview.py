"""A preview says what loading would do, beside what is published, and leaves the data folder as it is."""

import os
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from etl import folder
from etl.load import load, look
from etl.preview import Spoken, preview
from etl.shadow import Shadow
from queries import builds

pytestmark = pytest.mark.slow

HEAD = "Bulan;Nama Puskesmas;Poli;Baru;Lama;Total Kunjungan"
SENT = datetime(2026, 4, 5, tzinfo=UTC).timestamp()


def _report(path: Path, *rows: str, head: str = HEAD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    os.utime(path, (SENT, SENT))
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a district with two Januaries of one health centre, loaded; tests write nothing into it."""
    data = tmp_path_factory.mktemp("previewed")
    shutil.copytree(folder.PRODUCT_REFERENCE, data / "reference")
    load(
        data,
        [
            _report(data / "inbox" / "kunjungan_2025-01_20250205.csv", "Januari;PKM Mengupeh;UMUM;60;40;100"),
            _report(data / "inbox" / "kunjungan_2026-01_20260205.csv", "Januari;PKM Mengupeh;UMUM;70;70;140"),
        ],
    )
    return data


def _content(data: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(data)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in data.rglob("*")
        if path.is_file()
    }


def test_a_correction_stands_beside_the_published_month_and_the_year_before_and_nothing_is_written(
    data: Path, tmp_path: Path
) -> None:
    file = _report(
        tmp_path / "kunjungan_2026-01_perbaikan_20260401.csv",
        "Januari;PKM Mengupeh;UMUM;75;70;145",
        "Januari;PKM Antah Berantah;UMUM;1;1;2",
    )
    before = _content(data)
    found = preview(data, [file])
    assert _content(data) == before
    # 75 + 70 = 145, published 70 + 70 = 140, a year before 60 + 40 = 100
    columns = ("kind", "unit_id", "period", "value", "published", "year_before")
    assert found.beside.select(columns).rows() == [("visit", "pkm-mengupeh", date(2026, 1, 1), 145.0, 140.0, 100.0)]
    assert found.spoken == [
        Spoken(
            file.name,
            ("visit",),
            ("PKM Antah Berantah", "Puskesmas Mengupeh"),
            ("pkm-mengupeh",),
            1,  # the one that nobody knows
            date(2026, 1, 1),
            date(2026, 1, 1),
        )
    ]
    (result,) = found.files
    assert (result.status, result.rows_accepted, result.rows_rejected, found.exit_code) == ("partly", 1, 1, 3)
    assert found.rejects["value"].to_list() == ["PKM Antah Berantah"]
    assert "version_replaced" in found.findings["code"]
    published = builds.current(data)
    assert published
    assert found.published == published.stem


def test_a_version_that_takes_away_would_be_held_and_the_old_figure_stays(data: Path, tmp_path: Path) -> None:
    file = _report(tmp_path / "kunjungan_2026-01_perbaikan_20260402.csv", "Januari;PKM Mengupeh;UMUM;7;7;14")
    found = preview(data, [file])
    assert (found.files[0].status, found.exit_code) == ("held", 4)
    assert found.beside.is_empty()  # nothing would change
    assert "version_changes" in found.findings["code"]


def test_a_preview_needs_no_published_build_and_says_why_a_file_is_refused(tmp_path: Path) -> None:
    shutil.copytree(folder.PRODUCT_REFERENCE, tmp_path / "data" / "reference")
    file = _report(tmp_path / "catatan.csv", "satu;dua", head="rapat;hari")
    before = _content(tmp_path)
    found = preview(tmp_path / "data", [file])
    assert _content(tmp_path) == before
    assert sorted(p.name for p in (tmp_path / "data").iterdir()) == ["reference"]
    assert (found.published, found.files[0].status, found.exit_code) == (None, "refused", 3)
    assert found.files[0].reason
    with pytest.raises(FileNotFoundError):
        preview(tmp_path / "data", [tmp_path / "none.csv"])


def test_facts_in_memory_are_those_of_the_whole_build(data: Path) -> None:
    files = sorted((data / "inbox").iterdir())
    _, _, memory = look(data, files, Shadow(data))
    path = builds.current(data)
    assert path
    with memory, duckdb.connect(path, read_only=True) as build:
        for table in ("visit", "unit", "indicator", "load.file", "load.reject", "load.finding", "load.expected_report"):
            assert memory.execute(f"from {table}").fetchall() == build.execute(f"from {table}").fetchall(), table
        columns = "as_of, district, is_sample, first_month, last_month"
        assert (
            memory.execute(f"select {columns} from load.build").fetchall()
            == build.execute(f"select {columns} from load.build").fetchall()
        )
