"""Rapat: a page is frozen with its filters, opened as it was, compared with today, and kept from who may not see it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.meetings import store as meeting_store
from tests.dashboard.builds import shown


@pytest.fixture(scope="module")
def data_dir(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the sample district's build, so that snapshots can be written beside it."""
    folder = tmp_path_factory.mktemp("rapat")
    shutil.copytree(sample_data / "warehouse", folder / "warehouse")
    shutil.copytree(sample_data / "reference", folder / "reference")
    return folder


def _freeze(page: Callable, data_dir: Path, **form: str) -> object:
    test = page("rapat", viewer="bupati", data_dir=data_dir, bekukan="kunjungan", unit="pkm-mengupeh")
    test.radio[0].set_value("lengkap").run(timeout=60)
    for label, value in form.items():
        next(field for field in test.text_input if field.label.startswith(label)).set_value(value)
    return next(button for button in test.button if button.label == "Bekukan").click().run(timeout=60)


def test_a_page_is_frozen_and_opened_as_it_was(page: Callable, data_dir: Path) -> None:
    assert "Belum ada cuplikan" in shown(page("rapat", data_dir=data_dir))
    test = _freeze(page, data_dir, Judul="Rapat <b>bulanan</b>", Tanggal="25-11-2026")
    (entry,) = meeting_store.listed(data_dir / "snapshots")
    assert (entry.title, f"{entry.held_on}", entry.viewer) == ("Rapat <b>bulanan</b>", "2026-11-25", "bupati")
    assert "Rapat &lt;b&gt;bulanan&lt;/b&gt;" in shown(test)
    again = page("rapat", viewer="bupati", data_dir=data_dir, rapat=entry.id)
    live = page("kunjungan", viewer="bupati", data_dir=data_dir, unit="pkm-mengupeh")
    figure = meeting_store.read(data_dir / "snapshots", entry.id).pages[0].tiles[0].value
    assert figure
    assert figure in shown(again)
    assert figure in shown(live)
    assert "Sejak rapat 25 Nov 2026" in shown(
        page("rapat", viewer="bupati", data_dir=data_dir, rapat=entry.id, banding="1")
    )
    test = page("rapat", viewer="bupati", data_dir=data_dir, bekukan="kepuasan")
    test.radio[0].set_value("lengkap").run(timeout=60)
    next(box for box in test.selectbox if "sejak rapat" in box.label).set_value(entry.id)
    next(button for button in test.button if button.label == "Bekukan").click().run(timeout=60)
    newest = max(meeting_store.listed(data_dir / "snapshots"), key=lambda e: e.created_at)
    assert newest.pages == ("Sejak rapat 25 Nov 2026", "Kepuasan masyarakat")
    listed = shown(page("rapat", viewer="bupati", data_dir=data_dir))
    assert "2 cuplikan" in listed
    assert entry.id in listed


def test_who_may_see_no_names_neither_lists_nor_opens_it(page: Callable, data_dir: Path) -> None:
    entries = meeting_store.listed(data_dir / "snapshots")
    if not entries:
        _freeze(page, data_dir, Judul="Rapat", Tanggal="25-11-2026")
        entries = meeting_store.listed(data_dir / "snapshots")
    assert "Belum ada cuplikan" in shown(page("rapat", viewer="pimpinan", data_dir=data_dir))
    opened = shown(page("rapat", viewer="pimpinan", data_dir=data_dir, rapat=entries[0].id))
    assert "Cuplikan ini tidak dapat dibuka" in opened
    assert "<div class='rp-tiles'>" not in opened


@pytest.mark.parametrize("day", ["besok", "31-02-2026", ""])
def test_a_form_that_is_not_complete_says_what_is_missing(page: Callable, data_dir: Path, day: str) -> None:
    before = meeting_store.listed(data_dir / "snapshots")
    assert "Belum dapat dibekukan" in shown(_freeze(page, data_dir, Tanggal=day))
    assert meeting_store.listed(data_dir / "snapshots") == before


def test_an_altered_or_unknown_snapshot_is_said_calmly(page: Callable, data_dir: Path) -> None:
    assert "Cuplikan ini tidak ada" in shown(page("rapat", data_dir=data_dir, rapat="../x"))
    _freeze(page, data_dir, Judul="Rapat lain", Tanggal="26-11-2026")
    entry = next(e for e in meeting_store.listed(data_dir / "snapshots") if e.title == "Rapat lain")
    path = data_dir / "snapshots" / entry.id / "01-kunjungan.json"
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
    opened = shown(page("rapat", viewer="bupati", data_dir=data_dir, rapat=entry.id))
    assert "tidak lagi seperti saat dibekukan" in opened
    assert "01-kunjungan.json" in opened
    manifest = path.with_name("manifest.json")
    now, newer = (f'"format": {number}' for number in (meeting_store.FORMAT, meeting_store.FORMAT + 1))
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(now, newer), encoding="utf-8")
    said = f"{entry.id}: dibuat oleh Rapor yang lebih baru; perbarui Rapor dulu"
    assert said in shown(page("rapat", viewer="bupati", data_dir=data_dir, rapat=entry.id))
    assert said in shown(page("rapat", viewer="bupati", data_dir=data_dir))
    shutil.rmtree(path.parent)
