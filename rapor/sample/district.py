"""The sample district as the committed reference tables describe it, and the calendar that all its reports share."""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from queries.months import moved_by
from queries.months import quarter as quarter_of

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
AS_OF = datetime(2026, 11, 12, 8, 0)
MONTHS = tuple(moved_by(date(2023, 11, 1), months) for months in range(36))
QUARTERS = tuple(date(year, month, 1) for year in (2024, 2025, 2026) for month in (1, 4, 7, 10))[:11]
MONTH_NAMES = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True)
class Unit:
    """A unit of the register; `code` is a health centre's code where it has one, `kecamatan` a name, '' for others."""

    unit_id: str
    name: str
    short_name: str
    kind: str
    kecamatan: str
    population: int
    aliases: tuple[str, ...]

    @property
    def code(self) -> str:
        """The health-centre code (P1508...), '' where the centre has none."""
        return next((alias for alias in self.aliases if alias.startswith("P1508")), "")


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a reference table as text."""
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def units() -> dict[str, Unit]:
    """Return all units by id."""
    kecamatan = {row["kecamatan_code"]: row["name"] for row in table("kecamatan")}
    return {
        row["unit_id"]: Unit(
            row["unit_id"],
            row["name"],
            row["short_name"],
            row["kind"],
            kecamatan.get(row["kecamatan_code"], ""),
            int(row["population"] or 0),
            tuple(row["aliases"].split("|")),
        )
        for row in table("units")
    }


@cache
def centres() -> tuple[Unit, ...]:
    """Return the 20 health centres in the order of the register."""
    return tuple(unit for unit in units().values() if unit.kind == "health_centre")


@cache
def agencies() -> tuple[Unit, ...]:
    """Return the agencies in the order of the register."""
    return tuple(unit for unit in units().values() if unit.kind == "agency")


def quarter_name(quarter: date) -> str:
    """Return 'TW III 2026' for the quarter that begins on that day."""
    return f"TW {ROMAN[quarter_of(quarter) - 1]} {quarter.year}"


def month_name(month: date) -> str:
    """Return 'Oktober 2026'."""
    return f"{MONTH_NAMES[month.month - 1]} {month.year}"


def comma(value: float, digits: int = 2) -> str:
    """Return a number as Indonesian offices type it: thousands with dots, a decimal comma ('1.234,5')."""
    text = f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))
    return text.rstrip("0").rstrip(",") if "," in text else text
