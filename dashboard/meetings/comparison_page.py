"""Sejak rapat: what moved since a meeting, what of the past was revised and by which file, which signals came and went."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from dashboard.access import Viewer
from dashboard.meetings import comparison, revisions
from dashboard.meetings.comparison import Comparison, Moved, TileMove
from dashboard.meetings.comparison_rows import Figure
from dashboard.meetings.revisions import Revisions
from dashboard.meetings.store import may_open
from dashboard.snapshot import Column, Headline, Meeting, Signal, Snapshot, TableBlock, Tile
from dashboard.tracing import tables as trace_tables
from dashboard.tracing.words import NAMED_AT_MOST
from dashboard.words import text
from dashboard.words.text import _, n_

_ORDER = ("revised", "withdrawn", "completed", "moved")
_NAMED = 3  # figures that a headline names


def page(before: Meeting, now: Meeting, viewer: Viewer) -> Snapshot:
    """Return what changed between two meetings as a page; raises PermissionError where the viewer may not open them.

    `now` may be a meeting that is only being made: its pages, settings, language, role and build are read, not its id.
    """
    if not (may_open(before, viewer) and may_open(now, viewer)):
        raise PermissionError(before.id)
    return compose(comparison.compare(before, now), revisions.between(before, now, viewer))


def compose(found: Comparison, revised: Revisions) -> Snapshot:
    """Return the page; it speaks the language that is set, figures and names are in that of the meetings."""
    found = replace(found, moved=_once(found.moved))
    last = found.now.pages[-1]
    past = _past(found, revised)
    return Snapshot(
        page=comparison.PAGE,
        title=_("Sejak rapat {date}", date=_day(found.before)),
        period=last.period,
        headlines=headlines(found, revised, past.height),
        tiles=_tiles(found, past.height),
        blocks=(
            _main(found.tiles),
            _moved(found.moved),
            _revised(past, revised),
            _signals(found),
            _headlines(found),
            _rows(found),
        ),
        filters=_("dibandingkan dengan {title}", title=found.before.title),
        as_of=last.as_of,
        build_id=found.now.build_id,
        completeness=last.completeness,
        is_sample=any(each.is_sample for each in (*found.before.pages, *found.now.pages)),
        definitions=(
            (_("direvisi"), _("periode yang sama, nilai yang lain")),
            (_("dilengkapi"), _("laporan yang tadinya belum ada kini masuk")),
            (_("ditarik"), _("laporan yang tadinya ada kini tidak ada")),
            (_("periode baru"), _("angka dari periode yang lain; yang dahulu tidak berubah karenanya")),
        ),
    )


def unknown_file() -> str:
    """Return what stands where the file of a revision can't be named."""
    return _("berkas tidak diketahui: data terbitan rapat itu tidak disimpan lagi atau dari Rapor yang lain")


def headlines(found: Comparison, revised: Revisions, past: int) -> tuple[Headline, ...]:
    """Return what moved in sentences, main figures first; `past` is how many past values were revised."""
    if found.is_empty and not past:
        sentence = n_(
            "Tidak ada yang berubah sejak rapat {date}: {n} halaman menunjukkan angka yang sama.",
            "Tidak ada yang berubah sejak rapat {date}: {n} halaman menunjukkan angka yang sama.",
            sum(each.page != comparison.PAGE for each in found.now.pages),
            date=_day(found.before),
        )
        return (Headline(sentence),)
    lines = []
    if found.tiles:
        moves = list(dict.fromkeys(_sentence(move) for move in found.tiles))
        more = n_(" dan {n} lagi", " dan {n} lagi", len(moves) - _NAMED) if len(moves) > _NAMED else ""
        first = text.joined(moves[:_NAMED], "; ")
        lines.append(Headline(_("Angka utama: {moves}{more}.", moves=first, more=more), "#utama"))
    lines.append(_revision_headline(revised, past))
    new, gone = _signal_counts(found)
    if new or gone:
        sentence = _("{new} sinyal baru, {gone} sinyal hilang.", new=text.number(new), gone=text.number(gone))
        lines.append(Headline(sentence, "#sinyal"))
    if found.moved:
        sentence = _(
            "Dari {n} angka di tabel yang bergerak: {moved} karena periode baru, {completed} karena laporan yang baru masuk,"
            " {revised} direvisi, {withdrawn} ditarik.",
            n=text.number(len(found.moved)),
            **{kind: text.number(found.count(kind)) for kind in _ORDER},
        )
        lines.append(Headline(sentence, "#bergerak"))
    return tuple(lines)


