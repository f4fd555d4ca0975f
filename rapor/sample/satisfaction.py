"""Satisfaction surveys: the simulated answers, and the respondent sheets, recaps and form exports that carry them."""

import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from queries.months import moved_by
from rapor.sample.district import QUARTERS, ROMAN, agencies, centres, quarter_name, units
from rapor.sample.office import Row, Sheet, Value, received, write_csv, write_workbook
from rapor.sample.visits import GROWTH

Answers = tuple[int | None, ...]  # U1..U9 of one respondent, 1..4; None where he left the question out

ROWS = ("pkm-rimbo-bujang-ii", "pkm-bangun-seranten")  # these two send the respondents' rows
FORM = "pkm-muara-tebo"  # this one exports its online form
TOO_FEW = "pkm-bangun-seranten"
LOWEST = "pkm-suo-suo"
WRONG_WEIGHT = ("pkm-lubuk-mandarsah", date(2026, 4, 1))  # its index was worked out with 0.11 instead of 1/9
COPIED = date(2026, 4, 1)  # the recap of this quarter was saved twice
SCALE = ("", "Tidak baik", "Kurang baik", "Baik", "Sangat baik")
QUESTIONS = (
    "1. Bagaimana pendapat Saudara tentang kesesuaian persyaratan pelayanan dengan jenis pelayanannya?",
    "2. Bagaimana pemahaman Saudara tentang kemudahan prosedur pelayanan di unit ini?",
    "3. Bagaimana pendapat Saudara tentang kecepatan waktu dalam memberikan pelayanan?",
    "4. Bagaimana pendapat Saudara tentang kewajaran biaya/tarif dalam pelayanan?",
    "5. Bagaimana pendapat Saudara tentang kesesuaian produk pelayanan antara yang tercantum dalam standar pelayanan "
    "dengan hasil yang diberikan?",
    "6. Bagaimana pendapat Saudara tentang kompetensi/kemampuan petugas dalam pelayanan?",
    "7. Bagaimana pendapat Saudara tentang perilaku petugas dalam pelayanan terkait kesopanan dan keramahan?",
    "8. Bagaimana pendapat Saudara tentang kualitas sarana dan prasarana?",
    "9. Bagaimana pendapat Saudara tentang penanganan pengaduan pengguna layanan?",
)
ELEMENT_OFFSETS = (0.03, 0.00, -0.16, 0.27, 0.02, 0.06, 0.09, -0.11, -0.14)
SPREAD = 0.55
UNANSWERED = 0.004  # share of the answers that respondents leave out
_SERVICES = ("Poli Umum", "KIA", "Poli Gigi dan Mulut", "UGD", "Lansia")


@dataclass(frozen=True)
class Recap:
    """A unit's line in the recap of a quarter: respondents, the nine means to three decimals, the index reported."""

    respondents: int
    means: tuple[float, ...]
    index: float


def respondents(unit_id: str, quarter: date) -> int:
    """Return how many people answered; as many as any number of users asks for, but in one centre."""
    random = Random(f"respondents {unit_id} {quarter}")  # noqa: S311  not for secrets
    return random.randint(31, 58) if unit_id == TOO_FEW else random.randint(385, 409)


def _means(unit_id: str, quarter: date, random: Random) -> list[float]:
    """Return what the users of a unit think on average of each element."""
    base = Random(f"satisfaction {unit_id}").uniform(3.12, 3.42)  # noqa: S311  not for secrets
    passed = QUARTERS.index(quarter)
    if unit_id == LOWEST:
        base = 2.96
    if unit_id == GROWTH[0]:
        base = 3.05 + 0.085 * max(0, passed - 5)
    return [base + 0.004 * passed + offset + random.gauss(0, 0.02) for offset in ELEMENT_OFFSETS]


