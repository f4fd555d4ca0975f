"""Capaian in words: figures with their unit, targets, bands, reasons, rates, definitions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from dashboard.access import Viewer
from dashboard.filters import Filters
from dashboard.parts import measure_definitions
from dashboard.parts.row_words import Row
from dashboard.words import measure_words, text
from dashboard.words.text import _

LOW_BAND = 4  # from this band down an attainment needs attention
COMMON = 3  # so many names have to begin alike before the words that they share are left out


class Band(NamedTuple):
    """A band as a reader knows it, and where it begins in % of the target (None: the last one)."""

    letter: str
    name: str
    lower_pct: float | None


Bands = Mapping[int, Band]


def is_percent(unit: str | None) -> bool:
    """Return whether the unit of measure is per cent."""
    return (unit or "").strip().lower().startswith(("%", "persen"))


def amount(x: float | None, unit: str | None = None) -> str:
    """Return a figure with its unit: 97,3 %, 1.605 dokumen, 2,15 hari; null is an en dash."""
    return text.MISSING if x is None else _amount(text.language(), x, unit)


# A matrix writes some thousand figures, most of them more than once: remembered, by language.
@lru_cache(maxsize=8192)
def _amount(_language: str, x: float, unit: str | None) -> str:
    places = digits(x)
    if is_percent(unit):
        return text.pct(x, min(places, 1 if abs(x) >= 10 else 2))
    return f"{text.number(x, places)} {measure_of(unit)}".strip()


def places(x: float | None, names: Bands, least: int = 1) -> int:
    """Return how many decimals an attainment needs to be seen on its own side of each band's bound and of the target.

    Bands compare two decimals, so that 90,96 must not be shown as 91,0 in the band below 91.
    """
    bounds = [100.0, *(band.lower_pct for band in names.values() if band.lower_pct is not None)]
    if x is None:
        return least
    return next((n for n in range(least, 2) if all((round(x, n) >= b) == (round(x, 2) >= b) for b in bounds)), 2)


def percent(x: float | None, names: Bands, least: int = 1) -> str:
    """Return an attainment as a reader sees it: 97,3 %, and 90,96 % just below a band that begins at 91."""
    return text.pct(x, places(x, names, least))


def pct_places(values: pl.Series, names: Bands) -> int:
    """Return how many decimals a column of attainments needs."""
    return max((places(x, names) for x in values.drop_nulls()), default=1)


def measure_of(unit: str | None) -> str:
    """Return the unit of measure that stands behind a figure; none for rates per thousand, indices, predicates."""
    return "" if (unit or "").lower().startswith(("per ", "predikat", "opini", "indeks")) else unit or ""


def digits(x: float) -> int:
    """Return how many decimals a figure of unknown kind needs: at most two, none from a thousand up."""
    most = 0 if abs(x) >= 1000 else 1 if abs(x) >= 100 else 2
    return next((n for n in range(most) if round(x, n) == round(x, most)), most)


def realised(row: Row) -> str | None:
    """Return what was realised to date, a figure or a predicate; None where nothing was reported."""
    if not row["is_reported"]:
        return None
    if row["value_ytd"] is None:
        return row["value_text"]
    return "~" * row["is_rounded"] + amount(row["value_ytd"], row["unit_of_measure"])


def target(row: Row, name: str = "target_ytd") -> str | None:
    """Return a target: a figure, a range, a predicate; None where there is none."""
    lower, upper, unit = row[name], row.get("target_max"), row["unit_of_measure"]
    if lower is not None and upper is not None:
        return f"{amount(lower)}–{amount(upper, unit)}"
    if lower is None and upper is None:
        return row.get("target_text")
    return amount(lower if lower is not None else upper, unit)


def to_date(as_of: date | None) -> str:
    """Return the year to date: 'Jan–Sep 2026'."""
    return text.MISSING if as_of is None else text.period(date(as_of.year, 1, 1), as_of)


def picked(chosen: Filters, names: Bands) -> list[int]:
    """Return the bands that the reader chose, best first; all of them where he chose none."""
    letters = chosen.bands()
    return [band for band, each in sorted(names.items()) if not letters or each.letter in letters]


def of_bands(frame: pl.DataFrame, chosen: Filters, names: Bands) -> pl.DataFrame:
    """Return the rows whose band was chosen; all of them, also those without one, where none was."""
    return frame.filter(pl.col("band").is_in(picked(chosen, names))) if chosen.band else frame


def band_names(bands: pl.DataFrame) -> dict[int, Band]:
    """Return band -> (letter, name, where it begins)."""
    rows = bands.iter_rows(named=True)
    return {b["band"]: Band(b["letter"], text.named(b["name"], b["name_en"]), b["lower_pct"]) for b in rows}


def low(names: Bands) -> str:
    """Return the names of the bands that need attention: 'Rendah atau Sangat Rendah'."""
    return either([band for band in names if band >= LOW_BAND], names)


def either(some: Sequence[int], names: Bands) -> str:
    """Return the names of bands: 'Rendah atau Sangat Rendah'."""
    return _(" atau ").join(names[band].name for band in sorted(some))


def judged(row: Row, names: Bands) -> str:
    """Return '97,3 % (Sangat Tinggi)', or why there is no attainment."""
    if row["attainment_pct"] is None:
        return measure_words.reasons().get(row["reason"], text.MISSING)
    name = names.get(row["band"], ("", ""))[1]
    return f"{percent(row['attainment_pct'], names)} ({name})" if name else percent(row["attainment_pct"], names)


def cell_words(row: Row, names: Bands) -> str:
    """Return what a described cell says on hovering: who, how much of what, until when, how complete."""
    parts = [f"{row.get('short_name') or row['when']} · {row['indicator_name']}", judged(row, names)]
    if row["is_reported"]:
        target_ = row["target"] or text.MISSING
        parts.append(_("realisasi {value} dari target {target}", value=row["realised"], target=target_))
    parts += [part for part in (row["when"], reported_units(row)) if part]
    return ", ".join(parts)


def reported_units(row: Row) -> str:
    """Return '19 dari 20 unit melapor lengkap': all that was due until then; empty for a unit's own figure."""
    if (row["expected_units"] or 0) <= 1:
        return ""
    return _(
        "{reported} dari {expected} unit melapor lengkap",
        reported=text.number(row["reported_units"]),
        expected=text.number(row["expected_units"]),
    )


