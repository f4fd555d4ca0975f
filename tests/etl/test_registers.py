"""Changes of the reference tables by hand: kept whole or not at all, with a history, undone by their opposite."""

from pathlib import Path

import pytest

from etl import check, folder, regions
from etl.registers import Refused, from_lines, keep, try_out, typed, undo
from queries.edits import Change, Edit, Row, columns, history, rows, with_names
from queries.registers import Unclear, expect_within, registers, understood

UNITS = registers()["units"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    tebo = regions.find("15.09")
    assert tebo is not None
    folder.init(tmp_path, tebo.name, regions.filled(tebo))
    return tmp_path


def _row(data: Path, unit_id: str) -> Row:
    return next(row for row in rows(data, "units") if row["unit_id"] == unit_id)


def test_a_change_is_kept_with_who_and_why_and_taken_back(data: Path) -> None:
    before = _row(data, "pkm-mengupeh")
    after = {**before, "population": "21480"}
    kept = keep(data, Edit("units", (Change(before, after),), "siti", "pengelola", "angka Disdukcapil 2026"))
    assert _row(data, "pkm-mengupeh")["population"] == "21480"
    assert [(each.by, each.why, each.changes[0].after) for each in history(data)] == [
        ("siti", "angka Disdukcapil 2026", after)
    ]
    undo(data, kept.id, "siti", "pengelola")
    assert _row(data, "pkm-mengupeh") == before
    assert [each.undoes for each in history(data)] == ["", kept.id]
    assert not [each for each in check.of_tables(data / "reference") if each.severity == "error"]


def test_of_two_who_change_one_row_the_second_is_told(data: Path) -> None:
    read = _row(data, "pkm-mengupeh")
    keep(data, Edit("units", (Change(read, {**read, "population": "21480"}),)))
    with pytest.raises(Refused, match="pkm-mengupeh: sudah diubah orang lain"):
        keep(data, Edit("units", (Change(read, {**read, "population": "9"}),)))
    other = _row(data, "pkm-suo-suo")
    keep(data, Edit("units", (Change(other, {**other, "population": "7"}),)))  # another row of the same table is free
    assert len(list(history(data))) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"parent_id": "tidak-ada"}, 'Induk "tidak-ada" dari pkm-mengupeh tidak terdaftar'),
        ({"parent_id": None}, "tepat satu unit tanpa induk"),
        ({"unit_id": "pkm-suo-suo"}, "pkm-suo-suo sudah ada"),
        ({"name": None}, "Nama resmi harus diisi"),
    ],
)
def test_what_would_be_wrong_is_not_kept(data: Path, change: dict[str, str | None], said: str) -> None:
    before = _row(data, "pkm-mengupeh")
    was = (data / "reference/units.csv").read_bytes()
    with pytest.raises(Refused, match=said):
        keep(data, Edit("units", (Change(before, {**before, **change}),)))
    assert (data / "reference/units.csv").read_bytes() == was
    assert list(history(data)) == []


