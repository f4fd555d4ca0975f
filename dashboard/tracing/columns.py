"""The columns of the inputs and rows of each kind of figure, with the words beside their values."""

from collections.abc import Callable

from dashboard import access
from dashboard.parts import usual_columns
from dashboard.parts.row_words import Row
from dashboard.snapshot import Column, Key, keys
from dashboard.tracing import words
from dashboard.words import text
from dashboard.words.text import _

Say = dict[str, Callable[[Row], str | None]]
Shape = tuple[Say, list[Column], tuple[Key, ...]]


def _span(row: Row) -> str:
    return text.span(row["period"], row["period_months"])


def _yes(value: bool | None) -> str:
    return {True: _("ya"), False: _("tidak"), None: text.MISSING}[value]


def _attainment_inputs() -> Shape:
    return (
        {"span": _span},
        [
            Column("span", _("Periode"), role="period"),
            Column("value", _("Realisasi"), "amount", 4),
            Column("value_text", _("Predikat")),
            Column("numerator", _("Pembilang"), "amount", 4),
            Column("denominator", _("Penyebut"), "amount", 4),
            Column("target", _("Target"), "amount", 4),
            Column("target_max", _("Batas atas target"), "amount", 4),
            Column("target_text", _("Target predikat")),
            Column("value_ytd", _("Realisasi sejak Januari"), "amount", 4),
            Column("target_ytd", _("Target sejak Januari"), "amount", 4),
            usual_columns.attainment(),
            Column("reported_units", _("Unit melapor"), "int", role="reports"),
            Column("expected_units", _("Unit diharapkan"), "int"),
        ],
        keys(period="period", period_months="months"),
    )


def _mean_inputs() -> Shape:
    return (
        {},
        [
            Column("indicator_name", _("Indikator"), link="origin_link", role="name"),
            Column("unit_short_name", _("Unit"), role="name"),
            usual_columns.attainment(),
            Column("attainment_capped_pct", _("Capaian dibatasi"), "pct"),
            Column("weight", _("Bobot"), "decimal", 1),
            Column("points", _("Capaian dibatasi × bobot"), "decimal", 1),
        ],
        keys("unit_id", "indicator_id", period="period", period_months="months", reported_units="reports"),
    )


def _visit_inputs() -> Shape:
    say: Say = {"name": lambda r: text.month_name(r["month"]) if r["month"] else r["short_name"]}
    return (
        say,
        [
            Column("name", _("Unit atau bulan"), link="origin_link", role="name"),
            Column("patients", _("Jumlah kunjungan"), "int", is_additive=True),
            Column("new_count", _("Baru"), "int", is_additive=True),
            Column("returning_count", _("Lama"), "int", is_additive=True),
            Column("months", _("Bulan dilaporkan"), "int"),
            Column("rows", _("Baris dipakai"), "int"),
        ],
        keys("unit_id", month="period"),
    )


def _satisfaction_inputs() -> Shape:
    say: Say = {"label": lambda r: f"{r['element'].upper()} {text.named(r['name'], r['name_en'])}"}
    return (
        say,
        [
            Column("label", _("Unsur"), link="origin_link", role="name"),
            Column("score_sum", _("Jumlah jawaban"), "decimal", 1),
            Column("answered", _("Penjawab"), "int"),
            Column("mean_score", _("Nilai unsur"), "decimal", 4),
            Column("units_reporting", _("Unit melapor"), "int", role="reports"),
        ],
        keys("element", period="period"),
    )


def _report_inputs() -> Shape:
    say: Say = {"name": lambda r: text.named(r["report_kind_name"], r["report_kind_name_en"])}
    return (
        say,
        [
            Column("name", _("Jenis laporan"), link="origin_link", role="name"),
            Column("expected", _("Jatuh tempo"), "int", is_additive=True),
            Column("received", _("Diterima"), "int", role="reports", is_additive=True),
            Column("timed", _("Waktunya diketahui"), "int"),
            Column("on_time", _("Tepat waktu"), "int", is_additive=True),
            Column("late", _("Terlambat"), "int", is_additive=True),
            Column("missing", _("Belum melapor"), "int", is_additive=True),
        ],
        keys("report_kind"),
    )


def _component_inputs() -> Shape:
    say: Say = {"name": lambda r: text.named(r["component_name"], r["component_name_en"])}
    return (
        say,
        [
            Column("name", _("Komponen"), role="name"),
            Column("score", _("Nilai"), "decimal", 2),
            Column("weight_pct", _("Bobot"), "pct"),
            Column("weight_used_pct", _("Bobot terpakai"), "pct", 2),
            Column("contribution", _("Sumbangan"), "decimal", 2),
        ],
        keys("component", period="period", period_months="months"),
    )


def _evaluation_inputs() -> Shape:
    return (
        {},
        [
            Column("unit_short_name", _("Unit"), role="name"),
            Column("people", _("Pegawai dinilai"), "int", is_additive=True),
            Column("evaluations", _("Penilaian"), "int"),
            Column("indicators", _("Indikator individu"), "int"),
        ],
        keys("unit_id"),
    )


def _file_states(row: Row) -> str:
    names = {"refused": _("ditolak"), "partly": _("diterima sebagian"), "accepted": _("diterima"), "held": _("ditahan"),
             "withdrawn": _("ditarik")}  # fmt: skip
    return names.get(row["status"], row["status"])


