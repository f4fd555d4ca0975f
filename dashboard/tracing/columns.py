"""The columns of the inputs and rows of each kind of figure, with the words beside their values."""

from collections.abc import Callable

from dashboard import access
from dashboard.parts.row_words import Row
from dashboard.snapshot import Column
from dashboard.tracing import words
from dashboard.words import text
from dashboard.words.text import _

Say = dict[str, Callable[[Row], str | None]]
Made = tuple[Say, list[Column]]


def _span(row: Row) -> str:
    return text.span(row["period"], row["period_months"])


def _yes(value: bool | None) -> str:
    return {True: _("ya"), False: _("tidak"), None: text.MISSING}[value]


def _attainment_inputs() -> Made:
    return {"span": _span}, [
        Column("span", _("Periode")),
        Column("value", _("Realisasi"), "amount", 4),
        Column("value_text", _("Predikat")),
        Column("numerator", _("Pembilang"), "amount", 4),
        Column("denominator", _("Penyebut"), "amount", 4),
        Column("target", _("Target"), "amount", 4),
        Column("target_max", _("Batas atas target"), "amount", 4),
        Column("target_text", _("Target predikat")),
        Column("value_ytd", _("Realisasi sejak Januari"), "amount", 4),
        Column("target_ytd", _("Target sejak Januari"), "amount", 4),
        Column("attainment_pct", _("Capaian"), "pct"),
        Column("reported_units", _("Unit melapor"), "int"),
        Column("expected_units", _("Unit diharapkan"), "int"),
    ]


def _mean_inputs() -> Made:
    return {}, [
        Column("indicator_name", _("Indikator"), link="origin_link"),
        Column("unit_short_name", _("Unit")),
        Column("attainment_pct", _("Capaian"), "pct"),
        Column("attainment_capped_pct", _("Capaian dibatasi"), "pct"),
        Column("weight", _("Bobot"), "decimal", 1),
        Column("points", _("Capaian dibatasi × bobot"), "decimal", 1),
    ]


def _visit_inputs() -> Made:
    say: Say = {"name": lambda r: text.month_name(r["month"]) if r["month"] else r["short_name"]}
    return say, [
        Column("name", _("Unit atau bulan"), link="origin_link"),
        Column("patients", _("Jumlah kunjungan"), "int"),
        Column("new_count", _("Baru"), "int"),
        Column("returning_count", _("Lama"), "int"),
        Column("months", _("Bulan dilaporkan"), "int"),
        Column("rows", _("Baris dipakai"), "int"),
    ]


def _satisfaction_inputs() -> Made:
    say: Say = {"label": lambda r: f"{r['element'].upper()} {text.named(r['name'], r['name_en'])}"}
    return say, [
        Column("label", _("Unsur"), link="origin_link"),
        Column("score_sum", _("Jumlah jawaban"), "decimal", 1),
        Column("answered", _("Penjawab"), "int"),
        Column("mean_score", _("Nilai unsur"), "decimal", 4),
        Column("units_reporting", _("Unit melapor"), "int"),
    ]


def _report_inputs() -> Made:
    say: Say = {"name": lambda r: text.named(r["report_kind_name"], r["report_kind_name_en"])}
    return say, [
        Column("name", _("Jenis laporan"), link="origin_link"),
        Column("expected", _("Jatuh tempo"), "int"),
        Column("received", _("Diterima"), "int"),
        Column("timed", _("Waktunya diketahui"), "int"),
        Column("on_time", _("Tepat waktu"), "int"),
        Column("late", _("Terlambat"), "int"),
        Column("missing", _("Belum melapor"), "int"),
    ]


def _component_inputs() -> Made:
    say: Say = {"name": lambda r: text.named(r["component_name"], r["component_name_en"])}
    return say, [
        Column("name", _("Komponen")),
        Column("score", _("Nilai"), "decimal", 2),
        Column("weight_pct", _("Bobot"), "pct"),
        Column("weight_used_pct", _("Bobot terpakai"), "pct", 2),
        Column("contribution", _("Sumbangan"), "decimal", 2),
    ]


def _evaluation_inputs() -> Made:
    return {}, [
        Column("unit_short_name", _("Unit")),
        Column("people", _("Pegawai dinilai"), "int"),
        Column("evaluations", _("Penilaian"), "int"),
        Column("indicators", _("Indikator individu"), "int"),
    ]


def _file_states(row: Row) -> str:
    names = {"refused": _("ditolak"), "partly": _("diterima sebagian"), "accepted": _("diterima")}
    return names.get(row["status"], row["status"])


def _file_inputs() -> Made:
    return {"name": _file_states}, [
        Column("name", _("Keadaan")),
        Column("files", _("Berkas"), "int"),
        Column("rows_read", _("Baris dibaca"), "int"),
        Column("rows_accepted", _("Diterima"), "int"),
        Column("rows_rejected", _("Baris ditolak"), "int"),
    ]


