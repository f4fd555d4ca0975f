"""Which changes stand out from noise: the sentences at the head of a page, and the list of all signals.

What a signal is, and when it is strong enough for a sentence, is decided in the build (mart.signal_point, queries/signals).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import polars as pl

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.filters import Filters
from dashboard.parts import signal_words
from dashboard.parts.row_words import Row, with_text
from dashboard.snapshot import Column, Headline, TableBlock, keys
from dashboard.words import text
from dashboard.words.text import _, n_
from queries.measures import measures

Area = Literal["overview", "visits", "satisfaction", "attainment"]
MARKS = {"good": "▲", "bad": "▼"}
SENTENCES = 4  # at the head of a page, all together


def latest(chosen: Filters, viewer: Viewer, area: Area) -> pl.DataFrame:
    """Return the newest point of each series of the page, strongest signals first: the rows of signals/latest."""
    return db.fetch("signals/latest", viewer, **_parameters(chosen, area))


def _parameters(chosen: Filters, area: Area) -> dict[str, Any]:
    """Return the parameters of a page's series; only a page of its own keeps to its service or indicator."""
    return chosen.parameters() | {
        "measure": None if area == "overview" else area,
        "service": chosen.service if area == "visits" else None,
        "indicator": chosen.indicator if area == "attainment" else None,
    }


def headlines(
    chosen: Filters, viewer: Viewer, area: Area, context: Sequence[Headline] = (), at_most: int = 2
) -> tuple[Headline, ...]:
    """Return two to four sentences: the strongest signals, what else the page has to say (`context`), and how much is noise."""
    if area == "visits" and chosen.payer is not None:
        note = _("Batas wajar dihitung untuk semua pembayar bersama; pilih semua pembayar untuk melihat sinyalnya.")
        return (*context[: SENTENCES - 1], Headline(note, None, "none"))
    rows = latest(chosen, viewer, area)
    alarms = db.fetch("signals/alarms", viewer, **_parameters(chosen, area)).row(0, named=True)
    lines = tuple(headline(row, chosen) for row in strongest(rows, at_most))
    return (*lines, *context[: SENTENCES - 1 - len(lines)], closing(rows, alarms, chosen, len(lines)))


def strongest(rows: pl.DataFrame, at_most: int) -> list[dict[str, Any]]:
    """Return the signals worth a sentence, the most urgent first, one a unit and measure."""
    worth = rows.filter("is_headline")
    return worth.unique(["measure", "unit_id"], keep="first", maintain_order=True).head(at_most).rows(named=True)


def headline(row: Row, chosen: Filters) -> Headline:
    """Return the sentence of a signal, linked to its chart."""
    return Headline(signal_words.sentence(row), link(row, chosen), row["signal"])


def link(row: Row, chosen: Filters) -> str:
    """Return the page of a series, at its chart, with its unit (none: the district) and its service or indicator chosen."""
    changes: dict[str, str | None] = {"unit": row["unit_id"]}
    if row["is_sum"]:
        changes = {"unit": None, "agency": row["unit_id"] if row["unit_kind"] == "agency" else None}
    entry = measures()[row["measure"]]
    if row["item_id"] != "all" and entry.series and entry.series.item:
        changes[entry.series.item] = row["item_id"]
    place = f"#{entry.signal.block}" if entry.signal else ""
    return chosen.link(entry.page, **changes) + place


def closing(rows: pl.DataFrame, alarms: Row, chosen: Filters, named: int) -> Headline:
    """Return what so many charts give by chance alone; or that nothing stands out; or that there is too little data."""
    charts = alarms["charts"]
    place = chosen.link(registry.OVERVIEW) + "#sinyal"
    if not charts:
        sentence = _("Belum cukup data untuk membedakan perubahan dari kebetulan pada pilihan ini.")
        return Headline(sentence, None, "none")
    expected = _expected(alarms["expected_alarms"])
    many = n_("{n} grafik", "{n} grafik", charts)
    if named:
        sentence = _(
            "Dari {charts}, {expected} diperkirakan muncul karena kebetulan; yang disebut di sini jauh lebih kuat dari itu.",
            charts=many,
            expected=expected,
        )
        return Headline(sentence, place, "none")
    weak = rows.filter(pl.col("signal").is_in(["good", "bad"])).height
    if not weak:
        sentence = _(
            "Tidak ada perubahan di luar kewajaran pada {period}: {charts} diperiksa.",
            period=_period(rows, chosen),
            charts=many,
        )
        return Headline(sentence, place, "ordinary")
    sentence = _(
        "Tidak ada perubahan yang cukup kuat untuk dibedakan dari kebetulan pada {period}: dari {charts} ada {weak}; "
        "{expected} diperkirakan muncul karena kebetulan.",
        period=_period(rows, chosen),
        charts=many,
        weak=n_("{n} sinyal lemah", "{n} sinyal lemah", weak),
        expected=expected,
    )
    return Headline(sentence, place, "ordinary")


