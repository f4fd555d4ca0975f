"""What the words around a table say of all its rows: the rows above it, the names of its sheet, file and folder."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from etl.reading.age import without_stamps
from etl.reading.dates import without_dates
from etl.reading.periods import NO_PERIOD, Period, find_period
from etl.reading.words import label, plain
from etl.recognising.agency import OF_AGENCIES, unit_of_titles
from etl.recognising.source import Field, Source
from etl.reference import Vocabulary

_CONTEXT_FIELDS = ("unit", "kecamatan", "payer", "service", "respondents", "year", "period")
_RUNNING = re.compile(
    r"(?<!\bnon )(?<!\btidak )(?<!\bbukan )(?<!\bdan )\b(?:[ck]umulati[fv]e?|komulatif|akumulati[fv]e?|akumulasi)\b(?! dan\b)"
)


@dataclass(frozen=True)
class Level:
    """What one place outside the table says (header block, sheet name, file name, folder name).

    `is_running`: figures are said to be summed up since January.
    """

    place: str
    period: Period = NO_PERIOD
    unit: str | None = None
    kecamatan: str | None = None
    payer: str | None = None
    service: str | None = None
    respondents: str | None = None
    title: str = ""
    is_running: bool = False


def stem_of(file_name: str) -> str:
    """Return the name of a file without its extension."""
    return file_name.rsplit(".", 1)[0]


def named_by(place: str, text: str, vocabulary: Vocabulary) -> Level:
    """Return what the name of a sheet, file or folder says."""
    words = label(text)
    if words in vocabulary.payers:
        return Level(place)
    period = find_period(without_dates(text.casefold()))[0]
    return Level(place, period, vocabulary.unit_in(text), is_running=_is_running(text))


def _is_running(text: str) -> bool:
    return bool(_RUNNING.search(label(text)))


def block(above: Sequence[tuple[int, list[str]]], source: Source, vocabulary: Vocabulary) -> Level:
    """Return what the rows above the headings say: `LABEL: value` pairs first, then what titles name."""
    context = [f for f in (*source.fields, *source.measures) if f.name in _CONTEXT_FIELDS]
    values: dict[str, str] = {}
    period = Period()
    named: list[Period] = []
    said: list[list[str]] = []
    for _, cells in above:
        texts = list(dict.fromkeys(cell for cell in cells if cell))
        for name, text in _pairs(texts, context):
            if name in ("year", "period"):
                part = find_period(text)[0]
                period = period.fill(part) if period else part
            else:
                values.setdefault(name, text)
        named += [find_period(text)[0] for text in without_stamps(texts)]
        said.append(texts)
    if "unit" not in values and (unit := unit_of_titles(said, vocabulary, source.kind in OF_AGENCIES)):
        values["unit"] = unit
    for title in sorted(
        named, key=lambda p: p.month is None
    ):  # the month and its own year before any other year above the table
        period = period.fill(title) if period else title
    return Level(
        "block",
        period,
        **values,
        title=" ".join(plain(text) for texts in said for text in texts),
        is_running=any(_is_running(text) for texts in said for text in texts),
    )


def _pairs(texts: Sequence[str], context: Sequence[Field]) -> Iterable[tuple[str, str]]:
    for position, text in enumerate(texts):
        head, colon, tail = plain(text).partition(":")
        name = next((f.name for f in context if f.matches((label(head),))), None)
        if name is None:
            continue
        if colon and tail.strip():
            yield name, tail.strip()
        elif position + 1 < len(texts):
            following = texts[position + 1].lstrip(": ")
            if following or position + 2 < len(texts):
                yield name, following or texts[position + 2]
