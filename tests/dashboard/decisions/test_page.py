"""Keputusan: what the page says of decisions, the forms that write them, and the marks that figures wear."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import polars as pl
import pytest

from dashboard import access, charts, db
from dashboard.access import Viewer
from dashboard.areas.overview import page as overview
from dashboard.areas.visits import page as visits
from dashboard.decisions import blocks as decision_blocks
from dashboard.decisions import forms as decision_forms
from dashboard.decisions import marks as decision_marks
from dashboard.decisions import page as decisions_page
from dashboard.decisions import store as decision_store
from dashboard.decisions.values import Figure, Seen, Wording, present
from dashboard.filters import Filters
from dashboard.meetings import agenda
from dashboard.render import html
from dashboard.render import plotly as plotly_figure
from dashboard.render.drawing import svg
from dashboard.snapshot import ChartBlock, Snapshot, TableBlock, TextBlock
from dashboard.tracing import links as trace_links
from dashboard.words import text

CHOSEN = Filters(date(2026, 1, 1), date(2026, 10, 1))
TODAY = date(2026, 11, 24)
BUPATI, READER = access.of("bupati"), access.of("pimpinan")
MENGUPEH = Figure("kunjungan", "visits", "pkm-mengupeh")
LATE = Wording("Tambah jam buka", "Kepala Puskesmas Mengupeh", date(2026, 11, 1), "1.500 kunjungan sebulan")
COMING = Wording("Semua melapor tepat waktu", "Kepala Bappeda", date(2026, 12, 20))
HOSTILE = '<script>alert(1)</script>=HYPERLINK("x")'


@pytest.fixture
def notes(sample_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of an empty store beside the sample district."""
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    monkeypatch.setenv("RAPOR_NOTES_URL", f"sqlite:///{tmp_path}/notes.sqlite")
    return tmp_path / "notes.sqlite"


def _seen(figure: Figure) -> Seen:
    return replace(decision_marks.newest(decision_marks.series(figure, BUPATI, CHOSEN)), build_id=db.build().id)


def _record(name: str, figure: Figure, wording: Wording, seen: Seen | None = None) -> None:
    decision_store.record(name, figure, wording, seen or _seen(figure), Viewer("bupati"))


def _block(page: Snapshot, name: str) -> TableBlock | ChartBlock:
    flat = [block for row in page.blocks for block in (row if isinstance(row, tuple) else (row,))]
    (found,) = [block for block in flat if block.id == name]
    assert isinstance(found, (TableBlock, ChartBlock))
    return found


def _said(test: Any) -> str:
    return " ".join(element.proto.body for element in test.get("html"))


# --- the figure ---


@pytest.mark.parametrize(
    ("address", "figure"),
    [
        ("asal?angka=visits&unit=pkm-a&layanan=gizi&kembali=kunjungan", Figure("kunjungan", "visits", "pkm-a", "gizi")),
        ("asal?angka=attainment&opd=dinkes&indikator=X&kembali=ringkasan", Figure("ringkasan", "attainment", "dinkes", "X")),
        ("asal?angka=reporting&opd=dinkes&unit=pkm-a&kembali=quality", Figure("mutu-data", "reporting", "pkm-a")),
        ("asal?angka=satisfaction", Figure("ringkasan", "satisfaction")),
        ("asal?angka=visits&pembayar=umum", None),  # the series is that of all payers
        ("asal?angka=satisfaction&unsur=u1", None),
        ("asal?angka=accountability&pegawai=e1", None),  # no decisions on people
        ("asal?angka=rejects", None),
        (None, None),
    ],
)  # fmt: skip
def test_an_address_names_the_figure_that_a_decision_is_made_on(address: str | None, figure: Figure | None) -> None:
    assert decision_marks.of_link(address) == figure


def test_the_value_of_a_figure_is_the_one_of_its_own_page(notes: Path) -> None:
    months = db.fetch("visits/trend", BUPATI, **replace(CHOSEN, unit="pkm-mengupeh").parameters())
    found = decision_marks.newest(decision_marks.series(MENGUPEH, BUPATI, CHOSEN))
    last = months.drop_nulls("patients").row(-1, named=True)
    assert (found.value, found.period) == (last["patients"], last["month"])
    for measure in ("attainment", "satisfaction", "reporting"):  # an agency and the district have a series, too
        for unit in ("dinkes", None):
            assert (
                decision_marks.newest(decision_marks.series(Figure("x", measure, unit), BUPATI, CHOSEN)).value
                is not None
            )


