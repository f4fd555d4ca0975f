"""Tables that do not hold one record a row: a name and a number in one column, the name of the measure in each row, or the unit on a
line of its own above its rows."""

import re
from dataclasses import replace

import polars as pl

from etl.reading.files import Sheet
from etl.reading.texts import says
from etl.reading.words import NUMBER, label, plain
from etl.recognising.agency import unit_alone
from etl.recognising.figures import NAMED, measures_said
from etl.recognising.recognise import Table, Vocabulary

# A NIP as people write it: its digits together, or parted by blanks, dots or dashes; whether it is one is judged later.
_NUMBER = re.compile(
    rf"(?i)(?:n\s?i\s?p\.?\s*[:.]?\s*)?({NUMBER}[0-9.e+]{{12,}}|(?<![0-9])[0-9](?:[ .'’-]?[0-9]){{12,}}(?![0-9]))"
)

# What counts the headings of blocks: I, 2., b) or nothing.
_COUNTED = re.compile(r"(?i)^\s*(?:[ivxl]+|\d{1,3}|[a-z])\s*[.)]?$")
_YEAR = re.compile(r"(?i)(?:tahun|thn\.?|th\.?)?\s*(?:anggaran)?\s*:?\s*(20\d\d)")
_MOST_TEXTS = 3  # a number, a label such as `Unit kerja` and the name


def columns_apart(sheet: Sheet, table: Table) -> tuple[Sheet, Table]:
    """Return the sheet with a column for each field of a joined column, and the table that knows them.

    The parts stand in one cell, or in the rows below the first: those rows are left without a field and so are no records.
    """
    groups = {
        names for names in table.source.joined.values() if len({table.fields.get(n) for n in names} - {None}) == 1
    }
    for names in groups:
        text_name, number_name = names
        index = table.fields.get(text_name)
        if index is None or number_name not in table.fields or list(table.fields.values()).count(index) < len(names):
            continue
        texts, numbers = _parted(sheet.cells, index, table.header_last)
        width = sheet.width
        cells = sheet.cells.with_columns(pl.Series(f"c{index}", texts), pl.Series(f"c{width}", numbers))
        sheet = replace(sheet, cells=_lifted(cells, sheet.cells[f"c{index}"], index, table))
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


def lines_apart(sheet: Sheet, table: Table) -> Sheet:
    """Return the sheet with a text that is merged over names and figures of a row in its first cell alone: a line, and no record."""
    fields = set(table.fields.values())
    measured = {value.index for value in (*table.values, *table.totals)}
    lines: dict[int, set[int]] = {}
    for top, left, bottom, right in sheet.merged:
        covered = set(range(left, right + 1))
        over = covered & measured if measured else covered & fields - {left}
        if table.header_last < top == bottom and covered & fields and over:
            lines.setdefault(top, set()).update(covered - {left})
    rows = {
        index: [row for row, covered in lines.items() if index in covered] for index in set().union(*lines.values())
    }
    emptied = [
        pl.when(pl.col("row").is_in(within) & ~says(f"c{index}", rf"^{NUMBER}"))
        .then(pl.lit(""))
        .otherwise(pl.col(f"c{index}"))
        .alias(f"c{index}")
        for index, within in rows.items()
    ]
    return replace(sheet, cells=sheet.cells.with_columns(emptied)) if emptied else sheet


def measures_apart(sheet: Sheet, table: Table) -> tuple[Sheet, Table]:
    """Return the sheet with a column of its own for each measure that the rows of one column of figures name, and the table of these."""
    if NAMED not in table.fields:
        return sheet, table
    said = sheet.cells[f"c{table.fields[NAMED]}"]
    names = {text: measures_said(table.source, text) for text in said.unique()}
    of_row = said.replace_strict(names, default=None, return_dtype=pl.String)
    places = {value: sheet.width + number for number, value in enumerate(table.values)}
    columns = [
        pl.when(of_row.eq_missing(value.measure))
        .then(pl.col(f"c{value.index}"))
        .otherwise(pl.lit(""))
        .alias(f"c{index}")
        for value, index in places.items()
    ]
    values = tuple(replace(value, index=index) for value, index in places.items())
    return replace(sheet, cells=sheet.cells.with_columns(columns)), replace(table, values=values)


