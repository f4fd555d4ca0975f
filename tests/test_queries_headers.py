"""Every SQL file that gives rows begins with three lines that say something: title, meaning, grain."""

import re
from pathlib import Path

import duckdb
import pytest

import queries

FILES = sorted(
    path for path in queries.ROOT.glob("*/*.sql") if path.parent.name not in ("macros", "functions", "rollups")
)
STANDARD = {
    "period_from",
    "period_to",
    "month",
    "agency",
    "unit",
    "indicator",
    "service",
    "payer",
    "units",
    "employee",
    "job_group",
    "weights",
    "file",
    "report_kind",
    "code",
    "kind",
    "measure",
    "files",
    "kecamatan",
    "changes",
    "facts",
    "is_reference_changed",
    "is_software_changed",
}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(queries.ROOT).as_posix())
def test_the_header_says_title_meaning_and_grain(path: Path) -> None:
    query = queries.load(path.relative_to(queries.ROOT).with_suffix("").as_posix())
    assert len(query.title) >= 4, query.title
    assert len(_words(query.meaning)) >= 6, "the meaning says too little"
    assert query.grain == "one row" or (query.grain.startswith("one row a") and len(_words(query.grain)) >= 4), (
        query.grain
    )
    assert query.title.lower() != query.meaning.lower()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(queries.ROOT).as_posix())
def test_values_go_in_as_parameters_of_the_known_names(path: Path) -> None:
    query = queries.load(path.relative_to(queries.ROOT).with_suffix("").as_posix())
    if path.parent.name == "marts":
        assert not query.parameters, "a mart is made once, for everyone"
    else:
        assert query.parameters <= STANDARD, sorted(query.parameters - STANDARD)


def test_titles_of_queries_are_told_apart() -> None:
    titles = [(name.split("/")[0], queries.load(name).title) for name in queries.names()]
    assert len(titles) == len(set(titles))


def test_a_query_reads_no_file_and_changes_nothing() -> None:
    for path in FILES:
        (statement,) = duckdb.extract_statements(path.read_text(encoding="utf-8"))
        assert statement.type == duckdb.StatementType.SELECT, path.name
        assert not re.search(r"\b(read_csv|read_parquet|read_json|glob|read_text)\w*\s*\(", statement.query, re.I), (
            path.name
        )


def test_a_name_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(KeyError, match="there are:"):
        queries.load("visits/no-such-query")


def test_a_name_cannot_reach_outside_the_folder(tmp_path: Path) -> None:
    outside = tmp_path / "secret.sql"
    outside.write_text("-- title: a\n-- meaning: b\n-- grain: c\nselect 1", encoding="utf-8")
    with pytest.raises(KeyError):
        queries.load(f"../../../../../../../../{outside.with_suffix('').as_posix()}")
