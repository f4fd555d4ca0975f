"""What a load says while it runs and when it has ended, in the words of the clerk who sent the files."""

import dataclasses
import json
import math
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl

from queries.language import _, month, n_, named, number

if TYPE_CHECKING:
    from rich.console import Console

    from etl.load import FileResult, LoadReport, Progress
    from etl.preview import Preview, Spoken

SHOWN_REASONS = 4  # a file; the rest stand on the page Mutu data
SHOWN_ROWS = 5  # a reason
SHOWN_FILES = 20  # a group
WAITING_SECONDS = 30  # between two lines that say that another load is waited for


@contextmanager
def progress(console: "Console") -> "Generator[Callable[[Progress], None]]":
    """Yield what draws progress: a bar with rate and time left on a terminal, a line every few seconds to a pipe."""
    if not console.is_terminal:
        yield _plain(console)
        return
    from rich import progress as bars  # noqa: PLC0415  of a terminal alone

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TextColumn("{task.fields[rate]}"),
        bars.TextColumn(_("sisa")),
        bars.TimeRemainingColumn(),
        bars.TextColumn("{task.fields[item]}", style="dim", markup=False),
    )
    with bars.Progress(*columns, console=console, transient=True) as drawn:
        tasks: dict[str, Any] = {}

        def show(now: "Progress") -> None:
            task = tasks.get(now.stage)
            if task is None:
                task = tasks[now.stage] = drawn.add_task(_stage(now.stage), total=now.total, item="", rate="")
            speed = next(each.speed for each in drawn.tasks if each.id == task)
            rate = _("{n}/detik", n=number(speed, 1)) if speed else ""
            drawn.update(task, completed=now.done + now.share, total=now.total, item=now.item[:40], rate=rate)

        yield show


def _plain(console: "Console", every_seconds: float = 5.0) -> "Callable[[Progress], None]":
    began: dict[str, float] = {}
    printed_at: dict[str, float] = {}

    def show(now: "Progress") -> None:
        clock = time.monotonic()
        start = began.setdefault(now.stage, clock)
        is_last = now.done >= now.total
        if now.stage == "wait":  # it is told so at once, and then that it still waits
            is_due = clock - printed_at.get(now.stage, -math.inf) >= WAITING_SECONDS
        else:
            is_due = is_last or clock - printed_at.get(now.stage, start) >= every_seconds
        if not is_due:
            return
        printed_at[now.stage] = clock
        line = f"{_stage(now.stage)}: " + (f"{now.done}/{now.total}" if now.total else now.item)
        if now.done and not is_last and clock > start:
            rate = now.done / (clock - start)
            left = number((now.total - now.done) / rate)
            line += _(", {n}/detik, sisa {seconds} detik", n=number(rate, 1), seconds=left)
        console.print(line, markup=False, soft_wrap=True)

    return show


def _stage(stage: str) -> str:
    names = {
        "wait": _("Menunggu pemuatan lain"),
        "read": _("Membaca berkas"),
        "build": _("Menyusun dan memeriksa data"),
    }
    return names.get(stage, stage)


def as_json(report: "LoadReport | Preview") -> str:
    """Return the whole report for machines; dates and paths as text."""
    plain: dict[str, Any] = {}
    for field in dataclasses.fields(report):
        value = getattr(report, field.name)
        if isinstance(value, pl.DataFrame):
            value = value.to_dicts()
        elif field.name in ("files", "spoken"):
            value = [dataclasses.asdict(file) for file in value]
        plain[field.name] = value
    return json.dumps(plain, default=str, ensure_ascii=False, indent=2)


def lines(report: "LoadReport") -> Iterator[tuple[str, str]]:
    """Yield the report as (style, line): what was accepted, in part, refused and found, and what was published."""
    by_status: dict[str, list[FileResult]] = {}
    for file in report.files:
        by_status.setdefault(file.status, []).append(file)
    yield "bold", _("Hasil pemuatan ({seconds} detik)", seconds=number(report.seconds, 1))
    counts = {status: len(files) for status, files in by_status.items()}
    if not report.files:
        yield "", f"  {_('Tidak ada berkas yang dibaca.')}"
    if n := counts.get("accepted"):
        yield "", _count(n_("{n} berkas diterima", n))
    if n := counts.get("partly"):
        yield "", _count(n_("{n} berkas diterima sebagian", n))
    if n := counts.get("refused"):
        yield "", _count(n_("{n} berkas ditolak", n))
    if n := counts.get("held"):
        yield "yellow", _count(n_("{n} berkas ditahan sampai disahkan", n))
    if n := counts.get("withdrawn"):
        yield "", _count(n_("{n} berkas ditarik, tidak dipakai", n))
    if n := counts.get("unchanged"):
        yield "", _count(n_("{n} berkas sudah pernah dimuat, tidak berubah", n))
    yield from _partly(by_status.get("partly", []), report.rejects)
    yield from _refused(by_status.get("refused", []))
    yield from _findings(report.findings)
    yield from _outcome(report)


