"""The staff lists, the quarterly evaluations and the individual indicators, as the personnel office sends them."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from queries.months import moved_by
from rapor.sample.district import quarter_name, units
from rapor.sample.employees import RATED, Employee, Evaluation, evaluations, everyone
from rapor.sample.office import Row, Sheet, Value, write_csv, write_workbook

_GROUP_NAMES = {
    "leadership": "Pimpinan", "physician": "Dokter", "nurse": "Perawat", "midwife": "Bidan",
    "public_health": "Kesehatan Masyarakat", "engineer": "Teknik", "civil_registry": "Operator SIAK",
    "education": "Pengawas Sekolah", "planner": "Perencana", "administration": "Pengadministrasi",
}  # fmt: skip
_RATING_NAMES = {"below": "Di Bawah Ekspektasi", "meets": "Sesuai Ekspektasi", "above": "Di Atas Ekspektasi"}
_EVIDENCE_NAMES = {"verified": "Terverifikasi", "unverified": "Belum diverifikasi", "absent": None}
_TITLES = {
    "physician": "dr. {}", "midwife": "{}, A.Md.Keb.", "nurse": "{}, S.Kep.", "engineer": "{}, S.T.",
    "public_health": "{}, S.K.M.", "planner": "{}, S.E.",
}  # fmt: skip


def sent(quarter: date) -> datetime:
    """Return when a quarter's evaluations come in: on the sixteenth of the month after it."""
    following = moved_by(quarter, 3)
    return datetime(following.year, following.month, 16, 15, 30)


def write(folder: Path) -> list[Path]:
    """Write all personnel files into the folder; returns the paths."""
    health = [person for person in everyone() if is_health(person)]
    others = [person for person in everyone() if not is_health(person)]
    paths = [
        _staff(folder / "Data Pegawai Dinas Kesehatan dan Puskesmas 2026.xlsx", health),
        _staff(folder / "Data Pegawai OPD 2026.ods", others),
    ]
    inner = folder / "evaluasi"
    paths += [_evaluations(inner, quarter) for quarter in RATED]
    first_year = [quarter for quarter in RATED if quarter.year == 2025]
    second_year = [quarter for quarter in RATED if quarter.year == 2026]
    paths.append(_duties(inner / "Indikator Individu 2025.xlsx", health, first_year))
    paths += [_duties(inner / f"Indikator Individu {quarter_name(q)}.xlsx", health, [q]) for q in second_year]
    paths.append(_duties(inner / "Indikator Individu OPD 2025.ods", others, first_year))
    paths.append(_duties(inner / "Indikator Individu OPD 2026.ods", others, second_year))
    return paths


def is_health(person: Employee) -> bool:
    """Return whether the health agency keeps the person's file."""
    return person.unit_id == "dinkes" or units()[person.unit_id].kind == "health_centre"


def shown_name(person: Employee) -> str:
    """Return the name with the title that staff lists put to it."""
    return _TITLES.get(person.job_group, "{}").format(person.name)


def _shown_nip(person: Employee, number: int) -> Value:
    """Return the NIP in one of the ways offices type it, or as the spreadsheet ruined it: 15 digits of 18."""
    nip = person.nip
    if person.is_nip_ruined:
        return float(int(nip) // 1000 * 1000)
    styles = (nip, f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}", f"'{nip}")
    return styles[(0, 1, 0, 0, 2, 1)[number % 6]]


def _staff(path: Path, people: list[Employee]) -> Path:
    rows: list[Row] = [
        ["DAFTAR PEGAWAI NEGERI SIPIL DAN PPPK TAHUN 2026 (DATA CONTOH)"],
        [],
        ["No.", "NAMA", "NIP ", "Gol", "JABATAN", "KELOMPOK JABATAN", "UNIT KERJA", "NIP ATASAN"],
    ]
    for number, person in enumerate(people, 1):
        unit, group = units()[person.unit_id].name, _GROUP_NAMES[person.job_group]
        rows.append((number, shown_name(person), _shown_nip(person, number), person.grade, person.position, group, unit,
                     person.superior_nip or None))  # fmt: skip
    at = datetime(2026, 1, 12, 8, 45)
    return write_workbook(path, [Sheet("Data Pegawai", rows)], at)


def _of(quarters: Iterable[date]) -> list[Evaluation]:
    wanted = set(quarters)
    return [evaluation for evaluation in evaluations() if evaluation.quarter in wanted]


def _evaluations(folder: Path, quarter: date) -> Path:
    people = {person.nip: person for person in everyone()}
    header = ("NIP", "Nama", "Unit Kerja", "Periode", "Hasil Kerja", "Perilaku Kerja", "Predikat Kinerja")
    rows: list[Row] = [header]
    for number, item in enumerate(_of([quarter])):
        person = people[item.nip]
        nip = f"'{item.nip}" if number % 5 == 0 else item.nip
        ratings = (_RATING_NAMES[item.result], _RATING_NAMES[item.behaviour].upper(), item.predicate)
        rows.append((nip, shown_name(person), units()[person.unit_id].name, quarter_name(quarter), *ratings))
    path = folder / f"evaluasi_kinerja_{quarter_name(quarter).replace(' ', '_')}.csv"
    return write_csv(path, rows, sent(quarter))


def _duties(path: Path, people: list[Employee], quarters: list[date]) -> Path:
    known = {person.nip: person for person in people}
    rows: list[Row] = [
        ["CAPAIAN INDIKATOR KINERJA INDIVIDU"],
        [],
        ["No", "Periode", "NIP", "Nama Pegawai", "Unit Kerja", "Indikator Kinerja Individu", "Satuan", "Target",
         "Realisasi", "Bukti Dukung", "Tepat Waktu"],
    ]  # fmt: skip
    for item in _of(quarters):
        person = known.get(item.nip)
        if person is None:
            continue
        for duty in item.duties:
            number = len(rows) - 2
            who = (quarter_name(item.quarter), item.nip, shown_name(person), units()[person.unit_id].name)
            done = (duty.name, duty.unit_of_measure, duty.target, duty.realised)
            rows.append((number, *who, *done, _EVIDENCE_NAMES[duty.evidence], "Ya" if duty.is_on_time else "Tidak"))
    return write_workbook(path, [Sheet("Indikator Individu", rows)], sent(quarters[-1]))
