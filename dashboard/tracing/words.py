"""Asal angka in words: the figure, how it comes out of its parts, how complete, how fresh, what changed. The terminal says the same."""

from collections.abc import Callable, Mapping

import polars as pl

from dashboard import access
from dashboard.parts.row_words import Row
from dashboard.snapshot import Signal
from dashboard.words import measure_words, text
from dashboard.words.text import _, n_
from queries.measures import facts
from queries.tracing import Trace

NAMED_AT_MOST = 4
_PERSON = {"accountability", "accountability_mean"}


def amount(value: float | None, digits: int = 2) -> str:
    """Return a number with decimals only where it has any."""
    if value is None:
        return text.MISSING
    return text.number(value, 0 if float(value).is_integer() else digits)


def value(trace: Trace) -> str | None:
    """Return the figure as its page shows it; None where nothing is known."""
    return None if trace.parts.value is None else measure_words.written(trace.kind, trace.parts.value)


def measure(trace: Trace) -> str:
    """Return what the figure counts, where its sign does not say so, and where there is a figure."""
    if trace.measure.format == "pct" or trace.parts.value is None:
        return ""
    return text.named(*(trace.measure.traced.unit or trace.measure.unit))


def period(trace: Trace) -> str:
    """Return the period that the figure is about."""
    parts = trace.parts
    if parts.first is None or parts.last is None:
        return _("seluruh data")
    months = parts.about.get("period_months")
    if trace.kind in {"satisfaction", "satisfaction_element", "accountability"} and months:
        return text.span(parts.first, months)
    return text.period(parts.first, parts.last)


def subject(trace: Trace) -> str:
    """Return which figure it is: 'Capaian indikator: Persentase ... (Dinas Kesehatan)', a person by pseudonym."""
    name = text.named(*trace.measure.name)
    about = trace.parts.about
    if trace.kind == "attainment":
        what = about.get("indicator_name") or about.get("name") or text.MISSING
        return f"{name}: {what} ({about['unit_name']})" if about.get("unit_name") else f"{name}: {what}"
    if trace.kind == "satisfaction_element" and trace.parts.inputs.height:
        row = trace.parts.inputs.row(0, named=True)
        return f"{name}: {row['element'].upper()} {text.named(row['name'], row['name_en'])}"
    if trace.kind in _PERSON and about.get("employee_id"):
        return f"{name}: {access.pseudonym(about['employee_id'])}"
    return name


def definition(trace: Trace) -> list[tuple[str, str]]:
    """Return (term, words): what the figure means, its formula, its legal basis; of an indicator also its own."""
    about = trace.parts.about
    terms = [(_("Arti"), text.named(*trace.measure.definition))]
    if trace.kind == "attainment":
        terms += [
            (_("Definisi indikator"), about.get("definition") or _("belum diisi di daftar indikator")),
            (_("Rumus indikator"), about.get("formula") or _("belum diisi di daftar indikator")),
        ]
    formula = text.named(*trace.measure.formula)
    if trace.kind == "attainment" and about.get("rule_formula"):
        formula = f"{text.named(about['rule_name'], about['rule_name_en'])}: {about['rule_formula']}"
    terms.append((_("Rumus angka"), formula))
    terms.append((_("Dasar"), about.get("legal_basis") or text.named(*trace.measure.legal_basis)))
    if trace.kind == "attainment" and about.get("rule_legal_basis"):
        terms.append((_("Dasar aturan capaian"), about["rule_legal_basis"]))
    return terms


def equation(trace: Trace) -> str | None:
    """Return how the figure comes out of its parts, with their values, so that a reader can work it out again."""
    result, name = value(trace), trace.measure.traced.equation
    return None if result is None or name is None else EQUATIONS[name](trace, result)


def _weighted_mean(trace: Trace, result: str) -> str:
    return f"{amount(trace.parts.sums['points'])} ÷ {amount(trace.parts.sums['weight'])} = {result}"


def _new_and_returning(trace: Trace, result: str) -> str:
    new, returning = trace.parts.sums["new_count"], trace.parts.sums["returning_count"]
    if new is None or returning is None or new + returning != trace.parts.value:
        n = text.number(trace.parts.rows.height)
        if trace.parts.about.get("is_rounded"):
            return _("jumlah {n} baris, jumlah kecil dibulatkan = sekitar {sum}", n=n, sum=result)
        return _("jumlah {n} baris = {sum}", n=n, sum=result)
    words = (text.number(new), text.number(returning))
    return _("{new} baru + {returning} lama = {sum}", new=words[0], returning=words[1], sum=result)


def _score(trace: Trace, result: str) -> str:
    return f"{text.number(trace.parts.sums['score'], 4)} × 25 = {result}"


def _mean_of_answers(trace: Trace, result: str) -> str:
    return f"{amount(trace.parts.sums['score_sum'])} ÷ {amount(trace.parts.sums['answered'])} = {result}"


def _share(trace: Trace, result: str) -> str:
    above, below = (text.number(amount) for amount in trace.parts.sums.values())
    return f"{above} ÷ {below} × 100 = {result}"


def _sum_of_components(trace: Trace, result: str) -> str:
    known = trace.parts.inputs["contribution"].drop_nulls()
    return f"{' + '.join(text.number(part, 2) for part in known)} = {result}"


