"""The log of reports received: who owed what, when it came, and in which version."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from queries.months import moved_by
from rapor.sample import visits
from rapor.sample.district import (
    AS_OF,
    MONTHS,
    QUARTERS,
    agencies,
    centres,
    month_name,
    quarter_name,
    table,
)
from rapor.sample.district import units as all_units
from rapor.sample.employees import RATED
from rapor.sample.office import Row, write_csv

LATE_UNIT, LATE_FROM = "pkm-suo-suo", date(2025, 1, 1)
_KIND_NAMES = {
    "visit": "Kunjungan",
    "satisfaction": "Kepuasan (SKM)",
    "realisation": "Realisasi Indikator",
    "evaluation": "Evaluasi Pegawai",
}


@dataclass(frozen=True)
class Receipt:
    """One report received; `due_on` is the last day in time."""

    unit_id: str
    report_kind: str
    period: date
    due_on: date
    received_at: datetime
    version: int
    is_complete: bool


@cache
def receipts() -> tuple[Receipt, ...]:
    """Return every report received by the day of the sample; a missing report has no line."""
    found: list[Receipt] = []
    for kind in table("report_kinds"):
        name, length = kind["report_kind"], int(kind["frequency_months"])
        periods = {"visit": MONTHS, "evaluation": RATED}.get(name, QUARTERS)
        owing = [unit for unit in (*agencies(), *centres()) if unit.kind in kind["unit_kinds"].split("|")]
        for unit in owing:
            random = Random(f"receipt {name} {unit.unit_id}")  # noqa: S311  not for secrets
            for period in periods:
                following = moved_by(period, length)
                due_on = date(following.year, following.month, int(kind["due_day"]))
                is_late = random.random() < (0.85 if unit.unit_id == LATE_UNIT and period >= LATE_FROM else 0.04)
                days = random.randint(2, 16) if is_late else -random.randint(0, 6)
                minutes = random.randrange(8 * 60, 16 * 60)
                at = datetime(due_on.year, due_on.month, due_on.day) + timedelta(days=days, minutes=minutes)
                complete = random.random() > 0.02
                if name == "visit" and (unit.unit_id, period) in visits.MISSING:
                    continue
                if at < AS_OF:
                    found.append(Receipt(unit.unit_id, name, period, due_on, at, 1, complete))
                if name == "visit" and (unit.unit_id, period) == visits.CORRECTED:
                    again = datetime(2026, 7, 14, 9, 30)
                    found.append(Receipt(unit.unit_id, name, period, due_on, again, 2, True))
    return tuple(found)


def write(folder: Path) -> list[Path]:
    """Write the log into the folder; returns its path."""
    rows: list[Row] = [("Unit", "Jenis Laporan", "Periode", "Batas Waktu", "Tanggal Diterima", "Versi", "Lengkap")]
    for item in sorted(receipts(), key=lambda receipt: receipt.received_at):
        period = month_name(item.period) if item.report_kind == "visit" else quarter_name(item.period)
        name = all_units()[item.unit_id].name
        times = (f"{item.due_on:%d/%m/%Y}", f"{item.received_at:%d/%m/%Y %H:%M}")
        complete = "Ya" if item.is_complete else "Tidak"
        rows.append((name, _KIND_NAMES[item.report_kind], period, *times, item.version, complete))
    return [write_csv(folder / "log_penerimaan_laporan.csv", rows, AS_OF, encoding="utf-8-sig")]