def preview_lines(preview: "Preview") -> Iterator[tuple[str, str]]:
    """Yield a preview as (style, line): what each file is recognised as and speaks of, its rows, and its figures beside the published."""
    yield "bold", _("Pratinjau ({seconds} detik): tidak ada yang disimpan", seconds=number(preview.seconds, 1))
    spoken = {each.file: each for each in preview.spoken}
    for file in preview.files[:SHOWN_FILES]:
        yield "", ""
        yield ("red" if file.status in ("refused", "held") else ""), f"{_where(file)}: {_fate(file.status)}"
        if file.rows_read:
            yield "", f"  {_account(file)}"
        if file.reason:
            yield "", f"  {file.reason}"
        if (says := spoken.get(file.name)) and says.kinds:
            yield from (("", f"  {line}") for line in _speaks_of(says))
        its = preview.rejects.filter(pl.col("file") == file.name) if preview.rejects.height else preview.rejects
        yield from (("yellow", f"  {line}") for line in _reasons(its))
    yield from _rest(preview.files)
    yield from _findings(preview.findings)
    yield from _beside(preview)


def _fate(status: str) -> str:
    names = {
        "accepted": _("akan diterima"),
        "partly": _("akan diterima sebagian"),
        "refused": _("akan ditolak"),
        "held": _("akan ditahan; angka lama tetap dipakai"),
        "unchanged": _("sudah pernah dimuat, tidak berubah"),
        "withdrawn": _("sudah ditarik"),
    }
    return names.get(status, status)


def _speaks_of(says: "Spoken") -> Iterator[str]:
    if says.units:
        shown = ", ".join(says.units[:SHOWN_ROWS])
        more = len(says.units) - SHOWN_ROWS
        yield _("Unit: {names}", names=shown) + (" " + n_("dan {n} unit lagi", more) if more > 0 else "")
    if says.first_month and says.last_month:
        first, last = month(says.first_month), month(says.last_month)
        yield (
            _("Bulan: {first}", first=first) if first == last else _("Bulan: {first} – {last}", first=first, last=last)
        )


def _beside(preview: "Preview") -> Iterator[tuple[str, str]]:
    """Yield the figures that change, and how many stay as they are; all of them stand in the JSON."""
    if not preview.beside.height:
        return
    rows = preview.beside.rows(named=True)
    moved = [row for row in rows if (row["value"], row["text"]) != (row["published"], row["published_text"])]
    yield "", ""
    yield "bold", _("Dibandingkan dengan yang terbit")
    if same := len(rows) - len(moved):
        yield "", "  " + n_("{n} angka sama dengan yang terbit", same)
    kinds = {
        "visit": _("Kunjungan"),
        "index": _("Indeks kepuasan"),
        "realisation": _("Realisasi"),
        "target": _("Target"),
    }
    for row in moved[:SHOWN_FILES]:
        item = f" {row['item']}" if row["item"] and row["item"] != "total" else ""
        figures = [
            f"{_('terbit')} {_figure(row['published'], row['published_text'])}",
            f"{_('menjadi')} {_figure(row['value'], row['text'])}",
        ]
        if row["year_before"] is not None:
            figures.append(f"{_('tahun lalu')} {_figure(row['year_before'], None)}")
        style = "yellow" if row["value"] is None and row["text"] is None else ""
        yield (
            style,
            f"  {kinds[row['kind']]}{item}, {row['unit'] or row['unit_id']}, {month(row['period'])}: {'; '.join(figures)}",
        )
    if len(moved) > SHOWN_FILES:
        yield "dim", "  " + n_("dan {n} angka lagi; semuanya ada dengan --json", len(moved) - SHOWN_FILES)


def _figure(value: float | None, text: str | None) -> str:
    return (text or "–") if value is None else number(value, 0 if value == int(value) else 2)


def _count(words: str) -> str:
    """Return a line that begins with a count, the numbers of all such lines below each other."""
    count, rest = words.split(" ", 1)
    return f"  {count:>5} {rest}"


def _partly(files: "list[FileResult]", rejects: pl.DataFrame) -> Iterator[tuple[str, str]]:
    if files:
        yield "", ""
        yield "bold yellow", _("Diterima sebagian: perbaiki baris ini lalu kirim ulang berkasnya")
    for file in files[:SHOWN_FILES]:
        yield "", f"  {_where(file)}: {_account(file)}"
        its = rejects.filter(pl.col("file") == file.name) if rejects.height else rejects
        yield from (("", f"    {line}") for line in _reasons(its))
    yield from _rest(files)


