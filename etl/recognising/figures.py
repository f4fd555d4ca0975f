"""Which figures the columns of a table hold where one heading does not tell: beside what other columns it stands decides."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from etl.reading.periods import Period, find_period
from etl.reading.words import NUMBER, is_missing, label
from etl.recognising.headings import Found, Value
from etl.recognising.source import Field, Source

_REVISED = {"perubahan", "revisi"}
_OF_PLAN = re.compile(r"\b(?:akhir (?:renstra|rpjmd|rpjpd|periode)|jangka menengah)\b")
_YEARLY = {"tahun", "tahunan", "setahun", "annual"}
BARE = ""  # the measure of a column whose heading says a period and nothing else
NAMED = "measure_named"  # the column whose cells say which measure the figures of their row are: Target above Realisasi
_FRACTION = re.compile(rf"^{NUMBER}?[1-4][.,]\d*[1-9]\d*$")  # of the scale of answers
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
    found = _named_below(source, found, below) if source.bare else found
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


def _named_below(source: Source, found: Found, below: Sequence[Sequence[str]]) -> Found:
    """Return the columns of periods alone once for each measure that the cells of one column name, with that column among the fields."""
    dated = [v.index for v in found.values]
    if not dated or any(v.measure != BARE for v in found.values):
        return found
    rows = [row for row in below if any(row[index] for index in dated)]
    for column in set(range(len(rows[0]) if rows else 0)) - {*dated, *found.fields.values()}:
        named = [measures_said(source, row[column]) for row in rows if row[column]]
        measures = [m for m in dict.fromkeys(named) if m in source.any_of]
        if len(measures) > 1 and len(named) == len(rows) and None not in named:
            values = tuple(replace(v, measure=measure) for v in found.values for measure in measures)
            return replace(found, values=values, fields={**found.fields, NAMED: column})
    return found


def measures_said(source: Source, cell: str) -> str | None:
    """Return the measure, or the note, that a cell names and nothing else."""
    return next((m.name for m in (*source.measures, *source.notes) if (label(cell),) in m.aliases), None)


def _told_twice(values: Sequence[Value], below: Sequence[Sequence[str]]) -> list[Value]:
    """Return the columns of one meaning of which more than one is filled in: they are not told apart.

    An empty one gives way, what a revised one replaces, and what is to be reached at the end of a plan.
    """
    groups: dict[tuple, list[Value]] = {}
    for value in values:
        groups.setdefault((value.measure, value.coordinates), []).append(value)
    unread = []
    for group in groups.values():
        filled = [v for v in group if any(not is_missing(row[v.index]) for row in below)]
        revised = [v for v in filled if _REVISED & set(v.heading.split())]
        filled = revised if len(revised) == 1 else filled
        nearer = [v for v in filled if not _OF_PLAN.search(v.heading)]
        filled = nearer if len(nearer) == 1 else filled
        kept = filled if len(filled) == 1 else group[:1] if not filled else []
        unread += [v for v in group if v not in kept]
    return unread


def columns_rival(source: Source, unread: Sequence[tuple[int, str]]) -> Mapping[int, Field]:
    """Return the unread columns that are one measure, of the same time, in more than one of them, each with that measure."""
    if not source.is_uneven:
        return {}
    said: dict[tuple[str, Period], list[int]] = {}
    for index, heading in unread:
        period, rest = find_period(heading.split(" / ")[-1])
        if name := next((m.name for m in source.measures if (rest,) in m.aliases), None):
            said.setdefault((name, period), []).append(index)
    return {index: source.field(name) for (name, _), same in said.items() if len(same) > 1 for index in same}


def _bare(source: Source, values: Sequence[Value], names: str) -> list[Value]:
    """Give columns of periods alone the measure that the words around them say, or that the columns beside them leave over.

    Beside a target they are realisations, unless the title speaks of a plan; where titles say both or nothing they stay unread.
    """
    said = {measure for word, measure in source.bare.items() if f" {word} " in f" {names} "}
    realised = next((m for m in source.bare.values() if m != "target"), None)
    has = {v.measure for v in values if v.measure != BARE}
    parts = all(v.period.month and v.period.length_months() < 12 for v in values if v.measure == BARE)
    has_target = any(
        v.measure == "target" and (not v.period or (parts and v.period.length_months() == 12)) for v in values
    )
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
    in_percent = any(v.measure == "target" and "persen" in v.heading.split() for v in values)

    def is_like_its_target(value: Value) -> bool:  # `Target (%)` and `Realisasi (%)`
        note = notes.get(value.measure)
        says = note is not None and value.heading.split(" / ")[-1].startswith("realisasi ")
        return in_percent and says and not {note.in_place_of, "numerator"} & measured

    def stands_in(value: Value) -> bool:
        note = notes.get(value.measure)
        return (
            note is not None and not measured and any(_said(part) in note.alone for part in value.heading.split(" / "))
        )

    return [
        replace(v, measure=notes[v.measure].in_place_of) if stands_in(v) or is_like_its_target(v) else v for v in values
    ]


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
    alone = [note for note in notes if note.period and values and not any(_same_time(note, v) for v in values)]
    return {
        note.index: source.field(wanted)
        for note in notes
        if (wanted := source.field(note.measure).in_place_of)
        and (note in alone or (wanted not in measured and "numerator" not in measured))
    }


def _same_time(note: Value, value: Value) -> bool:
    """Tell whether a figure is, or may be, of the time that a note names."""
    return not value.period or value.period.covers(note.period) or note.period.covers(value.period)


def yearly(source: Source, found: Found, around: Sequence[Period]) -> Found:
    """Return the columns with a target of which the heading says the year booked on that year.

    That is where words around, or a column of the table, name a part of a year: the target would be taken for that part's.
    """
    parts = {f.name for f in source.fields if f.type in ("period", "quarter", "month")}
    if not source.is_uneven or not (any(period.month for period in around) or parts & set(found.fields)):
        return found
    of_year = {
        v.index
        for v in found.values
        if v.measure.startswith("target") and not v.period.month and (v.period or _YEARLY & set(v.heading.split()))
    }
    values = (replace(v, period=Period(v.period.year, 1, 12)) if v.index in of_year else v for v in found.values)
    return replace(found, values=tuple(values))


def heads_below(source: Source, found: Found, below: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row below holds words over figures and no name: it belongs to the headings, such as K | Rp, or SASARAN."""
    answers = {m.name for m in source.measures if m.type == "score"}  # which are words themselves
    if not below or any(v.measure in answers for v in found.values):
        return False
    words = [below[0][v.index] for v in found.values if below[0][v.index]]
    heads = [(below[0][index], found.headings.get(name)) for name, index in found.fields.items()]
    named = any(cell and label(cell) != head for cell, head in heads)  # a heading may be merged down to this row
    return bool(words) and not named and not any(is_missing(w) or _FIGURE.match(w) for w in words)


def are_means(source: Source, found: Found, below: Sequence[Sequence[str]]) -> bool:
    """Tell whether most cells below the questions of a list of answers hold fractions: they are a recap's means."""
    answers = {m.name for m in source.measures if m.type == "score"}
    cells = [row[v.index] for row in below for v in found.values if v.measure in answers and row[v.index]]
    return 2 * sum(bool(_FRACTION.match(cell)) for cell in cells) > len(cells)


def own_figures(values: Sequence[Value], unread: Sequence[tuple[int, str]], below: Sequence[Sequence[str]]) -> bool:
    """Tell whether some column of values is among the unread ones and holds something."""
    return any(row[v.index] for v in values for row in below if v.index in dict(unread))
