"""A signal in words: rows of `signals/latest` in, sentences and the parts of sentences out."""

from datetime import date
from math import floor, log10

from dashboard.parts.row_words import Row
from dashboard.words import measure_words, text
from dashboard.words.text import _, n_
from queries.measures import Signal, measures

ROUNDED = 2  # significant digits of a chance
RAREST, COMMONEST = 100_000, 5  # one in so many: beyond these a chance is only said to be smaller, or large
LONG_ENOUGH = 2  # periods on one side before it is said since when
ROUND_FROM_PCT = 10  # a gap of this size needs no decimal


def _signal(row: Row) -> Signal:
    found = measures()[row["measure"]].signal
    if found is None:
        raise KeyError(f"{row['measure']} has no signal")
    return found


def subject(row: Row) -> str:
    """Return what the series is about: 'Kunjungan Sungai Bengkal'."""
    own = _signal(row)
    called = own.subject if row["item_id"] == "all" else own.subject_of_item
    item = text.named(row["item_name"], row["item_name_en"])
    return text.named(*(called or own.subject or ("", ""))).format(unit=row["short_name"], item=item)


def measured(row: Row) -> str:
    """Return what is measured, without the unit: 'Kunjungan', 'Kunjungan: Gizi', 'Capaian: Imunisasi'."""
    name = measure_words.label(row["measure"])
    return name if row["item_id"] == "all" else f"{name}: {text.named(row['item_name'], row['item_name_en'])}"


def when(period: date | None, months: int) -> str:
    """Return a period as it stands in a sentence: 'Oktober 2026', 'TW III 2026'."""
    return text.month_name(period) if months == 1 else text.span(period, months)


def figure(row: Row, value: float | None) -> str:
    """Return a value of the series: visits whole, an index with one decimal, an attainment in %."""
    return measure_words.written(row["measure"], value, _signal(row).digits)


def limits(row: Row) -> str:
    """Return the limits: '4.812–6.048', '74,0–80,1', '61,2–80,4 %'; '–' where there are none."""
    if row["lower"] is None or row["upper"] is None:
        return text.MISSING
    lower, upper = figure(row, row["lower"]), figure(row, row["upper"])
    return upper if lower == upper else text.number(row["lower"], _signal(row).digits) + "–" + upper


def _size(row: Row) -> str:
    if measures()[row["measure"]].is_points:
        return text.number(abs(row["value"] - row["mean"]), _signal(row).digits) + f" {_('poin')}"
    share = abs(row["change_pct"])
    return text.pct(share, 0 if share >= ROUND_FROM_PCT else 1)


def brief_gap(row: Row) -> str:
    """Return how far the value is from its usual level, without it: '24 % di bawah biasanya'."""
    if row["value"] < row["mean"]:
        return _("{size} di bawah biasanya", size=_size(row))
    return _("{size} di atas biasanya", size=_size(row))


def gap(row: Row) -> str:
    """Return the value beside its usual level: '24 % di bawah biasanya 5.430'; points where the measure is a score."""
    usual, difference, size = figure(row, row["mean"]), row["value"] - row["mean"], _size(row)
    if figure(row, row["value"]) == usual:
        return _("sama dengan biasanya {usual}", usual=usual)
    if difference < 0:
        return _("{size} di bawah biasanya {usual}", size=size, usual=usual)
    return _("{size} di atas biasanya {usual}", size=size, usual=usual)


def length(count: int, months: int) -> str:
    """Return how long so many periods are: '6 bulan', '3 triwulan'."""
    if months == 1:
        return n_("{n} bulan", "{n} bulan", count)
    if months == 3:
        return n_("{n} triwulan", "{n} triwulan", count)
    if months == 6:
        return n_("{n} semester", "{n} semester", count)
    if months == 12:
        return n_("{n} tahun", "{n} tahun", count)
    return n_("{n} periode", "{n} periode", count)


def pattern(row: Row) -> str:
    """Return the rule that holds, with its comparison, as the rest of a sentence after the figure and its period."""
    rules = {
        "outside": _outside,
        "shift": _shift,
        "trend": _trend,
        "two_of_three": _two_of_three,
        "run": _run_of_chance,
        "drift": _drift,
    }
    return rules[row["rule"]](row)


def _run(row: Row) -> dict[str, str]:
    return {"run": length(row["run_points"], row["period_months"]), "since": when(row["since"], row["period_months"])}


