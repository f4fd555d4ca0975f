"""How a column of a table writes its days: the evidence of titles, names and headings, and what is said where it stays open."""

from collections.abc import Callable, Sequence
from datetime import date

from etl.reading.dates import Order, is_ambiguous, numeric, order_of
from etl.reading.files import Sheet
from etl.reading.periods import Period, find_period
from etl.reading.words import DATE, label
from etl.recognising.recognise import Table
from etl.recognising.source import Field
from etl.remarks import Observation

# Words of a heading that is written in Indonesian, where the day comes first; `Timestamp` is how a form's export calls its column.
_INDONESIAN = {
    "tanggal",
    "tgl",
    "waktu",
    "hari",
    "diterima",
    "diisi",
    "terima",
    "pengisian",
    "kunjungan",
    "pelayanan",
    "survei",
    "lapor",
}
DATED = ("date", "period", "moment")


def order_in(
    column: Field,
    texts: Sequence[str],
    table: Table,
    sheet: Sheet,
    sent: date | None,
    beside: Sequence[tuple[str, str]],
) -> Order:
    """Return whether the dates of a column are written the month first; `sent` is the day after which nothing can have happened.

    `beside` are the dates, each with what a column of months says in its row.
    """
    is_event = column.type == "date"
    words = set(heading_of(column, table, sheet).split())
    return order_of(
        texts,
        [_within(level.period) for level in table.levels if level.period.month and not level.period.fault],
        leans_month_first=column.is_month_first and not words & _INDONESIAN,
        is_event=is_event,
        latest=sent if is_event else None,
        beside=[(text, _within(period)) for text, said in beside if (period := find_period(said)[0]).month],
    )


def _within(period: Period) -> Callable[[date], bool]:
    return lambda day: period.covers(Period(day.year, day.month, 1))


def heading_of(column: Field, table: Table, sheet: Sheet) -> str:
    """Return the words of the heading of a column, as labels."""
    if column.name not in table.fields and not any(v.measure == column.name for v in table.values):
        return ""
    index = table.fields.get(column.name, next((v.index for v in table.values if v.measure == column.name), 0))
    rows = sheet.top(table.header_last)
    return " ".join(label(cells[index]) for row, cells in rows if table.header_first <= row <= table.header_last)


def swapped(texts: Sequence[str]) -> set[str]:
    """Return the native dates that a program has read the month first where the column writes the day first.

    It keeps 25/03/2024 as text, for there is no month 25, and stores 05/03/2024 as 3 May: only the texts' months tell.
    """
    written = [parts for text in texts if (parts := numeric(text))]
    natives = {text: date.fromisoformat(text[1:11]) for text in texts if text.startswith(DATE)}
    if (
        not written
        or not natives
        or any(first <= 12 for first, _, _ in written)
        or any(d.day > 12 for d in natives.values())
    ):
        return set()
    months = {(year, second) for _, second, year in written}
    as_stored = {(day.year, day.month) for day in natives.values()}
    turned = {(day.year, day.day) for day in natives.values()}
    return set(natives) if turned <= months and not as_stored <= months else set()


def observed(column: Field, texts: Sequence[str], order: Order, sheet: Sheet) -> list[Observation]:
    """Observe a column whose order of day and month nothing proves, where the other reading would be another month."""
    if order.is_sure or order.fault or not any(is_ambiguous(text) for text in texts):
        return []
    details = {"column": column.title, "order": "bulan/hari" if order.month_first else "hari/bulan",
               "order_en": "month/day" if order.month_first else "day/month"}  # fmt: skip
    return [Observation("date_order_open", sheet.name, details=details)]
