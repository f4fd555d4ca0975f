"""One watched series with its limits, as a block, where a page's own chart shows something else (a sum since January)."""

import polars as pl

from dashboard import charts
from dashboard.parts import signal_words, usual_columns
from dashboard.parts.row_words import with_text
from dashboard.snapshot import ChartBlock, Column, Shown, keys
from dashboard.words import text
from dashboard.words.text import _


def far_target(frame: pl.DataFrame) -> float | None:
    """Return the target where it lies further from the values and their limits than these lie apart; else None.

    Drawn, it would press the line and its limits into one stroke.
    """
    near = [v for column in ("value", "lower", "upper") for v in frame[column].drop_nulls().to_list()]
    targets = frame["target"].drop_nulls().to_list()
    if not near or not targets:
        return None
    lowest, highest = min(near), max(near)
    return targets[-1] if max(min(targets) - highest, lowest - max(targets)) > highest - lowest else None


def judged(series: pl.DataFrame, period: str) -> pl.DataFrame:
    """Return limits and signals of each period (column `period`): rows of signals/series, joined to a page's own figures.

    Limits are those of whole periods: none beside one that is not (not `is_whole`), such as a month without a usual service.
    """
    whole = pl.col("value").is_not_null()
    limits = (pl.when(whole).then(pl.col(limit)).alias(limit) for limit in ("mean", "lower", "upper"))
    return with_text(
        series.filter("has_limits").with_columns(*limits, is_whole=whole),
        happened=lambda row: signal_words.happened(row) if row["rule"] else None,
        begun=lambda row: row["rebase_reason"] or "",
    ).select("mean", "lower", "upper", "signal", "happened", "begun", "is_whole", pl.col("period").alias(period))


def seasons(limits: pl.DataFrame) -> str:
    """Return which months are not judged because everybody knows that they differ; empty where there are none."""
    known = limits.drop_nulls("season").sort("period")
    months: dict[str, list[str]] = {}
    for row in known.iter_rows(named=True):
        months.setdefault(text.named(row["season"], row["season_en"]), []).append(text.month(row["period"]))
    listing = "; ".join(f"{name}: {', '.join(when)}" for name, when in months.items())
    return _("Tidak dinilai karena musimnya dikenal ({months}).", months=listing) if listing else ""


def attainment(series: pl.DataFrame) -> ChartBlock | None:
    """Return the attainments of one indicator in each period alone between their limits; None where there are no limits.

    `series` are rows of signals/series.
    """
    if series.filter("has_limits").is_empty():
        return None
    frame = with_text(
        series.sort("period").with_columns(
            begun=pl.col("rebase_reason").fill_null(""), is_provisional=pl.col("is_provisional").fill_null(value=False)
        ),
        when=lambda row: text.span(row["period"], row["period_months"]),
        usual=signal_words.limits,
        happened=lambda row: signal_words.happened(row) if row["rule"] else None,
    )
    known = frame.drop_nulls("value")
    last = known.row(-1, named=True)
    state = last["happened"]
    if state is None:
        state = _("dalam batas wajar {limits}", limits=last["usual"]) if last["has_limits"] else _("tanpa batas wajar")
    title = _(
        "Capaian {period} saja: {figure}, {state}", period=last["when"], figure=text.pct(last["value"]), state=state
    )
    unit, target = _("% dari target periode itu sendiri, bukan jumlah sejak Januari"), far_target(frame)
    if target is not None:
        unit = _("{unit}; target {target} di luar gambar", unit=unit, target=text.pct(target, 0))
    chart = charts.line(
        frame,
        "period",
        "value",
        title=title,
        unit=unit,
        alt=_("Garis capaian setiap periode dengan batas wajarnya, {n} periode.", n=text.number(known.height)),
        target="target" if target is None else None,
        limits=("lower", "upper"),
        mean="mean",
        signal="signal",
        signal_note="happened",
        segment="begun",
        provisional="is_provisional",
    )
    columns = (
        Column("when", _("Periode"), role="period"),
        Column("value", _("Capaian"), "pct"),
        *usual_columns.judged(),
    )
    note = _(
        "Garis tipis: yang biasa; titik-titik: batas wajar deret ini sendiri; segitiga: di luar kewajaran. Skala tidak mulai dari nol."
    )
    note = " ".join(part for part in (signal_words.step(last), note) if part)
    careful = signal_words.caution(last | {"is_doubted": False})
    about = keys("measure", "unit_id", "item_id", period="period", period_months="months", signal="signal")
    newest = frame.sort("period", descending=True)
    return ChartBlock("wajar", chart, newest, columns, note, careful or None, shows=Shown("attainment"), keys=about)
