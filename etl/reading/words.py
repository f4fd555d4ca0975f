"""How Indonesian spreadsheets write months, quarters, dates, numbers and blanks: text in, plain values out, nothing guessed."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

# A native cell of a workbook is carried as text behind one of these marks, so that it never goes through the text parser.
NUMBER = "\ue000"
DATE = "\ue001"
TWICE = " ≠ "  # between the two figures of a cell that two columns fill in
LARGEST = 1e15  # a figure has fewer digits: from the sixteenth on they are not kept, and what is longer is no figure
_PLAIN_DECIMAL = re.compile(r"-?\d+\.\d+")

_MONTHS = (
    "januari january jan",
    "februari pebruari february feb febr peb pebr",
    "maret march mar mrt",
    "april apr",
    "mei may",
    "juni june jun",
    "juli july jul",
    "agustus august agt agu ags agus agust agst aug",
    "september sept sep",
    "oktober october okt oct",
    "november nopember nov nop",
    "desember december des dec",
)
MONTHS = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}

MISSING = {"", "-", "--", "–", "—", "tad", "kosong", "n/a", "na", "nan", "null", "none", "tidak ada data", "belum ada",
           "belum lapor", "belum melapor", "...", "…", "not available", "?"}  # fmt: skip
ZERO = {"nihil"}
FORMULA_ERRORS = {"#div/0!", "#ref!", "#value!", "#n/a", "#name?", "#num!", "#null!"}


_WRITTEN_OUT = {"kunj": "kunjungan"}  # short for one word alone, wherever it stands


@lru_cache(1 << 16)
def label(text: str) -> str:
    """Return a heading or name in the form in which headings are compared: lower case, words and digits, single spaces."""
    text = unicodedata.normalize("NFKD", plain(text)).replace("%", " persen ").replace("\ufffd", "")
    return " ".join(_WRITTEN_OUT.get(word, word) for word in re.findall(r"[a-z0-9]+", text.casefold()))


def plain(cell: str) -> str:
    """Return a cell as a person would read it, without the mark of a native number or date."""
    if cell.startswith(NUMBER):
        if cell.endswith("%"):
            return f"{native(cell):.12g}%"
        if cell[1:].isdecimal():
            return cell[1:]  # shown with zeros before it
        number = native(cell)
        if abs(number) < 1e15 and number == int(number):
            return str(int(number))
        return cell[1:] if _PLAIN_DECIMAL.fullmatch(cell[1:]) else repr(number)  # a code 1.10 keeps its last zero
    return cell[1:].removesuffix("T00:00:00") if cell.startswith(DATE) else cell


def native(cell: str) -> float:
    """Return the value of a native number; of one that the workbook shows in percent the value shown (0.813 is 81.3 %)."""
    return float(Decimal(cell[1:-1]) * 100) if cell.endswith("%") else float(cell[1:])


def is_missing(cell: str) -> bool:
    """Tell whether the cell says that there is no value (blank, `-`, TAD, ...); NIHIL is a zero, not a blank."""
    return cell.casefold().strip() in MISSING


_PENDING = re.compile(
    r"(?i)^\W*(?:(?:masih|sedang|data|angka|hasil|nilai)\s+)*(?:belum\b|menunggu\b|(?:dalam|on|in|tahap)?\s*(?:proses|progress?)\b"
    r"|tidak\s+(?:di(?:ukur|hitung|nilai|evaluasi|laporkan|survei)|ada\s+(?:data|rilis|penilaian|pengukuran)|tersedia)\b)"
)


def is_pending(cell: str) -> bool:
    """Tell whether a cell says that there is no value yet: `Belum rilis`, `Dalam proses`, `tidak diukur`."""
    return bool(_PENDING.match(cell))


def as_date(year: str, month: str, day: str) -> date | None:
    """Return the day of these three numbers, or None where there is none, such as 31 February."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


# --- numbers -------------------------------------------------------------------------------------------------------

