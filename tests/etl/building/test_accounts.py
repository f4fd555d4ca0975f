"""What became of the rows of each file: read, accepted or refused, published or not; the numbers are counted by hand."""

from pathlib import Path

from tests.etl.lakes import Said, tebo

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


def test_rows_that_a_register_refuses_leave_what_was_accepted(tmp_path: Path) -> None:
    lake = tebo(tmp_path)
    # Four rows of figures: two known, one of a unit that nobody knows, one with a wrong number; and a total.
    text = _rows(("Maret", "Umum", 4), ("Maret", "Gigi", 5), ("Maret", "KIA", "dua"))
    lake.put("a.csv", text + "Puskesmas Entah Berantah;Maret;2026;Umum;7\nJumlah;;;;16\n")
    said = lake.said()
    assert _of_reading(said, "a.csv") == (5, 2, 0, 2, 1, 0)
    assert _of_publishing(said, "a.csv") == (2, 0, 0)


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