def _revision_headline(revised: Revisions, past: int) -> Headline:
    if not past:
        if revised.is_known:
            return Headline(_("Tidak ada nilai lampau yang direvisi."), "#revisi")
        sentence = _(
            "Tidak terlihat nilai lampau yang direvisi, tetapi data terbitan rapat itu tidak dapat dibandingkan."
        )
        return Headline(sentence, "#revisi")
    count = n_("{n} nilai lampau direvisi", "{n} nilai lampau direvisi", past)
    if revised.files.len():
        files = text.some(revised.files.to_list(), NAMED_AT_MOST)
        return Headline(_("{count}, dari berkas {files}.", count=count, files=files), "#revisi", "bad")
    if revised.is_known:
        return Headline(count + ".", "#revisi", "bad")
    return Headline(count + f"; {unknown_file()}.", "#revisi", "bad")


def _sentence(move: TileMove) -> str:
    change = _change(*move.figures, move.change)
    before, now = (_shown(tile) for tile in (move.before, move.now))
    inside = "; ".join(filter(None, (change, _periods(move))))
    return f"{move.now.label} {before} → {now}" + (f" ({inside})" if inside else "")


def _shown(tile: Tile) -> str:
    return " ".join(filter(None, (tile.value or text.MISSING, tile.unit)))


def _periods(move: TileMove) -> str:
    if move.before.period == move.now.period:
        return move.now.period
    return f"{move.before.period or text.MISSING} → {move.now.period or text.MISSING}"


def _change(before: Figure, now: Figure, difference: float | None) -> str:
    """Return 'naik 3,2 %' of the value before, or in points where the figure is a percentage; '' where it can't be said."""
    if difference is None:
        return ""
    if before.measure.startswith("%"):
        return text.change(difference, 1, "poin")
    if not before.value or before.value < 0:
        return ""
    return text.change(100 * difference / before.value)


def _tiles(found: Comparison, past: int) -> tuple[Tile, ...]:
    when = _("sejak {date}", date=_day(found.before))
    new, gone = _signal_counts(found)
    signal: Signal = "bad" if past else "none"
    return (
        Tile("utama", _("Angka utama berubah"), text.number(len(found.tiles)), _("angka"), when),
        Tile("bergerak", _("Angka tabel bergerak"), text.number(len(found.moved)), _("angka"), when),
        Tile("revisi", _("Nilai lampau direvisi"), text.number(past), _("angka"), when, signal=signal),
        Tile("sinyal", _("Sinyal baru"), text.number(new), _("sinyal; {n} hilang", n=text.number(gone)), when),
    )


def _signal_counts(found: Comparison) -> tuple[int, int]:
    states = [each.state for each in found.signals]
    return states.count("new"), states.count("gone")


def _main(moves: Sequence[TileMove]) -> TableBlock:
    rows = [
        {
            "page": move.page, "label": move.now.label, "before": _shown(move.before), "now": _shown(move.now),
            "change": _change(*move.figures, move.change), "period": _periods(move),
        }
        for move in moves
    ]  # fmt: skip
    columns = (
        Column("page", _("Halaman"), role="name"),
        Column("label", _("Angka"), role="name"),
        Column("before", _("Dahulu")),
        Column("now", _("Sekarang")),
        Column("change", _("Perubahan"), role="derived"),
        Column("period", _("Periode"), role="period"),
    )
    return _table("utama", _("Angka utama yang berubah"), rows, columns, _("Semua angka utama tetap."))


def _moved(moved: Sequence[Moved]) -> TableBlock:
    names = _kinds()
    rows = [
        {
            "page": each.page, "what": each.change.what, "figure": each.change.figure, "period": each.change.period,
            "before": each.change.before.words, "now": each.change.now.words,
            "change": _change(each.change.before, each.change.now, _difference(each)), "kind": names[each.change.kind],
        }
        for each in sorted(moved, key=_weight)
    ]  # fmt: skip
    columns = (
        Column("what", _("Apa"), role="name"),
        Column("figure", _("Angka"), role="name"),
        Column("period", _("Periode"), role="period"),
        Column("before", _("Dahulu")),
        Column("now", _("Sekarang")),
        Column("change", _("Perubahan"), role="derived"),
        Column("kind", _("Mengapa")),
        Column("page", _("Halaman"), role="name"),
    )
    return _table("bergerak", _("Angka yang bergerak"), rows, columns, _("Tidak ada angka yang bergerak."))


def _once(moved: Sequence[Moved]) -> tuple[Moved, ...]:
    """Return the figures, those that two blocks of a page show in the same words once."""
    by_words = {
        (e.page, e.change.what, e.change.figure, e.change.period, e.change.before.words, e.change.now.words): e
        for e in reversed(moved)
    }
    return tuple(by_words.values())[::-1]


def _kinds() -> dict[str, str]:
    return {
        "revised": _("direvisi"), "withdrawn": _("ditarik"), "completed": _("dilengkapi"), "moved": _("periode baru"),
    }  # fmt: skip


