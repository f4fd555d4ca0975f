"""Small sheets written in a test, read as the load reads them."""

from dataclasses import astuple

import polars as pl

from etl.conforming.conform import Conformed, conform
from etl.folder import PRODUCT_REFERENCE
from etl.reading.files import Sheet
from etl.reading.words import NUMBER
from etl.recognising.recognise import Table, Vocabulary, recognise
from etl.recognising.source import load_all
from etl.reference import registers

CENTRES = {"muara tebo": "pkm-muara-tebo", "mengupeh": "pkm-mengupeh", "sungai bengkal": "pkm-sungai-bengkal"}
WORDS = registers(PRODUCT_REFERENCE).vocabulary
VOCABULARY = Vocabulary(WORDS.services, WORDS.payers, CENTRES, WORDS.district)


def sheet(*rows: list, name: str = "") -> Sheet:
    """Return a sheet of these rows; Python numbers are native numbers of a workbook."""
    width = max(map(len, rows))
    cells = [[f"{NUMBER}{float(c)!r}" if isinstance(c, int | float) else c for c in row] for row in rows]
    kept = [(n, *row, *[""] * (width - len(row))) for n, row in enumerate(cells, start=1) if any(row)]
    return Sheet(name, pl.DataFrame(kept, {"row": pl.Int32} | {f"c{i}": pl.String for i in range(width)}, orient="row"))


def read(*rows: list, file: str = "laporan.xlsx", folder: str = "masuk", name: str = "") -> Conformed:
    given = sheet(*rows, name=name)
    table = recognise(given, load_all(), VOCABULARY, file, folder)
    assert isinstance(table, Table), table
    found = conform(given, table, VOCABULARY)
    for said in (found.rows, found.cells):
        assert said.read == said.accepted + said.partly + said.rejected + said.totals + said.other
        assert min(astuple(said)) >= 0
    below = [row for row in rows[table.header_last :] if any(cell != "" for cell in row)]
    assert (found.rows.read, found.cells.read) == (len(below), sum(cell != "" for row in below for cell in row))
    return found


def records(found: Conformed, *columns: str) -> list[tuple]:
    return found.records.select(columns).rows()


def faults(found: Conformed) -> list[tuple]:
    return sorted((r.row, r.code) for r in found.rejects)


def tally(found: Conformed) -> tuple[int, int, int, int]:
    return (found.rows.accepted, found.rows.rejected, found.rows.totals, found.rows.other)
