"""The simulated figures of the indicators, and the register, target and realisation files that carry them."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from random import Random

from queries.months import between, moved_by
from queries.months import quarter as quarter_of
from rapor.sample.district import AS_OF, QUARTERS, ROMAN, SHORT_MONTHS, agencies, centres, comma, units
from rapor.sample.office import Row, Sheet, Value, write_csv, write_workbook
from rapor.sample.register import (
    BY_RANGE,
    BY_SCALE,
    HIGHER,
    INDICATORS,
    PREDICATES,
    RANGE_UPPER,
    RATIO,
    SPM_SERVICES,
    SUM,
    Indicator,
)
from rapor.sample.register_words import FAULTY, WORDS

YEARS = (2024, 2025, 2026)
PROGRAMME_YEARS = (2025, 2026)
# Values that a file withholds, and what stands in their place.
WITHHELD = {("DC-06", date(2024, 1, 1)): "TAD", ("DP-05", date(2025, 4, 1)): "-", ("DP-03", date(2026, 7, 1)): ""}
_WHOLE = {"km": 1, "ha": 1, "siswa": 0, "dokumen": 0, "bidang": 0}  # decimals by unit of measure, 2 for others
_PROGRAMME_PATH = {
    "PU-06": (0, 2, 5, 10, 18, 30, 45, 60, 75, 88, 96, 100),
    "PU-07": (0, 1, 3, 8, 15, 24, 38, 52, 66, 80, 90, 98),
}


@dataclass(frozen=True)
class Share:
    """A numerator and its denominator."""

    numerator: int
    denominator: int


def indicator(code: str) -> Indicator:
    """Return the indicator with that code."""
    return next(item for item in INDICATORS if item.code == code)


def quarterly() -> tuple[Indicator, ...]:
    """Return the indicators of the agencies that are reported each quarter."""
    return tuple(item for item in INDICATORS if item.aggregation != RATIO and not item.is_monthly)


def _quarters(year: int) -> list[date]:
    return [date(year, month, 1) for month in (1, 4, 7, 10)]


def target(item: Indicator, quarter: date) -> float:
    """Return the target of a quarter: that quarter's own amount where quarters add up, else the level to reach."""
    passed = between(QUARTERS[0], quarter) // 3
    return round(item.start if item.aggregation == SUM else min(100 if item.unit_of_measure == "%" else 1e9,
                 item.start + item.step * passed), 2)  # fmt: skip


def spread(item: Indicator) -> float:
    """Return the standard deviation of a quarter's figure that chance alone brings, as a share of the figure."""
    return 0.06 if item.aggregation == SUM else 0.006


def recorded(item: Indicator, value: float) -> float:
    """Return a value as its report shows it: to the decimals of its unit of measure, no percentage above 100."""
    return round(min(value, 100) if item.unit_of_measure == "%" else value, _WHOLE.get(item.unit_of_measure, 2))


@cache
def realised() -> dict[tuple[str, date], float]:
    """Return the realised value by indicator and quarter, to the decimals that its report shows."""
    values = {}
    for item in quarterly():
        random = Random(f"indicator {item.code}")  # noqa: S311  not for secrets
        for passed, quarter in enumerate(QUARTERS):
            if item.rule == BY_SCALE:
                continue
            reach = item.reach[0] + (item.reach[1] - item.reach[0]) * passed / (len(QUARTERS) - 1)
            aim = RANGE_UPPER.get(item.code, target(item, quarter))
            values[item.code, quarter] = recorded(item, aim * reach * random.gauss(1, spread(item)))
    return values


@cache
def served() -> dict[tuple[str, str, date], Share]:
    """Return the people served and the people due by SPM indicator, health centre and quarter."""
    shares = {}
    for unit in centres():
        random = Random(f"spm {unit.unit_id}")  # noqa: S311  not for secrets
        effect = random.gauss(-0.02, 0.075)
        for number, (_, rate, coverage) in enumerate(SPM_SERVICES, 1):
            level = coverage + effect + random.gauss(0, 0.03)
            for passed, quarter in enumerate(QUARTERS):
                due = max(1, round(unit.population * rate / 4))
                share = min(1, max(0.2, level + 0.005 * passed + random.gauss(0, 0.015)))
                shares[f"SPM-{number:02}", unit.unit_id, quarter] = Share(round(due * share), due)
    return shares


