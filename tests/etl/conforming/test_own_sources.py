"""A form that nobody foresaw is an edit of data: a declaration in the data folder's own `sources`, no code."""

from pathlib import Path

import duckdb
import pytest

from etl import check, folder, load, units

# NHS England, monthly A&E attendances; contains public sector information licensed under the Open Government Licence v3.0.
EMERGENCY = """
kind = "visit"
title = "NHS A&E, Type 1"
title_en = "NHS A&E, type 1"
required = ["unit", "period"]
any_of = ["patients"]
months = [1]
key = ["unit", "period", "service", "payer"]

[fields.unit]
aliases = ["Org name"]
[fields.period]
type = "month"
aliases = ["Period"]

[measures.patients]
type = "count"
aliases = ["A&E attendances Type 1"]
"""


def test_a_foreign_form_loads_after_one_declaration(exports: Path, tmp_path: Path) -> None:
    folder.init(tmp_path, "England")
    files = [exports / "visits-nhs-ae" / "Monthly-AE-April-2025.csv"]
    refused = load.load(tmp_path, files)
    assert [result.status for result in refused.files] == ["refused"]
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "nhs_emergency.toml").write_text(EMERGENCY, encoding="utf-8")
    units.accept(tmp_path, units.learn(tmp_path, files))
    report = load.load(tmp_path, files)
    assert [(result.status, result.source_title) for result in report.files] == [("accepted", "NHS A&E, Type 1")]
    assert report.build_path is not None
    with duckdb.connect(report.build_path, read_only=True) as build:
        # The file's own TOTAL row says 1354645 attendances of type 1; it is a total, and no unit of that name was learnt.
        assert build.execute("select sum(patients) from visit").fetchall() == [(1354645,)]
        assert build.execute("select count(*) from unit where name ilike 'total'").fetchall() == [(0,)]


def test_a_wrong_declaration_is_told_by_name_and_key(tmp_path: Path) -> None:
    folder.init(tmp_path, "Kabupaten Contoh")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "salah.toml").write_text(EMERGENCY + 'typ = "count"\n', encoding="utf-8")
    (tmp_path / "inbox" / "laporan.csv").write_text("unit;pasien\n", encoding="utf-8")  # without a file none is needed
    with pytest.raises(ValueError, match="source salah, field patients: unknown keys \\['typ'\\]"):
        load.load(tmp_path)


@pytest.mark.parametrize(
    ("spoilt", "message"),
    [
        (('kind = "visit"', 'kind = "kunjungan"'), "unknown kind 'kunjungan'; known: .*'visit'"),
        (
            ("[measures.patients]", "[measures.balita]"),
            "measures \\['balita'\\] would be lost; kind visit has: .*'patients'",
        ),
        (("title_en", "# title_en"), "missing keys \\['title_en'\\]"),
        (("kind =", "kind"), "salah.toml: "),
    ],
)
def test_a_declaration_that_would_lose_figures_is_refused_by_name(
    tmp_path: Path, spoilt: tuple[str, str], message: str
) -> None:
    folder.init(tmp_path, "Kabupaten Contoh")
    (tmp_path / "sources").mkdir()
    assert spoilt[0] in EMERGENCY
    (tmp_path / "sources" / "salah.toml").write_text(EMERGENCY.replace(*spoilt), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load.load(tmp_path, [])
    assert any("salah" in problem.what for problem in check.problems(tmp_path))
