"""The visit reports that come as text: the office's monthly CSV, the newer comma form, and DHIS2 data values."""

from datetime import date, datetime, timedelta
from pathlib import Path

from queries.months import moved_by
from rapor.sample import visits
from rapor.sample.district import MONTH_NAMES, MONTHS, Unit, centres, units
from rapor.sample.office import Row, write_csv

# Which centres send a form of their own in a year, and so are not in the district's file of that year.
OWN_FORM = {
    2023: frozenset[str](),
    2024: frozenset({"pkm-sumber-sari"}),
    2025: frozenset({"pkm-sumber-sari", "pkm-muara-tebo", "pkm-tegal-arum", "pkm-alai-ilir"}),
    2026: frozenset({"pkm-muara-tebo", "pkm-alai-ilir", "pkm-teluk-lancang"}),
}
DHIS2_UNIT, DHIS2_FROM = "pkm-rimbo-bujang-ix", date(2025, 7, 1)  # its second half of 2025 comes from DHIS2

UPPER_SERVICES = {
    "umum": "UMUM", "gigi": "GIGI", "kia": "KIA", "kb": "KB", "imunisasi": "IMUNISASI", "lansia": "LANSIA",
    "ugd": "INSTALASI GAWAT DARURAT", "gizi": "GIZI", "rawat_inap": "RAWAT INAP", "mtbs": "ANAK", "tb_paru": "PARU",
}  # fmt: skip
POLI_SERVICES = {
    "umum": "Poli Umum", "gigi": "Poli Gigi dan Mulut", "kia": "KIA", "kb": "KB", "imunisasi": "Imunisasi",
    "lansia": "Lansia", "ugd": "UGD", "gizi": "Gizi", "rawat_inap": "Rawat Inap", "mtbs": "MTBS", "tb_paru": "TB/Paru",
}  # fmt: skip
UPPER_PAYERS = {"jkn_pbi": "JKN PBI", "jkn_non_pbi": "JKN NON PBI", "umum": "UMUM", "gratis": "GRATIS"}
SHORT_PAYERS = {"jkn_pbi": "PBI", "jkn_non_pbi": "Non PBI", "umum": "Bayar", "gratis": "Gratis"}
NAMED_PAYERS = {"jkn_pbi": "JKN PBI", "jkn_non_pbi": "JKN Non PBI", "umum": "Umum", "gratis": "Gratis"}
_SPELLINGS = {
    "pkm-sungai-bengkal": "Puskesmas Sei Bengkal",
    "pkm-muara-tebo": "Puskesmas Ma. Tebo",
    "pkm-lubuk-mandarsah": "Puskesmas Lubuk Madrasah",
    "pkm-suo-suo": "PKM Suo Suo ",
    "pkm-rimbo-bujang-ii": "PUSKESMAS RIMBO BUJANG\u00a0II",
    "pkm-teluk-kembang-jambu": "UPTD Puskesmas Teluk Kembang Jambu",
}
_LONG_HEADER = ("Periode", "Wilayah", "Kecamatan", "Nama Puskesmas", "Poli", "Penjamin", "Baru", "Lama")
_COMMA_HEADER = ("Bulan", "Kode Puskesmas", "Nama Puskesmas", "Kecamatan", "Jenis Layanan", "Cara Bayar")
_COUNTS = ("Kunjungan Baru", "Kunjungan Lama", "Jumlah Kunjungan")


def sent(month: date) -> datetime:
    """Return when the report of a month usually comes in: on the eighth of the next."""
    following = moved_by(month, 1)
    return datetime(following.year, following.month, 8, 9, 30)


def write(folder: Path) -> list[Path]:
    """Write all visit reports that are text into the folder; returns the paths."""
    early = [_long_form(folder, month) for month in MONTHS if month.year < 2025]
    half_year = [date(2026, month, 1) for month in range(1, 7)]
    recent = [_comma_form(folder / "kunjungan_puskesmas_2026_semester_1_20260708.csv", half_year)]
    for number in range(7, 11):
        month = date(2026, number, 1)
        recent.append(_comma_form(folder / f"kunjungan_puskesmas_2026-{number:02}.csv", [month]))
    return [*early, *recent, _correction(folder), _data_values(folder)]


def _name(unit: Unit, month: date) -> str:
    """Return the centre's name as the office spelt it; in the first two files it was still careful."""
    return unit.name if month.year == 2023 else _SPELLINGS.get(unit.unit_id, unit.name)


