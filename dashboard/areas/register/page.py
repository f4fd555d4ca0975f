"""Daftar indikator: is every indicator complete and measurable, and what has to be written instead; a worklist for Bappeda."""

from collections.abc import Mapping

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.areas.register import blocks
from dashboard.filters import Filters
from dashboard.parts import page_frame
from dashboard.parts.row_words import Row
from dashboard.snapshot import Block, Headline, Snapshot, TextBlock, Tile
from dashboard.words import text
from dashboard.words.text import _, n_


def compose(chosen: Filters, viewer: Viewer, asked: Mapping[str, str] | None = None) -> Snapshot:
    """Return the page; `asked` may name the kind of problem that the worklist shows."""
    given = chosen.parameters()
    facts = db.fetch("register/summary", viewer, **given).row(0, named=True)
    problems = db.fetch("register/problems", viewer, **given)
    code = (asked or {}).get(blocks.CODE)
    code = code if code in problems["code"].to_list() else None
    lines, shown, body = (), (), (nothing(),)
    if facts["indicators"] or facts["unregistered"]:
        lines, shown = headlines(facts, chosen), tiles(facts, chosen)
        matrix = db.fetch("register/matrix", viewer, **given)
        owners = db.fetch("register/owners", viewer, **given)
        worklist = db.fetch("register/worklist", viewer, code=code, **given)
        pairs = db.fetch("register/duplicates", viewer, **given)
        filled: tuple[Block, ...] = (blocks.matrix(matrix, chosen),) if facts["indicators"] else ()
        body = (
            *filled,
            (blocks.owners(owners, chosen), blocks.problems(problems, chosen)),
            blocks.worklist(worklist, problems, chosen, code),
            blocks.duplicates(pairs, chosen),
        )
    frame = page_frame.frame(chosen, viewer)
    frame.update(period=text.MISSING, filters=_scope(chosen, viewer))  # a register has no period
    return Snapshot(
        page=registry.REGISTER,
        title=_("Daftar indikator"),
        headlines=lines,
        tiles=shown,
        blocks=body,
        definitions=definitions(),
        **frame,
    )


def _scope(chosen: Filters, viewer: Viewer) -> str:
    """Return which agency's indicators these are."""
    names = {} if chosen.agency is None else blocks.agencies(viewer)
    return names.get(chosen.agency or "", _("Semua perangkat daerah"))


def pointer(chosen: Filters, viewer: Viewer) -> tuple[Headline, ...]:
    """Return one sentence for other pages that leads here, none where there is no register or nothing to mend in it."""
    facts = db.fetch("register/summary", viewer, **chosen.parameters()).row(0, named=True)
    if not facts["indicators"] or facts["must"] == 0:
        return ()
    sentence = _(
        "Daftar indikator: {sound} dari {all} lengkap dan terukur; {must} hal wajib diperbaiki.",
        sound=text.number(facts["sound"]),
        all=text.number(facts["indicators"]),
        must=text.number(facts["must"]),
    )
    return (Headline(sentence, chosen.link(registry.REGISTER), "none"),)


def nothing() -> TextBlock:
    """Return what to do where no register was loaded."""
    body = _(
        "Belum ada daftar indikator untuk pilihan ini. Kirim daftar indikator kinerja di halaman Kirim: kode, nama, "
        "satuan, definisi, formula, polaritas, periode pelaporan, data awal, sumber data, penanggung jawab."
    )
    return TextBlock("empty", _("Belum ada daftar indikator"), body)


