"""The reference tables that are edited on pages, as registers.toml declares them: who may change each, and what its columns hold.

`understood` turns what a person typed into what the table keeps; no type is guessed and nothing is rounded.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from queries.escape import on_one_line, runs_as_formula
from queries.language import _, language

DECLARED = Path(__file__).with_suffix(".toml")
LONGEST = 2000  # letters of a cell: ten times the longest that is shipped
Pair = tuple[str, str]  # Indonesian, English


@dataclass(frozen=True)
class Column:
    """`words` are the values of a choice, with what they are called; `of` the table whose keys are.

    A number lies between `low` and `high`, or between the `limits` of what the column `unit` of its row says; a day or year is not
    before what the column `since` says.
    """

    name: str
    title: Pair
    type: str = "text"
    of: str | None = None
    words: Mapping[str, Pair] = field(default_factory=dict)
    hint: Pair = ("", "")
    low: float = 0
    high: float = 1_000_000_000
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    since: str | None = None

    @property
    def name_said(self) -> str:
        """Return what it is called in the reader's language."""
        return self.title[language() == "en"]


@dataclass(frozen=True)
class Register:
    """`right` is asked of who changes it, `key` tells its rows apart, `shown` are the columns of its list.

    Where `is_closed` rows are neither added nor taken away: the code itself knows them. `unknown` is the code of a reject whose name
    it does not know. The values of the keys in each line of `ascending` do not fall.
    """

    table: str
    title: Pair
    right: str
    key: tuple[str, ...]
    shown: tuple[str, ...]
    columns: Mapping[str, Column]
    asked: tuple[str, ...] = ()
    is_closed: bool = False
    unknown: str = ""
    ascending: tuple[tuple[str, ...], ...] = ()


class Unclear(ValueError):
    """A cell can't be understood; the message says what was found and what would do."""


@cache
def registers() -> Mapping[str, Register]:
    """Return the registers by their tables."""
    declared = tomllib.loads(DECLARED.read_text(encoding="utf-8"))
    return {table: _register(table, said) for table, said in declared.items()}


def _register(table: str, said: Mapping[str, Any]) -> Register:
    columns = {name: _column(name, of) for name, of in said["columns"].items()}
    shown = tuple(said.get("shown", columns))
    key = tuple(said["key"])
    return Register(
        table, (said["title"], said["title_en"]), said["right"], key, shown, columns,
        tuple(said.get("asked", key)), said.get("is_closed", False), said.get("unknown", ""),
        tuple(tuple(line) for line in said.get("ascending", ())),
    )  # fmt: skip


def _column(name: str, said: Mapping[str, Any]) -> Column:
    words = {code: (pair[0], pair[1]) for code, pair in said.get("words", {}).items()}
    hint = (said.get("hint", ""), said.get("hint_en", ""))
    limits = {unit: (pair[0], pair[1]) for unit, pair in said.get("limits", {}).items()}
    low, high = said.get("low", Column.low), said.get("high", Column.high)
    return Column(
        name,
        (said["title"], said["title_en"]),
        said.get("type", "text"),
        said.get("of"),
        words,
        hint,
        low,
        high,
        limits,
        said.get("since"),
    )


def understood(column: Column, typed: str) -> str | None:
    """Return what a table keeps of what was typed into a column; None of nothing. Raises Unclear.

    `376.541` is a whole number, `81,5` a decimal, `1.500` neither for certain where decimals are allowed.
    """
    text = on_one_line(typed)
    if not text:
        return None
    if len(text) > LONGEST:
        raise Unclear(_("Terlalu panjang: {n} huruf, paling banyak {most}.", n=len(text), most=LONGEST))
    if column.type in ("number", "whole"):
        return _number(text, is_whole=column.type == "whole")
    if runs_as_formula(text):
        raise Unclear(_("Diawali tanda yang dibaca lembar kerja sebagai rumus; tulis tanpa tanda itu."))
    if column.type in _SHAPES:
        shape, words = _SHAPES[column.type]
        if not shape.fullmatch(text) or (column.type in ("day", "month") and not _is_day(text)):
            raise Unclear(words())
    parts = [part.strip() for part in text.split("|")] if column.type == "names" else [text]
    if column.words and not set(parts) <= {*column.words, ""}:
        raise Unclear(_("Yang dikenal: {names}", names=", ".join(column.words)))
    return "|".join(dict.fromkeys(filter(None, parts))) or None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text if len(text) > len("2026-07") else f"{text}-01")
    except ValueError:
        return False
    return True


def expect_within(column: Column, row: Mapping[str, str | None]) -> None:
    """Raise Unclear where the number that a row has in a column is none that can be counted with."""
    if column.type not in ("number", "whole") or not (value := row[column.name]):
        return
    low, high = column.limits.get(row.get("unit") or "", (column.low, column.high))
    if not low <= float(value) <= high:
        raise Unclear(
            _("{found} tidak di antara {low} dan {high}.", found=value[:40], low=f"{low:.10g}", high=f"{high:.10g}")
        )


def _number(text: str, *, is_whole: bool) -> str:
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+", text):
        if not is_whole:
            raise Unclear(_("{found} bisa ribuan atau desimal; tulis {whole} atau dengan koma.",
                            found=text, whole=text.replace(".", "")))  # fmt: skip
        return text.replace(".", "")
    if re.fullmatch(r"[0-9]+", text):
        return text
    if not is_whole and re.fullmatch(r"-?[0-9]+(?:[.,][0-9]+)?", text):
        return text.replace(",", ".")
    wanted = _("angka bulat, misalnya 12500") if is_whole else _("angka, misalnya 81,5")
    raise Unclear(_("{found} bukan {wanted}.", found=text[:40], wanted=wanted))


_SHAPES = {
    "code": (re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}"), lambda: _("Huruf kecil, angka, garis atau titik, tanpa spasi.")),
    "year": (re.compile(r"(19|20)[0-9]{2}"), lambda: _("Empat angka, misalnya 2026.")),
    "month": (re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])(-[0-9]{2})?"), lambda: _("Tahun dan bulan, misalnya 2026-07.")),
    "day": (
        re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])-[0-9]{2}"),
        lambda: _("Tahun, bulan, tanggal, misalnya 2026-07-01."),
    ),
    "yes_no": (re.compile(r"true|false"), lambda: _("Ya atau tidak.")),
}
