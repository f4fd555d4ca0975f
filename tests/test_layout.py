"""The shape of the project: who may import whom, how long a file may be, what a page and the README must hold."""

import ast
import re
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperCommand

import queries
import rapor
from dashboard import registry

PROJECT = Path(__file__).resolve().parents[1]
FOLDERS = ("etl", "queries", "dashboard", "pages", "rapor", "tests", "benchmarks")
MAY_IMPORT_STREAMLIT = {
    "app",
    "web/server",
    "db",
    "filters",
    "layout",
    "meetings/forms",
    "decisions/forms",
    "replies/forms",
    "explore/controls",
    "revealing",
    "explore/files",
    "explore/view_forms",
    "sql/editor",
    "signin/sockets",
}
LONGEST_FILE = 400
LONGEST_PAGE = 60
NAMESPACE = re.compile(r"http://(www\.w3\.org|schemas\.openxmlformats\.org)/[\w/.-]*")  # names, never asked for


def _sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (PROJECT / folder).rglob("*.py"))


def _imports(path: Path) -> set[str]:
    """Return the top-level names of all modules that a file imports, at the top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def _name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def _texts(path: Path) -> list[str]:
    """Return the string literals of a file that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("etl", {"dashboard", "pages", "rapor", "streamlit", "plotly"}),
        ("queries", {"etl", "dashboard", "pages", "rapor", "streamlit", "plotly"}),
        ("dashboard", {"etl", "rapor"}),
        ("pages", {"etl", "rapor", "queries", "duckdb", "polars", "plotly"}),
    ],
)
def test_imports_go_one_way(folder: str, forbidden: set[str]) -> None:
    sources = _sources(folder)
    assert sources, f"no source below {folder}/"
    wrong = {_name(path): sorted(_imports(path) & forbidden) for path in sources if _imports(path) & forbidden}
    assert not wrong


# Within a package a module may import those of its own layer, and those of the layers before it. The longest name counts.
LAYERS = {
    "etl": (
        *("trouble", "kinds", "sums", "ruled", "lake", "people", "lock", "shadow", "folder", "remarks"),
        *(
            "reading.guard",
            "reading.pace",
            "reading.words",
            "reading.dates",
            "reading.periods",
            "reading.names",
            "reading.texts",
            "reading.totals",
        ),
        *(
            "validity",
            "regions",
            "reference",
            "reading.grid",
            "reading.returned",
            "reading.workbooks",
            "reading.delimited",
            "reading.files",
            "reading.age",
        ),
        *("recognising.source", "stating", "recognising.values", "recognising.paths", "recognising.headings"),
        *("recognising.agency", "recognising.around"),
        *(
            "recognising.data_rows",
            "recognising.figures",
            "recognising.layouts",
            "recognising.titles",
            "recognising.data_rows",
            "recognising.recognise",
            "recognising.tables",
            "recognising.places",
            "sifting",
        ),
        *(
            "conforming.accounts",
            "conforming.days",
            "conforming.cells",
            "conforming.columns",
            "conforming.halves",
            "conforming.counting",
        ),
        *("conforming.mending", "conforming.doubts", "conforming.place", "conforming.apart", "conforming.surveys"),
        *("conforming.conform", "conforming.between", "conforming.kept", "conforming.report"),
        *(
            "statistics",
            "building.memory",
            "building.frames",
            "building.dating",
            "building.order",
            "building.previous",
            "building.parts",
        ),
        *("building.timeline", "building.engine", "spark.dialect", "spark.server", "spark.rollups", "building.engines"),
        *("building.versions", "building.holding", "building.accounts", "building.facts", "building.changes"),
        *("building.shelf", "building.build", "rulings"),
        *("returning.note", "returning"),
        *(
            "intake.wire",
            "intake.faults",
            "intake.places",
            "intake",
            "load",
            "preview",
            "units",
            "declaring.guess",
            "declaring.draft",
            "declaring.sample",
            "declaring",
            "check",
            "registers",
            "forgetting",
        ),
        "returning.giving",
    ),
    "dashboard": (
        *(
            "words.said",
            "charts",
            "snapshot",
            "kept",
            "words",
            "claims",
            "drawn",
            "theme",
            "render",
        ),  # words and what draws: no data, no page
        *("folder", "roles", "registry", "access", "db", "asking", "notes"),  # what all pages share
        *("chained", "mail", "witness", "record_kinds", "record"),
        "signin",
        *("filters", "parts"),
        *("tracing", "decisions", "replies.store", "replies", "sending.box", "sending.times"),
        *("composing", "layout"),  # compose and draw any page, and know none
        *("areas.register", "areas.attainment", "areas.visits", "areas.satisfaction", "areas.accountability"),
        *(
            "areas.quality",
            "areas.due",
            "areas.burden",
            "areas.overview",
            "areas.score_card",
            "areas.access_record",
            "areas.own",
        ),
        *("meetings", "explore", "sql"),
        *(
            "explore.files",
            "explore.view_forms",
            "explore.controls",
            "sql.editor",
            "meetings.forms",
            "decisions.forms",
            "replies.forms",
            "revealing",
        ),
        *("sending", "registers", "messages", "guide"),
        *("web", "app"),
    ),
}


