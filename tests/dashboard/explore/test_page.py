"""Jelajah: what its pages show, held against the sample build read directly, with Polars, and against the rows that they lead to."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import duckdb
import polars as pl
import pytest

from dashboard import access, db, filters
from dashboard.access import Viewer
from dashboard.explore import page as explore_page
from dashboard.filters import Filters
from dashboard.meetings import agenda
from dashboard.snapshot import ChartBlock, Snapshot, TableBlock
from dashboard.web import pieces
from dashboard.words import text
from queries import builds
from queries.explore.tables import tables
from tests.dashboard.builds import shown

JANUARY, OCTOBER = date(2026, 1, 1), date(2026, 10, 1)
LEADER = access.of("pimpinan")
YEAR = Filters(JANUARY, OCTOBER)
ALL = [(table.name, measure) for table in tables().values() for measure in table.measures]
BODY = re.compile(r"<tbody>(.*?)</tbody>", re.S)


@pytest.fixture
def sample(sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the data folder of the sample district, which this process reads now."""
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    monkeypatch.delenv("RAPOR_VIEWER", raising=False)
    return sample_data


def _rows(folder: Path, sql: str) -> pl.DataFrame:
    """Return rows of the build itself, read past everything that the dashboard does."""
    name = (folder / "warehouse" / "current").read_text(encoding="utf-8").strip()
    with duckdb.connect(folder / "warehouse" / name, read_only=True, config=builds.OPENED) as build:
        return build.sql(sql).pl()


def _visits(folder: Path) -> pl.DataFrame:
    sql = (
        "select month, unit_short_name as unit, patients from mart.visit_open join mart.reporting_unit using (unit_id)"
        " where patients is not null"
    )
    return _rows(folder, sql)


def _page(chosen: Filters = YEAR, viewer: Viewer = LEADER, **words: str) -> Snapshot:
    return explore_page.compose(chosen, viewer, words)


def _table(page: Snapshot, name: str = "tabel") -> TableBlock:
    return next(block for block in page.flat() if isinstance(block, TableBlock) and block.id == name)


def _lines(page: Snapshot, name: str = "tabel") -> list[dict]:
    """Return the rows of a table of the page, its columns by the words above them."""
    block = _table(page, name)
    links = {f"{column.label}→": pl.col(column.link) for column in block.columns if column.link}
    return block.table.select(**{column.label: pl.col(column.name) for column in block.columns}, **links).to_dicts()


def _followed(url: str, viewer: Viewer = LEADER) -> Snapshot:
    """Return the page that a link of Jelajah leads to, read from its address alone."""
    query = dict(parse_qsl(urlsplit(url).query))
    build = db.build()
    return _page(filters.read(query, build.first_month, build.last_month), viewer, **query)


@pytest.mark.parametrize(("table", "measure"), ALL)
def test_every_measure_of_every_table_is_shown_and_its_total_is_no_sum_of_groups(
    sample: Path, table: str, measure: str
) -> None:
    page = _page(tabel=table, ukuran=measure, kolom="unit" if tables()[table].row != "unit" else "agency")
    assert page.title == f"Jelajah: {tables()[table].title[0]}"
    declared = tables()[table].measures[measure]
    assert page.definitions[0][1].endswith(f"Satuan: {declared.unit[0]}. Rumus: {declared.formula[0]}")
    *lines, last = _lines(page)
    whole = page.tiles[0]
    assert lines
    assert "%" not in whole.unit  # beside a figure that says it
    total = "Jumlah" if tables()[table].measures[measure].is_additive else "Semua"
    alone = _page(tabel=table, ukuran=measure, baris="-")  # the whole, asked for by itself
    assert alone.tiles[0].value == whole.value
    assert _lines(alone)[-1][tables()[table].measures[measure].label[0]] == last[total]
    by_row = {line[next(iter(line))]: line for line in _lines(_page(tabel=table, ukuran=measure))}
    label = tables()[table].measures[measure].label[0]
    for line in lines:
        assert line[total] == by_row[next(iter(line.values()))][label]
    rows = _page(tabel=table, ukuran=measure, lihat="baris")
    assert rows.headlines[0].text.startswith(f"{page.tiles[1].value} baris")  # as many as the tile says
    if not tables()[table].measures[measure].is_additive:
        refused = _page(tabel=table, ukuran=measure, hitung="jumlah")
        assert refused.blocks == ()
        assert refused.headlines[-1].text == tables()[table].measures[measure].sum_refused[0]