def compared(row: Row) -> str:
    """Return with what a change is: the same months of last year, and of how many units where some are missing."""
    if row["compared_units"] and row["compared_units"] < (row["expected_units"] or 0):
        return _("dibanding tahun lalu, {n} unit yang sama", n=text.number(row["compared_units"]))
    return _("dibanding periode yang sama tahun lalu")


def unlike(names: Sequence[str]) -> dict[str, str]:
    """Return each name without the words that all begin with: 'Pelayanan kesehatan ibu hamil' -> 'ibu hamil'."""
    split = [name.split() for name in names]
    common = 0
    while len(split) > 1 and all(len(w) > common + 1 and w[common] == split[0][common] for w in split):
        common += 1
    return {name: " ".join(parts[common:]) for name, parts in zip(names, split, strict=True)}


def shorter(names: Sequence[str]) -> dict[str, str]:
    """Return each name for the side of a chart, without one or two first words that at least three of them share."""
    starts = Counter(tuple(name.split()[:n]) for name in set(names) for n in (1, 2) if len(name.split()) > n)
    shown = {}
    for name in names:
        split = name.split()
        cut = max((n for n in (1, 2) if starts[tuple(split[:n])] >= COMMON), default=0)
        rest = " ".join(split[cut:])
        shown[name] = rest[:1].upper() + rest[1:]
    return shown if len(set(shown.values())) == len(shown) else {name: name for name in names}


def rate_states() -> dict[str, str]:
    """Return state -> how the rate so far stands to the rate that is needed."""
    return {
        "reached": _("target tahun sudah tercapai"),
        "on_pace": _("laju cukup"),
        "behind": _("perlu dipercepat"),
        "out_of_reach": _("tidak lagi terjangkau tahun ini"),
    }


def rate_parts(row: Row, name: str) -> tuple[str, str] | None:
    """Return a rate as (figure, what it is a figure of): ('+7,5', 'poin per triwulan'), ('97 %', 'rata-rata')."""
    x, unit = row[name], row["unit_of_measure"]
    if x is None:
        return None
    per = {1: _("per bulan"), 3: _("per triwulan"), 6: _("per semester"), 12: _("per tahun")}
    every = per.get(row["period_months"], "")
    if not every and row["rate_kind"] != "level":  # a sum since January, of nine months say
        x, every = x / row["period_months"], per[1]
    if row["rate_kind"] == "level":
        return amount(x, unit), _("rata-rata")
    if row["rate_kind"] == "pace":
        return amount(x, unit), every
    measure = _("poin") if is_percent(unit) else measure_of(unit)
    return text.signed(x, digits(x)), f"{measure} {every}".strip()


def rate(row: Row, name: str) -> str | None:
    """Return a rate and what it is a figure of: '95 km per triwulan', '97 % rata-rata', '+7,5 poin per triwulan'."""
    parts = rate_parts(row, name)
    return " ".join(parts) if parts else None