@pytest.mark.parametrize(
    ("table", "key", "column", "value", "said"),
    [
        ("thresholds", "certainty_strong", "value", "0.4", r"certainty_weak \(0.5\) lebih besar daripada certainty_strong \(0.4\)"),
        ("thresholds", "forecast_likely_probability", "value", "1", "forecast_likely_probability .* forecast_easy_probability"),
        ("moving_days", None, "last_on", "2020-01-01", r"last_on \(2020-01-01\) mendahului first_on"),
        ("accountability_weights", None, "valid_to", "1999", r"valid_to \(1999\) mendahului valid_from"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_not_kept(
    data: Path, table: str, key: str | None, column: str, value: str, said: str
) -> None:
    first = registers()[table].key[0]
    before = next(row for row in rows(data, table) if key in (None, row[first]))
    with pytest.raises(Refused, match=said):
        keep(data, Edit(table, (Change(before, {**before, column: value}),)))


def test_a_threshold_may_be_the_same_as_its_neighbour(data: Path) -> None:
    before = next(row for row in rows(data, "thresholds") if row["key"] == "certainty_strong")
    keep(data, Edit("thresholds", (Change(before, {**before, "value": "0.5"}),)))


def test_weights_are_changed_together_or_not_at_all(data: Path) -> None:
    """They add up to 100: one alone is refused, two that keep the sum are kept in one edit."""
    first, second = rows(data, "accountability_weights")[:2]
    more = {**first, "weight_pct": str(float(first["weight_pct"] or 0) + 5)}
    less = {**second, "weight_pct": str(float(second["weight_pct"] or 0) - 5)}
    with pytest.raises(Refused, match="bukan 100"):
        keep(data, Edit("accountability_weights", (Change(first, more),)))
    keep(data, Edit("accountability_weights", (Change(first, more), Change(second, less))))
    assert rows(data, "accountability_weights")[0] == more


def test_of_a_closed_table_no_row_is_added_or_taken(data: Path) -> None:
    row = rows(data, "thresholds")[0]
    for change in (Change(row, None), Change(None, {**row, "key": "baru"})):
        with pytest.raises(Refused, match="tidak ditambah"):
            try_out(data, Edit("thresholds", (change,)))


@pytest.mark.parametrize(
    ("column", "words", "kept"),
    [
        ("population", "21.480", "21480"), ("population", " 21480 ", "21480"), ("population", "", None),
        ("name", "  Puskesmas   Baru ", "Puskesmas Baru"), ("aliases", "PKM Baru| |PKM Baru|UPTD Baru", "PKM Baru|UPTD Baru"),
        ("valid_until", "2026-07", "2026-07"),
    ],
)  # fmt: skip
def test_what_is_typed_is_understood(column: str, words: str, kept: str | None) -> None:
    assert understood(UNITS.columns[column], words) == kept


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("units", "population", "21,5"), ("units", "population", "banyak"), ("units", "name", "=cmd|'/c calc'!A1"),
        ("units", "kind", "rumah sakit"), ("units", "unit_id", "PKM Baru"), ("units", "valid_until", "Juli 2026"),
        ("thresholds", "value", "1.500"), ("units", "name", "x" * 2001),
    ],
)  # fmt: skip
def test_what_is_unclear_is_refused(table: str, column: str, words: str) -> None:
    with pytest.raises(Unclear):
        understood(registers()[table].columns[column], words)


def test_a_fixed_column_stays(data: Path) -> None:
    row = rows(data, "thresholds")[0]
    register = registers()["thresholds"]
    assert (
        typed(register, {"key": row["key"] or "", "value": "4,5"}, row, columns(data, "thresholds"))["value"] == "4.5"
    )
    with pytest.raises(Refused, match="tidak diubah dari sini"):
        typed(register, {"key": "lain"}, row, columns(data, "thresholds"))


def test_lines_pasted_from_a_sheet_change_what_they_name(data: Path) -> None:
    text = "Kode unit\tPenduduk\tTahun penduduk\npkm-mengupeh\t21.480\t2026\npkm-suo-suo\t9.300\t2026\n"
    changes = from_lines(data, UNITS, text)
    assert [(each.after or {})["population"] for each in changes] == ["21480", "9300"]
    assert all(each.before and each.after and each.before["name"] == each.after["name"] for each in changes)
    keep(data, Edit("units", changes))
    assert from_lines(data, UNITS, text) == ()
    new = from_lines(data, UNITS, "unit_id\tname\tkind\tparent_id\nrsud\tRSUD Sultan Thaha\tagency\tkabupaten")
    assert [each.before for each in new] == [None]
    assert try_out(data, Edit("units", new)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Tempel baris judul"),
        ("Kode unit\tLuas\npkm-mengupeh\t3", "Judul kolom Luas tidak dikenal"),
        ("Penduduk\n3", "Kolom Kode unit harus ada"),
        ("Kode unit\tPenduduk\npkm-mengupeh\t3\npkm-suo-suo\ttiga", "Baris 3: Penduduk"),
        ("Kode unit\tPenduduk\npkm-mengupeh\t3\t4", "Baris 2: lebih banyak sel"),
        ("Kode unit\tPenduduk\npkm-mengupeh\t3\npkm-mengupeh\t4", "Baris 3: kuncinya sama"),
    ],
)
def test_a_line_that_is_unclear_is_named(data: Path, text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        from_lines(data, UNITS, text)


def test_the_declaration_names_what_the_tables_have() -> None:
    for table, register in registers().items():
        shipped = columns(folder.PRODUCT_REFERENCE.parent, table)
        assert list(register.columns) == shipped, table
        assert set(register.key) | set(register.shown) | set(register.asked) <= set(shipped), table
        assert {column.of for column in register.columns.values()} - {None} <= set(registers()), table
        assert register.right in ("manage", "approve")


def test_every_shipped_cell_is_understood_as_it_stands() -> None:
    """What a form shows and sends back unchanged is the same row."""
    for table, register in registers().items():
        for row in rows(folder.PRODUCT_REFERENCE.parent, table):
            for name, column in register.columns.items():
                if column.type == "number":
                    continue  # 1.500 is asked about, a shipped one says what it says
                assert understood(column, row[name] or "") == row[name], (table, row, name)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("units", "population", "99999999999999999999"),
        ("units", "population", "٣"),
        ("units", "kind", "palsu"),
        ("units", "name", "=cmd|' /C calc'!A0"),
        ("units", "kecamatan_code", "Tebo Tengah"),
        ("report_kinds", "frequency_months", "0"),
        ("report_kinds", "unit_kinds", "puskesmas"),
        ("report_kinds", "due_day", None),
        ("services", "name", None),
        ("thresholds", "value", "1e400"),
        ("thresholds", "value", None),
        ("accountability_weights", "valid_from", "sejak dulu"),
        ("holidays", "holiday_on", "2026-02-31"),
        ("matters", "full_gap", "0"),
    ],
)
def test_no_cell_is_kept_that_would_stop_a_load(data: Path, table: str, column: str, value: str | None) -> None:
    """However it came: what a form's hidden field holds is asked as well as what was typed."""
    before = rows(data, table)[-1]
    with pytest.raises(Refused):
        keep(data, Edit(table, (Change(before, {**before, column: value}),), why="uji"))
    assert list(history(data)) == []


