"""Meeting snapshots: what is read back is what was frozen, the same content has the same name, and no altered byte goes unnamed."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import access, db, registry
from dashboard.access import Viewer
from dashboard.meetings import agenda, differences, encoding
from dashboard.meetings import store as meeting_store
from dashboard.snapshot import ChartBlock, Column, Headline, Meeting, Snapshot, TableBlock, TextBlock, Tile
from tests import effort
from tests.dashboard.render.gallery import HOSTILE, gallery

MADE = datetime(2026, 11, 24, 8, 30)


def _page(name: str = "kunjungan", words: str = "Kunjungan", **more: Any) -> Snapshot:
    table = pl.DataFrame({"unit": HOSTILE, "n": [1, None, 3, 4, 5], "month": [date(2026, 10, 1)] * 5})
    columns = (Column("unit", "Unit"), Column("n", "Kunjungan", "int"), Column("month", "Bulan", "month"))
    charts = tuple(
        ChartBlock(f"c{i}", chart, table, columns, note="Catatan") for i, chart in enumerate(gallery().values())
    )
    return Snapshot(
        page=name, title=words, period="Jan–Okt 2026",
        headlines=(Headline("Kunjungan turun.", "#c1", "bad"),),
        tiles=(Tile("t", "Kunjungan", "1.071", "kunjungan", sparkline=(1.0, None, 2.5)),),
        blocks=(charts[:2], *charts[2:], TableBlock("rows", "Baris", table, columns), TextBlock("text", "Arti", "Satu\n\nDua")),
        definitions=(("Kunjungan", "Pasien baru ditambah pasien lama."),),
        as_of=datetime(2026, 11, 12, 8), build_id="20261112T080000-abcdef12", is_sample=True, findings=3,
        **more,
    )  # fmt: skip


def _meeting(*pages: Snapshot, title: str = "Rapat evaluasi", made: datetime = MADE) -> Meeting:
    settings = tuple((page.page, (("unit", "pkm-a"),)) for page in pages)
    return meeting_store.identify(title, date(2026, 11, 25), "Bawa LHP.", "id", "bupati", pages, made, settings)


def _plain(value: Any) -> Any:
    """Return a value in which frames can be compared."""
    if isinstance(value, pl.DataFrame):
        return [(name, str(dtype)) for name, dtype in value.schema.items()], value.rows()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, (tuple, list)):
        return [type(value).__name__, *(_plain(item) for item in value)]
    return {k: _plain(v) for k, v in value.items()} if isinstance(value, dict) else value


def test_what_is_read_back_is_what_was_frozen(tmp_path: Path) -> None:
    made = _meeting(_page(), _page("capaian", "Capaian"))
    place = meeting_store.write(tmp_path, made)
    assert sorted(path.name for path in place.iterdir()) == ["01-kunjungan.json", "02-capaian.json", "manifest.json"]
    found = meeting_store.read(tmp_path, made.id)
    assert _plain(replace(found, key="")) == _plain(made)  # the key is known once it is frozen
    assert meeting_store.altered(tmp_path, made.id) == []


CELL = st.one_of(st.none(), st.text(max_size=20))


@given(
    st.lists(CELL, min_size=1, max_size=6),
    st.floats(allow_nan=False) | st.none(),
    st.dates(),
    st.dictionaries(st.integers(), st.tuples(st.text(), st.booleans()), max_size=3),
)
def test_any_value_comes_back_with_its_type(texts: list[str | None], x: float | None, day: date, names: dict) -> None:
    frame = pl.DataFrame(
        {"t": texts, "x": [x] * len(texts), "d": [day] * len(texts)},
        schema={"t": pl.String, "x": pl.Float64, "d": pl.Date},
    )
    chart = replace(gallery()["line"], data=frame, options={"band_names": names, "bands": ((1.0, 2.0, "A", "b"),)})
    back = encoding.decode(json.loads(json.dumps(encoding.encode(chart))))
    assert _plain(back) == _plain(chart)


def test_the_same_content_has_the_same_name_whenever_it_is_made(tmp_path: Path) -> None:
    first, later = _meeting(_page()), _meeting(_page(), made=datetime(2026, 12, 1))
    assert first.id == later.id
    meeting_store.write(tmp_path, first)
    meeting_store.write(tmp_path, later)
    assert meeting_store.read(tmp_path, later.id).created_at == MADE  # what was frozen first stays
    others = [
        _meeting(_page(), title="Rapat lain"),
        _meeting(_page(words="Kunjungan pasien")),
        _meeting(_page(), _page("capaian")),
    ]
    assert len({first.id, *(other.id for other in others)}) == 4


@pytest.mark.parametrize("name", ["01-kunjungan.json", "manifest.json"])
def test_every_altered_byte_is_named(tmp_path: Path, name: str) -> None:
    made = _meeting(_page())
    place = meeting_store.write(tmp_path, made)
    path = place / name
    whole = path.read_bytes()
    for position in range(0, len(whole), max(len(whole) // 60, 1)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        wrong = meeting_store.altered(tmp_path, made.id)
        assert [line for line in wrong if line.startswith(name)], (position, whole[position : position + 20])
        with pytest.raises(meeting_store.Altered, match=name):
            meeting_store.read(tmp_path, made.id)
    path.write_bytes(whole)
    assert meeting_store.altered(tmp_path, made.id) == []


def test_files_that_are_missing_or_added_are_named(tmp_path: Path) -> None:
    made = _meeting(_page(), _page("capaian"))
    place = meeting_store.write(tmp_path, made)
    (place / "02-capaian.json").unlink()
    (place / "03-tambahan.json").write_text("{}", encoding="utf-8")
    assert meeting_store.altered(tmp_path, made.id) == [
        "02-capaian.json: hilang",
        "03-tambahan.json: bukan bagian cuplikan",
    ]


def test_a_killed_creation_leaves_no_half_snapshot(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom tests.dashboard.meetings.test_store import _meeting, _page\n"
        "from dashboard.meetings import store\nwritten = os.fsync\n"
        "def killed(handle):\n    written(handle)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "os.fsync = killed\nstore.write(Path(sys.argv[1]), _meeting(_page(), _page('capaian')))\n"
    )
    project = Path(__file__).resolve().parents[3]
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=project, check=False, env=os.environ)
    assert ended.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir())  # it had begun
    assert meeting_store.listed(tmp_path) == []
    made = _meeting(_page(), _page("capaian"))
    meeting_store.write(tmp_path, made)
    assert [entry.id for entry in meeting_store.listed(tmp_path)] == [made.id]


def test_the_list_has_the_newest_meeting_first_and_names_what_it_cannot_read(tmp_path: Path) -> None:
    older = meeting_store.identify("Lama", date(2026, 10, 1), "", "id", "bupati", (_page(),), MADE)
    newer = _meeting(_page())
    for each in (newer, older):
        meeting_store.write(tmp_path, each)
    (tmp_path / "rusak").mkdir()
    found = meeting_store.listed(tmp_path)
    assert [entry.id for entry in found] == [newer.id, older.id, "rusak"]
    assert not found[-1].is_readable


def _of_format(folder: Path, meeting_id: str, number: object) -> None:
    """Write the manifest anew, whole and sealed, in another format."""
    path = folder / meeting_id / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) | {"format": number}
    del manifest["seal"]
    path.write_bytes(meeting_store._dump(manifest | {"seal": meeting_store._sha(meeting_store._dump(manifest))}))


def test_a_newer_format_is_named_and_nothing_of_it_is_read(tmp_path: Path) -> None:
    made = _meeting(_page())
    meeting_store.write(tmp_path, made)
    _of_format(tmp_path, made.id, meeting_store.FORMAT + 1)
    (entry,) = meeting_store.listed(tmp_path)
    assert entry == meeting_store.Entry(made.id, is_readable=False, is_newer=True)  # not even its title
    assert meeting_store.altered(tmp_path, made.id) == [
        "manifest.json: dibuat oleh Rapor yang lebih baru; perbarui Rapor dulu"
    ]
    with pytest.raises(meeting_store.Newer, match=f"^{made.id}: dibuat oleh Rapor yang lebih baru"):
        meeting_store.read(tmp_path, made.id)
    (tmp_path / made.id / "manifest.json").write_text('{"format": 99, "whatever": []}', encoding="utf-8")
    with pytest.raises(meeting_store.Newer):
        meeting_store.read(tmp_path, made.id)


@pytest.mark.parametrize("number", [0, "1", None])
def test_a_format_that_never_was_is_no_newer_one(tmp_path: Path, number: object) -> None:
    made = _meeting(_page())
    meeting_store.write(tmp_path, made)
    _of_format(tmp_path, made.id, number)
    with pytest.raises(meeting_store.Altered, match=r"manifest\.json"):
        meeting_store.read(tmp_path, made.id)


@pytest.mark.parametrize("name", ["../x", "", ".", "..", "/etc", "tidak-ada"])
def test_a_name_opens_nothing_outside_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyError):
        meeting_store.read(tmp_path / "snapshots", name)


def test_a_snapshot_with_names_opens_only_for_those_who_may_see_names() -> None:
    bupati, pimpinan = access.of("bupati"), access.of("pimpinan")
    assert access.may_open("bupati", bupati)
    assert not access.may_open("bupati", pimpinan)
    assert access.may_open("pimpinan", bupati)
    assert not access.may_open("pimpinan", Viewer("kepala", units=("pkm-a",)))
    assert not access.may_open("tidak dikenal", bupati)


# --- the agenda, on the sample district ---


OTHER = """
from datetime import date, datetime
from dashboard import db
db.THREADS = {threads}
from dashboard.meetings import agenda
pages = [{{"page": name}} for name in ("kepuasan", "capaian")]
asked = agenda.of({{"title": "x", "held_on": date(2026, 11, 25), "bentuk": "lengkap", "page": pages}})
print(agenda.compose(asked, datetime(2026, 12, 1)).id)
"""


def test_two_processes_and_any_number_of_threads_give_the_same_id(sample_data: Path) -> None:
    environment = os.environ | {"RAPOR_DATA": str(sample_data)}
    found = {
        subprocess.run(
            [sys.executable, "-c", OTHER.format(threads=threads)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for threads in (1, 2)
    }
    assert len(found) == 1


def test_two_creations_from_one_build_are_equal(sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    pages = [{"page": name} for name in registry.frozen()] + [
        {"page": "kunjungan", "unit": "pkm-mengupeh", "blok": "bulanan"}
    ]
    asked = agenda.of(
        {"title": "Rapat", "held_on": date(2026, 11, 25), "viewer": "bappeda", "bentuk": "lengkap", "page": pages}
    )
    first = agenda.compose(asked, MADE)
    for _turn in range(effort.of(1, 3)):  # asked anew of the build, the terms of its sums coming as they come
        monkeypatch.setattr(db, "THREADS", 2)
        db._frames.clear()
        db._connection.clear()
        again = agenda.again(first, datetime(2027, 1, 1))
        assert differences.told(first, again) == []
        assert first.id == again.id
    db._connection.clear()
    assert first.build_id == db.build().id
    assert [block.id for block in first.pages[-1].blocks if not isinstance(block, tuple)] == ["bulanan"]
    assert "Mengupeh" in first.pages[-1].filters


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"page": [{"page": "kunjungan"}]}, "title belum ada"),
        ({"title": "x", "bentuk": "lengkap"}, "belum ada halaman"),
        ({"title": "x", "bentuk": "panjang"}, "bentuk panjang tidak dikenal"),
        ({"title": "x", "permintaan": [{"pilihan": ["ya"]}]}, "permintaan 1 tidak jelas"),
        ({"title": "x", "page": [{"page": "cuaca"}]}, "halaman 1: cuaca tidak dikenal; yang ada: ringkasan"),
        ({"title": "x", "page": [{"page": ["asal"]}]}, r"halaman 1: \['asal'\] tidak dikenal; yang ada: ringkasan"),
        ({"title": "x", "viewer": ["bupati"], "page": [{"page": "kunjungan"}]}, r"viewer \['bupati'\] tidak dikenal"),
        ({"title": "x", "page": [{"page": "kunjungan", "warna": "biru"}]}, "saringan warna tidak dikenal"),
        ({"title": "x", "held_on": "besok", "page": [{"page": "kunjungan"}]}, "held_on bukan tanggal: besok"),
        ({"title": "x", "language": "jv", "page": [{"page": "kunjungan"}]}, "language jv tidak dikenal"),
        ({"title": "x", "viewer": "tamu", "page": [{"page": "kunjungan"}]}, "viewer tamu tidak dikenal"),
        ({"title": "x", "judul": "y", "page": [{"page": "kunjungan"}]}, "kunci tidak dikenal: judul"),
    ],
)
def test_an_unclear_agenda_is_answered_with_what_would_do(said: dict, words: str) -> None:
    with pytest.raises(agenda.Unclear, match=words):
        agenda.of(said)


def test_a_block_that_is_not_there_is_answered_with_those_that_are(
    sample_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    asked = agenda.of({"title": "x", "page": [{"page": "kunjungan", "blok": "cuaca"}]})
    with pytest.raises(agenda.Unclear, match="blok cuaca tidak ada; yang ada: bulanan"):
        agenda.compose(asked, MADE)