def _difference(each: Moved) -> float | None:
    before, now = each.change.before, each.change.now
    is_alike = before.value is not None and now.value is not None and before.measure == now.measure
    return now.value - before.value if is_alike else None


def _weight(each: Moved) -> tuple[int, float]:
    """Return what orders figures: revisions first, then by how much of its value each moved."""
    difference, before = _difference(each), each.change.before.value
    share = abs(difference / before) if difference is not None and before else 0.0
    return _ORDER.index(each.change.kind), -share


def _past(found: Comparison, revised: Revisions) -> pl.DataFrame:
    """Return the past values that were revised: what the builds say, or what the pages show where the older build is gone."""
    block = trace_tables.changes({"state": "none"}, revised.rows)
    known = block.table.select(pl.col(c.name).cast(pl.String) for c in block.columns)
    if revised.is_known:
        return known
    rows = [
        trace_tables.change_row(
            f"{each.change.what} · {each.change.figure}", each.change.period, _kinds()["revised"],
            each.change.before.words, each.change.now.words, unknown_file(),
        )
        for each in found.moved
        if each.change.kind == "revised"
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=known.schema).unique(maintain_order=True)


def _revised(past: pl.DataFrame, revised: Revisions) -> TableBlock:
    block = trace_tables.changes({"state": "none"}, revised.rows)
    note = None if revised.is_known else _("Data terbitan rapat itu tidak dapat dibandingkan.")
    if revised.new_figures:
        count = n_("{n} angka baru", "{n} angka baru", revised.new_figures)
        note = " ".join(filter(None, (_("Selain itu {count} dari periode atau unit baru.", count=count), note)))
    columns = tuple(replace(c, link=None) for c in block.columns)
    return TableBlock(
        "revisi", _("Nilai lampau yang direvisi, dan berkasnya"), past, columns, note,
        _("Tidak ada nilai lampau yang direvisi."),
    )  # fmt: skip


def _signals(found: Comparison) -> TableBlock:
    states, signals = _states(), {"good": _("baik"), "bad": _("perlu perhatian")}
    rows = [
        {
            "state": states[each.state], "what": each.what, "words": each.words, "signal": signals[each.signal],
            "page": each.page,
        }
        for each in sorted(found.signals, key=lambda each: each.state == "gone")
    ]  # fmt: skip
    columns = (
        Column("state", _("Keadaan")),
        Column("what", _("Apa"), role="name"),
        Column("words", _("Sinyal")),
        Column("signal", _("Arti")),
        Column("page", _("Halaman"), role="name"),
    )
    return _table(
        "sinyal", _("Sinyal baru dan yang hilang"), rows, columns, _("Tidak ada sinyal yang baru atau hilang.")
    )


def _states() -> dict[str, str]:
    return {"new": _("baru"), "gone": _("hilang")}


def _headlines(found: Comparison) -> TableBlock:
    states = _states()
    rows = [
        {
            "page": each.page,
            "state": states["new"] if each.before is None else states["gone"] if each.now is None else _("berubah"),
            "before": each.before.text if each.before else None,
            "now": each.now.text if each.now else None,
        }
        for each in found.headlines
    ]
    columns = (
        Column("page", _("Halaman"), role="name"),
        Column("state", _("Keadaan")),
        Column("before", _("Dahulu")),
        Column("now", _("Sekarang")),
    )
    return _table("kalimat", _("Kalimat utama yang berubah"), rows, columns, _("Semua kalimat utama tetap."))


def _rows(found: Comparison) -> TableBlock:
    states, whole = _states(), _("seluruh halaman")
    rows = [
        {"page": each.page, "state": states[each.state], "what": whole if each.block is None else each.block}
        for each in found.parts
    ]
    rows += [
        {"page": each.page, "state": states[each.state], "what": each.what} for each in found.rows if not each.is_period
    ]
    periods = sum(each.is_period for each in found.rows)
    note = n_("{n} baris lagi hanya berganti periode.", "{n} baris lagi hanya berganti periode.", periods)
    columns = (
        Column("state", _("Keadaan")),
        Column("what", _("Apa"), role="name"),
        Column("page", _("Halaman"), role="name"),
    )
    block = _table("baris", _("Bagian dan baris yang baru atau hilang"), rows, columns, _("Semua baris tetap ada."))
    return replace(block, note=note) if periods else block


def _table(
    block: str, title: str, rows: Sequence[Mapping[str, str | None]], columns: tuple[Column, ...], empty: str
) -> TableBlock:
    frame = pl.DataFrame(rows, schema=dict.fromkeys((c.name for c in columns), pl.String)).unique(maintain_order=True)
    return TableBlock(block, title, frame, columns, empty=empty)


def _day(meeting: Meeting) -> str:
    return text.date(meeting.held_on or meeting.created_at)
