"""Sendings in words and HTML: what a file is, what it would do, which cell is wrong, what is asked of who sent it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from dashboard import db, filters, registry
from dashboard.access import Viewer
from dashboard.sending import box
from dashboard.sending.box import Sending, Stated
from dashboard.signin import html
from dashboard.signin.pages import here
from dashboard.words import text
from dashboard.words.text import _, n_

FIRST_ROWS = 20  # of rejects, of figures: the rest is counted
Found = Mapping[str, Any]  # what `rapor load --preview --json` says of one file
FIGURES = ("value", "published", "period_before", "year_before")
WAITING = ("reading", "loading")


# --- the page ---


def form(url: str) -> str:
    """Return the form by which files are sent; with a script files are dropped, and what came is shown while it comes."""
    accepted = ",".join(box.ENDINGS)
    about = _(
        "Excel, CSV, ODS atau zip dari obrolan, boleh banyak sekaligus; tidak ada yang dimuat sebelum Anda memeriksanya."
    )
    return (
        f"<form id='rp-send' method='post' enctype='multipart/form-data' action='{escape(url)}'>"
        f"<input id='berkas' class='rp-unseen' name='berkas' type='file' multiple required accept='{accepted}'>"
        f"<label class='rp-drop' for='berkas'><span class='rp-button'>{_('Pilih berkas')}</span>"
        f"<b>{_('atau jatuhkan di sini')}</b><span>{escape(about)}</span></label>"
        f"<p class='rp-sent' role='status' data-words='{escape(_('Mengirim… {pct} %'))}'></p>"
        f"<noscript><button>{_('Kirim')}</button></noscript></form>"
        f"<script src='app/static/send.js' defer></script>"
    )


def due(viewer: Viewer) -> list[dict[str, Any]]:
    """Return the reports of the units that a viewer covers that are due and not in; none where there is no build."""
    try:
        return db.fetch("quality/due", viewer, agency=None, unit=None).rows(named=True)
    except (db.NoBuild, db.OlderBuild):
        return []


def due_part(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return what is due and not in."""
    if not rows:
        return html.part(_("Yang belum masuk"), html.paragraph(_("Semua laporan yang jatuh tempo sudah masuk.")))
    head = (_("Unit"), _("Laporan"), _("Periode"), _("Tenggat"))
    cells = [
        [
            escape(row["unit_name"]),
            escape(text.named(row["report_kind_name"], row["report_kind_name_en"])),
            escape(text.span(row["period"], row["period_months"])),
            escape(text.date(row["due_on"])),
        ]
        for row in rows[:FIRST_ROWS]
    ]
    return html.part(_("Yang belum masuk"), html.rows(head, cells) + _more(len(rows)))


def sent_part(sendings: Sequence[Sending], query: Mapping[str, str]) -> str:
    """Return what was sent, the newest first, and what became of it."""
    if not sendings:
        return html.part(_("Yang sudah dikirim"), html.paragraph(_("Belum ada kiriman.")))
    head = (_("Tanggal"), _("Berkas"), _("Keadaan"))
    cells = [
        [
            f"<a href='{escape(here(f'{registry.SEND}/{one.id}', query))}'>{escape(text.date(one.day.date()))} {one.day:%H.%M}</a>",
            escape(", ".join(one.names[:3]) + (f" +{len(one.names) - 3}" if len(one.names) > 3 else "")),
            escape(states()[one.state]),
        ]
        for one in sendings
    ]
    return html.part(_("Yang sudah dikirim"), html.rows(head, cells))


def states() -> dict[str, str]:
    """Return what the states of a sending are called."""
    return {
        "reading": _("sedang diperiksa"),
        "read": _("menunggu Anda: belum dimuat"),
        "loading": _("sedang dimuat"),
        "loaded": _("sudah dimuat"),
        "cancelled": _("dibatalkan"),
        "failed": _("gagal dimuat; data terbitan tidak berubah"),
    }


# --- one sending ---


