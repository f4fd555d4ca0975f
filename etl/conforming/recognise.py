"""Which source a sheet is, where its headings stand, what each column means, and what the words around the table say."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from etl.conforming.source import Field, Source
from etl.reading.dates import FIRST_YEAR, LAST_YEAR, without_dates
from etl.reading.files import Sheet
from etl.reading.periods import NO_PERIOD, Period, find_period
from etl.reading.words import NUMBER, label, native, plain
from etl.reference import Vocabulary

# In the exports of the sample district and of the tests headings begin in row 5 at the latest, below a title or a letterhead, and are
# up to four rows deep; 30 leave room for a cover and a block of labels.
HEADER_SEARCH_ROWS = 30
HEADER_MAX_DEPTH = 4
TOTAL_WORDS = {"jumlah", "total", "jml", "jumlah total", "grand total", "sub total", "subtotal", "jumlah seluruhnya"}
_WRITTEN_NUMBER = re.compile(r"^\d[\d,]*$")
_EVERYWHERE = {"unit", "kecamatan", "subdistrict", "period", "year", "month", "quarter", "date"}
_CONTEXT_FIELDS = ("unit", "kecamatan", "payer", "service", "year", "period")


@dataclass(frozen=True)
class Value:
    """A column of values: which measure it is and, where headings say so, of which period, service and payer."""

    index: int
    measure: str
    heading: str
    period: Period = NO_PERIOD
    service: str | None = None
    payer: str | None = None

    @property
    def coordinates(self) -> tuple[Period, str | None, str | None]:
        """Return what the headings above the column say, apart from the measure."""
        return (self.period, self.service, self.payer)


@dataclass(frozen=True)
class Level:
    """What one place outside the table says (header block, sheet name, file name, folder name)."""

    place: str
    period: Period = NO_PERIOD
    unit: str | None = None
    kecamatan: str | None = None
    payer: str | None = None
    service: str | None = None


@dataclass(frozen=True)
class Table:
    """One table of a sheet: its source, its rows (numbers as the spreadsheet shows them), and what its columns mean."""

    source: Source
    header_first: int
    header_last: int
    fields: Mapping[str, int]
    values: tuple[Value, ...]
    totals: tuple[Value, ...]
    unknown: tuple[tuple[int, str], ...]
    levels: tuple[Level, ...]
    score: tuple[int, ...]


@dataclass(frozen=True)
class Nearest:
    """The source that came closest to a sheet that none recognises, and what it lacked."""

    source: Source
    missing: tuple[str, ...]
    matched: int


def recognise(
    sheet: Sheet, sources: Sequence[Source], vocabulary: Vocabulary, file_name: str, folder: str
) -> Table | Nearest | None:
    """Return the table of the sheet under the source that fits best, or the nearest source, or None where nothing fits at all."""
    top = sheet.top(HEADER_SEARCH_ROWS)
    names = (Level("sheet", *_name(sheet.name, vocabulary)), Level("file", *_name(_stem(file_name), vocabulary)),
             Level("folder", *_name(folder, vocabulary)))  # fmt: skip
    around = " ".join([label(sheet.name), label(file_name), label(folder)])
    best: Table | None = None
    nearest: Nearest | None = None
    for first in range(len(top)):
        if best and top[first][0] > best.header_last + HEADER_MAX_DEPTH:
            break  # headings within the data of a table that was found are no better headings
        if len({cell for cell in top[first][1] if cell}) < 2:
            continue
        for depth in range(1, HEADER_MAX_DEPTH + 1):
            rows = top[first : first + depth]
            if len(rows) < depth or any(_is_data(cells) for _, cells in rows):
                break
            paths = _paths([cells for _, cells in rows])
            above = top[:first]
            words = f"{around} {' '.join(label(c) for _, cells in above for c in cells)} {' '.join(' '.join(p) for p in paths)}"
            heads = {part for path in paths for part in (*path, " ".join(path))}
            for source in sources:
                if not source.labels & heads and not _asks(source, heads):
                    continue
                found = _match(source, paths, vocabulary, words)
                levels = (_block(above, source, vocabulary), *names)
                missing = _missing(source, found, levels)
                if missing:
                    candidate = Nearest(source, missing, len(found.fields) + len(found.values))
                    if _resembles(source, found) and (nearest is None or _nearness(candidate) > _nearness(nearest)):
                        nearest = candidate
                    continue
                table = Table(
                    source, rows[0][0], rows[-1][0], found.fields, found.values, found.totals, found.unknown, levels,
                    (len(found.fields) + len(found.values) + len(found.totals), -len(found.unknown), len(found.fields), -first, depth),
                )  # fmt: skip
                if best is None or table.score > best.score:
                    best = table
    return best or nearest


def _asks(source: Source, heads: set[str]) -> bool:
    """Tell whether some heading is a question that the source knows by a phrase."""
    return any(f" {phrase} " in f" {head} " for phrase in source.phrases for head in heads)


def _nearness(candidate: Nearest) -> tuple[int, float]:
    wanted = len(candidate.source.required) + bool(candidate.source.any_of)
    return (candidate.matched, 1 - len(candidate.missing) / wanted)


def _stem(file_name: str) -> str:
    return file_name.rsplit(".", 1)[0]


def _name(text: str, vocabulary: Vocabulary) -> tuple[Period, str | None]:
    words = label(text)
    payer = words in vocabulary.payers
    return (Period() if payer else find_period(without_dates(text.casefold()))[0]), (
        None if payer else vocabulary.unit_in(text)
    )


def _is_data(cells: Sequence[str]) -> bool:
    """Tell whether a row can't be part of a header: it holds a native number that is no year, or several written ones."""
    numbers = [native(cell) for cell in cells if cell.startswith(NUMBER)]
    written = [
        cell
        for cell in cells
        if _WRITTEN_NUMBER.match(cell) and not FIRST_YEAR <= float(cell.replace(",", "")[:6] or 0) <= LAST_YEAR
    ]
    return any(not FIRST_YEAR <= value <= LAST_YEAR for value in numbers) or len(written) > 1


