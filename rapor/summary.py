"""What a load says while it runs and when it has ended, in the words of the clerk who sent the files."""

import dataclasses
import json
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl
from babel.numbers import format_decimal
from rich import progress as bars
from rich.console import Console

if TYPE_CHECKING:
    from etl.load import FileResult, LoadReport, Progress

SHOWN_REASONS = 4  # a file; the rest stand on the page Mutu data
SHOWN_ROWS = 5  # a reason
SHOWN_FILES = 20  # a group
STAGES = {"wait": "Menunggu pemuatan lain", "read": "Membaca berkas", "build": "Menyusun dan memeriksa data"}


@contextmanager
def progress(console: Console) -> "Generator[Callable[[Progress], None]]":
    """Yield what draws progress: a bar with rate and time left on a terminal, a line every few seconds to a pipe."""
    if not console.is_terminal:
        yield _plain(console)
        return
    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TextColumn("{task.fields[rate]}"),
        bars.TextColumn("sisa"),
        bars.TimeRemainingColumn(),
        bars.TextColumn("{task.fields[item]}", style="dim", markup=False),
    )
    with bars.Progress(*columns, console=console, transient=True) as drawn:
        tasks: dict[str, bars.TaskID] = {}

        def show(now: "Progress") -> None:
            task = tasks.get(now.stage)
            if task is None:
                task = tasks[now.stage] = drawn.add_task(
                    STAGES.get(now.stage, now.stage), total=now.total, item="", rate=""
                )
            speed = next(each.speed for each in drawn.tasks if each.id == task)
            rate = f"{_number(speed, 1)}/detik" if speed else ""
            drawn.update(task, completed=now.done, total=now.total, item=now.item[:40], rate=rate)

        yield show


def _plain(console: Console, every_seconds: float = 5.0) -> "Callable[[Progress], None]":
    began: dict[str, float] = {}
    said: dict[str, float] = {}

    def show(now: "Progress") -> None:
        clock = time.monotonic()
        start = began.setdefault(now.stage, clock)
        is_last = now.done >= now.total
        if not is_last and clock - said.get(now.stage, start) < every_seconds:
            return
        said[now.stage] = clock
        line = f"{STAGES.get(now.stage, now.stage)}: " + (f"{now.done}/{now.total}" if now.total else now.item)
        if now.done and not is_last and clock > start:
            rate = now.done / (clock - start)
            line += f", {_number(rate, 1)}/detik, sisa {_number((now.total - now.done) / rate)} detik"
        console.print(line, markup=False, soft_wrap=True)

    return show


def as_json(report: "LoadReport") -> str:
    """Return the whole report for machines; dates and paths as text."""
    plain: dict[str, Any] = {}
    for field in dataclasses.fields(report):
        value = getattr(report, field.name)
        if isinstance(value, pl.DataFrame):
            value = value.to_dicts()
        elif field.name == "files":
            value = [dataclasses.asdict(file) for file in value]
        plain[field.name] = value
    return json.dumps(plain, default=str, ensure_ascii=False, indent=2)


def lines(report: "LoadReport") -> Iterator[tuple[str, str]]:
    """Yield the report as (style, line): what was accepted, in part, refused and found, and what was published."""
    by_status: dict[str, list[FileResult]] = {}
    for file in report.files:
        by_status.setdefault(file.status, []).append(file)
    yield "bold", f"Hasil pemuatan ({_number(report.seconds, 1)} detik)"
    names = {
        "accepted": "diterima",
        "partly": "diterima sebagian",
        "refused": "ditolak",
        "unchanged": "sudah pernah dimuat, tidak berubah",
    }
    if not report.files:
        yield "", "  Tidak ada berkas yang dibaca."
    for status, name in names.items():
        if by_status.get(status):
            yield "", f"  {_number(len(by_status[status])):>5} berkas {name}"
    yield from _partly(by_status.get("partly", []), report.rejects)
    yield from _refused(by_status.get("refused", []))
    yield from _findings(report.findings)
    yield from _outcome(report)