def units_apart(sheet: Sheet, table: Table, vocabulary: Vocabulary) -> tuple[Sheet, Table]:
    """Return the sheet with a column for the unit that lines between the rows name, and the table that knows it.

    The rows below such a line are of its unit, those above the first of the unit that the title names. A name that the register lacks
    counts where it is written as a heading: in capitals, counted by I or A, or beside others that the register knows.
    """
    source = table.source
    has_unit = any(f.name == "unit" for f in source.fields)
    if not has_unit or source.counts_rows or {"unit", "subdistrict"} & set(table.fields) or _is_across(table):
        return sheet, table
    lines = _lines(sheet, table)
    named = {row: found for row, texts in lines if (found := _unit_of(texts, table, vocabulary))}
    if not any(is_known or is_heading for _, is_known, is_heading in named.values()):
        return sheet, table
    any_known = any(is_known for _, is_known, _ in named.values())
    units = {row: name for row, (name, is_known, is_heading) in named.items() if is_known or is_heading or any_known}
    first = next((level.unit for level in table.levels if level.unit), None) or ""
    rows = pl.col("row")
    column = pl.when(rows.is_in(list(units))).then(rows.replace_strict(units, default=None, return_dtype=pl.String))
    below = pl.when(rows <= table.header_last).then(pl.lit(None)).otherwise(column.forward_fill().fill_null(first))
    is_line = rows.is_in([row for row, texts in lines if row in units or len(texts) == 1]) | (rows <= table.header_last)
    width = sheet.width
    cells = sheet.cells.with_columns(pl.when(is_line).then(pl.lit("")).otherwise(below).alias(f"c{width}"))
    return replace(sheet, cells=cells), replace(table, fields={**table.fields, "unit": width})


def years_apart(sheet: Sheet, table: Table) -> tuple[Sheet, Table]:
    """Return the sheet with a column for the year that lines between the rows name (`2025`, `Tahun 2025`), and the table that knows it.

    The rows below such a line are of its year, those above the first of the year that the words around the table say.
    """
    source = table.source
    has_year = any(f.name == "year" for f in source.fields) and "year" not in table.fields
    if (
        not has_year
        or not {"period", "quarter"} & set(table.fields)
        or any(value.period.year for value in table.values)
    ):
        return sheet, table
    years = {
        row: found[1]
        for row, texts in _lines(sheet, table)
        if len(texts) == 1 and (found := _YEAR.fullmatch(plain(texts[0]).strip()))
    }
    if not years:
        return sheet, table
    rows, width = pl.col("row"), sheet.width
    year = pl.when(rows.is_in(list(years))).then(rows.replace_strict(years, default=None, return_dtype=pl.String))
    is_data = (rows > table.header_last) & ~rows.is_in(list(years))
    column = pl.when(is_data).then(year.forward_fill()).fill_null("").alias(f"c{width}")
    cells = sheet.cells.with_columns(column).with_columns(
        pl.when(rows.is_in(list(years))).then(pl.lit("")).otherwise(pl.col(f"c{index}")).alias(f"c{index}")
        for index in table.fields.values()
    )
    return replace(sheet, cells=cells), replace(table, fields={**table.fields, "year": width})


def _is_across(table: Table) -> bool:
    return any(value.unit for value in table.values)


def _lines(sheet: Sheet, table: Table) -> list[tuple[int, list[str]]]:
    """Return the rows below the headings that hold no figure and little else, each with its texts."""
    measured = [pl.col(f"c{value.index}") != "" for value in (*table.values, *table.totals)]
    texts = pl.concat_list(pl.exclude("row")).list.eval(pl.element().filter(pl.element() != "")).list.unique(
        maintain_order=True
    )  # fmt: skip
    rows = sheet.cells.filter(pl.col("row") > table.header_last).select(
        "row", texts.alias("texts"), pl.any_horizontal(pl.lit(False), *measured).alias("is_measured")
    )
    return rows.filter(
        (~pl.col("is_measured") | (pl.col("texts").list.len() == 1)) & pl.col("texts").list.len().is_between(1, _MOST_TEXTS)
    ).select("row", "texts").rows()  # fmt: skip


def _unit_of(texts: list[str], table: Table, vocabulary: Vocabulary) -> tuple[str, bool, bool] | None:
    """Return the unit that a line names and nothing else, whether the register knows it, and whether it is written as a heading."""
    counted = [text for text in texts if _COUNTED.match(plain(text))]
    said = " ".join(plain(text) for text in texts if text not in counted).strip()
    head, colon, tail = said.partition(":")
    is_labelled = bool(colon) and table.source.field("unit").matches((label(head),))
    counter = re.match(r"(?i)^(?:[ivxl]+|[a-z]|\d{1,3})\s*[.)]\s+(?=\w)", said)
    name = tail.strip() if is_labelled else said[counter.end() :] if counter else said
    found = unit_alone(name, vocabulary)
    if found is None:
        return None
    letters = any(not plain(text).strip(" .)").isdecimal() for text in [*counted, *([counter[0]] if counter else [])])
    return (*found, is_labelled or letters or name == name.upper())
