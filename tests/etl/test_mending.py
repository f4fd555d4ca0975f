"""Cells that people mended are read as they say; the file stays as it came, the lake alone decides, and all of it can be taken back."""

import hashlib
import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl import folder
from etl.conforming.report import read_kept, read_report
from etl.forgetting import without_name
from etl.lake import Entry, Lake, Outcome, Sighting
from etl.load import load
from etl.recognising.source import load_all
from etl.ruled import Correction, Mend
from etl.rulings import CORRECT, TAKE_BACK, Asked
from queries import builds
from tests.etl.lakes import KNOWN

HEAD = "Puskesmas;Bulan;Tahun;Poli;Baru;Lama"
SENT = datetime(2026, 5, 1, tzinfo=UTC).timestamp()
# Row 2 .. 4; the blank cells of rows 3 and 4 are of the unit of row 2, which nobody knows.
TEXT = f"{HEAD}\nMengupehh X;Maret;2026;UMUM;dua;4\n;Maret;2026;GIGI;5;x\n;Mart;2026;KIA;y;y\n"
UNIT: Mend = ("", 3, "Unit", "Mengupehh X", "Mengupeh")
TWO: Mend = ("", 2, "Baru", "dua", "2")
X: Mend = ("", 3, "Lama", "x", "6")


def _read(*mends: Mend, text: str = TEXT) -> Outcome:
    content = text.encode()
    named = Sighting("masuk", "lapor.csv", SENT, mended=mends)
    return read_report("k", hashlib.sha256(content).hexdigest(), content, named, load_all(), KNOWN())


def _counts(outcome: Outcome) -> list[tuple]:
    return outcome.records["visit"].select("unit", "service", "new_count", "returning_count").sort("service").rows()


def test_a_cell_is_read_as_it_was_mended_and_what_is_kept_is_what_came() -> None:
    mended = _read(TWO, X, UNIT)
    assert _counts(mended) == [
        ("Mengupeh", "GIGI", 5, 6),
        ("Mengupeh", "UMUM", 2, 4),
    ]  # the cell of row 2 is meant in row 3, too
    assert mended.kept.equals(_read().kept)
    named = Sighting("masuk", "lapor.csv", SENT, mended=(TWO,))
    again = read_kept(mended.reading, "k", mended.kept, named, load_all(), KNOWN())
    assert _counts(again) == [("Mengupehh X", "UMUM", 2, 4)]


@pytest.mark.parametrize("mend", [("", 3, "Lama", "tidak ada", "6"), ("", 9, "Lama", "x", "6"), ("Lain", 3, "Lama", "x", "6"),
                                  ("", 1, "Puskesmas", "Puskesmas", "Unit")])  # fmt: skip
def test_what_is_not_there_is_said_and_nothing_is_changed(mend: Mend) -> None:
    outcome, bare = _read(TWO, mend), _read(TWO)
    assert _counts(outcome) == _counts(bare)
    assert "correction_unplaced" in outcome.observations["code"]


def test_a_blank_cell_is_filled_and_of_two_alike_none_is() -> None:
    text = f"{HEAD}\nMengupeh;Maret;2026;;3;4\n"
    assert _counts(_read(("", 2, "Layanan", "", "UMUM"), text=text)) == [("Mengupeh", "UMUM", 3, 4)]
    across = "KUNJUNGAN PASIEN 2026\nPuskesmas;Poli;Januari;Februari\nMengupeh;UMUM;x;x\nMengupeh;GIGI;1;2\n"
    wide = _read(("", 3, "Total", "x", "7"), text=across)
    assert "correction_unplaced" in wide.observations["code"]


# --- in the lake -----------------------------------------------------------------------------------------------------------


def _correction(mend: Mend, what: str = CORRECT) -> tuple[str, Correction]:
    why = "salah ketik 199112062011121032"
    return "lapor.csv", Correction(what, *mend, why=why, role="operator", at="2026-05-02T08:00:00+00:00")


def _given(data: Path, *corrections: tuple[str, Correction]) -> dict[str, Any]:
    """Load the file with corrections, and return what the build has of it."""
    path = data / "inbox" / "lapor.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(TEXT.replace("Mengupehh X", "Mengupeh"), encoding="utf-8")
    os.utime(path, (SENT, SENT))
    load(data, [path], asked=Asked(corrections=corrections))
    now = builds.current(data)
    assert now is not None
    with duckdb.connect(str(now), read_only=True) as connection:
        return {
            table: connection.execute(f"select {columns} from {table} order by all").fetchall()
            for table, columns in (("visit", "service_id, new_count, returning_count"), ("load.reject", "row, col, value"),
                                   ("load.correction", "row, col, found, value, why, role"))
        }  # fmt: skip


def test_who_is_forgotten_is_named_in_no_reason() -> None:
    _, said = _correction(TWO)
    entry = Entry("k", (), corrections=(replace(said, why="kata Bu SITI CONTOH"),))
    assert without_name(entry, "Siti Contoh").corrections[0].why == "kata Bu …"


@pytest.mark.slow
def test_the_lake_alone_decides_and_a_correction_is_taken_back(tmp_path: Path) -> None:
    datas = [tmp_path / name for name in "ab"]
    for data in datas:
        shutil.copytree(folder.PRODUCT_REFERENCE, data / "reference")
    bare = _given(datas[1])
    assert bare["load.correction"] == []
    at_once = _given(datas[0], _correction(TWO), _correction(X))
    _given(datas[1], _correction(X))
    one_by_one = _given(datas[1], _correction(TWO), _correction(TWO))
    assert at_once == one_by_one
    assert at_once["visit"] == [("gigi", 5, 6), ("umum", 2, 4)]
    assert [row[:4] for row in at_once["load.correction"]] == [(2, "Baru", "dua", "2"), (3, "Lama", "x", "6")]
    assert {row[4:] for row in at_once["load.correction"]} == {
        ("salah ketik …032", "operator")
    }  # no number of a person
    lake = Lake(datas[0])
    assert lake.format() == 4
    manifest = json.loads((lake.folder / "manifest.json").read_text(encoding="utf-8"))
    (entry,) = manifest["files"].values()
    assert [each["what"] for each in entry["corrections"]] == ["correct", "correct"]
    lake.write_manifest(lake.manifest(), 1)  # one of an older format becomes one that an older Rapor does not read
    assert lake.format() == 4
    taken_back = _given(datas[0], _correction(TWO, TAKE_BACK), _correction(X, TAKE_BACK))
    assert taken_back == bare
