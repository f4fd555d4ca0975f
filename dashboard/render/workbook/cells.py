"""Charts that a sheet shows as cells: coloured ones that carry their letter, and a small line a row."""

from typing import Any

from dashboard import theme
from dashboard.charts import AREA_CODE, Chart
from dashboard.render import marks
from dashboard.render.workbook.sheet import Book, Place, decimals
from dashboard.words.harmless import harmless
from dashboard.words.text import _

COLOURS = theme.LIGHT
_LETTERS = "ABCDE"
_CELL = 13.0  # characters


def matrix(book: Book, chart: Chart, place: Place) -> int:
    """Write rows by columns, each cell its figure on the colour of its band, and return the first free row."""
    places = marks.digits(chart.data[chart.roles["value"]].to_list(), chart.unit)
    names, used = chart.options.get("band_names") or {}, set()

    def fill(row: dict[str, Any], at: tuple[int, int]) -> None:
        band, words = row[chart.roles["band"]], row[chart.roles["text"]]
        if names or not _named(words):
            used.add(band)
        _banded(place, at, (row[chart.roles["value"]], words, band), names, places)

    last = _grid(book, chart, place, fill)
    longest = (
        0 if names else max((len(str(words)) for words in chart.data[chart.roles["text"]].drop_nulls()), default=0)
    )
    if longest > _CELL:
        place.sheet.set_column(
            place.column + 1, place.column + chart.data[chart.roles["column"]].n_unique(), longest + 2
        )
    return _band_legend(book, place, last + 2, used, names)


def heat(book: Book, chart: Chart, place: Place) -> int:
    """Write rows by columns, each cell its words on the colour of its state, and return the first free row."""
    states, used = chart.options["states"], set()

    def fill(row: dict[str, Any], at: tuple[int, int]) -> None:
        state = row[chart.roles["state"]]
        used.add(state)
        name, role = states.get(state, (_("belum melapor"), "missing"))
        words = row[chart.roles["text"]]
        book.write(place.sheet, *at, words if words not in {None, ""} else name, **_look(role))

    row = _grid(book, chart, place, fill) + 2
    for state, (name, role) in states.items():
        if state in used:
            book.write(place.sheet, row, place.column, name, **_look(role))
            row += 1
    return row


def area_map(book: Book, chart: Chart, place: Place) -> int:
    """Write the areas by name, each with its figure on the colour of its band, and return the first free row."""
    shapes = (chart.options.get("geometry") or {}).get("features") or ()
    called = {s["properties"][AREA_CODE]: s["properties"]["name"] for s in shapes}
    names, used = chart.options.get("band_names") or {}, set()
    places = marks.digits(chart.data[chart.roles["value"]].to_list(), chart.unit)
    sheet, top = place.sheet, place.top
    _head(book, place, top, place.column, _("Wilayah"))
    _head(book, place, top, place.column + 1, chart.unit or _("Nilai"))
    sheet.set_column(place.column, place.column, 26)
    sheet.set_column(place.column + 1, place.column + 1, 18)
    known = {row[chart.roles["area"]]: row for row in chart.data.iter_rows(named=True)}
    codes = list(dict.fromkeys([*known, *called]))
    for row, code in enumerate(codes, top + 1):
        at = known.get(code, {})
        book.write(sheet, row, place.column, called.get(code, code))
        band = at.get(chart.roles["band"])
        used.add(band)
        figure = (at.get(chart.roles["value"]), at.get(chart.roles["text"]), band)
        _banded(place, (row, place.column + 1), figure, names, places)
    return _band_legend(book, place, top + len(codes) + 2, used, names)


def multiples(book: Book, chart: Chart, place: Place) -> int:
    """Write a row a facet: its line on the scale of all, its last figure, and the figures behind."""
    from xlsxwriter.utility import quote_sheetname, xl_range, xl_rowcol_to_cell  # noqa: PLC0415

    x, y, facet = (chart.roles[role] for role in ("x", "y", "facet"))
    days = sorted(chart.data[x].drop_nulls().unique().to_list())
    facets = chart.data[facet].drop_nulls().unique(maintain_order=True).to_list()
    number = decimals(marks.digits(chart.data[y].to_list(), chart.unit))
    sheet, top, left = place.sheet, place.top, place.column
    figures = {(row[facet], row[x]): row[y] for row in chart.data.iter_rows(named=True)}
    for column, (words, wide) in enumerate(((_("Nama"), 28), (_("Perkembangan"), 34), (_("Terakhir"), 14))):
        _head(book, place, top, left + column, words)
        sheet.set_column(left + column, left + column, wide)
    when = marks.period_name(days)
    for column, day in enumerate(days, left + 3):
        _head(book, place, top, column, when(day))
    sheet.set_column(left + 3, left + 2 + len(days), 10)
    locations, ranges = [], []
    for row, name in enumerate(facets, top + 1):
        values = [figures.get((name, day)) for day in days]
        known = [v for v in values if v is not None]
        book.write(sheet, row, left, name)
        newest = known[-1] if known and values[-1] is not None else _("belum melapor")
        book.write(sheet, row, left + 2, newest, num_format=number, align="right")
        for column, value in enumerate(values, left + 3):
            book.write(sheet, row, column, value, num_format=number, font_color=COLOURS.muted)
        sheet.set_row(row, 24)
        locations.append(xl_rowcol_to_cell(row, left + 1))
        ranges.append(f"{quote_sheetname(place.name)}!{xl_range(row, left + 3, row, left + 2 + len(days))}")
    if locations:
        look = {"series_color": COLOURS.accent, "last_point": True, "last_color": COLOURS.ink, "weight": 1.5}
        scale = {"min": 0, "max": "group", "show_hidden": True, "empty_cells": "gaps"}
        sheet.add_sparkline(locations[0], {"location": locations, "range": ranges} | look | scale)
    return top + len(facets) + 2


