"""Reports as clerks send them: each folder of cases/ holds files and, in expected.toml, what must come out of them, worked out by hand.

On a push the first case of each kind is tried, at night all of them.

Keys of expected.toml: [units] (id = name, kind, parent, aliases), learn, steps (a list of files a load), [[file]] (name, status,
rows_accepted, rows_rejected, says, says_not), [[figure]] (sql, value), [[finding]] (says, absent), [[either]] (ways that are right).
"""

import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

import queries
from etl import folder, units
from etl.load import FileResult, look
from etl.shadow import Shadow
from tests import effort

CASES = Path(__file__).with_name("cases")
SENT = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)  # the first file of a case; each further one is a day newer


def _tried() -> list[str]:
    """Return the cases of this run: on a push each kind's first, at night its variants (`-b`, `-c`, ...) too."""
    cases = sorted(p.parent.name for p in CASES.glob("*/expected.toml"))
    variants = [name for name in cases if re.search("-[b-z]$", name)]
    return sorted({*cases} - {*variants}) + effort.of([], variants)


@pytest.mark.parametrize("case", _tried())
def test_case(case: str, tmp_path: Path) -> None:
    wanted = tomllib.loads((CASES / case / "expected.toml").read_text("utf-8"))
    files, build = _loaded(CASES / case, wanted, tmp_path / "data")
    with build:
        wrong = list(_wrong(wanted, files, build))
        ways = [list(_wrong(way, files, build)) for way in wanted.get("either", [])]
        assert not [check.meaning for check in queries.files("checks") if build.sql(check.sql).fetchall()]
    assert not wrong
    assert not ways or [] in ways


def _loaded(case: Path, wanted: dict[str, Any], data: Path) -> tuple[dict[str, FileResult], duckdb.DuckDBPyConnection]:
    """Return what became of each file, and the facts of a build after the last load; the marts are not asked for here."""
    folder.init(data, wanted.get("district", "Kabupaten Uji"))
    _register(data, wanted.get("units", {}))
    names = sorted(p.name for p in case.iterdir() if p.name != "expected.toml")
    steps = wanted.get("steps") or [[f["name"] for f in wanted.get("file", []) if f["name"] in names]]
    steps[-1] += sorted(set(names) - {name for step in steps for name in step})
    files: dict[str, FileResult] = {}
    sent, lake, build = SENT, Shadow(data), duckdb.connect()
    for step in steps:
        paths = [Path(shutil.copy(case / name, data / "inbox" / name)) for name in step]
        for path in paths:
            os.utime(path, (sent.timestamp(), sent.timestamp()))
            sent += timedelta(days=1)
        if wanted.get("learn"):
            units.accept(data, units.learn(data, paths))
        build.close()
        results, _, build = look(data, paths, lake)
        files |= {result.name: result for result in results}
    return files, build


def _register(data: Path, added: dict[str, list[str]]) -> None:
    register = pl.read_csv(data / "reference" / "units.csv", infer_schema=False)
    rows = [
        dict.fromkeys(register.columns)
        | dict(zip(("name", "kind", "parent_id", "aliases"), [*said, None], strict=False))
        | {"unit_id": unit, "short_name": said[0].removeprefix("Puskesmas ")}
        for unit, said in added.items()
    ]
    folder.write_table(data / "reference", "units", pl.concat([register, pl.DataFrame(rows, schema=register.schema)]))


def _wrong(part: dict[str, Any], files: dict[str, FileResult], build: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield what of this part of the expectation does not hold."""
    said, findings = _texts(files, build)
    for want in part.get("file", []):
        found = files[want["name"]]
        if found.status not in want.get("status", found.status).split("|"):
            yield f"{found.name}: {want['status']} expected, found {found.status} ({found.reason})"
        for key in ("rows_accepted", "rows_rejected"):
            if want.get(key, getattr(found, key)) != getattr(found, key):
                yield f"{found.name}: {key} {want[key]} expected, found {getattr(found, key)}"
        yield from (f"{found.name} does not say {w}" for w in want.get("says", []) if not _has(w, said[found.name]))
        yield from (f"{found.name} says {w}" for w in want.get("says_not", []) if _has(w, said[found.name]))
    for want in part.get("figure", []):
        found = [list(map(_plain, row)) for row in build.execute(want["sql"]).fetchall()]
        if not _same(want["value"], found):
            yield f"{want.get('where', want['sql'])}: {want['value']} expected, found {found}"
    for want in part.get("finding", []):
        met = any(all(_has(word, text) for word in want["says"]) for text in findings)
        if met == want.get("absent", False):
            yield f"finding {want['says']}: {'none' if met else 'one'} expected, found {findings}"


def _texts(files: dict[str, FileResult], build: duckdb.DuckDBPyConnection) -> tuple[dict[str, str], list[str]]:
    """Return all that a clerk reads of each file, and each finding and refused row alone; in small letters."""
    rows = build.execute(
        "select file, concat_ws(' ', col, value, reason, reason_en, mend, mend_en) from load.reject union all "
        "select file, concat_ws(' ', message, message_en, mend, mend_en) from load.finding"
    ).fetchall()
    said = {
        name: "\n".join([file.reason, *(text for f, text in rows if f == name)]).casefold()
        for name, file in files.items()
    }
    return said, [text.casefold() for _, text in rows]


def _has(words: str, text: str) -> bool:
    return any(word.casefold() in text for word in words.split("|"))


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value) if isinstance(value, date) else value


def _same(expected: Any, rows: list[list[Any]]) -> bool:
    """Compare what TOML can say, rows, one row, or one value, with rows."""
    if not isinstance(expected, list):
        expected = [[expected]]
    elif expected and not isinstance(expected[0], list):
        expected = [expected]
    return [[_near(value) for value in row] for row in expected] == rows


def _near(value: Any) -> Any:
    return pytest.approx(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
