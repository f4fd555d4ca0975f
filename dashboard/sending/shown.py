"""Sendings in words and HTML: the page they are sent from, one that waits, one that asks, one that was loaded."""

from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Any

from dashboard import db, registry
from dashboard.access import Asker, Viewer
from dashboard.sending import box, files, mending
from dashboard.sending.box import Sending, Stated
from dashboard.signin import html
from dashboard.signin.pages import here
from dashboard.words import text
from dashboard.words.text import _, n_
from queries.endings import ENDINGS

WAITING = ("reading", "loading")


# --- the page ---


def form(url: str) -> str:
    """Return the form by which files are sent; with a script files are dropped, and what came is shown while it comes."""
    accepted = ",".join(ENDINGS)
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
        f"{html.script('send.js')}"
    )


def due(viewer: Viewer) -> list[dict[str, Any]]:
    """Return the reports of the units that a viewer covers that are due and not in; none where there is no build."""
    try:
        return db.fetch("quality/due", viewer, agency=None, unit=None).rows(named=True)
    except (db.NoBuild, db.OlderBuild):
        return []


def due_part(rows: Sequence[Mapping[str, Any]], query: Mapping[str, str]) -> str:
    """Return what is due and not in, and the way to forms to fill in."""
    forms = f"<p><a href='{escape(here(registry.FORMS, query))}'>{escape(_('Formulir untuk diisi'))}</a></p>"
    if not rows:
        return html.part(
            _("Yang belum masuk"), html.paragraph(_("Semua laporan yang jatuh tempo sudah masuk.")) + forms
        )
    head = (_("Unit"), _("Laporan"), _("Periode"), _("Tenggat"))
    cells = [
        [
            escape(row["unit_name"]),
            escape(text.named(row["report_kind_name"], row["report_kind_name_en"])),
            escape(text.span(row["period"], row["period_months"])),
            escape(text.date(row["due_on"])),
        ]
        for row in rows[: files.FIRST_ROWS]
    ]
    return html.part(_("Yang belum masuk"), html.rows(head, cells) + files.more(len(rows)) + forms)


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


def sending(one: Sending, asker: Asker, query: Mapping[str, str]) -> str:
    """Return the page of a sending in its state."""
    viewer = asker.viewer
    back = f"<p><a href='{escape(here(registry.SEND, query))}'>{_('Semua kiriman')}</a></p>"
    if one.state in WAITING:
        from dashboard.sending import jobs  # noqa: PLC0415  it is what runs

        at = escape(here(f"{registry.SEND}/{one.id}/keadaan", query))
        words = escape(far_words(one, jobs.far(one)))
        refresh = "<noscript><meta http-equiv='refresh' content='2'></noscript>"
        waits = f"<p id='rp-far' class='rp-notice rp-good' role='status' data-at='{at}' data-state='{one.state} {one.tries}'>{words}</p>"
        return f"{waits}{refresh}{html.script('send.js')}{back}"
    if one.state == "loaded":
        return _loaded(one, asker, query) + back
    found = box.answer(one, "preview") or {}
    if one.state == "cancelled":
        return _cancelled(one, asker, query) + back
    notice = ""
    if one.state == "failed":
        fault = (box.answer(one, "load") or {}).get("fault") or _("Pemuatannya terhenti.")
        notice = html.notice(
            f"{fault} {_('Data terbitan tidak berubah; berkasnya tersimpan. Muat lagi bila sudah dibetulkan.')}"
        )
    names = list(enumerate(one.names))
    ready = [name for _n, name in names if files.is_ready(one, name, found.get(name, {}), viewer)]
    ways = [_ways(one, n, query) if tells_cells(one, asker) else None for n, _name in names]
    each = "".join(
        files.section(n, name, found.get(name, {}), viewer, one.stated.get(name, Stated()), ways=ways[n])
        for n, name in names
    )
    notice += _unknown(one, found, query)
    outside = "".join(files.forms(n, found.get(name, {}), ways[n]) for n, name in names)
    return notice + _summary(ready, one.names) + _acts(one, each, ready, found, asker, query) + outside + back