def test_the_refusal_of_a_sum_says_why_and_shows_no_table(page: Callable) -> None:
    words = shown(page("jelajah", tabel="submissions", hitung="jumlah"))
    assert "Persentase tidak dapat dijumlahkan" in words
    assert "<table" not in words


def test_a_pivot_of_visits_is_that_of_the_rows(sample: Path) -> None:
    visits = _visits(sample).filter(pl.col("month").is_between(JANUARY, OCTOBER))
    quarter = pl.col("month").dt.truncate("1q")
    *lines, last = _lines(_page(kolom="month", butir="triwulan"))
    sums = {(u, q): n for u, q, n in visits.group_by("unit", quarter).agg(pl.col("patients").sum()).iter_rows()}
    names = {date(2026, 1 + 3 * n, 1): f"TW {numeral} 2026" for n, numeral in enumerate(("I", "II", "III"))}
    names[date(2026, 10, 1)] = "TW IV 2026 (hanya Okt 2026)"
    assert len(lines) == visits["unit"].n_unique() == 20
    for line in lines:
        for start, name in names.items():
            assert line[name] == sums.get((line["Unit"], start))
    assert last["Jumlah"] == visits["patients"].sum()
    assert [line["Jumlah"] for line in lines] == sorted((line["Jumlah"] for line in lines), reverse=True)


def test_the_satisfaction_index_of_a_group_is_made_of_its_answers(sample: Path) -> None:
    answers = _rows(
        sample,
        "select unit_short_name as unit, month, respondents, u1, u2, u3, u4, u5, u6, u7, u8, u9 from response"
        " join mart.reporting_unit using (unit_id)"
        " where month + to_months(period_months) > date '2026-01-01' and month <= date '2026-10-01'",
    )

    def index(rows: pl.DataFrame) -> float:
        means = []
        for element in (f"u{n}" for n in range(1, 10)):
            known = rows.drop_nulls(element)
            means.append(float((known[element] * known["respondents"]).sum()) / float(known["respondents"].sum()))
        return 25 * sum(means) / 9

    *lines, last = _lines(_page(tabel="satisfaction", kolom="month"))
    for line in lines:
        assert line["Semua"] == pytest.approx(index(answers.filter(pl.col("unit") == line["Unit"])))
    assert last["Semua"] == pytest.approx(index(answers))
    assert last["Semua"] != pytest.approx(sum(line["Semua"] for line in lines) / len(lines), abs=0.005)


