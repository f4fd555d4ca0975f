"""One file of a sending in words and HTML: what it is, what it would do, which cell is wrong, what is asked of who sent it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from dashboard import db, filters
from dashboard.access import Viewer
from dashboard.sending import box, mending
from dashboard.sending.box import Mend, Sending, Stated
from dashboard.signin import html
from dashboard.words import text
from dashboard.words.text import _, n_

FIRST_ROWS = 20  # of rejects, of figures: the rest is counted
FIGURES = ("value", "published", "period_before", "year_before")
Found = Mapping[str, Any]  # what `rapor load --preview --json` says of one file


@dataclass(frozen=True)
class Ways:
    """Where a file is had with its marks, where a cell of it is mended, and where that is taken back; `mends` are its cells that are so."""

    back: str
    mend: str
    undo: str
    mends: tuple[tuple[int, Mend], ...] = ()


def section(n: int, name: str, found: Found, viewer: Viewer, stated: Stated, *, ways: Ways | None) -> str:
    """Return one file: what it is, what would become of it, which cells are wrong, what is asked.

    Of a file of other units no figure is told. No `ways` are there where who asks is not told what its cells hold: of a list of persons
    its sender is, and who reads names.
    """
    is_far = is_outside(found, viewer)
    lines = [*_status(found, viewer), *([] if is_far else [*_speaks(found), *_counts(found)])]
    body = "".join(html.paragraph(line) for line in lines if line) + _asked(n, found, viewer, stated)
    body += "" if is_far else _held(n, found) + _beside(found)
    if ways:  # what the file itself holds
        body += _rejects(n, name, found, ways) + (marked(ways.back, name) if is_wrong(found) else "")
        body += mending.mended(ways.mends, ways.undo)
        body += "" if is_far else _findings(found)
    return html.part(name, body)


def forms(n: int, found: Found, ways: Ways | None) -> str:
    """Return the forms that the fields of a file's wrong cells belong to."""
    rejects = (found.get("rejects") or ())[:FIRST_ROWS] if ways else ()
    return mending.forms(
        [f"{n}-{k}" for k, each in enumerate(rejects) if mending.may_mend(each)], ways.mend if ways else ""
    )


def may_load(found: Found, viewer: Viewer) -> bool:
    """Whether a file that was looked at may be loaded by one who sends: something of it would be, of units that he covers."""
    files = found.get("files") or []
    return any(file["status"] in ("accepted", "partly", "held") for file in files) and not is_outside(found, viewer)


def is_ready(one: Sending, name: str, found: Found, viewer: Viewer) -> bool:
    """Whether a file of a sending may be loaded: looked at with what is said of it now. One that gives nothing any more may, too."""
    is_emptied = any(each.name == name for each in one.undone) and not found.get("spoken")
    return one.is_looked_at(found, name) and (is_emptied or may_load(found, viewer))


def is_outside(found: Found, viewer: Viewer) -> bool:
    """Whether a file touches units that one who sends does not cover."""
    return box.is_outside(found, viewer.units)


def is_asked(found: Found) -> bool:
    """Whether a file was refused, so that what its sender says of it may help."""
    return any(file["status"] == "refused" for file in found.get("files") or ())


def _status(found: Found, viewer: Viewer) -> list[str]:
    """Return what would become of a file, and why; what is said of many of a zip is said once, with how many."""
    if found.get("fault"):
        return [found["fault"]]
    if not found.get("files"):
        return [_("Tidak ada laporan di berkas ini.")]
    names = {
        "accepted": _("Dapat dimuat."), "partly": _("Dapat dimuat sebagian: sel yang disebut di bawah tidak."),
        "refused": _("Tidak dapat dimuat."), "held": "",
        "unchanged": _("Sudah pernah dimuat; tidak ada yang berubah."), "withdrawn": _("Sudah ditarik."),
    }  # fmt: skip
    if is_outside(found, viewer) and found.get("spoken"):
        return [
            _(
                "Tidak dapat Anda kirim: berkas ini menyangkut unit atau pegawai lain daripada unit Anda, atau yang tidak dikenal."
            )
        ]
    words = Counter(f"{names.get(file['status'], file['status'])} {file['reason']}".strip() for file in found["files"])
    before = dict.fromkeys(file.get("corrects") for file in found["files"] if file.get("corrects"))
    told = [_("Ini perbaikan dari {name}, yang digantikannya.", name=name) for name in before]
    return [*told, *(f"{count} × {said}" if count > 1 else said for said, count in words.most_common(FIRST_ROWS))]


