"""The frame of every page: what a fault looks like, what an empty choice says."""
# ruff: noqa: PLC0415  AppTest runs the source of a function by itself, so that it has to import what it needs

import logging

import pytest
from streamlit.testing.v1 import AppTest


def _failing() -> None:
    from dashboard import layout

    with layout.guarded():
        raise ValueError("Siti Contoh 199001012015012003")


def test_a_fault_is_shown_calmly_and_logged_without_its_data(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="rapor"):
        test = AppTest.from_function(_failing, default_timeout=60).run()
    assert not test.exception
    (notice,) = test.get("html")
    assert "Halaman ini belum dapat ditampilkan" in notice.proto.body
    assert "rapor check" in notice.proto.body
    (line,) = [record.getMessage() for record in caplog.records if record.name == "rapor"]
    assert line.startswith("a page failed: ValueError at ")
    assert "Siti" not in line
    assert "1990" not in line


def _older() -> None:
    from dashboard import layout
    from queries.formats import OlderBuild

    with layout.guarded():
        raise OlderBuild("Data terbitan lama.", "Jalankan `rapor load`.")


def test_a_build_that_lacks_what_a_page_needs_is_said_with_what_to_do() -> None:
    test = AppTest.from_function(_older, default_timeout=60).run()
    assert not test.exception
    (notice,) = test.get("html")
    assert "Data terbitan lama. Jalankan <code>rapor load</code>." in notice.proto.body


def _showing() -> None:
    from datetime import date
    from typing import Any

    import polars as pl

    from dashboard import charts, layout
    from dashboard.snapshot import ChartBlock, Column, Headline, Snapshot, TableBlock, TextBlock, Tile

    words: Any = {"title": "Kunjungan naik", "unit": "pasien", "alt": "Garis kunjungan"}
    some = pl.DataFrame({"m": [date(2026, 1, 1), date(2026, 2, 1)], "y": [1234, None]})
    columns = (Column("m", "Bulan", "month"), Column("y", "Kunjungan", "int"))
    none = some.clear()
    layout.show(
        Snapshot(
            page="kunjungan",
            title="Kunjungan <pasien>",
            period="Jan–Feb 2026",
            filters="Jan–Feb 2026",
            headlines=(Headline("Naik <b>", "#tren", "good"),),
            tiles=(Tile("a", "Kunjungan", "1.234", "pasien", sparkline=(1.0, 2.0)),),
            blocks=(
                (ChartBlock("tren", charts.line(some, "m", "y", **words), some, columns),),
                ChartBlock("kosong", charts.line(none, "m", "y", **words), none, columns),
                TableBlock("rincian", "Rincian", none, columns, empty="Belum ada baris."),
                TextBlock("catatan", "Catatan", "Satu.\n\nDua."),
            ),
            definitions=(("Kunjungan", "Pasien baru dan lama."),),
            as_of=date(2026, 3, 1),
            findings=2,
            is_sample=True,
        )
    )


def test_a_snapshot_is_drawn_with_its_table_its_words_and_its_empty_states() -> None:
    test = AppTest.from_function(_showing, default_timeout=60).run()
    assert not test.exception, test.exception
    shown = " ".join(element.proto.body for element in test.get("html"))
    assert "Kunjungan &lt;pasien&gt;" in shown
    assert "Naik &lt;b&gt;" in shown
    assert "Data per 1 Mar 2026" in shown
    assert "2 temuan" in shown
    assert "Tidak ada data untuk pilihan ini" in shown
    assert "Perpanjang periodenya" in shown
    assert "Belum ada baris." in shown
    assert "Pasien baru dan lama." in shown
    assert shown.count("data-gambaran=") == 1, "the empty one draws no axes"
    assert "aria-label='Garis kunjungan'" in shown
    assert [expander.label for expander in test.expander] == ["Lihat tabel"]
    assert ">1.234<" in shown