@cache
def programme() -> dict[tuple[str, date], tuple[float, float | None]]:
    """Return target and realisation, cumulative in per cent, of the road programme by indicator and month."""
    values: dict[tuple[str, date], tuple[float, float | None]] = {}
    for code, path in _PROGRAMME_PATH.items():
        for year, pace in zip(PROGRAMME_YEARS, (0.97, 0.86), strict=True):
            random = Random(f"programme {code} {year}")  # noqa: S311  not for secrets
            reached = 0.0
            for index, aim in enumerate(path):
                month = date(year, index + 1, 1)
                reached = max(reached, round(min(100, aim * pace * random.gauss(1, 0.03)), 2))
                values[code, month] = (aim, reached if month <= date(2026, 10, 1) else None)
    return values


def write(folder: Path) -> list[Path]:
    """Write the register, the targets and the realisations into the folder; returns the paths."""
    paths = [_register(folder / "Daftar Indikator Kinerja 2024-2026.xlsx")]
    for year in YEARS:
        paths += [_targets(folder, year), _realisations(folder, year), _spm(folder, year)]
    for year in PROGRAMME_YEARS:
        paths += [_programme(folder, year, "Target", 0), _programme(folder, year, "Realisasi", 1)]
    return paths


def _closing(year: int) -> datetime:
    """Return when the year's last figures came in."""
    day = AS_OF.date() if year == 2026 else date(year + 1, 1, 14)
    return datetime(day.year, 10 if year == 2026 else day.month, 14, 11, 0)


def _register(path: Path) -> Path:
    rows: list[Row] = [
        ["DAFTAR INDIKATOR KINERJA KABUPATEN TEBO 2024-2026"],
        [],
        ["No", "Kode", "Indikator", "Definisi operasional", "Formula", "Satuan", "Polaritas", "Agregasi", "Aturan capaian",
         "Skala predikat", "Bobot", "Penanggung jawab", "Sumber data", "Dasar hukum", "Baseline", "Periode pelaporan"],
    ]  # fmt: skip
    for number, item in enumerate((*INDICATORS, *FAULTY), 1):
        definition, formula = WORDS.get(item.code, (item.definition, item.formula))
        rows.append(
            (number, item.code, item.name, definition or None, formula or None, item.unit_of_measure or None,
             item.polarity or None, item.aggregation, item.rule or None, item.scale or None, item.weight or None,
             units()[item.owner].name, item.source, item.legal_basis, _baseline(item), _rhythm(item))
        )  # fmt: skip
    return write_workbook(path, [Sheet("Indikator", rows)], datetime(2024, 1, 15, 9, 0))


def _baseline(item: Indicator) -> float | None:
    """Return the first value: of a share that of all health centres together, of a programme's year zero."""
    if item.is_monthly:
        return 0
    first = [share for (code, _, quarter), share in served().items() if code == item.code and quarter == QUARTERS[0]]
    if first:
        return round(100 * sum(share.numerator for share in first) / sum(share.denominator for share in first), 2)
    return realised().get((item.code, QUARTERS[0]))


def _rhythm(item: Indicator) -> str:
    return "Bulanan" if item.is_monthly else "Tahunan" if item.rule == BY_SCALE else "Triwulanan"


def _targets(folder: Path, year: int) -> Path:
    head: list[Row] = [
        ["TARGET KINERJA PERANGKAT DAERAH"],
        [f"TAHUN {year}"],
        [],
        ["No", "Kode", "Indikator Kinerja", "Satuan", "Unit Kerja", "Target", None, None, None],
        [None, None, None, None, None, *(f"TW {roman}" for roman in ROMAN)],
    ]
    merges = [*((3, column, 4, column) for column in range(5)), (3, 5, 3, 8)]
    own: list[Row] = []
    for agency in agencies():
        items = [item for item in quarterly() if item.owner == agency.unit_id]
        for index, item in enumerate(items):
            cells = [_target_cell(item, quarter) for quarter in _quarters(year)]
            label = None if index else agency.name
            own.append((len(own) + 1, item.code, item.name, item.unit_of_measure, label, *cells))
    spm: list[Row] = []
    for unit in centres():
        for index, item in enumerate(item for item in INDICATORS if item.aggregation == RATIO):
            label = None if index else unit.name
            spm.append((len(spm) + 1, item.code, item.name, item.unit_of_measure, label, *[item.start] * 4))
    foot: list[Row] = [[], ["Ditetapkan dengan Perjanjian Kinerja"], ["Mengetahui,"], ["Sekretaris Daerah"]]
    sheets = [
        Sheet("Perangkat Daerah", [*head, *own, *foot], merges),
        Sheet("SPM", [*head, *spm, *foot], merges),
    ]
    path = folder / str(year) / f"Target Kinerja {year}.xlsx"
    return write_workbook(path, sheets, datetime(year, 1, 20, 9, 0))


