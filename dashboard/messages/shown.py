"""Messages and calendars in words and HTML."""

from collections.abc import Mapping, Sequence
from html import escape

from dashboard import registry
from dashboard.access import Asker
from dashboard.messages import wording
from dashboard.messages.facts import Facts
from dashboard.messages.subscriptions import Subscription
from dashboard.messages.told import Told
from dashboard.signin import html
from dashboard.signin.pages import here
from dashboard.words import text
from dashboard.words.text import _, n_

LINE = 44  # letters in a line of a text field on a phone


def messages(every: Sequence[Facts], told: Mapping[str, Told], query: Mapping[str, str]) -> str:
    """Return the messages of units, those with news first; what is grave is open."""
    if not every:
        return html.paragraph(_("Belum ada unit yang wajib melapor: pesan tersusun begitu laporan pertama dimuat."))
    nobody, sought = Told(), query.get("cari", "")

    fresh = {one.unit_id for one in every if not one.items <= told.get(one.unit_id, nobody).items}

    def order(one: Facts) -> tuple[bool, bool, str]:
        return one.unit_id not in fresh, not (one.missing or one.faults), one.unit

    news = len(fresh)
    about = n_("{n} dari {all} unit punya kabar baru sejak pesan terakhirnya.",
               "{n} dari {all} unit punya kabar baru sejak pesan terakhirnya.", news, all=text.number(len(every)))  # fmt: skip
    how = _(
        "Salin lalu tempel di obrolan; kartunya gambar dari pesan yang sama. Pesan tidak memuat nama orang atau angka unit lain."
    )
    search = html.search(registry.MESSAGES, _("Cari unit"), sought) if len(every) > html.MOST else ""
    found = [one for one in every if html.is_sought(one.unit, sought)]
    each = "".join(_message(one, told.get(one.unit_id, nobody), query) for one in sorted(found, key=order)[: html.MOST])
    return f"{html.paragraph(about)}{html.paragraph(how)}{search}{_shown(len(found), sought)}{each}{html.script('copy.js')}"


def _shown(found: int, sought: str) -> str:
    """Return how many are not shown of those found, in words; nothing where all are."""
    if not found:
        return html.paragraph(_("Tidak ada unit dengan kata itu."))
    if found <= html.MOST:
        return ""
    if sought:
        return html.paragraph(_("{most} dari {all} unit dengan kata itu; tambah kata untuk mempersempit.",
                                most=text.number(html.MOST), all=text.number(found)))  # fmt: skip
    return html.paragraph(_("{most} dari {all} unit, yang paling perlu lebih dulu; lainnya lewat pencarian.",
                            most=text.number(html.MOST), all=text.number(found)))  # fmt: skip


def new(one: Facts, told: Told) -> frozenset[str]:
    """Return what a unit was not told yet."""
    return one.items - told.items