@cache
def answers(unit_id: str, quarter: date) -> tuple[Answers, ...]:
    """Return the respondents' answers of a unit that sends them."""
    random = Random(f"answers {unit_id} {quarter}")  # noqa: S311  not for secrets
    means = _means(unit_id, quarter, random)
    return tuple(
        tuple(
            None if random.random() < UNANSWERED else min(4, max(1, round(random.gauss(mean, SPREAD))))
            for mean in means
        )
        for _ in range(respondents(unit_id, quarter))
    )


@cache
def recap(unit_id: str, quarter: date) -> Recap:
    """Return the line of a unit that sends only a recap; the index is the mean of the means x 25."""
    random = Random(f"recap {unit_id} {quarter}")  # noqa: S311  not for secrets
    count = respondents(unit_id, quarter)
    means = tuple(round(min(4, mean + random.gauss(0, SPREAD) / count**0.5), 3)
                  for mean in _means(unit_id, quarter, random))  # fmt: skip
    weight = 0.11 if (unit_id, quarter) == WRONG_WEIGHT else 1 / 9
    return Recap(count, means, round(sum(means) * weight * 25, 2))


def recap_units() -> tuple[str, ...]:
    """Return the units that send only a recap."""
    return tuple(unit.unit_id for unit in (*centres(), *agencies()) if unit.unit_id not in (*ROWS, FORM))


def sent(quarter: date) -> datetime:
    """Return when a quarter's surveys come in: on the twelfth of the month after it."""
    following = moved_by(quarter, 3)
    return datetime(following.year, following.month, 12, 10, 0)


def write(folder: Path) -> list[Path]:
    """Write all satisfaction reports into the folder; returns the paths."""
    paths = [writer(folder, quarter) for quarter in QUARTERS for writer in (_respondent_rows, _recap_form)]
    original = folder / str(COPIED.year) / f"Rekap IKM {quarter_name(COPIED)}.xlsx"
    copy = original.with_stem(original.stem + " (2)")
    shutil.copyfile(original, copy)
    paths.append(received(copy, sent(COPIED) + timedelta(days=1)))
    return [*paths, *(_form_export(folder / "form", year) for year in (2024, 2025, 2026))]


def _title(quarter: date) -> str:
    return f"Triwulan {ROMAN[quarter.month // 3]} Tahun {quarter.year}"


def _respondent_rows(folder: Path, quarter: date) -> Path:
    """Write one sheet a unit with a row a respondent, and the means and the index below."""
    sheets = []
    for unit_id in ROWS:
        random = Random(f"profile {unit_id} {quarter}")  # noqa: S311  not for secrets
        rows: list[Row] = [
            ["SURVEI KEPUASAN MASYARAKAT"],
            [_title(quarter)],
            [],
            ["NO. RESPONDEN ", "PROFIL", *[None] * 5, "NILAI UNSUR PELAYANAN", *[None] * 8],
            [None, "NAMA", "JENIS KELAMIN", "USIA", "PENDIDIKAN", "PEKERJAAN", "JENIS LAYANAN", *_codes()],
        ]
        found = answers(unit_id, quarter)
        for number, marks in enumerate(found, 1):
            profile = (
                f"Responden {number:03}",
                random.choice(("L", "P")),
                random.randint(17, 74),
                random.choice(("SD", "SMP", "SMA", "D3", "S1")),
                random.choice(("Petani", "Ibu rumah tangga", "Swasta", "Wiraswasta", "ASN", "Pelajar")),
                random.choice(_SERVICES),
            )
            rows.append((number, *profile, *marks))
        means = [_mean(column) for column in zip(*found, strict=True)]
        rows.append(["NRR", *[None] * 6, *(round(mean, 3) for mean in means)])
        rows.append(["IKM", *[None] * 6, round(sum(means) / 9 * 25, 2)])
        merges = [(3, 0, 4, 0), (3, 1, 3, 6), (3, 7, 3, 15)]
        sheets.append(Sheet(f"PKM {units()[unit_id].short_name}", rows, merges))
    path = folder / str(quarter.year) / f"SKM Responden {quarter_name(quarter)}.xlsx"
    return write_workbook(path, sheets, sent(quarter))


