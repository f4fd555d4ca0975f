"""Units of unlike size compared fairly: a funnel with its finding, and the table of intervals behind it."""

from collections.abc import Callable

import polars as pl

from dashboard import charts, registry
from dashboard.filters import Filters
from dashboard.parts.row_words import Row, with_text
from dashboard.snapshot import ChartBlock, Column, Shown, keys
from dashboard.words import text
from dashboard.words.text import _, n_

NAMED_AT_MOST = 2
OUTSIDE = ("far_above", "far_below")
OF_CHANCE = 0.05  # the share of units beyond the limits of 95 % where nothing but chance sets them apart


def between(lower: float | None, upper: float | None, digits: int = 1) -> str:
    """Return an interval in words: 'antara 77,2 dan 79,9'; a dash where there is none."""
    if lower is None or upper is None:
        return text.MISSING
    return _("antara {a} dan {b}", a=text.number(lower, digits), b=text.number(upper, digits))


def timeliness_block(frame: pl.DataFrame, chosen: Filters) -> ChartBlock:
    """Return the funnel of reports on time, of all kinds together: rows of quality/timeliness_funnel."""
    return funnel_block(
        frame,
        "tepat-waktu",
        shows=Shown("reporting", is_itself=True),
        subject=_("Laporan tepat waktu"),
        unit=_("% laporan yang waktunya diketahui"),
        value_name=_("Tepat waktu (%)"),
        size_name=_("Laporan yang waktunya diketahui"),
        count_name=_("Laporan tepat waktu"),
        picked=chosen.unit,
        link=lambda row: chosen.toggle(registry.QUALITY, unit=row["unit_id"]),
    )


def indicator_block(frame: pl.DataFrame, chosen: Filters, unit_of_measure: str) -> ChartBlock | None:
    """Return the funnel of a ratio indicator by unit: rows of attainment/funnel; None where there are none to compare."""
    if frame.filter(pl.col("part") == "unit").height < 2:
        return None
    return funnel_block(
        frame,
        "antarunit",
        shows=Shown("attainment"),
        subject=_("Antarunit"),
        unit=_("{unit}, tahun berjalan", unit=unit_of_measure),
        value_name=unit_of_measure,
        size_name=_("Penyebut"),
        count_name=_("Pembilang"),
        picked=chosen.unit,
        link=lambda row: chosen.toggle(registry.ATTAINMENT, unit=row["unit_id"]),
    )


def standing_words(row: Row) -> str:
    """Return where a unit stands to the limits of its size."""
    if row["value"] is None:
        return _("belum melapor")
    if row["is_small"]:
        return _("terlalu kecil untuk dinilai")
    return {
        "far_above": _("jelas di atas"),
        "above": _("di tepi atas"),
        "within": _("dalam rentang wajar"),
        "below": _("di tepi bawah"),
        "far_below": _("jelas di bawah"),
        None: _("belum dapat dibandingkan"),
    }[row["standing"]]


def funnel_block(
    frame: pl.DataFrame,
    block: str,
    *,
    shows: Shown,
    subject: str,
    unit: str,
    value_name: str,
    size_name: str,
    count_name: str,
    digits: int = 1,
    picked: str | None = None,
    link: Callable[[Row], str | None] | None = None,
    completeness: str | None = None,
    extra_note: str = "",
) -> ChartBlock:
    """Return the funnel of a query that ends in `funnel`: rows of units and of limit curves, all figures in `unit`.

    `subject` begins the title, which is the finding; `picked` is the unit that the reader chose, and speaks first.
    `size_name` names the horizontal axis (n), `count_name` the numerator; `link` makes the relative URL of a unit.
    """
    found = frame.filter(pl.col("part") == "unit")
    outside = pl.col("standing").is_in(OUTSIDE)
    ordered = found.sort(~outside.fill_null(value=False), pl.col("value").is_null(), "short_name", maintain_order=True)
    table = with_text(
        ordered,
        interval=lambda row: between(row["lower"], row["upper"], digits),
        limits=lambda row: between(row["lower_95"], row["upper_95"], digits),
        words=standing_words,
        hover=lambda row: _hover(row, unit, size_name, digits),
        link=link or (lambda _row: None),
        side=lambda row: "picked" if row["unit_id"] == picked and row["signal"] == "ordinary" else row["signal"],
    )
    curves = frame.filter(pl.col("part") == "limit").with_columns(pl.lit(None, pl.String).alias("short_name"))
    drawn = pl.concat([table, curves], how="diagonal_relaxed") if table["value"].count() else table.clear()
    chart = charts.funnel(
        drawn,
        "short_name",
        "n",
        "value",
        overall="overall",
        limits=("lower_95", "upper_95"),
        far_limits=("lower_998", "upper_998"),
        colour="side",
        hollow="is_small",
        text="hover",
        link="link",
        title=_title(found, subject, picked),
        unit=unit,
        alt=_(
            "Titik setiap unit menurut ukuran dan nilainya, dengan batas 95 % dan 99,8 %; "
            "unit di luar batas bernama, selebihnya abu-abu."
        ),
        size_name=size_name,
        digits=digits,
    )
    columns = (
        Column("short_name", _("Unit"), link="link" if link else None, role="name"),
        Column("value", value_name, "decimal", digits),
        Column("interval", _("Kisaran 95 %")),
        Column("words", _("Kedudukan"), role="finding"),
        Column("limits", _("Rentang wajar 95 %"), role="derived"),
        Column("n", size_name, "int"),
        Column("x", count_name, "int"),
    )
    singled = keys("unit_id", signal="signal")
    return ChartBlock(block, chart, table, columns, _note(found, extra_note), completeness, shows=shows, keys=singled)


