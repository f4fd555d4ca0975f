"""What the blocks of every page declare of their columns holds for their tables, and no renderer knows a column by its name."""

import ast
import inspect
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_args

import polars as pl
import pytest

from dashboard import access, charts, db, filters, registry
from dashboard.access import Viewer
from dashboard.decisions import store as decision_store
from dashboard.decisions.values import Figure, Seen, Wording
from dashboard.meetings import agenda
from dashboard.render.workbook import formulas
from dashboard.snapshot import ChartBlock, Column, Role, Snapshot, TableBlock
from dashboard.tracing import page as trace_page
from queries import tracing
from queries.explore.tables import tables

PROJECT = Path(__file__).resolve().parents[2]
VIEWER = access.of("bupati")
UNIT = {"unit": "pkm-mengupeh"}
Tabular = ChartBlock | TableBlock


def _asked() -> list[tuple[str, dict[str, str]]]:
    """Return addresses with their queries, so many that every block is on one of the pages."""
    chosen = filters.read({}, date(2025, 1, 1), date(2026, 10, 1))
    group = next(iter(filters.options("job_group", VIEWER, chosen)))
    ranked = db.fetch("accountability/ranking", VIEWER, **chosen.parameters() | {"job_group": group})
    person = ranked.filter(pl.col("tier") != "unranked")["employee_id"][0]
    indicator = {"indikator": "SPM-01"}
    one = {"opd": "dinkes"} | UNIT
    return [
        *((address, {}) for address in registry.frozen()),
        *((address, UNIT) for address in ("ringkasan", "kunjungan", "kepuasan", "mutu-data")),
        *(("capaian", query) for query in (one, indicator, indicator | one)),
        *(("pegawai", {"kelompok": group} | more) for more in ({}, {"bobot": "result:100"}, {"pegawai": person})),
        *(("jelajah", {"tabel": name} | more) for name in tables() for more in ({}, {"lihat": "baris"})),
        ("jelajah", {"kolom": "service", "grafik": "bertumpuk"}),
        ("jelajah", {"terhadap": "tahun-lalu"}),
        ("keputusan", {"buka": "k0"}),
    ]


@pytest.fixture(scope="module")
def pages(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[str, Snapshot]]]:
    """Return pages of the sample district with what they were asked by, and the trace of each kind of figure."""
    build = sample_data / "warehouse" / (sample_data / "warehouse" / "current").read_text().strip()
    notes = tmp_path_factory.mktemp("notes") / "notes.sqlite"
    with pytest.MonkeyPatch.context() as patched, db.using(build):
        patched.setenv("RAPOR_DATA", str(sample_data))
        patched.setenv("RAPOR_NOTES_URL", f"sqlite:///{notes}")
        for n, due in enumerate((date(2020, 1, 1), date(2099, 1, 1))):
            wording = Wording("Tambah jam buka", "Kepala Puskesmas Mengupeh", due)
            decision_store.record(
                f"k{n}", Figure("kunjungan", "visits", UNIT["unit"]), wording, Seen(1000), Viewer("bupati")
            )
        found = [(f"{a} {q}", agenda.page(a, tuple(q.items()), VIEWER.role)) for a, q in _asked()]
        known = db.build()
        chosen = filters.read({"indikator": "SPM-01"}, known.first_month, known.last_month)
        for kind in tracing.kinds():
            found.append((f"asal {kind}", trace_page.compose(chosen, VIEWER, {"angka": kind, "unsur": "u1"})))
        yield found
    db._connection.clear()


def _blocks(pages: list[tuple[str, Snapshot]]) -> Iterator[tuple[str, Tabular]]:
    for name, page in pages:
        for block in page.flat():
            if isinstance(block, Tabular) and block.table.height:
                yield f"{name} #{block.id}", block


def test_what_is_declared_is_in_the_table_once(pages) -> None:
    wrong = []
    for name, block in _blocks(pages):
        declared = [each.name for each in (*block.columns, *block.keys)]
        if len(set(declared)) != len(declared) or not set(declared) <= set(block.table.columns):
            wrong.append((name, declared))
    assert not wrong


