"""What DuckDB says of a SELECT that it can't read or run, in the reader's language: what is wrong, in which line, and what to do."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from dashboard.words.text import _, number
from queries.explore.tables import tables

LONGEST = 120  # characters of a line that are shown
_LINE = re.compile(r"^LINE (\d+): ", re.M)
_CANDIDATES = re.compile(r"Candidate (?:bindings|tables): :? ?(.+)")
_MEANT = re.compile(r'Did you mean "([^"]+)"')


@dataclass(frozen=True)
class Complaint:
    """What is wrong and what to do; `place` says where (empty where nobody knows), `pointed` shows it: a line, and marks below it."""

    words: str
    place: str = ""
    pointed: str = ""


def read(detail: str, sql: str = "") -> Complaint | None:
    """Return what a message of DuckDB on a text means; None where it is not one of those known."""
    message = re.sub(r"^(?:\w+ )+Error: ", "", detail.strip())
    for pattern, say in _KNOWN:
        found = re.search(pattern, message, re.S)
        if found:
            subject = found.groupdict().get("name") or ""
            line, column, length = _place(detail, sql, subject)
            return Complaint(say(found, message), _where(line, column), _pointed(sql, line, column, length))
    return None


def _place(detail: str, sql: str, subject: str) -> tuple[int, int, int]:
    """Return line and letter of what is meant, counted from 1, and how long it is; zeros where nobody knows."""
    lines = detail.splitlines()
    at = next((n for n, line in enumerate(lines) if _LINE.match(line)), None)
    if at is not None and at + 1 < len(lines) and (mark := lines[at + 1].find("^")) >= 0:
        head = _LINE.match(lines[at])
        assert head is not None  # noqa: S101  it was found above
        number_ = int(head[1])
        shown = lines[at][head.end() :]
        whole = sql.splitlines()[number_ - 1] if 0 < number_ <= len(sql.splitlines()) else shown
        start = whole.find(shown.strip(".").strip()) if "..." in shown else 0  # of a long line DuckDB shows a part
        return number_, max(start, 0) + mark - head.end() + 1, lines[at + 1].count("^") + lines[at + 1].count("~")
    if subject and (found := re.search(rf"(?<!\w){re.escape(subject)}(?!\w)", sql, re.I)):
        before = sql[: found.start()]
        return before.count("\n") + 1, found.start() - before.rfind("\n"), len(subject)
    return 0, 0, 0


def _where(line: int, column: int) -> str:
    return _("Baris {line}, huruf ke-{column}", line=number(line), column=number(column)) if line else ""


def _pointed(sql: str, line: int, column: int, length: int) -> str:
    """Return the line with marks below what is meant; of a long one the part around it."""
    lines = sql.splitlines()
    if not 0 < line <= len(lines):
        return ""
    start = max(0, column - 1 - LONGEST // 2)
    shown = lines[line - 1].replace("\t", " ")[start : start + LONGEST]
    return f"{shown}\n{' ' * (column - 1 - start)}{'^' * max(1, min(length, LONGEST // 2))}"


def _near(name: str, message: str, *, is_table: bool = False) -> str:
    """Return what was most likely meant by a name, as a sentence to go on with; a table may be called by its title."""
    found = [each.strip(' "') for each in (_CANDIDATES.search(message) or ["", ""])[1].split(",")]
    found += [
        each
        for each in _MEANT.findall(message)
        if each in tables() or ("(" not in each and not each.startswith("duckdb_"))
    ]
    if is_table:
        titles: dict[str, str] = {}
        for of in tables().values():
            for word in " ".join(of.title).lower().split():
                titles.setdefault(word, of.name)
        close = get_close_matches(name.lower(), [*tables(), *titles], n=1)
        found = [*(titles.get(each, each) for each in close), *found]
    known = list(dict.fromkeys(each for each in found if each and each.lower() != name.lower()))[:3]
    return _("Mungkin maksudnya {names}.", names=", ".join(f"`{each}`" for each in known)) if known else ""


def _table(found: re.Match[str], message: str) -> str:
    near = _near(found["name"], message, is_table=True)
    every = _("Tabel yang ada: {names}.", names=", ".join(f"`{name}`" for name in tables()))
    return " ".join((_("Tabel “{name}” tidak ada.", name=found["name"]), near or every))


def _column(found: re.Match[str], message: str) -> str:
    near = _near(found["name"], message)
    todo = near or _("Lihat nama kolom di “Tabel dan kolom”.")
    return " ".join((_("Kolom “{name}” tidak ada di tabel ini.", name=found["name"]), todo))


def _function(found: re.Match[str], message: str) -> str:
    return " ".join((_("Fungsi “{name}” tidak ada.", name=found["name"]), _near(found["name"], message))).strip()


def _said(words: Callable[..., str]) -> Callable[[re.Match[str], str], str]:
    """Return the sentence with the names that the message has."""
    return lambda found, _message: words(
        **{key: value for key, value in found.groupdict().items() if value is not None}
    )


# Each message as DuckDB begins it; `name` is what it is about, by which its place is found where it says none.
_KNOWN: tuple[tuple[str, Callable[[re.Match[str], str], str]], ...] = (
    (r'^syntax error at or near "(?P<name>[^"]*)"', _said(lambda name: _(
        "Perintah tidak dapat dibaca mulai “{name}”. Periksa kata, koma, atau kurung tepat sebelumnya.", name=name))),
    (r"^syntax error at end of input", _said(lambda: _("Perintah berhenti terlalu cepat; lengkapi bagian akhirnya."))),
    (r"^unterminated (?:quoted|string)", _said(lambda: _("Tanda petik belum ditutup; tambahkan ' di akhir teksnya."))),
    (r"^Table with name (?P<name>\S+) does not exist", _table),
    (r'^Referenced table "(?P<name>[^"]+)" not found', _table),
    (r'^Referenced column "(?P<name>[^"]+)" not found', _column),
    (r'^Table "[^"]+" does not have a column named "(?P<name>[^"]+)"', _column),
    (r'^Column "(?P<name>[^"]+)" (?:does not exist|in \w+ list not found)', _column),
    (r"^(?:\w+ )*Function with name (?P<name>\S+) does not exist", _function),
    (r'^Ambiguous reference to column name "(?P<name>[^"]+)"', _said(lambda name: _(
        "Kolom “{name}” ada di lebih dari satu tabel; tulis nama tabelnya di depan, seperti `a.{name}`.", name=name))),
    (r'^column "(?P<name>[^"]+)" must appear in the GROUP BY', _said(lambda name: _(
        "Kolom “{name}” tidak dihitung dan tidak dikelompokkan; tambahkan ke `GROUP BY`, atau pakai `GROUP BY ALL`.", name=name))),
    (r"^No function matches .*? '(?P<name>\w+)\((?P<kinds>[^)]*)\)'", _said(lambda name, kinds: _(
        "Fungsi “{name}” tidak menerima jenis data ini ({kinds}); pilih kolom angka, atau ubah jenisnya dengan `CAST`.",
        name=name, kinds=kinds))),
    (r"^Could not convert string '(?P<name>[^']*)'", _said(lambda name: _(
        "“{name}” bukan angka, padahal kolomnya angka; hapus petiknya atau bandingkan dengan kolom lain.", name=name))),
    (r'^(?:invalid date field format|date field value out of range): "(?P<name>[^"]*)"', _said(lambda name: _(
        "“{name}” bukan tanggal yang ada; tulis seperti `DATE '2026-01-31'`.", name=name))),
    (r"^Unimplemented type for cast \((?P<kinds>[^)]*)\).*column (?P<name>\w+)", _said(lambda name, kinds: _(
        "Kolom “{name}” tidak dapat diubah jenisnya ({kinds}).", name=name, kinds=kinds))),
    (r"^WHERE clause cannot contain aggregates", _said(lambda: _(
        "`WHERE` tidak dapat memakai jumlah atau rata-rata; pindahkan syarat itu ke `HAVING`."))),
    (r"^aggregate function calls cannot be nested", _said(lambda: _(
        "Jumlah di dalam jumlah tidak dapat dihitung; hitung dulu yang dalam dengan `WITH`."))),
    (r"^Window functions are not supported here", _said(lambda: _(
        "Fungsi jendela memerlukan `OVER (…)`, dan tidak dapat dipakai di `WHERE`; saring dengan `QUALIFY`."))),
    (r"^ORDER term out of range", _said(lambda: _("`ORDER BY` menunjuk kolom yang tidak ada; pakai nama kolomnya."))),
    (r"^Set operations can only apply", _said(lambda: _("Kedua bagian `UNION` harus sama banyak kolomnya."))),
    (r"^Subquery returns \d+ columns", _said(lambda: _("Subperintah ini hanya boleh memberi satu kolom."))),
    (r"^More than one row returned by a subquery", _said(lambda: _(
        "Subperintah ini memberi lebih dari satu baris; pakai `IN`, atau hitung menjadi satu angka."))),
    (r"^LIMIT/OFFSET cannot be negative", _said(lambda: _("`LIMIT` tidak boleh di bawah nol."))),
    (r"^Overflow in", _said(lambda: _("Angkanya terlalu besar untuk dihitung; ubah jenisnya dengan `CAST(… AS DOUBLE)`."))),
    (r"division by zero", _said(lambda: _("Ada pembagian dengan nol; pakai `NULLIF(pembagi, 0)`."))),
)  # fmt: skip
