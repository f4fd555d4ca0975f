"""Satisfaction surveys: whether the answers are on the scale of the form, and recaps that name an element in each row."""

import re
from collections.abc import Sequence

import polars as pl

from etl.reading.files import Sheet
from etl.reading.texts import says
from etl.reading.words import NUMBER, decimal_mark, is_missing, label, number, plain
from etl.recognising.recognise import Table
from etl.recognising.source import DATA_VALUE, Field, Source
from etl.remarks import Observation, Reject

# A slip of the pen is one answer in many; on a longer scale the upper answers, which most people give, lie above ours.
SHARE_ABOVE = 0.05
INDEX_PER_MEAN = 25  # the index is the mean of answers 1..4 times 25 (PermenPANRB 14/2017)
INDEX_TOLERANCE = 0.51  # two digits of an index, or weights of 0.11 in place of 1/9, which lose at most 1 in 100
_LONGER_SCALE = re.compile(r"^(?:\w )?(?:sangat tidak \w|netral$|ragu)")
_LEADING = re.compile(r"^\W*(\d+(?:[.,]\d+)?)\b")
_INDEX = re.compile(
    r"(?:total |jumlah |hasil )?(?:nilai |angka |skor )?(?:akhir )?(?:ikm|skm|indeks kepuasan(?: masyarakat)?(?: ikm| skm)?|indeks)"
    r"(?: unit(?: pelayanan| layanan)?)?(?: setelah)?(?: di)?(?: ?konversi(?:kan)?)?(?: x 25)?|nilai(?: interval)?(?: ikm| skm)? konversi"
)
_NUMBERED = re.compile(r"^(?:unsur )?(?:u ?)?[1-9] (?=[a-z])|^[a-i] (?=[a-z]{3})")
_CODE = re.compile(r"^(?:unsur )?u? ?([1-9])$")


def stated_index(sheet: Sheet, table: Table) -> float | None:
    """Return the index (25..100) that a line above or below a table of elements down states; None where none, or several, do."""
    if not table.source.named_by:
        return None
    first, last = INDEX_PER_MEAN * (table.source.scale or (1, 4))[0], INDEX_PER_MEAN * (table.source.scale or (1, 4))[1]
    named = pl.any_horizontal(says(c, r"(?i)ikm|skm|indeks|konversi") for c in sheet.cells.columns[1:])
    stated = set()
    for row, *cells in sheet.cells.filter(named).rows():
        if table.header_first <= row <= table.header_last:
            continue
        texts = [cell for cell in cells if cell]
        heads = [plain(text).partition(":") for text in texts]
        at = next((n for n, (head, *_) in enumerate(heads) if _INDEX.fullmatch(label(head))), None)
        if at is None:
            continue
        tail = heads[at][2].strip()
        found = [number(text.lstrip(": "), None, first, last) for text in ([tail] if tail else texts[at + 1 :])]
        stated |= {float(cell.value) for cell in found if cell.code is None and cell.value is not None}
    return stated.pop() if len(stated) == 1 else None


def on_scale(
    records: pl.DataFrame, table: Table, sheet: Sheet, index: float | None = None
) -> tuple[pl.DataFrame, list[Reject], list[Observation]]:
    """Return the records whose answers are on the declared scale; a table on another scale is refused whole, with the reason.

    Means on the scale of the index become means of answers where the index beside them, or of the whole table, proves it: this is said.
    """
    source = table.source
    if not source.scale:
        return records, [], []
    low, high = source.scale
    columns = [m.name for m in source.measures if (m.low, m.high) == (low, high) and m.name in records.columns]
    texts = pl.concat([records[c].alias("text") for c in columns]).value_counts() if columns else pl.DataFrame()
    numbers = _numbers(texts["text"].to_list()) if texts.height else {}
    times = dict(texts.rows()) if texts.height else {}
    given = {text: n for text, n in numbers.items() if n is not None}
    total = sum(times[text] for text in given)
    above = [text for text, value in given.items() if value > high]
    longer = next((text for text in times if _LONGER_SCALE.match(label(text))), None)
    if longer is None and sum(times[text] for text in above) <= SHARE_ABOVE * total:
        return records, [], []
    if longer is None and all(INDEX_PER_MEAN * low <= value <= INDEX_PER_MEAN * high for value in given.values()):
        if _proven(records, columns, numbers, index):
            meant = {text: f"{NUMBER}{value / INDEX_PER_MEAN!r}" for text, value in given.items()}
            seen = Observation("scale_of_index", sheet.name, details={"columns": ", ".join(map(_shown, columns))})
            return records.with_columns(pl.col(c).replace(meant) for c in columns), [], [seen]
        code, found = "scale_unproven", f"{max(given.values()):g}"
    else:
        code, found = "scale_differs", plain(longer) if longer else f"{max(given.values()):g}"
    details = {"found": found, "low": f"{low:g}", "high": f"{high:g}"}
    rows = records.filter(pl.any_horizontal(~pl.col(c).is_in([t for t in times if is_missing(t)]) for c in columns))
    return (
        records.clear(),
        [Reject(sheet.name, row, "", "", code, details) for row in rows["row"].unique(maintain_order=True)],
        [],
    )


