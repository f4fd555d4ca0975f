"""Changes of the reference tables by hand: tried on a copy, checked, kept whole with who and why, and undone by their opposite.

A row is found by what it said when it was read: where somebody changed it meanwhile, nothing is kept and both are told.
"""

import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from etl import check
from etl.folder import write_table
from etl.lock import only_one
from etl.reading.words import label
from etl.reference import read_table
from queries import journal, private, scratch
from queries.edits import FORMAT, HISTORY, Change, Edit, Row, columns, history, rows
from queries.escape import on_one_line
from queries.language import _
from queries.registers import Register, Unclear, expect_within, registers, understood

WAIT_SECONDS = 60


class Refused(Exception):
    """An edit that is not kept; the message says why, and what would do."""


def typed(
    register: Register, said: Mapping[str, str], before: Row | None, names: Sequence[str]
) -> dict[str, str | None]:
    """Return a row of what a person typed into its columns, the others as they were; raises Refused, naming the column."""
    row: dict[str, str | None] = {**dict.fromkeys(names), **(before or {})}
    for name, words in said.items():
        column = register.columns.get(name)
        if column is None or name not in names:
            raise Refused(
                _("Kolom {name} tidak dikenal. Yang dikenal: {names}", name=name[:40], names=", ".join(names))
            )
        try:
            value = understood(column, words)
        except Unclear as wrong:
            raise Refused(f"{column.name_said}: {wrong}") from None
        if column.type == "fixed" and value != row[name]:
            raise Refused(_("{name} tidak diubah dari sini.", name=column.name_said))
        row[name] = value
    return row


def try_out(data_dir: Path, edit: Edit) -> list[check.Problem]:
    """Return what would be wrong with the reference tables after an edit that is not wrong now; raises Refused where it can't be made."""
    folder = data_dir / "reference"
    with scratch.folder() as trial:
        candidate = Path(trial) / "reference"
        shutil.copytree(folder, candidate)
        write_table(candidate, edit.table, _changed(folder, edit))
        known = {(Path(each.where).name, each.what) for each in check.of_tables(folder)}
        found = check.of_tables(candidate)
        return [each for each in found if (Path(each.where).name, each.what) not in known and each.severity == "error"]


@private.for_owner()
def keep(data_dir: Path, edit: Edit) -> Edit:
    """Make an edit and write it down; raises Refused where it can't be made or something would be wrong, and LoadBusy."""
    with only_one(data_dir, WAIT_SECONDS):
        if problems := try_out(data_dir, edit):
            raise Refused(f"{problems[0].what} {problems[0].mend}")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        kept = replace(edit, id=secrets.token_hex(8), at=now)
        table = _changed(data_dir / "reference", edit)
        journal.add(
            data_dir / HISTORY, FORMAT, asdict(kept)
        )  # first: a history that says too much is seen, one that says too little is not
        write_table(data_dir / "reference", edit.table, table)
    return kept


def undo(data_dir: Path, edit_id: str, by: str, role: str) -> Edit:
    """Take an edit back by its opposite; raises Refused where there is none of this id, or a row was changed since."""
    found = next((each for each in history(data_dir) if each.id == edit_id), None)
    if found is None:
        raise Refused(_("Perubahan ini tidak ada."))
    opposite = tuple(Change(each.after, each.before) for each in reversed(found.changes))
    return keep(data_dir, Edit(found.table, opposite, by, role, found.why, undoes=edit_id))


def from_lines(data_dir: Path, register: Register, text: str) -> tuple[Change, ...]:
    """Return the changes that lines pasted from a spreadsheet ask for: a head with names of columns, then a row a line.

    A row whose key is known changes in the columns given alone, another one is added, and none goes. Raises Refused, naming the line.
    """
    now = rows(data_dir, register.table)
    names = columns(data_dir, register.table)
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    head = [_column_named(register, name.strip()) for name in lines[0].split("\t")] if lines else []
    if len(lines) < 2:
        raise Refused(_("Tempel baris judul dan paling sedikit satu baris isi, seperti di lembar kerja."))
    if lacking := [register.columns[name].name_said for name in register.key if name not in head]:
        raise Refused(_("Kolom {names} harus ada.", names=", ".join(lacking)))
    known = {_key(register, row): row for row in now}
    changes: dict[tuple[str | None, ...], Change] = {}
    for number, line in enumerate(lines[1:], 2):
        cells = [cell.strip() for cell in line.split("\t")]
        said = dict(zip(head, cells, strict=False))
        try:
            key = tuple(understood(register.columns[name], said.get(name, "")) for name in register.key)
            if len(cells) > len(head):
                raise Refused(_("lebih banyak sel daripada judul."))
            if key in changes:
                raise Refused(_("kuncinya sama dengan baris lain."))
            before = known.get(key)
            changes[key] = Change(before, typed(register, said, before, names))
        except (Refused, Unclear) as wrong:
            raise Refused(_("Baris {n}: {why}", n=number, why=wrong)) from None
    return tuple(each for each in changes.values() if each.before != each.after)


