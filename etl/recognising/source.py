"""A source: the shape of one kind of report, declared as data in sources/*.toml; a new form is an edit there, not here."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from etl.kinds import KINDS
from etl.reading.words import label
from queries import ROOT

K = TypeVar("K")
V = TypeVar("V")
_ETL = Path(__file__).parents[1]
SOURCES = _ETL / "sources"
DATA_VALUE = "value"  # the measure of a form that names in each row which one it is (DHIS2): no column of its own
TYPES = {
    "text",
    "count",
    "decimal",
    "figure",
    "score",
    "period",
    "month",
    "quarter",
    "year",
    "date",
    "moment",
    "nip",
    "yes_no",
    "detail",
}
MOST_REMEMBERED = 1 << 14  # headings of a source whose meaning is remembered: those of one file come back many times
_DIGITS = re.compile(r"[0-9]+")
_FIELD_KEYS = {
    "type",
    "aliases",
    "fill_down",
    "low",
    "high",
    "personal",
    "answers",
    "month_first",
    "title",
    "phrases",
    "refused",
    "refused_as",
    "in_place_of",
    "alone",
    "figures_only",
    "revised",
}
_SOURCE_KEYS = {"kind", "title", "title_en", "required", "any_of", "words", "across", "neutral", "default_measure", "months",
                "constants", "parts", "fields", "measures", "personal", "count_rows", "trailing_zero", "key", "ignored",
                "filler", "details", "spans", "types", "known_by", "foreign", "elsewhere",
                "notes", "joined", "beside", "named_by", "scale", "bare", "uneven", "outside", "closing", "answers"}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A column of a report: its type and the headings that mean it, each a path of labels from the top header row down."""

    name: str
    type: str
    aliases: frozenset[tuple[str, ...]]
    title: str
    fill_down: bool = False
    low: float | None = None
    high: float | None = None
    is_personal: bool | None = None
    is_month_first: bool = False
    answers: Mapping[str, float] | None = None
    phrases: tuple[str, ...] = ()
    refused: str | None = None
    refused_as: str = "column_shifted"
    in_place_of: str | None = None
    alone: frozenset[str] = frozenset()
    revised: frozenset[str] = (
        frozenset()
    )  # the headings that say that a figure took the place of another, <name>_before
    is_figures_only: bool = False

    def matches(self, path: tuple[str, ...]) -> bool:
        """Tell whether a heading path means this field: its last label, its whole text, the declared labels in order,
        or, for the question of a form, a declared phrase within it."""
        if (path[-1],) in self.aliases or (len(path) > 1 and (" ".join(path),) in self.aliases):
            return True
        if len(path) > 1 and any(_in_order(alias, path) for alias in self.paths):
            return True
        return any(f" {phrase} " in f" {part} " for phrase in self.phrases for part in path)

    @cached_property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """Return the aliases that are several labels from the top header row down."""
        return tuple(sorted(alias for alias in self.aliases if len(alias) > 1))

    @cached_property
    def labels(self) -> frozenset[str]:
        """Return every label that takes part in some heading of this field."""
        return frozenset(part for alias in self.aliases for part in alias)


def _in_order(alias: tuple[str, ...], path: tuple[str, ...]) -> bool:
    remaining = iter(path)
    return path[-1] == alias[-1] and all(part in remaining for part in alias)