def _expected(alarms: float) -> str:
    """Return the expected number of false alarms in words: whole, and below one said so."""
    if alarms < 1:
        return _("kurang dari satu sinyal")
    return n_("sekitar {n} sinyal", "sekitar {n} sinyal", round(alarms))


def _period(rows: pl.DataFrame, chosen: Filters) -> str:
    """Return the period that all series speak of, else the month up to which they go."""
    periods = rows.select("period", "period_months").unique()
    if periods.height == 1:
        return signal_words.when(*periods.row(0))
    return _("data sampai {month}", month=text.month_name(chosen.period_to))


def of(rows: pl.DataFrame, measure: str, unit_id: str | None, item_id: str = "all") -> Row | None:
    """Return the newest point of one series (no unit: the district's), None where there is none with limits."""
    mine = pl.col("unit_kind") == "district" if unit_id is None else pl.col("unit_id") == unit_id
    found = rows.filter((pl.col("measure") == measure) & (pl.col("item_id") == item_id) & mine)
    return found.row(0, named=True) if found.height else None


def first_rows(whole: TableBlock, at_most: int) -> TableBlock:
    """Return the first signals of the table, in the columns that a leader reads."""
    names = ("short_name", "measured", "what", "when", "figure", "usual")
    columns = tuple(replace(c, link=None) for c in whole.columns if c.name in names)
    title = _("Yang paling bergerak")
    return replace(whole, title=title, table=whole.table.head(at_most), columns=columns, note=None, more=None)


def table_block(chosen: Filters, viewer: Viewer, area: Area = "overview") -> TableBlock:
    """Return every signal at the newest points, also those too weak for a sentence, the most surprising first."""
    rows = latest(chosen, viewer, area).filter(pl.col("signal").is_in(["good", "bad"]))
    table = with_text(
        rows,
        measured=signal_words.measured,
        when=lambda row: text.span(row["period"], row["period_months"]),
        figure=lambda row: signal_words.figure(row, row["value"]),
        usual=lambda row: signal_words.figure(row, row["mean"]),
        limits=signal_words.limits,
        what=lambda row: f"{MARKS[row['signal']]} {signal_words.happened(row)}",
        began=lambda row: text.span(row["since"], row["period_months"]),
        chance=lambda row: signal_words.chance(row["p_value"]),
        notes=signal_words.notes,
        link=lambda row: link(row, chosen),
    )
    strong = rows.filter("is_headline").height
    title = _("Semua sinyal terbaru: tidak ada")
    if rows.height:
        title = n_(
            "Semua sinyal terbaru: {n}, {strong}",
            "Semua sinyal terbaru: {n}, {strong}",
            rows.height,
            strong=_strong(strong),
        )
    return TableBlock(
        id="sinyal",
        title=title,
        table=table,
        columns=(
            Column("short_name", _("Unit"), link="link", role="name"),
            Column("measured", _("Ukuran"), link="link", role="name"),
            Column("what", _("Apa yang terjadi"), role="finding"),
            Column("when", _("Periode"), role="period"),
            Column("figure", _("Nilai")),
            Column("usual", _("Tingkat wajar"), role="derived"),
            Column("limits", _("Batas wajar"), role="derived"),
            Column("began", _("Sejak")),
            Column("chance", _("Peluang kebetulan"), role="derived"),
            Column("notes", _("Catatan")),
        ),
        note=_(
            "Yang terkuat lebih dahulu; sinyal yang lemah dapat muncul karena kebetulan. ▲ membaik, ▼ perlu perhatian."
        ),
        empty=_("Tidak ada perubahan di luar kewajaran pada titik terbaru."),
        keys=keys("measure", "unit_id", "item_id", period="period", period_months="months", signal="signal"),
    )


def steps_block(newest: pl.DataFrame, chosen: Filters) -> TableBlock | None:
    """Return the old changes of level that are no signal any more, and how to begin anew there; None where there are none."""
    rows = newest.filter(pl.col("step_since").is_not_null()).sort(
        "step_since", "unit_id", "item_id", descending=[True, False, False]
    )
    if rows.is_empty():
        return None
    table = with_text(
        rows,
        measured=signal_words.measured,
        began=lambda row: text.span(row["step_since"], row["period_months"]),
        before=lambda row: signal_words.figure(row, row["step_before"]),
        after=lambda row: signal_words.figure(row, row["step_after"]),
        cells=signal_words.step_cells,
        link=lambda row: link(row, chosen),
    )
    return TableBlock(
        id="mulai-ulang",
        title=n_(
            "Mulai dari tingkat baru? {n} deret berubah tingkat dan tetap sejak itu",
            "Mulai dari tingkat baru? {n} deret berubah tingkat dan tetap sejak itu",
            rows.height,
        ),
        table=table,
        columns=(
            Column("short_name", _("Unit"), link="link", role="name"),
            Column("measured", _("Ukuran"), link="link", role="name"),
            Column("began", _("Sejak")),
            Column("before", _("Sebelumnya"), role="derived"),
            Column("after", _("Sejak itu"), role="derived"),
            Column("cells", _("Baris untuk signal_rebases.csv")),
        ),
        note=_(
            "Perubahan yang sudah setahun tetap bukan sinyal lagi. Bila tingkat baru memang yang seharusnya, pengelola data "
            "menambahkan baris itu di reference/signal_rebases.csv dengan alasan dan dasarnya; pemuatan berikut memulai batas baru. "
            "Bila tidak, biarkan: perubahan baru tetap dicari."
        ),
        keys=keys("measure", "unit_id", "item_id", period="period", period_months="months", signal="signal"),
    )