def _speaks(found: Found) -> list[str]:
    kinds = dict.fromkeys(file["source_title"] for file in found.get("files") or () if file["source_title"])
    said = []
    for spoken in found.get("spoken", ()):
        units = ", ".join(spoken["units"][:4]) + (f" +{len(spoken['units']) - 4}" if len(spoken["units"]) > 4 else "")
        first, last = _day(spoken["first_month"]), _day(spoken["last_month"])
        when = text.period(first, last) if first and last else ""
        said.append(" · ".join(part for part in (", ".join(kinds), units, when) if part))
    return said


def _counts(found: Found) -> list[str]:
    return [
        _("{accepted} dari {read} baris diterima, {rejected} ditolak, {other} judul, jumlah atau catatan.",
          accepted=text.number(file["rows_accepted"]), read=text.number(file["rows_read"]),
          rejected=text.number(file["rows_rejected"]),
          other=text.number(file["rows_total"] + file["rows_other"]))
        for file in found.get("files") or () if file["rows_read"]
    ]  # fmt: skip


def _asked(n: int, found: Found, viewer: Viewer, stated: Stated) -> str:
    """Return what the sender may say of a file that was refused: which report it is, whose, of when."""
    if not is_asked(found) and stated == Stated():
        return ""
    options = [("", _("menurut berkasnya")), *((kind, words) for kind, words in _kinds().items())]
    units = [("", _("menurut berkasnya")), *_units(viewer).items()]
    words = _("Bila berkasnya sendiri tidak menyebut, sebutkan di sini lalu periksa lagi:")
    period = html.field(f"periode-{n}", _("Periode"), hint=_("Misalnya 2026-10, TW III 2026, atau 2026"), value=stated.period,
                        maxlength="60").replace(" required", "")  # fmt: skip
    return (
        f"<fieldset class='rp-asked'><legend>{escape(words)}</legend>"
        f"{html.choice(f'jenis-{n}', _('Laporan'), options, stated.source)}"
        f"{html.choice(f'unit-{n}', _('Unit'), units, stated.unit)}{period}</fieldset>"
    )


def _kinds() -> dict[str, str]:
    return {
        "kunjungan": _("Kunjungan"), "survei": _("Survei kepuasan"), "realisasi": _("Realisasi indikator"),
        "target": _("Target indikator"), "daftar indikator": _("Daftar indikator"), "pegawai": _("Daftar pegawai"),
        "evaluasi": _("Evaluasi pegawai"), "skp individu": _("Indikator individu"),
    }  # fmt: skip


def _units(viewer: Viewer) -> dict[str, str]:
    """Return the units that one who sends may send for, by the names that a reading knows."""
    try:
        chosen = filters.read({}, db.build().first_month, db.build().last_month)
        return {name: name for name in filters.options("unit", viewer, chosen).values()}
    except (db.NoBuild, db.OlderBuild):
        return {}


def _held(n: int, found: Found) -> str:
    if not any(file["status"] == "held" for file in found.get("files") or ()):
        return ""
    words = _("Ya, pakai versi ini, walau angka yang sudah terbit diganti atau hilang.")
    return f"<p class='rp-check'><label><input type='checkbox' name='sah-{n}' value='1'> {escape(words)}</label></p>"


def _beside(found: Found) -> str:
    """Return the figures of a file beside those that are published, the period before and a year before."""
    every = found.get("beside") or ()
    if not every:
        return ""
    rows = [row for row in every if not is_same(row)]
    same = n_("{n} angka sama dengan yang terbit.", "{n} angka sama dengan yang terbit.", len(every) - len(rows))
    told = html.paragraph(same) if len(every) > len(rows) else ""
    return told + (figures(rows) if rows else "")


