"""Beban lapor: how much is asked of units, how often they have to send again, what is refused, and what is asked twice."""

from collections.abc import Mapping

import polars as pl

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.areas.burden import blocks
from dashboard.decisions import store as decisions
from dashboard.filters import Filters
from dashboard.parts import page_frame
from dashboard.sending import times
from dashboard.sending.times import Times
from dashboard.snapshot import Headline, Snapshot, TextBlock, Tile
from dashboard.words import text
from dashboard.words.text import _, n_


def compose(chosen: Filters, viewer: Viewer) -> Snapshot:
    """Return the page of what fell due in the chosen months."""
    given = chosen.parameters()
    units = db.fetch("burden/asked", viewer, **given)
    kinds = db.fetch("burden/kinds", viewer, **given)
    columns = db.fetch("burden/columns", viewer, **given)
    same = db.fetch("burden/same", viewer, **given)
    declared = db.fetch("register/duplicates", viewer, **given)
    sent = times.of_units(viewer, chosen.period_from, chosen.period_to, decisions.today())
    if chosen.unit or chosen.agency:
        sent = {unit: each for unit, each in sent.items() if unit in set(units["unit_id"])}
    pairs = blocks.pairs_of(same, declared)
    return Snapshot(
        page=registry.BURDEN,
        title=_("Beban lapor"),
        headlines=_headlines(units, pairs, columns),
        tiles=_tiles(units, columns, sent, text.period(chosen.period_from, chosen.period_to)),
        blocks=(
            blocks.less_block(kinds, columns, pairs),
            blocks.units_block(units, sent, chosen),
            blocks.kinds_block(kinds, chosen),
            blocks.columns_block(columns),
            blocks.pairs_block(pairs),
            _unmeasured(sent),
        ),
        definitions=_definitions(),
        **page_frame.frame(chosen, viewer),
    )


def _headlines(units: pl.DataFrame, pairs: list[blocks.Pair], columns: pl.DataFrame) -> tuple[Headline, ...]:
    if units.is_empty():
        return (Headline(_("Tidak ada laporan yang jatuh tempo pada bulan-bulan ini.")),)
    busiest = units.sort("asked_most", "unit_short_name", descending=[True, False]).row(0, named=True)
    mean = _per_month(units)
    lines = [
        Headline(
            _("Setiap unit diminta rata-rata {n} laporan sebulan, paling banyak {most} dalam satu bulan.",
              n=text.number(mean, 1), most=text.number(busiest["asked_most"])),
            "#units",
        )
    ]  # fmt: skip
    if certain := sum(pair.certainty == "certain" for pair in pairs):
        words = n_("{n} angka hampir pasti diminta dua kali.", "{n} angka hampir pasti diminta dua kali.", certain)
        lines.append(Headline(words, "#same", "bad"))
    elif pairs:
        words = n_(
            "{n} pasang permintaan mungkin angka yang sama.",
            "{n} pasang permintaan mungkin angka yang sama.",
            len(pairs),
        )
        lines.append(Headline(words, "#same"))
    if not columns.is_empty():
        top = columns.row(0, named=True)
        words = _("Yang paling sering ditolak: {column} pada {form} ({n} kali).", column=blocks.column_of(top),
                  form=text.named(top["source_title"], top["source_title_en"]), n=text.number(top["rejects"]))  # fmt: skip
        lines.append(Headline(words, "#columns"))
    return tuple(lines)


def _per_month(units: pl.DataFrame) -> float:
    return units["asked"].sum() / (units.height * units["months"][0])


def _tiles(units: pl.DataFrame, columns: pl.DataFrame, sent: Mapping[str, Times], period: str) -> tuple[Tile, ...]:
    asked, logged, versions = (int(units[name].sum() or 0) for name in ("asked", "logged", "versions"))
    every = _together(sent)
    return (
        Tile("asked", _("Laporan diminta"), text.number(_per_month(units), 1) if asked else None,
             _("per unit sebulan"), period,
             completeness=n_("{all} laporan dari {n} unit", "{all} laporan dari {n} unit", units.height, all=text.number(asked)),
             link="#units"),
        Tile("versions", _("Berapa kali dikirim"), text.number(versions / logged, 2) if logged else None, _("kali per laporan"),
             period, completeness=_("{n} laporan dengan catatan penerimaan", n=text.number(logged)), link="#kinds"),
        Tile("rejects", _("Sel dan baris ditolak"), text.number(int(columns["rejects"].sum() or 0)), "", period, link="#columns"),
        Tile("minutes", _("Dari unggah sampai dimuat"), text.number(every, 0) if every is not None else _("belum diketahui"),
             _("menit") if every is not None else "", period,
             completeness=n_("median unit, {n} kiriman lewat halaman Kirim", "median unit, {n} kiriman lewat halaman Kirim",
                             sum(each.sendings for each in sent.values())), link="#units"),
    )  # fmt: skip


def _together(sent: Mapping[str, Times]) -> float | None:
    """Return the median of the units' medians; None where none is known."""
    known = sorted(each.minutes for each in sent.values() if each.minutes is not None)
    return known[len(known) // 2] if known else None


def _unmeasured(sent: Mapping[str, Times]) -> TextBlock:
    body = [
        _("Waktu menyiapkan laporan di luar Rapor, ketukan dan klik di lembar kerja, serta laporan ke sistem lain tidak diukur, "
          "jadi tidak disebut nol."),
        _("Yang datang lewat folder atau terminal tidak punya waktu unggah: menitnya hanya dari halaman Kirim, mulai berkas diterima "
          "sampai selesai dimuat, termasuk waktu pengirim memeriksa. Tekanan tombol yang dihitung: kirim, periksa lagi, dan muat."),
    ]  # fmt: skip
    if not sent:
        body.insert(
            0,
            _("Pada bulan-bulan ini tidak ada kiriman lewat halaman Kirim; menit dan tekanan tombol belum diketahui."),
        )
    return TextBlock("unmeasured", _("Yang tidak diukur"), "\n\n".join(body))


def _definitions() -> tuple[tuple[str, str], ...]:
    return (
        (_("Laporan diminta"), _("Laporan yang jatuh tempo pada bulan-bulan yang dipilih, masuk atau tidak.")),
        (
            _("Berapa kali dikirim"),
            _("Versi menurut catatan penerimaan, dibagi laporan yang punya catatan itu; laporan tanpa catatan tidak dihitung sekali."),
        ),
        (
            _("Ditolak per berkas"),
            _("Dari berkas yang hanya berisi satu unit; sel yang ditolak pada berkas beberapa unit tidak diketahui milik siapa."),
        ),
        (
            _("Angka yang sama"),
            _("Dua permintaan yang angkanya sama pada hampir semua periode unit yang punya keduanya. Hampir pasti: selalu sama, dengan "
              "cukup banyak angka berlainan (thresholds.csv, same_figure_*). Angka 0 dan 1 dan jumlah kecil yang disamarkan tidak ikut."),
        ),
    )  # fmt: skip