def _outside(row: Row) -> str:
    words = gap(row) + _(", di luar batas wajarnya {limits}", limits=limits(row))
    return words if row["run_points"] < LONG_ENOUGH else words + _on_one_side(row)


def _shift(row: Row) -> str:
    return gap(row) + _on_one_side(row)


def _run_of_chance(row: Row) -> str:
    return gap(row) if row["run_points"] < LONG_ENOUGH else _shift(row)


def _on_one_side(row: Row) -> str:
    if row["direction"] == "down":
        return _("; sudah {run} di bawahnya, sejak {since}", **_run(row))
    return _("; sudah {run} di atasnya, sejak {since}", **_run(row))


def _trend(row: Row) -> str:
    if row["direction"] == "down":
        return gap(row) + _("; terus turun selama {run}, sejak {since}", **_run(row))
    return gap(row) + _("; terus naik selama {run}, sejak {since}", **_run(row))


def _drift(row: Row) -> str:
    if row["direction"] == "down":
        return gap(row) + _("; turun perlahan selama {run}, sejak {since}", **_run(row))
    return gap(row) + _("; naik perlahan selama {run}, sejak {since}", **_run(row))


def _two_of_three(row: Row) -> str:
    last = length(3, row["period_months"])
    if row["direction"] == "down":
        bound = figure(row, row["lower"])
        return gap(row) + _("; 2 dari {last} terakhir mendekati batas bawah wajarnya {bound}", last=last, bound=bound)
    bound = figure(row, row["upper"])
    return gap(row) + _("; 2 dari {last} terakhir mendekati batas atas wajarnya {bound}", last=last, bound=bound)


def caution(row: Row) -> str:
    """Return why the signal is less sure: trial limits, provisional data, a finding; empty where there is nothing."""
    parts = []
    if row.get("units_expected") and row["units_counted"] < row["units_expected"]:
        counted, expected = text.number(row["units_counted"]), text.number(row["units_expected"])
        parts.append(_("{n} dari {expected} unit, dibandingkan dengan unit yang sama", n=counted, expected=expected))
    if row["is_trial"]:
        parts.append(_("batas sementara, {length}", length=length(row["points"], row["period_months"])))
    if row["is_provisional"]:
        parts.append(_("data sementara"))
    if row["is_doubted"]:
        parts.append(_("ada temuan pada datanya"))
    return text.joined(parts, "; ")


def sentence(row: Row) -> str:
    """Return the whole sentence of a signal: its figure, its period, what it is compared with, since when, how sure."""
    careful = caution(row)
    return _clause(subject(row), row, pattern(row)) + (" (" + careful + ")." if careful else ".")


def finding(row: Row) -> str:
    """Return what is so, without the unit: 'Kunjungan 4.120 pada Oktober 2026, 24 % di bawah biasanya 5.430'."""
    return _clause(measured(row), row, gap(row))


def _clause(subject: str, row: Row, comparison: str) -> str:
    period = when(row["period"], row["period_months"])
    if measures()[row["measure"]].is_to_date:  # elsewhere on the pages such a figure is the year's to date
        period = _("{period} saja", period=period)
    return _(
        "{subject} {figure} pada {period}, {comparison}",
        subject=subject,
        figure=figure(row, row["value"]),
        period=period,
        comparison=comparison,
    )


def brief(row: Row) -> str:
    """Return a signal in the room of a tile: 'Okt 2026 di bawah batas wajar 97.410–105.220'."""
    period = text.span(row["period"], row["period_months"])
    since = text.span(row["since"], row["period_months"])
    if row["rule"] == "outside" and row["direction"] == "down":
        return _("{period} di bawah batas wajar {limits}", period=period, limits=limits(row))
    if row["rule"] == "outside":
        return _("{period} di atas batas wajar {limits}", period=period, limits=limits(row))
    if row["rule"] == "drift":
        slowly = _("turun perlahan sejak {since}", since=since), _("naik perlahan sejak {since}", since=since)
        return slowly[row["direction"] == "up"]
    if row["direction"] == "down":
        return _("di bawah biasanya sejak {since}", since=since) if row["rule"] != "trend" else _falling(since)
    return _("di atas biasanya sejak {since}", since=since) if row["rule"] != "trend" else _rising(since)


def _falling(since: str) -> str:
    return _("terus turun sejak {since}", since=since)