def _codes() -> list[str]:
    return [f"U{number}" for number in range(1, 10)]


def _mean(column: tuple[int | None, ...]) -> float:
    known = [mark for mark in column if mark is not None]
    return sum(known) / len(known)


def _grade(index: float) -> str:
    return next((grade for grade, lower in (("A", 88.31), ("B", 76.61), ("C", 65)) if index >= lower), "D")


def _recap_form(folder: Path, quarter: date) -> Path:
    """Write one line a unit: respondents, the nine means, the index, the grade."""
    rows: list[Row] = [
        ["REKAPITULASI INDEKS KEPUASAN MASYARAKAT"],
        [_title(quarter).upper()],
        [],
        ["No", "Unit Pelayanan", "Jumlah Responden", "NRR Unsur", *[None] * 8, "IKM", "Mutu"],
        [None, None, None, *_codes(), None, None],
    ]
    for number, unit_id in enumerate(recap_units(), 1):
        unit, line = units()[unit_id], recap(unit_id, quarter)
        name = f"Puskesmas {unit.short_name}" if unit.kind == "health_centre" else unit.name
        cells: list[Value] = [number, name, line.respondents, *line.means, line.index, _grade(line.index)]
        rows.append(cells)
    rows += [[], ["Catatan: NRR = nilai rata-rata unsur; IKM = rata-rata NRR x 25"], ["Mengetahui,"], ["Kepala Bagian"]]
    merges = [(3, 0, 4, 0), (3, 1, 4, 1), (3, 2, 4, 2), (3, 3, 3, 11), (3, 12, 4, 12), (3, 13, 4, 13)]
    path = folder / str(quarter.year) / f"Rekap IKM {quarter_name(quarter)}.xlsx"
    return write_workbook(path, [Sheet("Rekap", rows, merges)], sent(quarter))


def _form_export(folder: Path, year: int) -> Path:
    """Write an online form's answers of a year; its questions 8 and 9 stand for U9 and U8."""
    random = Random(f"form {year}")  # noqa: S311  not for secrets
    quarters = [quarter for quarter in QUARTERS if quarter.year == year]
    header = ("Timestamp", "Jenis Kelamin", "Usia", "Pendidikan Terakhir", "Pekerjaan", "Layanan yang diterima")
    lines: list[tuple[datetime, Row]] = []
    for quarter in quarters:
        for marks in answers(FORM, quarter):
            seconds = random.randrange(90 * 24 * 3600)
            at = datetime(quarter.year, quarter.month, 1) + timedelta(seconds=seconds)
            asked = (*marks[:7], marks[8], marks[7])
            written = ["" if mark is None else _written(mark, random) for mark in asked]
            profile = (random.choice(("Laki-laki", "Perempuan")), random.choice(("17-25", "26-40", "41-60", "> 60")))
            more = (random.choice(("SMA", "D3", "S1")), random.choice(("Swasta", "Petani", "ASN")))
            comment = "Pertahankan" if random.random() < 0.05 else ""
            lines.append((at, (_american(at), *profile, *more, random.choice(_SERVICES), *written, comment)))
    rows = [(*header, *QUESTIONS, "Saran"), *(row for _, row in sorted(lines, key=lambda line: line[0]))]
    path = folder / f"SKM Puskesmas {units()[FORM].short_name} {year} (Jawaban).csv"
    return write_csv(path, rows, sent(quarters[-1]), delimiter=",", end="\n")


def _written(mark: int, random: Random) -> str:
    return f"{mark}. {SCALE[mark]}" if random.random() < 0.3 else str(mark)


def _american(at: datetime) -> str:
    return f"{at.month}/{at.day}/{at.year} {at.hour}:{at:%M:%S}"
