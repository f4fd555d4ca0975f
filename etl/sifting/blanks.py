"""What a blank cell of a table means: the label of its group, written once above, or a blank."""

from collections.abc import Sequence

import polars as pl

from etl.reading.files import Sheet
from etl.reading.periods import find_period
from etl.reading.texts import kept, says
from etl.reading.words import NUMBER
from etl.recognising.figures import NAMED
from etl.recognising.recognise import Table
from etl.recognising.source import Field
from etl.remarks import Reject
from etl.sifting.rows import TIMES, Rows

# Where so small a part of a column is blank the writer fills in each row, and a blank is one that he forgot.
FEW_BLANKS = 1 / 4
_NO_LABEL = "\ue002"  # stands where a total is named: no row below it belongs to the group above
_SAYS_LITTLE = {
    "kecamatan"
}  # a blank costs nothing here, and the column is grouped even where most groups have one row

_OF_ITS_ROW = {"code", "indicator"}  # what the figures of a row are of, in most forms


def filled_down(data: pl.DataFrame, rows: Rows, table: Table, sheet: Sheet) -> tuple[pl.DataFrame, dict[int, str]]:
    """Return the rows of data with the labels of their groups, and the rows with a blank that is no group's, each with its column.

    A label, also one on a line of its own, reaches down over blank cells until a column to its left says something else, or a total
    stands between. It does not where the column repeats its labels, or leaves few cells blank: who fills in each row has forgotten
    that one; nor where the row would then say the same as another.
    """
    is_data = rows.are("data", "whole")
    filled = data.filter(is_data)
    fields = sorted(
        (f for f in table.source.fields if f.fill_down and f.name in table.fields and _is_outer(f, filled, table)),
        key=lambda f: table.fields[f.name],
    )
    cells = [f"c{table.fields[f.name]}" for f in fields]
    parts = [f"c{table.fields[n]}" for n in ("service", "payer") if n in table.fields]
    is_total = rows.are("whole", "sum", "line")
    frame = _merged(data, fields, table, sheet)
    if is_total.any():
        frame = frame.with_columns(
            pl.when(is_total & (rows.named_in == c)).then(pl.lit(_NO_LABEL)).otherwise(pl.col(c)).alias(c)
            for c in dict.fromkeys([*cells, *parts])
        )
    stays = is_data | is_total | _is_label(data, rows, cells)
    frame, is_row = kept(frame, stays), is_data.filter(stays)
    before = frame
    for number, field in enumerate(fields):
        own = [f"c{table.fields['code']}"] if field.name == "indicator" and "code" in table.fields else []
        frame = _group(frame, cells[number], list(dict.fromkeys([*cells[:number], *own])), is_row, field)
    frame = kept(_distinct(frame, before, fields, table), is_row)
    blank = _blanks(frame, fields, table)
    if is_total.any():
        frame = frame.with_columns(pl.col(c).replace(_NO_LABEL, "") for c in dict.fromkeys([*cells, *parts]))
    return frame, blank


def _is_outer(field: Field, filled: pl.DataFrame, table: Table) -> bool:
    """Tell whether a column parts its sheet into groups: an indicator that stands in each row says nothing of whose row it is."""
    return field.name not in _OF_ITS_ROW or bool((filled[f"c{table.fields[field.name]}"] == "").any())


def _is_label(data: pl.DataFrame, rows: Rows, cells: Sequence[str]) -> pl.Series:
    """Tell of each row whether it is a line between the rows of data with a label and no figure."""
    last = data["row"].filter(rows.are("data", "whole")).max()
    if not cells or last is None:
        return pl.Series([False] * data.height, dtype=pl.Boolean)
    return (
        rows.are("other")
        & data.select(pl.any_horizontal(pl.col(c) != "" for c in cells) & (pl.col("row") < last)).to_series()
    )


def without_blanks(records: pl.DataFrame, blank: dict[int, str], sheet: Sheet) -> tuple[pl.DataFrame, list[Reject]]:
    """Return the records without those of rows with such a blank, and a reject for each of these rows."""
    if not blank:
        return records, []
    is_blank = pl.col("row").is_in(list(blank))
    found = records.filter(is_blank)["row"].unique(maintain_order=True)
    rejects = [Reject(sheet.name, row, blank[row], "", "group_blank") for row in found]
    return (records.filter(~is_blank) if rejects else records), rejects


def without_shifted(
    records: pl.DataFrame, rows: pl.DataFrame, table: Table, sheet: Sheet
) -> tuple[pl.DataFrame, list[Reject]]:
    """Return the records without rows that run over: a figure right of the last heading and a blank below one, where other rows end."""
    heads = [cells for row, cells in sheet.top(table.header_last) if row >= table.header_first]
    headed = [n for cells in heads for n, cell in enumerate(cells) if cell]
    last = max([*headed, *table.fields.values(), *(v.index for v in (*table.values, *table.totals))], default=0)
    over = [c for c in rows.columns[1:] if int(c[1:]) > last]
    if not over or not table.values or not rows.height:
        return records, []
    runs_over = pl.any_horizontal(says(c, rf"^{NUMBER}|^[0-9.,]+$") for c in over)
    has_blank = pl.any_horizontal(pl.col(f"c{value.index}") == "" for value in table.values)
    if 2 * rows.filter(runs_over).height > rows.height:
        return records, []
    shifted = rows.filter(runs_over & has_blank)["row"].to_list()
    rejects = [Reject(sheet.name, row, "", "", "row_runs_over") for row in shifted]
    return (records.filter(~pl.col("row").is_in(shifted)) if rejects else records), rejects


