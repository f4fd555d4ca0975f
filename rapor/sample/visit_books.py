"""The visit reports that come as workbooks: a centre's own year, the district's year, the patient register."""

from datetime import date, datetime
from pathlib import Path
from random import Random

from rapor.sample import visits
from rapor.sample.district import MONTH_NAMES, SHORT_MONTHS, Unit, centres, month_name, units
from rapor.sample.office import Row, Sheet, Value, write_workbook
from rapor.sample.visit_csv import DHIS2_FROM, DHIS2_UNIT, NAMED_PAYERS, OWN_FORM, POLI_SERVICES, sent

_HEADS = {
    "umum": "POLI UMUM", "gigi": "POLI GIGI", "kia": "KIA", "kb": "KB", "imunisasi": "IMUNISASI", "lansia": "LANSIA",
    "ugd": "UGD", "gizi": "GIZI", "rawat_inap": "RAWAT INAP", "mtbs": "MTBS", "tb_paru": "TB/PARU",
}  # fmt: skip
_REGISTER_PAYERS = {"jkn_pbi": "BPJS PBI", "jkn_non_pbi": "BPJS Non PBI", "umum": "Umum", "gratis": "Jamkesda"}
_REGISTER_HEADER = (
    "No", "Tanggal", "Nama Pasien", "No. eRM", "NIK", "Alamat", "Jenis Kelamin", "Umur Tahun", "Umur Bulan",
    "Umur Hari", "Jenis Kunjungan", "Poli/Ruangan", "Asuransi", "Dokter / Tenaga Medis", "Diagnosa 1",
    "Jenis Kasus 1", "Diagnosa 2", "Jenis Kasus 2",
)  # fmt: skip
_DIAGNOSES = ("J06.9 - ISPA", "I10 - Hipertensi", "K29.7 - Gastritis", "E11.9 - Diabetes melitus", "M79.1 - Mialgia")


def write(folder: Path) -> list[Path]:
    """Write all visit workbooks into the folder; returns the paths."""
    own = folder / "puskesmas"
    return [
        _year_of_centre(own / "Laporan Kunjungan PKM Muara Tebo 2025.xlsx", "pkm-muara-tebo", 2025),
        _year_of_centre(own / "Laporan Kunjungan PKM Muara Tebo 2026.xlsx", "pkm-muara-tebo", 2026),
        _year_of_centre(own / "Laporan Kunjungan PKM Tegal Arum 2025.xlsx", "pkm-tegal-arum", 2025),
        _year_of_centre(own / "Laporan Kunjungan PKM Sumber Sari 2024.ods", "pkm-sumber-sari", 2024),
        _year_of_centre(own / "Laporan Kunjungan PKM Sumber Sari 2025.ods", "pkm-sumber-sari", 2025),
        _sheet_a_month(
            folder / "2025" / "Rekap Kunjungan Puskesmas Tahun 2025.xlsx",
            [unit for unit in centres() if unit.unit_id not in OWN_FORM[2025]],
            [date(2025, month, 1) for month in range(1, 13)],
        ),
        _sheet_a_month(
            own / "PKM Teluk Lancang 2026.xlsx",
            [units()["pkm-teluk-lancang"]],
            [date(2026, month, 1) for month in range(1, 11)],
        ),
        _months_across(own / "Kunjungan Alai Ilir 2025.xlsx", units()["pkm-alai-ilir"], 2025),
        _months_across(own / "Kunjungan Alai Ilir 2026.ods", units()["pkm-alai-ilir"], 2026),
        _patient_register(folder / "epuskesmas"),
    ]


