"""What the headings of a table mean: its fields, its columns of values (which period, unit, service, payer, detail), and totals."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from etl.reading.periods import ROMAN, find_period
from etl.reading.words import MONTHS, label, plain
from etl.recognising.paths import paths_of
from etl.recognising.source import Source
from etl.recognising.values import Value, arranged, without_lone_details
from etl.reference import Vocabulary
from queries.forms import REFERENCE

TOTAL_WORDS = {"jumlah", "total", "jml", "jumlah total", "grand total", "sub total", "subtotal", "jumlah seluruhnya",
               "total keseluruhan", "jumlah keseluruhan", "l p", "lk pr", "l dan p", "laki laki dan perempuan"}  # fmt: skip
# A name that begins with one of these is a unit's, whether the register knows it or not.
_UNIT_NAME = re.compile(r"^(?:uptd |upt |blud )*(?:puskesmas|pkm|pusk) \w")
_NOT_A_UNIT = re.compile(r"^(?:kab|kabupaten|kota|dinas|provinsi)\b")
_MONTHS = ("januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober", "november",
           "desember")  # fmt: skip
_CODE = re.compile(r"^(?:unsur )?u ?[1-9](?: |$)")  # the number of an element of a survey
_OTHER_COUNTS = ("triwulan", "tw", "kuartal", "semester", "minggu", "pekan", "kelas", "shift", "hari", "tanggal", "tgl")
_FIRST_CHOICE = ("service", "payer", "detail", "unit")


@dataclass(frozen=True)
class Found:
    """What the headings of a table gave: fields by name, columns of values, columns that total those, and headings not understood.

    `headings` are the labels that the fields were known by.
    """

    fields: dict[str, int] = field(default_factory=dict)
    values: tuple[Value, ...] = ()
    totals: tuple[Value, ...] = ()
    unknown: tuple[tuple[int, str], ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Value, ...] = ()
    doubles: Mapping[int, int] = field(default_factory=dict)  # columns that say the same as another, each with that one


def match(source: Source, rows: Sequence[Sequence[str]], vocabulary: Vocabulary, around: str = "") -> Found:
    """Return what these header rows mean under a source; `around` are the words of title and names, which tell months from weeks."""
    if source.months == (1,) and "period" in source.across:
        days = numbered_days(rows)
        rows = days if days is not rows else numbered_months(rows, around)
    paths = paths_of(_written_out(rows) if source.types else rows)
    paths = [() if path and is_reference(path[-1]) else path for path in paths]
    fields = source.joined_fields(paths)
    # A heading that means a field only where no other column does, such as `Rencana hasil kerja` beside an indicator, comes last.
    for is_last in (False, True):
        for index, path in enumerate(paths):
            meant = source.fields_at(path) if path else ()
            name = next((f.name for f in meant if f.name not in fields and (path[-1] in f.alone) == is_last), None)
            if name and index not in fields.values():
                fields[name] = index
    # A dimension that has a column of its own is not looked for in headings: UMUM is a payer where Poli is a column.
    headings = _Headings(source.decoding(set(fields)), vocabulary, paths)
    shown = {label(cell): plain(cell).strip() for row in rows for cell in row if cell}
    values: list[Value] = []
    unknown: list[tuple[int, str]] = []
    seen: dict[tuple, int] = {}
    doubles: dict[int, int] = {}
    for index, path in enumerate(paths):
        if not path or index in fields.values():
            continue
        value = headings.value(index)
        said = (value.measure, value.coordinates, value.details, value.span) if value else ()
        if value and (source.is_uneven or said not in seen):
            seen.setdefault(said, index)
            values.append(replace(value, unit=shown.get(value.unit, value.unit)) if value.unit else value)
        elif value:
            doubles[index] = seen[said]
        elif path[-1] not in source.ignored and " ".join(path) not in source.ignored:
            unknown.append((index, " / ".join(path)))
    values, lone = without_lone_details(values, source)
    units = {label(v.unit) for v in values if v.unit}
    if len(units) == 1 and (not is_unit_name(next(iter(units))) or headings.has_pairs):  # a line above the headings
        unknown += [(v.index, v.heading) for v in values if v.unit]
        values = [v for v in values if not v.unit]
    finest, totals = (tuple(values), ()) if source.is_uneven else arranged(values)
    known_by = {name: paths[index][-1] for name, index in fields.items()}
    return Found(fields, finest, totals, tuple(sorted([*unknown, *lone])), known_by, doubles=doubles)


def is_reference(text: str) -> bool:
    """Tell whether a label says that what it names is only shown, such as the month before on a form that Rapor made."""
    return text == REFERENCE or text.endswith(f" {REFERENCE}")


def _written_out(rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """Return the header rows with B beside L as new and returning visits; L beside P are men and women."""
    words = [{label(cell) for cell in row} for row in rows]
    types = {"b": "baru", "l": "lama"}
    return [
        [types.get(label(cell), cell) for cell in row] if types.keys() <= said and not said & {"p", "pr"} else row
        for row, said in zip(rows, words, strict=True)
    ]


# --- months as numbers -----------------------------------------------------------------------------------------------


def month_cells(row: Sequence[str]) -> dict[int, int]:
    """Return the cells of a header row that count the months, each with its number: 1, 2, 3 .. or I, II, III .. from left to right.

    Something must stand to the left of them (a row that numbers its columns begins with the first), and counting may begin anew.
    """
    numbers = {}
    for column, cell in enumerate(row):
        text = plain(cell).strip(" .").casefold()
        if text in ROMAN:
            numbers[column] = ROMAN[text]
        elif text.isdecimal() and 1 <= int(text) <= 12:
            numbers[column] = int(text)
    counted = list(numbers.values())
    length = next((n for n, number in enumerate(counted[1:], start=1) if number == 1), len(counted))
    if length < 2 or len(counted) % length or counted != [*range(1, length + 1)] * (len(counted) // length):
        return {}
    return numbers


def day_cells(row: Sequence[str]) -> dict[int, int]:
    """Return the cells of a header row that count the days of a month from 1 to its last, each with its number; none where they don't."""
    numbers = {
        n: int(text) for n, cell in enumerate(row) if (text := plain(cell).strip()).isdecimal() and len(text) < 3
    }
    counted = list(numbers.values())
    return numbers if len(counted) in range(28, 32) and counted == list(range(1, len(counted) + 1)) else {}