def headlines(facts: Row, chosen: Filters) -> tuple[Headline, ...]:
    """Return the answer: how many indicators are complete and measurable, then what is most often in the way."""
    lines = []
    total, sound = facts["indicators"], facts["sound"]
    if total and sound == total and not facts["unregistered"]:
        sentence = n_("Satu-satunya indikator lengkap dan terukur.", "Semua {n} indikator lengkap dan terukur.", total)
        lines.append(Headline(sentence, "#matrix", "good"))
    elif total:
        sentence = _(
            "{sound} dari {all} indikator lengkap dan terukur.", sound=text.number(sound), all=text.number(total)
        )
        lines.append(Headline(sentence, "#matrix", "good" if sound == total else "bad"))
    if facts["without_target"]:
        sentence = n_(
            "{n} dari {all} indikator belum punya target {year}.",
            "{n} dari {all} indikator belum punya target {year}.",
            facts["without_target"],
            all=text.number(total),
            year=text.year(int(facts["target_year"])),
        )
        lines.append(Headline(sentence, blocks.only(chosen, "target_missing"), "bad"))
    if facts["doubled"]:
        sentence = n_(
            "{n} dari {all} indikator tampak ganda atau bertentangan dengan indikator lain.",
            "{n} dari {all} indikator tampak ganda atau bertentangan dengan indikator lain.",
            facts["doubled"],
            all=text.number(total),
        )
        lines.append(Headline(sentence, "#duplicates", "bad"))
    if facts["unregistered"]:
        sentence = n_(
            "{n} indikator disebut laporan tetapi tidak terdaftar; capaiannya tidak dihitung.",
            "{n} indikator disebut laporan tetapi tidak terdaftar; capaiannya tidak dihitung.",
            facts["unregistered"],
        )
        lines.append(Headline(sentence, blocks.only(chosen, "unregistered"), "bad"))
    if facts["worded"] and len(lines) < 4:
        sentence = n_(
            "{n} dari {all} indikator bernama kabur: harapan, kegiatan, atau kata tanpa batasan.",
            "{n} dari {all} indikator bernama kabur: harapan, kegiatan, atau kata tanpa batasan.",
            facts["worded"],
            all=text.number(total),
        )
        lines.append(Headline(sentence, "#worklist", "none"))
    return tuple(lines)


def tiles(facts: Row, chosen: Filters) -> tuple[Tile, ...]:
    """Return four figures: sound indicators, what must and what should be mended, indicators without a target."""
    total = facts["indicators"]
    of_all = _("dari {n} indikator terdaftar", n=text.number(total))
    on = n_("pada {n} indikator", "pada {n} indikator", facts["must_indicators"])
    advised = n_("pada {n} indikator", "pada {n} indikator", facts["should_indicators"])
    year = facts["target_year"]
    return (
        Tile(
            "sound",
            _("Lengkap dan terukur"),
            text.number(facts["sound"]),
            "",
            of_all,
            comparison=_("{n} tanpa catatan sama sekali", n=text.number(facts["clean"])),
            signal="good" if total and facts["sound"] == total else "none",
            link="#matrix",
        ),
        Tile("must", _("Wajib diperbaiki"), text.number(facts["must"]), "", on, link="#worklist"),
        Tile("should", _("Sebaiknya diperbaiki"), text.number(facts["should"]), "", advised, link="#worklist"),
        Tile(
            "target",
            _("Tanpa target {year}", year=year) if year else _("Tanpa target tahun ini"),
            text.number(facts["without_target"]),
            "",
            of_all,
            comparison=_("{n} tanpa realisasi setahun terakhir", n=text.number(facts["silent"])),
            link=blocks.only(chosen, "target_missing") if facts["without_target"] else None,
        ),
    )


def definitions() -> tuple[tuple[str, str], ...]:
    """Return what the page's terms mean."""
    return (
        (
            _("Lengkap dan terukur"),
            _(
                "Tidak ada yang wajib diperbaiki: satuan, formula, polaritas dengan rumus capaian yang pasti, target tahun ini, "
                "penanggung jawab, dan nama yang menyebut satu ukuran."
            ),
        ),
        (
            _("Wajib dan sebaiknya"),
            _(
                "Wajib: tanpa itu capaian tidak dapat dihitung, atau angkanya dapat berarti dua hal. "
                "Sebaiknya: definisi, periode pelaporan, data awal, sumber, bobot, dan kata yang perlu batasan."
            ),
        ),
        (
            _("Kolom daftar indikator"),
            _("Mengikuti metadata indikator Satu Data Indonesia (Perpres 39/2019) dan kebutuhan Perjanjian Kinerja."),
        ),
        (
            _("Kata yang kabur"),
            _(
                "Daftar katanya ada di data/reference/vague_words.csv, bobot masalahnya di indicator_checks.csv; "
                "keduanya dapat diubah kabupaten."
            ),
        ),
        (
            _("Nama hampir sama"),
            _(
                "Dua nama dengan kata yang sama dalam urutan lain, atau dengan ejaan yang berbeda paling banyak dua huruf. "
                "Apakah keduanya satu indikator, manusia yang memutuskan."
            ),
        ),
    )
