"""Words, numbers and dates in both languages, and the catalogues held against the source."""

import ast
import string
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from dashboard.words import text

PROJECT = Path(__file__).resolve().parents[3]
SOURCES = sorted([*(PROJECT / "dashboard").rglob("*.py"), *(PROJECT / "pages").glob("*.py")])


@pytest.mark.parametrize(
    ("shown", "indonesian", "english"),
    [
        (lambda: text.number(1234567.94, 1), "1.234.567,9", "1,234,567.9"),
        (lambda: text.number(-3.2, 1), "−3,2", "−3.2"),
        (lambda: text.number(-0.04, 1), "0,0", "0.0"),  # a rounded zero has no sign
        (lambda: text.number(None), "–", "–"),
        (lambda: text.number(float("nan")), "–", "–"),
        (lambda: text.signed(3.2, 1), "+3,2", "+3.2"),
        (lambda: text.pct(81.44), "81,4 %", "81.4%"),
        (lambda: text.month(date(2026, 10, 1)), "Okt 2026", "Oct 2026"),
        (lambda: text.quarter(date(2026, 7, 1)), "TW III 2026", "Q3 2026"),
        (lambda: text.date(date(2026, 11, 12)), "12 Nov 2026", "12 Nov 2026"),
        (lambda: text.period(date(2026, 1, 1), date(2026, 10, 1)), "Jan–Okt 2026", "Jan–Oct 2026"),
        (lambda: text.period(date(2025, 11, 1), date(2026, 10, 1)), "Nov 2025–Okt 2026", "Nov 2025–Oct 2026"),
        (lambda: text.period(date(2026, 10, 1), date(2026, 10, 1)), "Okt 2026", "Oct 2026"),
        (lambda: text.span(date(2026, 7, 1), 3), "TW III 2026", "Q3 2026"),
        (lambda: text.span(date(2026, 7, 1), 6), "Jul–Des 2026", "Jul–Dec 2026"),
        (lambda: text.span(date(2026, 1, 1), 12), "2026", "2026"),
        (lambda: text.change(-3.21), "turun 3,2 %", "down 3.2%"),
        (lambda: text.change(0.04), "tetap", "unchanged"),
        (lambda: text.change(1.5, 1, "poin"), "naik 1,5 poin", "up 1.5 points"),
        (lambda: text.n_("{n} temuan", "{n} temuan", 1), "1 temuan", "1 finding"),
        (lambda: text.n_("{n} temuan", "{n} temuan", 1200), "1.200 temuan", "1,200 findings"),
        (lambda: text.named("Umum", "General"), "Umum", "General"),
        (lambda: text.named("Umum", None), "Umum", "Umum"),
    ],
)
def test_figures_and_words_read_as_they_should(shown, indonesian: str, english: str) -> None:
    assert shown().replace("\xa0", " ") == indonesian
    with text.speaking("en"):
        assert shown().replace("\xa0", " ") == english


def _messages() -> dict[str, set[str]]:
    """Return every msgid of the source with the files that say it; the first argument of _() and n_()."""
    found: dict[str, set[str]] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(node, ast.Call) and isinstance(called, ast.Name) and called.id in {"_", "n_"} and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.setdefault(first.value, set()).add(path.relative_to(PROJECT).as_posix())
    return found


def _catalogues() -> dict[str, dict[str, set[object]]]:
    """Return file -> msgid -> translations."""
    found: dict[str, dict[str, set[object]]] = {}
    for path in sorted((text.CATALOGUES / "en").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    value = message.string if isinstance(message.string, str) else tuple(message.string or ())
                    found.setdefault(path.name, {}).setdefault(key, set()).add(value)
    return found


def test_every_text_has_an_english_translation() -> None:
    translated = text.catalogue("en")
    missing = [
        f"{', '.join(sorted(files))}: {words}" for words, files in _messages().items() if words not in translated
    ]
    assert not missing, "\n".join(["not in dashboard/words/locale/en/<area>.po:", *missing])


def test_no_translation_is_left_over_empty_or_said_in_two_ways() -> None:
    said, everywhere = _messages(), {}
    for file, entries in _catalogues().items():
        unused = sorted(key for key in entries if key not in said)
        assert not unused, f"{file} translates what nobody says: {unused}"
        for key, values in entries.items():
            assert all(all(v) if isinstance(v, tuple) else v for v in values), f"{file}: {key} is empty"
            everywhere.setdefault(key, set()).update(values)
    assert not {key: values for key, values in everywhere.items() if len(values) > 1}


def test_the_placeholders_of_a_translation_are_those_of_its_text() -> None:
    def names(words: str) -> set[str]:
        return {field for _literal, field, _spec, _conversion in string.Formatter().parse(words) if field}

    for message, translated in text.catalogue("en").items():
        for words in translated if isinstance(translated, tuple) else (translated,):
            assert names(words) <= names(message) | {"n"}, message