def numbered_days(rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """Return the header rows with days of the month that are only counted written out."""
    found = ((position, days) for position, row in enumerate(rows) if (days := day_cells(row)))
    position, days = next(found, (0, {}))
    written = [f"tanggal {days[c]}" if c in days else cell for c, cell in enumerate(rows[position])]
    return [*rows[:position], written, *rows[position + 1 :]] if days else rows


def numbered_months(rows: Sequence[Sequence[str]], around: str) -> Sequence[Sequence[str]]:
    """Return the header rows with months that are only counted written out; four numbers may be quarters, unless words say months."""
    if len({MONTHS[word] for word in around.split() if word in MONTHS}) == 1:
        return rows  # a report of one month counts something else
    words = set(around.split()) | {word for row in rows for cell in row for word in label(cell).split()}
    for position, row in enumerate(rows):
        numbers = month_cells(row)
        first = min(numbers, default=0)
        says_months = bool(words & {"bulan", "bulanan", "bln"})
        if not numbers or not any(r[c] for r in rows for c in range(first)) or words & set(_OTHER_COUNTS):
            continue
        if max(numbers.values()) in (2, 4) and not says_months:
            continue
        written = [_MONTHS[numbers[c] - 1] if c in numbers else cell for c, cell in enumerate(row)]
        return [*rows[:position], written, *rows[position + 1 :]]
    return rows


def is_unit_name(text: str) -> bool:
    """Tell whether a label names a unit by its first words, such as `Puskesmas Melati`."""
    return bool(_UNIT_NAME.match(text))


# --- what one heading says -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Group:
    """The labels that stand beside each other under one heading: how many may be a service, a payer, ..., and what unknown ones are."""

    votes: Mapping[str, int]
    is_under: str | None
    first: int
    last: int

    def choose(self, known: Mapping[str, str], taken: set[str]) -> str | None:
        free = [dimension for dimension in _FIRST_CHOICE if dimension in known and dimension not in taken]
        return max(
            free, key=lambda d: (d == self.is_under, self.votes.get(d, 0), -_FIRST_CHOICE.index(d)), default=None
        )

    def opens(self, column: int) -> str | None:
        """Return what a name that no register knows must be here: what the heading above says, or a payer between payers."""
        if self.is_under in ("payer", "unit"):
            return self.is_under
        between = self.votes.get("payer", 0) > self.votes.get("service", 0) and self.first < column < self.last
        return "payer" if between else None


@dataclass(frozen=True)
class _Headings:
    source: Source
    vocabulary: Vocabulary
    paths: Sequence[tuple[str, ...]]

    def value(self, index: int) -> Value | None:
        """Return what a column of values is, or None where some label above it is not understood."""
        source, path = self.source, self.paths[index]
        value = Value(index, "", " / ".join(path))
        if source.default_measure and any(f" {word} " in f" {' '.join(path)} " for word in source.outside):
            return None
        direct = self._by_words(path) or source.measure_at(path)
        if direct and (len(path) == 1 or not source.across):
            return replace(value, measure=direct)
        # A form that takes any figure needs every label understood; another knows its measures by the last label alone.
        otherwise = replace(value, measure=direct) if direct and not source.default_measure else None
        for position, text in enumerate(path):
            is_last = position == len(path) - 1
            if self._is_neutral(text) or (text in TOTAL_WORDS and (not is_last or value.measure or value.details)):
                continue
            if not is_last and self._dimension_of(text):
                continue
            understood = self._decode(value, text, self.groups[path[:position]])
            if understood is None:
                return otherwise
            value = understood
        if not value.measure:
            is_said = any(map(bool, value.coordinates)) or value.details or value.span or (len(path) > 1 and direct)
            is_said = is_said or any(word in source.words for text in path for word in text.split())
            if not source.default_measure or not is_said:
                return value if source.bare and value.period and not otherwise else otherwise
            value = replace(value, measure=source.default_measure)
        return value

    def _by_words(self, path: tuple[str, ...]) -> str | None:
        """Return the element of a survey that the words of a numbered heading name: some forms swap the eighth and the ninth."""
        if not self.source.scale or not any(_CODE.match(text) for text in path):
            return None
        own = [
            text for text in path if sum(text in other for other in self.paths) == 1
        ]  # and no heading over several elements
        words = [part for text in own if (part := _CODE.sub("", text))]
        return next((name for text in reversed(words) if (name := self._measure(text))), None)

    @cached_property
    def groups(self) -> dict[tuple[str, ...], _Group]:
        """Return the groups of headings, each by the labels above it."""
        members: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
        for index, path in enumerate(self.paths):
            for position, text in enumerate(path):
                members[path[:position]][text] = index
        groups = {}
        for above, texts in members.items():
            votes: Counter[str] = Counter()
            payers = []
            for text, index in texts.items():
                dimensions = self._readings(text)
                votes.update(dimensions)
                if "payer" in dimensions:
                    payers.append(index)
            is_under = self._dimension_of(above[-1]) if above else None
            groups[above] = _Group(votes, is_under, min(payers, default=0), max(payers, default=0))
        return groups

    @property
    def has_pairs(self) -> bool:
        """Tell whether a line such as `Puskesmas: Melati` was taken for headings: another heading stands below its first word."""
        return any(len(path) > 1 and self._dimension_of(path[0]) == "unit" for path in self.paths)

    def _dimension_of(self, text: str) -> str | None:
        """Return which of the dimensions across a label such as `Cara bayar` announces."""
        aliases = ((f.name, f.aliases) for f in self.source.fields if f.name in ("unit", "service", "payer"))
        return next((name for name, known in aliases if name in self.source.across and (text,) in known), None)

    def _known(self, text: str) -> dict[str, str]:
        """Return what a whole label may be: a service, a payer, a detail, a unit."""
        known = {}
        registers = {
            "service": self.vocabulary.services,
            "payer": self.vocabulary.payers,
            "unit": self.vocabulary.units,
        }
        for dimension, names in registers.items():
            if dimension in self.source.across and text in names and names[text] != "total":
                known[dimension] = text
        if self.source.detail_of(text):
            known["detail"] = text
        elif "unit" in self.source.across and _UNIT_NAME.match(text):
            known["unit"] = text
        return known

    def _readings(self, text: str) -> set[str]:
        rest = find_period(text)[1] if "period" in self.source.across else text
        if not rest or self._measure(rest) or self._is_neutral(rest):
            return set()
        if known := self._known(rest):
            return set(known)
        return next((found for part, _ in self._parts(rest) if (found := set(self._known(part)))), set())

    def _is_neutral(self, text: str) -> bool:
        return text in self.source.neutral and not self.source.detail_of(text)

    def _measure(self, text: str) -> str | None:
        return self.source.measure_at((text,))

    def _decode(self, value: Value, text: str, group: _Group) -> Value | None:
        source, rest = self.source, text
        if span := source.spans.get(text):
            return replace(value, span=span)
        if "period" in source.across:
            period, rest = find_period(text)
            if period:
                value = replace(value, period=value.period.narrowed(period) if value.period else period)
        if not rest or self._is_neutral(rest):
            return value
        if span := source.spans.get(rest):
            return replace(value, span=span)
        if measure := self._measure(rest):
            return self._measured(value, measure)
        if placed := self._placed(value, rest, group):
            return placed
        for part, affix in self._parts(rest):
            before = self._decode(value, affix, group) if affix else value
            if before and (found := self._decode(before, part, group)):
                return found
        if not set(rest.split()) - source.filler:
            return value
        opened = group.opens(value.index)
        if opened and not getattr(value, opened) and re.search("[a-z]", rest) and not self._is_aside(rest):
            return replace(value, **{opened: rest})
        return None

    def _placed(self, value: Value, text: str, group: _Group) -> Value | None:
        """Return the value with the service, payer, unit or detail that a whole label is, by what stands beside it."""
        joint = f"{value.payer} {text}"  # `Mandiri` under BPJS
        if value.payer and not value.group and "payer" in self.source.across and joint in self.vocabulary.payers:
            return replace(value, payer=joint, group=value.payer)
        known = self._known(text)
        dimension = group.choose(known, {d for d in ("service", "payer", "unit") if getattr(value, d)})
        if dimension == "detail":
            return replace(value, details=value.details | {(self.source.detail_of(text) or "", text)})
        if dimension:
            return replace(value, **{dimension: text})
        # A payer below a payer is one of those that the heading above names together.
        return replace(value, payer=text, group=value.payer) if "payer" in known and not value.group else None

    def _is_aside(self, text: str) -> bool:
        return text in self.source.ignored or text in TOTAL_WORDS or bool(_NOT_A_UNIT.match(text))

    def _measured(self, value: Value, measure: str) -> Value | None:
        if value.measure in ("", measure) or self.source.is_uneven:
            return replace(value, measure=measure)
        if measure in self.source.parts:
            return value  # a sum of the measure that the label above named
        return replace(value, measure=measure) if value.measure in self.source.parts else None

    def _parts(self, text: str) -> Iterable[tuple[str, str]]:
        """Yield a label without a word at its end or beginning that is a measure or a detail, and that word; then without filler."""
        words = text.split()
        ends = ((" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words)))
        begins = ((" ".join(words[n:]), " ".join(words[:n])) for n in range(1, len(words)))
        found = {affix: part for part, affix in (*begins, *ends) if affix in self.source.affixes}
        for affix in sorted(found, key=len, reverse=True):
            yield found[affix], affix
        kept = [word for word in words if word not in self.source.filler]
        if 0 < len(kept) < len(words):
            yield " ".join(kept), ""
