"""Kepuasan, on surveys whose figures are worked out by hand, and on the stories of the sample district."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.words import text
from tests.dashboard.builds import begin, publish, shown


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder: A asks ten people in two quarters, B sends a recap of 300, C only the second quarter."""
    folder = tmp_path_factory.mktemp("data")
    connection = begin(folder)
    connection.execute(
        "insert into unit (unit_id, name, short_name, kind, parent_id) values"
        " ('dinkes', 'Dinkes', 'Dinkes', 'agency', null), ('a', 'Puskesmas A', 'Alfa', 'health_centre', 'dinkes'),"
        " ('b', 'Puskesmas B', 'Beta', 'health_centre', 'dinkes'),"
        " ('c', 'Puskesmas C', 'Gama', 'health_centre', 'dinkes')"
    )
    connection.execute(
        "insert into load.file (file_id, sha256, name, status) values ('f1', 'x', 'skm <A>.csv', 'accepted')"
    )
    # A: all ten answered 3 to both elements, then all ten 4 to the first and 3 to the second.
    for month, first in (("2026-04-01", 3), ("2026-07-01", 4)):
        for row in range(10):
            connection.execute(
                "insert into response (unit_id, month, period_months, respondents, u1, u2, file_id, sheet, row)"
                " values ('a', ?, 3, 1, ?, 3, 'f1', 'Isian', ?)",
                [month, first, row + 2],
            )
    connection.execute(
        "insert into response (unit_id, month, period_months, respondents, u1, u2, reported_index, file_id, sheet, row)"
        " values ('b', '2026-07-01', 3, 300, 2.6, 2.5998, 65.5, 'f1', 'Rekap', 5),"
        " ('c', '2026-04-01', 3, 50, 3, 3, 75, 'f1', 'Rekap', 6)"
    )
    connection.execute(
        "insert into visit (unit_id, month, service_id, payer_id, patients, file_id) values"
        " ('a', '2026-07-01', 'total', 'total', 100, 'f1'), ('b', '2026-07-01', 'total', 'total', 500, 'f1'),"
        " ('b', '2026-09-01', 'total', 'total', 500, 'f1')"
    )
    connection.execute(
        "insert into load.build values"
        " ('b1', '2026-11-12', '2026-11-12', 'Kabupaten Tebo', true, '2026-04-01', '2026-10-01', 'x')"
    )
    return publish(folder, connection)


def test_the_index_is_of_all_respondents_and_compares_the_same_units(page: Callable, data: Path) -> None:
    words = shown(page("kepuasan", data_dir=data))
    # Third quarter: u1 (10 * 4 + 300 * 2.6) / 310 = 2.645161, u2 (10 * 3 + 300 * 2.5998) / 310 = 2.612710;
    # mean 2.628935 * 25 = 65.72, C. Only A reported both: (4 + 3) / 2 * 25 = 87.5 against 75 = +12.5.
    assert "IKM TW III 2026 65,72, mutu C (" in words
    assert "naik 12,50 poin dibanding periode sebelumnya, pada unit yang melapor di keduanya" in words
    assert "310 <small>orang" in words
    assert "Unsur terlemah: Sistem, mekanisme, dan prosedur, 2,61 dari 4" in words


def test_small_samples_and_missing_reports_are_named(page: Callable, data: Path) -> None:
    words = shown(page("kepuasan", data_dir=data))
    # A served 100: 80 needed, 10 asked. B served 1,000 in the two months reported: 278 needed, 300 asked.
    assert "Sampel kurang pada 1 dari 2 unit: Alfa." in words
    assert "1 / 2 <small>unit" in words
    assert "1 dari 3 unit belum melapor TW III 2026: Gama." in words
    # A's change is clear (nobody's answers differ), but its sample is too small to praise it for.
    assert "Alfa naik" not in words


def test_the_table_shows_grade_interval_and_the_reported_index_beside_it(page: Callable, data: Path) -> None:
    words = shown(page("kepuasan", data_dir=data))
    table = words[words.index("Kisaran 95 %") :]
    beta = table[table.index(">Beta<") :].split("</tr>")[0]
    # (2.6 + 2.5998) / 2 * 25 = 64.9975 -> 65.00, C; a recap line has no interval; reported 65.5 differs.
    assert ">65,00<" in beta
    assert ">C<" in beta
    assert "65,50 (berbeda)" in beta
    assert ">278<" in beta
    alfa = table[table.index(">Alfa<") :].split("</tr>")[0]
    assert "antara 87,50 dan 87,50" in alfa
    # ten of the 80 needed: no letter as if it were sure
    assert "tidak representatif" in alfa
    assert ">A<" not in alfa


def test_one_unit_leads_to_its_survey_rows(page: Callable, data: Path) -> None:
    words = shown(page("kepuasan", data_dir=data, unit="b"))
    rows = words[words.index("Baris survei di balik angka ini") :]
    assert "skm &lt;A&gt;.csv" in rows
    assert ">300<" in rows
    assert "U3" not in rows


def test_a_period_without_surveys_says_what_to_do(page: Callable, data: Path) -> None:
    words = shown(page("kepuasan", data_dir=data, dari="2026-10", sampai="2026-10"))
    assert "Belum ada survei kepuasan untuk pilihan ini." in words


def test_english(page: Callable, data: Path) -> None:
    with text.speaking("en"):  # AppTest formats the options of a widget in this thread
        words = shown(page("kepuasan", data_dir=data, bahasa="en"))
    assert "Satisfaction index in Q3 2026: 65.72, grade C" in words
    assert "belum" not in words


def test_the_stories_of_the_sample_are_found(page: Callable) -> None:
    words = shown(page("kepuasan"))
    assert "Indeks kepuasan Rimbo Bujang II" in words
    assert "1 unit jelas di bawah gabungan, 1 unit jelas di atas gabungan" in words
    assert "Sampel kurang pada 1 dari 20 unit: Bangun Seranten." in words
