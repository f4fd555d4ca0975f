"""Names in a frozen meeting: sealed pages hold none, who is forgotten is a pseudonym in it, and no name is exchanged."""

import json
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from dashboard import access
from dashboard.meetings import people, store
from dashboard.snapshot import Column, Headline, Meeting, Snapshot, TableBlock

FORGOTTEN, SAME, OTHER = "P00000000A1", "P00000000A2", "P00000000B1"


def _meeting() -> Meeting:
    rows = {"employee_name": ["Siti Uji", "Siti Uji", 'Budi "B" Uji'], "employee_id": [FORGOTTEN, SAME, OTHER]}
    columns = (Column("employee_name", "Pegawai", role="name"),)
    page = Snapshot(
        "pegawai", "Pegawai", "2026", (Headline('Siti Uji di bawah Budi "B" Uji.', "#x", "bad"),), (),
        (TableBlock("rows", "Baris", pl.DataFrame(rows), columns),), (), as_of=datetime(2026, 11, 12), build_id="b1",
    )  # fmt: skip
    return store.identify(
        "Rapat", date(2026, 11, 25), "", "id", "bupati", (page,), datetime(2026, 11, 24), (("pegawai", ()),)
    )


def _said(meeting: Meeting) -> tuple[str, list]:
    (page,) = meeting.pages
    (block,) = page.flat()
    assert isinstance(block, TableBlock)
    return page.headlines[0].text, block.table["employee_name"].to_list()


def test_a_name_stands_beside_the_seal_and_can_be_forgotten(tmp_path: Path) -> None:
    made = _meeting()
    place = store.write(tmp_path, made)
    sealed = b"".join((place / name).read_bytes() for name in ("01-pegawai.json", store.MANIFEST))
    assert b"Siti" not in sealed
    assert b"Budi" not in sealed
    assert _said(store.read(tmp_path, made.id)) == _said(made)
    assert store.write(tmp_path, _meeting()) == place, "the random numbers are no part of what it is called"

    (tmp_path / "spoilt").mkdir()
    (tmp_path / "spoilt" / people.FILE).write_text("[{", encoding="utf-8")
    assert people.forget(tmp_path, FORGOTTEN) == 1
    assert people.forget(tmp_path, FORGOTTEN) == 0
    assert store.altered(tmp_path, made.id) == []
    both = f"{access.pseudonym(FORGOTTEN)} / {access.pseudonym(SAME)}"  # in a sentence nobody knows which of the two was meant
    assert _said(store.read(tmp_path, made.id)) == (f'{both} di bawah Budi "B" Uji.', [both, both, 'Budi "B" Uji'])
    assert all(b"Siti" not in path.read_bytes() for path in place.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [(("Budi", "Badu"), "berubah"), (("{", "["), "berubah"), ((OTHER, SAME), "berubah"), (None, "hilang")],
)
def test_no_name_is_exchanged(tmp_path: Path, words: tuple[str, str] | None, said: str) -> None:
    made = _meeting()
    names = store.write(tmp_path, made) / people.FILE
    if words:
        names.write_text(names.read_text(encoding="utf-8").replace(*words, 1), encoding="utf-8")
    else:
        names.unlink()
    assert store.altered(tmp_path, made.id) == [f"{people.FILE}: {said}"]
    with pytest.raises(store.Altered):
        store.read(tmp_path, made.id)
    assert "Siti" not in _said(store.read(tmp_path, made.id, is_any=True))[0]


def test_without_names_nothing_stands_beside_it(tmp_path: Path) -> None:
    made = _meeting()
    page = Snapshot("kunjungan", "Kunjungan", "2026", (), (), (), (), as_of=datetime(2026, 11, 12), build_id="b1")
    place = store.write(tmp_path, store.identify("Tanpa", None, "", "id", "bupati", (page,), made.created_at))
    assert {path.name for path in place.iterdir()} == {"01-kunjungan.json", store.MANIFEST}
    assert "people" not in json.loads((place / store.MANIFEST).read_bytes())