def title(sending: Sending) -> str:
    """Return what the page of a sending is called."""
    return n_(
        "Kiriman {date}: {n} berkas",
        "Kiriman {date}: {n} berkas",
        len(sending.names),
        date=text.date(sending.day.date()),
    )


def sending(one: Sending, viewer: Viewer, query: Mapping[str, str]) -> str:
    """Return the page of a sending in its state."""
    back = f"<p><a href='{escape(here(registry.SEND, query))}'>{_('Semua kiriman')}</a></p>"
    if one.state in WAITING:
        from dashboard.sending import jobs  # noqa: PLC0415  it is what runs

        at = escape(here(f"{registry.SEND}/{one.id}/keadaan", query))
        words = escape(far_words(one, jobs.far(one)))
        refresh = "<noscript><meta http-equiv='refresh' content='2'></noscript>"
        waits = f"<p id='rp-far' class='rp-notice rp-good' role='status' data-at='{at}' data-state='{one.state} {one.tries}'>{words}</p>"
        return f"{waits}{refresh}<script src='app/static/send.js' defer></script>{back}"
    if one.state == "loaded":
        return _loaded(one, query) + back
    found = box.answer(one, "preview") or {}
    if one.state == "cancelled":
        return html.paragraph(_("Kiriman ini dibatalkan; tidak ada yang dimuat.")) + back
    notice = ""
    if one.state == "failed":
        fault = (box.answer(one, "load") or {}).get("fault") or _("Pemuatannya terhenti.")
        notice = html.notice(
            f"{fault} {_('Data terbitan tidak berubah; berkasnya tersimpan. Muat lagi bila sudah dibetulkan.')}"
        )
    names = list(enumerate(one.names))
    ready = [name for _n, name in names if may_load(found.get(name, {}), viewer)]
    files = "".join(_file(n, name, found.get(name, {}), viewer, one.stated.get(name, Stated())) for n, name in names)
    return notice + _summary(ready, one.names) + _acts(one, files, ready, found, viewer, query) + back


def _summary(ready: Sequence[str], names: Sequence[str]) -> str:
    if len(ready) == len(names):
        return html.paragraph(n_("{n} berkas siap dimuat.", "{n} berkas siap dimuat.", len(ready)))
    words = _("{n} dari {all} berkas siap dimuat; yang lain disebut di bawah, dengan yang perlu dibetulkan.",
              n=text.number(len(ready)), all=text.number(len(names)))  # fmt: skip
    return html.paragraph(words)


def _acts(
    one: Sending, files: str, ready: Sequence[str], found: Mapping[str, Found], viewer: Viewer, query: Mapping[str, str]
) -> str:
    """Return the files in the form that loads them, with the ways to look again and to take the sending back."""

    def at(what: str) -> str:
        return escape(here(f"{registry.SEND}/{one.id}/{what}", query))

    asks = any(is_asked(each) or is_outside(each, viewer) for each in found.values())
    again = f"<button class='rp-quiet' formaction='{at('sebut')}'>{_('Periksa lagi')}</button>" if asks else ""
    load = n_("Muat {n} berkas", "Muat {n} berkas", len(ready))
    take = f"<button>{escape(load)}</button>" if ready else ""
    cancel = (
        f"<button class='rp-quiet' formaction='{at('batal')}' formnovalidate>{_('Batalkan')}</button>"
        if one.state == "read"
        else ""
    )
    return f"<form method='post' action='{at('muat')}'>{files}<div class='rp-acts rp-last'>{take}{again}{cancel}</div></form>"


def _file(n: int, name: str, found: Found, viewer: Viewer, stated: Stated) -> str:
    """Return one file: what it is, what would become of it, which cells are wrong, what is asked."""
    lines = [_status(found, viewer), *_speaks(found), *_counts(found)]
    body = "".join(html.paragraph(line) for line in lines if line)
    body += _asked(n, found, viewer, stated) + _held(n, found) + _beside(found) + _rejects(found) + _findings(found)
    return html.part(name, body)