def _grid(book: Book, chart: Chart, place: Place, fill: Any) -> int:
    """Write rows by columns in the order in which they first appear and return the last row."""
    data, roles = chart.data, chart.roles
    rows = list(dict.fromkeys(data[roles["row"]].to_list()))
    columns = list(dict.fromkeys(data[roles["column"]].to_list()))
    sheet, top, left = place.sheet, place.top, place.column
    over = chart.options.get("column_title")
    _head(book, place, top, left, over or "")
    sheet.set_column(left, left, min(max([12, *(len(str(row)) + 1 for row in rows)]), 34))
    for column, name in enumerate(columns, left + 1):
        _head(book, place, top, column, "" if over else name)
    if columns:
        sheet.set_column(left + 1, left + len(columns), _CELL)
        longest = 0 if over else max(len(str(name)) for name in columns)
        sheet.set_row(top, min(16 * (longest // 10 + 1) + 4, 120))
    at = {(row[roles["row"]], row[roles["column"]]): row for row in data.iter_rows(named=True)}
    for n, row in enumerate(rows, top + 1):
        book.write(sheet, n, left, row)
        for m, column in enumerate(columns, left + 1):
            if (row, column) in at:
                fill(at[row, column], (n, m))
    return top + len(rows)


def _head(book: Book, place: Place, row: int, column: int, words: Any) -> None:
    book.write(
        place.sheet, row, column, words, bold=True, text_wrap=True, bottom=1, bg_color=COLOURS.surface, font_size=10
    )


def _letter(band: Any, names: Any) -> str:
    """Return the letter of a band: the one before its name ('ST · Sangat Tinggi'), else A (best) .. E."""
    start = harmless(names.get(band, "")).partition(" · ")
    if start[1] and start[0].isalnum() and len(start[0]) <= 3:
        return start[0]
    return _LETTERS[band - 1] if isinstance(band, int) and 1 <= band <= 5 else ""


def _banded(place: Place, at: tuple[int, int], figure: tuple[Any, Any, Any], names: Any, places: int) -> None:
    """Write a figure with the letter of its band; a star in its words (provisional) stays beside it."""
    value, words, band = figure
    if value is None or band is None:
        shown = words if value is None and words not in {None, ""} else value if value is not None else None
        look = _look("missing") | {"num_format": decimals(places)}
        place.book.write(place.sheet, *at, _("belum melapor") if shown is None else shown, **look)
        return
    star = "*" if words and "*" in words else ""
    suffix = f" · {_named(words)}" if not names and _named(words) else f" {_letter(band, names)}"
    number = f'{decimals(places)}"{star}{suffix}"'
    place.book.write(place.sheet, *at, value, **(_look(str(band)) | {"num_format": number}))


def _named(words: Any) -> str:
    """Return the name that a cell's words give its band after the figure ('13 · Baik'), as a number format can hold it."""
    return harmless(str(words or "").partition(" · ")[2]).replace('"', "").replace("*", "").strip()


def _look(role: str) -> dict[str, Any]:
    frame = {"border": 1, "border_color": COLOURS.hairline, "align": "center"}
    if role == "empty":
        return frame
    shade = COLOURS.surface if role in {"missing", "none"} else theme.colour(role, COLOURS)
    if role in {"good", "ordinary"}:  # what is in order is quiet
        shade = theme.pale(shade, 0.2, COLOURS)
    if role in {"missing", "none"}:
        return frame | {"pattern": 14, "bg_color": COLOURS.background, "fg_color": COLOURS.hairline, "italic": True}
    return frame | {"bg_color": shade, "font_color": theme.text_on(shade)}


def _band_legend(book: Book, place: Place, row: int, used: set[Any], names: Any) -> int:
    """Write what the letters mean, those that occur, and return the first free row."""
    for band in sorted(b for b in used if b is not None):
        letter = _letter(band, names)
        name = harmless(names.get(band, ""))
        words = name if name.startswith(f"{letter} · ") else f"{letter} · {name}" if name else letter
        book.write(place.sheet, row, place.column, words, **_look(str(band)))
        row += 1
    if None in used:
        book.write(place.sheet, row, place.column, _("belum melapor"), **_look("missing"))
        row += 1
    return row


KINDS = {"matrix": matrix, "heat": heat, "area_map": area_map, "multiples": multiples}