def _paths(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return for each column the labels above it; a group's label reaches right over the columns that have labels below."""
    grid = [[label(cell) for cell in row] for row in rows]
    for upper in range(len(grid) - 1):
        group = ""
        for column, text in enumerate(grid[upper]):
            below = any(grid[lower][column] for lower in range(upper + 1, len(grid)))
            if text:
                group = text if below else ""
            elif below and group:
                grid[upper][column] = group
    paths = []
    for column in range(len(grid[0])):
        path: list[str] = []
        for row in grid:
            if row[column] and (not path or row[column] != path[-1]):
                path.append(row[column])
        paths.append(tuple(path))
    return paths


@dataclass(frozen=True)
class _Found:
    fields: dict[str, int]
    values: tuple[Value, ...]
    totals: tuple[Value, ...]
    unknown: tuple[tuple[int, str], ...]


def _resembles(source: Source, found: _Found) -> bool:
    """Tell whether a required column is there that says more of the form than where and when: a unit alone fits every report."""
    making = {name for wanted in source.required for name in wanted.split("|")} | set(source.any_of)
    return bool((making - _EVERYWHERE) & ({value.measure for value in found.values} | set(found.fields)))


def _match(source: Source, paths: Sequence[tuple[str, ...]], vocabulary: Vocabulary, words: str) -> _Found:
    fields: dict[str, int] = {}
    values: list[Value] = []
    unknown: list[tuple[int, str]] = []
    if source.words and not any(f" {word} " in f" {words} " for word in source.words):
        return _Found({}, (), (), ())
    seen: set[tuple] = set()
    for index, path in enumerate(paths):
        name = next((f.name for f in source.fields if f.name not in fields and f.matches(path)), None) if path else None
        if name:
            fields[name] = index
    # A dimension that has a column of its own is not looked for in headings: UMUM is a payer where Poli is a column.
    across = source.across - ({"service", "payer"} & set(fields))
    decoding = replace(source, across=across)
    for index, path in enumerate(paths):
        if not path or index in fields.values():
            continue
        value = _value(decoding, index, path, vocabulary)
        if value and (value.measure, value.coordinates) not in seen:
            seen.add((value.measure, value.coordinates))
            values.append(value)
        elif path[-1] not in source.ignored and " ".join(path) not in source.ignored:
            unknown.append((index, " / ".join(path)))
    return _Found(fields, *_split_totals(values), tuple(unknown))


def _split_totals(values: Sequence[Value]) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Part the columns that total others (they say less of what they count) from the finest ones."""

    def depth(value: Value) -> int:
        return sum(map(bool, value.coordinates))

    finest = max(map(depth, values), default=0)
    return tuple(v for v in values if depth(v) == finest), tuple(v for v in values if depth(v) < finest)


def _value(source: Source, index: int, path: tuple[str, ...], vocabulary: Vocabulary) -> Value | None:
    """Return what a column of values is, or None where some label above it is not understood."""
    heading = " / ".join(path)
    direct = next((m.name for m in source.measures if m.matches(path)), None)
    if direct and (len(path) == 1 or not source.across):
        return Value(index, direct, heading)
    value = Value(index, "", heading)
    for position, text in enumerate(path):
        is_last = position == len(path) - 1
        if text in source.neutral or (not is_last and text in TOTAL_WORDS):
            continue
        understood = _decode(source, value, text, vocabulary)
        if understood is None:
            return Value(index, direct, heading) if direct else None
        value = understood
    if not value.measure:
        if not source.default_measure or not any(map(bool, value.coordinates)):
            return Value(index, direct, heading) if direct else None
        value = replace(value, measure=source.default_measure)
    return value


def _decode(source: Source, value: Value, text: str, vocabulary: Vocabulary) -> Value | None:
    rest = text
    if "period" in source.across:
        period, rest = find_period(text)
        if period:
            value = replace(value, period=value.period.fill(period) if value.period else period)
    if not rest or rest in source.neutral:
        return value
    if measure := next((m.name for m in source.measures if m.matches((rest,))), None):
        return replace(value, measure=measure)
    for dimension, known in (("service", vocabulary.services), ("payer", vocabulary.payers)):
        if dimension in source.across and rest in known and known[rest] != "total":
            return replace(value, **{dimension: rest})
    for measure, alias in _endings(source.measures):
        if rest.endswith(f" {alias}"):
            return _decode(source, replace(value, measure=measure), rest.removesuffix(alias).strip(), vocabulary)
    return None


def _endings(measures: Iterable[Field]) -> Iterable[tuple[str, str]]:
    return ((m.name, alias[0]) for m in measures for alias in m.aliases if len(alias) == 1)


def _missing(source: Source, found: _Found, levels: Sequence[Level]) -> tuple[str, ...]:
    """Return the titles of what the source requires and neither the columns nor the words around them give."""
    missing = []
    measured = {value.measure for value in found.values} | set(found.fields)
    for wanted in source.required:
        if not any(_is_there(source, name, found, measured, levels) for name in wanted.split("|")):
            missing.append(source.field(wanted.split("|")[0]).title)
    if source.any_of and not measured & set(source.any_of):
        missing.append(" / ".join(source.field(name).title for name in source.any_of[:3]))
    return tuple(missing)


def _is_there(source: Source, name: str, found: _Found, measured: set[str], levels: Sequence[Level]) -> bool:
    if name in found.fields or name in measured:
        return True
    if name == "period":
        dated = any(value.period for value in found.values)
        dated_fields = {f.name for f in source.fields if f.type in {"period", "month", "quarter", "year"}}
        return dated or bool(dated_fields & set(found.fields)) or any(level.period for level in levels)
    return name == "unit" and any(level.unit for level in levels)


# --- the words around the table --------------------------------------------------------------------------------------


def _block(above: Sequence[tuple[int, list[str]]], source: Source, vocabulary: Vocabulary) -> Level:
    """Return what the rows above the headings say: `LABEL: value` pairs first, then what titles name."""
    context = [f for f in source.fields if f.name in _CONTEXT_FIELDS]
    values: dict[str, str] = {}
    period = Period()
    titles = Period()
    for _, cells in above:
        texts = list(dict.fromkeys(cell for cell in cells if cell))
        for name, text in _pairs(texts, context):
            if name in ("year", "period"):
                part = find_period(text)[0]
                period = period.fill(part) if period else part
            else:
                values.setdefault(name, text)
        for text in texts:
            titles = titles.fill(find_period(text)[0]) if titles else find_period(text)[0]
        if "unit" not in values and (unit := vocabulary.unit_in(" ".join(map(plain, texts)))) and _names_a_unit(texts):
            values["unit"] = unit
    return Level("block", period.fill(titles) if period else titles, **values)


def _names_a_unit(texts: Sequence[str]) -> bool:
    words = f" {label(' '.join(texts))} "
    return any(f" {word} " in words for word in ("puskesmas", "pkm", "dinas", "badan", "upt", "uptd", "unit"))


def _pairs(texts: Sequence[str], context: Sequence[Field]) -> Iterable[tuple[str, str]]:
    for position, text in enumerate(texts):
        head, colon, tail = plain(text).partition(":")
        name = next((f.name for f in context if f.matches((label(head),))), None)
        if name is None:
            continue
        if colon and tail.strip():
            yield name, tail.strip()
        elif position + 1 < len(texts):
            following = texts[position + 1].lstrip(": ")
            if following or position + 2 < len(texts):
                yield name, following or texts[position + 2]
