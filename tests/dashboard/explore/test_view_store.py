"""Saved views: a name for an address; nothing is lost, nobody changes another's, and a build that one is pinned to stays."""

import re
import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from dashboard import access, asking, notes
from dashboard.access import Viewer
from dashboard.explore import view_store
from dashboard.explore.view_store import Refused
from dashboard.words import text
from etl.building import shelf
from etl.load import load
from queries import builds
from tests.dashboard.builds import shown
from tests.etl.test_load import _district, _report

BAPPEDA, BUPATI = access.of("bappeda"), access.of("bupati")
QUERY = "tabel=visits&saring=payer%3Amasuk%3AGratis"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty data folder, which this process reads now."""
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    monkeypatch.delenv("RAPOR_NOTES_URL", raising=False)
    return tmp_path


@pytest.fixture
def own(sample_data: Path, folder: Path) -> Path:
    """Return a data folder with the build of the sample district, to be written into."""
    shutil.copytree(sample_data, folder, dirs_exist_ok=True)
    return folder


def _save(
    name: str = "Gigi", viewer: Viewer = BAPPEDA, shared: bool = True, pin: str | None = None, **more: str
) -> str:
    said = {"owner": "Sari", "page": "jelajah", "query": QUERY} | more
    return view_store.save(name, said["owner"], said["page"], said["query"], pin, shared, viewer)


def _names(viewer: Viewer, removed: bool = False) -> list[str]:
    return [view.name for view in view_store.listed(viewer, removed)]


def test_what_is_saved_is_listed_as_it_was(folder: Path) -> None:
    assert view_store.listed(BAPPEDA) == []
    assert list(folder.iterdir()) == []  # looking writes nothing
    view_id = _save("  Gigi per triwulan ", owner="  ")
    (view,) = view_store.listed(BUPATI)
    assert (view.id, view.name, view.owner, view.role) == (view_id, "Gigi per triwulan", "bappeda", "bappeda")
    assert (view.page, view.query, view.build_id, view.is_shared, view.is_removed) == (
        "jelajah",
        QUERY,
        None,
        True,
        False,
    )
    _save("apotek")
    assert _names(BAPPEDA) == ["apotek", "Gigi per triwulan"]


def test_a_view_that_is_not_shared_is_its_roles_alone_and_a_name_is_taken_within_a_role(folder: Path) -> None:
    _save("Gigi", shared=False)
    assert _names(BUPATI) == []
    with pytest.raises(Refused, match="“Gigi” sudah dipakai"):
        _save("Gigi")
    _save("Gigi", BUPATI)
    assert _names(BUPATI) == ["Gigi"]
    assert _names(BAPPEDA) == ["Gigi", "Gigi"]  # its own, and that which is shared


def test_what_is_removed_comes_back_and_only_for_its_role(folder: Path) -> None:
    _save("Gigi")
    (view,) = view_store.listed(BUPATI)
    for act in (view_store.remove, view_store.restore):
        with pytest.raises(Refused, match="hanya peran itu yang mengubahnya"):
            act(view, BUPATI)
    assert _names(BAPPEDA) == ["Gigi"]
    view_store.remove(view, BAPPEDA)
    assert (_names(BAPPEDA), _names(BUPATI), _names(BAPPEDA, removed=True)) == ([], [], ["Gigi"])
    assert _names(BUPATI, removed=True) == []
    with pytest.raises(Refused, match="baru saja diubah orang lain"):  # as a page that stood open since would
        view_store.remove(view, BAPPEDA)
    (gone,) = view_store.listed(BAPPEDA, removed=True)
    _save("Gigi")  # the name was free
    with pytest.raises(Refused, match="“Gigi” sudah dipakai"):
        view_store.restore(gone, BAPPEDA)
    view_store.remove(view_store.listed(BAPPEDA)[0], BAPPEDA)
    view_store.restore(gone, BAPPEDA)
    assert [view.id for view in view_store.listed(BAPPEDA)] == [view.id]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"name": " \x00 "}, "Beri nama"),
        ({"query": "sql=" + "x" * 60_001}, "terlalu panjang"),
        ({"page": "sql", "query": "sql=select%20198001012005011001"}, "NIP atau NIK"),
    ],
)
def test_what_can_t_be_saved_is_said_and_nothing_is_written(folder: Path, more: dict, why: str) -> None:
    with pytest.raises(Refused, match=why):
        _save(**more)
    assert view_store.listed(BAPPEDA) == []


def test_hostile_words_are_shown_as_words(page: Callable, own: Path) -> None:
    _save("<img src=x onerror=alert(1)> & co", owner="'\"><b>")
    words = shown(page("jelajah", data_dir=own))
    assert "<img src=x" not in words
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; co" in words
    assert "><b>" not in re.sub(r"<(?:style|script).*?</(?:style|script)>", "", words, flags=re.S)[-3000:]


def test_a_store_that_can_t_be_read_is_said_calmly(page: Callable, own: Path) -> None:
    (own / "notes.sqlite").write_bytes(b"no database" * 500)
    with pytest.raises(notes.Unavailable):
        view_store.listed(BAPPEDA)
    words = shown(page("jelajah", data_dir=own))
    assert "Tampilan tersimpan belum dapat dibaca" in words
    assert "<table" in words  # the answer is there all the same


def test_the_form_saves_what_the_address_says(page: Callable, own: Path) -> None:
    with text.speaking("en"):  # AppTest formats the options of a widget in this thread
        test = page("jelajah", viewer="bappeda", data_dir=own, bahasa="en", baris="payer", saring="unit:masuk:Mengupeh")
        next(w for w in test.text_input if w.key == "save-name").set_value("Pembayar Mengupeh")
        next(w for w in test.button if w.label == "Save").click().run()
    assert "Saved as “Pembayar Mengupeh”." in shown(
        test
    )  # in the language of the page, though the click came before it
    (view,) = view_store.listed(BAPPEDA)
    assert view.query == "baris=payer&saring=unit%3Amasuk%3AMengupeh"  # no period: it moves on with the data
    assert f"jelajah?{view.query}&bahasa=en" in unescape(shown(test))
    with text.speaking("en"):
        next(w for w in test.button if w.key == f"remove-{view.id}").click().run()
    assert _names(BAPPEDA, removed=True) == ["Pembayar Mengupeh"]


def test_a_pinned_view_keeps_the_build_that_was_looked_at(page: Callable, own: Path) -> None:
    first = builds.current(own)
    assert first is not None
    newer = first.with_name("20991231T000000-00000000.duckdb")
    shutil.copy(first, newer)
    (own / "warehouse" / "current").write_text(newer.name, encoding="utf-8")
    test = page("jelajah", viewer="bappeda", data_dir=own, data=first.stem)
    next(w for w in test.text_input if w.key == "save-name").set_value("Dulu")
    next(w for w in test.checkbox if w.key == "save-pinned").set_value(True)
    next(w for w in test.button if w.label == "Simpan").click().run()
    (view,) = view_store.listed(BAPPEDA)
    assert (view.build_id, view.query) == (first.stem, f"kolom=month&data={first.stem}")
    assert [pin.name for pin in view_store.pins(own).iterdir()] == [first.stem]


@pytest.mark.slow
def test_a_load_removes_old_builds_but_not_one_that_a_view_is_pinned_to(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "KEPT_BUILDS", 1)  # besides the one before
    _district(folder)
    found: list[Path] = []
    for month in range(1, 5):
        path = _report(
            folder / f"in/{month}.csv", f"{month:02}-2026", [f"Puskesmas Muara Tebo;BP umum;{month};1;{month + 1}"]
        )
        load(folder, [path])
        found.append(builds.current(folder) or folder)
        if month == 1:
            view_id = _save("Januari", pin=found[0].stem)
            with pytest.raises(Refused, match="tidak disimpan lagi"):
                _save("Tidak ada", pin="20200101T000000-00000000")
    assert [path.is_file() for path in found] == [True, False, True, True]

    (view,) = view_store.listed(BAPPEDA)
    assert view.id == view_id
    view_store.remove(view, BAPPEDA)
    assert list(view_store.pins(folder).iterdir()) == []
    view_store.restore(view_store.listed(BAPPEDA, removed=True)[0], BAPPEDA)
    assert [pin.name for pin in view_store.pins(folder).iterdir()] == [found[0].stem]
    view_store.remove(view_store.listed(BAPPEDA)[0], BAPPEDA)
    last = _report(folder / "in/5.csv", "05-2026", ["Puskesmas Muara Tebo;BP umum;5;1;6"])
    load(folder, [last])
    assert not found[0].is_file()
    gone = view_store.listed(BAPPEDA, removed=True)[0]
    with pytest.raises(Refused, match="tidak disimpan lagi"):
        view_store.restore(gone, BAPPEDA)


def test_two_views_of_one_build_keep_it_until_both_are_gone(own: Path) -> None:
    current = builds.current(own)
    assert current is not None
    _save("a", pin=current.stem)
    _save("b", pin=current.stem)
    a, b = view_store.listed(BAPPEDA)
    view_store.remove(a, BAPPEDA)
    assert (view_store.pins(own) / current.stem).is_file()
    view_store.remove(b, BAPPEDA)
    assert not (view_store.pins(own) / current.stem).exists()


def test_a_view_is_of_a_role_of_a_unit_and_shared_with_who_covers_it(own: Path) -> None:
    health, works = (asking.viewer_of("kepala-dinas", of) for of in ("dinkes", "pupr"))
    centre = asking.viewer_of("kepala-unit", "pkm-mengupeh")
    assert health is not None
    assert works is not None
    assert centre is not None
    _save("Milik dinkes", health, shared=False)
    _save("Bersama", health)
    _save("Puskesmas", centre)
    assert _names(health) == ["Bersama", "Milik dinkes", "Puskesmas"]
    assert _names(works) == []  # the same role of another agency
    assert _names(centre) == ["Puskesmas"]
    assert _names(BUPATI) == ["Bersama", "Puskesmas"]
    (shared,) = [view for view in view_store.listed(BUPATI) if view.name == "Bersama"]
    for other in (works, BUPATI):
        with pytest.raises(Refused):
            view_store.remove(shared, other)
