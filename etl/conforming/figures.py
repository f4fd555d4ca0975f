"""Which figures the columns of a table hold where one heading does not tell: beside what other columns it stands decides."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from etl.conforming.source import Field, Source
from etl.reading.words import NUMBER, find_period, is_missing

if TYPE_CHECKING:
    from etl.conforming.recognise import Nearest, Table, Value

BARE = ""  # the measure of a column whose heading says a period and nothing else
_FIGURE = re.compile(rf"^\W*(?:{NUMBER}|[0-9])")


def is_figures(cells: Sequence[str]) -> bool:
    """Tell whether some cell holds a figure, or none holds anything."""
    filled = [cell for cell in cells if not is_missing(cell)]
    return not filled or any(_FIGURE.match(cell) for cell in filled)


def settled(
    source: Source, values: Sequence["Value"], names: str, below: Sequence[Sequence[str]]
) -> tuple[list["Value"], list["Value"], list["Value"]]:
    """Part the columns into values, notes beside them, and those that stay unread.

    `names` are the words of titles and names around the table, `below` the first rows of data.
    """
    if source.bare:
        values = _stand_ins(source, _bare(source, values, names))
    notes = {note.name for note in source.notes}
    figures_only = {m.name for m in source.measures if m.is_figures_only}
    unread = [v for v in values if v.measure == BARE]
    unread += [v for v in values if v.measure in figures_only and not is_figures([row[v.index] for row in below])]
    kept = [v for v in values if v not in unread]
    if source.is_uneven:
        # The second column may be a template's that nobody filled in; two that are filled in are not told apart.
        filled = {v.index for v in kept if any(not is_missing(row[v.index]) for row in below)}
        times: dict[tuple, int] = {}
        for value in kept:
            times[value.measure, value.coordinates] = times.get((value.measure, value.coordinates), 0) + (
                value.index in filled
            )
        twice = {key for key, n in times.items() if n > 1 and key[0] not in notes}
        unread += [v for v in kept if (v.measure, v.coordinates) in twice]
        kept = [v for v in kept if (v.measure, v.coordinates) not in twice]
        kept = sorted(kept, key=lambda v: v.index not in filled) if filled else kept
    first = {(v.measure, v.coordinates): v for v in reversed(kept)}
    unread += [v for v in kept if v not in first.values() and v.measure not in notes]
    kept = sorted(first.values(), key=lambda v: v.index)
    return [v for v in kept if v.measure not in notes], [v for v in kept if v.measure in notes], unread


def _bare(source: Source, values: Sequence["Value"], names: str) -> list["Value"]:
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


def _stand_ins(source: Source, values: Sequence["Value"]) -> list["Value"]:
    """Take a note for the measure in whose place it stands where no other column is that measure, its target or its parts."""
    notes = {note.name: note for note in source.notes if note.in_place_of}
    measured = {v.measure for v in values} - {note.name for note in source.notes}

    def stands_in(value: "Value") -> bool:
        note = notes.get(value.measure)
        return (
            note is not None and not measured and any(_said(part) in note.alone for part in value.heading.split(" / "))
        )

    return [replace(v, measure=notes[v.measure].in_place_of) if stands_in(v) else v for v in values]


def _said(heading: str) -> str:
    return find_period(heading)[1] if find_period(heading)[0] else heading


def instead(source: Source, values: Sequence["Value"], notes: Sequence["Value"]) -> Mapping[int, Field]:
    """Return the columns of notes that stand where a measure is missing, each with what is missing, by column."""
    measured = {v.measure for v in values}
    return {
        note.index: source.field(wanted)
        for note in notes
        if (wanted := source.field(note.measure).in_place_of) and wanted not in measured and "numerator" not in measured
    }


def reads_more(
    best: "Table", others: Sequence[tuple["Nearest", "Table"]], rows: Sequence[tuple[int, list[str]]]
) -> "Nearest | None":
    """Return the form that would read figures which this table drops, and that lacks nothing but the period."""
    below = [cells for number, cells in rows if number > best.header_last]
    dropped = {i for i, _ in best.unknown if any(row[i] for row in below)}
    for near, table in others:
        lacks = "period" in near.source.required and near.missing == (near.source.field("period").title,)
        if lacks and table.header_first == best.header_first and {v.index for v in table.values} & dropped:
            return near
    return None