_NUMBER_TEXT = re.compile(r"^[+-]?[\d.,]*\d$")
_GROUPED = re.compile(r"^[+-]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*$")


@dataclass(frozen=True)
class Cell:
    """What a cell turned out to be: a value, or a code that says why there is none (`missing` is not a fault)."""

    value: Any = None
    code: str | None = None


def decimal_mark(cells: Iterable[str]) -> str | None:
    """Return the decimal mark that a column of texts uses, or None where no cell proves one or cells contradict each other."""
    proven = set()
    for cell in cells:
        text = _stripped(cell)
        if cell.startswith(NUMBER) or not _NUMBER_TEXT.match(text):
            continue
        if "." in text and "," in text:
            proven.add(max(".,", key=text.rfind))
        else:
            for mark in ".,":
                if text.count(mark) == 1 and not _GROUPED.match(text):
                    proven.add(mark)
                if text.count(mark) > 1 and _GROUPED.match(text):
                    proven.add("," if mark == "." else ".")
    return proven.pop() if len(proven) == 1 else None


# A figure with a word for what it counts, or with its number in words: `3 dokumen`, `12 (dua belas) bulan`, `Level 3`, `BB (72,5)`.
_FIGURE = r"(?P<number>\(?[+\-\u2212]?[\d.,](?:[\d.,' \u00a0]*[\d.,])?\)?)"
_WITH_UNIT = re.compile(rf"{_FIGURE}(?:,-+|,=|\.-+)?\s*(?:\((?P<said>[a-z +-]+)\))?\s*(?P<unit>%|[a-z²³][a-z²³/ .]*)?")
_RATE = re.compile(r"(?<=\d)\s*per\s*1[.\d]*0(?:\s+[a-z][a-z ]*)?$")  # 82 per 100.000 KH
_AFTER_WORD = re.compile(rf"(?:level|tingkat|skor|nilai|indeks|peringkat|tahap|kelas)\s*:?\s*{_FIGURE}")
_AFTER_GRADE = re.compile(r"[a-e]{1,2}[+-]?\s*(?:\(\s*(?P<number>\d[\d.,]*)\s*\)|[/:]\s*(?P<after>\d[\d.,]*))")
_GRADE = re.compile(r"[a-e]{1,3}[+-]?")
_SIGN = re.compile(
    r"(?:[<>]\s?=?|[≤≥]|min(?:imal|imum)?\b\.?|ma(?:ks|x)(?:imal|imum)?\b\.?|paling (?:sedikit|banyak|rendah|tinggi|lambat|lama)\b"
    r"|sekurang-kurangnya|setidaknya|(?:kurang|lebih) dari|di ?(?:atas|bawah)\b)\s*"
)
# What follows a number and is no unit: it says that the number is another one, a guess, or a part of something.
_NO_UNITS = {"dari", "of", "sampai", "hingga", "dan", "atau", "dengan", "ke", "kurang", "lebih", "sekitar", "kira", "perkiraan", "estimasi",
             "sementara", "belum", "tidak", "an", "juta", "jt", "ribu", "rb", "miliar", "milyar", "mlyr", "mio", "triliun", "trilyun",
             "ratus", "puluh", "lusin", "kodi", "gros", "rim", "triwulan", "tw", "semester", "permil", "promil", "plus", "minus",
             *MONTHS}  # fmt: skip
_PEOPLE = {"orang", "org", "orng", "jiwa", "pasien", "ps", "px", "psn", "kunjungan", "kunj", "kali", "kasus", "peserta", "responden",
           "bayi", "balita", "anak", "ibu", "bumil", "lansia", "penduduk", "warga", "kk"}  # fmt: skip
_ONES = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"]
_SAID = {word: n for n, word in enumerate(_ONES)} | {
    f"{word} belas": n + 10 for n, word in enumerate(_ONES[2:10], start=2)
}
_SAID |= {f"{word} puluh": n * 10 for n, word in enumerate(_ONES[2:10], start=2)} | {"seratus": 100}
_SAID |= {
    f"{ten} puluh {one}": n * 10 + m
    for n, ten in enumerate(_ONES[2:10], start=2)
    for m, one in enumerate(_ONES[1:10], start=1)
}


