"""Every measure of the product as measures.toml declares it: what it is called and means, how it is written, and who reads it.

What a district words otherwise in its own reference table figure_definitions wins (`reworded`); all else comes from the declaration.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

DECLARED = Path(__file__).with_suffix(".toml")
Pair = tuple[str, str]  # Indonesian, English
_USUAL_DIGITS = {"int": 0, "decimal": 1, "amount": 1, "pct": 1}
_REWORDED = ("name", "definition", "formula", "legal_basis")  # what a district may say in its own words
_Entry = TypeVar("_Entry")


@dataclass(frozen=True, kw_only=True)
class Traced:
    """How a measure is traced: the names of its parts (queries/tracing), and of the columns of its inputs and rows.

    `filters` narrow it beside period and unit, `facts` are the kinds of facts that go into it, `report_kind` are the reports
    that it needs (None: those asked for, or all); `unit` stands beside its value where its own would not do. `equation` says how
    its value comes out of its parts (dashboard/tracing/words.py); each of its inputs is a figure of the measure `into`, narrowed
    by `narrows`.
    """

    parts: str
    inputs: str
    rows: str
    filters: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    report_kind: str | None = None
    unit: Pair | None = None
    equation: str | None = None
    into: str | None = None
    narrows: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Series:
    """The values over time that decisions are made on: a query, its columns of period and value, the filter `item`, their unit."""

    query: str
    period: str
    value: str
    unit: Pair
    item: str | None = None


@dataclass(frozen=True, kw_only=True)
class Signal:
    """The watched series of a measure: the block that draws it, digits in sentences, and what they call it ({unit}, {item})."""

    block: str
    digits: int
    subject: Pair | None = None
    subject_of_item: Pair | None = None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One entry. Where `is_additive` is False, `sum_refused` says why values may not be added.

    A change of a share or a score (`is_points`) is a difference, that of an amount a percentage; one `is_to_date` counts from
    January. `page` is the page of the dashboard that is about it, `former` are definitions that came with the product before.
    """

    code: str
    name: Pair
    label: Pair
    definition: Pair
    formula: Pair
    legal_basis: Pair
    unit: Pair
    format: Literal["int", "decimal", "amount", "pct"]
    digits: int
    polarity: Literal["higher", "lower", "none", "item"]
    grain: str
    page: str
    former: tuple[str, ...] = ()
    is_additive: bool = False
    sum_refused: Pair = ("", "")
    is_points: bool = False
    is_to_date: bool = False
    trace: Traced | None = None
    series: Series | None = None
    signal: Signal | None = None

    @property
    def traced(self) -> Traced:
        """Return how it is traced; raises KeyError where it is not."""
        if self.trace is None:
            raise KeyError(f"{self.code} is not traced")
        return self.trace


def measures() -> Mapping[str, Measure]:
    """Return all measures by their code, in the order of the declaration.

    Raises ValueError, naming measure and key, where the declaration makes no sense.
    """
    return _read(DECLARED)[0]


def facts() -> Mapping[str, Pair]:
    """Return the kinds of facts that two builds are held against, with their names."""
    return _read(DECLARED)[1]


def reworded(rows: Iterable[Mapping[str, Any]]) -> dict[str, Measure]:
    """Return all measures with the words of the district: rows of trace/definition.

    A cell that is empty, or says what came with the product now or before, is none of its own.
    """
    found = dict(measures())
    for row in rows:
        if (declared := found.get(row["figure"])) is None:
            continue
        texts = {}
        for name in _REWORDED:
            text, shipped = row.get(name), getattr(declared, name)
            own = (text, row.get(f"{name}_en") or text)
            if text and text not in declared.former and own not in (shipped, (shipped[0], shipped[0])):
                texts[name] = own
        if "name" in texts:
            texts["label"] = texts["name"]
        found[row["figure"]] = replace(declared, **texts)
    return found


