"""A small district whose reports, refusals and thanks are known by hand; looked at on 12 November 2026."""

from pathlib import Path

from tests.dashboard import builds

SECRET, OTHER = "Budi Rahasia", "Puskesmas Bukan Kita"


def make(folder: Path) -> Path:
    """Publish a build: pkm-a lacks October, pkm-b was always on time and is clean, dinkes has a held list of persons."""
    connection = builds.begin(folder)
    connection.execute(
        "insert into unit (unit_id, name, short_name, kind, parent_id) values"
        " ('tebo', 'Kabupaten Tebo', 'Tebo', 'district', null), ('dinkes', 'Dinas *Kesehatan*', 'Dinkes', 'agency', 'tebo'),"
        f" ('pkm-a', 'Puskesmas A', 'PKM A', 'health_centre', 'dinkes'), ('pkm-b', '{OTHER}', 'PKM B', 'health_centre', 'dinkes')"
    )
    for n in range(12):
        month, due = (
            f"{2025 + (n + 10) // 12}-{(n + 10) % 12 + 1:02d}",
            f"{2025 + (n + 11) // 12}-{(n + 11) % 12 + 1:02d}",
        )
        for unit in ("pkm-a", "pkm-b"):
            is_missing = (unit, month) == ("pkm-a", "2026-10")
            late = (unit, month) == ("pkm-a", "2026-09")
            came = "null" if is_missing else f"'{due}-{'14' if late else '09'} 08:00:00'"
            status = "missing" if is_missing else "late" if late else "on_time"
            connection.execute(
                f"insert into load.expected_report values"
                f" ('{unit}', 'visit', '{month}-01', 1, '{due}-10', {came}, '{status}', false, {0 if is_missing else 1})"
            )
    connection.execute(
        "insert into load.expected_report values"
        " ('dinkes', 'evaluation', '2026-07-01', 3, '2026-10-20', '2026-10-19 08:00:00', 'on_time', false, 1)"
    )
    connection.execute(
        "insert into load.file (file_id, sha256, name, source, source_title, source_title_en, status, as_of, rows_published) values"
        " ('f1', 'a', 'kunjungan_a*.csv', 'visits', 'Kunjungan', 'Visits', 'partly', '2026-10-14', 1),"
        f" ('f2', 'b', '{SECRET}.xlsx', 'evaluations', 'Evaluasi', 'Evaluations', 'held', '2026-10-19', 0)"
    )
    connection.execute(
        "insert into load.reject (file_id, file, sheet, row, col, value, code, reason, reason_en, mend, mend_en) values"
        f" ('f1', 'x', 'Sep', 4, 'Baru', '{SECRET}', 'not_a_number', 'Bukan angka.', 'No number.', 'Tulis angka.', 'Write one.'),"
        f" ('f1', 'x', 'Sep', 9, 'Baru', '{SECRET}', 'not_a_number', 'Bukan angka.', 'No number.', 'Tulis angka.', 'Write one.')"
    )
    connection.execute(
        "insert into visit (unit_id, month, service_id, payer_id, patients, file_id) values"
        " ('pkm-a', '2026-09-01', 'umum', 'jkn_pbi', 987654, 'f1'), ('pkm-b', '2026-09-01', 'umum', 'jkn_pbi', 123456, 'f9')"
    )
    connection.execute(
        "insert into load.finding (code, severity, unit_id, file_id, message, message_en, mend, mend_en) values"
        f" ('version_held', 'attention', 'dinkes', 'f2', '{SECRET}', 'x', 'y', 'y')"
    )
    connection.execute(
        "insert into load.build values"
        " ('20261112T080000-abc', '2026-11-12 08:00:00', '2026-11-12 08:00:00', 'Kabupaten Tebo', true, '2026-09-01', '2026-10-01', 'x')"
    )
    return builds.publish(folder, connection)
