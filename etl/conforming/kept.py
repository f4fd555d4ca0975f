"""What was read is kept, cell by cell and without what is of persons, so that new rules read old files again without asking anybody."""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from etl.lake import KEPT
from etl.reading.files import Document, Sheet
from etl.reading.guard import HIDDEN, masked
from etl.reading.texts import says, words
from etl.reading.totals import named
from etl.reading.words import NUMBER, label
from etl.recognising.figures import NAMED
from etl.recognising.recognise import Table
from etl.reference import Vocabulary

# Findings about columns and tables that are not kept: a file that is read again no longer tells them.
NOT_TOLD_AGAIN = ("table_not_recognised", "register_with_amounts", "register_cancelled")
SETTING = "RAPOR_KEEP_CELLS"  # millions of cells of a file of which more are not kept; 0 keeps none
MILLIONS = 5
RARE = 3  # a word of a register that stands in fewer rows, and that nobody knows, may be a patient's name in the wrong column
_OF_A_PERSON = re.compile(
    r"nama(?: lengkap| \w*(?:pegawai|pasien|responden|penilai|atasan|petugas|penerima|dokter|pengirim|pejabat)\w*)?|nik|nip\b.*|"
    r"no(?:mor)? (?:ktp|kk|hp|telp|telepon|wa|rm|erm|rekam medis|bpjs|jkn|kartu)\b.*|e?mail|alamat.*|.*\blahir|usia|umur.*|"
    r"telp|telepon|hp|petugas.*|penerima|pengirim|dokter.*|diagnosa.*|st(?:ored ?|r)by|username|saran.*|masukan.*|komentar.*"
)
_NO_FREE_TEXT = ("unit", "kecamatan", "subdistrict", "service", "payer")
_WORDS_OF_A_REGISTER = {"baru", "lama", ""}


def is_of_a_person(heading: str) -> bool:
    """Tell whether a label heads a column of persons: their names, numbers, addresses, words."""
    return _OF_A_PERSON.fullmatch(heading) is not None


def limit() -> int:
    """Return how many cells of one file are kept at most."""
    text = os.environ.get(SETTING, "").strip()
    return (int(text) if text.isascii() and text.isdecimal() else MILLIONS) * 1_000_000


def keep(
    document: Document, tables: Sequence[tuple[Sheet, Table]], others: Sequence[str], vocabulary: Vocabulary
) -> pl.DataFrame:
    """Return the cells of the recognised tables as a frame of KEPT; empty where they can't be read again, or are too many.

    `others` are the names of sheets that are no report.

    A table that is known by what is of persons, such as a list of employees, can't be read without it: nothing of it is kept.
    """
    empty = pl.DataFrame(schema=KEPT)
    if sum(sheet.cells.height * sheet.width for sheet, _ in tables) > limit() or any(map(_needs_people, tables)):
        return empty
    parts = []
    for number, (sheet, table) in enumerate(tables):
        about = {
            "encoding": document.encoding, "hidden": list(document.hidden), "others": list(others), "merged": sheet.merged,
            "hidden_rows": sorted(sheet.hidden_rows), "is_filtered": sheet.is_filtered,
            "hidden_columns": sorted(sheet.hidden_columns), "uncomputed": sheet.uncomputed,
        }  # fmt: skip
        cells = _without_people(sheet, table, vocabulary)
        parts.append(
            pl.DataFrame(
                {"part": number, "sheet": sheet.name, "row": cells["row"]}, schema_overrides=KEPT
            ).with_columns(
                cells.select(pl.concat_list(pl.exclude("row"))).to_series().alias("cells"),
                pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(json.dumps(about))).alias("about"),
            )
        )
    return pl.concat(parts).select(pl.col(name).cast(kind) for name, kind in KEPT.items()) if parts else empty


def document(kept: pl.DataFrame) -> tuple[Document, tuple[str, ...]]:
    """Return what was kept as the document that it was, and the names of sheets that nothing was kept of.

    Tables below each other are one sheet again: what stands above the first may be of those below it.
    """
    sheets: list[Sheet] = []
    about = {}
    for _, part in kept.group_by("part", maintain_order=True):
        about = json.loads(part["about"][0])
        width = len(part["cells"][0])
        cells = part.select(
            "row",
            *(pl.col("cells").list.get(i, null_on_oob=True).fill_null("").alias(f"c{i}") for i in range(width)),
        )
        sheet = Sheet(
            part["sheet"][0], cells, tuple(tuple(each) for each in about["merged"]), frozenset(about["hidden_rows"]),
            about["is_filtered"], frozenset(about["hidden_columns"]), tuple(tuple(each) for each in about["uncomputed"]),
        )  # fmt: skip
        above = sheets[-1] if sheets else None
        if above and replace(above, cells=cells) == sheet and above.cells["row"][-1] < cells["row"][0]:
            joined = pl.concat([above.cells, cells], how="diagonal").with_columns(pl.exclude("row").fill_null(""))
            sheets[-1] = replace(above, cells=joined)
        else:
            sheets.append(sheet)
    return Document(tuple(sheets), tuple(about.get("hidden", ())), about.get("encoding")), tuple(
        about.get("others", ())
    )


