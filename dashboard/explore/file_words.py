"""What a file of Jelajah is called: what was asked, in words, by which it is found again in a folder of downloads."""

import re

from dashboard.explore import question
from dashboard.explore.groups import dimension_name
from dashboard.explore.question import Asked, named
from dashboard.words.text import _

LONGEST = 90


def of_groups(asked: Asked) -> str:
    """Return the name of the table of groups: 'kunjungan-per-unit-per-triwulan-dibanding-tahun-lalu'."""
    slice_ = asked.slice
    words = [named(slice_.what.label)]
    if asked.second:
        table, measure = asked.second
        words.append(named(question.tables()[table].measures[measure].label))
    for dimension in slice_.dimensions:
        words.append(f"{_('per')} {dimension_name(slice_, dimension)}")
    if slice_.compare:
        words.append(f"{_('dibanding')} {question.comparison_name(slice_.compare)}")
    return _plain(" ".join(words))


def of_rows(asked: Asked) -> str:
    """Return the name of a table of rows: 'baris-kunjungan-pasien'."""
    return _plain(f"{_('baris')} {named(asked.slice.of.title)}")


def _plain(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:LONGEST]