@pytest.mark.parametrize(
    ("measure", "then", "now", "said"),
    [
        ("visits", 1370.0, 1327.0, "turun 3,1 %"),  # 43 / 1370 = 3.14 %
        ("satisfaction", 82.0, 82.25, "naik 0,25 poin"),
        ("attainment", 81.4, 81.4, "tetap"),
        ("visits", 0.0, 5.0, "–"),  # no share of nothing
        ("visits", None, 5.0, "–"),
    ],
)
def test_what_became_of_a_value(measure: str, then: float | None, now: float, said: str) -> None:
    before = Seen(then, date(2026, 5, 1) if then is not None else None)
    assert decision_marks.change(Figure("x", measure), before, Seen(now, date(2026, 10, 1))) == said


def test_nothing_new_since_the_decision_is_said_so() -> None:
    same = Seen(5.0, date(2026, 10, 1))
    assert decision_marks.change(MENGUPEH, same, same) == "belum ada data baru"
    assert decision_marks.at(MENGUPEH, Seen()) == "belum melapor"


# --- the page ---


def test_the_lists_say_which_are_late_open_and_done_with_the_figure_then_and_now(notes: Path) -> None:
    _record("late", MENGUPEH, LATE, Seen(1000.0, date(2026, 5, 1), 1, "b"))
    _record("coming", Figure("ringkasan", "reporting"), COMING)
    _record("done", Figure("capaian", "attainment", "dinkes"), replace(LATE, what="Percepat imunisasi"))
    decision_store.close("done", 1, "Dua belas puskesmas", Viewer("bappeda"))
    page = decisions_page.compose(CHOSEN, BUPATI, {}, today=TODAY)
    assert [headline.text for headline in page.headlines] == [
        "2 keputusan terbuka, 1 selesai.",
        "1 melewati tenggat; yang terlama “Tambah jam buka” (Kepala Puskesmas Mengupeh), tenggat 1 Nov 2026.",
    ]
    late = _block(page, "terlambat").table.row(0, named=True)
    now = decision_marks.newest(decision_marks.series(MENGUPEH, BUPATI, CHOSEN))
    assert now.value is not None
    assert late["unit"] == "Puskesmas Mengupeh"
    assert late["then"] == "1.000 · Mei 2026"
    assert late["now"] == f"{text.number(now.value)} · Okt 2026"
    assert late["change"] == text.change((now.value - 1000) / 10)  # per cent of 1000
    assert late["days"] == 23  # 1 to 24 November
    assert _block(page, "terbuka").table["what"].to_list() == ["Semua melapor tepat waktu"]
    assert _block(page, "selesai").table["result"].to_list() == ["Dua belas puskesmas"]
    chart = _block(page, "deret-late")
    assert isinstance(chart, ChartBlock)
    assert chart.chart.options["notes"] == ((date.today(), f"keputusan {text.date(date.today())}"),)
    of_unit = decisions_page.compose(replace(CHOSEN, unit="pkm-mengupeh"), BUPATI, {}, today=TODAY)
    assert _block(of_unit, "terbuka").table.is_empty()
    assert _block(of_unit, "terlambat").table.height == 1
    of_agency = decisions_page.compose(replace(CHOSEN, agency="dinkes"), BUPATI, {}, today=TODAY)  # with its units
    assert (_block(of_agency, "terlambat").table.height, _block(of_agency, "selesai").table.height) == (1, 1)


def test_an_empty_store_says_how_to_begin_and_is_not_made_by_looking(notes: Path) -> None:
    page = decisions_page.compose(CHOSEN, BUPATI, {}, today=TODAY)
    assert page.headlines[0].text.startswith("Belum ada keputusan pada pilihan ini.")
    assert decisions_page.block(CHOSEN, BUPATI, TODAY).title == "Keputusan: 0 terbuka, 0 terlambat"
    assert not notes.exists()


