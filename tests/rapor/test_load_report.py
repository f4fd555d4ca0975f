"""What a load says in the terminal: counts, the cells that were rejected, findings, and its progress."""

import io
import time
from collections.abc import Sequence

import polars as pl
from rich.console import Console

from etl.load import FileResult, LoadReport, Progress
from rapor import summary


def _file(name: str, status: str, accepted: int = 0, rejected: int = 0, reason: str = "") -> FileResult:
    return FileResult(
        name, "", status, "Kunjungan", accepted, rejected, reason, accepted + rejected + 6, rows_total=1, rows_other=5
    )


def _said(
    files: Sequence[FileResult] = (),
    rejects: Sequence[dict] = (),
    findings: Sequence[dict] = (),
    published: str | None = "20261112T080000Z",
    failed: Sequence[str] = (),
) -> str:
    frames = pl.DataFrame(rejects), pl.DataFrame(findings)
    report = LoadReport(published, None, list(files), *frames, list(failed), seconds=1.25, exit_code=0)
    return "\n".join(line for _, line in summary.lines(report))


def test_the_report_names_the_cell_that_was_rejected_and_counts_the_like() -> None:
    cell = {"file": "a.xlsx", "sheet": "Jan", "row": 12, "col": "Baru", "value": "12x", "reason": "bukan angka"}
    others = [cell | {"row": row, "value": "", "reason": "kosong"} for row in range(20, 28)]
    said = _said([_file("a.xlsx", "partly", accepted=1240, rejected=9)], rejects=[cell, *others])
    assert "a.xlsx (Kunjungan): 1.255 baris: 1.240 diterima, 9 ditolak, 1 baris jumlah, 5 di luar tabel" in said
    assert "lembar Jan, kolom Baru, baris 12, isi “12x”: bukan angka" in said
    assert "lembar Jan, kolom Baru, baris 20, 21, 22, 23, 24 dan 3 baris lagi: kosong" in said  # eight rows, five named


def test_the_report_groups_findings_and_puts_what_needs_attention_first() -> None:
    outlier = {
        "code": "outlier",
        "severity": "information",
        "message": "Nilai jauh",
        "mend": "Periksa.",
        "file": "b.csv",
    }
    stale = {"code": "stale_copy", "severity": "attention", "message": "Angka sama", "mend": "Ulang.", "file": "c.csv"}
    gap = {"code": "month_gap", "severity": "attention", "message": "Tidak ada", "mend": "Kirim.", "file": "d.csv"}
    said = _said(findings=[gap, gap, gap, outlier, stale, outlier | {"message": "Nilai jauh 2"}])
    # What may make a published figure wrong comes before what is missing, however often it is; then what needs attention.
    assert (
        said.index("1 × Angka sama [c.csv]")
        < said.index("2 × contoh: Nilai jauh [b.csv]")
        < said.index("3 × contoh: Tidak ada")
    )


def test_a_failed_check_is_said_and_nothing_is_called_published() -> None:
    said = _said(published=None, failed=["jumlah kunjungan berkurang"])
    assert "jumlah kunjungan berkurang" in said
    assert "dipakai sekarang" not in said


def test_progress_to_a_pipe_is_plain_lines_that_end_with_the_whole() -> None:
    pipe = io.StringIO()
    with summary.progress(Console(file=pipe, width=80)) as show:
        for done in range(1001):
            show(Progress("read", done, 1000, f"[{done}].xlsx"))
    assert pipe.getvalue() == "Membaca berkas: 1000/1000\n"  # a thousand files in a moment are one line, not a thousand


def test_progress_on_a_terminal_shows_rate_time_left_and_the_file() -> None:
    terminal = io.StringIO()
    with summary.progress(Console(file=terminal, width=120, force_terminal=True)) as show:
        for done in range(1, 4):
            show(Progress("read", done, 10, f"laporan-[{done}].xlsx"))
            time.sleep(0.15)
    drawn = terminal.getvalue()
    assert "/detik" in drawn
    assert "sisa" in drawn
    assert "laporan-[3].xlsx" in drawn  # brackets are text, not markup