def _needs_people(found: tuple[Sheet, Table]) -> bool:
    source = found[1].source
    names = {name for wanted in source.required for name in wanted.split("|")}
    return any(source.field(name).is_personal for name in names)


def _without_people(sheet: Sheet, table: Table, vocabulary: Vocabulary) -> pl.DataFrame:
    """Return the cells of a table without the columns that are of persons, and without the numbers of persons anywhere."""
    source, width = table.source, sheet.width
    head, heading = pl.col("row") < table.header_first, pl.col("row") <= table.header_last
    headings = _headings(sheet, table)
    measured = {value.index for value in (*table.values, *table.totals, *table.notes)}
    declared = {index: source.field(name) for name, index in table.fields.items() if name != NAMED}
    dropped, free = set(), set()
    for index in range(width):
        field = declared.get(index)
        if field is not None:
            is_free = (
                source.is_personal and field.type == "text" and field.name not in (*_NO_FREE_TEXT, *source.required)
            )
            if is_free:
                free.add(f"c{index}")
            is_kept = not field.is_personal
        elif index in measured:
            is_kept = True
        else:
            is_kept = not source.is_personal and not any(map(is_of_a_person, headings[index]))
        if not is_kept:
            dropped.add(f"c{index}")
    columns = [name for name in sheet.cells.columns if name != "row"]
    closing = {f"c{i}": _names_of_totals(sheet, f"c{i}", table) for i in range(min(measured, default=0))}
    cells = sheet.cells.with_columns(
        pl.when(heading | pl.col(c).is_in(closing.get(c, []))).then(pl.col(c)).otherwise(pl.lit("")).alias(c)
        for c in dropped
    )
    if source.is_personal:
        above = [
            row
            for row, *texts in cells.filter(head).rows()
            if any(_OF_A_PERSON.fullmatch(label(text.partition(":")[0])) for text in texts if text)
        ]
        blank = head & pl.col("row").is_in(above)
        is_number = rf"^{NUMBER}?[0-9]{{1,6}}(?:\.0)?$"  # the running number of a respondent, and no word of his
        cells = cells.with_columns(
            pl.when(heading | says(c, is_number) | pl.col(c).is_in(closing.get(c, [])))
            .then(pl.col(c))
            .otherwise(pl.lit(""))
            .alias(c)
            for c in sorted(free)
        )
        cells = cells.with_columns(pl.when(blank).then(pl.lit("")).otherwise(pl.col(c)).alias(c) for c in columns)
        # The records of a register are counts; those of a survey have the same words as what is kept.
        texts = {f"c{i}" for i, field in declared.items() if field.type == "text" and source.counts_rows} - dropped
        cells = cells.with_columns(_without_rare(cells, column, table, vocabulary) for column in sorted(texts))
    return _masked(cells, columns)


def _names_of_totals(sheet: Sheet, column: str, table: Table) -> list[str]:
    """Return what names a sum, a mean or another closing row in a column: without it such a row would be one of the table."""
    texts = words(sheet.cells.filter(pl.col("row") > table.header_last)[column])
    closing = texts.filter(texts.str.contains(table.source.closing)) if table.source.closing else []
    return [*named(texts), *closing]


def _headings(sheet: Sheet, table: Table) -> list[list[str]]:
    """Return the labels above each column of a table."""
    rows = sheet.cells.filter(pl.col("row").is_between(table.header_first, table.header_last)).drop("row")
    return [[label(text) for text in rows[column]] for column in rows.columns]


def _without_rare(cells: pl.DataFrame, column: str, table: Table, vocabulary: Vocabulary) -> pl.Series:
    """Return a column of a register in which of a word that nobody knows and that stands in few rows only the length is left."""
    below = cells.filter(pl.col("row") > table.header_last)[column]
    rare = below.value_counts().filter(pl.col("count") < RARE)[column]
    known = _WORDS_OF_A_REGISTER | vocabulary.services.keys() | vocabulary.payers.keys()
    hidden = {
        text: f"({len(text)} karakter)"
        for text in rare
        if label(text) not in known and vocabulary.unit_in(text) is None and not HIDDEN.fullmatch(text)
    }
    if not hidden:
        return cells[column]
    shown = pl.when(pl.col("row") > table.header_last).then(pl.col(column).replace(hidden)).otherwise(pl.col(column))
    return cells.select(shown.alias(column))[column]


def _masked(cells: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return the cells in which every number of a person is cut to its last three digits."""
    changed = {}
    for column in columns:
        distinct = words(cells[column])
        found = distinct.filter(distinct.str.contains(r"\d{8}[ .]?\d{6}|\d{15}"))
        if hidden := {text: masked(text).removeprefix(NUMBER) for text in found if masked(text) != text}:
            changed[column] = hidden
    return cells.with_columns(pl.col(column).replace(hidden) for column, hidden in changed.items())
