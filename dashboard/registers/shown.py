"""Registers in words and HTML: their list, the rows of one, the form of a row, what changes, what was changed."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from dashboard import db, registry, roles
from dashboard.access import Viewer
from dashboard.folder import data_dir
from dashboard.registers import proposed
from dashboard.signin import html
from dashboard.signin.pages import here
from dashboard.words import text
from dashboard.words.text import _, n_
from queries import edits
from queries.edits import Change, Edit, Row
from queries.registers import Column, Register, registers

MOST_ROWS = 200  # of a list; the others are found by their words
MOST_CHANGES = 100  # of what is shown before it is kept, and of the history
Query = Mapping[str, str]


def title_of(register: Register) -> str:
    """Return what a register is called."""
    return pair(register.title)


def column_title(column: Column) -> str:
    """Return what a column is called."""
    return pair(column.title)


def pair(both: tuple[str, str]) -> str:
    """Return of a text in both languages that of the reader."""
    return both[1] if text.language() == "en" and both[1] else both[0]


def at(query: Query, *parts: str, **more: str) -> str:
    """Return an address below the page of registers, in the reader's language."""
    return here("/".join((registry.LISTS, *parts)), query, **more)


# --- the page: all registers ---


def every(query: Query) -> str:
    """Return the registers, with how many rows each has and when it was last changed here."""
    last = {edit.table: edit for edit in edits.history(data_dir())}
    head = (_("Daftar"), _("Baris"), _("Terakhir diubah"), _("Yang dapat mengubah"))
    cells = [
        [
            f"<a href='{escape(at(query, table))}'>{escape(title_of(register))}</a>",
            f"<span class='rp-figure'>{text.number(len(edits.rows(data_dir(), table)))}</span>",
            escape(_when(last[table]) if table in last else "–"),
            escape(who_may(register)),
        ]
        for table, register in registers().items()
    ]
    about = _(
        "Nama, bobot, ambang dan tenggat yang dipakai membaca laporan. Perubahan diperiksa dulu, dicatat, dan dapat dikembalikan."
    )
    names = len(proposed.waiting())
    words = n_("{n} usulan arti nama menunggu", "{n} usulan arti nama menunggu", names)
    waits = f"<p><a href='{escape(at(query, 'nama'))}'>{escape(words)}</a></p>" if names else ""
    return (
        html.paragraph(about) + waits + unpublished(query) + html.rows(head, cells)
        + f"<p class='rp-last'><a href='{escape(at(query, 'riwayat'))}'>{escape(_('Riwayat perubahan'))}</a></p>"
        + html.paragraph(_("Tabel lain adalah ketentuan nasional atau hasil simulasi; peran diatur pengelola di reference/roles.csv."))
    )  # fmt: skip


def who_may(register: Register) -> str:
    """Return the roles that change a register, in words."""
    names = [role.title() for role in roles.roles().values() if may(register, role.may)]
    return ", ".join(names)


def may(register: Register, rights: Collection[str]) -> bool:
    """Whether these rights let one change a register: who approves may change names too."""
    return register.right in rights or "approve" in rights


def may_change(register: Register, viewer: Viewer) -> bool:
    """Whether a viewer may change a register."""
    role = roles.known(viewer.role)
    return role is not None and may(register, role.may)


def unpublished(query: Query) -> str:
    """Return that published figures were made of other tables than those of now, with the way to publish; else nothing."""
    try:
        if db.has_tables_of_today():
            return ""
    except (db.NoBuild, db.OlderBuild):
        return ""
    words = _("Ada perubahan yang belum dipakai angka terbit.")
    return html.notice(words, "good") + html.form(at(query, "terbit"), "", _("Terbitkan dengan perubahan ini"))


def back(query: Query) -> str:
    """Return the way to all registers."""
    return f"<p class='rp-last'><a href='{escape(at(query))}'>{escape(_('Semua daftar'))}</a></p>"