# Stars that lead to a note below the table: `1.204*)`.
_NOTED = re.compile(r"(?<=[\d%])\s*\(?\*{1,3}\)?$")


def _stripped(cell: str) -> str:
    """Return the number of a cell without sign of currency, percent, unit and grouping by spaces; what is no number as it is."""
    text = _RATE.sub("", re.sub(r"^rp\.?\s*", "", cell.casefold().strip()))
    text = _NOTED.sub("", text)
    if found := _WITH_UNIT.fullmatch(text):
        text = found["number"] if _is_said(found) and _is_unit(found["unit"]) else text
    elif found := _AFTER_WORD.fullmatch(text):
        text = found["number"]
    elif found := _AFTER_GRADE.fullmatch(text):
        text = found["number"] or found["after"]
    text = re.sub(r"(?<=\d)[ \u00a0'](?=\d{3}(?!\d))", "", text)
    if len(text) > 2 and text[0] == "(" and text[-1] == ")":
        text = "-" + text[1:-1]
    return text.replace("\u2212", "-")


def _is_unit(unit: str | None) -> bool:
    words = re.findall(r"[a-z²³]+", unit or "")
    return len(words) <= 4 and all(len(word) > 1 and word not in _NO_UNITS for word in words)


def _is_said(found: re.Match[str]) -> bool:
    """Tell whether the words in brackets are the number itself, or its grade."""
    said = found["said"]
    return not said or bool(_GRADE.fullmatch(said)) or str(_SAID.get(" ".join(said.split()))) == found["number"]


def sign_of(cell: str) -> tuple[str, str]:
    """Return the sign or word that stands before the figure of a target (`≥`, `minimal`), as it is written, and the rest."""
    found = _SIGN.match(cell.casefold().strip())
    return (cell.strip()[: found.end()].strip(), cell.strip()[found.end() :]) if found else ("", cell)


def lone_group(cell: str) -> str | None:
    """Return the mark of a number such as `12.500` or `12,750`, which may group thousands or begin the decimals, else None."""
    grouped = None if cell.startswith(NUMBER) else _GROUPED.match(text := _stripped(cell))
    return grouped[1] if grouped and text.count(grouped[1]) == 1 else None


def number(cell: str, mark: str | None = None, low: float | None = None, high: float | None = None) -> Cell:
    """Read a decimal number; `mark` is the column's decimal mark. A lone group of three (`12.500`) follows the column.

    Without a proven mark the Indonesian reading (dot groups thousands) holds, unless only the other lies in low..high. A unit may
    follow (`3 dokumen`); what says more than one number (`3 dari 5`, `2/3`) or a guess (`± 40`) is none.
    """
    if is_missing(cell):
        return Cell(code="missing")
    if cell.startswith(NUMBER):
        return _within(native(cell), low, high)
    lowered = cell.casefold().strip()
    if lowered in ZERO:
        return _within(0.0, low, high)
    if lowered in FORMULA_ERRORS:
        return Cell(code="formula_error")
    text = _stripped(cell)
    if not _NUMBER_TEXT.match(text):
        return Cell(code="not_a_number")
    grouped = _GROUPED.match(text)
    if grouped and text.count(grouped[1]) == 1 and mark is None:
        as_thousand = _within(float(text.replace(grouped[1], "")), low, high)
        as_decimal = _within(float(text.replace(",", ".")), low, high)
        if grouped[1] == ",":
            return as_decimal if as_decimal.code is None else as_thousand
        return as_thousand if as_thousand.code is None else as_decimal
    if mark is None:
        mark = max(".,", key=text.rfind) if "." in text and "," in text else ("," if "," in text else ".")
        if grouped and text.count(grouped[1]) > 1:
            mark = "," if grouped[1] == "." else "."
    other = "," if mark == "." else "."
    whole, _, fraction = text.partition(mark)
    if mark in fraction or (other in whole and not _GROUPED.match(whole)) or other in fraction:
        return Cell(code="not_a_number")
    return _within(float(f"{whole.replace(other, '')}.{fraction or 0}"), low, high)


