"""Figures and names of one table that stand beside each other and do not fit: unlike scales, two indicators under one code."""

import polars as pl

from etl.reading.files import Sheet
from etl.reading.texts import says
from etl.reading.words import label
from etl.recognising.recognise import Table
from etl.remarks import Observation

# Headings of the unit that figures are in.
_UNIT_HEADINGS = {
    "satuan",
    "satuan ukur",
    "satuan pengukuran",
    "satuan target",
    "satuan indikator",
    "ukuran",
    "unit of measure",
}
_PERCENT = r"(?i)^\s*(%|persen|persentase|percent|prosen)"
# Beside a target above the first, a realisation below 1 with decimals is 0.855 for 85.5 %, or one of another order of magnitude.
_LOWEST_PERCENT, _HIGHEST_FRACTION = 10.0, 1.0


def doubts(records: pl.DataFrame, rows: pl.DataFrame, table: Table, sheet: Sheet) -> list[Observation]:
    """Return what looks wrong in the figures of one row beside each other, and in the codes of one table."""
    return [
        *_unlike_scales(records, rows, table, sheet),
        *_shared_codes(records, sheet),
        *_lone_denominators(records, sheet),
    ]


def _unlike_scales(records: pl.DataFrame, rows: pl.DataFrame, table: Table, sheet: Sheet) -> list[Observation]:
    """Observe a share such as 0,855 beside a percentage such as 90, or where the column of units says percent and no other row is one."""
    if not {"target", "realisation"} <= set(records.columns) or not records.height:
        return []
    figures = records.select("row", "target", "realisation").join(_in_percent(rows, table, sheet), on="row", how="left")
    target, realised = pl.col("target"), pl.col("realisation")

    def is_share(figure: pl.Expr) -> pl.Expr:
        return (figure > 0) & (figure <= _HIGHEST_FRACTION) & (figure != figure.round(0))

    unlike = (is_share(realised) & (target >= _LOWEST_PERCENT)) | (is_share(target) & (realised >= _LOWEST_PERCENT))
    both = pl.col("is_percent").fill_null(False) & (is_share(realised) | is_share(target))
    both = both & (target.fill_null(0) <= _HIGHEST_FRACTION) & (realised.fill_null(0) <= _HIGHEST_FRACTION)
    is_percentage = pl.max_horizontal(target, realised) > _HIGHEST_FRACTION
    if figures.filter(
        "is_percent", is_percentage
    ).height:  # others of the table are written in percent: a small one is just small
        both = pl.lit(value=False)
    return [
        Observation("scales_differ", sheet.name, row, details={"target": _said(goal), "found": _said(figure)})
        for row, goal, figure, _ in figures.filter(unlike | both).rows()
    ]


def _lone_denominators(records: pl.DataFrame, sheet: Sheet) -> list[Observation]:
    """Observe, once a table, rows with a realisation and a denominator but no numerator: what was realised may be that numerator."""
    if not {"denominator", "realisation"} <= set(records.columns):
        return []
    numerator = pl.col("numerator") if "numerator" in records.columns else pl.lit(None, pl.Float64)
    alone = records.filter(
        pl.col("denominator").is_not_null() & pl.col("realisation").is_not_null() & numerator.is_null()
    )
    rows = {"rows": str(alone["row"].n_unique())}
    return [Observation("denominator_alone", sheet.name, alone["row"][0], details=rows)] if alone.height else []


def _in_percent(rows: pl.DataFrame, table: Table, sheet: Sheet) -> pl.DataFrame:
    """Return for each row whether its column of units says percent."""
    heads = [cells for row, cells in sheet.top(table.header_last) if table.header_first <= row <= table.header_last]
    found = [i for cells in heads for i, cell in enumerate(cells) if label(cell) in _UNIT_HEADINGS]
    is_percent = says(f"c{found[0]}", _PERCENT) if found else pl.lit(False)
    return rows.select("row", is_percent.alias("is_percent"))


def _said(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:g}".replace(".", ",")


def _shared_codes(records: pl.DataFrame, sheet: Sheet) -> list[Observation]:
    """Observe a code under which one table has two indicators: they are kept apart, and one of them has no code then."""
    if not {"code", "indicator"} <= set(records.columns):
        return []
    named = (
        records.select("code", "indicator", "row")
        .drop_nulls()
        .unique(["code", "indicator"], keep="first", maintain_order=True)
    )
    found = []
    for (code,), group in named.group_by("code", maintain_order=True):
        names = list({label(name): name for name in reversed(group["indicator"].to_list())}.values())[::-1]
        if len(names) > 1:
            details = {"found": str(code), "names": '" / "'.join(names)}
            found.append(Observation("code_shared", sheet.name, group["row"][0], details=details))
    return found
