"""Which figures the columns of a table hold where one heading does not tell: beside what other columns it stands decides."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from etl.reading.periods import find_period
from etl.reading.words import NUMBER, is_missing
from etl.recognising.headings import Found, Value
from etl.recognising.source import Field, Source

BARE = ""  # the measure of a column whose heading says a period and nothing else
_FIGURE = re.compile(rf"^\W*(?:{NUMBER}|[0-9])")


def is_figures(cells: Sequence[str]) -> bool:
    """Tell whether some cell holds a figure, or none holds anything."""
    filled = [cell for cell in cells if not is_missing(cell)]
    return not filled or any(_FIGURE.match(cell) for cell in filled)


def settled(source: Source, found: Found, names: str, below: Sequence[Sequence[str]]) -> Found:
    """Part the columns of a table into values, notes beside them, and those that stay unread.

    `names` are the words of titles and names around the table, `below` the first rows of data.
    """
    figures_only = {m.name for m in source.measures if m.is_figures_only}
    if not (source.notes or source.bare or source.is_uneven or figures_only):
        return found
    notes = {note.name for note in source.notes}
    values = _stand_ins(source, _bare(source, found.values, names)) if source.bare else list(found.values)
    values = _before_revision(source, values)
    texts = [v for v in values if v.measure in figures_only and not is_figures([row[v.index] for row in below])]
    outside = [v for v in values if source.outside & set(v.heading.split())]
    kept = [v for v in values if v.measure != BARE and v not in texts and v not in outside]
    twice = _told_twice([v for v in kept if v.measure not in notes], below) if source.is_uneven else []
    kept = [v for v in kept if v not in twice]
    unread = [(v.index, v.heading) for v in values if v.measure == BARE or v in twice or v in outside]
    return replace(
        found,
        values=tuple(v for v in kept if v.measure not in notes),
        notes=tuple(v for v in kept if v.measure in notes),
        unknown=tuple(sorted([*found.unknown, *unread])),
    )


def _before_revision(source: Source, values: Sequence[Value]) -> list[Value]:
    """Tell the column of a revised figure from the one that it took the place of; one that stands alone is the figure."""
    values = list(values)
    for measure in (m for m in source.measures if m.revised):
        before = f"{measure.name}_before"
        own = [v for v in values if v.measure == measure.name]
        is_revised = [any(_said(part) in measure.revised for part in v.heading.split(" / ")) for v in own]
        newer = {v.coordinates for v, revised in zip(own, is_revised, strict=True) if revised}
        older = [v for v, revised in zip(own, is_revised, strict=True) if not revised and v.coordinates in newer]
        there = {v.coordinates for v in own}
        values = [
            replace(v, measure=before) if v in older
            else replace(v, measure=measure.name) if v.measure == before and v.coordinates not in there
            else v
            for v in values
        ]  # fmt: skip
    return values


def _told_twice(values: Sequence[Value], below: Sequence[Sequence[str]]) -> list[Value]:
    """Return the columns of one meaning of which more than one is filled in: they are not told apart. An empty one gives way."""
    groups: dict[tuple, list[Value]] = {}
    for value in values:
        groups.setdefault((value.measure, value.coordinates), []).append(value)
    unread = []
    for group in groups.values():
        filled = [v for v in group if any(not is_missing(row[v.index]) for row in below)]
        kept = filled if len(filled) == 1 else group[:1] if not filled else []
        unread += [v for v in group if v not in kept]
    return unread


def _bare(source: Source, values: Sequence[Value], names: str) -> list[Value]:
    """Give columns of periods alone the measure that the words around them say, or that the columns beside them leave over.

    Beside a target they are realisations, unless the title speaks of a plan; where titles say both or nothing they stay unread.
    """
    said = {measure for word, measure in source.bare.items() if f" {word} " in f" {names} "}
    realised = next((m for m in source.bare.values() if m != "target"), None)
    has = {v.measure for v in values if v.measure != BARE}
    has_target = any(v.measure == "target" and not v.period for v in values)
    plans = {measure for word, measure in source.bare.items() if word != "target" and f" {word} " in f" {names} "}
    if has_target and realised not in has:
        measure = "target" if plans == {"target"} else realised
    elif not has - {note.name for note in source.notes} and len(said) == 1:
        measure = next(iter(said))
    else:
        return list(values)
    return [replace(v, measure=measure) if v.measure == BARE and measure else v for v in values]


def _stand_ins(source: Source, values: Sequence[Value]) -> list[Value]:
    """Take a note for the measure in whose place it stands where no other column is that measure, its target or its parts."""
    notes = {note.name: note for note in source.notes if note.in_place_of}
    measured = {v.measure for v in values} - {note.name for note in source.notes}

    def stands_in(value: Value) -> bool:
        note = notes.get(value.measure)
        return (
            note is not None and not measured and any(_said(part) in note.alone for part in value.heading.split(" / "))
        )

    return [replace(v, measure=notes[v.measure].in_place_of) if stands_in(v) else v for v in values]


def _said(heading: str) -> str:
    return find_period(heading)[1] if find_period(heading)[0] else heading


def stand_ins(source: Source, values: Sequence[Value]) -> dict[int, Field]:
    """Return the columns that were taken for a measure in whose place they stand, each with that measure, by column."""
    notes = [note for note in source.notes if note.in_place_of]
    return {
        v.index: source.field(v.measure)
        for v in values
        for note in notes
        if v.measure == note.in_place_of and any(_said(part) in note.alone for part in v.heading.split(" / "))
    }


def instead(source: Source, values: Sequence[Value], notes: Sequence[Value]) -> Mapping[int, Field]:
    """Return the columns of notes that stand where a measure is missing, each with what is missing, by column."""
    measured = {v.measure for v in values}
    return {
        note.index: source.field(wanted)
        for note in notes
        if (wanted := source.field(note.measure).in_place_of) and wanted not in measured and "numerator" not in measured
    }


def own_figures(values: Sequence[Value], unread: Sequence[tuple[int, str]], below: Sequence[Sequence[str]]) -> bool:
    """Tell whether some column of values is among the unread ones and holds something."""
    return any(row[v.index] for v in values for row in below if v.index in dict(unread))
