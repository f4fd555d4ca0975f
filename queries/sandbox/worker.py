"""The process in which an analyst's SQL runs: one SELECT on one file, read-only, without a way out, under hard limits.

`python -m queries.sandbox.worker` takes a job (see `process.py`) on standard input and answers on the pipe that it names.
"""
# ruff: noqa: PLC0415  the limits hold before more is imported, and a refused statement needs no more

import errno
import json
import os
import re
import resource
import signal
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import duckdb

from queries import builds
from queries.sandbox import limits, writers
from queries.sandbox.confine import confine

if TYPE_CHECKING:
    import pyarrow as pa

DATABASE = "data.duckdb"  # the parent puts the file there under this name, so that nothing tells where it really is
LONGEST_DETAIL = 1000
CHUNK_ROWS = 50_000
CHUNK_BYTES = 32 << 20
BATCH_ROWS = 8192
PROGRESS_SECONDS = 0.1

SETTINGS = {  # when the file is opened
    **builds.OPENED,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,  # a table name never means a Python variable
    "python_scan_all_frames": False,
    "temp_directory": "",  # a query that does not fit the memory is refused; it never fills the disk
    "max_temp_directory_size": "0B",
}
LOCKS = (  # afterwards, because the settings above can't be given together with these
    "set allow_extension_repositories = 'forbidden'",
    "set enable_external_access = false",
    "set lock_configuration = true",
)
CHANGES = {
    "INSERT",
    "UPDATE",
    "DELETE",
    "CREATE",
    "CREATE_FUNC",
    "DROP",
    "ALTER",
    "MERGE_INTO",
    "EXPLAIN",
    "TRANSACTION",
}
# a statement of another kind reaches for the system: ATTACH, COPY, EXPORT, INSTALL, LOAD, SET, PRAGMA, CALL and so on
CODES = {
    "Parser Error": "syntax",
    "Syntax Error": "syntax",
    "Catalog Error": "unknown_name",
    "Permission Error": "forbidden",
    "Out of Memory Error": "memory",
}
ALWAYS_TEXT = {  # kinds that Arrow or its Parquet writer has no faithful form for
    "bit",
    "bignum",
    "interval",
    "time with time zone",
    "time_tz",
    "union",
    "geometry",
    "variant",
}


class Refused(Exception):
    """The job is refused: `args` are the code and the detail."""


def limit(seconds: float, memory_mb: int, threads: int, file_mb: int, spare_mb: int, parent: int) -> None:
    """Have the system hold the process to its limits and end it together with its parent.

    RLIMIT_NPROC stays as it is: it counts all processes of the user, so that a busy machine would refuse DuckDB its threads.
    """
    limits.end_with(parent)
    memory = (memory_mb + spare_mb) << 20
    cpu = int(seconds * (threads + 1)) + 2
    limits.hold({**limits.memory(memory), resource.RLIMIT_CPU: cpu, resource.RLIMIT_FSIZE: file_mb << 20})
    limits.hold(limits.NEVER_MORE)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds + 1)  # in case that the parent is stopped and can't
    limits.go_first()


def connect(memory_mb: int, threads: int) -> duckdb.DuckDBPyConnection:
    """Return a connection to the file in the working folder that can read its tables and nothing else."""
    connection = duckdb.connect(
        DATABASE, read_only=True, config={**SETTINGS, "memory_limit": f"{memory_mb}MiB", "threads": threads}
    )
    for lock in LOCKS:
        connection.execute(lock)
    os.unlink(DATABASE)  # it stays open; a name that outlived a crash of the parent would keep an old build on the disk
    return connection


def selected(sql: str, explain: bool = False) -> str:
    """Return the one SELECT of a text, or its EXPLAIN; raises Refused for anything else.

    SELECT is what DuckDB calls so: also WITH, FROM first, VALUES, TABLE, DESCRIBE, SUMMARIZE and SHOW TABLES, which read only.
    A WITH that changes or copies data is of that kind too; the read-only file and the closed file system refuse it.
    """
    if "\0" in sql:
        raise Refused("syntax", "NUL")  # DuckDB would read up to it only
    try:
        sql.encode()
    except UnicodeEncodeError as error:
        raise Refused("syntax", f"UTF-8: {error.start}") from None
    statements = duckdb.extract_statements(sql)
    if not statements:
        raise Refused("empty", "")
    if len(statements) > 1:
        raise Refused("not_one", str(len(statements)))
    kind = statements[0].type.name
    text = statements[0].query.rstrip("; \t\r\n")
    if kind == "MULTI":  # a PIVOT that finds its columns by itself; in brackets only a reading statement parses
        kind = "SELECT" if _kinds("\n".join(("from (", text, ")"))) == ["MULTI"] else "CREATE"
    if kind != "SELECT":
        raise Refused("not_select" if kind in CHANGES else "forbidden", kind)
    if explain:
        text = f"explain\n{text}"
        if _kinds(text) not in (["EXPLAIN"], ["MULTI"]):
            raise Refused("not_select", "EXPLAIN")
    return text


def _kinds(sql: str) -> list[str]:
    try:
        return [statement.type.name for statement in duckdb.extract_statements(sql)]
    except duckdb.Error:
        return []


def unique(names: list[str]) -> list[str]:
    """Return column names of which none appears twice, whatever its case: `a`, `a_2`."""
    taken: set[str] = set()
    found = []
    for name in names:
        candidate, number = name, 1
        while candidate.lower() in taken:
            number += 1
            candidate = f"{name}_{number}"
        taken.add(candidate.lower())
        found.append(candidate)
    return found