def test_ids_periods_and_names_tell_the_rows_of_a_table_apart(pages) -> None:
    wrong = []
    for name, block in _blocks(pages):
        told = [e.name for e in (*block.keys, *block.columns) if e.role in {"id", "period", "name", "origin"}]
        if not told or block.table.select(told).n_unique() != block.table.height:
            wrong.append((name, told, block.table.height))
    assert not wrong


def test_what_may_be_summed_is_a_number_and_no_share(pages) -> None:
    summed = [(name, b, c) for name, b in _blocks(pages) for c in b.columns if c.is_additive]
    assert len({c.name for _name, _block, c in summed}) > 20
    wrong = [
        (name, c.name)
        for name, block, c in summed
        if not block.table[c.name].dtype.is_numeric() or c.format in {"pct", "text", "month", "date"} or c.follows
    ]
    assert not wrong


def test_a_declared_formula_gives_the_figures_that_are_shown(pages) -> None:
    told: dict[str, list[bool]] = {}
    for name, block in _blocks(pages):
        for column in block.columns:
            if column.follows:
                told.setdefault(column.follows.formula, []).extend(_gives(name, block, column))
    assert set(told) == set(formulas.FORMULAS), "each formula is declared somewhere"
    for formula, gives in told.items():
        if formula == "attainment":  # but for those that are capped, or stay within a range
            assert sum(gives) > 0.9 * len(gives), (sum(gives), len(gives))
        else:
            assert gives.count(True) == len(gives) > 0, formula


def _gives(name: str, block: Tabular, column: Column) -> Iterator[bool]:
    """Return for each figure whose parts are there whether the formula gives it."""
    assert column.follows
    assert set(column.follows.of) <= set(block.table.columns), (name, column.name)
    total = float(block.table[column.follows.of[0]].sum() or 0)
    for given, *parts in block.table.select(column.name, *column.follows.of).rows():
        if None not in (given, *parts):
            yield formulas.explaining(column.follows.formula, parts, total, given) is not None


READERS = (PROJECT / "dashboard" / "render", PROJECT / "dashboard" / "meetings")
# upgrade holds the names of old; the others read manifests, agendas and the rows of a query, and no block.
NO_READERS = {"upgrade.py", "store.py", "chain.py", "signing.py", "agenda.py", "revisions.py"}
PICKS = {"col", "select", "filter", "sort", "get", "group_by", "get_column", "drop", "drop_nulls"}


def test_no_renderer_and_no_comparison_knows_a_column_of_a_block_by_its_name(pages) -> None:
    names = {each.name for _name, block in _blocks(pages) for each in (*block.columns, *block.keys)}
    assert {"patients", "unit_id", "attainment_pct", "received", "period_months"} <= names
    names -= {*_words_of_charts(), *get_args(Role), "name"}  # roles, and the name of an area on a map
    sources = [p for folder in READERS for p in folder.rglob("*.py") if p.name not in NO_READERS]
    assert len(sources) > 40
    found = {path.relative_to(PROJECT).as_posix(): sorted(_known(path, names)) for path in sources}
    known = {path: said for path, said in found.items() if said}
    assert not known, known


def _words_of_charts() -> set[str]:
    """Return what charts call the roles of their columns: a renderer may say these, whatever a table's columns are called."""
    makers = (maker for maker in vars(charts).values() if inspect.isfunction(maker))
    return {parameter for maker in makers for parameter in inspect.signature(maker).parameters}


def _known(path: Path, names: set[str]) -> set[str]:
    """Return the names of columns that a module says: any with an underscore; a plain word only where it picks a column."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    own = {_text(node.args[0]) for node in calls if isinstance(node.func, ast.Name) and node.func.id == "Column"}
    said = {_text(node) for node in ast.walk(tree)}
    picked = {_text(node.slice) for node in ast.walk(tree) if isinstance(node, ast.Subscript)}
    picked |= {
        _text(a)
        for node in calls
        if isinstance(node.func, ast.Attribute) and node.func.attr in PICKS
        for a in node.args
    }
    return names & ({name for name in said if "_" in name} | picked) - own


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
