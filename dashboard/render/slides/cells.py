"""What a slide shows in cells: tables, matrices by band, heat by state, each cell with its letter or figure."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from dashboard import theme
from dashboard.render import marks
from dashboard.render.office.series import shade
from dashboard.render.scenes import meanings, scales
from dashboard.render.scenes import scene as scenes
from dashboard.render.scenes.scene import Scene
from dashboard.render.slides import xml
from dashboard.render.slides.sheet import INK, Stage, broken, clean, emu, fit, wide, within, words
from dashboard.render.slides.xml import NOTHING, Run, paragraph
from dashboard.snapshot import Column
from dashboard.words import text
from dashboard.words.cells import cell, filled
from dashboard.words.text import _, n_

SIZES = (12.0, 11.0, 10.0, 9.0)
SIDE = 0.08  # inches of a cell that stay free left and right
LINES = 2  # of a cell, where not all rows have room whole
LARGEST = 12.0  # points of the letters in cells by band or state
SMALLEST = 7.0
LOWEST = 0.145  # inches of their rows
WHOLE = 8  # of a cell, where they have
_RIGHT = {"int", "decimal", "amount", "pct"}
# As an office draws the marks of charts: it has no triangle that points downwards.
_GLYPHS = {
    "up": "▲", "down": "◆", "diamond": "■", "circle": "●", "ring": "○", "tick": "□", "square": "■", "pale": "■",
    "missing": "□", "hatched": "■",
}  # fmt: skip
LATEST = 12  # periods of a table


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its words, where they stand, its fill, over how many columns it goes (0: covered by the one before)."""

    words: str
    align: str = "l"
    fill: str | None = None
    colour: str = INK.ink
    bold: bool = False
    size: float | None = None
    span: int = 1


def explained(place: Stage, scene: Scene, size: float = 11.0) -> Stage:
    """Write the legend of a scene on top of a place, as words after their marks, and return what is left of it."""
    parts: list[Run] = []
    for entry, said in meanings.said(scene):
        name = f"{entry.shade}/0.2" if entry.look == "pale" else entry.shade
        parts += [Run(f"{_GLYPHS[entry.look]} ", size, shade(name)), Run(f"{said}     ", size, INK.muted)]
    if not parts:
        return place
    lines = len(broken("".join(part.words for part in parts), place.width * 0.97, size))
    tall = 0.22 * lines
    words(place.part(0, 0, place.width, tall), [paragraph(parts)], _("Keterangan warna"))
    return place.part(0, tall + 0.08, place.width, place.height - tall - 0.08)


def grid(
    place: Stage, lines: Sequence[Sequence[Cell]], widths: Sequence[float], heights: Sequence[float], *,
    size: float, name: str, alt: str, is_framed: bool = False, is_turned: bool = False, side: float = SIDE,
) -> None:  # fmt: skip
    """Put a native table on the slide, its first row the head: hairlines under rows, or around cells."""
    frame = place.slide.shapes.add_table(1, 1, emu(place.left), emu(place.top), emu(sum(widths)), emu(sum(heights)))
    rows = []
    for at, (line, tall) in enumerate(zip(lines, heights, strict=True)):
        inner = ""
        for n, one in enumerate(line):
            said = [Run(clean(one.words), one.size or size, one.colour, one.bold)] if clean(one.words) else []
            fill, turned = xml.solid(one.fill) if one.fill else NOTHING, is_turned and at == 0 and n > 0
            look = {"span": one.span, "side": side, "is_framed": is_framed, "is_turned": turned}
            inner += xml.cell(paragraph(said, one.align), fill, **look)
        rows.append((tall, inner))
    xml.table(frame, widths, rows)
    xml.describe(frame, clean(name), clean(alt))


