"""Sheets laid out otherwise than one table from the left: tables side by side, and copies of pivot tables with their row labels."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from etl.reading.grid import Sheet
from etl.reading.periods import find_period
from etl.reading.words import label
from etl.recognising.headings import TOTAL_WORDS, is_unit_name
from etl.reference import Vocabulary

_SEARCHED_ROWS = 30
_ROW_LABELS = {"row labels", "label baris", "labels baris", "baris label"}
_HEADINGS = {"unit": "Puskesmas", "service": "Poli", "payer": "Cara bayar", "year": "Tahun", "month": "Bulan"}
_NARROWEST = 2  # columns of a table


def side_by_side(sheet: Sheet) -> list[Sheet]:
    """Return the sheet parted into the tables that may stand side by side in it; the sheet itself where there is one at most.

    They are parted by columns that are blank in every row of more than one text, or by headings that begin anew.
    """
    rows = sheet.cells.head(_SEARCHED_ROWS * 10).rows()
    tabular = [row[1:] for row in rows if len({cell for cell in row[1:] if cell}) > 1]
    filled = [any(row[column] for row in tabular) for column in range(sheet.width)]
    blocks: list[list[int]] = []
    for column, is_filled in enumerate(filled):
        if is_filled and column and filled[column - 1] and blocks:
            blocks[-1].append(column)
        elif is_filled:
            blocks.append([column])
    if len(blocks) == 1:
        blocks = _repeated(tabular[:_SEARCHED_ROWS], blocks[0])
    if len(blocks) < 2 or min(map(len, blocks)) < _NARROWEST:
        return [sheet]
    return [_block(sheet, columns, blocks[0]) for columns in blocks]


def _repeated(rows: Sequence[Sequence[str]], columns: list[int]) -> list[list[int]]:
    """Part the columns where a row of headings says the same again, from its first heading on."""
    for row in rows:
        heads = [label(row[column]) for column in columns]
        for width in range(_NARROWEST, len(heads) // 2 + 1):
            first = heads[:width]
            if (
                len(heads) % width == 0
                and all(first)
                and len(set(first)) == width
                and first * (len(heads) // width) == heads
            ):
                return [columns[start : start + width] for start in range(0, len(columns), width)]
    return [columns]


def _block(sheet: Sheet, columns: list[int], first: list[int]) -> Sheet:
    """Return the columns of one table; a line of one text over the first table is a title of all of them."""
    names = [f"c{column}" for column in columns]
    texts = pl.concat_list(pl.exclude("row")).list.eval(pl.element().filter(pl.element() != "")).list.unique()
    title = pl.when((texts.list.len() == 1) & pl.any_horizontal(pl.col(f"c{column}") != "" for column in first)).then(
        texts.list.first()
    )
    cells = sheet.cells.with_columns(title.alias("_title")).select(
        "row",
        pl.when(pl.col("_title").is_not_null() & (pl.col(names[0]) == ""))
        .then("_title")
        .otherwise(names[0])
        .alias("c0"),
        *(pl.col(name).alias(f"c{position}") for position, name in enumerate(names) if position),
    )
    at = {column: position for position, column in enumerate(columns)}
    merged = (
        (top, min(inside), bottom, max(inside))
        for top, left, bottom, right in sheet.merged
        if (inside := [at[column] for column in range(left, right + 1) if column in at])
    )
    return replace(
        sheet,
        cells=cells.filter(pl.any_horizontal(pl.exclude("row") != "")),
        merged=tuple(merged),
        hidden_columns=frozenset(at[column] for column in sheet.hidden_columns if column in at),
        uncomputed=tuple((row, at[column]) for row, column in sheet.uncomputed if column in at),
    )


def unfolded(sheet: Sheet, vocabulary: Vocabulary) -> Sheet:
    """Return a copy of a pivot table with its row labels under headings: what each says (unit, service, payer, month) has a column.

    Labels of several kinds in one column are levels, from the first row's on: a label stands for the rows below it, and its own row is
    their sum. A sheet without row labels, or with some that can't be placed, is returned as it is.
    """
    for row, cells in sheet.top(_SEARCHED_ROWS):
        column = next((n for n, cell in enumerate(cells) if label(cell) in _ROW_LABELS), None)
        if column is not None:
            return _placed(sheet, row, column, vocabulary)
    return sheet


def _placed(sheet: Sheet, header: int, column: int, vocabulary: Vocabulary) -> Sheet:
    texts = sheet.cells.filter(pl.col("row") > header)[f"c{column}"].to_list()
    kinds = _kinds({text for text in texts if text}, vocabulary)
    levels = list(dict.fromkeys(kinds[text] for text in texts if kinds.get(text) in _HEADINGS))
    if not levels or (len(levels) > 1 and "" in kinds.values()):
        return sheet
    state: dict[str, str] = {}
    placed = []
    for text in texts:
        kind = kinds.get(text) or ("unit" if text and levels == ["unit"] else "total")
        if kind in levels:
            state = {level: state.get(level, "") for level in levels[: levels.index(kind)]} | {kind: text}
        is_leaf = kind == levels[-1]
        placed.append([state.get(level, "") if is_leaf or level != levels[-1] else "Jumlah" for level in levels] if text else
                      [""] * len(levels))  # fmt: skip
    above = sheet.cells.filter(pl.col("row") <= header)["row"].to_list()
    heads = [[_HEADINGS[level] if row == header else "" for row in above] for level in levels]
    added = [
        pl.Series(
            f"c{column if n == 0 else sheet.width + n - 1}", [*heads[n], *(cells[n] for cells in placed)], pl.String
        )
        for n in range(len(levels))
    ]
    kept = sheet.cells[f"c{column}"].head(len(above)).to_list()
    added[0] = pl.Series(
        added[0].name,
        [head or own for head, own in zip(heads[0], kept, strict=True)] + added[0].to_list()[len(above) :],
    )
    return replace(sheet, cells=sheet.cells.with_columns(added))


def _kinds(texts: set[str], vocabulary: Vocabulary) -> dict[str, str]:
    """Return what each row label is; where a word may be a service or a payer, what more of the others are."""
    found: dict[str, set[str]] = {}
    for text in texts:
        words = label(text)
        period, rest = find_period(text)
        if words in TOTAL_WORDS or words.startswith(("total ", "grand total", "jumlah ")):
            found[text] = {"total"}
        elif period and not rest:
            found[text] = {"month" if period.month else "year"}
        else:
            known = {"service": vocabulary.services, "payer": vocabulary.payers, "unit": vocabulary.units}
            found[text] = {kind for kind, names in known.items() if words in names and names[words] != "total"}
            if is_unit_name(words):
                found[text] = {"unit"}
    votes = Counter(kind for kinds in found.values() for kind in kinds)
    kinds = {text: max(may_be, key=lambda kind: (votes[kind], kind), default="") for text, may_be in found.items()}
    if not set(kinds.values()) - {
        "",
        "total",
    }:  # no name is known yet: a report of units whose register is to be learnt
        kinds = {text: kind or "unit" for text, kind in kinds.items()}
    return kinds