def _rising(since: str) -> str:
    return _("terus naik sejak {since}", since=since)


def surprise(p_value: float | None) -> str:
    """Return how often chance alone does this: '1 dari 2.000 kebetulan'; empty where it isn't known."""
    if p_value is None:
        return ""
    if p_value * RAREST < 1 + 1e-9:
        return _("lebih langka dari 1 dari {n} kebetulan", n=text.number(RAREST))
    if p_value * COMMONEST > 1:
        return _("sering terjadi karena kebetulan")
    return _("1 dari {n} kebetulan", n=text.number(_times(p_value)))


def chance(p_value: float | None) -> str:
    """Return how often chance alone does this in the room of a table cell: '1 : 2.000', '< 1 : 100.000', '> 1 : 5'."""
    if p_value is None:
        return ""
    if p_value * RAREST < 1 + 1e-9:
        return f"< 1 : {text.number(RAREST)}"
    if p_value * COMMONEST > 1:
        return f"> 1 : {text.number(COMMONEST)}"
    return f"1 : {text.number(_times(p_value))}"


def _times(p_value: float) -> float:
    """Return one in how many a chance is, in as many digits as say enough."""
    times = 1 / p_value
    step = 10 ** max(floor(log10(times)) + 1 - ROUNDED, 0)
    return round(times / step) * step


def assurance(row: Row) -> str:
    """Return what the limits say of the target; empty where the series has none."""
    words = {
        "passing": _("terus mencapai target"),
        "failing": _("terus di bawah target"),
        "uncertain": _("kadang mencapai target"),
    }
    return words.get(row["assurance"], "")


def happened(row: Row) -> str:
    """Return the rule that holds, in the room of a table cell."""
    side = "down" if row["direction"] == "down" else "up"
    if row.get("is_slip"):
        return _("angka yang tampak keliru, tidak ikut menentukan batas")
    words = {
        ("outside", "down"): _("di bawah batas wajar"),
        ("outside", "up"): _("di atas batas wajar"),
        ("trend", "down"): _("terus turun"),
        ("trend", "up"): _("terus naik"),
        ("two_of_three", "down"): _("2 dari 3 mendekati batas bawah"),
        ("two_of_three", "up"): _("2 dari 3 mendekati batas atas"),
        ("drift", "down"): _("turun perlahan"),
        ("drift", "up"): _("naik perlahan"),
        ("run", "down"): _("terus di bawah biasanya"),
        ("run", "up"): _("terus di atas biasanya"),
        ("shift", "down"): _("terus di bawah biasanya"),
        ("shift", "up"): _("terus di atas biasanya"),
    }
    return words[row["rule"], side]


def notes(row: Row) -> str:
    """Return what has to be known of the limits: what they say of the target, trial, provisional, begun anew and why."""
    reason = text.named(row["rebase_reason"], row["rebase_reason_en"]) if row["rebase_reason"] else ""
    begun = _("batas dimulai ulang: {reason}", reason=reason) if reason else ""
    return "; ".join(part for part in (assurance(row), caution(row), without(row), begun) if part)


def without(row: Row) -> str:
    """Return how many values that look like slips the limits leave out; empty where there are none."""
    if not row.get("left_out"):
        return ""
    return n_(
        "{n} angka yang tampak keliru tidak ikut menentukan batas",
        "{n} angka yang tampak keliru tidak ikut menentukan batas",
        row["left_out"],
    )


def step(row: Row) -> str:
    """Return the old step after which nothing changed, as a question and with what to do; empty where there is none."""
    if row.get("step_since") is None:
        return ""
    return _(
        "Tingkatnya berubah pada {since}, dari sekitar {before} menjadi {after}, dan tetap sejak itu: mulai ulang tingkat wajar? "
        "Bila ya, tambahkan satu baris di reference/signal_rebases.csv: {cells}, dengan alasan dan dasarnya.",
        since=when(row["step_since"], row["period_months"]),
        before=figure(row, row["step_before"]),
        after=figure(row, row["step_after"]),
        cells=step_cells(row),
    )


def step_cells(row: Row) -> str:
    """Return the cells of reference/signal_rebases.csv by which limits begin anew at the step: measure, unit, item, month."""
    return f"{row['measure']},{row['unit_id']},{row['item_id']},{row['step_since']:%Y-%m-%d}"
