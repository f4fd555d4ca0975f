"""When units were there and what became of them: the months of each and the names it had, out of units.csv and successions.csv.

A month counts for one side of a change alone: the month in which it happened, and those after it, for what came after.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from etl.reading.dates import find_date, is_ambiguous, without_dates
from etl.reading.periods import find_period
from etl.reading.words import label
from etl.trouble import Damaged
from queries.language import _
from queries.months import first_of_month, last_month, moved_by

TABLE = "successions"
COLUMNS = ("old", "new", "changed_on", "kind", "is_comparable", "legal_basis")
KINDS = ("renamed", "merged", "split")
_SAID = {"true": True, "ya": True, "yes": True, "1": True, "false": False, "tidak": False, "no": False, "0": False}


@dataclass(frozen=True)
class Months:
    """From which month to which, both included; None is without end."""

    first: date | None = None
    last: date | None = None

    def meet(self, period: date, months: int) -> bool:
        """Tell whether a period has a month of these."""
        return (self.last is None or period <= self.last) and (
            self.first is None or last_month(period, months) >= self.first
        )

    def overlap(self, other: "Months") -> bool:
        """Tell whether both have a month in common."""
        return not (
            (self.last and other.first and self.last < other.first)
            or (other.last and self.first and other.last < self.first)
        )


ALWAYS = Months()


@dataclass(frozen=True)
class Succession:
    """One change of a unit: of a renamed one `old` is the name it had, else the id of the unit that ended or gave a part."""

    old: str
    new: str
    month: date
    kind: str
    is_comparable: bool
    legal_basis: str | None = None


@dataclass(frozen=True)
class Validity:
    """The months of the units that have any limit, and the changes in the order of their months."""

    months: Mapping[str, Months] = field(default_factory=dict)
    successions: Sequence[Succession] = ()

    def of(self, unit: str) -> Months:
        """Return the months of a unit."""
        return self.months.get(unit, ALWAYS)

    def after(self, unit: str) -> list[Succession]:
        """Return what a unit became."""
        return [each for each in self.successions if each.kind != "renamed" and each.old == unit]

    def before(self, unit: str) -> list[Succession]:
        """Return what a unit was made of."""
        return [each for each in self.successions if each.kind != "renamed" and each.new == unit]

    def names(self, unit: str) -> list[tuple[str, Months]]:
        """Return the former names of a unit, each with its months; the name of today begins after them."""
        first, found = None, []
        for each in self.successions:
            if each.kind == "renamed" and each.new == unit:
                found.append((each.old, Months(first, moved_by(each.month, -1))))
                first = each.month
        return found


@dataclass(frozen=True)
class Fault:
    """What is wrong in one of the two tables, and what to do; `where` names the table and its line."""

    where: str
    what: str
    mend: str


def read(folder: Path, units: pl.DataFrame) -> Validity:
    """Return the validity of the units of a reference folder; raises Damaged with the first fault in it."""
    validity, faults = look(folder, units)
    if faults:
        raise Damaged(f"{faults[0].where}: {faults[0].what}", faults[0].mend)
    return validity


def look(folder: Path, units: pl.DataFrame) -> tuple[Validity, list[Fault]]:
    """Return the validity of the units of a reference folder, and all that is wrong in what it says."""
    faults: list[Fault] = []
    months = dict(_months(folder / "units.csv", units, faults))
    changes = sorted(
        _changes(folder / f"{TABLE}.csv", units, faults), key=lambda each: (each.month, each.old, each.new)
    )
    for each in changes:
        if each.kind == "merged":
            was, last = months.get(each.old, ALWAYS), moved_by(each.month, -1)
            if was.last not in (None, last, each.month):
                what = _(
                    "{unit} digabung sejak {month}, tetapi menurut units.csv berlaku sampai {found}.",
                    unit=each.old, month=f"{each.month:%Y-%m}", found=f"{was.last:%Y-%m}",
                )  # fmt: skip
                mend = _("Tulis valid_until {expected} di units.csv, atau kosongkan.", expected=f"{last:%Y-%m}")
                faults.append(Fault(str(folder / f"{TABLE}.csv"), what, mend))
            months[each.old] = Months(was.first, last)
    validity = Validity(months, tuple(changes))
    return validity, faults + list(_twice_named(folder / f"{TABLE}.csv", units, validity))


def month_of(text: str, *, is_end: bool = False, may_be_year: bool = True) -> date | None:
    """Return the month that a cell means: `2026-07`, `2026-07-15` or `Juli 2026`; None where it is none, or may be two.

    A year begins with its first month and ends with its last. The last month of what ends on the first day of a month is the one before.
    """
    text = text.removesuffix("T00:00:00")
    if (day := find_date(text)) and not label(without_dates(text.casefold())):
        return None if is_ambiguous(text) else first_of_month(day - timedelta(days=1) if is_end else day)
    period, rest = find_period(text)
    if label(rest) or period.fault or period.year is None:
        return None
    if period.month is None:  # a year
        return date(period.year, 12 if is_end else 1, 1) if may_be_year else None
    return period.start() if period.length_months() == 1 else None


def _months(path: Path, units: pl.DataFrame, faults: list[Fault]) -> Iterator[tuple[str, Months]]:
    for line, row in enumerate(units.iter_rows(named=True), 2):
        ends = []
        for column in ("valid_from", "valid_until"):
            text = (row.get(column) or "").strip()
            month = month_of(text, is_end=column == "valid_until") if text else None
            if text and month is None:
                faults.append(_no_month(path, line, column, text))
            ends.append(month)
        first, last = ends
        if first and last and first > last:
            what = _("{unit} berakhir {last} sebelum mulai {first}.", unit=row["unit_id"], last=f"{last:%Y-%m}",
                     first=f"{first:%Y-%m}")  # fmt: skip
            faults.append(Fault(_place(path, line), what, _("Perbaiki valid_from atau valid_until.")))
        elif first or last:
            yield row["unit_id"], Months(first, last)


def _changes(path: Path, units: pl.DataFrame, faults: list[Fault]) -> Iterator[Succession]:
    if not path.is_file():
        return
    table = pl.read_csv(path, infer_schema=False, glob=False)
    if lacking := [column for column in COLUMNS[:5] if column not in table.columns]:
        faults.append(
            Fault(
                str(path), _("Kolom tidak ada: {names}.", names=", ".join(lacking)),
                _("Kolom yang diharapkan: {names}.", names=", ".join(COLUMNS)),
            )
        )  # fmt: skip
        return
    ids, names = set(units["unit_id"]), {label(name): unit for name, unit in units.select("name", "unit_id").rows()}
    seen: set[tuple[str, str]] = set()
    for line, row in enumerate(table.iter_rows(named=True), 2):
        cells = {column: (row.get(column) or "").strip() for column in COLUMNS}
        found = list(_wrong(path, line, cells, ids, names))
        if (cells["old"], cells["new"]) in seen:
            what = _("{old} menjadi {new} tertulis dua kali.", old=cells["old"], new=cells["new"])
            found.append(Fault(_place(path, line), what, _("Sisakan satu baris.")))
        seen.add((cells["old"], cells["new"]))
        faults += found
        month, is_comparable = (
            month_of(cells["changed_on"], may_be_year=False),
            _SAID.get(cells["is_comparable"].casefold()),
        )
        if not found and month is not None and is_comparable is not None:
            yield Succession(
                cells["old"], cells["new"], month, cells["kind"], is_comparable, cells["legal_basis"] or None
            )


def _twice_named(path: Path, units: pl.DataFrame, validity: Validity) -> Iterator[Fault]:
    """Yield the former names that another unit bears at the same time."""
    for unit in dict.fromkeys(each.new for each in validity.successions if each.kind == "renamed"):
        for name, of_name in validity.names(unit):
            for other, registered in units.select("unit_id", "name").rows():
                if other != unit and label(registered) == label(name) and of_name.overlap(validity.of(other)):
                    what = _('"{name}" adalah nama lama {unit}, tetapi juga nama {other} pada waktu yang sama.', name=name,
                             unit=unit, other=other)  # fmt: skip
                    mend = _(
                        "Hapus baris {other} dari units.csv bila unitnya sama; bila unit lain, tulis masa berlakunya (valid_from).",
                        other=other,
                    )
                    yield Fault(str(path), what, mend)


def _wrong(path: Path, line: int, cells: Mapping[str, str], ids: set[str], names: Mapping[str, str]) -> Iterator[Fault]:
    """Yield what is wrong in one line of the successions: what was expected and what was found."""
    place, kind = _place(path, line), cells["kind"]
    if kind not in KINDS:
        what = _('Kolom kind berisi "{found}".', found=kind)
        yield Fault(place, what, _("Tulis salah satu: {names}.", names=", ".join(KINDS)))
    if month_of(cells["changed_on"], may_be_year=False) is None:
        yield _no_month(path, line, "changed_on", cells["changed_on"])
    if cells["is_comparable"].casefold() not in _SAID:
        what = _('Kolom is_comparable berisi "{found}".', found=cells["is_comparable"])
        mend = _("Tulis true bila angka sebelum dan sesudahnya boleh dibandingkan, selain itu false.")
        yield Fault(place, what, mend)
    elif kind == "split" and _SAID[cells["is_comparable"].casefold()]:
        what = _(
            "Pecahan dari {old} tidak punya angka sebelum dipecah, jadi tidak dapat dibandingkan.", old=cells["old"]
        )
        yield Fault(place, what, _("Tulis false di kolom is_comparable."))
    for column in ("new",) if kind == "renamed" else ("old", "new"):
        if cells[column] not in ids:
            meant = names.get(label(cells[column]))
            what = _('Kolom {column} berisi "{found}", bukan unit_id di units.csv.', column=column, found=cells[column])
            mend = (
                _("Tulis {meant}.", meant=meant) if meant else _("Daftarkan unitnya di units.csv, atau perbaiki ejaan.")
            )
            yield Fault(place, what, mend)
    if cells["old"] == cells["new"] or not cells["old"]:
        yield Fault(
            place, _("Kolom old kosong atau sama dengan new."), _("Tulis unit (atau nama) yang lama di kolom old.")
        )
    if kind == "renamed" and cells["old"] in ids:
        what = _('Kolom old berisi unit_id "{found}"; untuk renamed yang ditulis adalah nama lama.', found=cells["old"])
        mend = _(
            "Tulis nama lama unit itu, dan hapus baris {found} dari units.csv bila unitnya sama.", found=cells["old"]
        )
        yield Fault(place, what, mend)


def _no_month(path: Path, line: int, column: str, found: str) -> Fault:
    what = _('Kolom {column} berisi "{found}", bukan satu bulan.', column=column, found=found)
    return Fault(_place(path, line), what, _("Tulis bulan atau tanggalnya seperti 2026-07 atau 2026-07-15."))


def _place(path: Path, line: int) -> str:
    return _("{path}, baris {line}", path=path, line=line)