def test_one_decision_tells_all_that_happened(notes: Path) -> None:
    _record("d1", MENGUPEH, LATE)
    decision_store.change("d1", 1, replace(LATE, who="Dinas Kesehatan"), Viewer("bappeda"))
    decision_store.close("d1", 2, "Selesai dilaksanakan", Viewer("bupati"))
    page = decisions_page.compose(CHOSEN, READER, {decisions_page.OPENED: "d1"}, today=TODAY)
    assert page.headlines[0].text == f"Selesai {text.date(date.today())}: Selesai dilaksanakan"
    rows = _block(page, "riwayat").table
    assert rows["kind"].to_list() == ["Selesai", "Diubah", "Dicatat"]  # the newest first
    assert rows["said"][1] == "Pelaksana: Dinas Kesehatan (sebelumnya Kepala Puskesmas Mengupeh)"
    assert isinstance(_block(page, "deret"), ChartBlock)
    (nothing,) = decisions_page.compose(CHOSEN, READER, {decisions_page.OPENED: "d9"}).blocks
    assert isinstance(nothing, TextBlock)
    assert nothing.title == "Keputusan ini tidak ditemukan"


def test_a_store_that_can_t_be_opened_leaves_every_page_standing(notes: Path, page: Callable) -> None:
    notes.write_bytes(b"no database" * 1000)
    test = page("keputusan", viewer="bupati")
    assert "Catatan belum dapat dibuka" in _said(test)
    assert "Catat keputusan</a>" not in _said(page("kunjungan", viewer="bupati"))
    assert "Catatan keputusan belum dapat dibuka" in _said(page("", viewer="bupati"))


# --- marks on figures ---


def _visits(viewer: Viewer = BUPATI, *, links: bool = True) -> Snapshot:
    chosen = replace(CHOSEN, unit="pkm-mengupeh")
    return decision_marks.marked(
        trace_links.marked(visits.compose(chosen, viewer), chosen), chosen, viewer, links=links
    )


def test_a_figure_wears_its_open_decisions_and_the_way_to_record_one(notes: Path) -> None:
    bare = _visits()
    _record("d1", MENGUPEH, LATE)
    shown = _visits()
    block = _block(shown, "bulanan")
    assert isinstance(block, ChartBlock)
    assert block.note is not None
    assert block.note.endswith("Tambah jam buka (Kepala Puskesmas Mengupeh, tenggat 1 Nov 2026).")
    assert len(block.chart.options["notes"]) == 1
    assert "1 keputusan terbuka" in shown.tiles[0].completeness
    assert block.decide is not None
    query = dict(parse_qsl(urlsplit(block.decide).query))
    assert decisions_page.read(query).figure == MENGUPEH
    assert [tile.id for tile in shown.tiles if tile.decide] == ["pasien"]  # a share of new visits is another figure
    decision_store.close("d1", 1, "selesai", Viewer("bupati"))
    assert _block(_visits(), "bulanan").note == _block(bare, "bulanan").note


def test_who_may_not_decide_and_a_frozen_page_have_no_way_to_record(notes: Path) -> None:
    _record("d1", MENGUPEH, LATE)
    for shown in (_visits(READER), _visits(links=False)):
        assert not any(tile.decide for tile in shown.tiles)
        assert "Tambah jam buka" in (_block(shown, "bulanan").note or "")


def test_the_decisions_are_a_page_of_an_agenda(notes: Path) -> None:
    _record("d1", MENGUPEH, LATE)
    made = agenda.page("keputusan", (), "bappeda")
    assert _block(made, "terlambat").table.height + _block(made, "terbuka").table.height == 1
    assert agenda.page("keputusan", ((decisions_page.OPENED, "d1"),), "bappeda").title == "Tambah jam buka"


def test_a_meeting_knows_the_decisions_and_the_day_of_its_own_moment(notes: Path) -> None:
    _record("d1", MENGUPEH, replace(LATE, due_on=date(2100, 1, 1)))
    asked = agenda.Agenda("Rapat", (("keputusan", ()), ("ringkasan", ())), viewer="bappeda", form=agenda.WHOLE)
    now = datetime.now(UTC).replace(tzinfo=None)
    first = agenda.compose(asked, now)
    assert _block(first.pages[0], "terbuka").table.height == 1
    assert _block(first.pages[1], "keputusan").table["what"][0] == "Tambah jam buka"
    decision_store.close("d1", 1, "Selesai", Viewer("bupati"))
    again = agenda.again(first, now)
    assert again.id == first.id
    later = agenda.again(first, datetime.now(UTC).replace(tzinfo=None))
    assert _block(later.pages[0], "selesai").table.height == 1
    decision_store.reopen("d1", 2, Viewer("bupati"))
    then = agenda.again(first, datetime(2100, 1, 3, 12))
    assert _block(then.pages[0], "terlambat").table["days"].to_list() == [2]  # 1 to 3 January
    before = agenda.again(first, datetime(2020, 1, 1))
    assert _block(before.pages[0], "terbuka").table.is_empty()