def _year_of_centre(path: Path, unit_id: str, year: int) -> Path:
    """Write one centre's year: a sheet a payer, months down, services across, each with new, returning, both."""
    unit = units()[unit_id]
    names = visits.services(unit)
    at = sent(date(2026, 10, 1) if year == 2026 else date(year, 12, 1))
    groups: list[Value] = [part for name in names for part in (_HEADS[name], None, None)]
    head: list[Row] = [
        ["REKAPITULASI KUNJUNGAN PASIEN MENURUT POLI"],
        [],
        ["PUSKESMAS:", unit.short_name.upper()],
        ["KABUPATEN:", "TEBO"],
        ["TAHUN:", year],
        [],
        ["NO", "BULAN", *groups, "JUMLAH", None, None],
        [None, None, *("Baru", "Lama", "Jumlah") * (len(names) + 1)],
    ]
    merges = [(6, 0, 7, 0), (6, 1, 7, 1), *((6, 2 + 3 * i, 6, 4 + 3 * i) for i in range(len(names) + 1))]
    sheets = []
    for payer, payer_name in NAMED_PAYERS.items():
        body: list[Row] = []
        sums = [0] * (3 * len(names) + 3)
        for month in (date(year, number, 1) for number in range(1, 13)):
            line: list[Value] = [month.month, MONTH_NAMES[month.month - 1]]
            found = [visits.reported().get((unit_id, month, name, payer)) for name in names]
            known = [counts for counts in found if counts is not None]
            if known:
                new, returning = sum(c[0] for c in known), sum(c[1] for c in known)
                counts = [part for c in (*known, (new, returning)) for part in (*c, sum(c))]
                sums = [a + b for a, b in zip(sums, counts, strict=True)]
                line += counts
            body.append(line)
        foot: list[Row] = [
            [None, "JUMLAH", *sums],
            [],
            [None, "MENGETAHUI,", *[None] * 8, f"{unit.short_name}, {at.day} {month_name(at.date())}"],
            [None, f"Kepala Puskesmas {unit.short_name}", *[None] * 8, "Pengelola Data"],
            [],
            [None, "(......................)", *[None] * 8, "(......................)"],
        ]
        sheets.append(Sheet(payer_name, [*head, *body, *foot], merges))
    return write_workbook(path, sheets, at)


def _sheet_a_month(path: Path, members: list[Unit], months: list[date]) -> Path:
    """Write one sheet a month: unit x service x payer, group labels on the first row of a group only."""
    sheets = []
    for month in months:
        rows: list[Row] = [
            ["DINAS KESEHATAN KABUPATEN TEBO"],
            ["KUNJUNGAN PUSKESMAS MENURUT LAYANAN DAN PENJAMIN"],
            [],
            ["No", "Kecamatan", "Puskesmas", "Jenis Pelayanan", "Penjamin", "Kunjungan", None, None],
            [None, None, None, None, None, "Baru", "Lama", "Jumlah"],
        ]
        merges = [*((3, column, 4, column) for column in range(5)), (3, 5, 3, 7)]
        total_new = total_returning = 0
        for number, unit in enumerate(members, 1):
            block = _block(number, unit, month)
            if block:
                merges += [(len(rows), column, len(rows) + len(block) - 1, column) for column in range(3)]
                total_new += sum(int(row[5] or 0) for row in block)
                total_returning += sum(int(row[6] or 0) for row in block)
                rows += block
        rows += [
            ["JUMLAH", None, None, None, None, total_new, total_returning, total_new + total_returning],
            [],
            ["Keterangan:"],
            ["Baru = kunjungan pertama dalam tahun berjalan; Lama = kunjungan berikutnya"],
            ["Sumber: laporan bulanan puskesmas"],
        ]
        sheets.append(Sheet(f"{SHORT_MONTHS[month.month - 1]} {month.year}", rows, merges))
    return write_workbook(path, sheets, sent(months[-1]))