def publishing(*, is_running: bool, result: Mapping[str, Any], query: Query) -> str:
    """Return how far the publishing of changes is, and what became of it."""
    if is_running:
        words = _("Sedang menyusun angka terbit dengan daftar yang baru; halaman ini memuat ulang sendiri.")
        return html.notice(words, "good") + "<meta http-equiv='refresh' content='2'>"
    if fault := result.get("refused") or " ".join(result.get("failed") or ()):
        words = _("Belum terbit; angka terbit tidak berubah.")
        return html.notice(f"{words} {fault}") + unpublished(query)
    if result:
        return html.notice(_("Terbit: {build}.", build=result["published"]), "good")
    return unpublished(query) or html.paragraph(_("Angka terbit sudah memakai daftar yang sekarang."))


# --- one register ---


def one(register: Register, viewer: Viewer, query: Query) -> str:
    """Return the rows of a register that have the words looked for, each leading to its form."""
    sought = query.get("cari", "").strip()
    rows = edits.rows(data_dir(), register.table)
    found = [row for row in rows if all(word in _text(row) for word in sought.casefold().split())]
    shown = [register.columns[name] for name in register.shown]
    known = keys_of(register)
    cells = [
        [
            f"<a href='{escape(at(query, register.table, 'baris', **_address(register, row)))}'>{_cell(first, row, known)}</a>",
            *(_cell(column, row, known) for column in others),
        ]
        for row in found[:MOST_ROWS]
        for first, *others in [shown]
    ]
    search = html.search(at({}, register.table), _("Cari"), sought)
    body = unpublished(query) + (_acts(register, query) if may_change(register, viewer) else "") + search
    if not found:
        return body + html.paragraph(_("Tidak ada baris dengan kata itu.") if sought else _("Belum ada barisnya."))
    more = len(found) - MOST_ROWS
    left = (
        html.paragraph(
            n_("{n} lagi tidak ditampilkan; cari dengan kata.", "{n} lagi tidak ditampilkan; cari dengan kata.", more)
        )
        if more > 0
        else ""
    )
    return body + html.rows([column_title(column) for column in shown], cells) + left


def _acts(register: Register, query: Query) -> str:
    def link(words: str, *parts: str) -> str:
        return f"<a class='rp-button rp-quiet' href='{escape(at(query, register.table, *parts))}'>{escape(words)}</a>"

    ways = [] if register.is_closed else [link(_("Tambah baris"), "baris")]
    ways.append(link(_("Tempel dari lembar kerja"), "tempel"))
    ways.append(link(_("Unduh CSV"), "unduh"))
    if register.table == "units":
        ways.append(link(_("Unit dari laporan"), "usulan"))
    return f"<p class='rp-acts'>{' '.join(ways)}</p>"


def _text(row: Row) -> str:
    return " ".join(value.casefold() for value in row.values() if value)


def _cell(column: Column, row: Row, known: Mapping[str, Mapping[str, str]]) -> str:
    words = escape(said(column, row[column.name], known))
    return f"<span class='rp-figure'>{words}</span>" if column.type in ("number", "whole") else words


def said(column: Column, value: str | None, known: Mapping[str, Mapping[str, str]]) -> str:
    """Return a cell in words: of a choice its name, of a number its notation, of many names the first."""
    if value is None:
        return "–"
    if column.words:
        return pair(column.words[value]) if value in column.words else value
    if column.of:
        return known.get(column.of, {}).get(value, value)
    if column.type == "names":
        first, *others = value.split("|")
        return f"{first} +{len(others)}" if others else first
    if column.type == "whole" and value.isdecimal():
        return text.number(int(value))
    if column.type == "yes_no":
        return {"true": _("ya"), "false": _("tidak")}.get(value, value)
    return typed_as(column, value)


def typed_as(column: Column, value: str | None) -> str:
    """Return a cell as a person writes it in a form."""
    if value and column.type == "number" and text.language() == "id":
        return value.replace(".", ",")
    return value or ""


def keys_of(register: Register) -> dict[str, dict[str, str]]:
    """Return of the tables whose keys a register names: key -> name."""
    found = {}
    for table in {column.of for column in register.columns.values() if column.of}:
        key = registers()[table].key[0]
        found[table] = {row[key] or "": row["name"] or "" for row in edits.rows(data_dir(), table)}
    return found


def _address(register: Register, row: Row) -> dict[str, str]:
    return {"kunci": json.dumps([row[name] for name in register.key], ensure_ascii=False)}


