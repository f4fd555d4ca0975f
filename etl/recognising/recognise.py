"""Which source a sheet is, where its headings stand, and what the words around the table say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from etl.reading.files import Sheet
from etl.reading.periods import find_period
from etl.reading.words import label
from etl.recognising.agency import OF_AGENCIES, with_agencies
from etl.recognising.around import Level, block, named_by, stem_of
from etl.recognising.data_rows import is_data
from etl.recognising.figures import are_means, heads_below, own_figures, settled, yearly
from etl.recognising.headings import TOTAL_WORDS, Found, Value, match
from etl.recognising.paths import paths_of, without_groups
from etl.recognising.source import Source
from etl.recognising.titles import Heard, heard, service_said, titles_of, told_services
from etl.reference import Vocabulary

__all__ = ["TOTAL_WORDS", "Nearest", "Table", "Value", "Vocabulary", "recognise"]

# In the exports of the sample district and of the tests headings begin in row 5 at the latest, below a title or a letterhead, and are
# up to four rows deep; 30 leave room for a cover and a block of labels.
HEADER_SEARCH_ROWS = 30
HEADER_MAX_DEPTH = 4
ALTERNATIVES = 2  # columns of a series of measures (elements of a survey) that make a form near; one is a word that any sheet may have
SAMPLE_ROWS = 30  # of data below the headings, by which a column of texts is told from one of figures
_EVERYWHERE = {"unit", "kecamatan", "subdistrict", "period", "year", "month", "quarter", "date"}
_WHAT_IS_COUNTED = "kata yang menyebut apa yang dihitung"


@dataclass(frozen=True)
class Table:
    """One table of a sheet: its source, its rows (numbers as the spreadsheet shows them), and what its columns mean.

    `doubles`: columns that say the same as another, each with that one.
    `doubt`: words of its title by which its figures may be others than those of the source.
    """

    source: Source
    header_first: int
    header_last: int
    fields: Mapping[str, int]
    values: tuple[Value, ...]
    totals: tuple[Value, ...]
    unknown: tuple[tuple[int, str], ...]
    levels: tuple[Level, ...]
    score: tuple[int, ...]
    notes: tuple[Value, ...] = ()
    beside: tuple["Table", ...] = ()
    doubt: str = ""
    doubles: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Nearest:
    """What was understood of a sheet that no source recognises; the source that came closest and what it lacked, where one did.

    `other`: words of the title by which the figures are others than those of the source, or, where none came close, of indicators.
    """

    source: Source | None
    missing: tuple[str, ...]
    matched: int
    understood: tuple[str, ...] = ()
    other: str = ""


def recognise(
    sheet: Sheet,
    sources: Sequence[Source],
    vocabulary: Vocabulary,
    file_name: str,
    folder: str,
    stated: Sequence[Level] = (),
) -> Table | Nearest | None:
    """Return the table of the sheet under the source that fits best, or what was understood of it, or None where nothing was."""
    top = sheet.top(HEADER_SEARCH_ROWS)
    names = (named_by("sheet", sheet.name, vocabulary), named_by("file", stem_of(file_name), vocabulary),
             named_by("folder", folder, vocabulary))  # fmt: skip
    named = with_agencies(names, sheet.name, stem_of(file_name), folder)
    around = " ".join([label(file_name), label(folder)])
    sample = sheet.top(HEADER_SEARCH_ROWS + SAMPLE_ROWS)
    known = frozenset().union(*(s.ignored.union(*(f.labels for f in s.fields)) for s in sources)) | TOTAL_WORDS
    services = told_services(vocabulary)
    best: Table | None = None
    dated: list[Table] = []
    undated: list[tuple[Nearest, Table]] = []
    nearest: Nearest | None = None
    words = ""
    for first in range(len(top)):
        if best and top[first][0] > best.header_last + HEADER_MAX_DEPTH:
            break  # headings within the data of a table that was found are no better headings
        if len({cell for cell in top[first][1] if cell}) < 2:
            continue
        above = top[:first]
        titles = {"block": titles_of(above), "sheet": [sheet.name], "file": [stem_of(file_name)]}
        title = " ".join([label(sheet.name), *(label(c) for _, cells in above for c in cells)])
        for depth in range(1, HEADER_MAX_DEPTH + 1):
            rows = top[first : first + depth]
            cells = [without_groups(row) for _, row in rows]
            if len(rows) < depth or any(is_data(cells[n], cells[:n], known) for n in range(depth)):
                break
            paths = paths_of(cells)
            heads = {part for path in paths for part in (*path, " ".join(path))}
            words = f"{title} {' '.join(' '.join(p) for p in paths)}"
            for source in sources:
                if not source.labels & heads and not _asks(source, heads):
                    continue
                below = [row for _, row in sample[first + depth : first + depth + SAMPLE_ROWS]]
                levels = (
                    block(above, source, vocabulary),
                    *stated,
                    *(named if source.kind in OF_AGENCIES else names),
                )
                read = yearly(
                    source, match(source, cells, vocabulary, f"{title} {around}"), [level.period for level in levels]
                )
                found = settled(source, read, f"{title} {around}", below)
                if heads_below(source, found, below) or are_means(source, found, below):
                    continue
                levels = _with_services(levels, source, found, titles, services)
                missing = _missing(source, found, levels, words, around)
                said = heard(titles, source, found, vocabulary) if source.elsewhere and not missing else Heard()
                levels = tuple(_named(level, said) for level in levels)
                table = Table(
                    source, rows[0][0], rows[-1][0], found.fields, found.values, found.totals, found.unknown, levels,
                    (len(found.fields) + len(found.values) + len(found.totals), -len(found.unknown), len(found.fields), -first, depth),
                    found.notes, doubt=said.doubt, doubles=found.doubles,
                )  # fmt: skip
                if missing or said.other:
                    near = _near(source, found, missing, levels, said.other)
                    nearest = max(filter(None, (nearest, near)), key=_nearness, default=None)
                    undated += [(near, table)] if near and _is_undated(source, missing) else []
                    continue
                dated += [table] if source.months else []
                best = table if best is None or table.score > best.score else best
    return _chosen(best, dated, undated, sources, vocabulary, sample) if best else _unread(nearest, sources, words)


def _unread(nearest: Nearest | None, sources: Sequence[Source], words: str) -> Nearest | None:
    """Return what was understood of a sheet that no source resembles, with the word by which its figures are of indicators."""
    said = (word for source in sources for word in source.bare if f" {word} " in f" {words} ")
    return replace(nearest, other=next(said, "")) if nearest and nearest.source is None else nearest


def _chosen(
    best: Table,
    dated: Sequence[Table],
    undated: Sequence[tuple[Nearest, Table]],
    sources: Sequence[Source],
    vocabulary: Vocabulary,
    sample: Sequence[tuple[int, list[str]]],
) -> Table | Nearest:
    """Return the best table with what stands beside it; before a list without months comes a dated form that reads more figures of it,
    and where only the date of such a form is missing the list takes none of them."""
    below = [row for number, row in sample if number > best.header_last]
    if not best.source.months:
        rest = [
            table
            for table in dated
            if table.header_first == best.header_first
            and own_figures(
                table.values, [(v.index, "") for v in table.values if v.index not in best.fields.values()], below
            )
        ]
        best = max(rest, key=lambda table: table.score, default=best)
    others = [
        (near, table) for near, table in undated if table.header_first == best.header_first and not best.source.months
    ]
    near = next((near for near, table in others if own_figures(table.values, best.unknown, below)), None)
    return near or replace(best, beside=_beside(best, sources, vocabulary, sample))


def _beside(
    best: Table, sources: Sequence[Source], vocabulary: Vocabulary, rows: Sequence[tuple[int, list[str]]]
) -> tuple[Table, ...]:
    """Return what other sources read from the same headings, where they may share a table and find what makes them."""
    heading = [cells for number, cells in rows if best.header_first <= number <= best.header_last]
    taken = {*best.fields.values(), *(v.index for v in best.values)}
    shared = []
    for source in sources:
        wanted = source.beside.get(best.source.name)
        if wanted is None:
            continue
        found = match(source, heading, vocabulary)
        own = [name for name in source.any_of if name in found.fields and found.fields[name] not in taken]
        if own and set(wanted) <= set(found.fields) and not _missing(source, found, best.levels, "", ""):
            shared.append(replace(best, source=source, fields=found.fields, values=(), totals=(), unknown=(), notes=()))
    return tuple(shared)


def _asks(source: Source, heads: set[str]) -> bool:
    """Tell whether some heading is a question that the source knows by a phrase."""
    return any(f" {phrase} " in f" {head} " for phrase in source.phrases for head in heads)


def _with_services(
    levels: tuple[Level, ...],
    source: Source,
    found: Found,
    titles: Mapping[str, Sequence[str]],
    told: Mapping[str, str],
) -> tuple[Level, ...]:
    """Return the levels of visits with the one service that their words name (`Poli Gigi`, `Rawat inap`), where they name one."""
    if source.kind != "visit" or {"service", "payer"} & set(found.fields):
        return levels
    said = (service_said(" ".join(titles.get(level.place, ())), told) for level in levels)
    return tuple(replace(level, service=level.service or name) for level, name in zip(levels, said, strict=True))


def _named(level: Level, said: Heard) -> Level:
    """Return a level with the service and payer that its words speak of."""
    service, payer = said.services.get(level.place), said.payers.get(level.place)
    return replace(level, service=level.service or service, payer=level.payer or payer)


# --- whether it is that source ---------------------------------------------------------------------------------------


def _near(
    source: Source, found: Found, missing: tuple[str, ...], levels: Sequence[Level], other: str = ""
) -> Nearest | None:
    """Return how near a sheet came to a source, or what was understood where nothing says more of the form than where and when."""
    bare = sum(bool(find_period(heading)[0]) for _, heading in found.unknown) if source.bare else 0
    matched = len(found.fields) + len(found.values) + bare
    is_named = source.named_by in found.fields  # a column that only this form has, such as elements of a survey
    if (is_named or _resembles(source, found, missing)) and _WHAT_IS_COUNTED not in missing:
        return Nearest(source, missing, matched, _understood(source, found, levels), other)
    everywhere = {name for name in found.fields if name in _EVERYWHERE and name != "date"}
    place = replace(
        found, headings={n: found.headings[n] for n in found.fields if n in everywhere}, values=_dated(found)
    )
    understood = _understood(source, place, levels)
    return Nearest(None, (), matched, understood) if everywhere or _dated(found) else None


def _dated(found: Found) -> tuple[Value, ...]:
    return tuple(v for v in found.values if v.period)


def _nearness(candidate: Nearest) -> tuple[bool, float, float]:
    if candidate.source is None:
        return (False, len(candidate.understood), 0)
    wanted = len(candidate.source.required) + bool(candidate.source.any_of)
    return (True, candidate.matched, 1 - len(candidate.missing) / wanted)


def _resembles(source: Source, found: Found, missing: tuple[str, ...]) -> bool:
    """Tell whether as much is there that says more of the form than where and when as is missing: a unit alone fits every report."""
    making = {name for wanted in source.required for name in wanted.split("|")} | set(source.any_of)
    there = (making - _EVERYWHERE) & ({value.measure for value in found.values} | set(found.fields))
    is_series = len(source.any_of) > ALTERNATIVES + 1
    if is_series and source.key:  # a recap that lacks its elements is known by the rest that it measures
        there |= {value.measure for value in found.values} & {measure.name for measure in source.measures}
    return len(there) >= max(len(missing), ALTERNATIVES if is_series else 1)


def _understood(source: Source, found: Found, levels: Sequence[Level]) -> tuple[str, ...]:
    """Return in words what was understood: headings, months across, and what the rows above say of unit and period."""
    words = list(found.headings.values())
    words += [
        label(source.field(v.measure).title)
        for v in found.values
        if not v.period and v.measure != source.default_measure
    ]
    if months := {(v.period.year, v.period.month) for v in (*found.values, *found.totals) if v.period.month}:
        words.append(f"{len(months)} bulan")
    if levels[0].unit and "unit" not in found.fields:
        words.append(next((label(f.title) for f in source.fields if f.name == "unit"), "unit"))
    if start := levels[0].period.start():
        told = f"{start:%Y-%m} ({levels[0].period.length_months()} bulan)".removesuffix(" (1 bulan)")
        words.append(told if levels[0].period.month else str(start.year))
    return tuple(dict.fromkeys(words))


def _missing(source: Source, found: Found, levels: Sequence[Level], words: str, around: str) -> tuple[str, ...]:
    """Return the titles of what the source requires and neither the columns nor the words around them give."""
    missing = []
    measured = {value.measure for value in found.values} | set(found.fields)
    for wanted in source.required:
        if not any(_is_there(source, name, found, measured, levels) for name in wanted.split("|")):
            missing.append(source.field(wanted.split("|")[0]).title)
    if source.across and not found.fields:
        missing.append(source.fields[0].title)  # nothing tells one row from another
    if source.any_of and not _is_measured(source, found, measured):
        missing.append(" / ".join(source.field(name).title for name in source.any_of[:3]))
    if source.words and not _says(source.words, f"{words} {around}", source, found, words):
        missing.append(_WHAT_IS_COUNTED)
    return tuple(missing)


def _is_undated(source: Source, missing: tuple[str, ...]) -> bool:
    return "period" in source.required and missing == (source.field("period").title,)


def _is_measured(source: Source, found: Found, measured: set[str]) -> bool:
    """Tell whether something that the form measures is there; one element of a survey alone by its number: its word is in other forms."""
    there = measured & set(source.any_of)
    is_series = len(source.any_of) > ALTERNATIVES + 1
    is_numbered = any(v.measure in v.heading.split() for v in found.values)
    return len(there) > 1 or (bool(there) and (is_numbered or not is_series))


def _says(wanted: Sequence[str], everything: str, source: Source, found: Found, words: str) -> bool:
    """Tell whether title, headings or names say that it is this form; else what a table has that only this form has."""
    if any(f" {word} " in f" {words} " for word in wanted):
        return True
    is_foreign = any(f" {word} " in f" {everything} " for word in source.foreign)
    said = any(f" {word} " in f" {everything} " for word in wanted)
    known = any(name in found.fields or any(getattr(v, name, None) for v in found.values) for name in source.known_by)
    return not is_foreign and (said or known)


def _is_there(source: Source, name: str, found: Found, measured: set[str], levels: Sequence[Level]) -> bool:
    if name in found.fields or name in measured:
        return True
    if name == "period":
        dated = any(value.period for value in found.values)
        dated_fields = {f.name for f in source.fields if f.type in {"period", "month", "quarter", "year", "date"}}
        return dated or bool(dated_fields & set(found.fields)) or any(level.period for level in levels)
    if name == "unit" and any(value.unit for value in found.values):
        return True
    return name in ("unit", "respondents") and any(getattr(level, name) for level in levels)