def _block(number: int, unit: Unit, month: date) -> list[Row]:
    """Return the rows of one centre and month, none where it did not report or reports through DHIS2."""
    if unit.unit_id == DHIS2_UNIT and DHIS2_FROM <= month < date(2026, 1, 1):
        return []
    block: list[Row] = []
    for service in visits.services(unit):
        for index, (payer, payer_name) in enumerate(NAMED_PAYERS.items()):
            counts = visits.reported().get((unit.unit_id, month, service, payer))
            if counts is not None:
                first = (number, unit.kecamatan, f"PKM {unit.short_name}") if not block else (None, None, None)
                label = None if index else POLI_SERVICES[service]
                block.append((*first, label, payer_name, *counts, sum(counts)))
    return block


def _months_across(path: Path, unit: Unit, year: int) -> Path:
    """Write one centre's year with the months across; months not yet reported stand as zeros."""
    rows: list[Row] = [
        [f"LAPORAN KUNJUNGAN PUSKESMAS {unit.short_name.upper()} TAHUN {year}"],
        [],
        ["No", "Poli", "Cara Bayar", *(part for name in MONTH_NAMES for part in (name, None))],
        [None, None, None, *("Baru", "Lama") * 12],
    ]
    merges = [*((2, column, 3, column) for column in range(3)), *((2, 3 + 2 * i, 2, 4 + 2 * i) for i in range(12))]
    sums = [0] * 24
    for number, service in enumerate(visits.services(unit), 1):
        for index, (payer, payer_name) in enumerate(NAMED_PAYERS.items()):
            counts: list[int] = []
            for month in range(1, 13):
                counts += visits.reported().get((unit.unit_id, date(year, month, 1), service, payer), (0, 0))
            sums = [a + b for a, b in zip(sums, counts, strict=True)]
            rows.append([None if index else number, None if index else POLI_SERVICES[service], payer_name, *counts])
    rows.append(["TOTAL", None, None, *sums])
    at = datetime(2026, 10, 8, 9, 30) if year == 2026 else sent(date(year, 12, 1))
    return write_workbook(path, [Sheet(f"Kunjungan {year}", rows, merges)], at)


def _patient_register(folder: Path) -> Path:
    """Write a month's patient register, one row a service; every personal value is plainly invented."""
    unit_id, month = visits.REGISTER
    unit = units()[unit_id]
    random = Random("register")  # noqa: S311  not for secrets
    lines: list[tuple[int, str, str, str]] = []
    for (name, when, service, payer), counts in visits.reported().items():
        if (name, when) == visits.REGISTER:
            for kind, count in zip(("BARU", "LAMA"), counts, strict=True):
                lines += [(random.randint(1, 30), kind, service, payer) for _ in range(count)]
    rows: list[Row] = [
        ["Laporan Harian - Pelayanan Pasien"],
        [],
        ["Puskesmas", f": {unit.short_name.upper()}"],
        ["Kabupaten", ": TEBO"],
        ["Tanggal", f": 01-{month:%m-%Y} s/d 30-{month:%m-%Y}"],
        [],
        _REGISTER_HEADER,
    ]
    for number, (day, kind, service, payer) in enumerate(sorted(lines), 1):
        person = random.randint(1, 600)
        code, _, name = random.choice(_DIAGNOSES).partition(" - ")
        rows.append(
            (
                number,
                f"{day:02}-{month:%m-%Y}",
                f"Pasien Contoh {person:03}",
                f"eRM-CONTOH-{person:05}",
                f"{person:016}",
                f"Alamat Contoh RT {person % 20 + 1:02}",
                random.choice(("L", "P")),
                random.randint(0, 80),
                random.randint(0, 11),
                random.randint(0, 29),
                kind,
                POLI_SERVICES[service],
                _REGISTER_PAYERS[payer],
                f"Tenaga Medis Contoh {random.randint(1, 6)}",
                f"{code} - {name}",
                random.choice(("Baru", "Lama")),
                None,
                None,
            )
        )
    path = folder / "Laporan Harian - Pelayanan Pasien PKM Suo-Suo September 2026.xlsx"
    at = datetime(2026, 10, 21, 14, 5)
    return write_workbook(path, [Sheet("Laporan", rows)], at)