def _message(one: Facts, told: Told, query: Mapping[str, str]) -> str:
    words, field = wording.message(one), f"pesan-{one.unit_id}"
    count = len(new(one, told))
    if told.at is None:
        news = _("belum pernah disampaikan")
    else:
        day = text.date(told.at.astimezone().date())
        news = (n_("{n} hal baru sejak {day}", "{n} hal baru sejak {day}", count, day=day) if count
                else _("tidak ada yang baru sejak {day}", day=day))  # fmt: skip
    state = ", ".join(filter(None, [
        n_("{n} belum masuk", "{n} belum masuk", len(one.missing)) if one.missing else "",
        n_("{n} perlu dibetulkan", "{n} perlu dibetulkan", len(one.faults)) if one.faults else "",
    ])) or _("lengkap")  # fmt: skip
    rows = sum(1 + len(line) // LINE for line in words.split("\n"))
    area = (
        f"<label class='rp-unseen' for='{field}'>{escape(_('Pesan untuk {unit}', unit=one.unit))}</label>"
        f"<textarea id='{field}' readonly rows='{rows}'>{escape(words)}</textarea>"
    )
    card = escape(here(f"{registry.MESSAGES}/{one.unit_id}.png", query))
    done = html.form(here(f"{registry.MESSAGES}/sampai", query), "", _("Tandai sudah disampaikan"),
                     {"unit": one.unit_id, "keadaan": one.digest}, is_quiet=True, about=one.unit)  # fmt: skip
    copy = (
        f"<button type='button' data-copy='{field}' data-done='{escape(_('Tersalin.'))}' "
        f"data-failed='{escape(_('Teks terpilih; salin dengan Ctrl+C.'))}'>{escape(_('Salin pesan'))}</button>"
    )
    acts = (
        f"<div class='rp-acts'>{copy}<a class='rp-button rp-quiet' href='{card}' download='pesan-{escape(one.unit_id)}.png'>"
        f"{escape(_('Kartu (PNG)'))}</a>{done if count else ''}<span role='status'></span></div>"
    )
    is_open = " open" if one.missing or one.faults else ""
    head = f"<summary><b>{escape(one.unit)}</b> <span>{escape(state)} · {escape(news)}</span></summary>"
    return f"<details class='rp-message'{is_open}>{head}{area}{acts}</details>"


# --- calendars ---


def subscriptions(
    every: Sequence[Subscription], asker: Asker, query: Mapping[str, str], units: Mapping[str, str]
) -> str:
    """Return the page of calendars: to take along once, and to be fetched by a program again and again."""
    viewer, url = asker.viewer, here(registry.SUBSCRIBE, query)
    all_of = _("Semua unit") if viewer.units is None else _("Semua unit saya")
    if not units:
        return html.paragraph(_("Belum ada laporan yang jatuh tempo: kalender terisi begitu laporan pertama dimuat."))
    sought = query.get("cari", "")
    found, search = html.narrowed(registry.SUBSCRIBE, units, sought)
    options = [*([("", all_of)] if len(units) > 1 and not sought else []), *found]
    if not options:
        return search + _listed(every, asker, url, units, all_of)
    take = (
        f"<form method='get' action='{registry.SUBSCRIBE}/unduh.ics'>"
        f"{html.choice('unit', _('Unit'), options, identity='unit-unduh')}<button>{_('Unduh kalender')}</button></form>"
    )
    about = _(
        "Alamat rahasia untuk aplikasi kalender di ponsel atau komputer: tenggat datang dan berubah sendiri, dengan pengingat tiga hari "
        "sebelumnya. Siapa pun yang punya alamatnya dapat membaca tenggat unit itu, dan tidak yang lain; cabut bila tidak dipakai lagi."
    )
    make = html.form(url, html.choice("unit", _("Unit"), options), _("Buat alamat langganan"))
    listed = _listed(every, asker, url, units, all_of)
    return (
        search
        + html.part(_("Sekali unduh"), html.paragraph(_("Berkas .ics untuk dibuka di aplikasi kalender.")) + take)
        + html.part(_("Langganan"), html.paragraph(about) + make)
        + listed
    )


def _listed(every: Sequence[Subscription], asker: Asker, url: str, units: Mapping[str, str], all_of: str) -> str:
    if not every:
        return ""
    shows_account = asker.viewer.may("manage")
    head = (_("Kalender"), _("Dibuat"), _("Terakhir dipakai"), *([_("Akun")] if shows_account else []), _("Ubah"))
    cells = [
        [
            escape(units.get(one.unit, one.unit) or all_of),
            escape(text.date(one.made_at.astimezone().date())),
            escape(text.date(one.used_on) if one.used_on else _("belum pernah")),
            *([escape(one.account)] if shows_account else []),
            html.form(url, "", _("Cabut"), {"cabut": one.hash}, is_quiet=True, about=units.get(one.unit, all_of)),
        ]
        for one in every
    ]
    return html.part(_("Langganan yang berlaku"), html.rows(head, cells))


def made(address: str) -> str:
    """Return the address of a new subscription, which is shown once."""
    about = _(
        "Alamat kalender Anda, tampil sekali ini saja. Tempelkan di aplikasi kalender: “tambah dari URL” atau “berlangganan”."
    )
    field = (
        f"<label class='rp-unseen' for='alamat'>{_('Alamat kalender')}</label>"
        f"<textarea id='alamat' readonly rows='3'>{escape(address)}</textarea>"
    )
    copy = (
        f"<button type='button' data-copy='alamat' data-done='{escape(_('Tersalin.'))}' "
        f"data-failed='{escape(_('Teks terpilih; salin dengan Ctrl+C.'))}'>{escape(_('Salin alamat'))}</button>"
    )
    return (
        f"<div class='rp-notice rp-good' role='status'>{html.paragraph(about)}{field}<div class='rp-acts'>{copy}"
        f"<span role='status'></span></div></div>{html.script('copy.js')}"
    )