def definitions(
    rules: pl.DataFrame, bands: pl.DataFrame, about: Row | None, viewer: Viewer
) -> tuple[tuple[str, str], ...]:
    """Return terms and meanings: the chosen indicator first, then the rules, bands, means, what missing means."""
    terms: list[tuple[str, str]] = []
    if about:
        facts = (
            (_("Definisi operasional"), about["definition"]),
            (_("Formula"), about["formula"]),
            (_("Sumber data"), about["data_source"]),
            (_("Dasar hukum"), about["legal_basis"]),
            (_("Penanggung jawab"), about["owner_name"]),
            (_("Bobot"), amount(about["weight"]) if about["weight"] is not None else None),
            (_("Terdaftar dalam"), _place(about)),
        )
        head = f"{about['indicator_id']} {about['name']}"
        terms.append((head, " · ".join(f"{name}: {value}" for name, value in facts if value)))
    for r in rules.iter_rows(named=True):
        cap = (
            _("dihitung paling tinggi {cap}", cap=text.pct(r["cap_pct"], 0))
            if r["cap_pct"] is not None
            else _("tanpa batas atas")
        )
        terms.append((text.named(r["name"], r["name_en"]), f"{r['formula']}; {cap} · {r['legal_basis']}"))
    limits = []
    for b in bands.iter_rows(named=True):
        lower = f"≥ {text.pct(b['lower_pct'], 0)}" if b["lower_pct"] is not None else _("di bawahnya")
        limits.append(f"{text.named(b['name'], b['name_en'])} ({b['letter']}) {lower}")
    basis = bands["legal_basis"][0] if bands.height else ""
    categories = (_("Kategori capaian"), f"{', '.join(limits)} · {basis}")
    return (*terms, categories, measure_definitions.of("attainment_mean", viewer), *_conventions())


def _conventions() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Sama dengan sama"),
            _(
                "Realisasi, target dan perubahan selalu dari unit dan bulan yang sama, berapa pun panjang periode "
                "laporannya; yang belum lengkap disebut. Target tahun perangkat daerah ialah target semua unitnya, sudah "
                "melapor atau belum; target rasio ditimbang dengan penyebut yang sama. Bila satu unit melapor tanpa target, "
                "gabungannya tidak mempunyai capaian. Jumlah yang tampak dihitung sejak Januari tidak dijumlahkan sampai "
                "daftar indikator menyebutnya."
            ),
        ),
        (
            _("Mencapai target, batas 100, kisaran"),
            _(
                "Di samping rata-rata: berapa indikator yang mencapai 100 %, rata-rata bila tidak satu pun dihitung lebih "
                "dari 100, dan di antara mana rata-rata itu bila yang belum melapor 0 atau 100."
            ),
        ),
        (
            _("Sekitar (~), sedikit pasien"),
            _(
                "Dari persentase sedikit pasien dapat dihitung berapa orangnya. Bila indikator menghitung pasien dan pembilang, "
                "penyebut, atau sisanya kecil, sedikitnya tiga jumlah ditampilkan sebagai satu angka di tengahnya; realisasi, "
                "capaian, dan jumlahnya dihitung dari angka itu dan dapat berbeda satu atau dua pasien dari laporan."
            ),
        ),
        (
            _("Sampai dengan periode"),
            _(
                "Jumlah dijumlahkan sejak Januari; persentase dan posisi memakai periode terakhir; rasio dihitung"
                " ulang dari pembilang dan penyebut, juga ketika angka puskesmas digabung menjadi angka dinas. "
                "Target tahunan dibagi rata per bulan hanya untuk indikator jumlah."
            ),
        ),
        (
            _("Data belum dilaporkan"),
            _(
                "Bukan nol: periode yang tidak dilaporkan tidak dihitung, begitu pula targetnya. Target perangkat"
                " daerah berlaku bagi unit di bawahnya bila unit itu tidak punya target sendiri dan indikatornya "
                "persentase atau rasio."
            ),
        ),
        (
            _("Laju yang diperlukan"),
            _(
                "Yang masih harus dicapai sampai target tahun, dibagi bulan yang belum dilaporkan. Untuk posisi: "
                "perubahan per periode; untuk rasio: rata-rata yang diperlukan selama sisa tahun bila penyebutnya"
                " tetap."
            ),
        ),
    )


def _place(about: Row) -> str | None:
    if not about["file"]:
        return None
    return _("{file}, lembar {sheet}, baris {row}", file=about["file"], sheet=about["sheet"] or "–", row=about["row"])


def hint_of_cells() -> str:
    """Return what a click on a cell of the matrix does."""
    return _("Ketuk sel untuk melihat indikatornya.")


def reading_of_cells(bands: pl.DataFrame, is_shared: bool) -> str:
    """Return how the cells of the matrix are read, and where each band begins."""
    each = _("Tiap sel satu indikator.") if is_shared else _("Tiap sel satu indikator, dari capaian terendah.")
    reading = _(
        "Angka: capaian dalam persen; warna: kategori; arsir: belum melapor; –: tidak dapat dihitung; "
        "*: data sementara."
    )
    limits = ", ".join(
        f"{text.named(b['name'], b['name_en'])} ≥ {text.number(b['lower_pct'])}"
        for b in bands.iter_rows(named=True)
        if b["lower_pct"] is not None
    )
    return f"{each} {reading} {limits}."