def _cancelled(one: Sending, asker: Asker, query: Mapping[str, str]) -> str:
    said = html.paragraph(_("Kiriman ini dibatalkan; tidak ada yang dimuat."))
    if not (box.may_be_opened_again(one) and box.may_cancel(one, asker)):
        return said
    kept = n_("Berkasnya masih disimpan, sampai {n} hari sesudah dibatalkan.",
              "Berkasnya masih disimpan, sampai {n} hari sesudah dibatalkan.", box.CANCELLED_DAYS)  # fmt: skip
    button = f"<button class='rp-quiet'>{escape(_('Buka lagi'))}</button>"
    at = escape(here(f"{registry.SEND}/{one.id}/buka", query))
    return f"{said}{html.paragraph(kept)}<form method='post' action='{at}'>{button}</form>"


def _ways(one: Sending, n: int, query: Mapping[str, str]) -> files.Ways:
    """Return what can be done with one file of a sending."""
    at = (here(f"{registry.SEND}/{one.id}/{what}", query) for what in (f"tanda/{n}", "betul", "pulih"))
    return files.Ways(*at, tuple((k, each) for k, each in enumerate(one.mended) if each.name == one.names[n]))


def tells_cells(one: Sending, asker: Asker) -> bool:
    """Whether one who asks is told what cells of a sending hold: who sent it, or reads names anyhow."""
    return asker.viewer.sees_names or one.by == asker.name


def _unknown(one: Sending, found: Mapping[str, files.Found], query: Mapping[str, str]) -> str:
    """Return how many names no register knows, with the way to say what they mean: once for all files to come."""
    count = len({(name["table"], name["name"]) for each in found.values() for name in each.get("names", ())})
    if not count:
        return ""
    words = n_("{n} nama belum terdaftar; barisnya ditolak.", "{n} nama belum terdaftar; barisnya ditolak.", count)
    url = escape(here(f"{registry.SEND}/{one.id}/nama", query))
    return html.notice(words) + f"<p><a class='rp-button rp-quiet' href='{url}'>{escape(_('Sebutkan artinya'))}</a></p>"


def _summary(ready: Sequence[str], names: Sequence[str]) -> str:
    if len(ready) == len(names):
        return html.paragraph(n_("{n} berkas siap dimuat.", "{n} berkas siap dimuat.", len(ready)))
    words = _("{n} dari {all} berkas siap dimuat; yang lain disebut di bawah, dengan yang perlu dibetulkan.",
              n=text.number(len(ready)), all=text.number(len(names)))  # fmt: skip
    return html.paragraph(words)


def _acts(
    one: Sending,
    shown: str,
    ready: Sequence[str],
    found: Mapping[str, files.Found],
    asker: Asker,
    query: Mapping[str, str],
) -> str:
    """Return the files in the form that loads them, with the ways to look again and to take the sending back."""

    def at(what: str) -> str:
        return escape(here(f"{registry.SEND}/{one.id}/{what}", query))

    asks = any(files.is_asked(each) or files.is_outside(each, asker.viewer) for each in found.values())
    again = f"<button class='rp-quiet' formaction='{at('sebut')}'>{_('Periksa lagi')}</button>" if asks else ""
    load = n_("Muat {n} berkas", "Muat {n} berkas", len(ready))
    take = f"<button>{escape(load)}</button>" if ready else ""
    cancel = (
        f"<button class='rp-quiet' formaction='{at('batal')}' formnovalidate>{_('Batalkan')}</button>"
        if one.state == "read" and box.may_cancel(one, asker)
        else ""
    )
    return f"<form method='post' action='{at('muat')}'>{shown}<div class='rp-acts rp-last'>{take}{again}{cancel}</div></form>"


# --- what became of it ---


