"""What changed since a meeting: hand-made meetings, what holds for every meeting, and a correction of the sample district."""

import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dashboard import access, db
from dashboard.meetings import agenda, revisions
from dashboard.meetings import comparison_page as view
from dashboard.meetings import store as meeting_store
from dashboard.meetings.comparison import Comparison, compare
from dashboard.meetings.comparison_rows import figure
from dashboard.meetings.revisions import Revisions
from dashboard.snapshot import Column, Headline, Meeting, Snapshot, TableBlock, TextBlock, Tile, keys
from dashboard.words import text
from rapor import app
from tests.effort import tries

OLD, NEW = datetime(2026, 10, 25, 9), datetime(2026, 11, 25, 9)
COLUMNS = (
    Column("name", "Unit", role="name"),
    Column("month", "Bulan", "month", role="period"),
    Column("patients", "Kunjungan", "int"),
)
SEP, OCT = date(2026, 9, 1), date(2026, 10, 1)
NONE = Revisions()


def _table(*rows: tuple[str, date, int | None], reports: int = 20) -> TableBlock:
    frame = pl.DataFrame(
        [(f"pkm-{n}", n, m, p, reports) for n, m, p in rows],
        schema={"unit_id": pl.String, "name": pl.String, "month": pl.Date, "patients": pl.Int64, "units_reporting": pl.Int64},
        orient="row",
    )  # fmt: skip
    return TableBlock("unit-bulan", "Tabel", frame, COLUMNS, keys=keys("unit_id", units_reporting="reports"))


def _page(*blocks, title: str = "Kunjungan", **more) -> Snapshot:
    return Snapshot("kunjungan", title, "Jan–Okt 2026", blocks=tuple(blocks), **more)


def _meeting(*pages: Snapshot, at: datetime = OLD, language: str = "id", settings: tuple = ()) -> Meeting:
    return Meeting("m", "Rapat", at.date(), "", language, "pimpinan", pages, "b", at, settings)


def _kinds(found: Comparison) -> list[tuple]:
    return [(m.change.what, m.change.before.value, m.change.now.value, m.change.kind) for m in found.moved]


@pytest.mark.parametrize(
    ("words", "language", "value", "measure"),
    [
        ("355.202", "id", 355202.0, ""), ("95,3 %", "id", 95.3, "%"), ("95,3\u00a0%", "id", 95.3, "%"),
        ("355,202", "en", 355202.0, ""), ("−0.5 points", "en", -0.5, "points"), ("19 / 20", "id", None, ""),
        ("18 dari 20 unit", "id", None, ""), ("B", "id", None, ""), (None, "id", None, ""), ("1,2,3", "id", None, ""),
    ],
)  # fmt: skip
def test_a_figure_is_read_as_the_language_writes_it(words, language, value, measure) -> None:
    found = figure(words, language)
    assert (found.value, found.measure) == (value, measure)


def test_revised_completed_withdrawn_and_new_months_are_told_apart() -> None:
    before = _table(("A", SEP, 100), ("B", SEP, None), ("C", SEP, 30))
    now = _table(("C", SEP, None), ("B", SEP, 50), ("A", SEP, 110), ("A", OCT, 90))
    found = compare(_meeting(_page(before)), _meeting(_page(now)))
    assert sorted(_kinds(found)) == [
        ("A · Sep 2026", 100, 110, "revised"),
        ("B · Sep 2026", None, 50, "completed"),
        ("C · Sep 2026", 30, None, "withdrawn"),
    ]
    assert [(r.what, r.state, r.is_period) for r in found.rows] == [("A · Okt 2026", "new", True)]


def test_a_row_of_a_known_month_is_new_and_not_a_new_period() -> None:
    before, now = _table(("A", SEP, 1), ("D", SEP, 5)), _table(("A", SEP, 1), ("B", SEP, 2))
    found = compare(_meeting(_page(before)), _meeting(_page(now)))
    assert [(r.what, r.state, r.is_period) for r in found.rows] == [
        ("B", "new", False),
        ("D", "gone", False),
    ]