def _as_written(relation: Any, form: str) -> Any:
    """Return the rows with unique names, and as text where the form has no way to hold a kind of value."""
    names = unique(relation.columns)
    is_text = [
        kind.id in ALWAYS_TEXT or (form not in {"parquet", "json"} and _is_deep(kind)) for kind in relation.types
    ]
    if names == relation.columns and not any(is_text):
        return relation
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    return relation.project(
        ", ".join(
            f"#{place}::varchar as {name}" if text else f"#{place} as {name}"
            for place, (name, text) in enumerate(zip(quoted, is_text, strict=True), 1)
        )
    )


def _is_deep(kind: Any) -> bool:
    if kind.id == "list":
        return kind.children[0][1].id in {"list", "array", "struct", "map", "union", *ALWAYS_TEXT}
    return kind.id in {"array", "struct", "map", "union", "tuple"}


def chunks(reader: "pa.RecordBatchReader", most: int | None) -> Iterator[tuple["pa.Table", bool]]:
    """Yield the rows up to `most` in tables worth writing, and with each whether rows beyond were left."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    count = taken = 0
    for read in reader:
        is_cut = most is not None and taken + read.num_rows > most
        batch = read.slice(0, most - taken) if is_cut else read
        held.append(batch)
        taken += batch.num_rows
        count += batch.num_rows
        if is_cut or count >= CHUNK_ROWS or sum(each.nbytes for each in held) >= CHUNK_BYTES:
            yield pa.Table.from_batches(held, reader.schema), is_cut
            held, count = [], 0
        if is_cut:
            return
    if held:
        yield pa.Table.from_batches(held, reader.schema), False


def answer(job: dict[str, Any], report: "Report") -> dict[str, Any]:
    """Run the job and return what the parent wants to know of the result; raises Refused and what DuckDB raises."""
    sql = selected(job["sql"], job["explain"])
    connection = connect(job["memory_mb"], job["threads"])
    asked = connection.sql(sql)
    columns = [
        (name, "ENUM" if kind.id == "enum" else str(kind))
        for name, kind in zip(unique(asked.columns), asked.types, strict=True)
    ]
    sys.modules["numpy"] = None  # ty: ignore[invalid-assignment]  # pyarrow works without, and starts 0.15 s sooner
    os.nice(5)  # from here on pages go first
    reader = _as_written(asked, job["form"]).to_arrow_reader(BATCH_ROWS)
    rows, is_cut = 0, False
    with os.fdopen(job["out"], "wb") as sink:
        writer = writers.opened(job["form"], sink, reader.schema)
        for table, is_cut in chunks(reader, job["rows"]):  # noqa: B007  the last one counts
            writer.write(table)
            rows += table.num_rows
            report.progress(rows)
        writer.close()
    return {"columns": columns, "rows": rows, "is_cut": is_cut}


class Report:
    """The pipe to the parent: one JSON object a line."""

    def __init__(self, number: int) -> None:
        self._pipe = os.fdopen(number, "w", encoding="ascii")
        self._progress_at = 0.0

    def progress(self, rows: int) -> None:
        """Tell how many rows were written, a few times a second."""
        if time.monotonic() - self._progress_at >= PROGRESS_SECONDS:
            self._progress_at = time.monotonic()
            self.tell(progress=rows)

    def tell(self, **what: Any) -> None:
        """Write one line."""
        self._pipe.write(json.dumps(what) + "\n")
        self._pipe.flush()


def refusal(error: BaseException) -> tuple[str, str]:
    """Return the code and the detail that an error means."""
    if isinstance(error, Refused):
        return error.args
    message = str(error)
    start = re.match(r"(?:\w+Exception: )?((?:\w+ )+Error): ", message)
    kind = start[1] if start else ""
    if isinstance(error, MemoryError) or "bad_alloc" in message:
        code = "memory"
    elif isinstance(error, writers.TooLarge) or (isinstance(error, OSError) and error.errno == errno.EFBIG):
        code = "too_large"
    elif "read-only mode" in message or "configuration has been locked" in message:
        code = "forbidden"
    elif kind == "Binder Error" and re.search(r"not found|does not exist|could not find", message, re.I):
        code = "unknown_name"
    else:
        code = CODES.get(kind, "other")
    if code == "memory":
        message = message.split("\n", maxsplit=1)[0]  # below it DuckDB advises to change its settings
    return code, shortened(message)


def shortened(message: str) -> str:
    """Return the first lines of DuckDB's message with the place that it points to, at most 1,000 characters."""
    lines = [line.rstrip() for line in message[:1_000_000].splitlines() if line.strip()]
    caret = next((n for n, line in enumerate(lines) if n and set(line.strip()) <= {"^", "~"}), None)
    if caret is None:
        return "\n".join(lines[:4])[:LONGEST_DETAIL]
    place = lines[caret].index("^") if "^" in lines[caret] else 0
    left = max(0, place - 200)
    pointed = [line[left : left + 400] for line in lines[caret - 1 : caret + 1]]
    head = "\n".join(lines[: min(caret - 1, 3)])[: LONGEST_DETAIL - 2 - sum(map(len, pointed))]
    return "\n".join([head, *pointed])


def main() -> None:
    """Do the job that stands on standard input, and end."""
    job = json.loads(sys.stdin.buffer.read())
    os.environ.clear()
    empty = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(empty, number)
    os.close(empty)
    report = Report(job["pipe"])
    limit(job["seconds"], job["memory_mb"], job["threads"], job["file_mb"], job["spare_mb"], job["parent"])
    confine(".", os.path.realpath(DATABASE))
    try:
        report.tell(done=answer(job, report))
    except BaseException as error:  # whatever it is, the parent is told
        code, detail = refusal(error)
        report.tell(refused=code, detail=detail.encode("utf-8", "replace").decode())
    sys.stdout.flush()
    os._exit(0)  # nothing is left to tidy up: DuckDB's threads may be busy for long


if __name__ == "__main__":
    main()