def test_last_year_the_period_before_a_unit_and_the_district_are_what_they_say(sample: Path) -> None:
    visits = _visits(sample)

    def total(first: date, last: date, unit: str | None = None) -> dict[str, int]:
        rows = visits.filter(pl.col("month").is_between(first, last))
        rows = rows if unit is None else rows.filter(pl.col("unit") == unit)
        return dict(rows.group_by("unit").agg(pl.col("patients").sum()).iter_rows()) | {"": int(rows["patients"].sum())}

    now, ago = total(JANUARY, OCTOBER), total(date(2025, 1, 1), date(2025, 10, 1))
    page = _page(terhadap="tahun-lalu")
    *lines, last = _lines(page)
    both = visits.select("unit", "month").unique()  # a change is that of the months which a unit reported in both years
    both = both.join(both.with_columns(pl.col("month").dt.offset_by("1y")), on=["unit", "month"])
    alike = [both, both.with_columns(pl.col("month").dt.offset_by("-1y"))]
    spans = (JANUARY, OCTOBER), (date(2025, 1, 1), date(2025, 10, 1))
    here_alike, there_alike = (
        dict(
            visits.join(months, on=["unit", "month"])
            .filter(pl.col("month").is_between(*span))
            .group_by("unit")
            .agg(pl.col("patients").sum())
            .iter_rows()
        )
        for months, span in zip(alike, spans, strict=True)
    )
    for line in lines:
        assert (line["Kunjungan"], line["Tahun lalu"]) == (now[line["Unit"]], ago[line["Unit"]])
        here, there = here_alike[line["Unit"]], there_alike[line["Unit"]]
        assert line["Selisih"] == here - there
        assert line["Perubahan"] == pytest.approx(100 * (here - there) / there)
    late = next(line for line in lines if line["Unit"] == "Alai Ilir")  # nine months this year, ten in the last one
    assert late["Kunjungan"] < late["Tahun lalu"]
    assert late["Perubahan"] > 0
    assert (last["Kunjungan"], last["Tahun lalu"]) == (now[""], ago[""])
    assert page.tiles[0].comparison == f"dibanding tahun lalu: {text.number(ago[''])}"

    before = total(date(2025, 3, 1), date(2025, 12, 1))  # ten months before January
    assert _lines(_page(terhadap="sebelumnya"))[-1]["Periode sebelumnya"] == before[""]

    mengupeh = total(JANUARY, OCTOBER, "Mengupeh")[""]
    against = _lines(_page(terhadap="unit", pembanding="pkm-mengupeh"))
    assert {line["Puskesmas Mengupeh"] for line in against} == {mengupeh}
    own = _page(replace(YEAR, unit="pkm-mengupeh"), terhadap="kabupaten", baris="month")
    *months, whole = _lines(own)
    assert (whole["Kunjungan"], whole["Seluruh kabupaten"]) == (mengupeh, now[""])
    assert len(months) == 10
    assert months[0]["Seluruh kabupaten"] == visits.filter(pl.col("month") == JANUARY)["patients"].sum()


@pytest.mark.parametrize("how", ["tahun-lalu", "sebelumnya", "kabupaten"])
def test_a_comparison_is_the_same_along_rows_and_along_columns(sample: Path, how: str) -> None:
    along_rows, along_columns = (
        _page(baris=row, kolom=column, terhadap=how) for row, column in (("month", "-"), ("-", "month"))
    )
    assert _lines(along_rows) == [
        line | {"Kunjungan→": other["Kunjungan→"]}
        for line, other in zip(_lines(along_columns), _lines(along_rows), strict=True)
    ]
    charts = [
        next(b.chart.data for b in page.flat() if isinstance(b, ChartBlock)) for page in (along_rows, along_columns)
    ]
    assert charts[0].equals(charts[1])
    assert charts[0]["compared"].null_count() == 0


def test_a_comparison_with_a_unit_waits_until_one_is_chosen(sample: Path) -> None:
    waiting = _page(terhadap="unit")
    assert "Pilih unit pembandingnya; sebelum itu tidak ada yang dibandingkan." in [h.text for h in waiting.headlines]
    assert "Selisih" not in _lines(waiting)[0]
    unknown = _page(terhadap="unit", pembanding="pkm-tidak-ada")
    assert any("pembanding=pkm-tidak-ada" in headline.text for headline in unknown.headlines)
    assert "Selisih" not in _lines(unknown)[0]


def test_a_period_before_that_can_t_be_lined_up_is_refused_with_its_reason(sample: Path) -> None:
    page = _page(baris="month", butir="triwulan", terhadap="sebelumnya")  # ten months are no whole quarters
    assert page.blocks == ()
    assert "tidak dapat disejajarkan" in page.headlines[-1].text


def test_a_month_without_a_report_is_a_gap_also_at_the_end(sample: Path) -> None:
    visits = _visits(sample)
    late = sorted(set(visits["unit"]) - set(visits.filter(pl.col("month") == OCTOBER)["unit"]))
    assert len(late) == 2  # two health centres have not reported October
    page = _page(baris="month", saring=f"unit:masuk:{quote(late[0], safe='')}")
    *months, _last = _lines(page)
    assert [line["Bulan"] for line in months] == [text.month(date(2026, m, 1)) for m in range(1, 11)]
    assert (months[-1]["Kunjungan"], months[-1]["Baris"], months[-1]["Kunjungan→"]) == (None, None, None)
    chart = next(block.chart for block in page.flat() if isinstance(block, ChartBlock))
    assert chart.data["value"].to_list()[-1] is None
    assert chart.data.height == 10