def _strong(count: int) -> str:
    return n_("{n} di antaranya kuat", "{n} di antaranya kuat", count) if count else _("semuanya lemah")


def definitions(viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Return what limits, signals and chance mean, for the foot of a page."""
    return (
        (
            _("Tingkat dan batas wajar"),
            _(
                "Tingkat wajar ialah rata-rata deret; batas wajar ialah rata-rata ditambah dan dikurangi 2,66 kali "
                "rata-rata rentang bergerak (diagram XmR), tanpa rentang yang luar biasa dan tanpa angka lama yang menurut "
                "temuan tampak keliru. Kunjungan unit lebih dahulu dibersihkan dari gerak bersama unit lain, seperti musim "
                "dan hari raya; bila unitnya kurang dari delapan, dan untuk jumlah kabupaten, dari letak bulan itu dalam "
                "setahun menurut tahun-tahun lain. Jumlah kabupaten dibandingkan pada unit yang melapor; bulan yang "
                "kehilangan layanan yang biasa dilaporkan tidak dinilai. Deret pendek memakai batas "
                "sementara. Capaian yang menghitung sedikit orang tidak diamati (ambang signal_min_variance di tabel "
                "rujukan): satu orang saja sudah tampak sebagai lonjakan."
            ),
        ),
        (
            _("Sinyal"),
            _(
                "Titik di luar batas wajar, 7 titik searah, 2 dari 3 titik mendekati batas yang sama, 7 titik di "
                "satu sisi yang biasa, atau titik-titik terakhir yang bersama-sama, atau kemiringan seluruh deret, hampir "
                "tidak mungkin karena kebetulan; bila garis miring lebih menjelaskan daripada satu lompatan, disebut turun "
                "atau naik perlahan. Hitungan yang rata-ratanya kecil (ambang signal_count_mean) dinilai menurut peluang "
                "pastinya saja. Perubahan tingkat yang setahun tetap menjadi usul mulai ulang, bukan sinyal. "
                "Perubahan unit disebut hanya bila tampak terhadap unit lain dan terhadap masa lalunya sendiri: "
                "bila sebagian besar unit turun, yang tetap tidak dipuji. "
                "Disebut di kepala halaman hanya bila kebetulan saja, di antara semua grafik "
                "halaman itu, hampir tidak pernah menghasilkan yang sekuat itu."
            ),
        ),
        (
            _("Peluang kebetulan"),
            _("Seberapa sering deret yang tidak berubah menunjukkan titik semengejutkan ini, dari simulasi."),
        ),
        *_seen(db.fetch_if_there("signals/power", viewer)),
    )


def _seen(power: pl.DataFrame) -> tuple[tuple[str, str], ...]:
    """Return what signals can see: a fall of a fifth of one unit within a quarter, and how many quiet pages name something."""
    if power.is_empty():
        return ()
    fell = power.filter(fallen=1, fall_pct=20, months=3).row(0, named=True)
    quiet = power.filter(fallen=0, units=fell["units"]).row(0, named=True)
    words = _(
        "Menurut simulasi {districts} kabupaten dengan {units} unit dan 36 bulan, penurunan 20 % pada kunjungan satu unit disebut di "
        "kepala halaman dalam tiga bulan pada {tenths} dari 10 kasus ({shown}, kisaran 95 %: {lower}–{upper}). Dari {quiet} kabupaten "
        "tanpa perubahan apa pun, {false} halaman menyebut sesuatu (dirancang paling banyak 5 %).",
        districts=text.number(fell["districts"]),
        units=text.number(fell["units"]),
        tenths=text.number(round(10 * fell["shown"])),
        shown=text.pct(100 * fell["shown"], 0),
        lower=text.number(100 * fell["shown_lower"], 0),
        upper=text.pct(100 * fell["shown_upper"], 0),
        quiet=text.number(quiet["districts"]),
        false=text.pct(100 * quiet["shown"], 1),
    )
    return ((_("Yang dapat dan tidak dapat terlihat"), words),)
