"""Akankah tercapai? The year's end that is foreseen for each indicator, how likely its target is, and how far to trust it."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from dashboard.areas.attainment import words
from dashboard.parts.row_words import Row, with_text
from dashboard.snapshot import Column, Headline, Shown, TableBlock, keys
from dashboard.words import text
from dashboard.words.text import _, n_

ATTAINMENT = Shown("attainment")
ITSELF = Shown("attainment", is_itself=True)

LOST = ("out_of_reach", "impossible")
FEW = (*LOST, "unlikely")


def chances() -> dict[str, str]:
    """Return how likely it is that the year's target is met, in words."""
    return {
        "reached": _("target tahun sudah tercapai"),
        "likely": _("kemungkinan besar"),
        "open": _("belum pasti"),
        "unlikely": _("kemungkinan kecil"),
        "impossible": _("hampir mustahil"),
        "out_of_reach": _("tidak lagi terjangkau tahun ini"),
    }


def reasons() -> dict[str, str]:
    """Return why nothing is foreseen."""
    return {
        "short_history": _("riwayat kurang dari empat periode"),
        "gap": _("ada periode tahun ini yang belum dilaporkan"),
    }


def share(probability: float) -> str:
    """Return a probability as a whole percentage, never 0 or 100 where something is still open."""
    if probability < 0.01:
        return f"< {text.pct(1, 0)}"
    return f"> {text.pct(99, 0)}" if probability > 0.99 else text.pct(100 * probability, 0)


def chance(row: Row) -> str:
    """Return 'kemungkinan kecil (12 %)', or why it can't be said, or how the year ended."""
    if row["state"] == "complete":
        return {True: _("tercapai"), False: _("tidak tercapai"), None: _("belum ada target tahun")}[row["is_met"]]
    if row["chance"] in {"reached", "out_of_reach"}:
        return chances()[row["chance"]]
    if row["state"] == "none":
        return reasons().get(row["reason"], text.MISSING)
    if row["probability"] is None:
        return _("belum ada target tahun")
    return f"{chances()[row['chance']]} ({share(row['probability'])})"


def foreseen(row: Row) -> str | None:
    """Return the year's end with its 80 % interval: '93,1 % (90,6–95,7)'; None where nothing is foreseen."""
    if row["forecast"] is None:
        return None
    return f"{words.amount(row['forecast'], row['unit_of_measure'])} ({ends(row)})"


def ends(row: Row) -> str:
    """Return the ends of the 80 % interval, to the decimals that their distance needs: '90,6–95,7'."""
    width = row["upper_80"] - row["lower_80"]
    digits = 0 if width >= 20 else 1 if width >= 0.2 else 2
    return f"{text.number(row['lower_80'], digits)}–{text.number(row['upper_80'], digits)}"


def remark(row: Row) -> str | None:
    """Return what a planner should look at: a target that is too easy, a rate that was never seen, an untested interval."""
    if row["is_easy"]:
        return _("target terlalu mudah: hampir pasti sejak tengah tahun")
    if row["is_beyond_best"] and row["chance"] != "out_of_reach":
        return _("laju yang diperlukan belum pernah dicapai")
    return _("rentang belum diuji") if row["forecast"] is not None and not row["past_errors"] else None


