"""A workbook that went back and comes again corrects the file that it was made of, whatever the dates, the hashes and the order."""

import hashlib
import io
from pathlib import Path

import openpyxl
import pytest

from etl.lake import Sighting
from etl.recognising.source import load_all
from tests.etl.lakes import KNOWN, Filled, tebo
from tests.etl.returning.test_returned import given_back

pytestmark = pytest.mark.slow

HEAD = "Puskesmas;Bulan;Tahun;Poli;Jumlah Kunjungan"
SENT = f"{HEAD}\nMengupeh;Maret;2026;Umum;400\nMengupeh;Maret;2026;Gigi;sembilan puluh\nMengupeh;Maret;2026;KIA;150\n"
WRONG = {
    "sheet": "",
    "row": 3,
    "col": "Jumlah Kunjungan",
    "value": "sembilan puluh",
    "reason": "Bukan angka.",
    "mend": "Tulis angka.",
}


def corrected(**cells: object) -> bytes:
    """Return the workbook that went back, with these cells as the sender has them now; None takes the row away."""
    sha = hashlib.sha256(SENT.encode()).hexdigest()
    content, _ = given_back(SENT.encode(), sha, Sighting("masuk", "lapor.csv", 1.8e9), [WRONG], load_all(), KNOWN())
    book = openpyxl.load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        if value is None:
            book["Sheet1"].delete_rows(int(place[1:]))
        else:
            book["Sheet1"][place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _loaded(folder: Path, *files: tuple[str, str | bytes]) -> tuple[dict[str, int], dict[str, str]]:
    lake: Filled = tebo(folder)
    for name, content in files:
        lake.put(name, content, "2026-05-01")  # all of one moment
    said = lake.said()
    assert "sheet_not_recognised" not in said.tables["load.finding"]["code"]
    return said.services(), dict(said.tables["load.file"].select("name", "status").rows())


def test_it_replaces_what_it_corrects_though_both_bear_one_date(tmp_path: Path) -> None:
    first, second = ("lapor.csv", SENT), ("lapor.xlsx", corrected(E3=90))
    third = ("lapor (2).xlsx", corrected(E3=9))  # 400 + 90 + 150 is what the second says, 9 in place of 90 the third
    for number, files in enumerate(((first, second), (second, first), (first, third))):
        services, states = _loaded(tmp_path / str(number), *files)
        gigi = 9 if third in files else 90
        assert services == {"gigi": gigi, "kia": 150, "umum": 400}
        assert states["lapor.csv"] == "partly"


def test_it_may_change_much_and_take_nothing_away(tmp_path: Path) -> None:
    services, states = _loaded(tmp_path / "a", ("lapor.csv", SENT), ("lapor.xlsx", corrected(E2=4000, E3=900, E4=1500)))
    assert services == {"gigi": 900, "kia": 1500, "umum": 4000}
    assert states["lapor.xlsx"] == "accepted"
    services, states = _loaded(tmp_path / "b", ("lapor.csv", SENT), ("lapor.xlsx", corrected(E4=None, E3=90)))
    assert states["lapor.xlsx"] == "held"
    assert services == {"kia": 150, "umum": 400}
