"""What became of the rows of each file: read, accepted or refused, published or not; the numbers are counted by hand."""

from pathlib import Path

import pytest

from etl.conforming.between import between
from tests.etl.lakes import Said, tebo
from tests.etl.sheets import read

HEAD = "Puskesmas;Bulan;Tahun;Poli;Jumlah Kunjungan\n"
MENGUPEH = "Puskesmas Mengupeh;{month};2026;{service};{patients}\n"
REGISTER = "Puskesmas;Tanggal;Jenis Kunjungan;Poli\n"


def _rows(*rows: tuple[str, str, object]) -> str:
    return HEAD + "".join(MENGUPEH.format(month=month, service=service, patients=n) for month, service, n in rows)


def _of_reading(said: Said, name: str) -> tuple[int, ...]:
    """Return the rows read, and of them accepted, partly, rejected, totals, other."""
    row = said.file(name)
    return tuple(row[f"rows_{of}"] for of in ("read", "accepted", "partly", "rejected", "total", "other"))


def _of_publishing(said: Said, name: str) -> tuple[int, ...]:
    """Return the rows published, superseded, not published."""
    row = said.file(name)
    return tuple(row[f"rows_{of}"] for of in ("published", "superseded", "unpublished"))


# Each table with what became of its rows and of its filled cells below the headings.
CELLS = {
    # 3 rows of 3 cells: of the first the month that is no number is refused, the second has no known unit, the third is a total.
    "tahun.csv": (
        "KUNJUNGAN 2026;;\nPuskesmas;Januari;Februari\nMengupeh;12;tiga\nEntah Berantah;4;5\nJumlah;16;8\n",
        (3, 0, 1, 1, 1, 0), (9, 2, 4, 3, 0),
    ),
    # 5 rows of 6 cells, less two blank services: those two and an unknown room are refused: 5 + 5 + 6.
    "jenis.csv": (
        "Puskesmas;Bulan;Tahun;Poli;Jenis Kunjungan;Jumlah Kunjungan\nMengupeh;Januari;2026;Umum;Baru;4\n"
        "Mengupeh;Januari;2026;Umum;Lama;5\nMengupeh;Januari;2026;;Baru;6\nMengupeh;Januari;2026;;Lama;7\n"
        "Mengupeh;Januari;2026;Ruang Antah;Lama;7\n",
        (5, 2, 0, 3, 0, 0), (28, 12, 16, 0, 0),
    ),
    # Two tables side by side: a row of the sheet is one row. 2 x 6 cells; the figure of the second row's right half is refused.
    "sebelah.csv": (
        "KUNJUNGAN 2026;;;;;;\nPuskesmas;Bulan;Jumlah Kunjungan;;Puskesmas;Bulan;Jumlah Kunjungan\n"
        "Mengupeh;Januari;104;;Mengupeh;Februari;204\nMuara Tebo;Januari;106;;Entah Berantah;Februari;206\n",
        (2, 1, 1, 0, 0, 0), (12, 11, 1, 0, 0),
    ),
    # 6 visits of 5 cells, of which the names are no column of the form; three in an unknown room are refused: 3 x 4.
    "register.csv": (
        "Puskesmas;Tanggal;Jenis Kunjungan;Poli;Nama\n" + "".join(
            f"Mengupeh;0{n}/03/2026;Baru;{room};Si {n}\n" for n, room in enumerate([*["Umum"] * 3, *["Ruang Antah"] * 3], 1)
        ),
        (6, 3, 0, 3, 0, 0), (30, 12, 12, 0, 6),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CELLS)
def test_each_row_and_each_cell_is_in_one_account(tmp_path: Path, name: str) -> None:
    text, rows, cells = CELLS[name]
    lake = tebo(tmp_path)
    lake.put(name, text)
    said = lake.said()
    assert _of_reading(said, name) == rows
    assert tuple(said.file(name)[f"cells_{of}"] for of in ("read", "accepted", "rejected", "total", "other")) == cells


def test_rows_that_a_register_refuses_leave_what_was_accepted(tmp_path: Path) -> None:
    lake = tebo(tmp_path)
    # Four rows of figures: two known, one of a unit that nobody knows, one with a wrong number; and a total.
    text = _rows(("Maret", "Umum", 4), ("Maret", "Gigi", 5), ("Maret", "KIA", "dua"))
    lake.put("a.csv", text + "Puskesmas Entah Berantah;Maret;2026;Umum;7\nJumlah;;;;16\n")
    said = lake.said()
    assert _of_reading(said, "a.csv") == (5, 2, 0, 2, 1, 0)
    assert _of_publishing(said, "a.csv") == (2, 0, 0)


def test_an_entry_of_a_register_whose_unit_nobody_knows_is_refused_and_not_published(tmp_path: Path) -> None:
    lake = tebo(tmp_path)
    lake.put(
        "indikator.csv",
        "Kode;Indikator;Penanggung jawab;Definisi operasional\nA-1;Rasio Gini;Bappeda;Ketimpangan\n"
        "A-2;Jalan mantap;Dinas Antah Berantah;Jalan baik\nA-3;Indeks inovasi;;Nilai evaluasi\n",
    )
    said = lake.said()
    assert _of_reading(said, "indikator.csv") == (3, 2, 0, 1, 0, 0)
    assert _of_publishing(said, "indikator.csv") == (2, 0, 0)


def test_each_row_of_a_group_that_is_refused_counts(tmp_path: Path) -> None:
    lake = tebo(tmp_path)
    # Six visits; three of them in a room that no register knows are one record, and three rows.
    rows = ["Baru;Umum", "Lama;Umum", "Baru;Gigi", *["Baru;Ruang Antah"] * 3]
    lake.put(
        "register.csv", REGISTER + "".join(f"Puskesmas Mengupeh;0{n}/03/2026;{row}\n" for n, row in enumerate(rows, 1))
    )
    said = lake.said()
    assert _of_reading(said, "register.csv") == (6, 3, 0, 3, 0, 0)
    assert _of_publishing(said, "register.csv") == (3, 0, 0)


def test_a_row_of_which_one_month_is_refused_is_partly_accepted(tmp_path: Path) -> None:
    lake = tebo(tmp_path)
    lake.put("tahun.csv", "KUNJUNGAN 2026;;\nPuskesmas;Januari;Februari\nMengupeh;12;tiga\nMuara Tebo;4;5\n")
    said = lake.said()
    assert _of_reading(said, "tahun.csv") == (2, 1, 1, 0, 0, 0)
    assert _of_publishing(said, "tahun.csv") == (2, 0, 0)


def test_what_a_newer_file_replaces_is_superseded_and_what_is_held_is_not_published(tmp_path: Path) -> None:
    lake = tebo(tmp_path)
    older = [("Maret", "Umum", 400), ("Maret", "Gigi", 90), ("April", "Umum", 300), ("Mei", "Umum", 310)]
    lake.put("lama.csv", _rows(*older), "2026-05-01")
    lake.put(
        "baru.csv", _rows(("Maret", "Umum", 410), ("Maret", "Gigi", 90)), "2026-06-01"
    )  # March anew: two rows of four
    lake.put("kurang.csv", _rows(("April", "Umum", 3)), "2026-07-01")  # a hundredth of April: held
    said = lake.said()
    assert said.statuses() == {"lama.csv": "accepted", "baru.csv": "accepted", "kurang.csv": "held"}
    assert _of_publishing(said, "lama.csv") == (2, 2, 0)
    assert _of_publishing(said, "baru.csv") == (2, 0, 0)
    assert _of_publishing(said, "kurang.csv") == (0, 0, 1)


def test_what_is_withdrawn_is_not_published(tmp_path: Path) -> None:
    lake = tebo(tmp_path)
    lake.put("a.csv", _rows(("Maret", "Umum", 4), ("Maret", "Gigi", 5)))
    lake.rule("withdraw", "a.csv")
    assert _of_publishing(lake.said(), "a.csv") == (0, 0, 2)


def test_a_total_beside_its_parts_is_set_aside(tmp_path: Path) -> None:
    lake = tebo(tmp_path)
    lake.put("a.csv", _rows(("Maret", "Umum", 4), ("Maret", "Gigi", 5)), "2026-06-01")
    lake.put("total.csv", "Puskesmas;Bulan;Tahun;Jumlah Kunjungan\nPuskesmas Mengupeh;Maret;2026;9\n", "2026-05-01")
    said = lake.said()
    assert _of_publishing(said, "a.csv") == (2, 0, 0)
    assert _of_publishing(said, "total.csv") == (0, 1, 0)


def test_rows_that_two_sheets_state_are_refused_each_where_they_stand() -> None:
    head = ["Puskesmas", "Bulan", "Tahun", "Poli", "Jenis Kunjungan", "Jumlah Kunjungan"]
    same = [["Mengupeh", "Januari", 2026, "Umum", kind, n] for kind, n in (("Baru", 4), ("Lama", 5))]
    first, second = (
        read(head, *same, name="A"),
        read(head, *same, ["Mengupeh", "Januari", 2026, "Gigi", "Lama", 5], name="B"),
    )
    one, other = between([first, second])
    assert (one.rows.accepted, one.cells.accepted) == (2, 12)
    assert (other.rows.accepted, other.rows.rejected) == (1, 2)  # both rows of the record that the other sheet has too
    assert (other.cells.accepted, other.cells.rejected) == (6, 12)
