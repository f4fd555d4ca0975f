"""Meetings frozen in the first format, by the code of then: they open, verify, compare and export as they did.

format_1/told.txt holds what that code said of the two: their comparison, and the formulas of the workbook of the second.
"""

import io
import json
import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from dashboard.meetings import comparison, store
from dashboard.render.workbook import book
from dashboard.snapshot import Meeting
from dashboard.words import text

FIRST = Path(__file__).parent / "format_1"
OLDER, NEWER = "2026-10-20-rapat-2026-09-55388dbe", "2026-11-20-rapat-2026-10-025d7f7b"


def _said(before: Meeting, now: Meeting) -> list[str]:
    found = comparison.compare(before, now)
    moved = [
        [m.block, m.change.what, m.change.figure, m.change.period, m.change.before.words, m.change.now.words, m.change.kind]
        for m in found.moved
    ]  # fmt: skip
    rows = [[row.block, row.what, row.is_period, row.state] for row in found.rows]
    signals = [[each.what, each.words, each.signal, each.state] for each in found.signals]
    told = {"moved": moved, "rows": rows, "signals": signals}
    return [f"{kind}: {json.dumps(each, ensure_ascii=False)}" for kind, many in told.items() for each in many]


def _formulas(meeting: Meeting) -> list[str]:
    with text.speaking(meeting.language), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl reads no sparklines
        sheets = openpyxl.load_workbook(io.BytesIO(book.xlsx(meeting))).worksheets
    cells = [(sheet.title, cell) for sheet in sheets for row in sheet.iter_rows() for cell in row]
    return [f"{title}!{cell.coordinate}: {cell.value}" for title, cell in cells if cell.data_type == "f"]


def test_it_compares_and_exports_as_it_did() -> None:
    assert [store.altered(FIRST, name) for name in (OLDER, NEWER)] == [[], []]
    before, now = store.read(FIRST, OLDER), store.read(FIRST, NEWER)
    told = (FIRST / "told.txt").read_text(encoding="utf-8").splitlines()
    assert _said(before, now) + _formulas(now) == told
    kinds = {line.split(":")[0] for line in told if "!" not in line.split(":")[0]}
    assert kinds == {"moved", "rows", "signals"}, "what was frozen then says something of each"


def test_frozen_again_in_the_present_format_it_is_the_same(tmp_path: Path) -> None:
    first = store.read(FIRST, NEWER)
    made = store.identify(
        first.title, first.held_on, first.notes, first.language, first.viewer, first.pages, first.created_at,
        first.settings,
    )  # fmt: skip
    manifest = json.loads((store.write(tmp_path, made) / store.MANIFEST).read_bytes())
    assert manifest["format"] == store.FORMAT > json.loads((FIRST / NEWER / store.MANIFEST).read_bytes())["format"]
    again = store.read(tmp_path, made.id)
    assert comparison.compare(first, again).is_empty
    assert _said(store.read(FIRST, OLDER), again) == _said(store.read(FIRST, OLDER), first)
    assert _formulas(replace(again, id=first.id)) == _formulas(first)


def test_the_second_format_opens_compares_and_exports_as_the_first_did() -> None:
    """format_2 holds the same two meetings as the code of that format wrote them: no sentence has a claim there."""
    second = FIRST.parent / "format_2"
    for name in sorted(path.name for path in second.iterdir()):
        assert store.format_of(second, name) == 2
        assert store.altered(second, name) == []
        meeting = store.read(second, name)
        first = store.read(FIRST, next(one for one in (OLDER, NEWER) if one[:10] == name[:10]))
        assert comparison.compare(first, meeting).is_empty
        assert _formulas(replace(meeting, id=first.id)) == _formulas(first)
        assert all(line.claim is None for page in meeting.pages for line in page.headlines)


def test_an_altered_byte_of_it_is_still_named(tmp_path: Path) -> None:
    shutil.copytree(FIRST / NEWER, tmp_path / NEWER)
    page = tmp_path / NEWER / "04-quality.json"
    page.write_bytes(page.read_bytes().replace(b"Kelengkapan", b"Kelengkapam", 1))
    with pytest.raises(store.Altered, match=r"04-quality\.json"):
        store.read(tmp_path, NEWER)


def test_one_of_the_third_format_opens_without_a_signature_or_a_brief() -> None:
    third = Path(__file__).parent / "format_3"
    (name,) = [entry.id for entry in store.listed(third)]
    assert (store.format_of(third, name), store.altered(third, name), store.key_of(third, name)) == (3, [], "")
    found = store.read(third, name)
    assert (found.brief, found.key, found.pages[0].tiles[0].value) == (None, "", "1.071")


def test_one_of_the_fourth_format_opens_signed_with_the_names_in_its_pages() -> None:
    fourth = Path(__file__).parent / "format_4"
    (name,) = [entry.id for entry in store.listed(fourth)]
    assert (store.format_of(fourth, name), store.altered(fourth, name)) == (4, [])
    found = store.read(fourth, name)
    assert found.key
    assert found.pages[0].headlines[0].text == "Sari Empat melapor tepat waktu."