def _account(file: "FileResult") -> str:
    """Return what became of the rows of a file, and of its cells where some were refused; the parts add up to all of them."""
    parts = [
        (file.rows_accepted, _("{n} diterima", n=number(file.rows_accepted))),
        (file.rows_partly, _("{n} sebagian", n=number(file.rows_partly))),
        (file.rows_rejected, _("{n} ditolak", n=number(file.rows_rejected))),
        (file.rows_total, _("{n} baris jumlah", n=number(file.rows_total))),
        (file.rows_other, _("{n} di luar tabel", n=number(file.rows_other))),
    ]
    fates = [
        (file.rows_published, _("{n} diterbitkan", n=number(file.rows_published))),
        (file.rows_superseded, _("{n} digantikan berkas lain", n=number(file.rows_superseded))),
        (file.rows_unpublished, _("{n} tidak diterbitkan", n=number(file.rows_unpublished))),
    ]
    cells = [
        (file.cells_accepted, _("{n} diterima", n=number(file.cells_accepted))),
        (file.cells_rejected, _("{n} ditolak", n=number(file.cells_rejected))),
        (file.cells_total, _("{n} di baris jumlah", n=number(file.cells_total))),
        (file.cells_other, _("{n} di luar formulir", n=number(file.cells_other))),
    ]
    said = [_("{n} baris: {parts}", n=number(file.rows_read), parts=_listed(parts))]
    if file.rows_superseded or file.rows_unpublished:
        said.append(_listed(fates))
    if file.cells_rejected:
        said.append(_("{n} sel berisi: {parts}", n=number(file.cells_read), parts=_listed(cells)))
    return "; ".join(said)


def _listed(parts: list[tuple[int, str]]) -> str:
    return ", ".join(words for count, words in parts if count)


def _refused(files: "list[FileResult]") -> Iterator[tuple[str, str]]:
    if files:
        yield "", ""
        yield "bold red", _("Ditolak: tidak ada baris yang dipakai")
    for file in files[:SHOWN_FILES]:
        yield "", f"  {_where(file)}: {file.reason or _('tanpa keterangan')}"
    yield from _rest(files)


def _rest(files: "list[FileResult]") -> Iterator[tuple[str, str]]:
    if len(files) > SHOWN_FILES:
        rest = n_("dan {n} berkas lagi; semuanya di halaman Mutu data", len(files) - SHOWN_FILES)
        yield "dim", f"  {rest}"


def _findings(findings: pl.DataFrame) -> Iterator[tuple[str, str]]:
    if not findings.height:
        return
    from etl.reference import harm  # noqa: PLC0415  heavy, and loaded by then

    yield "", ""
    yield "bold", n_("Temuan: {n} hal yang terlihat janggal walau dimuat", findings.height)
    kinds = (
        findings.group_by("code", "severity", maintain_order=True)
        .agg(pl.len().alias("count"), pl.col("^(message|mend)(_en)?$").first(), pl.col("file").first())
        .with_columns(pl.col("code").map_elements(harm, pl.Int64).alias("harm"))
        .sort("harm", pl.col("severity") != "attention", -pl.col("count").cast(pl.Int64), "code")
    )
    for kind in kinds.iter_rows(named=True):
        style = "yellow" if kind["severity"] == "attention" else ""
        example = _("contoh:") + " " if kind["count"] > 1 else ""
        where = f" [{kind['file']}]" if kind["file"] else ""
        yield style, f"  {number(kind['count'])} × {example}{named(kind, 'message')}{where}"
        yield "dim", f"      {named(kind, 'mend')}"


def _outcome(report: "LoadReport") -> Iterator[tuple[str, str]]:
    yield "", ""
    if report.failed_checks:
        yield (
            "bold red",
            _("Tidak diterbitkan, karena pemeriksaan ini gagal; data terbitan sebelumnya tetap dipakai:"),
        )
        yield from (("red", f"  {check}") for check in report.failed_checks)
    elif report.published:
        yield "bold green", _("Data terbitan yang dipakai sekarang: {build}", build=report.published)
    else:
        yield "bold yellow", _("Tidak ada yang diterbitkan; data terbitan sebelumnya tetap dipakai.")


def _where(file: "FileResult") -> str:
    name = f"{file.folder}/{file.name}" if file.folder and file.folder != "." else file.name
    return f"{name} ({file.source_title})" if file.source_title else name


def _reasons(rejects: pl.DataFrame) -> Iterator[str]:
    """Yield one line a reason and column of one file, the rows that it holds for named."""
    if not rejects.height:
        return
    reasons = [name for name in ("reason", "reason_en") if name in rejects.columns]
    kinds = rejects.group_by("sheet", "col", *reasons, maintain_order=True).agg("row", "value").rows(named=True)
    for kind in kinds[:SHOWN_REASONS]:
        rows = list(dict.fromkeys(row for row in kind["row"] if row is not None))
        numbers = ", ".join(map(str, rows[:SHOWN_ROWS]))
        if len(rows) > SHOWN_ROWS:
            numbers += " " + n_("dan {n} baris lagi", len(rows) - SHOWN_ROWS)
        places = [
            _("lembar {name}", name=kind["sheet"]) if kind["sheet"] else "",
            _("kolom {name}", name=kind["col"]) if kind["col"] else "",
            _("baris {numbers}", numbers=numbers) if numbers else "",
            _("isi “{text}”", text=kind["value"][0]) if len(kind["value"]) == 1 and kind["value"][0] else "",
        ]
        yield f"{', '.join(place for place in places if place) or _('berkas')}: {named(kind, 'reason')}"
    if len(kinds) > SHOWN_REASONS:
        yield n_("dan {n} alasan lain; semuanya di halaman Mutu data", len(kinds) - SHOWN_REASONS)