def table(place: Stage, frame: pl.DataFrame, columns: Sequence[Column], name: str) -> None:
    """Put the rows and columns that fit on the slide, with a word on those that don't; cells whole where all rows fit so."""
    columns = filled(frame, columns)
    heads = [clean(column.label) for column in columns]
    shown = frame.head(40)
    cells = [[clean(cell(value, column)) for value in shown[column.name].to_list()] for column in columns]
    for size in SIZES if shown.height == frame.height else ():
        widths = _whole_widths(heads, cells, columns, place.width, size)
        lines, heights = _lines(heads, cells, columns, widths, size, WHOLE) if widths else ([], [])
        if (
            widths
            and sum(heights) <= place.height
            and not any(one.words.endswith("…") for line in lines for one in line)
        ):
            break
    else:
        size, widths = _widths(heads, cells, columns, place.width)
        lines, heights = _lines(heads, cells, columns, widths, size, LINES)
        while len(lines) > 1 and sum(heights) > place.height - (0.3 if len(lines) <= frame.height else 0):
            lines.pop(), heights.pop()
    count = len(widths)
    alt = _("Tabel {name}: {n} baris pertama dari {all}.", name=name, n=len(lines) - 1, all=text.number(frame.height))
    grid(place, lines, widths, heights, size=size, name=name, alt=alt)
    below = place.part(0, sum(heights) + 0.06, place.width, 0.22)
    rest(below, frame.height - len(lines) + 1, len(columns) - count)


def whole_rows(place: Stage, frame: pl.DataFrame, columns: Sequence[Column], size: float = 11.0) -> list[int]:
    """Return how many rows each of as many places as it takes holds, every row whole."""
    columns = filled(frame, columns)
    heads = [clean(column.label) for column in columns]
    cells = [[clean(cell(value, column)) for value in frame[column.name].to_list()] for column in columns]
    widths = _whole_widths(heads, cells, columns, place.width, size) or _widths(heads, cells, columns, place.width)[1]
    _heads_line, *tall = _lines(heads, cells, columns, widths, size, WHOLE)[1]
    found, room = [0], place.height - _heads_line
    for each in tall:
        if each > room and found[-1]:
            found.append(0)
            room = place.height - _heads_line
        found[-1] += 1
        room -= each
    return found


def sheet_to_write(place: Stage, frame: pl.DataFrame, columns: Sequence[Column], name: str) -> None:
    """Put a table that is to be filled in by hand on the slide, its rows as tall as the place allows."""
    shares = [0.36, *[0.64 * part for part in (0.46, 0.3, 0.24)]][: len(columns)]
    widths = [place.width * share / sum(shares) for share in shares]
    tall = min((place.height - 0.32) / frame.height, 0.75)
    lines = [[_head(column.label, column) for column in columns]]
    for row in frame.select(column.name for column in columns).iter_rows():
        lines.append([Cell(within(clean(v), w - 2 * SIDE, 11, 3)) for v, w in zip(row, widths, strict=True)])
    alt = _("Tabel {name}: {n} baris pertama dari {all}.", name=name, n=frame.height, all=text.number(frame.height))
    grid(place, lines, widths, [0.32, *[tall] * frame.height], size=11, name=name, alt=alt)


def _lines(
    heads: Sequence[str], cells: Sequence[Sequence[str]], columns: Sequence[Column], widths: Sequence[float],
    size: float, most: int,
) -> tuple[list[list[Cell]], list[float]]:  # fmt: skip
    """Return the head and the rows in the columns that have a width, cells cut to so many lines, and their heights."""
    inner = [(width - 2 * SIDE) * 0.96 for width in widths]  # letters are not drawn equally wide everywhere
    lines = [
        [
            _head(within(h, room, size, max(most, 3), bold=True), c)
            for h, room, c in zip(heads, inner, columns, strict=False)
        ]
    ]
    for row in zip(*cells, strict=True):
        line = zip(row, inner, columns, strict=False)
        lines.append([Cell(within(w, room, size, most), "r" if c.format in _RIGHT else "l") for w, room, c in line])
    return lines, [_tall(line, inner, size) for line in lines]


