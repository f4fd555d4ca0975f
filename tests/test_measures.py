"""One measure, one entry: the declaration is refused where it makes no sense, and a new entry is known wherever measures are read."""

import ast
import csv
import re
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

import queries
from dashboard import filters, registry
from dashboard.access import Viewer
from dashboard.areas.visits import page as visits
from dashboard.explore import page as explore_page
from dashboard.explore import question
from dashboard.filters import Filters
from dashboard.snapshot import Snapshot, TextBlock, Tile
from dashboard.tracing import page as trace_page
from queries import measures as declaration
from queries import tracing
from queries.builds import seal_of
from queries.explore import tables as explore_tables
from queries.measures import facts, measures, reworded
from tests import docs_measures

PROJECT = Path(__file__).resolve().parents[1]
DECLARED = declaration.DECLARED.read_text(encoding="utf-8")
VIEWER = Viewer("bupati", sees_names=True)
YEAR = Filters(date(2026, 1, 1), date(2026, 10, 1))
NEW = """
[visits_thousands]
name = "Kunjungan dalam ribuan"
name_en = "Visits in thousands"
definition = "Kunjungan dibagi seribu."
definition_en = "Visits divided by a thousand."
formula = "kunjungan ÷ 1.000"
formula_en = "visits ÷ 1,000"
legal_basis = "Uji"
legal_basis_en = "Trial"
unit = "ribu kunjungan"
unit_en = "thousand visits"
format = "decimal"
digits = 3
additive = true
polarity = "higher"
grain = "unit and month"
page = "kunjungan"

[visits_thousands.trace]
parts = "visits"
inputs = "units_or_months"
rows = "visit_rows"
"""
SLICE = """
[visits.measures.thousands]
of = "visits_thousands"
sql = "sum(patients) / 1000"
"""