def _target_cell(item: Indicator, quarter: date) -> Value:
    if item.rule == BY_SCALE:
        return PREDICATES.get((item.code, quarter.year, quarter_of(quarter)), ("-", ""))[0]
    if item.rule == BY_RANGE:
        return f"{item.start:g} - {RANGE_UPPER[item.code]}"
    return target(item, quarter)


# What the agencies gave as causes in their newest report, and what they mean to do.
OBSTACLES = {
    "DK-01": ("Alat ukur antropometri rusak di 38 posyandu", "Pengadaan alat dan pengukuran ulang"),
    "DC-06": ("Gawai warga belum mendukung; sinyal lemah di tujuh desa", "Layanan jemput bola tiap Jumat"),
    "PU-05": ("Bendung Batang Sumay rusak akibat banjir", "Perbaikan darurat dalam perubahan anggaran"),
    "DP-05": ("Kuota pendidikan profesi guru dari pusat berkurang", "Usulan tambahan kuota"),
}


def _realisations(folder: Path, year: int) -> Path:
    """Write the agencies' realisations: comma decimals, thousands with dots, quarters across, the year in the name."""
    heads = [f"Realisasi TW {roman}" for roman in ROMAN]
    rows: list[Row] = [("Kode", "Indikator Kinerja", "Perangkat Daerah", "Satuan", *heads, "Bukti Dukung",
                        "Kendala", "Rencana Tindak Lanjut", "Tanggal Lapor")]  # fmt: skip
    for item in quarterly():
        cells = [_realised_cell(item, quarter) for quarter in _quarters(year)]
        evidence = f"LKjIP {units()[item.owner].short_name} {year}" if item.polarity == HIGHER else ""
        rows.append((item.code, item.name, units()[item.owner].name, item.unit_of_measure, *cells, evidence,
                     *(OBSTACLES.get(item.code, ("", "")) if year == YEARS[-1] else ("", "")), f"{_closing(year):%d/%m/%Y}"))  # fmt: skip
    path = folder / str(year) / f"realisasi_kinerja_{year}.csv"
    return write_csv(path, rows, _closing(year), encoding="utf-8-sig")


def _realised_cell(item: Indicator, quarter: date) -> str:
    if (item.code, quarter) in WITHHELD:
        return WITHHELD[item.code, quarter]
    if item.rule == BY_SCALE:
        return PREDICATES.get((item.code, quarter.year, quarter_of(quarter)), ("", "-"))[1]
    value = realised().get((item.code, quarter))
    return "" if value is None else comma(value)


def _spm(folder: Path, year: int) -> Path:
    header = ("Tahun", "Triwulan", "Puskesmas", "Kode", "Indikator SPM", "Pembilang", "Penyebut", "Capaian (%)")
    rows: list[Row] = [header]
    for (code, unit_id, quarter), share in served().items():
        if quarter.year == year:
            name = f"PKM {units()[unit_id].short_name}"
            pct = comma(100 * share.numerator / share.denominator)
            label = f"TW {ROMAN[quarter_of(quarter) - 1]}"
            rows.append((year, label, name, code, indicator(code).name, share.numerator, share.denominator, pct))
    path = folder / str(year) / f"capaian_spm_kesehatan_{year}.csv"
    return write_csv(path, rows, _closing(year))


def _programme(folder: Path, year: int, kind: str, which: int) -> Path:
    """Write the road programme's targets or realisations with the months across; months to come are blank."""
    rows: list[Row] = [
        ["PROGRAM PENINGKATAN JALAN"],
        ["PERANGKAT DAERAH:", "Dinas PUPR"],
        ["TAHUN:", year],
        [],
        ["Kode", "Indikator", "Satuan", kind, *[None] * 11],
        [None, None, None, *SHORT_MONTHS],
    ]
    for code in _PROGRAMME_PATH:
        months = [moved_by(date(year, 1, 1), count) for count in range(12)]
        cells = [programme()[code, month][which] for month in months]
        rows.append((code, indicator(code).name, indicator(code).unit_of_measure, *cells))
    rows += [[], ["Mengetahui,"], ["Pejabat Pelaksana Teknis Kegiatan"]]
    merges = [*((4, column, 5, column) for column in range(3)), (4, 3, 4, 14)]
    path = folder / str(year) / f"{kind} Program Jalan {year}.xlsx"
    early, late = datetime(year, 1, 20, 9, 0), datetime(2026, 11, 9, 9, 0)
    at = early if not which else late if year == 2026 else _closing(year)
    return write_workbook(path, [Sheet(f"Jalan {year}", rows, merges)], at)