def table(
    found: pl.DataFrame, backtest: pl.DataFrame, link: Callable[[Row], str], targets: int | None = None
) -> TableBlock:
    """Return each indicator with what it brought, what it needs and where it will end, least likely first.

    `targets` is how many there are of the year, those that nothing is foreseen of among them; None: of a part of them.
    """
    frame = with_text(
        found,
        chance_text=chance,
        realised=lambda r: words.amount(r["value_ytd"], r["unit_of_measure"]),
        year_target=lambda r: words.target(r, "target_year"),
        so_far=lambda r: words.rate(r, "achieved_rate"),
        needed=lambda r: words.rate(r, "required_rate"),
        foreseen=foreseen,
        remark=remark,
        when=lambda r: text.month(r["last_month"]),
        link=link,
    )
    few = frame.filter(pl.col("chance").is_in(FEW))
    judged = frame["chance"].count()
    year = text.year(found["year"][0]) if found.height else ""
    if not judged:
        title = _("Akankah tercapai? Belum dapat diramalkan")
    elif few.height:
        title = _(
            "Akankah tercapai? {n} dari {all} indikator kecil kemungkinannya mencapai target {year}",
            n=text.number(few.height),
            all=text.number(targets or judged),
            year=year,
        )
    else:
        title = _("Akankah tercapai? Semua indikator masih berpeluang mencapai target {year}", year=year)
    columns = (
        Column("indicator_name", _("Indikator"), link="link", role="name"),
        Column("chance_text", _("Peluang tercapai"), role="derived"),
        Column("foreseen", _("Perkiraan akhir tahun (rentang 80 %)")),
        Column("year_target", _("Target tahun")),
        Column("realised", _("Realisasi")),
        Column("when", _("Sampai dengan"), role="period"),
        Column("so_far", _("Laju sejauh ini"), role="derived"),
        Column("needed", _("Laju yang diperlukan"), role="derived"),
        Column("remark", _("Catatan")),
        Column("unit_short_name", _("Unit"), role="name"),
    )  # fmt: skip
    empty = _("Belum ada indikator dengan target tahun yang dapat diramalkan.")
    about = keys("unit_id", "indicator_id", period="period", period_months="months")
    return TableBlock("outlook", title, frame, columns, note=trust(backtest), empty=empty, shows=ATTAINMENT, keys=about)


def missed(whole: TableBlock) -> TableBlock:
    """Return of the table those that will probably be missed, in the columns that a leader reads."""
    shown = {c.name: replace(c, link=None) for c in whole.columns}
    names = ("indicator_name", "unit_short_name", "chance_text", "foreseen", "year_target", "realised")
    columns = tuple(shown[name] for name in names)
    empty = whole.empty if whole.table.is_empty() else _("Semua target masih dapat tercapai.")
    return replace(
        whole, table=whole.table.filter(pl.col("chance").is_in(FEW)), columns=columns, note=None, empty=empty
    )


def headline(found: pl.DataFrame, targets: int) -> Headline | None:
    """Return how many of the year's targets will probably be missed, and how many of them can't be met any more."""
    few = found.filter(pl.col("chance").is_in(FEW))
    if not few.height:
        return None
    lost = few.filter(pl.col("chance").is_in(LOST)).height
    year = text.year(found["year"][0])
    sentence = n_(
        "{n} dari {all} indikator kecil kemungkinannya mencapai target {year}",
        "{n} dari {all} indikator kecil kemungkinannya mencapai target {year}",
        few.height, all=text.number(targets), year=year,
    )  # fmt: skip
    if lost:
        sentence = _(
            "{sentence}; {n} di antaranya mustahil atau hampir mustahil", sentence=sentence, n=text.number(lost)
        )
    return Headline(sentence + ".", "#outlook", "bad")


def one_headline(row: Row) -> Headline | None:
    """Return how likely the target of one indicator is, and where the year will end."""
    if row["state"] not in {"forecast", "out_of_reach"} or row["forecast"] is None or row["probability"] is None:
        return None
    sentence = _(
        "Target {year} ({target}): {chance}; perkiraan akhir tahun {value} (rentang 80 %: {ends}).",
        year=text.year(row["year"]),
        target=words.target(row, "target_year"),
        chance=chance(row),
        value=words.amount(row["forecast"], row["unit_of_measure"]),
        ends=ends(row),
    )
    signal = "bad" if row["chance"] in FEW else "good" if row["chance"] == "likely" else "none"
    return Headline(sentence, "#series", signal)