def _file_inputs() -> Shape:
    return (
        {"name": _file_states},
        [
            Column("name", _("Keadaan"), role="name"),
            Column("files", _("Berkas"), "int"),
            Column("rows_read", _("Baris dibaca"), "int", is_additive=True),
            Column("rows_accepted", _("Diterima"), "int", is_additive=True),
            Column("rows_rejected", _("Baris ditolak"), "int"),
        ],
        (),
    )


def _attainment_rows() -> Shape:
    say: Say = {
        "span": _span,
        "kind_name": lambda r: {"realisation": _("realisasi"), "target": _("target")}.get(
            r["kind"], _("target sebelum direvisi")
        ),
    }
    return (
        say,
        [
            Column("indicator_name", _("Indikator"), role="name"),
            Column("short_name", _("Unit"), role="name"),
            Column("span", _("Periode"), role="period"),
            Column("kind_name", _("Jenis"), role="name"),
            Column("value", _("Nilai"), "amount", 4),
            Column("value_max", _("Batas atas target"), "amount", 4),
            Column("value_text", _("Predikat")),
            Column("numerator", _("Pembilang"), "amount", 4),
            Column("denominator", _("Penyebut"), "amount", 4),
            Column("evidence", _("Bukti")),
        ],
        keys("unit_id", "indicator_id", as_of="as_of", period="period", period_months="months"),
    )


def _visit_rows() -> Shape:
    say: Say = {
        "service_name": lambda r: text.named(r["service"], r["service_en"]),
        "payer_name": lambda r: text.named(r["payer"], r["payer_en"]),
    }
    return (
        say,
        [
            Column("short_name", _("Unit"), role="name"),
            Column("month", _("Bulan"), "month", role="period"),
            Column("service_name", _("Layanan"), role="name"),
            Column("payer_name", _("Pembayar"), role="name"),
            *usual_columns.visits(),
        ],
        keys("unit_id", as_of="as_of"),
    )


def _satisfaction_rows() -> Shape:
    say: Say = {
        "span": lambda r: text.span(r["month"], r["period_months"]),
        "service_name": lambda r: text.named(r["service"], r["service_en"]) if r["service"] else None,
    }
    return (
        say,
        [
            Column("short_name", _("Unit"), role="name"),
            Column("span", _("Periode"), role="period"),
            Column("service_name", _("Layanan"), role="name"),
            Column("respondents", _("Responden"), "int"),
            *(Column(f"u{i}", f"U{i}", "amount", 4) for i in range(1, 10)),
        ],
        keys("unit_id", as_of="as_of", month="period", period_months="months"),
    )


def _report_rows() -> Shape:
    names = words.report_statuses()
    say: Say = {
        "span": _span,
        "kind_name": lambda r: text.named(r["report_kind_name"], r["report_kind_name_en"]),
        "status_name": lambda r: names.get(r["status"], r["status"]),
    }
    return (
        say,
        [
            Column("unit_short_name", _("Unit"), role="name"),
            Column("span", _("Periode"), role="period"),
            Column("kind_name", _("Jenis laporan"), role="name"),
            Column("status_name", _("Keadaan")),
            Column("due_on", _("Tenggat"), "date"),
            Column("received_at", _("Diterima"), "date"),
        ],
        keys("unit_id", "report_kind", as_of="as_of", period="period", period_months="months"),
    )


def _evaluation_rows() -> Shape:
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
    return (
        say,
        [
            Column("person", _("Pegawai"), role="name"),
            Column("unit_short_name", _("Unit"), role="name"),
            Column("span", _("Periode"), role="period"),
            Column("what", _("Indikator"), role="name"),
            Column("target", _("Target"), "amount"),
            Column("realisation", _("Realisasi"), "amount"),
            Column("unit_of_measure", _("Satuan")),
            Column("on_time", _("Tepat waktu")),
            Column("evidence", _("Bukti diverifikasi")),
            Column("result", _("Hasil kerja")),
            Column("behaviour", _("Perilaku kerja")),
        ],
        keys("employee_id", "unit_id", as_of="as_of", period="period", period_months="months"),
    )


def _file_rows() -> Shape:
    return (
        {"status_name": _file_states},
        [
            Column("status_name", _("Keadaan")),
            Column("rows_read", _("Baris dibaca"), "int", is_additive=True),
            Column("rows_accepted", _("Diterima"), "int", is_additive=True),
            Column("rows_rejected", _("Baris ditolak"), "int"),
            Column("as_of", _("Tanggal laporan"), "date", role="as_of"),
        ],
        keys("file_id"),
    )


# By the names that a measure gives under `trace.inputs` and `trace.rows`.
INPUTS: dict[str, Callable[[], Shape]] = {
    "periods": _attainment_inputs,
    "indicators": _mean_inputs,
    "units_or_months": _visit_inputs,
    "elements": _satisfaction_inputs,
    "report_kinds": _report_inputs,
    "components": _component_inputs,
    "people": _evaluation_inputs,
    "file_states": _file_inputs,
}
ROWS: dict[str, Callable[[], Shape]] = {
    "indicator_figures": _attainment_rows,
    "visit_rows": _visit_rows,
    "responses": _satisfaction_rows,
    "reports": _report_rows,
    "evaluation_rows": _evaluation_rows,
    "file_states": _file_rows,
}