def find(register: Register, key: str) -> Row | None:
    """Return the row that an address names; None where there is none."""
    try:
        wanted = json.loads(key)
    except (ValueError, RecursionError):
        return None
    rows = edits.rows(data_dir(), register.table)
    return next((row for row in rows if [row[name] for name in register.key] == wanted), None)


# --- the form of a row ---


def form(
    register: Register, before: Row | None, query: Query, typed: Mapping[str, str] | None = None, why: str = ""
) -> str:
    """Return the form of a row, of a new one where there is none before; `typed` is what was written and not kept."""
    known = keys_of(register)
    fields = ""
    for name, column in register.columns.items():
        value = typed[name] if typed and name in typed else typed_as(column, (before or {}).get(name))
        fields += _field(register, column, value, known, is_new=before is None)
    fields += _why(register, why)
    url = at(query, register.table, "baris", **(_address(register, before) if before else {}))
    kept = {"sebelum": json.dumps(before, ensure_ascii=False)}
    form = html.form(url, fields, _("Simpan"), kept)
    if before is None or register.is_closed:
        return form
    away = html.form(url, _why(register, "", "hapus"), _("Hapus baris ini"), kept | {"apa": "hapus"}, is_quiet=True)
    words = _(
        "Laporan yang menyebut baris ini akan ditolak pada penerbitan berikut. Yang dihapus dapat dikembalikan di riwayat."
    )
    ends = _(" Unit yang berhenti lebih baik diberi bulan terakhirnya.") if register.table == "units" else ""
    return form + html.fold(_("Hapus"), html.paragraph(words + ends) + away)


def _field(
    register: Register, column: Column, value: str, known: Mapping[str, Mapping[str, str]], *, is_new: bool
) -> str:
    identity, label = f"k-{column.name}", column_title(column)
    needed = column.name in (*register.key, *register.asked)
    if column.type == "fixed" or (column.name in register.key and not is_new):
        return (
            f"<p class='rp-field'><label for='{identity}'>{escape(label)}</label>"
            f"<input id='{identity}' name='{identity}' value='{escape(value)}' readonly></p>"
        )
    options: list[tuple[str, str]] = []
    if column.words and column.type != "names":
        options = [(code, pair(words)) for code, words in column.words.items()]
    elif column.of:
        options = sorted(known[column.of].items(), key=lambda each: each[1])
    elif column.type == "yes_no":
        options = [("true", _("ya")), ("false", _("tidak"))]
    if options:
        blank = [] if needed else [("", "–")]
        here = [] if not value or any(code == value for code, _words in options) else [(value, value)]
        return html.choice(identity, label, [*blank, *here, *options], value)
    hint = pair(column.hint) or _HINTS.get(column.type, lambda: "")()
    mode = {"whole": "numeric", "number": "decimal"}.get(column.type, "text")
    if column.type == "names":
        rows = "".join(f"{escape(each)}\n" for each in value.split("|")) if value else ""
        return (
            f"<p class='rp-field'><label for='{identity}'>{escape(label)}</label>"
            f"<textarea id='{identity}' name='{identity}' rows='4' aria-describedby='{identity}-petunjuk'>{rows}</textarea>"
            f"<small id='{identity}-petunjuk'>{escape(hint or _('Satu nama per baris.'))}</small></p>"
        )
    field = html.field(identity, label, hint=hint, value=value, inputmode=mode, autocomplete="off")
    return field if needed else field.replace(" required", "")


_HINTS = {
    "month": lambda: _("Tahun dan bulan, misalnya 2026-07."),
    "day": lambda: _("Tahun, bulan, tanggal, misalnya 2026-07-01."),
    "code": lambda: _("Huruf kecil, angka, garis atau titik, tanpa spasi."),
}


def _why(register: Register, value: str, of: str = "simpan") -> str:
    label = _("Alasan atau dasar perubahan")
    field = html.field("alasan", label, value=value, maxlength="300", autocomplete="off")
    field = field.replace("id='alasan'", f"id='alasan-{of}'").replace("for='alasan'", f"for='alasan-{of}'")
    return field if register.right == "approve" else field.replace(" required", "")


# --- pasting ---


