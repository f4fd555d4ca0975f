"""Kalender laporan and Beban lapor, on a small district whose reports are known by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dashboard.access import Asker, Viewer
from dashboard.sending import box, times
from tests.dashboard.builds import shown
from tests.dashboard.messages.district import SECRET, make

CLERK = Asker("siti", Viewer("operator", ("pkm-a",)))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("reporting"))


def test_the_calendar_says_who_is_missing_late_and_next(page: Callable, data: Path) -> None:
    words = shown(page("kalender", data_dir=data))
    assert "1 laporan lewat tenggat dan belum masuk: PKM A." in words
    # As of 12 November: the visits of November, of both, fall due on Thursday 10 December; 10 January is a Sunday.
    assert "Berikutnya Kam, 10 Des 2026: Laporan kunjungan bulanan Nov 2026, 2 unit." in words
    assert "Min, 10 Jan 2027" in words
    assert "akhir pekan; tenggat tidak bergeser" in words
    assert "Laporan terakhir: 1 belum masuk" in words
    assert "langganan" in words
    own = shown(page("kalender", data_dir=data, viewer="operator:pkm-b"))
    assert "Tidak ada laporan yang lewat tenggat" in own
    assert "PKM A" not in own
    one = shown(page("kalender", data_dir=data, tentang="evaluation"))
    assert "Evaluasi kinerja pegawai" in one
    assert "Laporan kunjungan bulanan" not in one


def test_the_burden_says_what_is_asked_and_what_is_not_known(page: Callable, data: Path) -> None:
    words = shown(page("beban", data_dir=data, viewer="bappeda", dari="2026-09", sampai="2026-10"))
    # Due in September and October: August's and September's visits of two units, and one evaluation: 5 of 3 units in 2 months.
    assert "Setiap unit diminta rata-rata 0,8 laporan sebulan, paling banyak 1 dalam satu bulan." in words
    assert "5 laporan dari 3 unit" in words
    assert "Yang paling sering ditolak: kolom Baru pada Kunjungan (2 kali)." in words
    assert "menit dan tekanan tombol belum diketahui" in words
    assert "0 menit" not in words
    assert SECRET not in words


def _sending(
    minutes: int | None, tries: int = 2, units: tuple[str, ...] = ("pkm-a",), at: str = "2026-10-05"
) -> box.Sending:
    begun = f"{at}T08:00:00+00:00"
    ended = "" if minutes is None else f"{at}T08:{minutes:02d}:00+00:00"
    made = box.new(Asker("siti", Viewer("operator", units)))
    return box.save(replace(made, at=begun, ended_at=ended, tries=tries, state="loaded", names=("a.csv",)))


@pytest.fixture
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))


@pytest.mark.usefixtures("_folder")
def test_minutes_are_a_median_of_a_unit_and_of_few_are_not_told() -> None:
    for minutes, tries in ((2, 2), (4, 3), (30, 4), (None, 3)):
        _sending(minutes, tries)
    for units in (("pkm-b",), ("pkm-a", "pkm-b")):
        _sending(1, units=units)
    _sending(9, at="2026-11-12")  # of the day itself not all is known yet
    _sending(9, at="2026-08-31")
    found = times.of_units(Viewer("bappeda"), date(2026, 9, 1), date(2026, 11, 1), date(2026, 11, 12))
    # pkm-a: the median of 2, 4 and 30 is 4, of one nobody knows the end; (2 + 3 + 4 + 3) / 4 presses.
    assert found == {
        "pkm-a": times.Times(4, 4, 4.0, 3.0),
        "pkm-b": times.Times(1, 1, None, None),
        "": times.Times(1, 1, None, None),
    }
    own = times.of_units(CLERK.viewer, date(2026, 9, 1), date(2026, 11, 1), date(2026, 11, 12))
    assert set(own) == {"pkm-a"}
