"""Data saya: an employee's own record, the reasons for his place, what is missing and how to mend it, and his replies."""

from collections.abc import Mapping
from functools import partial

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.areas.accountability import feeds, person, why
from dashboard.areas.accountability.ranking import windowed
from dashboard.areas.accountability.words import definitions
from dashboard.areas.own.missing import missing_block
from dashboard.filters import Filters
from dashboard.parts import page_frame
from dashboard.replies import blocks as replies
from dashboard.snapshot import Headline, Snapshot, TextBlock
from dashboard.words.text import _, n_


def compose(chosen: Filters, viewer: Viewer, _query: Mapping[str, str]) -> Snapshot:
    """Return the page of the viewer himself; of who is no employee in the data, words that say so."""
    frame = page_frame.frame(chosen, viewer)
    record = person.read(partial(db.fetch_own, viewer=viewer, **chosen.parameters())) if viewer.employee else None
    if record is None:
        words = _(
            "Akun ini belum dihubungkan dengan pegawai di data. Pengelola menghubungkannya, atau daftar pegawai unit "
            "perlu dikirim dulu."
        )
        nothing = TextBlock("person", _("Belum ada data tentang Anda"), words)
        return Snapshot(page=registry.OWN, title=_("Data saya"), blocks=(nothing,), **frame)
    who, lacking = record.who, missing_block(record)
    count = lacking.table.height
    last = Headline(
        n_(
            "{n} hal belum ada atau perlu diperbaiki.", "{n} hal belum ada atau perlu diperbaiki.", count
        ) if count else _("Semua yang jatuh tempo sudah ada."),
        "#missing", "bad" if count else "good",
    )  # fmt: skip
    return Snapshot(
        page=registry.OWN,
        title=who["employee_name"],
        headlines=(
            Headline(windowed(why.standing(who), record.found), "#reasons", person.SIGNALS[who["tier"]]),
            Headline(person.identity(who)),
            last,
        ),
        tiles=person.tiles(who, record.history),
        blocks=(
            lacking,
            why.reasons_block(who, record.parts, record.history, record.neighbours),
            *person.blocks(who, record.parts, record.history),
            person.indicators_table(record.indicators),
            *feeds.block(record.feeds),
            person.history_table(record.history),
            replies.own(viewer),
        ),
        definitions=definitions(viewer),
        **frame,
    )
