"""Who froze a meeting and that nothing of it was forged since: signature, chain, the file that was exported, what a rebuild finds."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.meetings import chain, comparison_rows, differences, exported, media, signing, store
from dashboard.meetings.comparison_rows import Side
from dashboard.snapshot import Column, Key, Meeting, Snapshot, TableBlock, Tile

MADE = datetime(2026, 11, 24, 8)
COLUMNS = (Column("unit", "Unit", role="name"), Column("n", "Kunjungan", "int"))


def _meeting(title: str = "Rapat", patients: int = 1071) -> Meeting:
    table = pl.DataFrame({"unit": ["Sungai Bengkal", "Suo-Suo"], "n": [patients, 12]})
    page = Snapshot("kunjungan", "Kunjungan", "Okt 2026", tiles=(Tile("k", "Kunjungan", str(patients)),),
                    blocks=(TableBlock("bulanan", "Bulanan", table, COLUMNS),), build_id="b")  # fmt: skip
    return store.identify(title, date(2026, 11, 25), "", "id", "bupati", (page,), MADE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the snapshots of a data folder, with a key beside it."""
    monkeypatch.setenv(signing.ENV, str(tmp_path / "kunci" / "signing.pem"))
    return tmp_path / "data" / "snapshots"


def _forged(place: Path, words: bytes, other: bytes) -> Path:
    """Put another figure into a snapshot and work all hashes out anew, as the software does; only the key is missing."""
    manifest = json.loads((place / store.MANIFEST).read_bytes())
    (name,) = manifest["files"]
    data = (place / name).read_bytes().replace(words, other)
    (place / name).write_bytes(data)
    manifest["files"][name] = store._sha(data)
    head = {key: manifest[key] for key in (*store._HEAD, *store._SINCE_4)}
    manifest["content"] = store._content(head, manifest["files"])
    manifest["id"] = f"{manifest['id'][: -store.DIGITS]}{manifest['content'][: store.DIGITS]}"
    unsealed = {key: value for key, value in manifest.items() if key != "seal"}
    manifest["seal"] = store._sha(store._dump(unsealed))
    (place / store.MANIFEST).write_bytes(store._dump(manifest))
    return place.rename(place.with_name(manifest["id"]))


def test_a_meeting_is_signed_and_named_by_64_bits(folder: Path) -> None:
    made = _meeting()
    place = store.write(folder, made)
    assert len(made.id.rsplit("-", 1)[1]) * 4 == 64
    assert store.altered(folder, made.id) == []
    assert store.read(folder, made.id).key == signing.fingerprint(store.key_of(folder, made.id))
    assert not signing.place().is_relative_to(folder.parent)
    assert signing.place().stat().st_mode & 0o077 == 0
    forged = _forged(place, b"1071", b"9071")
    assert store.altered(folder, forged.name) == ["manifest.json: tanda tangan tidak sah: isinya bukan yang dibekukan"]
    found = differences.told(store.read(folder, forged.name, is_any=True), made)
    assert found == [
        "Kunjungan, Kunjungan: dibekukan “9071”, disusun ulang “1071”",
        "Kunjungan, Bulanan (bulanan), Sungai Bengkal · Kunjungan: dibekukan “9071”, disusun ulang “1071”",
    ]
    assert chain.broken(folder) == [
        f"rantai: {made.id}, yang tercatat terakhir di samping kunci, hilang atau bukan lagi yang sama"
    ]


def _removed(places: list[Path]) -> None:
    shutil.rmtree(places[1])


def _removed_last(places: list[Path]) -> None:
    shutil.rmtree(places[2])


def _put_in_place(places: list[Path]) -> None:
    """Freeze another meeting in the place of the second, signed by the same key."""
    manifest = json.loads((places[1] / store.MANIFEST).read_bytes())
    manifest["seal"] = "0" * 64
    (places[1] / store.MANIFEST).write_bytes(store._dump(manifest))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_removed, "nomor 2 hilang"),
        (_removed_last, "terakhir di samping kunci"),
        (_put_in_place, "bukan lagi yang mendahului"),
    ],
)
def test_the_chain_tells_what_is_gone_or_exchanged(folder: Path, harm: Callable, said: str) -> None:
    places = [store.write(folder, _meeting(title)) for title in ("Satu", "Dua", "Tiga")]
    assert chain.broken(folder) == []
    harm(places)
    assert any(said in line for line in chain.broken(folder))


def test_a_key_that_is_changed_stays_known_and_another_is_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = _meeting()
    store.write(folder, made)
    old = store.key_of(folder, made.id)
    assert signing.renewed(folder.parent) != signing.fingerprint(old)
    assert signing.is_known(old)
    monkeypatch.setenv(signing.ENV, str(folder.parent.parent / "mesin-lain" / "signing.pem"))
    assert not signing.is_known(old)
    signing.trust(old)
    assert signing.is_known(old)
    assert store.read(folder, made.id).pages
    monkeypatch.setenv(signing.ENV, str(folder.parent / "signing.pem"))
    with pytest.raises(signing.Unsigned, match="tidak boleh di folder data"):
        store.write(folder, _meeting("Dua"))


@pytest.mark.parametrize("medium", ["pptx", "html"])
def test_an_exported_file_is_told_from_an_altered_one(folder: Path, tmp_path: Path, medium: str) -> None:
    made = _meeting()
    store.write(folder, made)
    path = tmp_path / f"dikirim.{medium}"
    path.write_bytes(media.export(store.read(folder, made.id), medium))
    assert exported.told(path, folder) == exported.Found(made.id, is_equal=True)
    other = media.export(replace(_meeting(patients=1072), id=made.id, key=store.read(folder, made.id).key), medium)
    path.write_bytes(other)
    found = exported.told(path, folder)
    assert (found.meeting_id, found.is_equal) == (made.id, False)
    assert ("slide" if medium == "pptx" else "baris") in found.differs
    path.write_bytes(b"x")
    assert exported.told(path, folder).meeting_id is None


def _side(rows: list[dict[str, Any]]) -> Side:
    return Side(
        pl.DataFrame(rows), (Column("what", "Apa", role="id"), COLUMNS[1]), (Key("what"),), "id", "Okt 2026", ""
    )


def test_a_row_beside_a_revised_one_is_not_new() -> None:
    """Before: one row of 20. Now: 10 and 20 of the same name. The 20 is the one that was, and 10 is new; nothing was revised."""
    changes, fresh, gone = comparison_rows.compare(
        _side([{"what": "a", "n": 20}]), _side([{"what": "a", "n": 10}, {"what": "a", "n": 20}])
    )
    assert (changes, len(fresh), gone) == ([], 1, [])
