"""Scenes that a sheet shows as cells: coloured ones that carry their letter, and a small line a row; and what colours mean."""

from collections.abc import Sequence
from typing import Any

from dashboard import theme
from dashboard.render import marks
from dashboard.render.office.series import shade
from dashboard.render.scenes import meanings, scales
from dashboard.render.scenes.scene import Area, Cell, Line, Scene
from dashboard.render.workbook.sheet import Book, Place, decimals
from dashboard.words.harmless import harmless
from dashboard.words.text import _

COLOURS = theme.LIGHT
_CELL = 13.0  # characters


def grid(book: Book, scene: Scene, place: Place) -> int:
    """Write rows by columns, each cell its figure or words on its colour, and return the first free row."""
    sheet, top, left = place.sheet, place.top, place.column
    rows, columns, cells = scene.y.ticks, scene.x.ticks, scene.of(Cell)
    _head(book, place, top, left, scene.over)
    sheet.set_column(left, left, min(max([12, *(len(tick.words) + 1 for tick in rows)]), 34))
    for column, tick in enumerate(columns, left + 1):
        _head(book, place, top, column, "" if scene.over else tick.words)
    if columns:
        shown = max((len(cell.words or "") for cell in cells if cell.value is None or not _is_named(scene)), default=0)
        sheet.set_column(left + 1, left + len(columns), max(_CELL, min(shown + 2, 40)))
        longest = 0 if scene.over else max(len(tick.words) for tick in columns)
        sheet.set_row(top, min(16 * (longest // 10 + 1) + 4, 120))
    for n, tick in enumerate(rows, top + 1):
        book.write(sheet, n, left, tick.words)
    places = marks.digits([cell.value for cell in cells], scene.unit)
    for cell in cells:
        _figure(place, (top + 1 + cell.row, left + 1 + cell.column), cell, scene, places)
    return legend(place, scene, top + len(rows) + 2)


def areas(book: Book, scene: Scene, place: Place) -> int:
    """Write the areas by name, each with its figure on its colour, and return the first free row."""
    found: list[Area] = scene.of(Area)
    places = marks.digits([area.value for area in found], scene.unit)
    for column, (words, wide) in enumerate(((_("Wilayah"), 26), (scene.unit or _("Nilai"), 18)), place.column):
        _head(book, place, place.top, column, words)
        place.sheet.set_column(column, column, wide)
    for row, area in enumerate(found, place.top + 1):
        book.write(place.sheet, row, place.column, area.name)
        cell = Cell(0, 0, area.fill, None if area.value is None else area.figure, value=area.value)
        _figure(place, (row, place.column + 1), cell, scene, places)
    return legend(place, scene, place.top + len(found) + 2)


def panels(book: Book, scene: Scene, place: Place) -> int:
    """Write a row a panel: its line at its own level, its last figure, and the figures behind."""
    from xlsxwriter.utility import quote_sheetname, xl_range, xl_rowcol_to_cell  # noqa: PLC0415

    sheet, top, left = place.sheet, place.top, place.column
    heads = ((_("Nama"), 28), (_("Perkembangan"), 34), (_("Terakhir"), 14))
    for column, (words, wide) in enumerate([*heads, *((name, 10) for name in scales.periods(scene.x))], left):
        _head(book, place, top, column, words)
        sheet.set_column(column, column, wide)
    known = [dict(line.points) for panel in scene.panels for line in panel.items if isinstance(line, Line)]
    number = decimals(marks.digits([v for own in known for v in own.values()], scene.unit))
    look = {"series_color": COLOURS.accent, "last_point": True, "last_color": COLOURS.ink, "weight": 1.5}
    look |= {"show_hidden": True, "empty_cells": "gaps"}
    for row, (panel, own) in enumerate(zip(scene.panels, known, strict=True), top + 1):
        values = [own.get(tick.at) for tick in scene.x.ticks]
        newest = values[-1] if values[-1] is not None else _("belum melapor")
        book.write(sheet, row, left, panel.name)
        book.write(sheet, row, left + 2, newest, num_format=number, align="right")
        for column, value in enumerate(values, left + 3):
            book.write(sheet, row, column, value, num_format=number, font_color=COLOURS.muted)
        sheet.set_row(row, 24)
        where = f"{quote_sheetname(place.name)}!{xl_range(row, left + 3, row, left + 2 + len(values))}"
        scale = {"range": where, "min": panel.y.low, "max": panel.y.high}
        sheet.add_sparkline(xl_rowcol_to_cell(row, left + 1), scale | look)
    return legend(place, scene, top + len(scene.panels) + 2)


def legend(place: Place, scene: Scene, row: int, told: Sequence[str] = ()) -> int:
    """Write what looks mean, those that are not told elsewhere, a row each after their letter, and return the first free row."""
    for entry, words in meanings.said(scene):
        if words in told:
            continue
        letter = meanings.grade(scene, entry.shade)
        name = f"{entry.shade}/0.2" if entry.look == "pale" else entry.shade
        place.book.write(
            place.sheet, row, place.column, letter, **_look("missing" if entry.look == "missing" else name)
        )
        place.book.write(place.sheet, row, place.column + 1, words.removeprefix(f"{letter} · ") if letter else words)
        row += 1
    return row


def _head(book: Book, place: Place, row: int, column: int, words: Any) -> None:
    look = {"bold": True, "text_wrap": True, "bottom": 1, "bg_color": COLOURS.surface, "font_size": 10}
    book.write(place.sheet, row, column, words, **look)


def _is_named(scene: Scene) -> bool:
    """Return whether the legend names bands; where it does not, the words of the cells do (13 · Baik)."""
    return any(entry.shade in meanings.GRADES for entry in scene.legend)


def _figure(place: Place, at: tuple[int, int], cell: Cell, scene: Scene, places: int) -> None:
    """Write a figure with the letter of its band; a star in its words (provisional) stays beside it. Words stay words."""
    if cell.value is None or cell.fill is None:
        said = cell.words if cell.words or cell.fill == "empty" else None
        shown = cell.value if cell.value is not None else _("belum melapor") if said is None else said
        place.book.write(place.sheet, *at, shown, **(_look(cell.fill) | {"num_format": decimals(places)}))
        return
    words = cell.words or ""
    named = harmless(words.partition(" · ")[2]).replace('"', "").replace("*", "").strip()
    suffix = f" · {named}" if named and not _is_named(scene) else f" {meanings.grade(scene, cell.fill)}"
    number = f'{decimals(places)}"{"*" if "*" in words else ""}{suffix}"'
    place.book.write(place.sheet, *at, cell.value, **(_look(cell.fill) | {"num_format": number}))


def _look(fill: str | None) -> dict[str, Any]:
    frame = {"border": 1, "border_color": COLOURS.hairline, "align": "center"}
    if fill == "empty":
        return frame
    if fill in {None, "missing", "none"}:
        return frame | {"pattern": 14, "bg_color": COLOURS.background, "fg_color": COLOURS.hairline, "italic": True}
    colour = shade(f"{fill}/0.2" if fill in {"good", "ordinary"} else str(fill))  # what is in order is quiet
    return frame | {"bg_color": colour, "font_color": theme.text_on(colour)}


KINDS = {"matrix": grid, "heat": grid, "area_map": areas, "multiples": panels}
