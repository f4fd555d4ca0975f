"""The employees of the sample district, all invented, and how each quarter they were rated."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from random import Random

from rapor.sample.district import QUARTERS, agencies, centres, table, units

RATED = tuple(quarter for quarter in QUARTERS if quarter.year >= 2025)
_FIRST = {
    "1": ("Agus", "Andi", "Arif", "Bambang", "Bayu", "Budi", "Dedi", "Dimas", "Eko", "Fajar", "Feri", "Hadi", "Hendra",
          "Irfan", "Joko", "Rahmat", "Rudi", "Slamet", "Wahyu", "Yusuf"),
    "2": ("Aminah", "Ayu", "Citra", "Desi", "Dewi", "Eka", "Endang", "Fitri", "Hesti", "Indah", "Kartini", "Lestari",
          "Maya", "Nur", "Putri", "Ratna", "Rina", "Sari", "Sri", "Wulan"),
}  # fmt: skip
_LAST = ("Anggraini", "Cahyono", "Firmansyah", "Gunawan", "Handayani", "Hartono", "Hidayat", "Kurniawan", "Kusuma",
         "Maulana", "Mulyani", "Nugroho", "Permata", "Prasetyo", "Pratama", "Puspita", "Rahayu", "Ramadhan", "Saputra",
         "Setiawan", "Susanti", "Utami", "Wibowo", "Wijaya", "Yuliana")  # fmt: skip
_POSITIONS = {
    "leadership": ("Kepala Bidang", "Kepala Seksi", "Kasubbag"),
    "physician": ("Dokter Ahli Pertama", "Dokter Gigi"),
    "nurse": ("Perawat Terampil", "Perawat Mahir", "Perawat Ahli Pertama"),
    "midwife": ("Bidan Terampil", "Bidan Mahir", "Bidan Ahli Pertama"),
    "public_health": ("Sanitarian", "Nutrisionis", "Apoteker", "Pranata Laboratorium Kesehatan"),
    "engineer": ("Teknik Jalan dan Jembatan Ahli Pertama", "Teknik Pengairan Ahli Pertama", "Pengawas Lapangan"),
    "civil_registry": ("Administrator Database Kependudukan", "Operator SIAK"),
    "education": ("Pengawas Sekolah", "Penilik", "Pamong Budaya"),
    "planner": ("Perencana Ahli Pertama", "Analis Kebijakan", "Statistisi"),
    "administration": ("Pengadministrasi Perkantoran", "Bendahara", "Pengolah Data dan Informasi"),
}
_STAFF = {
    "dinkes": {"leadership": 6, "public_health": 10, "planner": 7, "administration": 13},
    "pupr": {"leadership": 6, "engineer": 24, "planner": 6, "administration": 12},
    "disdikbud": {"leadership": 5, "education": 14, "planner": 4, "administration": 10},
    "dukcapil": {"leadership": 4, "civil_registry": 14, "administration": 7},
    "bappeda": {"leadership": 5, "planner": 12, "administration": 5},
    "bpkad": {"leadership": 4, "planner": 10, "administration": 8},
}
_DUTIES = {
    "leadership": (("Laporan unit diserahkan lengkap", "laporan", 3), ("Rapat evaluasi dipimpin", "kali", 6)),
    "physician": (("Pasien diperiksa", "pasien", 620), ("Rujukan nonspesialistik terkendali", "%", 98)),
    "nurse": (("Asuhan keperawatan didokumentasikan", "asuhan", 380), ("Kunjungan rumah", "kunjungan", 36)),
    "midwife": (("Ibu hamil dilayani sesuai standar", "ibu", 45), ("Balita dipantau tumbuh kembangnya", "balita", 160)),
    "public_health": (("Penyuluhan dilaksanakan", "kali", 9), ("Sampel atau resep dilayani", "buah", 420)),
    "engineer": (("Ruas jalan diperiksa", "ruas", 14), ("Laporan kemajuan fisik", "laporan", 3)),
    "civil_registry": (("Dokumen kependudukan diterbitkan", "dokumen", 540), ("Perekaman KTP-el", "orang", 210)),
    "education": (("Sekolah dibina", "sekolah", 12), ("Laporan supervisi", "laporan", 12)),
    "planner": (("Dokumen analisis disusun", "dokumen", 4), ("Data diperiksa dan disahkan", "tabel", 30)),
    "administration": (("Surat dan berkas diselesaikan", "berkas", 240), ("Laporan administrasi", "laporan", 3)),
}


@dataclass(frozen=True)
class Employee:
    """A person: `ability` about 0 with spread 1 moves all ratings; `since` is the first quarter with an evaluation."""

    nip: str
    name: str
    grade: str
    position: str
    job_group: str
    unit_id: str
    superior_nip: str
    ability: float
    since: date
    is_nip_ruined: bool = False


@dataclass(frozen=True)
class Duty:
    """An individual indicator of a quarter; `evidence` is verified, unverified or absent."""

    name: str
    unit_of_measure: str
    target: int
    realised: int
    evidence: str
    is_on_time: bool


@dataclass(frozen=True)
class Evaluation:
    """One person's quarter: ratings (below, meets, above), the predicate written in the report, the duties."""

    nip: str
    quarter: date
    result: str
    behaviour: str
    predicate: str
    duties: tuple[Duty, ...]