def trust(backtest: pl.DataFrame) -> str:
    """Return in plain words how often such forecasts were right in past years."""
    every = backtest.filter(pl.col("quarters_ahead").is_null() & (pl.col("forecasts") > 0))
    if every.is_empty():
        return _(
            "Ramalan belum diuji: belum ada tahun yang lengkap dengan riwayat sebelumnya. Perlakukan sebagai ancar-ancar."
        )
    all_ = every.row(0, named=True)
    years = (
        f"{all_['first_year']}–{all_['last_year']}" if all_["first_year"] != all_["last_year"] else all_["last_year"]
    )
    return _(
        "Dari {n} ramalan akhir tahun {years} yang dibuat dari data saat itu, {c80} jatuh di dalam rentang 80 % dan {c95} "
        "di dalam rentang 95 %.",
        n=text.number(all_["forecasts"]),
        years=years,
        c80=text.pct(all_["coverage_80_pct"], 0),
        c95=text.pct(all_["coverage_95_pct"], 0),
    )


def definitions(backtest: pl.DataFrame) -> tuple[tuple[str, str], ...]:
    """Return how the forecast is made, how it was tested by distance to the year's end, and what the remarks mean."""
    method = _(
        "Tingkat yang bergerak pelan (model local level, dengan atau tanpa tren) atas angka tiap periode; bila pola tahun lalu "
        "meramalkan lebih tepat, selisih terhadap tahun lalu. Model dipilih menurut kesalahannya pada tahun lalu. Lebar rentang "
        "dari kesalahan nyata ramalan indikator lain pada jarak yang sama ke akhir tahun (conformal). Tidak ada ramalan dengan "
        "kurang dari empat periode; periode yang belum dilaporkan bukan nol; persentase tetap dalam 0–100 %."
    )
    parts = [
        _(
            "{n} triwulan sebelum akhir tahun: {c80} dalam rentang 80 %, {c95} dalam rentang 95 % ({forecasts} ramalan)",
            n=text.number(row["quarters_ahead"]),
            c80=text.pct(row["coverage_80_pct"], 0),
            c95=text.pct(row["coverage_95_pct"], 0),
            forecasts=text.number(row["forecasts"]),
        )
        for row in backtest.filter(pl.col("quarters_ahead").is_not_null()).iter_rows(named=True)
    ]
    parts += [
        _(
            "Skor Brier peluangnya {score} (0 selalu tepat; sekadar meneruskan laju: {naive}), dari {n} target yang waktu itu "
            "belum pasti",
            score=text.number(row["brier"], 3),
            naive=text.number(row["prorated_brier"], 3),
            n=text.number(row["judged"]),
        )
        for row in backtest.filter(pl.col("quarters_ahead").is_null() & (pl.col("judged") > 0)).iter_rows(named=True)
    ]
    tested = ". ".join([trust(backtest).rstrip("."), *parts]) + "."
    remarks = _(
        "Terlalu mudah: peluang tercapai sudah 99 % atau lebih pada tengah tahun. Mustahil: tidak mungkin menurut hitungan; "
        "hampir mustahil: peluangnya di bawah 1 %. Belum pernah dicapai: sisa tahun memerlukan laju yang melebihi laju terbaik "
        "indikator itu selama ini. Ambangnya ditetapkan kabupaten."
    )
    return (
        (_("Perkiraan akhir tahun"), method),
        (_("Ketepatan ramalan"), tested),
        (_("Target mudah dan mustahil"), remarks),
    )


def ahead(drawn: pl.DataFrame, frame: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Return the drawn periods with those to come: the forecast starts at the value that it was made from."""
    if found.is_empty() or drawn.is_empty():
        return drawn
    fan = found.select("last_month", "forecast", "lower_80", "upper_80", "lower_95", "upper_95")
    since = drawn.filter(pl.col("last_month") == found["seen_from"][0])
    start = since.select("last_month", *(pl.col("shown").alias(c) for c in fan.columns[1:]))
    target = frame.filter(pl.col("is_ahead")).select("last_month", ahead_path="path")
    whole = drawn.join(pl.concat([start, fan]), on="last_month", how="full", coalesce=True)
    return (
        whole.join(target, on="last_month", how="left")
        .with_columns(path=pl.coalesce("path", "ahead_path"), provisional=pl.col("provisional").fill_null(value=False))
        .sort("last_month")
    )