@pytest.mark.parametrize("package", LAYERS)
def test_arrows_run_one_way(package: str) -> None:
    """The words of a cell know nothing of sheets, what draws nothing of data, `layout` no area; nothing is imported back."""
    layers, wrong = LAYERS[package], set()
    for path in _sources(package):
        own = _layer(path.relative_to(PROJECT).with_suffix("").as_posix().replace("/", "."), package)
        if own is None:
            continue
        for name in _modules(path, package):
            other = _layer(name, package)
            if other is not None and layers.index(other) > layers.index(own):  # a module in no layer fails
                wrong.add((_name(path), name))
    assert not wrong


def _layer(module: str, package: str) -> str | None:
    """Return the layer of a module; None of a package itself, and of a room's own `__init__`, which hold nothing."""
    below = module.removeprefix(package).removeprefix(".").removesuffix("__init__").removesuffix(".")
    found = [layer for layer in LAYERS[package] if below == layer or below.startswith(f"{layer}.")]
    is_room = any(layer.startswith(f"{below}.") for layer in LAYERS[package]) or below in {"", "areas"}
    assert found or is_room, f"{module} stands in no layer"
    return max(found, key=len) if found else None


def _modules(path: Path, package: str) -> set[str]:
    """Return the whole names of all modules of a package that a file imports when it runs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typed = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in typed or not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        if node.module == package or node.module.startswith(f"{package}."):
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {name if _is_module(name) else node.module for name in whole}
    return found


def _is_module(name: str) -> bool:
    place = PROJECT / name.replace(".", "/")
    return place.is_dir() or place.with_suffix(".py").is_file()


def test_only_the_screen_modules_of_the_dashboard_import_streamlit() -> None:
    found = {path.relative_to(PROJECT / "dashboard").with_suffix("").as_posix() for path in _with("streamlit")}
    assert found <= MAY_IMPORT_STREAMLIT
    assert "app" in found  # the rule would say nothing if it read the wrong folder


def _with(module: str) -> list[Path]:
    return [path for path in _sources("dashboard") if module in _imports(path)]


def test_duckdb_is_opened_in_one_place_of_the_dashboard() -> None:
    assert [_name(path) for path in _with("duckdb")] == ["dashboard/db.py"]


def test_a_page_is_a_paragraph_without_sql() -> None:
    pages = _sources("pages")
    assert {page.stem for page in pages} == {page.area for page in registry.PAGES}
    for page in pages:
        assert len(page.read_text(encoding="utf-8").splitlines()) < LONGEST_PAGE, _name(page)
        assert not [text for text in _texts(page) if re.search(r"\b(select|from)\b.+\b(from|where)\b", text, re.I)]


def test_no_file_is_too_long() -> None:
    paths = [*_sources(*FOLDERS), *(PROJECT / "queries").rglob("*.sql")]
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    assert not {name: length for name, length in lengths.items() if length > LONGEST_FILE}


def test_the_dashboard_names_no_other_host() -> None:
    found = {}
    for path in _sources("dashboard", "pages"):
        texts = [NAMESPACE.sub("", text) for text in _texts(path)]
        hosts = [text for text in texts if re.search(r"(https?:)?//[\w-]+\.[\w.-]+", text)]
        if hosts:
            found[_name(path)] = hosts
    for path in (PROJECT / "dashboard").rglob("*.css"):
        assert "//" not in re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S), _name(path)
    assert not found


def test_material_icons_are_not_used() -> None:
    """A `:material/...:` icon makes the browser fetch a font from another host."""
    assert not [_name(path) for path in _sources("dashboard", "pages") if any(":material/" in t for t in _texts(path))]


def test_every_query_has_a_case_with_worked_out_rows() -> None:
    cases = PROJECT / "tests" / "queries"
    with_case = {path.parent.relative_to(cases).as_posix().split("@")[0] for path in cases.glob("*/*/expected.csv")}
    marts, findings = ({query.name for query in queries.files(folder)} for folder in ("marts", "findings"))
    assert queries.names()
    assert marts
    assert not sorted(set(queries.names()) - with_case)
    assert not sorted(with_case - set(queries.names()) - marts - findings), "a case of a query that is not there"


def _commands() -> dict[str, TyperCommand]:
    found = {}
    for name, command in typer.main.get_command(rapor.app).commands.items():  # ty: ignore[missing-attribute]
        below = getattr(command, "commands", None)
        found |= {f"{name} {sub}": each for sub, each in below.items()} if below else {name: command}
    return found


def test_every_command_shows_an_example_in_its_help() -> None:
    assert len(_commands()) >= 7
    for name, command in _commands().items():
        assert f"rapor {name}" in (command.epilog or ""), name
        assert len(command.help or "") > 30, name
        assert all(getattr(option, "help", None) for option in command.params), name


def test_the_readme_names_every_command_and_both_ways_to_start() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert not [name for name in _commands() if f"rapor {name}" not in readme]
    assert "python -m pip install uv && uv run rapor demo" in readme
    assert "python -m pip install uv && uv run python -m tests" in readme
    images = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme)
    assert images
    assert all((PROJECT / image).is_file() for image in images)


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = PROJECT / ".ci" / "run"
    assert script.stat().st_mode & 0o111, "not executable"
    assert "python -m pip install uv && uv run python -m tests" in script.read_text(encoding="utf-8").replace(
        "3 -m", " -m"
    )