def _attainment(trace: Trace, result: str) -> str | None:
    about, sums = trace.parts.about, trace.parts.sums
    realised, target = amount(sums["value_ytd"], 4), amount(sums["target_ytd"], 4)
    if about["rule"] == "ratio":
        return f"{realised} ÷ {target} × 100 = {result}"
    if about["rule"] == "distance":
        return f"(2 × {target} − {realised}) ÷ {target} × 100 = {result}"
    if about["rule"] == "inverse":
        return f"{target} ÷ {realised} × 100 = {result}"
    if about["rule"] == "range":
        bounds = f"{target}–{amount(sums['target_max'], 4)}" if sums["target_max"] is not None else target
        return _("realisasi {realised} terhadap rentang {bounds} = {sum}", realised=realised, bounds=bounds, sum=result)
    predicates = (about["value_text"] or text.MISSING, about["target_text"] or text.MISSING)
    return _(
        "predikat {realised} terhadap target {target} = {sum}", realised=predicates[0], target=predicates[1], sum=result
    )


# Equations by the name that a measure declares.
EQUATIONS: Mapping[str, Callable[[Trace, str], str | None]] = {
    "attainment": _attainment,
    "weighted_mean": _weighted_mean,
    "new_and_returning": _new_and_returning,
    "score": _score,
    "mean_of_answers": _mean_of_answers,
    "share": _share,
    "sum_of_components": _sum_of_components,
}


def completeness(trace: Trace) -> tuple[str, Signal]:
    """Return how complete the figure is, who is missing, and whether that needs attention."""
    if trace.reports.is_empty():
        if not trace.parts.has_reports:
            return _("Memuat seluruh data yang masuk."), "none"
        return _("Tidak ada daftar laporan yang diharapkan untuk angka ini; kelengkapannya tidak diketahui."), "none"
    missing = trace.missing
    sentence = _(
        "{received} dari {expected} laporan yang jatuh tempo sudah diterima",
        received=text.number(trace.reports.height - missing.height),
        expected=text.number(trace.reports.height),
    )
    if missing.is_empty():
        return sentence + ".", "none"
    return sentence + "; " + _(
        "belum melapor: {names}.", names=text.some(missing["unit_short_name"].to_list(), NAMED_AT_MOST)
    ), "bad"


def freshness(trace: Trace) -> str:
    """Return from how many rows and files the figure comes, the date of the newest, and whether it is provisional."""
    rows = n_("{n} baris laporan", "{n} baris laporan", trace.parts.rows.height)
    files = n_("{n} berkas", "{n} berkas", trace.files.height)
    sentence = _("Berasal dari {rows} dalam {files}", rows=rows, files=files)
    newest = trace.files["as_of"].max() if trace.files.height else None
    if newest is not None:
        sentence += _(", yang terbaru bertanggal {date}", date=text.date(newest))  # ty: ignore[invalid-argument-type]
    if trace.parts.is_provisional:
        sentence += _("; data sementara, koreksi masih dapat masuk")
    return sentence + "."


def changed(comparison: Row, changes: pl.DataFrame) -> tuple[str, Signal]:
    """Return what changed since the build before, revised past values first and by which files."""
    if comparison["state"] != "compared":
        return uncompared()[comparison["state"]], "none"
    since = text.date(comparison["previous_built_at"])
    revised = changes.filter(pl.col("state").is_in(["revised", "gone"]))
    new = int(changes.filter(pl.col("state") == "new")["figures"].sum())
    if revised.height:
        count = n_("{n} angka lama direvisi", "{n} angka lama direvisi", revised.height)
        by = (
            text.some(revised["file"].drop_nulls().to_list(), NAMED_AT_MOST)
            if revised["file"].count()
            else text.MISSING
        )
        return _("Sejak data terbitan {date}: {count}, dari berkas {files}.", date=since, count=count, files=by), "bad"
    if new:
        count = n_("{n} angka baru", "{n} angka baru", new)
        return _(
            "Sejak data terbitan {date}: {count}, tidak ada angka lama yang berubah.", date=since, count=count
        ), "none"
    return _("Tidak ada yang berubah sejak data terbitan {date}.", date=since), "none"


def uncompared() -> dict[str, str]:
    """Return state of a comparison -> why nothing was compared."""
    return {
        "none": _("Ini data terbitan yang pertama; belum ada yang dibandingkan."),
        "damaged": _("Data terbitan sebelumnya rusak, sehingga perubahannya tidak dapat dibandingkan."),
        "other_schema": _(
            "Data terbitan sebelumnya dibuat versi lama, sehingga perubahannya tidak dapat dibandingkan."
        ),
    }


def states() -> dict[str, str]:
    """Return state of a change -> its name."""
    return {"revised": _("direvisi"), "gone": _("hilang"), "new": _("baru")}


def causes() -> dict[str, str]:
    """Return cause of a change -> its name."""
    return {"file": _("berkas baru"), "reference": _("tabel rujukan berubah"), "software": _("cara hitung berubah")}


def change_kinds() -> dict[str, str]:
    """Return kind of a changed figure -> its name."""
    return {kind: text.named(*name) for kind, name in facts().items()}


def report_statuses() -> dict[str, str]:
    """Return status of an expected report -> its name."""
    return {
        "on_time": _("tepat waktu"),
        "late": _("terlambat"),
        "received": _("diterima, waktunya tidak tercatat"),
        "missing": _("belum melapor"),
    }