def _shown(column: str) -> str:
    return "NRR" if column == DATA_VALUE else column.upper()


def _numbers(texts: Sequence[str]) -> dict[str, float | None]:
    """Return the number that each cell gives, or begins with, as `5. Sangat puas` does."""
    mark = decimal_mark(texts)
    found: dict[str, float | None] = {}
    for text in texts:
        leading = None if text.startswith(NUMBER) else _LEADING.match(text)
        read = number(leading[1] if leading else text, mark, 0, 1000)
        found[text] = float(read.value) if read.code is None and read.value is not None else None
    return found


def _proven(
    records: pl.DataFrame, columns: Sequence[str], numbers: dict[str, float | None], index: float | None
) -> bool:
    """Tell whether the index of every row is the mean of its elements, as it is only where these are on its own scale."""
    if index is not None and len(columns) == 1:
        means = [mean for text in records[columns[0]] if (mean := numbers.get(text)) is not None]
        return bool(means) and abs(sum(means) / len(means) - index) <= INDEX_TOLERANCE
    if "reported_index" not in records.columns:
        return False
    stated = _numbers(records["reported_index"].unique().to_list())
    rows = records.select(*columns, "reported_index").rows()
    pairs = [([v for t in row[:-1] if (v := numbers.get(t)) is not None], stated[row[-1]]) for row in rows]
    return bool(pairs) and all(
        means and index is not None and abs(sum(means) / len(means) - index) <= INDEX_TOLERANCE
        for means, index in pairs
    )


def elements_apart(
    records: pl.DataFrame, source: Source, sheet: Sheet, index: float | None = None
) -> tuple[pl.DataFrame, list[Reject]]:
    """Return one record a unit and period of rows that each name an element and give its mean; an unknown element is a reject.

    The index that the table states is of its one record.
    """
    if not source.named_by or not records.height:
        return records, []
    names = {text: _element(text, source.measures) for text in records[source.named_by].unique().to_list()}
    named = records.with_columns(
        records[source.named_by].replace_strict(names, default=None, return_dtype=pl.String).alias("_element")
    )
    rejects = [
        Reject(sheet.name, row, source.field(source.named_by).title, plain(text), "survey_element_unknown")
        for row, text in named.filter(pl.col("_element").is_null()).select("row", source.named_by).rows()
    ]
    known = named.filter(pl.col("_element").is_not_null())
    keys = [*(c for c in source.key if c in known.columns), "period_months"]
    times = known.with_columns(pl.len().over([*keys, "_element"]).alias("_times"))
    for *_, first, rows in times.filter(pl.col("_times") > 1).group_by([*keys, "_element"], maintain_order=True).agg(
        pl.col("row").first().alias("first"), pl.col("row")
    ).rows():  # fmt: skip
        details = {"times": str(len(rows)), "first": str(first)}
        rejects += [
            Reject(sheet.name, row, source.field(source.named_by).title, "", "key_contradicts", details) for row in rows
        ]
    single = times.filter(pl.col("_times") == 1)
    elements = [m.name for m in source.measures if m.name in set(single["_element"])]
    joined = single.group_by(keys, maintain_order=True).agg(
        pl.col("row").alias("rows"),
        pl.col("row").first(),
        pl.col("across").first(),
        *(pl.col("value").filter(pl.col("_element") == name).first().alias(name) for name in elements),
        *(pl.col(c).drop_nulls().first() for c in ("respondents", "reported_index") if c in single.columns),
    )
    if index is not None and joined.height == 1 and "reported_index" not in joined.columns:
        joined = joined.with_columns(pl.lit(index).alias("reported_index"))
    return joined, rejects


def _element(text: str | None, measures: Sequence[Field]) -> str | None:
    """Return the element that a cell names: by its words, or by its number alone where there are no words."""
    words = label(text or "")
    if code := _CODE.match(words):
        return f"u{code[1]}"
    bare = _NUMBERED.sub("", words)
    exact = next((m.name for m in measures if (bare,) in m.aliases), None)
    return exact or next((m.name for m in measures if any(f" {phrase} " in f" {bare} " for phrase in m.phrases)), None)