@lru_cache(1 << 16)
def count(cell: str) -> Cell:
    """Read a whole number that is zero or more, with or without a word for people or visits: a dot or comma before three digits
    always groups thousands here."""
    if cell.startswith(NUMBER):
        found = _within(native(cell), None, None) if not cell.endswith("%") else Cell(code="not_a_number")
    else:
        if TWICE in cell:
            return Cell(code="column_doubled")
        others = set(re.findall(r"[^\W\d_]+|%", cell.casefold())) - _PEOPLE - ZERO
        if others and not is_missing(cell) and cell.casefold().strip() not in FORMULA_ERRORS:
            return Cell(code="not_a_number")  # what counts anything but people is the figure of another column
        text = _stripped(cell)
        if _GROUPED.match(text):
            cell = text.replace(".", "").replace(",", "")
        found = number(cell, ",")
        if found.code == "not_a_number":
            found = number(cell, ".")
    if found.code:
        return found
    value = float(found.value)
    if value < 0:
        return Cell(code="negative")
    return Cell(int(value)) if value.is_integer() else Cell(code="not_whole")


def _within(value: float, low: float | None, high: float | None) -> Cell:
    if not abs(value) < LARGEST:
        return Cell(code="number_too_long")
    if (low is not None and value < low) or (high is not None and value > high):
        return Cell(code="out_of_range")
    return Cell(value)


# Years of birth in a NIP: of 18, the lowest age of appointment (PP 11/2017, article 23), to 65, the highest of retirement (article
# 239), in reports of 2005 to 2030.
BORN_FROM, BORN_TO = 1940, 2012


def nip(cell: str) -> Cell:
    """Read an 18-digit NIP, without spaces and apostrophes; one that a spreadsheet rounded to 15 digits can't be recovered.

    Digits: birth date 8, appointment year and month 6 (PPPK: digits 13-14 from 21 on), sex 1 (1 or 2), sequence 3.
    """
    if is_missing(cell):
        return Cell(code="nip_missing")
    if cell.startswith(NUMBER) or re.fullmatch(r"[\d.,]+[eE]\+?\d+", cell.strip()):
        return Cell(code="nip_rounded")
    text = re.sub(r"[\s'’`.\u00a0-]", "", cell)
    if not text.isdecimal():
        return Cell(code="nip_malformed")
    if len(text) != 18:
        return Cell(code="nip_rounded" if len(text) == 15 else "nip_length")
    if text.endswith("000"):
        return Cell(code="nip_rounded")
    if as_date(text[:4], text[4:6], text[6:8]) is None or not BORN_FROM <= int(text[:4]) <= BORN_TO:
        return Cell(code="nip_birth_date")
    if not (1 <= int(text[12:14]) <= 12 or int(text[12:14]) >= 21):
        return Cell(code="nip_appointment")
    return Cell(text) if text[14] in "12" else Cell(code="nip_sex")


_TRUE = {"ya", "y", "yes", "true", "1", "v", "✓", "√", "ada", "sudah", "lengkap", "tepat", "tepat waktu", "terverifikasi",
         "diverifikasi", "sudah diverifikasi", "valid"}  # fmt: skip
_FALSE = {"tidak", "t", "no", "false", "0", "x", "tidak ada", "belum", "tidak lengkap", "terlambat", "tidak tepat waktu",
          "belum ada", "belum lengkap", "belum terverifikasi", "belum diverifikasi", "tidak terverifikasi"}  # fmt: skip


def yes_no(cell: str) -> Cell:
    """Read a yes or no in the words that forms use."""
    text = plain(cell).casefold().strip()
    if text in _FALSE:
        return Cell(False)
    if is_missing(cell):
        return Cell(code="missing")
    if text in _TRUE:
        return Cell(True)
    return Cell(code="not_yes_no")