def test_every_cell_of_a_pivot_leads_to_rows_that_add_up_to_it_with_their_place_in_a_file(sample: Path) -> None:
    chosen = Filters(date(2026, 5, 1), date(2026, 6, 1))
    *lines, last = _lines(_page(chosen, baris="service", kolom="payer", saring="unit:masuk:Mengupeh"))
    cells = [
        (line[name], line[f"{name}→"]) for line in (*lines[:2], last) for name in list(line)[1:] if f"{name}→" in line
    ]
    assert len(cells) >= 12
    for figure, url in cells:
        if figure is None:
            assert url is None
            continue
        rows = _lines(_followed(url), "baris")
        assert figure == sum(row["Kunjungan"] for row in rows)
        assert {row["Unit"] for row in rows} == {"Mengupeh"}
        assert all(row["Berkas"] and (row["Baris"] or row["Digabung"] == "ya") for row in rows)
    files = _lines(_followed(cells[0][1]), "berkas")
    assert sum(file["Baris"] for file in files) == len(_lines(_followed(cells[0][1]), "baris"))


def test_a_quarter_leads_to_the_months_of_it_that_were_chosen_and_no_more(sample: Path) -> None:
    page = _page(baris="month", butir="triwulan", saring="month:antara:2026-02-01,2026-05-01;unit:masuk:Mengupeh")
    first, second, _whole = _lines(page)
    for line, months in ((first, {2, 3}), (second, {4, 5})):
        rows = _lines(_followed(line["Kunjungan→"]), "baris")
        assert {row["Bulan"].month for row in rows} == months
        assert sum(row["Kunjungan"] for row in rows) == line["Kunjungan"]


