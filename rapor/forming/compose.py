"""A form as a value: what stands above its table, its columns with their checks, its rows; no workbook yet.

The headings, types and bounds are those of the source's declaration, so that what is handed out is what is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from etl.recognising.source import Field, Source
from queries.escape import without_controls
from queries.forms import ASKS, BEFORE, REFERENCE, Contents, Form, period_words
from queries.language import MONTHS

BEFORE_WORDS = {1: "bulan lalu", 3: "triwulan lalu", 6: "semester lalu", 12: "tahun lalu"}
YES_NO = ("ya", "tidak")
_UNIT_LABEL = "Unit kerja"  # where the source has no column of units
_SHARE = {"%", "persen"}
Role = Literal["given", "asked", "shown"]


@dataclass(frozen=True)
class Check:
    """What a cell takes: a whole number, a number or one of a list; what it is asked for, and what is said of another.

    `stops`: another is refused by the cell; else it is asked about.
    """

    kind: Literal["whole", "decimal", "list", "number_of_staff"]
    title: str
    message: str
    error: str
    low: float | None = None
    high: float | None = None
    choices: str = ""
    stops: bool = True


@dataclass(frozen=True)
class Column:
    """A column of a form. `key` is its value in a row; of one that is `shown` nothing is read; `beside` is the key of the period before."""

    key: str
    heading: str
    role: Role
    field: Field | None = None
    beside: str | None = None


@dataclass(frozen=True)
class Sheet:
    """A form: its title, the lines above its table, and its rows, each a mapping of the keys of its columns; spare ones are empty."""

    title: str
    lines: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]
    choices: Mapping[str, Sequence[str]]
    lists: Mapping[str, str]
    factor: float | None


def compose(form: Form, source: Source, contents: Contents) -> Sheet:
    """Return the form of a unit and period."""
    rows = [{key: _plain(value) for key, value in row.items()} for row in contents.rows]
    before = BEFORE_WORDS.get(form.months)
    asked = [name for name in form.asked if not rows or any(is_asked(row, name) for row in rows)]
    beside = {name: f"{name}{BEFORE}" for name in asked if before and any(f"{name}{BEFORE}" in row for row in rows)}
    columns = [
        *(_column(source, name, "given") for name in form.given),
        *(Column(key, f"{words} ({REFERENCE})", "shown") for key, words in form.shown.items() if any(key in row for row in rows)),
        *(_column(source, name, "asked", beside.get(name)) for name in asked),
        *(Column(key, f"{source.title_of(name)} {before} ({REFERENCE})", "shown") for name, key in beside.items()),
    ]  # fmt: skip
    return Sheet(
        title=form.title,
        lines=tuple(_lines(form, source, contents, before if beside else None)),
        columns=tuple(columns),
        rows=(*rows, *({} for _row in range(form.spare))),
        choices=contents.choices,
        lists=form.lists,
        factor=contents.factor if beside else None,
    )


def is_asked(row: Mapping[str, Any], name: str) -> bool:
    """Whether a cell is to be filled in: unless the row says that it is not."""
    return bool(row.get(f"{ASKS}{name}", True))


def check(sheet: Sheet, column: Column, row: Mapping[str, Any]) -> Check | None:
    """Return what a cell takes; None where it takes any text."""
    if column.field is None:
        return None
    field, title = column.field, column.heading[:32]
    scale = row.get("scale") or ""
    name = scale if field.type == "figure" and scale in sheet.choices else sheet.lists.get(column.key, "")
    if name and sheet.choices.get(name):
        return Check("list", title, "Pilih dari daftar.", "Pilih salah satu dari daftar ini.", choices=name)
    if field.type == "yes_no":
        return Check("list", title, "Pilih ya atau tidak.", "Isi ya atau tidak.", choices="yes_no")
    if field.type == "nip":
        words = "NIP 18 angka."
        return Check("number_of_staff", title, words, "NIP terdiri atas 18 angka. Tetap pakai isian ini?", stops=False)
    if field.type == "count":
        words = "Bilangan bulat, 0 atau lebih. Kosongkan bila belum diketahui."
        return Check("whole", title, words, "Isi bilangan bulat 0 atau lebih, tanpa huruf dan tanpa pecahan.", low=0)
    if field.type in ("decimal", "figure", "score"):
        return _of_decimal(field, title, row)
    return None


def _of_decimal(field: Field, title: str, row: Mapping[str, Any]) -> Check | None:
    if field.low is not None and field.high is not None:
        words = f"Angka {field.low:g} sampai {field.high:g}, boleh pecahan."
        return Check(
            "decimal", title, words, f"Isi angka antara {field.low:g} dan {field.high:g}.", field.low, field.high
        )
    unit = str(row.get("unit_of_measure") or "").casefold()
    if field.type == "figure" and unit in _SHARE:
        words = "Persen, 0 sampai 100, tanpa tanda %."
        return Check(
            "decimal", title, words, "Persen biasanya 0 sampai 100. Tetap pakai isian ini?", 0, 100, stops=False
        )
    if field.type == "figure":
        words = "Angka, boleh pecahan; predikat ditulis apa adanya."
        return Check(
            "decimal", title, words, "Ini bukan angka 0 atau lebih. Tetap pakai isian ini?", low=0, stops=False
        )
    return Check("decimal", title, "Angka 0 atau lebih, boleh pecahan.", "Isi angka 0 atau lebih, tanpa huruf.", low=0)


def _column(source: Source, name: str, role: Role, beside: str | None = None) -> Column:
    field = source.field(name)
    return Column(name, field.title, role, field, beside)


def _lines(form: Form, source: Source, contents: Contents, before: str | None) -> list[str]:
    """Return the lines above the table: whose and of when, when it is due, and four of instructions."""
    label = next((f.title for f in source.fields if f.name == "unit"), _UNIT_LABEL)
    place = [f"{label}: {without_controls(contents.unit)}"]
    if form.months:
        place.append(f"{_period_label(form, source)}: {period_words(form, contents.period)}")
    if contents.due_on:
        day = contents.due_on
        place.append(f"Tenggat: {day.day} {MONTHS['id'][day.month - 1]} {day.year}")
    question = f"Sel menjadi jingga bila jauh dari {before}: periksa lagi; bila memang benar, biarkan." if before else (
        "Baris kosong di bawah adalah tempat yang baru; baris yang tidak dipakai dibiarkan kosong."
    )  # fmt: skip
    if before and form.report_kind == "visit":
        question += " Jumlah pasien yang kecil tidak ditampilkan."
    return [
        *place,
        f"1. Isi sel berwarna kuning saja. Kolom ({REFERENCE}) hanya untuk dilihat; isinya tidak dibaca.",
        "2. Tulis 0 bila memang tidak ada; biarkan kosong bila belum diketahui.",
        f"3. {question}",
        "4. Jangan mengubah judul kolom. Simpan, lalu kirim berkas ini di halaman Kirim laporan.",
    ]


def _period_label(form: Form, source: Source) -> str:
    return "Tahun" if form.months == 12 else source.field("period").title


def _plain(value: Any) -> Any:
    return without_controls(value) if isinstance(value, str) else value
