"""A declaration in the making: what was guessed, what was answered, and the TOML that both give."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from etl.declaring.guess import SURE, Column, Guess, fields_of
from etl.reading.words import label
from etl.recognising.source import Field, Source

NOTHING = "-"  # the answer that a column says nothing that is loaded
# Where a form of the kind has no such column and its words name none, what all its rows are of has to be said.
CONSTANTS = {"visit": ("service",), "performance": ("indicator",), "response": (), "indicator": ()}
MONTHS = {"visit": (1,), "response": (1, 3, 6, 12), "performance": (1, 3, 6, 12), "indicator": ()}
_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")


class Wrong(Exception):
    """An answer that can't be: the message says which, and what would do."""


@dataclass(frozen=True)
class Question:
    """What can't be known: `key` of its answer, the words, what may be answered ((code, words), none: any text), what is proposed."""

    key: str
    words: str
    options: tuple[tuple[str, str], ...] = ()
    proposed: str = ""
    is_needed: bool = True


@dataclass(frozen=True)
class Draft:
    """The declaration of a form: its name and titles, what each column means, and what all rows are of."""

    name: str
    title: str
    guess: Guess
    base: Source
    meanings: Mapping[int, str]  # column -> field or measure
    constants: Mapping[str, str] = field(default_factory=dict)
    across: str = ""  # the measure that the columns of periods hold

    @property
    def measures(self) -> list[str]:
        """Return what the form measures."""
        own = {m.name for m in self.base.measures}
        return [*dict.fromkeys([*(n for n in self.meanings.values() if n in own), *filter(None, [self.across])])]


def questions(guess: Guess, base: Source, title: str, name: str) -> list[Question]:
    """Return what is asked of a form, in order: its names, the columns that are not sure, what all rows are of."""
    asked = [
        Question("title", "title", proposed=title),
        Question("name", "name", proposed=name),
    ]
    options = tuple((each, f.title) for each, f in fields_of(base).items())
    for column in guess.columns:
        best, sure = column.best
        is_ignored = column.is_personal or (not best and label(column.heading.split(" > ")[-1]) in base.ignored)
        if sure < SURE and not is_ignored:
            asked.append(
                Question(f"column.{column.index + 1}", column.heading, (*options, (NOTHING, "")), best or NOTHING)
            )
    if guess.across:
        measured = tuple((m.name, m.title) for m in base.measures if m.name in fields_of(base))
        said = (measure for word, measure in base.bare.items() if word in label(title).split())
        proposed = next(said, base.default_measure or measured[0][0])
        asked.append(Question("across", "across", measured, proposed))
    taken = {column.best[0] for column in guess.columns}
    asked += [
        Question(f"all.{each}", each, is_needed=each == "indicator")
        for each in CONSTANTS[guess.kind]
        if each not in taken
    ]
    return asked


def drafted(guess: Guess, base: Source, answers: Mapping[str, str], taken: Sequence[str]) -> Draft:
    """Return the declaration that the answers give; raises Wrong where one can't be. `taken` are names of other declarations."""
    name = answers["name"]
    if not _NAME.fullmatch(name) or name in taken:
        raise Wrong(f"name={name}")
    known = fields_of(base)
    meanings: dict[int, str] = {}
    for column in guess.columns:
        meant = _meant(column, answers)
        if meant == NOTHING:
            continue
        if meant not in known or meant in meanings.values():
            raise Wrong(f"column.{column.index + 1}={meant}")
        meanings[column.index] = meant
    constants = {key.removeprefix("all."): words for key, words in answers.items() if key.startswith("all.") and words}
    across = answers.get("across", "")
    if across and across not in known:
        raise Wrong(f"across={across}")
    draft = Draft(name, answers["title"].strip() or name, guess, base, meanings, constants, across)
    if base.measures and not draft.measures:
        raise Wrong("column")
    return draft


def _meant(column: Column, answers: Mapping[str, str]) -> str:
    if column.is_personal:
        return NOTHING
    best, sure = column.best
    return answers.get(f"column.{column.index + 1}", best if sure >= SURE else NOTHING) or NOTHING


def declared(draft: Draft) -> dict[str, Any]:
    """Return the declaration as a table: of the headings of this form alone, so that it takes no other form's files."""
    base, columns = draft.base, {column.index: column for column in draft.guess.columns}
    own = {m.name for m in base.measures}
    fields = {name: index for index, name in draft.meanings.items() if name not in own}
    heard = [*fields, *draft.constants]
    required = [had for wanted in base.required if (had := "|".join(n for n in wanted.split("|") if n in heard))]
    others = [c.heading.split(" > ")[-1] for c in columns.values() if c.index not in draft.meanings]
    said: dict[str, Any] = {
        "kind": base.kind, "title": draft.title, "title_en": draft.title,
        "required": [*dict.fromkeys([*required, *(name for name in fields if name in base.key), *_everywhere(base)])],
        "any_of": draft.measures or [name for name in base.any_of if name in fields],
        "months": list(MONTHS[base.kind]),
        "key": [name for name in base.key if name in {*heard, "unit", "period"}],
        "ignored": sorted(set(others)),
    }  # fmt: skip
    if draft.guess.across:
        said |= {
            "across": ["period"],
            "default_measure": draft.across,
            "neutral": sorted(base.neutral),
            "trailing_zero": base.trailing_zero,
        }
    if base.scale:
        said["scale"] = list(base.scale)
    parts = {total: list(of) for total, of in base.parts.items() if {total, *of} <= {*draft.measures}}
    said |= {"parts": parts} if parts else {}
    said |= {"constants": dict(draft.constants)} if draft.constants else {}
    said["fields"] = {name: _field(base.field(name), columns[index].heading) for name, index in fields.items()}
    if "period" in _everywhere(base) and "period" not in fields:
        said["fields"]["period"] = _field(base.field("period"), "periode")
    if "unit" in _everywhere(base) and "unit" not in fields:
        said["fields"]["unit"] = _field(base.field("unit"), "unit")
    measured = {name: columns[index].heading for index, name in draft.meanings.items() if name in own}
    said["measures"] = {name: _field(base.field(name), measured.get(name)) for name in draft.measures}
    return said


def _everywhere(base: Source) -> list[str]:
    return [name for name in ("unit", "period") if name in base.required or (name in base.key and base.months)]


def _field(declared_before: Field, heading: str | None) -> dict[str, Any]:
    said: dict[str, Any] = {"title": declared_before.title, "aliases": [heading] if heading else []}
    if declared_before.type != "text":
        said["type"] = declared_before.type
    for key in ("low", "high"):
        if getattr(declared_before, key) is not None:
            said[key] = getattr(declared_before, key)
    if declared_before.fill_down:
        said["fill_down"] = True
    return said


def toml(said: Mapping[str, Any]) -> str:
    """Return a declaration as TOML, in the order of its keys; tables of fields and measures come last."""
    lines = [f"{key} = {_value(value)}" for key, value in said.items() if key not in ("fields", "measures")]
    for group in ("fields", "measures"):
        for name, keys in said.get(group, {}).items():
            lines += ["", f"[{group}.{name}]", *(f"{key} = {_value(value)}" for key, value in keys.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)  # a text, a number or a truth value is written so in both