def test_more_reports_complete_a_figure_and_do_not_revise_it() -> None:
    before, now = _table(("A", SEP, 100), reports=18), _table(("A", SEP, 120), reports=20)
    assert [k[-1] for k in _kinds(compare(_meeting(_page(before)), _meeting(_page(now))))] == ["completed"]
    assert [k[-1] for k in _kinds(compare(_meeting(_page(now)), _meeting(_page(before))))] == ["withdrawn"]


def test_a_figure_of_another_period_moved_and_was_not_revised() -> None:
    def block(patients: int) -> TableBlock:
        frame = pl.DataFrame({"unit_id": ["a"], "name": ["A"], "patients": [patients]})
        return TableBlock("unit", "Tabel", frame, (COLUMNS[0], COLUMNS[2]), keys=keys("unit_id"))

    before, now = _page(block(10)), replace(_page(block(12)), period="Jan–Nov 2026")
    assert _kinds(compare(_meeting(before), _meeting(now))) == [("A", 10, 12, "moved")]
    assert _kinds(compare(_meeting(before), _meeting(_page(block(12))))) == [("A", 10, 12, "revised")]


def test_what_is_not_shown_has_not_moved() -> None:
    def page(value: float) -> Snapshot:
        frame = pl.DataFrame({"unit_id": ["a"], "name": ["A"], "value": [value]})
        return _page(TableBlock("t", "T", frame, (COLUMNS[0], Column("value", "Capaian", "pct")), keys=keys("unit_id")))

    assert compare(_meeting(page(81.41)), _meeting(page(81.44))).is_empty
    assert not compare(_meeting(page(81.44)), _meeting(page(81.46))).is_empty


def test_tiles_headlines_signals_and_blocks() -> None:
    def signals(*rows: tuple[str, str, str | None]) -> TableBlock:
        schema = ["measure", "unit_id", "name", "signal", "what"]
        frame = pl.DataFrame([("visits", u, u.upper(), s, w) for u, s, w in rows], schema, orient="row")
        columns = (COLUMNS[0], Column("what", "Apa", role="finding"))
        return TableBlock("sinyal", "Sinyal", frame, columns, keys=keys("measure", "unit_id", signal="signal"))

    before = _page(
        signals(("a", "good", "naik"), ("b", "bad", "turun"), ("c", "ordinary", "")), TextBlock("catatan", "Catatan", "x"),
        tiles=(Tile("v", "Kunjungan", "1.000", "kunjungan"), Tile("p", "Capaian", "95,3 %", "Tinggi"), Tile("k", "K", None)),
        headlines=(
            Headline("A 10 pada Sep", "kunjungan?dari=2026-01&sampai=2026-09&unit=a#x", "bad"),
            Headline("B 5 pada Sep", "kunjungan?unit=b", "bad"), Headline("Sama", None),
        ),
    )  # fmt: skip
    now = _page(
        signals(("b", "good", "naik"), ("a", "good", "naik lagi")), _table(("A", SEP, 1)),
        tiles=(Tile("p", "Capaian", "96,3 %", "Sangat Tinggi"), Tile("v", "Kunjungan", "1.250", "kunjungan"), Tile("k", "K", "3")),
        headlines=(
            Headline("Sama", None), Headline("C 7 pada Okt", "kunjungan?unit=c", "bad"),
            Headline("A 11 pada Okt", "kunjungan?dari=2026-01&sampai=2026-10&unit=a#x", "bad"),
        ),
    )  # fmt: skip
    found = compare(_meeting(before), _meeting(now, at=NEW))
    assert {(t.now.id, t.change) for t in found.tiles} == {("v", 250.0), ("p", None), ("k", None)}
    said = {(h.before and h.before.text, h.now and h.now.text) for h in found.headlines}
    assert said == {("A 10 pada Sep", "A 11 pada Okt"), ("B 5 pada Sep", None), (None, "C 7 pada Okt")}
    assert {(s.what, s.signal, s.state) for s in found.signals} == {("B", "good", "new"), ("B", "bad", "gone")}
    assert {(p.block, p.state) for p in found.parts} == {("Tabel", "new"), ("Catatan", "gone")}
    page = view.compose(found, NONE)
    assert page.title == "Sejak rapat 25 Okt 2026"
    assert "Kunjungan 1.000 kunjungan → 1.250 kunjungan (naik 25,0 %)" in page.headlines[0].text.replace("\u00a0", " ")
    assert "1 sinyal baru, 1 sinyal hilang." in [h.text for h in page.headlines]