def test_hostile_words_are_text_wherever_they_are_shown(notes: Path) -> None:
    _record("d1", MENGUPEH, Wording(HOSTILE, HOSTILE, date(2026, 12, 1), HOSTILE))
    page = decisions_page.compose(CHOSEN, BUPATI, {decisions_page.OPENED: "d1"}, today=TODAY)
    head = html.title(page) + html.text_block(page.blocks[0])  # ty: ignore[invalid-argument-type]
    assert "<script" not in head
    assert "&lt;script&gt;" in head
    frame = pl.DataFrame({"day": [date(2026, 1, 1), date(2026, 2, 1)], "value": [1.0, 2.0]})
    chart = charts.line(frame, "day", "value", title="t", unit="u", alt="a", notes=[(date(2026, 1, 15), HOSTILE)])
    assert "<script" not in str(plotly_figure.specification(chart)["layout"]["annotations"])
    assert "<script" not in svg.svg(chart, 400, 200)


def test_a_noted_day_is_an_upright_line_with_words_and_the_axis_reaches_it() -> None:
    frame = pl.DataFrame({"day": [date(2026, 1, 1), date(2026, 2, 1)], "value": [1.0, 2.0]})
    notes = [(date(2026, 3, 10), "keputusan"), (date(2025, 12, 1), "terlalu awal")]
    bare = charts.line(frame, "day", "value", title="t", unit="u", alt="a")
    chart = charts.line(frame, "day", "value", title="t", unit="u", alt="a", notes=notes)
    layout = plotly_figure.specification(chart)["layout"]
    (line,) = [shape for shape in layout["shapes"] if shape.get("x0") == "2026-03-10"]
    assert line["x0"] == line["x1"]
    assert [label["text"] for label in layout["annotations"]].count("keputusan") == 1
    assert "terlalu awal" not in str(layout["annotations"])
    assert layout["xaxis"]["range"][1] > date(2026, 3, 10)
    assert "notes" not in bare.options
    assert svg.svg(chart, 400, 200) != svg.svg(bare, 400, 200)