def _whole_widths(
    heads: Sequence[str], cells: Sequence[Sequence[str]], columns: Sequence[Column], room: float, size: float
) -> list[float] | None:
    """Return the widths in which all columns stand with every word and figure whole, or None where they have no room."""
    natural, least = [], []
    for head, values, each in zip(heads, cells, columns, strict=True):
        longest = max((wide(v, size) for v in values), default=0.0)
        words_ = [wide(w, size) for v in values for w in v.split(" ")] if each.format == "text" else [longest]
        words_ += [wide(w, size, bold=True) for w in head.split(" ")]
        least.append(max(words_, default=0.0) / 0.96 + 2 * SIDE + 0.02)
        natural.append(max(least[-1], max(longest, min(wide(head, size, bold=True), 1.6)) / 0.96 + 2 * SIDE + 0.02))
    if sum(least) > room:
        return None
    if sum(natural) <= room:
        spare = (room - sum(natural)) / len(natural) if sum(natural) > room * 0.75 else 0.12
        return [width + spare for width in natural]
    hunger = [(wanted - low) ** 0.7 for wanted, low in zip(natural, least, strict=True)]  # long words get more, not all
    spare, found = room - sum(least), least
    for _step in range(4):  # what one column has no need of goes to the others
        share = spare / (sum(h for h, have, want in zip(hunger, found, natural, strict=True) if have < want) or 1.0)
        found = [min(have + h * share, want) for h, have, want in zip(hunger, found, natural, strict=True)]
        spare = max(room - sum(found), 0.0)
    return found


def _head(words_: str, column: Column) -> Cell:
    return Cell(words_, "r" if column.format in _RIGHT else "l", INK.surface, INK.ink, bold=True)


def _tall(line: Sequence[Cell], inner: Sequence[float], size: float) -> float:
    lines = max(
        max(len(broken(one.words, room, size, bold=one.bold)), 1) for one, room in zip(line, inner, strict=True)
    )
    return max(lines * size * 1.2 / 72 + 0.09, 0.29)


def _widths(
    heads: Sequence[str], cells: Sequence[Sequence[str]], columns: Sequence[Column], room: float
) -> tuple[float, list[float]]:
    """Return the size of the letters and the width of each column that is shown, figures whole, words broken at need."""
    size, wanted = SIZES[-1], []
    for size in SIZES:
        natural, least = [], []
        for head, values, each in zip(heads, cells, columns, strict=True):
            longest = max((wide(v, size) for v in values), default=0.0)
            word = max((wide(w, size, bold=True) for w in head.split(" ")), default=0.0)
            own = max(longest, min(wide(head, size, bold=True), max(longest, 1.6)), word) + 2 * SIDE + 0.06
            natural.append(own)
            is_figure = each.format != "text"
            least.append(max(longest if is_figure else min(longest, 1.5), min(word, 1.6)) + 2 * SIDE + 0.06)
        if sum(natural) <= room:
            spare = (room - sum(natural)) / len(natural) if sum(natural) > room * 0.75 else 0.12
            return size, [width + spare for width in natural]
        wanted = least
        if sum(least) <= room:
            break
    while len(wanted) > 1 and sum(wanted) > room:
        wanted.pop()
    if sum(wanted) > room:
        return size, [room]
    natural = natural[: len(wanted)]
    hunger = [max(n - w, 0.0) for n, w in zip(natural, wanted, strict=True)]
    spare = room - sum(wanted)
    share = min(spare / sum(hunger), 1.0) if sum(hunger) else 0.0
    return size, [w + h * share for w, h in zip(wanted, hunger, strict=True)]


def cells(scene: Scene, place: Stage) -> None:
    """Draw a cell a row and column in its colour, with its words; those that fit."""
    at = {(cell.row, cell.column): cell for cell in scene.of(scenes.Cell)}
    rows, columns = ([tick.words for tick in axis.ticks] for axis in (scene.y, scene.x))
    place = explained(place, scene)
    most = 4.2 if max((wide(name, 9) for name in columns), default=0.0) < 0.9 else 3.2  # names of columns come first
    guess = min(LARGEST, place.height / (len(rows) + 2) * 72 * 0.8)
    first = min(max((wide(r, guess) for r in rows), default=1.0) + 0.2, most)
    shown = columns[: max(int((place.width - first) / 0.34), 1)]
    each = min((place.width - first) / len(shown), 3.0)
    heads, over, is_turned = _heads(scene, shown, each)
    tall = min((place.height - over) / max(len(rows), 1), 0.6)
    fitting = len(rows)
    if tall < LOWEST:
        tall = LOWEST
        fitting = max(int((place.height - over - 0.26) / tall), 1)
    size = min(LARGEST, (tall - 0.04) * 72 * 0.8)
    longest = max((wide(cell.words or "", size) for cell in at.values()), default=0.0)
    size = max(min(size, size * (each - 0.06) / longest), min(size, SMALLEST)) if longest else size
    lines = [heads]
    for n, row in enumerate(rows[:fitting]):
        found = [_filled(at.get((n, m)), each, size) for m in range(len(shown))]
        lines.append([Cell(fit(row, first - 0.1, size)), *found])
    grid(
        place, lines, [first, *[each] * len(shown)], [over, *[tall] * (len(lines) - 1)], size=size,
        name=scene.title, alt=scene.alt, is_framed=True, is_turned=is_turned, side=0.03,
    )  # fmt: skip
    below = place.part(0, over + tall * (len(lines) - 1) + 0.05, place.width, 0.22)
    rest(below, len(rows) - fitting, len(columns) - len(shown))