@pytest.fixture
def one_more(sample_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Declare one more measure: an entry, and its SQL for a slice."""
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    for module, more in ((declaration, NEW), (explore_tables, SLICE)):
        longer = tmp_path / module.DECLARED.name
        longer.write_text(module.DECLARED.read_text(encoding="utf-8") + more, encoding="utf-8")
        monkeypatch.setattr(module, "DECLARED", longer)


def _tile(page: Snapshot, name: str) -> Tile:
    return next(tile for tile in page.tiles if tile.id == name)


@pytest.mark.usefixtures("one_more")
def test_a_new_entry_with_its_slice_is_explored_traced_and_listed() -> None:
    """Its words, unit and digits stand where the pages show them, and its figure is what its SQL says."""
    assert "thousands" in explore_tables.tables()["visits"].measures
    shown = {}
    for key in ("patients", "thousands"):
        page = explore_page.compose(YEAR, VIEWER, {question.MEASURE: key})
        shown[key] = _tile(page, "seluruhnya")
    assert shown["thousands"].label == "Kunjungan dalam ribuan"
    assert shown["thousands"].unit == "ribu kunjungan"
    # 1.234.567 visits are 1.234,567 thousand: the same digits, with a comma for the last point
    assert shown["thousands"].value == ",".join(str(shown["patients"].value).rsplit(".", 1))
    assert (
        "Kunjungan dibagi seribu. Satuan: ribu kunjungan. Rumus: kunjungan ÷ 1.000" in dict(page.definitions).values()
    )

    assert "visits_thousands" in tracing.kinds()
    traced = trace_page.compose(YEAR, VIEWER, {"angka": "visits_thousands"})
    assert traced.title == "Asal angka: Kunjungan dalam ribuan"
    definition = next(b for b in traced.blocks if isinstance(b, TextBlock) and b.id == "definisi")
    assert "Rumus angka: kunjungan ÷ 1.000" in definition.body

    listed = docs_measures.text()
    assert "## Visits in thousands (`visits_thousands`)" in listed
    assert "page `kunjungan`; Jelajah `visits.thousands`; `rapor trace visits_thousands`" in listed


@pytest.mark.parametrize(
    ("here", "instead", "why"),
    [
        ('grain = "unit and month"', 'grains = "unit"', "visits_thousands: grain is missing"),
        ('page = "kunjungan"', 'page = "kunjungan"\ncolour = "red"', "visits_thousands: nobody reads colour"),
        ('formula_en = "visits ÷ 1,000"\n', "", "visits_thousands: formula_en is missing"),
        ('unit = "ribu kunjungan"', 'unit = ""', "visits_thousands: unit is missing"),
        ('label = "Ribuan"\n', 'label = "Ribuan"\n', "visits_thousands: label_en is missing"),
        ('format = "decimal"', 'format = "number"', "format is 'number'; there are: int, decimal, amount, pct"),
        ('polarity = "higher"', 'polarity = "up"', "polarity is 'up'; there are: higher, lower, none, item"),
        ("digits = 3", 'digits = "3"', "visits_thousands: digits can't be '3'"),
        ("digits = 3", "digits = -1", "visits_thousands: digits can't be less than 0"),
        ('format = "decimal"', 'format = ["pct"]', "format is ['pct']; there are: int, decimal, amount, pct"),
        ('formula_en = "visits ÷ 1,000"', 'formula_en = "  "', "visits_thousands: formula_en is missing"),
        (
            'name = "Kunjungan dalam ribuan"',
            'name = "Kunjungan"',
            "visits_thousands and visits are both called 'Kunjungan'",
        ),
        ("digits = 3", "digits = ", "measures.toml: "),
        ("additive = true", "additive = 1", "visits_thousands: additive can't be 1"),
        ("additive = true\n", "", "either additive = true, or sum_refused says why not"),
        ('parts = "visits"\n', "", "visits_thousands.trace: parts is missing"),
        ('rows = "visit_rows"', 'rows = "visit_rows"\ncells = "x"', "visits_thousands.trace: nobody reads cells"),
        ('rows = "visit_rows"', 'rows = "visit_rows"\nfacts = ["visits"]', "visits_thousands.trace: no facts visits"),
        ('rows = "visit_rows"', 'rows = "visit_rows"\n[visits_thousands.signal]\nblock = "x"', "neither subject nor"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(
    here: str, instead: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = NEW.replace("definition =", f"{here}definition =", 1) if here.startswith("label") else NEW
    assert here in said
    wrong = tmp_path / "measures.toml"
    wrong.write_text(DECLARED + said.replace(here, instead, 1), encoding="utf-8")
    monkeypatch.setattr(declaration, "DECLARED", wrong)
    with pytest.raises(ValueError, match=re.escape(why)):
        measures()


def test_a_slice_of_no_measure_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tmp_path / "tables.toml"
    wrong.write_text(explore_tables.DECLARED.read_text(encoding="utf-8") + SLICE, encoding="utf-8")
    monkeypatch.setattr(explore_tables, "DECLARED", wrong)
    with pytest.raises(ValueError, match=re.escape("visits.measures.thousands: of = 'visits_thousands' is no measure")):
        explore_tables.tables()


def test_the_words_of_the_district_win_and_what_it_leaves_empty_is_as_declared() -> None:
    rows = [
        {
            **{"figure": "visits", "name": "Kunjungan pasien", "name_en": "Patient visits", "definition": None},
            **{"formula": "baru + lama", "formula_en": None, "legal_basis": ""},
        },
        {"figure": "no-longer-there", "name": "Lama"},
    ]
    said, declared = reworded(rows), measures()
    assert said["visits"].name == said["visits"].label == ("Kunjungan pasien", "Patient visits")
    assert said["visits"].formula == ("baru + lama", "baru + lama")  # what has no English is said in Indonesian
    assert said["visits"].definition == declared["visits"].definition
    assert said["visits"].legal_basis == declared["visits"].legal_basis
    assert {code: entry for code, entry in said.items() if code != "visits"} == {
        code: entry for code, entry in declared.items() if code != "visits"
    }


def test_what_came_with_the_product_is_not_taken_for_the_words_of_the_district() -> None:
    """A data folder of an earlier version holds a copy of every row, with definitions that have been reworded since."""
    copied = [
        {"figure": code, "definition": former, "legal_basis": entry.legal_basis[0], "legal_basis_en": None}
        for code, entry in measures().items()
        for former in (*entry.former, entry.definition[0])
    ]
    assert len(copied) > len(measures())
    assert reworded(copied) == dict(measures())


def test_a_data_folder_with_a_wording_of_its_own_shows_it_on_pages_and_traces(
    sample_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(sample_data, folder)
    (build,) = (folder / "warehouse").glob("*.duckdb")
    with duckdb.connect(build) as connection:
        assert connection.execute("select count(*) from reference.figure_definitions").fetchall() == [(0,)]
        connection.execute(
            "insert into reference.figure_definitions (figure, definition) values ('visits', 'Orang yang datang.')"
        )
    seal_of(build).unlink()  # else it counts as damaged
    monkeypatch.setenv("RAPOR_DATA", str(folder))
    said = dict(visits.compose(YEAR, VIEWER).definitions)
    assert said["Kunjungan"] == "Orang yang datang. Dasar: Ditetapkan kabupaten (bentuk laporan kunjungan)."
    traced = trace_page.compose(YEAR, VIEWER, {"angka": "visits"})
    assert any(isinstance(b, TextBlock) and "Arti: Orang yang datang." in b.body for b in traced.blocks)


def test_every_watched_measure_has_its_rules_and_they_agree_on_the_direction() -> None:
    """A row of the shipped table for the whole of a unit, one for its items: as many as the measure has subjects."""
    with docs_measures.RULES.open(encoding="utf-8") as file:
        rules = {(row["measure"], row["item_kind"]): row["polarity"] for row in csv.DictReader(file)}
    declared = {}
    for code, entry in measures().items():
        if entry.signal and entry.signal.subject:
            declared[code, "all"] = entry.polarity
        if entry.signal and entry.signal.subject_of_item:
            declared[code, "item"] = entry.polarity
    assert rules == declared


def test_what_an_entry_names_is_there() -> None:
    for entry in measures().values():
        assert registry.find(entry.page), entry.code
        for item in (entry.trace.filters if entry.trace else ()) + ((entry.series.item,) if entry.series else ()):
            assert item is None or item in filters.KEYS, entry.code
        if entry.series:
            assert entry.series.query in queries.names(), entry.code
    assert set(facts()) == {query.name.split("/")[1] for query in queries.files("figures")}
    used = {one.code for table in explore_tables.tables().values() for one in table.measures.values()}
    assert not [e.code for e in measures().values() if not (e.trace or e.series or e.code in used)]


def test_no_module_of_the_dashboard_holds_a_dict_by_measures() -> None:
    found = {}
    for path in sorted((PROJECT / "dashboard").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            keys = node.keys if isinstance(node, ast.Dict) else []
            names = {key.value for key in keys if isinstance(key, ast.Constant)}
            if len(held := [code for code in measures() if code in names]) > 1:
                found.setdefault(path.relative_to(PROJECT).as_posix(), []).append(held)
    assert found == {}