def is_same(row: Mapping[str, Any]) -> bool:
    """Whether a figure of a file is as published."""
    return row["published"] is not None and (row["value"], row["text"]) == (row["published"], row["published_text"])


def figures(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return figures beside those that are published, the period before and a year before."""
    head = (
        _("Unit"),
        _("Apa"),
        _("Periode"),
        _("Berkas ini"),
        _("Terbit sekarang"),
        _("Periode sebelumnya"),
        _("Setahun sebelumnya"),
    )
    cells = [
        [
            escape(row["unit"] or row["unit_id"] or ""),
            escape(row["item"] or _("Kunjungan")),
            escape(text.span(_day(row["period"]), row["period_months"])),
            *(f"<span class='rp-figure'>{escape(_figure(row, key))}</span>" for key in FIGURES),
        ]
        for row in rows[:FIRST_ROWS]
    ]
    return html.rows(head, cells) + more(len(rows))


def _figure(row: Mapping[str, Any], key: str) -> str:
    return figure(row.get(key), row.get({"value": "text", "published": "published_text"}.get(key, "")))


def figure(value: float | None, words: str | None) -> str:
    """Return a figure, in the words of its report where it has some."""
    return words or (text.MISSING if value is None else text.number(value, 0 if float(value).is_integer() else 2))


def _rejects(n: int, name: str, found: Found, ways: Ways) -> str:
    """Return which cells are wrong, what they hold, why, and what to do, with the fields by which one cell is mended here."""
    rows = found.get("rejects") or ()
    if not rows:
        return ""
    english = text.language() == "en"
    head = (_("Lembar"), _("Baris"), _("Kolom"), _("Isinya"), _("Mengapa"), _("Perbaikan"))
    why, mend = ("reason_en", "mend_en") if english else ("reason", "mend")
    cells = [
        [
            *(escape(str(row[key] or "")) for key in ("sheet", "row", "col")),
            f"<code>{escape(str(row['value'] if row['value'] is not None else ''))}</code>", escape(str(row[why] or "")),
            f"<div>{escape(str(row[mend] or ''))}{mending.fields(name, row, f'{n}-{k}', ways.mend)}</div>",
        ]
        for k, row in enumerate(rows[:FIRST_ROWS])
    ]  # fmt: skip
    head_words = n_("{n} sel atau baris ditolak", "{n} sel atau baris ditolak", found.get("rejects_count", len(rows)))
    return f"<h3>{escape(head_words)}</h3>" + html.rows(head, cells) + more(found.get("rejects_count", len(rows)))


def is_wrong(found: Found) -> bool:
    """Whether something of a file was refused, so that there is something to mark in it."""
    return bool(found.get("rejects")) or is_asked(found)


def marked(url: str, name: str) -> str:
    """Return the way to a file with its marks."""
    words = _("Unduh berkas Anda dengan tandanya")
    about = _(
        "{name}: sel yang salah diberi komentar, daftarnya di lembar pertama; selebihnya seperti berkas Anda.",
        name=name,
    )
    label = escape(f"{words}: {name}")
    link = f"<a class='rp-button' download href='{escape(url)}' aria-label='{label}'>{words}</a>"
    return f"<p class='rp-marked'>{link} <small>{escape(about)}</small></p>"


def _findings(found: Found) -> str:
    """Return what was understood and yet looks odd."""
    english = text.language() == "en"
    said = {file["reason"] for file in found.get("files") or ()}
    rows = [row for row in found.get("findings") or () if row["severity"] == "attention" and row["message"] not in said]
    if not rows:
        return ""
    lines = "".join(f"<li>{escape(row['message_en' if english else 'message'])}</li>" for row in rows[:FIRST_ROWS])
    return f"<h3>{_('Yang perlu diperiksa')}</h3><ul>{lines}</ul>" + more(len(rows))


def more(count: int) -> str:
    """Return how many rows are not shown."""
    left = count - FIRST_ROWS
    return html.paragraph(n_("{n} lagi tidak ditampilkan.", "{n} lagi tidak ditampilkan.", left)) if left > 0 else ""


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value else None