def test_pages_belong_together_by_address_and_filters_whatever_their_order() -> None:
    a, b = _page(_table(("A", SEP, 1)), title="Unit A"), _page(_table(("B", SEP, 2)), title="Unit B")
    asked = tuple(("kunjungan", (("unit", u), ("sampai", "2026-10"))) for u in "ab")
    before, now = _meeting(a, b, settings=asked), _meeting(b, a, settings=asked[::-1])
    assert compare(before, now).is_empty
    later = tuple((address, (query[0], ("sampai", "2026-11"))) for address, query in asked)
    assert compare(before, _meeting(a, b, settings=later)).is_empty  # the period alone is another
    other = _meeting(a, settings=(("kunjungan", (("unit", "c"),)),))
    assert [(p.page, p.state) for p in compare(before, other).parts] == [
        ("Unit A", "new"),
        ("Unit A", "gone"),
        ("Unit B", "gone"),
    ]


def test_nothing_changed_says_so_in_both_languages() -> None:
    same = compare(_meeting(_page(_table(("A", SEP, 1)))), _meeting(_page(_table(("A", SEP, 1))), at=NEW))
    said = [h.text for h in view.compose(same, NONE).headlines]
    assert said == ["Tidak ada yang berubah sejak rapat 25 Okt 2026: 1 halaman menunjukkan angka yang sama."]
    with text.speaking("en"):
        assert view.compose(same, NONE).headlines[0].text.startswith("Nothing changed since the meeting of 25 Oct 2026")


def test_where_a_build_is_gone_the_file_is_said_to_be_unknown() -> None:
    found = compare(_meeting(_page(_table(("A", SEP, 100)))), _meeting(_page(_table(("A", SEP, 110))), at=NEW))
    page = view.compose(found, replace(NONE, is_known=False))
    (block,) = [b for b in page.blocks if isinstance(b, TableBlock) and b.id == "revisi"]
    assert block.table.select("before", "after", "file").rows() == [("100", "110", view.unknown_file())]
    assert any(view.unknown_file() in h.text for h in page.headlines)


def test_who_may_not_see_names_gets_no_comparison_with_a_meeting_that_may_hold_them() -> None:
    named = replace(_meeting(_page()), viewer="bupati")
    with pytest.raises(PermissionError):
        view.page(named, _meeting(_page()), access.of("bappeda"))


_rows = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from([SEP, OCT]), st.none() | st.integers(0, 5)), max_size=6
)
_tiles = st.lists(st.sampled_from(["v", "p"]), unique=True).flatmap(
    lambda ids: st.tuples(
        *(st.builds(Tile, st.just(i), st.just(i), st.none() | st.sampled_from(["1", "2 %"])) for i in ids)
    )
)
_pages = st.builds(
    lambda rows, reports, tiles: _page(_table(*rows, reports=reports), tiles=tiles),
    _rows,
    st.sampled_from([18, 20]),
    _tiles,
)


