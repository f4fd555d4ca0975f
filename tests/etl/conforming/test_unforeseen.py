"""Sheets that once ended in a fault of ours: each is read or refused with its reason."""

from etl.conforming.conform import conform
from etl.folder import PRODUCT_REFERENCE
from etl.lake import Sighting
from etl.reading.files import Document
from etl.recognising.source import load_all
from etl.recognising.tables import tables_of
from etl.reference import registers
from tests.etl.sheets import VOCABULARY, faults, read, records, sheet


def test_a_number_of_23_digits_is_refused_in_its_cell_and_the_rest_of_the_table_is_read():
    found = read(
        ["Puskesmas", "Bulan", "Kunjungan Baru", "Kunjungan Lama"],
        ["Mengupeh", "Jan 2024", "99999999999999999999999", 1],
        ["Muara Tebo", "Jan 2024", 3, 4],
        ["Suo-Suo", "Jan 2024", 1e300, 5],
    )
    assert records(found, "unit", "new_count") == [("Muara Tebo", 3)]
    assert faults(found) == [(2, "number_too_long"), (4, "number_too_long")]


def test_headings_that_stand_again_over_a_list_of_names_begin_another_table():
    people = [
        ["NIP", "Nama", "Jabatan", "Unit kerja"],
        ["199112062011121032", "A", "Perawat", "Mengupeh"],
        ["199112062011121033", "B", "Bidan", "Mengupeh"],
        ["Halaman 2"],
        ["NIP", "Nama", "Jabatan", "Unit kerja"],
        ["199112062011121034", "C", "Bidan", "Muara Tebo"],
    ]
    document = Document((sheet(*people),))
    named = Sighting("2026", "duk.xlsx", 1_780_000_000.0)
    tables, *_ = tables_of(document, load_all(), registers(PRODUCT_REFERENCE), named)
    # The word of the page stands over the second table.
    assert [part.cells["row"].to_list() for part, _ in tables] == [[1, 2, 3], [4, 5, 6]]
    units = [conform(part, table, VOCABULARY).records["unit"].to_list() for part, table in tables]
    assert units == [["Mengupeh", "Mengupeh"], ["Muara Tebo"]]


def test_numbers_in_a_title_beside_the_name_of_a_unit_are_read():
    found = read(
        ["Laporan", 2024, "Puskesmas Mengupeh", 43, 30],
        ["Bulan", "Poli", "Baru", "Lama"],
        ["Januari", "UMUM", 3, 4],
    )
    assert records(found, "new_count") == [(3,)]