def _attainment_rows() -> Made:
    say: Say = {
        "span": _span,
        "kind_name": lambda r: _("realisasi") if r["kind"] == "realisation" else _("target"),
    }
    return say, [
        Column("indicator_name", _("Indikator")),
        Column("short_name", _("Unit")),
        Column("span", _("Periode")),
        Column("kind_name", _("Jenis")),
        Column("value", _("Nilai"), "amount", 4),
        Column("value_max", _("Batas atas target"), "amount", 4),
        Column("value_text", _("Predikat")),
        Column("numerator", _("Pembilang"), "amount", 4),
        Column("denominator", _("Penyebut"), "amount", 4),
        Column("evidence", _("Bukti")),
    ]


def _visit_rows() -> Made:
    say: Say = {
        "service_name": lambda r: text.named(r["service"], r["service_en"]),
        "payer_name": lambda r: text.named(r["payer"], r["payer_en"]),
    }
    return say, [
        Column("short_name", _("Unit")),
        Column("month", _("Bulan"), "month"),
        Column("service_name", _("Layanan")),
        Column("payer_name", _("Pembayar")),
        Column("new_count", _("Baru"), "int"),
        Column("returning_count", _("Lama"), "int"),
        Column("patients", _("Jumlah kunjungan"), "int"),
    ]


def _satisfaction_rows() -> Made:
    say: Say = {
        "span": lambda r: text.span(r["month"], r["period_months"]),
        "service_name": lambda r: text.named(r["service"], r["service_en"]) if r["service"] else None,
    }
    return say, [
        Column("short_name", _("Unit")),
        Column("span", _("Periode")),
        Column("service_name", _("Layanan")),
        Column("respondents", _("Responden"), "int"),
        *(Column(f"u{i}", f"U{i}", "amount", 4) for i in range(1, 10)),
    ]


def _report_rows() -> Made:
    names = words.report_statuses()
    say: Say = {
        "span": _span,
        "kind_name": lambda r: text.named(r["report_kind_name"], r["report_kind_name_en"]),
        "status_name": lambda r: names.get(r["status"], r["status"]),
    }
    return say, [
        Column("unit_short_name", _("Unit")),
        Column("span", _("Periode")),
        Column("kind_name", _("Jenis laporan")),
        Column("status_name", _("Keadaan")),
        Column("due_on", _("Tenggat"), "date"),
        Column("received_at", _("Diterima"), "date"),
    ]


def _evaluation_rows() -> Made:
    ratings = {"below": _("di bawah ekspektasi"), "meets": _("sesuai ekspektasi"), "above": _("di atas ekspektasi")}
    say: Say = {
        "person": lambda r: access.pseudonym(r["employee_id"]),
        "span": _span,
        "what": lambda r: r["indicator"] or _("Penilaian"),
        "result": lambda r: ratings.get(r["result_rating"]),
        "behaviour": lambda r: ratings.get(r["behaviour_rating"]),
        "on_time": lambda r: _yes(r["is_on_time"]) if r["kind"] == "indicator" else None,
        "evidence": lambda r: _yes(r["is_evidence_verified"]) if r["kind"] == "indicator" else None,
    }
    return say, [
        Column("person", _("Pegawai")),
        Column("unit_short_name", _("Unit")),
        Column("span", _("Periode")),
        Column("what", _("Indikator")),
        Column("target", _("Target"), "amount"),
        Column("realisation", _("Realisasi"), "amount"),
        Column("unit_of_measure", _("Satuan")),
        Column("on_time", _("Tepat waktu")),
        Column("evidence", _("Bukti diverifikasi")),
        Column("result", _("Hasil kerja")),
        Column("behaviour", _("Perilaku kerja")),
    ]


def _file_rows() -> Made:
    return {"status_name": _file_states}, [
        Column("status_name", _("Keadaan")),
        Column("rows_read", _("Baris dibaca"), "int"),
        Column("rows_accepted", _("Diterima"), "int"),
        Column("rows_rejected", _("Baris ditolak"), "int"),
        Column("as_of", _("Tanggal laporan"), "date"),
    ]


INPUTS: dict[str, Callable[[], Made]] = {
    "attainment": _attainment_inputs,
    "attainment_mean": _mean_inputs,
    "visits": _visit_inputs,
    "satisfaction": _satisfaction_inputs,
    "satisfaction_element": _satisfaction_inputs,
    "reporting": _report_inputs,
    "completeness": _report_inputs,
    "accountability": _component_inputs,
    "accountability_mean": _component_inputs,
    "evaluations": _evaluation_inputs,
    "files": _file_inputs,
    "rejects": _file_inputs,
}
ROWS: dict[str, Callable[[], Made]] = {
    "attainment": _attainment_rows,
    "attainment_mean": _attainment_rows,
    "visits": _visit_rows,
    "satisfaction": _satisfaction_rows,
    "satisfaction_element": _satisfaction_rows,
    "reporting": _report_rows,
    "completeness": _report_rows,
    "accountability": _evaluation_rows,
    "accountability_mean": _evaluation_rows,
    "evaluations": _evaluation_rows,
    "files": _file_rows,
    "rejects": _file_rows,
}