@tries(60)
@given(_pages, _pages, st.randoms(use_true_random=False))
def test_a_meeting_equals_itself_in_any_order_and_the_counts_mirror(a: Snapshot, b: Snapshot, random) -> None:
    (block,) = a.blocks
    assert isinstance(block, TableBlock)
    order = list(range(block.table.height))
    random.shuffle(order)
    mixed = replace(a, blocks=(replace(block, table=block.table[order]),))
    assert compare(_meeting(a), _meeting(mixed)).is_empty
    there, back = compare(_meeting(a), _meeting(b)), compare(_meeting(b), _meeting(a))
    mirror = {"revised": "revised", "moved": "moved", "completed": "withdrawn", "withdrawn": "completed"}
    assert sorted(mirror[m.change.kind] for m in there.moved) == sorted(m.change.kind for m in back.moved)
    assert len(there.tiles) == len(back.tiles)
    states = {"new": "gone", "gone": "new"}
    assert sorted((states[r.state], r.is_period, r.what) for r in there.rows) == sorted(
        (r.state, r.is_period, r.what) for r in back.rows
    )


@pytest.fixture(scope="module")
def corrected(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, Path]:
    """Return the sample district after a meeting was frozen and one figure corrected: its folder, the meeting, the file."""
    from etl.load import load  # noqa: PLC0415  heavy, and only this needs it

    data = tmp_path_factory.mktemp("since") / "data"
    shutil.copytree(sample_data, data)
    build = data / "warehouse" / (data / "warehouse" / "current").read_text().strip()
    asked = agenda.Agenda("Rapat Oktober", (("kunjungan", ()), ("kepuasan", ())), date(2026, 10, 25), form=agenda.WHOLE)
    with db.using(build):
        made = agenda.compose(asked, OLD)
    meeting_store.write(data / "snapshots", made)
    db._connection.clear()
    path = data / "perbaikan_2026-02_20261101.csv"
    path.write_text(_correction(build), encoding="utf-8")
    moment = datetime(2026, 11, 1, tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    assert load(data, [path]).published
    return data, made.id, path


def _correction(build: Path, month: str = "2026-02") -> str:
    """Return the report of Mengupeh for a month once more, its first figure 1.000 and all others as they were."""
    with duckdb.connect(str(build), read_only=True) as connection:
        rows = connection.execute(
            "select s.name, p.name, new_count, returning_count from visit join reference.services as s using (service_id)"
            " join reference.payers as p using (payer_id)"
            " where unit_id = 'pkm-mengupeh' and month = cast($month as date) order by service_id, payer_id",
            {"month": f"{month}-01"},
        ).fetchall()
    lines = [
        f"{month};PKM Mengupeh;{service};{payer};{new};{old};{new + old}"
        for service, payer, new, old in [(*rows[0][:2], 100, 900), *rows[1:]]
    ]
    return "\n".join(
        ["Bulan;Nama Puskesmas;Jenis Layanan;Cara Bayar;Kunjungan Baru;Kunjungan Lama;Jumlah Kunjungan", *lines, ""]
    )


def test_a_correction_names_the_figure_and_its_file(corrected, monkeypatch: pytest.MonkeyPatch) -> None:
    data, name, path = corrected
    monkeypatch.delenv("RAPOR_VIEWER", raising=False)
    result = CliRunner().invoke(app, ["snapshot", "compare", name, "--format", "json", "--data-dir", str(data)])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert len(told["revisi"]) == 1, told["revisi"]
    (revised,) = told["revisi"]
    assert revised["Berkas"] == path.name
    assert (revised["Unit"], revised["Periode"], revised["Sekarang"]) == ("Mengupeh", "Feb 2026", "1.000 (100 + 900)")
    before = int(revised["Sebelumnya"].split(" ")[0].replace(".", ""))
    moved = {(m["Apa"], m["Angka"]): m for m in told["bergerak"]}
    month = moved["Mengupeh · Feb 2026", "Jumlah kunjungan"]
    numbers = [int(month[side].replace(".", "")) for side in ("Dahulu", "Sekarang")]
    assert numbers[1] - numbers[0] == 1000 - before
    assert month["Mengapa"] == "direvisi"
    elsewhere = {m["Angka"] for m in told["bergerak"] if m["Halaman"] != "Kunjungan pasien"}
    assert elsewhere == {"Sampel minimal"}  # of satisfaction nothing but the sample that so many visits ask for
    assert told["counts"]["bergerak"] == str(len(told["bergerak"]))
    plain = CliRunner().invoke(app, ["snapshot", "compare", name, "--data-dir", str(data)])
    assert plain.exit_code == 0
    assert "Sejak rapat 25 Okt 2026" in plain.stdout
    assert path.name in plain.stdout


def test_a_meeting_compared_with_itself_has_nothing_to_say(corrected) -> None:
    data, name, _path = corrected
    result = CliRunner().invoke(app, ["snapshot", "compare", name, name, "--data-dir", str(data)])
    assert result.exit_code == 0
    assert "Tidak ada yang berubah sejak rapat 25 Okt 2026: 2 halaman" in result.stdout


def test_a_revision_names_its_file_whatever_builds_lay_between(corrected, tmp_path: Path) -> None:
    from etl.load import load  # noqa: PLC0415  heavy, and only this needs it

    source, name, path = corrected
    data = tmp_path / "data"
    shutil.copytree(source, data)
    warehouse = data / "warehouse"
    between = warehouse / (warehouse / "current").read_text().strip()
    later = data / "perbaikan_2026-01_20261115.csv"
    later.write_text(_correction(between, "2026-01"), encoding="utf-8")
    moment = datetime(2026, 11, 15, tzinfo=UTC).timestamp()
    os.utime(later, (moment, moment))
    assert load(data, [later]).published
    between.unlink(missing_ok=True)  # the build that first held the correction of February is no longer kept
    frozen = meeting_store.read(data / "snapshots", name)
    with db.using(warehouse / (warehouse / "current").read_text().strip()):
        found = revisions.between(frozen, agenda.again(frozen, NEW), access.of("pimpinan"))
    assert found.is_known
    files = {(row["period"], row["file"]) for row in found.rows.rows(named=True) if row["unit_id"] == "pkm-mengupeh"}
    assert (date(2026, 2, 1), path.name) in files
    assert {file for period, file in files if period == date(2026, 1, 1)} == {later.name}
    assert found.rows.filter(pl.col("period") == date(2026, 2, 1)).height == 1  # the one figure that was corrected


def test_a_value_that_is_as_it_was_again_is_no_revision(corrected) -> None:
    data, name, _path = corrected
    frozen = meeting_store.read(data / "snapshots", name)
    with db.using(data / "warehouse" / (data / "warehouse" / "current").read_text().strip()):
        now = agenda.again(frozen, NEW)
        there = revisions.between(frozen, now, access.of("pimpinan")).rows.row(0, named=True)
        back = revisions.between(
            replace(frozen, build_id=now.build_id), replace(now, build_id=frozen.build_id), access.of("pimpinan")
        )
        same = revisions.between(now, now, access.of("pimpinan"))
    assert same.rows.is_empty()
    (row,) = back.rows.rows(named=True)
    assert (row["value_before"], row["value_after"]) == (there["value_after"], there["value_before"]) != (1000, 1000)


def test_where_the_build_of_the_meeting_is_gone_or_of_another_make_nothing_is_known(corrected) -> None:
    data, name, _path = corrected
    warehouse = data / "warehouse"
    frozen = meeting_store.read(data / "snapshots", name)
    (warehouse / "20200101T000000-00000001.duckdb").write_bytes(b"no build" * 999)
    with duckdb.connect(str(warehouse / "20200101T000000-00000002.duckdb")) as connection:
        connection.execute("create schema load; create table load.comparison (state varchar)")
    with db.using(warehouse / (warehouse / "current").read_text().strip()):
        now = agenda.again(frozen, NEW)
        for number in range(3):
            older = replace(frozen, build_id=f"20200101T000000-0000000{number}")
            assert not revisions.between(older, now, access.of("pimpinan")).is_known
