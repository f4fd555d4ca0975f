"""Kunjungan, on three health centres whose figures are worked out by hand, and on the sample district."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dashboard.areas.visits import page as visits_page
from dashboard.parts import signal_chart
from dashboard.words import text
from tests.dashboard.builds import begin, publish, shown

# Patients by month, January to March: A falls, B did not report January 2025 and March 2026, Z reports zeros.
PATIENTS = {
    ("a", 2025): (1000, 1000, 1000),
    ("a", 2026): (900, 800, 700),
    ("b", 2025): (None, 500, 500),
    ("b", 2026): (510, 505, None),
    ("z", 2025): (0, 0, 0),
    ("z", 2026): (0, 0, 0),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with a build of these figures, four fifths of them returning patients."""
    folder = tmp_path_factory.mktemp("data")
    connection = begin(folder)
    connection.execute(
        "insert into unit (unit_id, name, short_name, kind, parent_id, population, population_year, population_source)"
        " values ('dinkes', 'Dinkes', 'Dinkes', 'agency', null, null, null, null),"
        " ('a', 'Puskesmas A', 'Alfa', 'health_centre', 'dinkes', 10000, 2025, 'Disdukcapil'),"
        " ('b', 'Puskesmas B', 'Beta', 'health_centre', 'dinkes', 5000, 2025, 'Disdukcapil'),"
        " ('z', 'Puskesmas Z', 'Zeta', 'health_centre', 'dinkes', null, null, null)"
    )
    connection.execute(
        "insert into load.file (file_id, sha256, name, status) values ('f1', 'x', 'kunjungan <A>.xlsx', 'accepted')"
    )
    for (unit, year), months in PATIENTS.items():
        for month, patients in enumerate(months, 1):
            if patients is not None:
                connection.execute(
                    "insert into visit values (?, make_date(?, ?, 1), 'umum', 'jkn_pbi', ?, ?, ?, 'f1', 'Jan', ?)",
                    [unit, year, month, patients // 5, patients - patients // 5, patients, month + 6],
                )
    connection.execute(
        "insert into load.build values"
        " ('b1', '2026-04-12', '2026-04-12', 'Kabupaten Tebo', true, '2025-01-01', '2026-03-01', 'x')"
    )
    return publish(folder, connection)


def test_the_answer_compares_only_what_was_reported_in_both_years(page: Callable, data: Path) -> None:
    words = shown(page("kunjungan", data_dir=data))
    # 900 + 800 + 700 + 510 + 505 = 3,415 patients. Both years: A all months, B February: 2,400 + 505 = 2,905 against
    # 3,000 + 500 = 3,500, and Z's zeros: -17.0 %. Not 3,415 against 4,000.
    assert "3.415 kunjungan pada Jan–Mar 2026; turun 17,0 % dibanding tahun lalu" in words
    assert "dari 7 laporan yang ada di kedua tahun" in words
    assert "1 dari 3 unit belum melapor Maret 2026: Beta" in words


def test_the_tiles_say_how_complete_they_are(page: Callable, data: Path) -> None:
    words = shown(page("kunjungan", data_dir=data))
    assert "8 dari 9 laporan bulanan diterima" in words
    assert "Mar 2026: 2 dari 3 unit" in words
    # New: 180 + 160 + 140 + 102 + 101 = 683 of 3,415 = 20.0 %.
    assert "20,0 %" in words
    assert "683 baru, 2.732 lama" in words
    # Per 1,000: 3,415 * 1,000 / (3 * 10,000 + 2 * 5,000) = 85.4 a month; Z has no population and no patients.
    assert "85,4 <small>kunjungan per bulan" in words


def test_a_zero_is_a_zero_and_a_gap_is_a_gap(page: Callable, data: Path) -> None:
    words = shown(page("kunjungan", data_dir=data))
    assert "1 dari 9 laporan bulanan belum masuk" in words
    cells = words[words.index("<table class='rp-cells'") :].split("</table>")[0]
    assert cells.count("rp-fill-missing") == 1
    assert cells.count(">0</a>") == 2
    assert cells.count(">0*</a>") == 1
    assert "kunjungan?dari=2026-01&amp;sampai=2026-01&amp;unit=z" in cells


def test_one_unit_leads_to_the_rows_of_its_files(page: Callable, data: Path) -> None:
    words = shown(page("kunjungan", data_dir=data, unit="a", dari="2026-02", sampai="2026-02"))
    rows = words[words.index("Baris laporan di balik angka ini") :]
    assert "kunjungan &lt;A&gt;.xlsx" in rows
    assert rows.count("<tr>") == 2
    assert ">800<" in rows
    # A: 800 a month on 10,000 = 80.0; Byar of 800: 745.5 and 857.4, a tenth of each. Two units make no limits, and no rank is made up.
    assert "Kunjungan per 1.000 penduduk: Alfa belum dapat dibandingkan" in words
    assert "antara 74,6 dan 85,7" in words
    assert "urutan 2 dari 2" not in words
    assert "Batas kewajaran baru dihitung dari 8 unit" in words


def test_a_service_that_nobody_reports_is_empty_and_says_what_to_do(page: Callable, data: Path) -> None:
    assert "Belum ada laporan kunjungan untuk pilihan ini." in shown(page("kunjungan", data_dir=data, layanan="gigi"))


def test_english(page: Callable, data: Path) -> None:
    with text.speaking("en"):  # AppTest formats the options of a widget in this thread
        words = shown(page("kunjungan", data_dir=data, bahasa="en"))
    assert "3,415 visits in Jan–Mar 2026" in words
    assert "belum" not in words


def test_the_stories_of_the_sample_are_found(page: Callable) -> None:
    words = shown(page("kunjungan"))
    assert "Kunjungan Sungai Bengkal 1.071 pada Oktober 2026" in words
    assert "Kunjungan per 1.000 penduduk: tidak ada unit di luar rentang wajar" in words
    assert "2 dari 20 unit belum melapor Oktober 2026" in words
    assert "Data contoh" in words


def test_months_of_a_known_season_are_named_because_they_are_not_judged() -> None:
    days = [date(2025, 3, 1), date(2025, 4, 1), date(2025, 12, 1), date(2026, 3, 1)]
    rows = {"period": days, "season": ["Idul Fitri", None, "Akhir tahun", "Idul Fitri"], "season_en": [None] * 4}
    frame = pl.DataFrame(rows, schema_overrides={"season_en": pl.String})
    said = "Tidak dinilai karena musimnya dikenal (Idul Fitri: Mar 2025, Mar 2026; Akhir tahun: Des 2025)."
    assert signal_chart.seasons(frame) == said
    assert signal_chart.seasons(frame.filter(pl.col("season").is_null())) == ""


def test_limits_stand_beside_whole_months_alone() -> None:
    # In the second month a usual service is missing: the value is not judged, and no limits of a whole month stand beside it.
    months = [date(2026, 1, 1), date(2026, 2, 1)]
    columns = ["period", "value", "mean", "lower", "upper", "has_limits", "signal", "rule", "rebase_reason"]
    rows = [
        (months[0], 150.0, 150.0, 140.0, 160.0, True, "ordinary", None, None),
        (months[1], None, 150.0, 140.0, 160.0, True, "none", None, None),
    ]
    limits = pl.DataFrame(rows, columns, orient="row")
    found = signal_chart.judged(limits, "month")
    assert found.select("month", "lower", "mean", "upper", "is_whole").rows() == [
        (months[0], 140.0, 150.0, 160.0, True),
        (months[1], None, None, None, False),
    ]


def test_days_that_differ_from_last_year_are_said_beside_the_change() -> None:
    rows = [("Ramadan", "Ramadan", 20, 30), (None, None, 31, 30)]
    frame = pl.DataFrame(rows, ["name", "name_en", "days", "days_before"], orient="row")
    said = "beda kalender: Ramadan 20 hari (tahun lalu 30), kalender 31 hari (tahun lalu 30)"
    assert visits_page.calendar(frame) == said
    assert visits_page.calendar(frame.clear()) == ""
    with text.speaking("en"):
        assert visits_page.calendar(frame.head(1)) == "calendar differs: Ramadan 20 days (last year 30)"