def test_what_is_shipped_could_be_typed() -> None:
    for table, register in registers().items():
        for row in rows(folder.PRODUCT_REFERENCE.parent, table):
            assert all(row[name] for name in (*register.key, *register.asked)), row
            for name, column in register.columns.items():
                if value := row.get(name):
                    expect_within(column, row)
                    typed_as = value.replace(".", ",") if column.type == "number" else value
                    assert column.type == "fixed" or understood(column, typed_as) == value, (table, name)


def test_limits_go_by_what_is_counted(data: Path) -> None:
    """A threshold's number is one of what its row counts: a chance is none above 1, and pairs that are divided by none of 0."""
    by_key = {row["key"]: row for row in rows(data, "thresholds")}
    for key, value in (("forecast_likely_probability", "2"), ("ranking_usual_pairs", "0"), ("utc_offset_hours", "25")):
        before = by_key[key]
        with pytest.raises(Refused, match="tidak di antara"):
            keep(data, Edit("thresholds", (Change(before, {**before, "value": value}),)))


def test_a_name_of_another_row_is_not_taken_and_no_unit_stands_under_itself(data: Path) -> None:
    """Its reports would count for another; an undo takes none either."""
    mine, other = _row(data, "pkm-mengupeh"), _row(data, "pkm-suo-suo")
    with pytest.raises(Refused, match="sudah dipakai"):
        keep(data, Edit("units", (Change(mine, with_names(mine, ["PUSKESMAS  SUO SUO"])),)))
    smuggled = with_names(mine, ["X|Puskesmas Suo-Suo"])["aliases"] or ""
    assert "Puskesmas Suo-Suo" not in smuggled.split("|"), "one name stays one"
    gone = keep(data, Edit("units", (Change(_with_kept(data, other, "Pos Suo"), other),)))
    keep(data, Edit("units", (Change(mine, with_names(mine, ["Pos Suo"])),)))
    with pytest.raises(Refused, match="sudah dipakai"):
        undo(data, gone.id, "siti", "pengelola")
    mine = _row(data, "pkm-mengupeh")
    with pytest.raises(Refused, match="dirinya sendiri"):
        keep(data, Edit("units", (Change(mine, {**mine, "parent_id": "pkm-mengupeh"}),)))


def _with_kept(data: Path, row: Row, name: str) -> Row:
    """Return a row as it is after it was given a name."""
    keep(data, Edit("units", (Change(row, with_names(row, [name])),)))
    return with_names(row, [name])