def paste(register: Register, query: Query, lines: str = "", why: str = "") -> str:
    """Return the form in which lines of a spreadsheet are pasted."""
    titles = ", ".join(column_title(column) for column in register.columns.values())
    about = _(
        "Salin baris judul dan isinya dari lembar kerja. Baris yang kuncinya sudah ada diubah pada kolom yang ditempel; "
        "yang lain ditambahkan; tidak ada yang dihapus."
    )
    area = (
        f"<p class='rp-field'><label for='isi'>{escape(_('Isi'))}</label>"
        f"<textarea id='isi' name='isi' rows='10' required aria-describedby='isi-petunjuk'>{escape(lines)}</textarea>"
        f"<small id='isi-petunjuk'>{escape(_('Judul yang dikenal: {names}', names=titles))}</small></p>"
    )
    return html.paragraph(about) + html.form(
        at(query, register.table, "tempel"), area + _why(register, why), _("Periksa")
    )


def looked(register: Register, found: Mapping[str, Any], query: Query, lines: str, why: str) -> str:
    """Return what pasted lines would change, and the way to keep that where nothing would be wrong."""
    changes = [Change(each["before"], each["after"]) for each in found["changes"]]
    body = changes_table(register, changes)
    if not changes:
        return html.notice(_("Tidak ada yang berubah."), "good") + paste(register, query, lines, why)
    if found["problems"]:
        wrong = "".join(html.notice(words) for words in found["problems"])
        return wrong + body + paste(register, query, lines, why)
    new = sum(each.before is None for each in changes)
    words = _("{new} baris baru, {changed} berubah.", new=text.number(new), changed=text.number(len(changes) - new))
    kept = html.form(
        at(query, register.table, "tempel"), "", _("Simpan"), {"isi": lines, "alasan": why, "apa": "simpan"}
    )
    return html.paragraph(words) + body + kept


def changes_table(register: Register, changes: Sequence[Change]) -> str:
    """Return what changes in each row, cell by cell."""
    known = keys_of(register)
    cells = []
    for each in changes[:MOST_CHANGES]:
        row = each.after or each.before or {}
        name = row.get("name") or ", ".join(row[key] or "" for key in register.key)
        for column in register.columns.values():
            was, now = ((side or {}).get(column.name) for side in (each.before, each.after))
            if was != now:
                cells.append(
                    [
                        escape(name),
                        escape(column_title(column)),
                        escape(said(column, was, known)),
                        escape(said(column, now, known)),
                    ]
                )
    left = len(changes) - MOST_CHANGES
    more = html.paragraph(n_("{n} lagi tidak ditampilkan.", "{n} lagi tidak ditampilkan.", left)) if left > 0 else ""
    return html.rows((_("Baris"), _("Kolom"), _("Sebelumnya"), _("Sekarang")), cells) + more if cells else ""


# --- the history ---


def history(viewer: Viewer, query: Query) -> str:
    """Return the edits, the newest first, each with what it changed and the way to take it back."""
    every = list(edits.history(data_dir()))
    undone = {edit.undoes for edit in every if edit.undoes}
    if not every:
        return html.paragraph(_("Belum ada perubahan dari halaman ini."))
    parts = []
    for edit in reversed(every[-MOST_CHANGES:]):
        register = registers().get(edit.table)
        if register is None:
            continue
        count = n_("{n} baris", "{n} baris", len(edit.changes))
        head = f"{_when(edit)} · {title_of(register)} · {count} · {role_title(edit.role)}"
        head += f" · {_('mengembalikan')}" if edit.undoes else ""
        body = html.paragraph(edit.why) if edit.why else ""
        body += changes_table(register, edit.changes)
        if edit.id not in undone and may_change(register, viewer):
            body += html.form(at(query, "riwayat"), "", _("Kembalikan"), {"id": edit.id}, is_quiet=True, about=head)
        elif edit.id in undone:
            body += html.paragraph(_("Sudah dikembalikan."))
        parts.append(html.fold(head, body))
    return unpublished(query) + "".join(parts)


def _when(edit: Edit) -> str:
    moment = datetime.fromisoformat(edit.at).astimezone()
    return f"{text.date(moment.date())} {moment:%H.%M}"


def role_title(code: str) -> str:
    """Return what a role is called; its code where there is none today."""
    role = roles.known(code)
    return role.title() if role else code