def _hover(row: Row, unit: str, size_name: str, digits: int) -> str:
    figure = text.pct(row["value"], digits) if unit.startswith("%") else text.number(row["value"], digits)
    size = f"{size_name} {text.number(row['n'])}"
    return f"{figure}, {between(row['lower'], row['upper'], digits)} · {size} · {standing_words(row)}"


def _title(found: pl.DataFrame, subject: str, picked: str | None) -> str:
    """Return the finding: where the chosen unit stands, else how many units are outside and which."""
    if not found["value"].count():
        return _("{subject}: belum ada data untuk dibandingkan", subject=subject)
    for row in found.filter(pl.col("unit_id").is_in([picked] if picked else [])).iter_rows(named=True):
        return _("{subject}: {unit} {standing}", subject=subject, unit=row["short_name"], standing=standing_words(row))
    judged = found.filter(pl.col("standing").is_not_null()).height
    if not judged:
        return _("{subject}: terlalu sedikit unit untuk batas kewajaran", subject=subject)
    names = found.filter(pl.col("standing").is_in(OUTSIDE)).sort("short_name")["short_name"].to_list()
    if not names:
        return _("{subject}: tidak ada unit di luar rentang wajar", subject=subject)
    shown = ", ".join(names[:NAMED_AT_MOST]) + ("…" if len(names) > NAMED_AT_MOST else "")
    return n_(
        "{subject}: {n} dari {total} unit di luar rentang wajar ({names})",
        "{subject}: {n} dari {total} unit di luar rentang wajar ({names})",
        len(names),
        subject=subject,
        total=text.number(judged),
        names=shown,
    )


def _note(found: pl.DataFrame, extra: str) -> str:
    """Return how to read the funnel, what is left out, and how many units chance alone would put near the edge."""
    row = found.row(0, named=True) if found.height else {}
    small = found.filter(pl.col("is_small") & pl.col("value").is_not_null()).height
    parts = [extra] if extra else []
    if row.get("lower_95") is None:
        if row:
            parts.append(
                _(
                    "Batas kewajaran baru dihitung dari {n} unit yang cukup besar; sampai saat itu bandingkan kisarannya.",
                    n=text.number(row["min_units"]),
                )
            )
        return " ".join(parts)
    parts.append(
        _(
            "Makin besar unit, makin sempit rentang wajarnya. Titik-titik: batas 95 %; putus-putus: 99,8 %; di luarnya "
            "segitiga bernama."
        )
    )
    if row["tau2"]:
        parts.append(_("Batas sudah dilebarkan karena unit memang berbeda lebih dari kebetulan."))
    edge = found.filter(pl.col("standing").is_in(["above", "below"])).height
    parts.append(
        _(
            "{edge} unit di antara kedua batas; dari {units} unit, sekitar {expected} di luar 95 % hanya karena "
            "kebetulan. Dalam rentang wajar urutan nilai tidak berarti.",
            edge=text.number(edge),
            units=text.number(row["units"]),
            expected=text.number(max(round(row["units"] * OF_CHANCE), 1)),
        )
    )
    if small:
        parts.append(
            _(
                "Lingkaran kosong: di bawah ukuran minimal {n}, tidak dinilai ({count} unit).",
                n=text.number(row["min_size"]),
                count=text.number(small),
            )
        )
    return " ".join(parts)


def definition() -> tuple[str, str]:
    """Return what the fair comparison of units means and where it comes from, for the foot of a page."""
    return (
        _("Rentang wajar antarunit"),
        _(
            "Sejauh mana unit sebesar itu dapat berbeda dari angka keseluruhan karena kebetulan: kuantil pasti sebaran "
            "binomial untuk persentase, Poisson untuk angka per penduduk. Bila unit berbeda lebih dari kebetulan, batas "
            "dilebarkan dengan ragam antarunit (Spiegelhalter 2005 dan 2012). Unit yang jauh dari unit lain tidak ikut "
            "menentukan tengah dan lebar batas. Kisaran 95 % satu unit: Wilson untuk persentase, Byar (pasti di bawah 10) "
            "untuk jumlah."
        ),
    )