def _partly(files: "list[FileResult]", rejects: pl.DataFrame) -> Iterator[tuple[str, str]]:
    if files:
        yield "", ""
        yield "bold yellow", "Diterima sebagian: perbaiki baris ini lalu kirim ulang berkasnya"
    for file in files[:SHOWN_FILES]:
        yield (
            "",
            f"  {_where(file)}: {_number(file.rows_accepted)} baris diterima, {_number(file.rows_rejected)} ditolak",
        )
        its = rejects.filter(pl.col("file") == file.name) if rejects.height else rejects
        yield from (("", f"    {line}") for line in _reasons(its))
    yield from _rest(files)


def _refused(files: "list[FileResult]") -> Iterator[tuple[str, str]]:
    if files:
        yield "", ""
        yield "bold red", "Ditolak: tidak ada baris yang dipakai"
    for file in files[:SHOWN_FILES]:
        yield "", f"  {_where(file)}: {file.reason or 'tanpa keterangan'}"
    yield from _rest(files)


def _rest(files: "list[FileResult]") -> Iterator[tuple[str, str]]:
    if len(files) > SHOWN_FILES:
        yield "dim", f"  dan {_number(len(files) - SHOWN_FILES)} berkas lagi; semuanya di halaman Mutu data"


def _findings(findings: pl.DataFrame) -> Iterator[tuple[str, str]]:
    if not findings.height:
        return
    yield "", ""
    yield "bold", f"Temuan: {_number(findings.height)} hal yang terlihat janggal walau dimuat"
    kinds = (
        findings.group_by("code", "severity", maintain_order=True)
        .agg(pl.len().alias("count"), pl.col("message").first(), pl.col("mend").first(), pl.col("file").first())
        .sort(pl.col("severity") != "attention", -pl.col("count").cast(pl.Int64), "code")
    )
    for kind in kinds.iter_rows(named=True):
        style = "yellow" if kind["severity"] == "attention" else ""
        example = "contoh: " if kind["count"] > 1 else ""
        where = f" [{kind['file']}]" if kind["file"] else ""
        yield style, f"  {_number(kind['count'])} × {example}{kind['message']}{where}"
        yield "dim", f"      {kind['mend']}"


def _outcome(report: "LoadReport") -> Iterator[tuple[str, str]]:
    yield "", ""
    if report.failed_checks:
        yield "bold red", "Tidak diterbitkan, karena pemeriksaan ini gagal; data terbitan sebelumnya tetap dipakai:"
        yield from (("red", f"  {check}") for check in report.failed_checks)
    elif report.published:
        yield "bold green", f"Data terbitan yang dipakai sekarang: {report.published}"
    else:
        yield "bold yellow", "Tidak ada yang diterbitkan; data terbitan sebelumnya tetap dipakai."


def _where(file: "FileResult") -> str:
    name = f"{file.folder}/{file.name}" if file.folder and file.folder != "." else file.name
    return f"{name} ({file.source_title})" if file.source_title else name


def _reasons(rejects: pl.DataFrame) -> Iterator[str]:
    """Yield one line a reason and column of one file, the rows that it holds for named."""
    if not rejects.height:
        return
    kinds = rejects.group_by("sheet", "col", "reason", maintain_order=True).agg("row", "value").rows(named=True)
    for kind in kinds[:SHOWN_REASONS]:
        rows = list(dict.fromkeys(row for row in kind["row"] if row is not None))
        named = ", ".join(map(str, rows[:SHOWN_ROWS]))
        if len(rows) > SHOWN_ROWS:
            named += f" dan {_number(len(rows) - SHOWN_ROWS)} baris lagi"
        places = [
            f"lembar {kind['sheet']}" if kind["sheet"] else "",
            f"kolom {kind['col']}" if kind["col"] else "",
            f"baris {named}" if named else "",
            f"isi “{kind['value'][0]}”" if len(kind["value"]) == 1 and kind["value"][0] else "",
        ]
        yield f"{', '.join(place for place in places if place) or 'berkas'}: {kind['reason']}"
    if len(kinds) > SHOWN_REASONS:
        yield f"dan {_number(len(kinds) - SHOWN_REASONS)} alasan lain; semuanya di halaman Mutu data"


def _number(value: float, digits: int = 0) -> str:
    return format_decimal(round(value, digits), format="#,##0" + ("." + "0" * digits if digits else ""), locale="id")