def _heads(scene: Scene, columns: Sequence[str], each: float) -> tuple[list[Cell], float, bool]:
    """Return the cells over the columns, their height, and whether the names stand upright."""
    if scene.over:
        covered = [Cell("", span=0)] * (len(columns) - 1)
        return [Cell(""), Cell(scene.over, "ctr", None, INK.muted, size=10, span=len(columns)), *covered], 0.28, False
    if each < 0.75 and max(wide(name, 9) for name in columns) > each - 0.1:
        return [Cell(""), *(Cell(fit(n, 1.15, 9), "l", None, INK.muted, size=9) for n in columns)], 1.25, True
    names = [within(name, each - 0.12, 9, 3) for name in columns]
    lines = max(len(broken(name, each - 0.12, 9)) for name in names)
    return [Cell(""), *(Cell(n, "ctr", None, INK.muted, size=9) for n in names)], lines * 0.155 + 0.1, False


def table_of_panels(scene: Scene, place: Stage) -> None:
    """Put the latest periods of all panels as a table."""
    days = [tick.at for tick in scene.x.ticks][-LATEST:]
    known = [dict(line.points) for panel in scene.panels for line in panel.items if isinstance(line, scenes.Line)]
    rows = [[panel.name, *(own.get(day) for day in days)] for panel, own in zip(scene.panels, known, strict=True)]
    names = ["facet", *(f"p{n}" for n in range(len(days)))]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Float64) | {"facet": pl.String}, orient="row")
    places = marks.digits([v for own in known for v in own.values()], scene.unit)
    kind = "pct" if scene.unit.strip().startswith("%") else "decimal" if places else "int"
    heads = scales.periods(scene.x)[-LATEST:]
    columns = [Column("facet", _("Nama")), *(Column(n, h, kind, places) for n, h in zip(names[1:], heads, strict=True))]
    table(place, frame, columns, scene.title)


def rest(place: Stage, rows: int, columns: int = 0) -> None:
    """Write how many rows and columns there was no room for."""
    sentences = [n_("{n} baris lagi di lampiran/XLSX", "{n} baris lagi di lampiran/XLSX", rows)] if rows > 0 else []
    sentences += (
        [n_("{n} kolom lagi di lampiran/XLSX", "{n} kolom lagi di lampiran/XLSX", columns)] if columns > 0 else []
    )
    if sentences:
        words(place, [paragraph([Run("; ".join(sentences), 10, INK.muted)])], _("Selebihnya"))


def _filled(one: scenes.Cell | None, each: float, size: float) -> Cell:
    if one is None or one.fill in {None, "missing", "empty"}:
        missing = _("belum melapor")
        small = min(size, size * (each - 0.08) / wide(missing, size))
        is_empty = one is None or one.fill == "empty"
        shown = "" if is_empty else missing if small >= SMALLEST else "□"
        said = one.words if one and one.words is not None else shown
        fill = None if is_empty else INK.surface
        letters = small if said == missing else size
        return Cell(fit(said, each - 0.06, letters), "ctr", fill, INK.muted, size=letters)
    fill = shade(f"{one.fill}/0.2" if one.fill in {"good", "ordinary"} else str(one.fill))
    return Cell(fit(one.words or "", each - 0.06, size), "ctr", fill, theme.text_on(fill))