def test_rows_come_in_parts_each_once_and_in_order(sample: Path) -> None:
    chosen = Filters(JANUARY, JANUARY)
    found, part, url = [], 1, "?lihat=baris&dari=2026-01&sampai=2026-01"
    while url:
        page = _followed(url)
        found += _lines(page, "baris")
        url = page.extra.get("after_link")
        assert (part > 1) == ("before_link" in page.extra)
        assert "unduhannya memuat semuanya" in (_table(page, "baris").hint or "")
        part += 1
    assert part - 1 == -(-len(found) // 100) > 2
    visits = _visits(sample).filter(pl.col("month") == JANUARY)
    assert sum(row["Kunjungan"] for row in found) == visits["patients"].sum()
    keys = [(row["Unit"], row["Layanan"], row["Pembayar"], row["Baris"]) for row in found]
    assert len(set(keys)) == len(keys)
    asked = {"lihat": "baris", "lembar": "2", "dari": "2026-01", "sampai": "2026-01"}
    file = pieces.answer(
        "jelajah", "baris", "csv", asked
    )  # one press takes all of them along, not the part that is shown
    lines = list(csv.DictReader(io.StringIO(bytes(file.body).decode("utf-8-sig"), newline="")))
    written = [line for line in lines[: len(found)] if line["Berkas"]]
    assert sum(int(line["Kunjungan"] or 0) for line in written) == visits["patients"].sum()
    beyond = _page(chosen, lihat="baris", lembar="9999")
    assert _lines(beyond, "baris") == found[-(len(found) % 100 or 100) :]


def test_a_viewer_of_some_units_sees_no_other(sample: Path) -> None:
    viewer = Viewer("kepala-unit", units=("pkm-mengupeh",))
    for table in tables():
        page = _page(viewer=viewer, tabel=table, baris="unit")
        assert {line["Unit"] for line in _lines(page)} <= {"Mengupeh", "Semua", "Jumlah"}
        rows = _page(viewer=viewer, tabel=table, lihat="baris")
        assert {row["Unit"] for row in _lines(rows, "baris")} == {"Mengupeh"}
    mine = _page(viewer=viewer, terhadap="kabupaten", baris="month")
    assert "Seluruh unit Anda" in _lines(mine)[0]  # not what he may not see
    other = _page(viewer=viewer, terhadap="unit", pembanding="pkm-sungai-bengkal")
    assert "Selisih" not in _lines(other)[0]
    assert _lines(_page(replace(YEAR, unit="pkm-sungai-bengkal"), viewer)) == []


def test_names_are_read_only_by_those_who_may(page: Callable, sample: Path) -> None:
    names = set(_rows(sample, "select employee_name from mart.accountability_person")["employee_name"])
    for role, sees in (("bupati", True), ("bappeda", False)):
        words = shown(page("jelajah", viewer=role, tabel="accountability", lihat="baris"))
        assert any(name in unescape(words) for name in names) == sees
        assert bool(re.search(r"Pegawai [0-9A-F]{6}", words)) != sees
        assert not re.search(r"\d{15,}", words)


@pytest.mark.parametrize("table", list(tables()))
def test_in_english_no_indonesian_of_the_frame_is_left(page: Callable, table: str) -> None:
    frame = ("Tabel", "Ukuran", "Hitungan", "Baris", "Kolom", "Bandingkan", "Grafik", "Saringan", "Unduh", "Simpan",
             "Tampilan", "Semua", "Jumlah", "baris", "seluruhnya", "menurut", "dibanding", "tahun lalu", "Selisih")  # fmt: skip
    words = {"tabel": table, "terhadap": "tahun-lalu", "saring": f"{tables()[table].time}:ada:;unit:kecuali:Mengupeh"}
    with text.speaking("en"):  # AppTest formats the options of a widget in this thread
        for more in ({}, {"lihat": "baris"})[: 2 if table == "visits" else 1]:
            test = page("jelajah", bahasa="en", **words, **more)
            assert tables()[table].title[1] in shown(test)
            said = re.sub(r"<(td|label)[^>]*>.*?</\1>", " ", shown(test))  # what the files say stays as it was written
            said = re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", said, flags=re.S)
            widgets = (*test.selectbox, *test.multiselect, *test.button, *test.expander)
            said += " ".join(str(getattr(widget, "label", "")) for widget in widgets)
            left = [word for word in frame if re.search(rf"(?<!\w){word}(?!\w)", said)]
            assert not left


def test_a_build_that_is_named_is_shown_and_one_that_is_gone_is_said(page: Callable, sample: Path) -> None:
    build = db.build().id
    words = shown(page("jelajah", data=build))
    assert f"Yang ditampilkan adalah data terbitan {build}" in words
    assert "bekukan=jelajah" not in words  # a meeting freezes what is current
    gone = shown(page("jelajah", data="20200101T000000-00000000"))
    assert "Data terbitan 20200101T000000-00000000 tidak disimpan lagi" in gone
    assert "<table" not in gone


def test_a_meeting_freezes_a_view_with_its_filters(sample: Path) -> None:
    asked = {"page": "jelajah", "baris": "payer", "kolom": "month", "butir": "triwulan", "terhadap": "tahun-lalu",
             "saring": "service:masuk:Gigi dan mulut", "dari": "2026-01", "sampai": "2026-06"}  # fmt: skip
    made = agenda.of({"title": "Rapat", "held_on": date(2026, 11, 25), "bentuk": "lengkap",
                      "page": [asked, asked | {"lihat": "baris"}]})  # fmt: skip
    first = agenda.compose(made, datetime(2026, 11, 24))
    assert agenda.again(first, datetime(2027, 1, 1)).id == first.id
    groups, rows = first.pages
    assert groups.period == "Jan–Jun 2026"
    assert groups.filters == "Jan–Jun 2026 · Layanan adalah Gigi dan mulut"
    assert {row["Layanan"] for row in _lines(rows, "baris")} == {"Gigi dan mulut"}
    whole = _lines(groups)[-1]["Jumlah"]
    live = _page(Filters(JANUARY, date(2026, 6, 1)), saring="service:masuk:Gigi dan mulut")
    assert whole == _lines(live)[-1]["Kunjungan"]