def with_names(records: pl.DataFrame, table: Table, sheet: Sheet) -> tuple[pl.DataFrame, list[Reject]]:
    """Return the records that hold a text in each required column, and in one of those of which one is required; a reject for the rest."""
    source = table.source
    groups = [
        [f.name] for f in source.fields if f.name in source.required and f.name in table.fields and f.type == "text"
    ]
    # Which unit it is the words around the table may tell.
    groups += [names for wanted in source.required if "unit" not in (names := wanted.split("|")) and len(names) > 1]
    rejects = []
    for names in groups:
        there = [name for name in names if name in records.columns]
        is_named = pl.any_horizontal(pl.col(name).is_not_null() for name in there) if there else pl.lit(True)
        unnamed = records.filter(~is_named)["row"].unique(maintain_order=True)
        rejects += [Reject(sheet.name, row, source.title_of(there[-1]), "", "key_blank") for row in unnamed]
        records = records.filter(is_named)
    return records, rejects


def _merged(data: pl.DataFrame, fields: Sequence[Field], table: Table, sheet: Sheet) -> pl.DataFrame:
    """Repeat what stands in a merged area, a number too, over the cells of the area in these columns."""
    wanted = {table.fields[f.name] for f in fields}
    for top, left, bottom, right in sheet.merged:
        for index in wanted & set(range(left, right + 1)) if bottom > table.header_last else ():
            texts = sheet.cells.filter(pl.col("row") == top)[f"c{left}"].to_list()
            inside = pl.col("row").is_between(top, bottom) & (pl.col(f"c{index}") == "")
            if texts and texts[0] and top > table.header_last:
                data = data.with_columns(
                    pl.when(inside).then(pl.lit(texts[0])).otherwise(pl.col(f"c{index}")).alias(f"c{index}")
                )
    return data


def _group(frame: pl.DataFrame, column: str, left: Sequence[str], is_row: pl.Series, field: Field) -> pl.DataFrame:
    """Return the column with its labels repeated over the blank cells of their groups, where the column is one of groups."""
    if not ((frame[column] == "") & is_row).any():
        return frame
    cells = frame.select(
        pl.col(column).alias("own"),
        (pl.struct(left).rle_id() if left else pl.lit(0, pl.UInt32)).alias("group"),
        is_row.alias("is_row"),
    ).with_columns(pl.when(pl.col("own") != "").then(pl.col("own")).forward_fill().over("group").alias("above"))
    cells = cells.with_columns(pl.col("above").shift(1).over("group").alias("before"))
    is_blank = (pl.col("own") == "") & pl.col("is_row")
    counted = cells.select(
        (is_blank & pl.col("above").is_not_null() & (pl.col("above") != _NO_LABEL)).sum().alias("blank"),
        ((pl.col("own") != "") & (pl.col("own") == pl.col("before")) & pl.col("is_row")).sum().alias("repeated"),
        pl.col("is_row").sum().alias("rows"),
    ).row(0)
    blank, repeated, rows = counted
    is_few = blank < rows * FEW_BLANKS and field.name not in _SAYS_LITTLE
    if not blank or repeated >= blank or is_few:
        return frame
    return frame.with_columns(cells.select(pl.col("above").fill_null("")).to_series().alias(column))


def _distinct(frame: pl.DataFrame, before: pl.DataFrame, fields: Sequence[Field], table: Table) -> pl.DataFrame:
    """Take labels back from rows that would say the same as another row: they belong to somebody else."""
    apart = {f.name for f in table.source.fields if f.type in TIMES or f.type == "detail"} | set(table.source.key)
    key = [f"c{table.fields[n]}" for n in table.fields if n in apart or n == NAMED]
    if not table.source.key or table.source.counts_rows or not key or frame is before:
        return frame
    cells = [f"c{table.fields[f.name]}" for f in fields]
    was_filled = pl.any_horizontal(frame[c] != before[c] for c in cells) if cells else pl.lit(False)
    taken = frame.select(pl.struct(key).is_duplicated() & was_filled).to_series()
    return frame.with_columns(before[c].zip_with(taken, frame[c]).alias(c) for c in cells)


def _blanks(frame: pl.DataFrame, fields: Sequence[Field], table: Table) -> dict[int, str]:
    """Return the rows with a blank in a column of the key that other rows fill in, each with the title of that column."""
    found: dict[int, str] = {}
    dated = [f"c{table.fields[f.name]}" for f in table.source.fields if f.type in TIMES and f.name in table.fields]
    for field in fields:
        column = f"c{table.fields[field.name]}"
        is_time = field.type in TIMES
        if not is_time and field.name not in table.source.key:
            continue
        rows = frame.filter(pl.col(column) == "")
        if not rows.height or rows.height == frame.height:
            continue
        if field.name == "unit" and "subdistrict" in table.fields:
            rows = rows.filter(pl.col(f"c{table.fields['subdistrict']}") == "")
        others = {n for wanted in table.source.required if field.name in (of := wanted.split("|")) for n in of}
        for other in others & set(table.fields):  # a code does where a name is blank
            rows = rows.filter(pl.col(f"c{table.fields[other]}") == "")
        for row in rows.rows(named=True):
            if not is_time or not _is_dated(field, [row[c] for c in dated if row[c]]):
                found.setdefault(row["row"], field.title)
    return found


def _is_dated(field: Field, cells: Sequence[str]) -> bool:
    """Tell whether other cells of the row say what the blank one would have said: the year, or the part of the year."""
    periods = [find_period(cell)[0] for cell in cells]
    return (
        any(p.year is not None for p in periods) if field.type == "year" else any(p.month is not None for p in periods)
    )