def may_load(found: Found, viewer: Viewer) -> bool:
    """Whether a file that was looked at may be loaded by one who sends: something of it would be, of units that he covers."""
    files = found.get("files") or []
    return any(file["status"] in ("accepted", "partly", "held") for file in files) and not is_outside(found, viewer)


def is_outside(found: Found, viewer: Viewer) -> bool:
    """Whether a file speaks of units that one who sends does not cover, or of none where he covers but some."""
    if viewer.units is None:
        return False
    units = {unit for spoken in found.get("spoken", ()) for unit in spoken["unit_ids"]}
    return not units or not box.covers(viewer, units)


def is_asked(found: Found) -> bool:
    """Whether a file was refused, so that what its sender says of it may help."""
    return any(file["status"] == "refused" for file in found.get("files") or ())


def _status(found: Found, viewer: Viewer) -> str:
    if found.get("fault"):
        return found["fault"]
    if not found.get("files"):
        return _("Tidak ada laporan di berkas ini.")
    names = {
        "accepted": _("Dapat dimuat."), "partly": _("Dapat dimuat sebagian: sel yang disebut di bawah tidak."),
        "refused": _("Tidak dapat dimuat."), "held": "",
        "unchanged": _("Sudah pernah dimuat; tidak ada yang berubah."), "withdrawn": _("Sudah ditarik."),
    }  # fmt: skip
    words = [f"{names.get(file['status'], file['status'])} {file['reason']}".strip() for file in found["files"]]
    if not is_asked(found) and found.get("spoken") and is_outside(found, viewer):
        return _("Tidak dapat Anda kirim: berkas ini menyangkut unit lain daripada unit Anda.")
    return " ".join(words)


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
    if not is_asked(found):
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
    words = _("Ya, pakai versi ini: angka yang disebut di bawah diganti atau hilang.")
    return f"<p class='rp-check'><label><input type='checkbox' name='sah-{n}' value='1'> {escape(words)}</label></p>"


def _beside(found: Found) -> str:
    """Return the figures of a file beside those that are published, the period before and a year before."""
    every = found.get("beside") or ()
    if not every:
        return ""
    rows = [row for row in every if not _is_same(row)]
    same = n_("{n} angka sama dengan yang terbit.", "{n} angka sama dengan yang terbit.", len(every) - len(rows))
    told = html.paragraph(same) if len(every) > len(rows) else ""
    return told + (_figures(rows) if rows else "")


def _is_same(row: Mapping[str, Any]) -> bool:
    return row["published"] is not None and (row["value"], row["text"]) == (row["published"], row["published_text"])


def _figures(rows: Sequence[Mapping[str, Any]]) -> str:
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
    return html.rows(head, cells) + _more(len(rows))


def _figure(row: Mapping[str, Any], key: str) -> str:
    words = row.get({"value": "text", "published": "published_text"}.get(key, ""))
    value = row.get(key)
    return words or (text.MISSING if value is None else text.number(value, 0 if float(value).is_integer() else 2))


def _rejects(found: Found) -> str:
    """Return which cells are wrong, what they hold, why, and what to do."""
    rows = found.get("rejects") or ()
    if not rows:
        return ""
    english = text.language() == "en"
    head = (_("Lembar"), _("Baris"), _("Kolom"), _("Isinya"), _("Mengapa"), _("Perbaikan"))
    cells = [
        [
            escape(str(row["sheet"] or "")), escape(str(row["row"] or "")), escape(str(row["col"] or "")),
            f"<code>{escape(str(row['value'] if row['value'] is not None else ''))}</code>",
            escape(str(row["reason_en" if english else "reason"] or "")), escape(str(row["mend_en" if english else "mend"] or "")),
        ]
        for row in rows[:FIRST_ROWS]
    ]  # fmt: skip
    head_words = n_("{n} sel atau baris ditolak", "{n} sel atau baris ditolak", found.get("rejects_count", len(rows)))
    return f"<h3>{escape(head_words)}</h3>" + html.rows(head, cells) + _more(found.get("rejects_count", len(rows)))


