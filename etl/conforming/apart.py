"""Tables that do not hold one record a row: a name and a number in one column, or the name of the measure in each row."""

import re
from dataclasses import replace

import polars as pl

from etl.reading.files import Sheet
from etl.reading.words import NUMBER
from etl.recognising.recognise import Table

# A NIP as people write it: its digits together, or parted by blanks, dots or dashes; whether it is one is judged later.
_NUMBER = re.compile(
    rf"(?i)(?:n\s?i\s?p\.?\s*[:.]?\s*)?({NUMBER}[0-9.e+]{{12,}}|(?<![0-9])[0-9](?:[ .'’-]?[0-9]){{12,}}(?![0-9]))"
)


def columns_apart(sheet: Sheet, table: Table) -> tuple[Sheet, Table]:
    """Return the sheet with a column for each field of a joined column, and the table that knows them.

    The parts stand in one cell, or in the rows below the first: those rows are left without a field and so are no records.
    """
    groups = {
        names for names in table.source.joined.values() if len({table.fields.get(n) for n in names} - {None}) == 1
    }
    for names in groups:
        text_name, number_name = names
        index = table.fields[text_name]
        if number_name not in table.fields or list(table.fields.values()).count(index) < len(names):
            continue
        texts, numbers = _parted(sheet.cells, index, table.header_last)
        width = sheet.width
        cells = sheet.cells.with_columns(pl.Series(f"c{index}", texts), pl.Series(f"c{width}", numbers))
        sheet = Sheet(sheet.name, _lifted(cells, sheet.cells[f"c{index}"], index, table))
        table = replace(table, fields={**table.fields, number_name: width})
    return sheet, table


def _parted(cells: pl.DataFrame, index: int, header_last: int) -> tuple[list[str], list[str]]:
    """Return what is text and what is a number of the cells below the headings; a number on a row of its own goes to the text above."""
    texts, numbers = [], []
    waiting = None  # the last row with a text and no number yet
    for place, (row, cell) in enumerate(cells.select("row", f"c{index}").rows()):
        found = _NUMBER.search(cell) if row > header_last else None
        text = _NUMBER.sub(" ", cell) if found else cell
        texts.append(" ".join(text.split()).strip(" /|;:-") if found else cell)
        numbers.append(found[1] if found else "")
        if found and not texts[-1] and waiting is not None:
            numbers[waiting], numbers[place], waiting = numbers[place], "", None
        elif texts[-1]:
            waiting = None if numbers[-1] else place
    return texts, numbers


def _lifted(cells: pl.DataFrame, before: pl.Series, index: int, table: Table) -> pl.DataFrame:
    """Fill the blank fields of a row from the row below that held only its number, and blank that row."""
    emptied = (pl.col("_before") != "") & (pl.col(f"c{index}") == "") & (pl.col(cells.columns[-1]) == "")
    marked = cells.with_columns(before.alias("_before")).with_columns(emptied.alias("_below"))
    marked = marked.with_columns(pl.col("_below") & (pl.col("row") > table.header_last))
    others = [f"c{i}" for i in dict.fromkeys(table.fields.values()) if i != index]
    lifted = [
        pl.when(pl.col("_below")).then(pl.lit(""))
        .when((pl.col(c) == "") & pl.col("_below").shift(-1, fill_value=False)).then(pl.col(c).shift(-1, fill_value=""))
        .otherwise(pl.col(c)).alias(c)
        for c in others
    ]  # fmt: skip
    return marked.with_columns(lifted).drop("_before", "_below")
