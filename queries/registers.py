"""The reference tables that are edited on pages, as registers.toml declares them: who may change each, and what its columns hold.

`understood` turns what a person typed into what the table keeps; no type is guessed and nothing is rounded.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """`words` are the values of a choice, with what they are called; `of` the table whose keys are."""

    name: str
    title: Pair
    type: str = "text"
    of: str | None = None
    words: Mapping[str, Pair] = field(default_factory=dict)
    hint: Pair = ("", "")

    @property
    def name_said(self) -> str:
        """Return what it is called in the reader's language."""
        return self.title[language() == "en"]


@dataclass(frozen=True)
class Register:
    """`right` is asked of who changes it, `key` tells its rows apart, `shown` are the columns of its list.

    Where `is_closed` rows are neither added nor taken away: the code itself knows them. `unknown` is the code of a reject whose name
    it does not know.
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
    )  # fmt: skip


def _column(name: str, said: Mapping[str, Any]) -> Column:
    words = {code: (pair[0], pair[1]) for code, pair in said.get("words", {}).items()}
    hint = (said.get("hint", ""), said.get("hint_en", ""))
    return Column(name, (said["title"], said["title_en"]), said.get("type", "text"), said.get("of"), words, hint)


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
        if not shape.fullmatch(text):
            raise Unclear(words())
    if column.words and text not in column.words:
        raise Unclear(_("Yang dikenal: {names}", names=", ".join(column.words)))
    if column.type == "names":
        return "|".join(dict.fromkeys(filter(None, (part.strip() for part in text.split("|"))))) or None
    return text


def _number(text: str, *, is_whole: bool) -> str:
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", text):
        if not is_whole:
            raise Unclear(_("{found} bisa ribuan atau desimal; tulis {whole} atau dengan koma.",
                            found=text, whole=text.replace(".", "")))  # fmt: skip
        return text.replace(".", "")
    if re.fullmatch(r"\d+", text):
        return text
    if not is_whole and re.fullmatch(r"-?\d+(?:[.,]\d+)?", text):
        return text.replace(",", ".")
    wanted = _("angka bulat, misalnya 12500") if is_whole else _("angka, misalnya 81,5")
    raise Unclear(_("{found} bukan {wanted}.", found=text[:40], wanted=wanted))


_SHAPES = {
    "code": (re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}"), lambda: _("Huruf kecil, angka, garis atau titik, tanpa spasi.")),
    "year": (re.compile(r"(19|20)\d\d"), lambda: _("Empat angka, misalnya 2026.")),
    "month": (re.compile(r"20\d\d-(0[1-9]|1[0-2])(-\d\d)?"), lambda: _("Tahun dan bulan, misalnya 2026-07.")),
    "day": (
        re.compile(r"20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
        lambda: _("Tahun, bulan, tanggal, misalnya 2026-07-01."),
    ),
    "yes_no": (re.compile(r"true|false"), lambda: _("Ya atau tidak.")),
}