def _findings(found: Found) -> str:
    """Return what was understood and yet looks odd."""
    english = text.language() == "en"
    said = {file["reason"] for file in found.get("files") or ()}
    rows = [row for row in found.get("findings") or () if row["severity"] == "attention" and row["message"] not in said]
    if not rows:
        return ""
    lines = "".join(f"<li>{escape(row['message_en' if english else 'message'])}</li>" for row in rows[:FIRST_ROWS])
    return f"<h3>{_('Yang perlu diperiksa')}</h3><ul>{lines}</ul>" + _more(len(rows))


def _more(count: int) -> str:
    left = count - FIRST_ROWS
    return html.paragraph(n_("{n} lagi tidak ditampilkan.", "{n} lagi tidak ditampilkan.", left)) if left > 0 else ""


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value else None


# --- what became of it ---


def _loaded(one: Sending, query: Mapping[str, str]) -> str:
    said = box.answer(one, "load") or {"reports": []}
    files = [file for report in said["reports"] for file in report["files"]]
    names = {
        "accepted": _("diterima"), "partly": _("diterima sebagian"), "refused": _("ditolak"), "held": _("ditahan"),
        "unchanged": _("tidak ada yang baru"), "withdrawn": _("ditarik"),
    }  # fmt: skip
    head = (_("Berkas"), _("Hasil"), _("Baris terbit"), _("Digantikan berkas lain"), _("Baris ditolak"))
    cells = [
        [
            escape(file["name"]), escape(names.get(file["status"], file["status"])),
            *(text.number(file[rows]) for rows in ("rows_published", "rows_superseded", "rows_rejected")),
        ]
        for file in files
    ]  # fmt: skip
    cells += [[escape(name), escape(_("tidak dimuat")), "", "", ""] for name in one.left_out]
    found = box.answer(one, "preview") or {}
    moved = [row for name in one.names if name not in one.left_out for row in found.get(name, {}).get("beside") or ()]
    changed = [row for row in moved if not _is_same(row)]
    what = (
        f"<h3>{_('Angka yang berubah')}</h3>{_figures(changed)}"
        if changed
        else html.paragraph(_("Tidak ada angka terbit yang berubah."))
    )
    what = _still_held(one, {file["name"] for file in files if file["status"] == "held"}, query) + what
    done = html.notice(_("Selesai: data terbitan baru {build}.", build=one.build_id), "good")
    ways = ((registry.OVERVIEW, _("Lihat ringkasan")), (registry.QUALITY, _("Lihat mutu data")))
    links = "".join(
        f"<a class='rp-button' href='{escape(here(url, query))}'>{escape(words)}</a> " for url, words in ways
    )
    return done + html.rows(head, cells) + what + f"<p class='rp-last'>{links}</p>"


def _still_held(one: Sending, held: Collection[str], query: Mapping[str, str]) -> str:
    """Return the files that were held when they were loaded, each with the word that takes it all the same."""
    if not held:
        return ""
    words = _("Masih ditahan, angka lama tetap dipakai. Bila berkas ini memang menggantikannya, sahkan:")
    url = here(f"{registry.SEND}/{one.id}/muat", query)
    forms = "".join(
        html.form(url, html.paragraph(name), _("Pakai versi ini"), {f"sah-{n}": "1"}, is_quiet=True, about=name)
        for n, name in enumerate(one.names) if name in held
    )  # fmt: skip
    return html.notice(words) + forms


def far_words(one: Sending, far: tuple[int, int, str]) -> str:
    """Return how far the work on a sending is, in words."""
    done, total, stage = far
    if one.state == "reading":
        return _("Memeriksa berkas: {done} dari {all}…", done=text.number(done), all=text.number(total))
    names = {"wait": _("Menunggu giliran memuat…"), "read": _("Membaca berkas"), "build": _("Menyusun data")}
    words = names.get(stage, _("Menyusun data"))
    return f"{words}: {text.number(done)}/{text.number(total)}" if total else words