def _column_named(register: Register, name: str) -> str:
    for column in register.columns.values():
        if name.casefold() in (column.name, *(title.casefold() for title in column.title)):
            return column.name
    titles = ", ".join(column.name_said for column in register.columns.values())
    raise Refused(_("Judul kolom {name} tidak dikenal. Yang dikenal: {names}", name=name[:40], names=titles))


def _key(register: Register, row: Row) -> tuple[str | None, ...]:
    return tuple(row[name] for name in register.key)


def _changed(folder: Path, edit: Edit) -> pl.DataFrame:
    """Return the table with the changes made; raises Refused where a row is not as it was read, or would be there twice."""
    register = registers()[edit.table]
    table = read_table(folder, edit.table).with_columns(pl.all().replace("", None))
    now = table.to_dicts()
    for change in edit.changes:
        if register.is_closed and (change.before is None or change.after is None):
            raise Refused(_("Di tabel ini baris tidak ditambah dan tidak dihapus."))
        if change.after is not None:
            _expect_whole(register, change.after)
            if not edit.undoes:  # what a file of before held comes back as it was
                _expect_understood(folder, register, change)
        if change.before is None:
            now.append(dict(change.after or {}))
            continue
        if dict(change.before) not in now:
            shown = ", ".join(str(part) for part in _key(register, change.before))
            words = _(
                "{row}: sudah diubah orang lain sejak Anda membukanya. Buka lagi, lalu ubah yang sekarang.", row=shown
            )
            raise Refused(words)
        place = now.index(dict(change.before))
        if change.after is None:
            del now[place]
        else:
            now[place] = dict(change.after)
    keys = [_key(register, row) for row in now]
    for change in edit.changes:
        _expect_one_meaning(register, change, now)
    if double := next((key for key in keys if keys.count(key) > 1), None):
        raise Refused(_("{key} sudah ada.", key=", ".join(str(part) for part in double)))
    return pl.DataFrame(now, schema=table.schema)


def _expect_whole(register: Register, row: Row) -> None:
    for name in dict.fromkeys((*register.key, *register.asked)):
        if not row.get(name):
            raise Refused(_("{name} harus diisi.", name=register.columns[name].name_said))


def _expect_understood(folder: Path, register: Register, change: Change) -> None:
    """Refuse a cell that its column can't hold, however it came here: a form's hidden field is typed by anybody."""
    before, after = change.before or {}, change.after or {}
    for name, value in after.items():
        column = register.columns.get(name)
        if column is None or not value or value == before.get(name):
            continue
        try:
            same = value.replace(".", ",") if column.type == "number" else value
            if understood(column, same) != value:
                raise Unclear(_("{found} tidak dikenal.", found=on_one_line(value)[:40]))
            expect_within(column, after)
            if column.of not in (None, register.table) and value not in _keys(folder, column.of):
                raise Unclear(_("{found} tidak dikenal.", found=value[:40]))
        except Unclear as wrong:
            raise Refused(f"{column.name_said}: {wrong}") from None


def _expect_one_meaning(register: Register, change: Change, now: Sequence[Row]) -> None:
    """Refuse a new name that means another row already: its reports would count for this one. Rows with limits may follow each other."""
    after = change.after
    if after is None or "aliases" not in after or _is_limited(after):
        return
    new = {label(name): name for name in _spellings(after)}
    for each in _spellings(change.before or {}):
        new.pop(label(each), None)
    others = (
        (row for row in now if _key(register, row) != _key(register, after) and not _is_limited(row)) if new else ()
    )
    for other in others:
        if same := next((name for each in _spellings(other) if (name := new.get(label(each)))), None):
            raise Refused(
                _("Nama {name} sudah dipakai {other}.", name=same[:60], other=other["name"] or _key(register, other)[0])
            )


def _spellings(row: Row) -> list[str]:
    names = (row.get("name"), row.get("short_name"), *(row.get("aliases") or "").split("|"))
    return [name for name in names if name and label(name)]


def _is_limited(row: Row) -> bool:
    return bool(row.get("valid_from") or row.get("valid_until"))


def _keys(folder: Path, table: str) -> set[str]:
    return set(read_table(folder, table)[registers()[table].key[0]])