# --- the forms ---


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("31-12-2026", date(2026, 12, 31)),
        (" 1/2/2027 ", date(2027, 2, 1)),
        ("01.02.2027", date(2027, 2, 1)),
        ("31-02-2027", None),
        ("2027-01-01", None),
        ("besok", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_people_write_it(said: str, day: date | None) -> None:
    assert decision_forms.day_of(said) == day


def _field(test: Any, kind: str, ending: str) -> Any:
    (found,) = [one for one in test.get(kind) if one.key and one.key.endswith(ending)]
    return found


def _press(test: Any, label: str) -> Any:
    (button,) = [one for one in test.button if one.label == label]
    return button.click().run()


def test_a_decision_is_recorded_changed_closed_and_reopened_through_the_forms(notes: Path, page: Callable) -> None:
    new = {"baru": "1", "angka": "visits", "unit": "pkm-mengupeh", "kembali": "kunjungan"}
    test = page("keputusan", viewer="bupati", **new)
    assert "Puskesmas Mengupeh" in _said(test)
    _field(test, "text_area", "-what").set_value(HOSTILE)
    test = _press(test, "Catat keputusan")
    assert "Isi dulu siapa yang melaksanakan" in _said(test)
    assert not notes.exists()
    _field(test, "text_input", "-who").set_value("Dinas Kesehatan")
    _field(test, "text_input", "-due").set_value("31-02-2027")
    test = _press(test, "Catat keputusan")
    assert "misalnya 31-12-2026" in _said(test)
    _field(test, "text_input", "-due").set_value("01-11-2020")
    test = _press(test, "Catat keputusan")
    assert "Keputusan dicatat" in _said(test)
    assert "Tenggatnya sudah lewat" in _said(test)
    assert "<script>alert" not in _said(test)
    (one,) = decision_store.listed(BUPATI)
    assert one.seen.value == _seen(MENGUPEH).value
    assert one.seen.build_id == db.build().id
    assert test.query_params["buka"] == [one.id] or test.query_params["buka"] == one.id

    _field(test, "text_area", "-what").set_value("Tambah dokter")
    test = _press(test, "Simpan perubahan")
    assert "Perubahan disimpan" in _said(test)
    test = _press(test, "Selesaikan")
    assert "Isi hasilnya dulu" in _said(test)
    test.text_area(key="decision-result").set_value("Dua dokter")
    test = _press(test, "Selesaikan")
    assert "Keputusan selesai" in _said(test)
    test = _press(test, "Buka kembali")
    assert "Dibuka kembali" in _said(test)
    events = decision_store.history(one.id, BUPATI)
    assert [event.kind for event in events] == ["created", "changed", "closed", "reopened"]
    assert present(events).wording.what == "Tambah dokter"


def test_who_only_reads_sees_decisions_but_no_form(notes: Path, page: Callable) -> None:
    _record("d1", MENGUPEH, LATE)
    test = page("keputusan", viewer="pimpinan", buka="d1")
    assert "Tambah jam buka" in _said(test)
    assert not [one for one in test.button if one.label in {"Simpan perubahan", "Selesaikan"}]
    test = page("keputusan", viewer="pimpinan", baru="1", angka="visits")
    assert "hanya membaca keputusan" in _said(test)
    assert not test.text_area


def test_a_figure_that_is_not_known_has_no_form(notes: Path, page: Callable) -> None:
    for wrong in ({"angka": "visits", "unit": "pkm-x"}, {"angka": "rejects"}, {"angka": "visits", "layanan": "x"}):
        test = page("keputusan", viewer="bupati", baru="1", **wrong)
        assert "Belum dapat dicatat" in _said(test)
        assert not test.text_area
    of_one = Viewer("bupati", units=("pkm-mengupeh",))
    assert decisions_page.why_not(MENGUPEH, CHOSEN, of_one) is None
    assert decisions_page.why_not(replace(MENGUPEH, unit_id=None), CHOSEN, of_one) is not None  # the whole district


def test_a_frozen_ringkasan_lists_decisions_without_the_way_to_all_of_them(notes: Path) -> None:
    _record("late", MENGUPEH, LATE)
    live = overview.compose(CHOSEN, BUPATI)
    frozen = decision_marks.marked(live, CHOSEN, BUPATI, links=False)
    assert _block(live, "keputusan").table["what"].to_list() == [LATE.what]
    assert _block(frozen, "keputusan").table["what"].to_list() == [LATE.what]


def test_long_words_are_cut_between_two_of_them() -> None:
    said = "Tambah jam buka poli umum sampai pukul 16.00, dan aktifkan puskesmas keliling"
    assert decision_blocks.short(said, 47) == "Tambah jam buka poli umum sampai pukul 16.00…"
    assert decision_blocks.short("x" * 50, 20) == "x" * 19 + "…"


def test_the_ringkasan_counts_open_and_late_and_leads_to_them(notes: Path, page: Callable) -> None:
    _record("late", MENGUPEH, replace(LATE, due_on=date(2020, 1, 1)))
    _record("coming", Figure("ringkasan", "reporting"), replace(COMING, due_on=date(2100, 1, 1)))
    said = _said(page("", viewer="bupati"))
    assert "Keputusan: 2 terbuka, 1 terlambat" in said
    assert "keputusan?dari=" in said
    assert "1 keputusan terbuka" in said  # at the tile of reports in time
    with text.speaking("en"):
        assert decisions_page.block(CHOSEN, BUPATI, TODAY).title == "Decisions: 2 open, 1 overdue"


def test_notes_lie_in_the_data_folder_where_no_address_is_given(
    sample_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(sample_data / "warehouse", folder / "warehouse")
    monkeypatch.setenv("RAPOR_DATA", str(folder))
    monkeypatch.delenv("RAPOR_NOTES_URL", raising=False)
    _record("d1", MENGUPEH, LATE)
    assert (folder / "notes.sqlite").is_file()