def _loaded(one: Sending, asker: Asker, query: Mapping[str, str]) -> str:
    said = box.answer(one, "load") or {"reports": []}
    loaded = [file for report in said["reports"] for file in report["files"]]
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
        for file in loaded
    ]  # fmt: skip
    cells += [[escape(name), escape(_("tidak dimuat")), "", "", ""] for name in one.left_out]
    what = _wrong(one, asker, loaded, query) + _changed(one, asker.viewer)
    held = {name for file in loaded if file["status"] == "held" for name in (file["name"], file["folder"])}
    what = _still_held(one, held & set(one.names), query) + what
    done = html.notice(_("Selesai: data terbitan baru {build}.", build=one.build_id), "good")
    ways = ((registry.OVERVIEW, _("Lihat ringkasan")), (registry.QUALITY, _("Lihat mutu data")))
    links = "".join(
        f"<a class='rp-button' href='{escape(here(url, query))}'>{escape(words)}</a> " for url, words in ways
    )
    return done + html.rows(head, cells) + what + f"<p class='rp-last'>{links}</p>"


def _wrong(one: Sending, asker: Asker, loaded: Sequence[Mapping[str, Any]], query: Mapping[str, str]) -> str:
    """Return the ways to the files in which something was refused, marked."""
    wrong = {
        name
        for file in loaded
        if file["rows_rejected"] or file["status"] == "refused"
        for name in (file["name"], file["folder"])
    }
    ways = "".join(
        files.marked(here(f"{registry.SEND}/{one.id}/tanda/{n}", query), name)
        for n, name in enumerate(one.names) if name in wrong and tells_cells(one, asker)
    )  # fmt: skip
    own = (
        [each for n in range(len(one.names)) for each in _ways(one, n, query).mends] if tells_cells(one, asker) else []
    )
    undo = mending.mended(own, here(f"{registry.SEND}/{one.id}/pulih", query))
    undo = f"<form method='post'>{undo}</form>" if undo else ""
    again = here(f"{registry.SEND}/{one.id}/buka", query)
    mend = html.form(again, "", _("Betulkan selnya di halaman ini"), is_quiet=True) if ways else ""
    return html.part(_("Yang perlu diperbaiki"), ways + mend) * bool(ways) + undo


def _changed(one: Sending, viewer: Viewer) -> str:
    """Return which published figures of the units that a viewer covers the load revised or took away, and how many are new."""
    try:
        with db.using(db.kept(one.build_id)):
            rows = db.fetch("quality/changed", viewer).rows(named=True)
    except (db.NoBuild, db.OlderBuild):
        return ""
    head = (_("Unit"), _("Apa"), _("Periode"), _("Sebelumnya"), _("Sekarang"))
    cells = [
        [
            escape(row["unit"] or row["unit_id"] or ""), escape(row["item"] or kinds().get(row["kind"], row["kind"])),
            escape(text.span(row["period"], row["period_months"])),
            *(f"<span class='rp-figure'>{escape(files.figure(row[value], row[words]))}</span>"
              for value, words in (("value_before", "text_before"), ("value_after", "text_after"))),
        ]
        for row in rows[: files.FIRST_ROWS]
    ]  # fmt: skip
    if not rows:
        return html.paragraph(_("Tidak ada angka terbit yang diganti atau hilang."))
    return html.part(_("Angka terbit yang berubah"), html.rows(head, cells) + files.more(len(rows)))


def kinds() -> dict[str, str]:
    """Return what the kinds of figures of a comparison are called."""
    return {
        "visit": _("Kunjungan"), "realisation": _("Realisasi indikator"), "target": _("Target indikator"),
        "index": _("Survei kepuasan"),
    }  # fmt: skip


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


def far_words(one: Sending, far: tuple[int, int, str, float]) -> str:
    """Return how far the work on a sending is, in words."""
    done, total, stage, share = far
    within = _(" (berkas ini {share} terbaca)", share=text.pct(int(share * 100), 0)) if share else ""
    if one.state == "reading":
        return _("Memeriksa berkas: {done} dari {all}…", done=text.number(done), all=text.number(total)) + within
    names = {"wait": _("Menunggu giliran memuat…"), "read": _("Membaca berkas"), "build": _("Menyusun data")}
    words = names.get(stage, _("Menyusun data"))
    return f"{words}: {text.number(done)}/{text.number(total)}{within}" if total else words
