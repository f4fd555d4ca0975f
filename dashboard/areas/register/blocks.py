"""The blocks of Daftar indikator: what is filled in, who has what to mend, the worklist, duplicates side by side."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard import charts, filters, registry
from dashboard.access import Viewer
from dashboard.filters import Filters
from dashboard.parts import row_links
from dashboard.parts.row_words import Row, with_text
from dashboard.snapshot import ChartBlock, Column, TableBlock, keys
from dashboard.words import text
from dashboard.words.text import _, n_

(CODE,) = registry.page(registry.REGISTER).asked  # names the kind of problem whose worklist is shown

MOST_INDICATORS = 60  # rows of the matrix that are drawn; its table has every problem
LETTERS = {"filled": "✓", "missing": "–", "unclear": "?", "unneeded": "·"}


def fields() -> dict[str, str]:
    """Return field of the register -> its name."""
    return {
        "name": _("Nama"),
        "definition": _("Definisi"),
        "unit_of_measure": _("Satuan"),
        "formula": _("Formula"),
        "polarity": _("Polaritas"),
        "frequency": _("Periode"),
        "baseline": _("Data awal"),
        "target": _("Target"),
        "source": _("Sumber"),
        "owner": _("Pemilik"),
        "weight": _("Bobot"),
        "reporting": _("Realisasi"),
    }


def states() -> dict[str, tuple[str, str]]:
    """Return state of a field -> its name and colour."""
    return {
        "must": (_("wajib diperbaiki"), "attention"),
        "missing": (_("kosong"), "missing"),
        "unclear": (_("belum jelas"), "ordinary"),
        "filled": (_("terisi"), "empty"),
        "unneeded": (_("tidak diperlukan"), "empty"),
    }


def severities() -> dict[str, str]:
    """Return severity -> its name."""
    return {"must": _("Wajib"), "should": _("Sebaiknya")}


def only(chosen: Filters, code: str) -> str:
    """Return the link to the worklist of one kind of problem."""
    return f"{chosen.link(registry.REGISTER)}&{CODE}={code}#worklist"


def agencies(viewer: Viewer) -> dict[str, str]:
    """Return agency -> its name."""
    return filters.options("agency", viewer, filters.current())


def _owner(row: Mapping[str, Any]) -> str:
    return row["owner_short_name"] or _("Bappeda (pemilik belum ada)")


def _named(row: Mapping[str, Any], column: str) -> str:
    return text.named(row[column], row[f"{column}_en"])


def _place(row: Mapping[str, Any], before: str = "") -> str | None:
    """Return 'sheet, row' of an entry."""
    parts = [row[f"{before}sheet"], row[f"{before}row"] and _("baris {n}", n=row[f"{before}row"])]
    return ", ".join(part for part in parts if part) or None


def matrix(cells: pl.DataFrame, chosen: Filters) -> ChartBlock:
    """Return indicators by field: filled, missing, unclear; the indicators with most to mend on top."""
    columns, names = fields(), states()
    wrong = cells.filter(pl.col("issues") > 0)["indicator_id"].unique(maintain_order=True).to_list()
    shown = wrong[:MOST_INDICATORS]
    everything = cells["indicator_id"].n_unique()
    data = with_text(
        cells,
        row=lambda r: f"{r['indicator_id']} {r['indicator_name']}",
        column=lambda r: columns[r["field"]],
        letter=lambda r: LETTERS[r["state"]],
        shade=lambda r: "must" if r["is_must"] else r["state"],
        state_name=lambda r: names[r["state"]][0],
        weight=lambda r: severities()["must" if r["is_must"] else "should"] if r["problem"] else None,
        told=lambda r: text.named(r["problem"], r["problem_en"]) if r["problem"] else None,
    )
    data = with_text(
        data,
        hover=lambda r: f"{r['indicator_id']}, {r['column']}: {r['told'] or r['state_name']}",
        link=lambda r: f"{chosen.link(registry.REGISTER)}#worklist" if r["told"] else None,
    )
    drawn = data.filter(pl.col("indicator_id").is_in(shown)) if shown else data.head(20 * len(columns))
    if not shown:
        title = _("Semua kolom daftar indikator terisi dan jelas")
    else:
        gaps = int((cells["state"] == "missing").sum())
        doubts = int((cells["state"] == "unclear").sum())
        title = _(
            "{gaps} isian kosong dan {doubts} belum jelas pada {n} dari {all} indikator",
            gaps=text.number(gaps),
            doubts=text.number(doubts),
            n=text.number(len(wrong)),
            all=text.number(everything),
        )
    chart = charts.heat(
        drawn,
        "row",
        "column",
        state="shade",
        text="letter",
        hover="hover",
        link="link",
        states=names,
        title=title,
        unit=_("indikator × kolom daftar"),
        is_course=False,
        alt=_("Matriks indikator dan kolom daftar: terisi, kosong, atau belum jelas. {finding}", finding=title),
    )
    kept = (
        Column("indicator_id", _("Kode"), role="id"),
        Column("indicator_name", _("Indikator"), role="name"),
        Column("column", _("Kolom"), role="name"),
        Column("state_name", _("Keadaan")),
        Column("weight", _("Sifat")),
        Column("told", _("Masalah")),
    )
    note = _("✓ terisi · – kosong · ? belum jelas. Indikator tanpa catatan tidak digambar.") if shown else None
    if len(wrong) > len(shown):
        note = _("Hanya {n} indikator dengan masalah terbanyak yang digambar.", n=text.number(len(shown)))
    table = data.filter(pl.col("told").is_not_null()) if shown else data
    return ChartBlock("matrix", chart, table, kept, note, keys=keys("field"))


def owners(table: pl.DataFrame, chosen: Filters) -> TableBlock:
    """Return each owner with its sound indicators and what it has to mend, who has most first."""
    linked = with_text(table, owner=_owner).with_columns(
        link=row_links.each(chosen, registry.REGISTER, "agency", table["owner_unit_id"], "#worklist")
    )
    return TableBlock(
        "owners",
        _("Menurut penanggung jawab"),
        linked,
        (
            Column("owner", _("Penanggung jawab"), link="link", role="name"),
            Column("must", _("Wajib"), "int", is_additive=True),
            Column("should", _("Sebaiknya"), "int", is_additive=True),
            Column("sound", _("Lengkap dan terukur"), "int", is_additive=True),
            Column("indicators", _("Indikator"), "int"),
            Column("unregistered", _("Belum terdaftar"), "int", is_additive=True),
        ),
        empty=_("Belum ada indikator."),
        keys=keys("owner_unit_id"),
    )


def problems(table: pl.DataFrame, chosen: Filters) -> TableBlock:
    """Return each kind of problem with how often it occurs; a kind chosen narrows the worklist."""
    names, columns = severities(), fields() | {"register": _("Daftar")}
    linked = with_text(
        table,
        what=lambda r: _named(r, "code_name"),
        weight=lambda r: names[r["severity"]],
        where=lambda r: columns[r["field"]],
        link=lambda r: only(chosen, r["code"]),
    )
    return TableBlock(
        "problems",
        _("Masalah menurut jenisnya"),
        linked,
        (
            Column("what", _("Masalah"), link="link", role="name"),
            Column("weight", _("Sifat")),
            Column("indicators", _("Indikator"), "int"),
            Column("owners", _("Penanggung jawab"), "int"),
            Column("where", _("Kolom")),
        ),
        empty=_("Tidak ada masalah pada daftar indikator."),
        hint=_("Pilih satu masalah untuk menyaring daftar perbaikan."),
        keys=keys("code", "field"),
    )


def worklist(table: pl.DataFrame, kinds: pl.DataFrame, chosen: Filters, code: str | None) -> TableBlock:
    """Return each problem with what to write instead, who mends it and where the entry stands."""
    names = severities()
    linked = with_text(
        table,
        weight=lambda r: names[r["severity"]],
        owner=_owner,
        wrong=lambda r: _named(r, "problem"),
        instead=lambda r: _named(r, "mend"),
        because=lambda r: _named(r, "why"),
        about=lambda r: f"{r['indicator_id']} {r['indicator_name']}",
        other=lambda r: f"{r['other_id']} {r['other_name'] or ''}".strip() if r["other_id"] else None,
        place=_place,
    ).with_columns(link=row_links.each(chosen, registry.QUALITY, "file", table["file_id"], "#issues"))
    count = n_("Daftar perbaikan: {n} hal", "Daftar perbaikan: {n} hal", table.height)
    note = None
    if code:
        kind = next((_named(row, "code_name") for row in kinds.iter_rows(named=True) if row["code"] == code), code)
        count = _("{count}, hanya {kind}", count=count, kind=f"“{kind}”")
        note = _("Pilih penanggung jawab atau masalah lain di atas untuk mengganti saringan.")
    return TableBlock(
        "worklist",
        count if table.height else _("Daftar perbaikan"),
        linked,
        (
            Column("about", _("Indikator"), role="name"),
            Column("wrong", _("Masalah"), role="name"),
            Column("instead", _("Tulis sebagai gantinya")),
            Column("weight", _("Sifat")),
            Column("owner", _("Yang memperbaiki"), role="name"),
            Column("because", _("Mengapa penting")),
            Column("other", _("Lihat juga")),
            Column("file", _("Berkas"), link="link", role="origin"),
            Column("place", _("Tempat"), role="origin"),
            Column("indicator_id", _("Kode"), role="id"),
        ),
        note=note,
        empty=_("Tidak ada yang perlu diperbaiki: semua indikator lengkap dan terukur."),
        keys=keys("code", "field", "other_id"),
    )


def duplicates(pairs: pl.DataFrame, chosen: Filters) -> TableBlock:
    """Return indicators with one name, or nearly one, side by side."""

    def side(before: str, row: Row) -> str:
        facts = [
            row[f"{before}unit_of_measure"] or _("tanpa satuan"),
            text.named(row[f"{before}polarity_name"], row[f"{before}polarity_name_en"])
            if row[f"{before}polarity_name"]
            else _("tanpa polaritas"),
            row[f"{before}owner_short_name"] or _("tanpa pemilik"),
        ]
        return " · ".join(facts)

    linked = with_text(
        pairs,
        what=lambda r: _named(r, "code_name"),
        one=lambda r: f"{r['indicator_id']} {r['indicator_name']}",
        one_is=lambda r: side("", r),
        one_place=_place,
        two=lambda r: f"{r['other_id']} {r['other_name']}",
        two_is=lambda r: side("other_", r),
        two_place=lambda r: _place(r, "other_"),
    )
    title = n_("{n} pasang indikator tampak ganda", "{n} pasang indikator tampak ganda", pairs.height)
    return TableBlock(
        "duplicates",
        title if pairs.height else _("Indikator yang tampak ganda"),
        linked,
        (
            Column("one", _("Indikator"), role="name"),
            Column("one_is", _("Satuan, polaritas, pemilik")),
            Column("two", _("Indikator lain"), role="name"),
            Column("two_is", _("Satuan, polaritas, pemilik lain")),
            Column("what", _("Masalah"), role="name"),
            Column("file", _("Berkas"), role="origin"),
            Column("one_place", _("Tempat"), role="origin"),
            Column("two_place", _("Tempat lain"), role="origin"),
        ),
        empty=_("Tidak ada indikator yang tampak ganda."),
        keys=keys("code", "indicator_id", "other_id"),
    )