@dataclass(frozen=True)
class Source:
    """The declaration of one kind of report; `fields` tell whose and when, `measures` tell what.

    `details`: words, by group, of columns that only split a figure (men, women); their sum is the figure. `spans`: words of columns
    that hold the sum since January, `before` this month or `to_date`. `types`: words of a cell that name the measure of its row.
    `known_by`: what a table may have in place of one of `words`; `foreign`: words of other forms, which `known_by` does not outweigh.
    `elsewhere`: words of a title by which its figures are none of this form (home visits), or no sum of it (a mean, a target).
    `filler`: words of a heading that say nothing.
    `notes` are what is written beside the figures: never refused, and kept where the kind has a column for it. `joined` are headings of
    columns that hold several fields at once, `beside` the sources whose tables it shares, with the columns that it must find there.
    `named_by` is the field whose cells name the measure of their row, `scale` the lowest and highest answer, `bare` the measure that a
    period alone means, by a word around it. Where it `is_uneven`, periods of different lengths stand side by side (a year's target
    over quarters) and none sums up another. Columns under a word of `outside` are another matter, such as money.
    `closing` is the pattern of labels of the rows that close the form (sums, means, the index).
    """

    name: str
    kind: str
    title: str
    title_en: str
    fields: tuple[Field, ...]
    measures: tuple[Field, ...]
    required: tuple[str, ...]
    any_of: tuple[str, ...]
    words: tuple[str, ...]
    across: frozenset[str]
    neutral: frozenset[str]
    ignored: frozenset[str]
    default_measure: str | None
    months: tuple[int, ...]
    constants: Mapping[str, str]
    parts: Mapping[str, tuple[str, ...]]
    key: tuple[str, ...]
    is_personal: bool
    counts_rows: bool
    trailing_zero: bool
    filler: frozenset[str]
    details: Mapping[str, str]
    spans: Mapping[str, str]
    types: Mapping[str, str]
    known_by: tuple[str, ...]
    foreign: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()
    notes: tuple[Field, ...] = ()
    joined: Mapping[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    named_by: str | None = None
    scale: tuple[float, float] | None = None
    bare: Mapping[str, str] = field(default_factory=dict)
    is_uneven: bool = False
    outside: frozenset[str] = frozenset()
    closing: str | None = None

    def fields_at(self, path: tuple[str, ...]) -> tuple[Field, ...]:
        """Return the fields that a heading path may mean, in their order."""
        return _remembered(self._fields_at, path, lambda: tuple(f for f in self.fields if f.matches(path)))

    def measure_at(self, path: tuple[str, ...]) -> str | None:
        """Return the first measure that a heading path means."""
        return _remembered(
            self._measure_at, path, lambda: next((m.name for m in self.measures if m.matches(path)), None)
        )

    @cached_property
    def _fields_at(self) -> dict[tuple[str, ...], tuple[Field, ...]]:
        return {}

    @cached_property
    def _measure_at(self) -> dict[tuple[str, ...], str | None]:
        return {}

    @cached_property
    def _decoding(self) -> dict[frozenset[str], "Source"]:
        return {}

    @cached_property
    def affixes(self) -> frozenset[str]:
        """Return the measures and details that may stand before or behind a name in one heading."""
        measures = {alias[0] for m in self.measures for alias in m.aliases if len(alias) == 1}
        return frozenset(measures | set(self.details))

    def joined_fields(self, paths: Sequence[tuple[str, ...]]) -> dict[str, int]:
        """Return the fields that stand together in one column, such as a name and the number below it, each with its column."""
        found: dict[str, int] = {}
        for index, path in enumerate(paths):
            headings = {" ".join(path), *path[-1:]}
            names = next((names for known, names in self.joined.items() if headings & set(known)), ())
            found |= {name: index for name in names if name not in found}
        return found

    def decoding(self, fields: set[str]) -> "Source":
        """Return the source as its headings are read: with its notes, and without the dimensions that have a column of their own."""
        own = frozenset({"service", "payer", "unit"} & fields)
        read = partial(replace, self, across=self.across - own, measures=(*self.measures, *self.notes))
        return _remembered(self._decoding, own, read)

    @cached_property
    def labels(self) -> frozenset[str]:
        """Return every label that takes part in some heading of this source, but for phrases of questions."""
        several = frozenset(heading for headings in self.joined for heading in headings)
        return frozenset(several.union(*(f.labels for f in (*self.fields, *self.measures))))

    @cached_property
    def phrases(self) -> frozenset[str]:
        """Return every phrase by which a question of a form is known."""
        return frozenset(phrase for f in (*self.fields, *self.measures) for phrase in f.phrases)

    def title_of(self, name: str) -> str:
        """Return what a clerk calls a column of the records: the title of its field, else its name."""
        return next((f.title for f in (*self.fields, *self.measures) if f.name == name), name)

    def detail_of(self, text: str) -> str | None:
        """Return the group that a label is a detail of; numbers in it are declared as #, kept here as 0."""
        return self.details.get(text) or self.details.get(_DIGITS.sub("0", text))

    def field(self, name: str) -> Field:
        """Return the field, measure or note of that name."""
        return next(f for f in (*self.fields, *self.measures, *self.notes) if f.name == name)


def _remembered(known: dict[K, V], key: K, find: Callable[[], V]) -> V:
    """Return what is known of a key, found at the first time; what is remembered does not grow with every file that is read."""
    if key not in known:
        if len(known) >= MOST_REMEMBERED:
            known.clear()
        known[key] = find()
    return known[key]


def parse(name: str, declared: dict[str, Any]) -> Source:
    """Return the source that a TOML table declares; raises ValueError on a key, a type, a kind or a measure that nothing reads."""
    if unknown := set(declared) - _SOURCE_KEYS:
        raise ValueError(f"source {name}: unknown keys {sorted(unknown)}; known: {sorted(_SOURCE_KEYS)}")
    if missing := {"kind", "title", "title_en"} - set(declared):
        raise ValueError(f"source {name}: missing keys {sorted(missing)}")
    if declared["kind"] not in KINDS:
        raise ValueError(f"source {name}: unknown kind {declared['kind']!r}; known: {sorted(KINDS)}")
    columns = set(KINDS[declared["kind"]])
    if lost := set(declared.get("measures", {})) - columns - {DATA_VALUE}:
        raise ValueError(
            f"source {name}: measures {sorted(lost)} would be lost; kind {declared['kind']} has: {sorted(columns)}"
        )
    known = {each for group in ("fields", "measures", "notes") for each in declared.get(group, {})}
    asked = {each for wanted in declared.get("required", ()) for each in wanted.split("|")} | set(
        declared.get("any_of", ())
    )
    if unnamed := asked - known - set(declared.get("constants", {})):
        raise ValueError(
            f"source {name}: required or any_of name {sorted(unnamed)}, which is no field; declared: {sorted(known)}"
        )
    return Source(
        name=name,
        kind=declared["kind"],
        title=declared["title"],
        title_en=declared["title_en"],
        fields=_fields(name, declared.get("fields", {})),
        measures=_fields(name, declared.get("measures", {}), _answers(declared.get("answers", {}))),
        required=tuple(declared.get("required", ())),
        any_of=tuple(declared.get("any_of", ())),
        words=tuple(label(word) for word in declared.get("words", ())),
        across=frozenset(declared.get("across", ())),
        neutral=frozenset(label(word) for word in declared.get("neutral", ())),
        ignored=frozenset(label(word) for word in declared.get("ignored", ())),
        default_measure=declared.get("default_measure"),
        months=tuple(declared.get("months", ())),
        constants=declared.get("constants", {}),
        parts={total: tuple(parts) for total, parts in declared.get("parts", {}).items()},
        key=tuple(declared.get("key", ())),
        is_personal=declared.get("personal", False),
        counts_rows=declared.get("count_rows", False),
        trailing_zero=declared.get("trailing_zero", False),
        filler=frozenset(label(word) for word in declared.get("filler", ())),
        details=_by_word(declared.get("details", {})),
        spans=_by_word(declared.get("spans", {})),
        types=_by_word(declared.get("types", {})),
        known_by=tuple(declared.get("known_by", ())),
        foreign=tuple(label(word) for word in declared.get("foreign", ())),
        elsewhere=tuple(label(word) for word in declared.get("elsewhere", ())),
        notes=_fields(name, declared.get("notes", {})),
        joined={tuple(map(label, spec["aliases"])): tuple(spec["fields"]) for spec in declared.get("joined", ())},
        beside={other: tuple(wanted) for other, wanted in declared.get("beside", {}).items()},
        named_by=declared.get("named_by"),
        scale=tuple(declared["scale"]) if "scale" in declared else None,
        bare={label(word): measure for word, measure in declared.get("bare", {}).items()},
        is_uneven=declared.get("uneven", False),
        outside=frozenset(map(label, declared.get("outside", ()))),
        closing=declared.get("closing"),
    )


def _by_word(groups: dict[str, list[str]]) -> dict[str, str]:
    return {label(word.replace("#", "0")): group for group, words in groups.items() for word in words}


def _answers(declared: dict[str, Any]) -> dict[str, float]:
    """Return each word of a form with each degree before it, as `sangat sesuai`, and the score that the degree gives."""
    degrees = declared.get("degrees", {})
    return {f"{degree} {word}": score for degree, score in degrees.items() for word in declared.get("words", ())}


def _fields(
    source: str, declared: dict[str, dict[str, Any]], answers: Mapping[str, float] | None = None
) -> tuple[Field, ...]:
    fields = []
    for name, spec in declared.items():
        if unknown := set(spec) - _FIELD_KEYS:
            raise ValueError(
                f"source {source}, field {name}: unknown keys {sorted(unknown)}; known: {sorted(_FIELD_KEYS)}"
            )
        if spec.get("type", "text") not in TYPES:
            raise ValueError(f"source {source}, field {name}: unknown type {spec['type']!r}; known: {sorted(TYPES)}")
        aliases = frozenset(tuple(label(part) for part in alias.split(">")) for alias in spec.get("aliases", ()))
        fields.append(
            Field(
                name=name,
                type=spec.get("type", "text"),
                aliases=aliases,
                title=spec.get("title") or (spec["aliases"][0] if spec.get("aliases") else name),
                fill_down=spec.get("fill_down", False),
                low=spec.get("low"),
                high=spec.get("high"),
                is_personal=spec.get("personal"),
                is_month_first=spec.get("month_first", False),
                refused=spec.get("refused"),
                refused_as=spec.get("refused_as", "column_shifted"),
                in_place_of=spec.get("in_place_of"),
                alone=frozenset(map(label, spec.get("alone", ()))),
                revised=frozenset(map(label, spec.get("revised", ()))),
                is_figures_only=spec.get("figures_only", False),
                phrases=tuple(label(phrase) for phrase in spec.get("phrases", ())),
                answers={label(t): score for t, score in {**(answers or {}), **spec.get("answers", {})}.items()}
                or None,
            )
        )
    return tuple(fields)


def own_folders(data_dir: Path) -> tuple[Path, ...]:
    """Return the folder of a district's own declarations, nothing where it has none."""
    folder = data_dir / "sources"
    return (folder,) if folder.is_dir() else ()


@cache
def load_all(*folders: Path) -> tuple[Source, ...]:
    """Return the declared sources by name; a district's own folder of declarations may add to or replace the shipped ones."""
    declared = {path.stem: path for folder in (SOURCES, *folders) for path in sorted(folder.glob("*.toml"))}
    return tuple(_read(name, path) for name, path in sorted(declared.items()))


def _read(name: str, path: Path) -> Source:
    try:
        declared = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise ValueError(f"{path}: {wrong}") from wrong
    return parse(name, declared)


def rules_version(*folders: Path) -> str:
    """Return a hash of the declarations and of the code that applies them: when it changes, files are read anew."""
    code = [
        *sorted(
            path
            for room in ("reading", "recognising", "sifting", "conforming")
            for path in _ETL.glob(f"{room}/**/*.py")
        ),
        *(_ETL / f"{module}.py" for module in ("reference", "remarks", "load", "stating")),
        ROOT / "escape.py",
    ]
    digest = hashlib.sha256()
    for path in [*code, *(p for folder in (SOURCES, *folders) for p in sorted(folder.glob("*.toml")))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
