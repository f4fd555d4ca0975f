"""Asal angka: what a page shows is what its trace shows, and what the rows of files come to, worked out again here."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest

from dashboard import access, db, filters
from dashboard.areas.accountability import page as accountability
from dashboard.areas.attainment import page as attainment
from dashboard.areas.overview import page as overview
from dashboard.areas.quality import page as quality
from dashboard.areas.satisfaction import page as satisfaction
from dashboard.areas.visits import page as visits
from dashboard.filters import Filters
from dashboard.snapshot import ChartBlock, Column, Snapshot, TableBlock, TextBlock, Tile
from dashboard.tracing import columns as trace_columns
from dashboard.tracing import links as trace_links
from dashboard.tracing import page as trace_page
from dashboard.tracing import words
from dashboard.words import text
from queries import tracing
from queries.measures import measures

VIEWER = access.Viewer("bupati", sees_names=True)
YEAR = Filters(date(2026, 1, 1), date(2026, 10, 1))


@pytest.fixture(autouse=True)
def _build(sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))


def _follow(url: str, viewer: access.Viewer = VIEWER) -> Snapshot:
    """Return the page behind a link, as the browser's address would give it."""
    query = {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
    build = db.build()
    return trace_page.compose(filters.read(query, build.first_month, build.last_month), viewer, query)


def _tile(page: Snapshot, name: str) -> Tile:
    return next(tile for tile in page.tiles if tile.id == name)


def _table(page: Snapshot, name: str) -> pl.DataFrame:
    (block,) = [block for block in page.blocks if not isinstance(block, tuple) and block.id == name]
    assert isinstance(block, TableBlock)
    return block.table


def _traced(compose: Callable[..., Snapshot], chosen: Filters, tile: str, *more: str | None) -> tuple[Tile, Snapshot]:
    page = trace_links.marked(compose(chosen, VIEWER, *more), chosen)
    shown = _tile(page, tile)
    assert shown.trace, f"no link to the origin of {tile}"
    return shown, _follow(shown.trace)


def _total(values: pl.Series) -> float:
    return float(sum(value for value in values if value is not None))


def _index(rows: pl.DataFrame) -> float:
    means = []
    for i in range(1, 10):
        known = rows.filter(pl.col(f"u{i}").is_not_null())
        if known.height:
            weighted = _total(known[f"u{i}"] * known["respondents"])
            means.append(weighted / _total(known["respondents"]))
    return sum(means) / len(means) * 25


def _mean(page: Snapshot) -> float:
    rated = _table(page, "masukan").filter(pl.col("attainment_capped_pct").is_not_null())
    return _total(rated["attainment_capped_pct"] * rated["weight"]) / _total(rated["weight"])


MENGUPEH = Filters(YEAR.period_from, YEAR.period_to, unit="pkm-mengupeh")


@pytest.mark.parametrize("chosen", [YEAR, MENGUPEH, Filters(date(2026, 5, 1), date(2026, 5, 1), service="umum")])
def test_visits_are_the_sum_of_the_rows(chosen: Filters) -> None:
    shown, page = _traced(visits.compose, chosen, "pasien")
    assert _tile(page, "angka").value == shown.value
    assert text.number(_total(_table(page, "baris")["patients"])) == shown.value
    assert text.number(_total(_table(page, "masukan")["patients"])) == shown.value


@pytest.mark.parametrize("chosen", [YEAR, MENGUPEH])
def test_the_index_is_worked_out_from_the_answers_in_the_rows(chosen: Filters) -> None:
    shown, page = _traced(satisfaction.compose, chosen, "ikm")
    assert _tile(page, "angka").value == shown.value
    assert text.number(_index(_table(page, "baris")), 2) == shown.value


def test_an_element_is_its_sum_over_those_who_answered() -> None:
    page = _follow(trace_links.link(MENGUPEH, "satisfaction", element="u3"))
    rows = _table(page, "baris").filter(pl.col("u3").is_not_null())
    assert _tile(page, "angka").value == text.number(
        _total(rows["u3"] * rows["respondents"]) / _total(rows["respondents"]), 2
    )


def test_timeliness_and_completeness_are_counted_from_the_reports() -> None:
    shown, page = _traced(overview.compose, YEAR, "ketepatan")
    rows = _table(page, "baris")
    assert (
        text.pct(100 * _total(rows["is_on_time"]) / _total(rows["is_timed"]))
        == _tile(page, "angka").value
        == shown.value
    )
    shown, page = _traced(quality.compose, YEAR, "completeness", None)
    rows = _table(page, "baris")
    assert text.pct(100 * _total(rows["is_received"]) / rows.height) == _tile(page, "angka").value == shown.value
    assert _table(page, "kelengkapan").height == rows.height - _total(rows["is_received"])


@pytest.mark.parametrize("chosen", [YEAR, MENGUPEH])
def test_a_mean_attainment_is_worked_out_from_its_indicators(chosen: Filters) -> None:
    shown, page = _traced(attainment.compose, chosen, "attainment")
    assert _tile(page, "angka").value == shown.value
    assert text.pct(_mean(page)) == shown.value


def test_every_indicator_of_a_unit_is_traced_to_its_numerators_and_targets() -> None:
    mean = _follow(trace_links.link(MENGUPEH, "attainment"))
    inputs = _table(mean, "masukan").rows(named=True)
    assert len(inputs) >= 10
    told = 0
    for row in inputs:
        page = _follow(row["origin_link"])
        rows = _table(page, "baris")
        done = rows.filter(pl.col("kind") == "realisation")  # the minimum services are ratios
        assert done["numerator"].is_null().equals(done["denominator"].is_null())
        if done["denominator"].null_count():  # a small count of patients in one of them
            continue
        told += 1
        realised = _total(done["numerator"]) / _total(done["denominator"]) * 100
        target = rows.filter((pl.col("kind") == "target") & (pl.col("value").is_not_null())).sort("period")["value"]
        reached = realised / target[-1] * 100
        assert row["attainment_pct"] == pytest.approx(reached, abs=1e-6), row["indicator_name"]
        assert _tile(page, "angka").value == text.pct(reached)
    assert told >= 5


def test_an_agency_takes_the_figure_from_its_units_rows() -> None:
    chosen = Filters(YEAR.period_from, YEAR.period_to, agency="dinkes")
    ratios = [
        r
        for r in _table(_follow(trace_links.link(chosen, "attainment")), "masukan").rows(named=True)
        if r["source"] == "units"
    ]
    assert ratios
    page = _follow(ratios[0]["origin_link"])
    done = _table(page, "baris").filter(pl.col("kind") == "realisation")
    assert done["unit_id"].n_unique() > 1
    series = _table(page, "masukan")
    assert _total(series["numerator"]) == pytest.approx(_total(done["numerator"]))
    assert series["value_ytd"][-1] == pytest.approx(_total(done["numerator"]) / _total(done["denominator"]) * 100)


def test_the_signal_of_a_person_is_the_sum_of_its_components_and_these_come_from_the_rows() -> None:
    person = db.fetch("trace/evaluation_rows", VIEWER, **YEAR.parameters()).filter(pl.col("kind") == "indicator")[
        "employee_id"
    ][0]
    chosen = Filters(YEAR.period_from, YEAR.period_to, employee=person)
    shown, page = _traced(accountability.compose, chosen, "signal")
    parts, rows = _table(page, "masukan"), _table(page, "baris")
    assert _tile(page, "angka").value == shown.value == text.number(_total(parts["contribution"]), 1)
    own = rows.filter(pl.col("kind") == "indicator")
    reached = (own["realisation"] / own["target"] * 100).clip(0, 100).drop_nulls()
    score = dict(parts.select("component", "score").iter_rows())
    assert score["result"] == pytest.approx(reached.mean())
    known = own["is_on_time"].drop_nulls()
    if known.len():
        assert score["timeliness"] == pytest.approx(100 * _total(known) / known.len())


def test_the_mean_signal_of_a_person_is_that_of_the_ranking_over_all_rows_of_the_window() -> None:
    person = db.fetch("trace/evaluation_rows", VIEWER, **YEAR.parameters())["employee_id"][0]
    chosen = Filters(YEAR.period_from, YEAR.period_to, employee=person)
    ranked = db.fetch("accountability/person", VIEWER, **chosen.parameters()).row(0, named=True)
    page = _follow(trace_links.link(chosen, "accountability_mean"))
    assert _tile(page, "angka").value == text.number(ranked["signal_mean"], 1)
    rows = _table(page, "baris").filter(pl.col("kind") == "evaluation")
    assert rows["period"].n_unique() >= ranked["evaluations"]


def test_people_in_a_trace_are_pseudonyms_even_for_who_may_read_names() -> None:
    page = _follow(trace_links.link(YEAR, "evaluations"))
    rows = _table(page, "baris")
    assert rows["person"].str.contains(r"^Pegawai [0-9A-F]{6}$").all()
    assert not {"employee_name", "name", "nip"} & set(rows.columns)
    assert _tile(page, "angka").value == text.number(
        rows.filter(pl.col("kind") == "evaluation")["employee_id"].n_unique()
    )


def test_who_may_not_see_a_person_sees_no_signal_and_no_rows() -> None:
    person = db.fetch("trace/evaluation_rows", VIEWER, unit="pkm-mengupeh").row(0, named=True)["employee_id"]
    chosen = Filters(YEAR.period_from, YEAR.period_to, employee=person)
    other = access.Viewer("kepala", units=("pkm-suo-suo",))
    page = _follow(trace_links.link(chosen, "accountability"), other)
    assert _tile(page, "angka").value is None
    assert _table(page, "baris").is_empty()
    assert _table(page, "masukan").is_empty()


def test_a_viewer_of_one_unit_is_traced_no_row_of_another() -> None:
    other = access.Viewer("kepala", units=("pkm-suo-suo",))
    for kind in ("visits", "satisfaction", "reporting", "evaluations", "attainment"):
        rows = _table(_follow(trace_links.link(YEAR, kind), other), "baris")
        assert (
            set(rows["unit_id"]) <= {"pkm-suo-suo", "dinkes"}
            if kind == "attainment"
            else set(rows["unit_id"]) == {"pkm-suo-suo"}
        ), kind


@pytest.mark.parametrize(("tile", "column"), [("files", None), ("rows", "rows_accepted")])
def test_the_state_of_the_data_is_counted_from_its_files(tile: str, column: str | None) -> None:
    shown, page = _traced(quality.compose, YEAR, tile, None)
    files = _table(page, "baris")
    assert _tile(page, "angka").value == shown.value
    assert text.number(_total(files[column]) if column else files.height) == shown.value


@pytest.mark.parametrize(
    ("compose", "more"),
    [
        (overview.compose, ()),
        (attainment.compose, ()),
        (visits.compose, ()),
        (satisfaction.compose, ()),
        (accountability.compose, ()),
        (quality.compose, (None,)),
    ],
    ids=lambda value: value.__module__.split(".")[-1] if callable(value) else "",
)
def test_every_figure_of_a_page_leads_to_its_origin(compose: Callable[..., Snapshot], more: tuple[None, ...]) -> None:
    page = trace_links.marked(compose(MENGUPEH, VIEWER, *more), MENGUPEH)
    assert [tile.id for tile in page.tiles if not tile.trace] == []
    flat = [part for row in page.blocks for part in (row if isinstance(row, tuple) else (row,))]
    silent = {block.id for block in flat if isinstance(block, ChartBlock | TableBlock) and not block.trace}
    assert silent <= {"sinyal", "perhatian", "peta", "peringkat", "baris", "rows", "weights", "changes", "keputusan"}, (
        silent
    )
    query = parse_qs(urlsplit(page.tiles[0].trace or "").query)
    assert query["unit"] == ["pkm-mengupeh"]
    assert query["kembali"] == [page.page]


def test_the_words_say_where_the_figure_comes_from_and_the_way_back() -> None:
    page = _follow(trace_links.link(MENGUPEH, "visits", "kunjungan", service="umum"))
    assert page.extra["back_words"] == "Kembali ke Kunjungan"
    assert page.extra["back_link"].startswith("kunjungan?")
    assert "layanan=umum" in page.extra["back_link"]
    said = " ".join(headline.text for headline in page.headlines)
    assert "baru +" in said
    assert "laporan yang jatuh tempo sudah diterima" in said
    assert "Ini data terbitan yang pertama" in said
    about = page.blocks[0]
    assert isinstance(about, TextBlock)
    assert "Rumus angka" in about.body


def test_an_address_that_asks_for_nonsense_gets_the_usual_figure_and_no_way_back() -> None:
    assert trace_page.read({"angka": "rahasia", "kembali": "//contoh.id"}) == trace_page.Asked()
    page = _follow("asal?angka=satisfaction&unsur=u12&unit=tidak-ada&kembali=javascript:1")
    assert _tile(page, "angka").value is None
    assert "back_link" not in page.extra


def test_a_kind_that_is_not_there_is_answered_with_the_list() -> None:
    with pytest.raises(KeyError, match="attainment_mean"):
        tracing.collect("kunjungan", lambda *_: pl.DataFrame(), {})


def test_each_kind_of_figure_has_its_parts_its_columns_and_its_definition() -> None:
    traced = {kind: measures()[kind].traced for kind in tracing.kinds()}
    assert set(traced) >= {"attainment", "visits", "satisfaction", "reporting", "accountability", "files"}
    assert {how.parts for how in traced.values()} == set(tracing.PARTS)
    assert {how.inputs for how in traced.values()} == set(trace_columns.INPUTS)
    assert {how.rows for how in traced.values()} == set(trace_columns.ROWS)
    assert {how.equation for how in traced.values()} - {None} == set(words.EQUATIONS)
    page = _follow(trace_links.link(YEAR, "visits"))
    said = next(block for block in page.blocks if isinstance(block, TextBlock) and block.id == "definisi").body
    assert measures()["visits"].definition[0] in said
    assert "Ditetapkan kabupaten (bentuk laporan kunjungan)" in said


def test_changes_are_said_revised_first_with_their_file() -> None:
    changes = pl.DataFrame(
        {"state": ["revised", "new"], "figures": [1, 20], "file": ["perbaikan.csv", "maret.csv"]},
    )
    compared = {"state": "compared", "previous_built_at": date(2026, 4, 1)}
    said, signal = words.changed(compared, changes)
    assert said == "Sejak data terbitan 1 Apr 2026: 1 angka lama direvisi, dari berkas perbaikan.csv."
    assert signal == "bad"
    assert words.changed(compared, changes.filter(pl.col("state") == "new"))[0].endswith(
        "20 angka baru, tidak ada angka lama yang berubah."
    )
    assert words.changed(compared, changes.clear())[0] == "Tidak ada yang berubah sejak data terbitan 1 Apr 2026."
    assert "rusak" in words.changed({"state": "damaged"}, changes.clear())[0]


def test_a_column_that_says_nothing_is_left_out_and_a_row_keeps_its_place() -> None:
    page = _follow(trace_links.link(MENGUPEH, "visits"))
    rows = next(block for block in page.blocks if isinstance(block, TableBlock) and block.id == "baris")
    shown = [column.name for column in rows.columns]
    assert {"file", "row", "patients"} <= set(shown)
    assert Column("file", "Berkas", link="link", role="origin") in rows.columns
