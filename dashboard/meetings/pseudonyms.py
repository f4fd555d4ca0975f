"""A meeting without the names of employees: each stands as the pseudonym that he has for who may read no names."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from dashboard import access
from dashboard.meetings.encoding import decode, encode
from dashboard.snapshot import Block, Brief, ChartBlock, Meeting, Snapshot, TextBlock
from dashboard.words import text

READER = "pimpinan"  # who may read what comes of it: a role that sees no names


def hidden(meeting: Meeting) -> Meeting:
    """Return the meeting with pseudonyms wherever a name of its tables stands, in words and charts too."""
    with text.speaking(meeting.language):
        names = dict(pair for frame in _frames(meeting) for pair in _named(frame))
    if not names:
        return replace(meeting, viewer=READER)
    found = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))

    def put(page: Snapshot) -> Snapshot:
        return decode(_replaced(encode(page), found, names))

    brief: Brief | None = meeting.brief
    brief = replace(brief, sheets=tuple(map(put, brief.sheets))) if brief else None
    return replace(meeting, viewer=READER, pages=tuple(map(put, meeting.pages)), brief=brief)


def _frames(meeting: Meeting) -> Iterator[pl.DataFrame]:
    for page in meeting.pages:
        for block in page.flat():
            yield from _of(block)


def _of(block: Block) -> Iterator[pl.DataFrame]:
    if not isinstance(block, TextBlock):
        yield block.table
    if isinstance(block, ChartBlock):
        yield block.chart.data


def _named(frame: pl.DataFrame) -> Iterator[tuple[str, str]]:
    for name, key in access.NAME_COLUMNS.items():
        if {name, key} <= set(frame.columns):
            for who, employee_id in zip(frame[name].to_list(), frame[key].to_list(), strict=True):
                pseudonym = access.pseudonym(str(employee_id)) if employee_id is not None else None
                if who and pseudonym:
                    yield who, pseudonym


def _replaced(value: Any, found: re.Pattern[str], names: dict[str, str]) -> Any:
    if isinstance(value, str):
        return found.sub(lambda match: names[match[0]], value)
    if isinstance(value, list):
        return [_replaced(item, found, names) for item in value]
    return {key: _replaced(item, found, names) for key, item in value.items()} if isinstance(value, dict) else value