def _staff(unit_id: str) -> dict[str, int]:
    """Return the number of people by job group: the larger a health centre's population, the more."""
    if unit_id in _STAFF:
        return _STAFF[unit_id]
    people = units()[unit_id].population
    return {
        "leadership": 1,
        "physician": 2 if people < 25_000 else 4,
        "nurse": 4 + people // 6_000,
        "midwife": 5 + people // 5_000,
        "public_health": 3 + people // 15_000,
        "administration": 1 + people // 15_000,
    }


def _nip(random: Random, sequence: int, sex: str, is_contract: bool) -> str:
    """Return an invented NIP: birth date, appointment (PPPK: year and 21), sex, a sequence from 900 on."""
    birth = date(random.randint(1969, 1996), random.randint(1, 12), random.randint(1, 28))
    appointed = max(birth.year + 22, random.randint(1996, 2022))
    when = f"{random.randint(2021, 2025)}21" if is_contract else f"{appointed}{random.choice((1, 3, 4, 12)):02}"
    return f"{birth:%Y%m%d}{when}{sex}{sequence:03}"


@cache
def everyone() -> tuple[Employee, ...]:
    """Return all employees, unit by unit, each unit's head first."""
    people: list[Employee] = []
    heads: dict[str, str] = {}
    for unit in (*agencies(), *centres()):
        random = Random(f"employees {unit.unit_id}")  # noqa: S311  not for secrets
        for group, count in _staff(unit.unit_id).items():
            for index in range(count):
                sex = "2" if group == "midwife" else random.choice("12")
                is_head = unit.unit_id not in heads
                nip = _nip(random, 900 + len(people) % 100, sex, not is_head and random.random() < 0.12)
                superior = heads.get("dinkes" if is_head and unit.kind == "health_centre" else unit.unit_id, "")
                position = random.choice(_POSITIONS[group])
                if is_head:
                    heads[unit.unit_id] = nip
                    kind = "Kepala Badan" if unit.name.startswith("Badan") else "Kepala Dinas"
                    position = "Kepala Puskesmas" if unit.kind == "health_centre" else kind
                elif unit.kind == "health_centre" and group == "leadership":
                    position = "Kasubbag"
                name = f"{random.choice(_FIRST[sex])} {random.choice(_LAST)}"
                grade = "IX" if nip[12:14] == "21" else random.choice(("II/d", "III/a", "III/b", "III/c", "III/d"))
                is_ruined = (unit.unit_id, group, index) in (("pkm-tegal-arum", "nurse", 2), ("pupr", "engineer", 5))
                since = date(2026, 4, 1) if not is_head and random.random() < 0.05 else RATED[0]
                ability = random.gauss(0, 1)
                people.append(
                    Employee(nip, name, "IV/a" if is_head else grade, position, group, unit.unit_id, superior,
                             ability, since, is_ruined)
                )  # fmt: skip
    return tuple(people)


@cache
def _predicates() -> dict[tuple[str, str], str]:
    return {(row["result"], row["behaviour"]): row["predicate"] for row in table("predicate_matrix")}


def _rating(score: float) -> str:
    return "above" if score > 1.25 else "below" if score < -1.75 else "meets"


@cache
def evaluations() -> tuple[Evaluation, ...]:
    """Return the evaluations of all quarters; those whose NIP is ruined have none. Three predicates defy the matrix."""
    found: list[Evaluation] = []
    for person in everyone():
        random = Random(f"evaluation {person.nip}")  # noqa: S311  not for secrets
        for quarter in RATED:
            if quarter < person.since or person.is_nip_ruined:
                continue
            rated = rate(person, quarter, random)
            if len(found) in (100, 900, 2500):
                rated = replace(rated, predicate="Sangat Baik" if rated.predicate != "Sangat Baik" else "Baik")
            found.append(rated)
    return tuple(found)


def rate(person: Employee, period: date, random: Random) -> Evaluation:
    """Return how a person is rated for a period: by ability and by chance, the predicate by the matrix."""
    result = _rating(0.8 * person.ability + random.gauss(0, 0.7))
    behaviour = _rating(0.6 * person.ability + random.gauss(0, 0.7))
    duties = tuple(_duty(person, name, unit, aim, random) for name, unit, aim in _DUTIES[person.job_group])
    return Evaluation(person.nip, period, result, behaviour, _predicates()[result, behaviour], duties)


def _duty(person: Employee, name: str, unit: str, aim: int, random: Random) -> Duty:
    aim = aim if unit == "%" else max(1, round(aim * random.uniform(0.9, 1.1)))
    reach = min(1.2, max(0.3, 0.95 + 0.055 * person.ability + random.gauss(0, 0.05)))
    realised = min(100, round(aim * reach)) if unit == "%" else round(aim * reach)
    trusted = random.random() < 0.82 + 0.05 * person.ability
    evidence = "verified" if trusted else random.choice(("unverified", "absent"))
    return Duty(name, unit, aim, realised, evidence, random.random() < 0.88 + 0.05 * person.ability)
