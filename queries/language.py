"""The language of what is said: Indonesian first, English on demand; and the words of what stands below the dashboard.

A msgid is the Indonesian text itself; locale/en/terminal.po holds the English. Nothing slow is imported: a command's help needs this.
"""

import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from pathlib import Path

LANGUAGES = ("id", "en")
CATALOGUES = Path(__file__).parent / "locale"
_LINE = re.compile(r'(?:(msg\S+) )?(".*")')
_language: ContextVar[str] = ContextVar("language", default="id")


def use(language: str) -> None:
    """Name the language of everything that this thread says from now on; an unknown one means Indonesian."""
    _language.set(language if language in LANGUAGES else "id")


@contextmanager
def speaking(language: str) -> Generator[None]:
    """Name the language within a `with` block; an unknown one means Indonesian."""
    token = _language.set(language if language in LANGUAGES else "id")
    try:
        yield
    finally:
        _language.reset(token)


def language() -> str:
    """Return 'id' or 'en'."""
    return _language.get()


@cache
def catalogue(code: str) -> dict[str, tuple[str, ...]]:
    """Return msgid -> translation, of a counted thing its forms for one and for many; Indonesian has no catalogue."""
    path = CATALOGUES / code / "terminal.po"
    return read(path.read_text(encoding="utf-8")) if path.is_file() else {}


def read(po: str) -> dict[str, tuple[str, ...]]:
    """Return msgid -> translations of the text of a .po file, whose entries stand between blank lines."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in re.split(r"\n\s*\n", po):
        parts: dict[str, str] = {}
        name = ""
        for line in filter(None, map(_LINE.fullmatch, entry.splitlines())):
            name = line[1] or name
            parts[name] = parts.get(name, "") + json.loads(line[2])
        strings = tuple(text for name, text in parts.items() if name.startswith("msgstr") and text)
        if parts.get("msgid") and strings:
            found[parts["msgid"]] = strings
    return found


def _(msgid: str, **values: object) -> str:
    """Return the text in the reader's language, the values formatted in afterwards."""
    text = catalogue(language()).get(msgid, (msgid,))[0]
    return text.format(**values) if values else text


def n_(msgid: str, n: int, **values: object) -> str:
    """Return the text for n things, {n} being the number; Indonesian says the same of one and of many."""
    forms = catalogue(language()).get(msgid, (msgid,))
    return forms[0 if n == 1 else -1].format(n=number(n), **values)


def named(row: dict, name: str) -> str | None:
    """Return a text of the data that has both languages (`name`, `name_en`) in the reader's, else the Indonesian one."""
    return (row.get(f"{name}_en") if language() == "en" else None) or row.get(name)


# As CLDR has them; Babel takes longer to find them than a small load takes for all its messages.
MONTHS = {
    "id": ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
}  # fmt: skip


def month(day: date) -> str:
    """Return a month in words: Januari 2026 (English: January 2026)."""
    return f"{MONTHS[language()][day.month - 1]} {day.year}"


def number(value: float, digits: int = 0) -> str:
    """Return 1.234,5 (English: 1,234.5) with exactly `digits` decimals."""
    from babel.numbers import format_decimal  # noqa: PLC0415  slow, and no help needs it

    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(round(value, digits), format=pattern, locale=language())