def _long_form(folder: Path, month: date) -> Path:
    """Write one month for all centres; the year stands only in the folder's name."""
    rows: list[Row] = [(*_LONG_HEADER, "Total Kunjungan")]
    name, total = MONTH_NAMES[month.month - 1], 0
    for unit in centres():
        if unit.unit_id in OWN_FORM[month.year]:
            continue
        for service in visits.services(unit):
            for payer, payer_name in UPPER_PAYERS.items():
                key = (unit.unit_id, month, service, payer)
                new, returning = visits.reported().get(key) or visits.truth()[key]
                both = new + returning + (9 if key == visits.WRONG_TOTAL else 0)
                wrong = visits.WRONG_KECAMATAN[:3] == key[:3]
                kecamatan = visits.WRONG_KECAMATAN[3] if wrong else unit.kecamatan
                counts: tuple[int | str, ...] = (new, returning, both)
                if key in visits.REFUSED:
                    counts = _spoilt(visits.REFUSED[key], new, returning)
                cells = (name, "Kabupaten Tebo", kecamatan, _name(unit, month), UPPER_SERVICES[service], payer_name)
                rows.append((*cells, *counts))
                total += both
    if month == date(2024, 3, 1):
        stranger = (name, "Kabupaten Tebo", "Tebo Tengah", "Puskesmas Bukit Harapan", "UMUM")
        rows += [(*stranger, payer, 10 + i, 40 - i, 50) for i, payer in enumerate(UPPER_PAYERS.values())]
    rows.append((*[""] * 8, total))
    path = folder / str(month.year) / f"{name.lower()}-jumlah-kunjungan-puskesmas-menurut-poli.csv"
    encoding = "utf-8-sig" if month.month % 2 else "cp1252"
    return write_csv(path, rows, sent(month), encoding=encoding)


def _spoilt(fault: str, new: int, returning: int) -> tuple[int | str, ...]:
    """Return the three counts of a row with a fault in one of them."""
    return (new, fault, new + returning) if fault == "#REF!" else (fault, returning, new + returning)


def _comma_rows(month: date, unit: Unit, counts: dict[visits.Key, visits.Counts]) -> list[Row]:
    rows: list[Row] = []
    for service in visits.services(unit):
        for payer, payer_name in SHORT_PAYERS.items():
            found = counts.get((unit.unit_id, month, service, payer))
            if found is not None:
                cells = (f"{month:%Y-%m}", unit.code, unit.name, unit.kecamatan, POLI_SERVICES[service], payer_name)
                rows.append((*cells, *found, sum(found)))
    return rows


def _comma_form(path: Path, months: list[date]) -> Path:
    """Write the months for all centres that have no form of their own; the corrected month is in its first version."""
    path = path.parent / "2026" / path.name
    rows: list[Row] = [(*_COMMA_HEADER, *_COUNTS)]
    for month in months:
        for unit in centres():
            place = (unit.unit_id, month)
            if unit.unit_id not in OWN_FORM[2026] and place != visits.REGISTER:
                counts = visits.first_version() if place == visits.CORRECTED else visits.reported()
                rows += _comma_rows(month, unit, counts)
    return write_csv(path, rows, sent(months[-1]), delimiter=",", end="\n")


def _correction(folder: Path) -> Path:
    """Write the report that replaces a month sent before; its date stands in the name."""
    unit_id, month = visits.CORRECTED
    rows = [(*_COMMA_HEADER, *_COUNTS), *_comma_rows(month, units()[unit_id], visits.reported())]
    path = folder / "2026" / f"perbaikan_kunjungan_PKM_Mengupeh_{month:%Y-%m}_20260714.csv"
    return write_csv(path, rows, sent(date(2026, 6, 1)) + timedelta(days=6), delimiter=",", end="\n")


def _data_values(folder: Path) -> Path:
    """Write a DHIS2 data value set of half a year; the year in its name is wrong."""
    unit = units()[DHIS2_UNIT]
    header = ("dataelement", "period", "orgunit", "catoptcombo", "attroptcombo")
    rows: list[Row] = [(*header, "value", "storedby", "lastupdated", "comment")]
    for key, counts in visits.reported().items():
        unit_id, month, service, payer = key
        if unit_id == DHIS2_UNIT and DHIS2_FROM <= month < date(2026, 1, 1):
            element = f"Kunjungan - {POLI_SERVICES[service]}"
            stamp = f"{sent(month):%Y-%m-%dT%H:%M:%S}.000+0700"
            for kind, count in zip(("Baru", "Lama"), counts, strict=True):
                combination = f"{kind}, {NAMED_PAYERS[payer]}"
                rows.append((element, f"{month:%Y%m}", unit.code, combination, "default", count, "operator", stamp, ""))
    path = folder / "dhis2" / f"datavalueset_{unit.code}_2024_semester2.csv"
    return write_csv(path, rows, sent(date(2025, 12, 1)), delimiter=",", end="\n")
