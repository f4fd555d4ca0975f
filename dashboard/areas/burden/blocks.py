"""The blocks of Beban lapor: units, kinds of report, refused columns, figures that are asked twice, what to ask less of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from dashboard import registry
from dashboard.filters import Filters
from dashboard.parts import row_links
from dashboard.sending.times import Times
from dashboard.snapshot import Column, TableBlock, keys
from dashboard.words import text
from dashboard.words.text import _, n_

MOST_ADVICE = 6
FEWEST_FILES = 3  # of a form: of fewer nothing is advised
OFTEN = 1.2  # versions a report from which on a kind is worth a look
Certainty = Literal["certain", "likely", "declared"]


@dataclass(frozen=True)
class Pair:
    """Two things asked that are the same figure: how sure that is, and what it rests on."""

    first: str
    second: str
    certainty: Certainty
    basis: str


def units_block(units: pl.DataFrame, sent: Mapping[str, Times], chosen: Filters) -> TableBlock:
    """Return what is asked of each unit and what it costs, as far as that is known."""
    rows = [sent.get(unit) for unit in units["unit_id"]]
    table = units.with_columns(
        link=row_links.each(chosen, registry.BURDEN, "unit", units["unit_id"]),
        sendings=pl.Series([each.sendings if each else None for each in rows], dtype=pl.Int64),
        minutes=pl.Series([each.minutes if each else None for each in rows], dtype=pl.Float64),
        presses=pl.Series([each.presses if each else None for each in rows], dtype=pl.Float64),
    )
    several = sent.get("")
    note = _("Kosong: tidak diketahui atau terlalu sedikit kiriman, bukan nol.")
    if several:
        more = n_("{n} kiriman dari akun yang mencakup beberapa unit tidak dapat dibagi.",
                  "{n} kiriman dari akun yang mencakup beberapa unit tidak dapat dibagi.", several.sendings)  # fmt: skip
        note = f"{note} {more}"
    return TableBlock(
        "units",
        _("Yang diminta dari setiap unit"),
        table,
        (
            Column("unit_name", _("Unit"), link="link", role="name"),
            Column("asked", _("Laporan diminta"), "int", is_additive=True),
            Column("asked_per_month", _("Per bulan"), "decimal", 1),
            Column("asked_most", _("Bulan tersibuk"), "int"),
            Column("received", _("Masuk"), "int", is_additive=True),
            Column("versions_per_report", _("Kali dikirim"), "decimal", 2),
            Column("own_files", _("Berkas sendiri"), "int", is_additive=True),
            Column("rejects_per_file", _("Ditolak per berkas"), "decimal", 1),
            Column("sendings", _("Kiriman lewat Kirim"), "int", is_additive=True),
            Column("minutes", _("Menit sampai dimuat"), "decimal", 0),
            Column("presses", _("Tekanan tombol"), "decimal", 1),
        ),
        note=note,
        empty=_("Tidak ada laporan yang jatuh tempo pada bulan-bulan ini. Perpanjang periodenya."),
        keys=keys("unit_id"),
    )


def kinds_block(kinds: pl.DataFrame, chosen: Filters) -> TableBlock:
    """Return what is asked of each kind of report."""
    rows = list(kinds.iter_rows(named=True))
    table = kinds.with_columns(
        name=pl.Series([_kind(row) for row in rows], dtype=pl.String),
        rhythm=pl.Series([rhythm(row["period_months"]) for row in rows], dtype=pl.String),
        per_year=pl.Series([row["units"] * 12 // row["period_months"] for row in rows], dtype=pl.Int64),
    )
    return TableBlock(
        "kinds",
        _("Menurut jenis laporan"),
        table,
        (
            Column("name", _("Jenis laporan"), role="name"),
            Column("rhythm", _("Seberapa sering")),
            Column("units", _("Unit"), "int"),
            Column("per_year", _("Laporan setahun"), "int", is_additive=True),
            Column("asked", _("Jatuh tempo"), "int", is_additive=True),
            Column("received", _("Masuk"), "int", is_additive=True),
            Column("versions_per_report", _("Kali dikirim"), "decimal", 2),
            Column("corrected", _("Dikirim lebih dari sekali"), "int", is_additive=True),
        ),
        empty=_("Tidak ada laporan yang jatuh tempo pada bulan-bulan ini. Perpanjang periodenya."),
        more=(chosen.link(registry.DUE), _("Kalender laporan")),
        keys=keys("report_kind"),
    )


def rhythm(months: int) -> str:
    """Return how often a report is asked."""
    named = {1: _("bulanan"), 3: _("triwulanan"), 6: _("semesteran"), 12: _("tahunan")}
    return named.get(months) or n_("tiap {n} bulan", "tiap {n} bulan", months)


def column_of(row: Mapping[str, Any]) -> str:
    """Return what a refused column is called."""
    return _("kolom {name}", name=row["col"]) if row["col"] else _("seluruh baris")


def columns_block(columns: pl.DataFrame) -> TableBlock:
    """Return which columns are refused most."""
    rows = list(columns.iter_rows(named=True))
    table = columns.with_columns(
        form=pl.Series([text.named(row["source_title"], row["source_title_en"]) for row in rows], dtype=pl.String),
        column=pl.Series([column_of(row) for row in rows], dtype=pl.String),
        why=pl.Series([text.named(row["message"], row["message_en"]) for row in rows], dtype=pl.String),
    )
    return TableBlock(
        "columns",
        _("Kolom yang paling sering ditolak"),
        table,
        (
            Column("form", _("Bentuk laporan"), role="name"),
            Column("column", _("Kolom"), role="name"),
            Column("why", _("Sebab"), role="name"),
            Column("rejects", _("Ditolak"), "int", is_additive=True),
            Column("files_with", _("Berkas dengan ini"), "int"),
            Column("files", _("Dari berkas"), "int"),
        ),
        empty=_("Tidak ada yang ditolak dari berkas bulan-bulan ini."),
        keys=keys("source", "code"),
    )


def pairs_of(same: pl.DataFrame, declared: pl.DataFrame) -> list[Pair]:
    """Return what is asked twice: figures that are always the same, then indicators that bear one name."""
    found = [
        Pair(
            thing(row["report_kind"], row["item"], row["part"]),
            thing(row["other_kind"], row["other_item"], row["other_part"]),
            row["certainty"],
            _("sama pada {agree} dari {all} periode, {units} unit, {n} angka berlainan",
              agree=text.number(row["agree"]), all=text.number(row["periods"]), units=text.number(row["units"]),
              n=text.number(row["figures"])),
        )
        for row in same.iter_rows(named=True)
    ]  # fmt: skip
    return found + [
        Pair(
            f"{row['indicator_id']} {row['indicator_name']}",
            f"{row['other_id']} {row['other_name']}",
            "declared",
            text.named(row["code_name"], row["code_name_en"]),
        )
        for row in declared.iter_rows(named=True)
    ]


def thing(kind: str, item: str | None, part: str) -> str:
    """Return what is asked, in words."""
    if kind == "visit":
        return _("Laporan kunjungan: {name}", name=item) if item else _("Laporan kunjungan: semua layanan")
    if kind == "satisfaction":
        return _("Survei kepuasan: indeks")
    names = {
        "value": _("Indikator {name}"),
        "numerator": _("Indikator {name}: pembilang"),
        "denominator": _("Indikator {name}: penyebut"),
    }
    return names[part].format(name=item)


def certainties() -> dict[str, str]:
    """Return how sure it is that two things are one figure, in words."""
    return {
        "certain": _("hampir pasti"),
        "likely": _("mungkin"),
        "declared": _("menurut nama di daftar indikator"),
    }


def pairs_block(pairs: Sequence[Pair]) -> TableBlock:
    """Return the figures that are asked twice, and how sure that is."""
    names = certainties()
    rows = [(pair.first, pair.second, names[pair.certainty], pair.basis) for pair in pairs]
    schema = dict.fromkeys(("first", "second", "certainty", "basis"), pl.String)
    return TableBlock(
        "same",
        _("Angka yang sama diminta dua kali"),
        pl.DataFrame(rows, schema=schema, orient="row"),
        (
            Column("first", _("Diminta di sini"), role="name"),
            Column("second", _("Dan di sini"), role="name"),
            Column("certainty", _("Seberapa yakin")),
            Column("basis", _("Dasarnya")),
        ),
        empty=_("Tidak ditemukan pada angka yang terbit; yang hanya diminta sistem lain tidak terlihat di sini."),
    )


def less_block(kinds: pl.DataFrame, columns: pl.DataFrame, pairs: Sequence[Pair]) -> TableBlock:
    """Return what could be asked less of, each with why: what is asked twice first, then what is often sent again or refused."""
    rows = [(_advice(pair), f"{certainties()[pair.certainty]}: {pair.basis}") for pair in pairs]
    for row in kinds.iter_rows(named=True):
        if row["versions_per_report"] and row["versions_per_report"] >= OFTEN:
            rows.append(
                (
                    _("Sederhanakan bentuk {kind}", kind=_kind(row)),
                    _("dikirim {n} kali per laporan", n=text.number(row["versions_per_report"], 1)),
                )
            )
    for row in columns.filter(pl.col("files") >= FEWEST_FILES, pl.col("files_with") * 2 >= pl.col("files")).iter_rows(
        named=True
    ):
        form = text.named(row["source_title"], row["source_title_en"])
        rows.append(
            (
                _("Perjelas atau hapus {column} pada {form}", column=column_of(row), form=form),
                _("ditolak di {n} dari {all} berkas", n=text.number(row["files_with"]), all=text.number(row["files"])),
            )
        )
    return TableBlock(
        "less",
        _("Yang dapat diminta lebih sedikit"),
        pl.DataFrame(rows[:MOST_ADVICE], schema={"what": pl.String, "why": pl.String}, orient="row"),
        (Column("what", _("Usul"), role="name"), Column("why", _("Dasarnya"))),
        empty=_(
            "Belum ada usul: tidak ada angka yang tampak diminta dua kali, dan tidak ada bentuk yang sering dikirim ulang."
        ),
    )


def _advice(pair: Pair) -> str:
    if pair.certainty == "certain":
        return _("Minta sekali saja: {first}, bukan juga {second}", first=pair.first, second=pair.second)
    return _("Periksa apakah ini satu angka: {first}, dan {second}", first=pair.first, second=pair.second)


def _kind(row: Mapping[str, Any]) -> str:
    return text.named(row["report_kind_name"], row["report_kind_name_en"])