@cache
def _read(path: Path) -> tuple[Mapping[str, Measure], Mapping[str, Pair]]:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as wrong:
        raise ValueError(f"{path.name}: {wrong}") from wrong
    kinds = entries.pop("facts", {})
    found = {code: _measure(f"{path.name}, {code}", code, entry) for code, entry in entries.items()}
    named = {kind: _fact(f"{path.name}, facts: {kind}", name, found) for kind, name in kinds.items()}
    owners: dict[str, str] = {}
    for measure in found.values():
        for name in measure.name:
            if owners.setdefault(name, measure.code) != measure.code:
                raise ValueError(f"{path.name}: {measure.code} and {owners[name]} are both called {name!r}")
        unknown = sorted(set(measure.trace.facts) - set(named)) if measure.trace else []
        if unknown:
            raise ValueError(f"{path.name}, {measure.code}.trace: no facts {', '.join(unknown)}")
        if measure.trace and measure.trace.into not in {None, *found}:
            raise ValueError(f"{path.name}, {measure.code}.trace: no measure {measure.trace.into}")
    return found, named


def _fact(where: str, name: Any, known: Mapping[str, Measure]) -> Pair:
    if isinstance(name, str) and name in known:
        return known[name].label
    if not (isinstance(name, list) and len(name) == 2 and all(isinstance(each, str) and each for each in name)):
        raise ValueError(f"{where} needs a measure, or two names, Indonesian and English")
    return name[0], name[1]


def _measure(where: str, code: str, entry: Any) -> Measure:
    if not isinstance(entry, dict):
        raise ValueError(f"{where} is no measure: a table of keys is wanted")
    form = entry.get("format")
    values = {
        "code": code,
        "digits": _USUAL_DIGITS.get(form if isinstance(form, str) else ""),
        "points": form == "pct",
        **entry,
    }
    if "label" not in values:
        values |= {key.replace("name", "label"): values[key] for key in ("name", "name_en") if key in values}
    if isinstance(values.get("signal"), dict):
        values["signal"] = {"digits": values["digits"]} | values["signal"]
    found = _of_table(Measure, where, values)
    if found.is_additive == any(found.sum_refused):
        raise ValueError(f"{where}: either additive = true, or sum_refused says why not")
    if found.signal and not (found.signal.subject or found.signal.subject_of_item):
        raise ValueError(f"{where}.signal: neither subject nor subject_of_item is there")
    return found


def _of_table(kind: type[_Entry], where: str, entry: Mapping[str, Any]) -> _Entry:
    """Return a dataclass of the keys of a table: is_ is left out of their names, the English of a pair stands under <key>_en."""
    left, hints, values = dict(entry), get_type_hints(kind), {}
    for field in fields(kind):  # ty: ignore[invalid-argument-type]
        key = field.name.removeprefix("is_")
        hint = hints[field.name]
        if type(None) in get_args(hint):
            (hint,) = (each for each in get_args(hint) if each is not type(None))
        if key not in left and field.default is not MISSING and f"{key}_en" not in left:
            continue
        values[field.name] = _value(hint, f"{where}: {key}", left.pop(key, None))
        if hint == Pair:
            values[field.name] = (values[field.name], _value(str, f"{where}: {key}_en", left.pop(f"{key}_en", None)))
    if left:
        raise ValueError(f"{where}: nobody reads {', '.join(sorted(left))}")
    return kind(**values)


def _value(hint: Any, what: str, value: Any) -> Any:
    """Return one value of the declaration; a pair's own key holds its Indonesian text."""
    if value is None or (isinstance(value, str) and not value.strip()):
        raise ValueError(f"{what} is missing")
    if is_dataclass(hint) and isinstance(value, dict):
        return _of_table(hint, what.replace(": ", "."), value)
    if get_origin(hint) is Literal and (not isinstance(value, str) or value not in get_args(hint)):
        raise ValueError(f"{what} is {value!r}; there are: {', '.join(get_args(hint))}")
    if hint == tuple[str, ...] and isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    wanted = str if hint == Pair or get_origin(hint) is Literal else hint
    if not (isinstance(wanted, type) and isinstance(value, wanted)) or isinstance(value, bool) != (wanted is bool):
        raise ValueError(f"{what} can't be {value!r}")
    if isinstance(value, int) and not isinstance(value, bool) and value < 0:
        raise ValueError(f"{what} can't be less than 0")
    return value
