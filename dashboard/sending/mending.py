"""A wrong cell mended on the page: the fields beside it, and what was mended, which can be taken back."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dashboard.sending import box
from dashboard.sending.box import Mend
from dashboard.signin import html
from dashboard.words.text import _

PLACE = ("berkas", "lembar", "baris", "kolom", "isi")  # the fields that say which reject a cell is of
_KEYS = ("file", "sheet", "row", "col", "value")


def place(reject: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which reject it is, as its form says it."""
    return tuple(str(reject[key] if reject[key] is not None else "") for key in _KEYS)


def may_mend(reject: Mapping[str, Any]) -> bool:
    """Whether a reject is of one cell whose text is known: of what is of a person only the length or the last digits are."""
    is_hidden = box.is_hidden(str(reject["value"] or ""))
    return bool(reject.get("is_of_a_cell") and reject["row"] and reject["col"]) and not is_hidden


def fields(name: str, reject: Mapping[str, Any], number: str, at: str) -> str:
    """Return the fields by which one cell is mended, folded: what it is to be, and why."""
    if not may_mend(reject):
        return ""
    form = f"betul-{number}"
    hidden = "".join(
        f"<input type='hidden' form='{form}' name='{key}' value='{escape(said)}'>"
        for key, said in (("nama", name), *zip(PLACE, place(reject), strict=True))
    )
    value = html.field(f"nilai-{number}", _("Yang benar"), maxlength="200", form=form, autocomplete="off")
    why = html.field(f"sebab-{number}", _("Mengapa"), hint=_("Misalnya: salah ketik, menurut buku register"), maxlength="200",
                     form=form, autocomplete="off")  # fmt: skip
    named = (
        (value + why)
        .replace(f"name='nilai-{number}'", "name='nilai'")
        .replace(f"name='sebab-{number}'", "name='sebab'")
    )
    button = (
        f"<button class='rp-quiet' form='{form}' formaction='{escape(at)}'>{_('Betulkan dan periksa lagi')}</button>"
    )
    return f"<div class='rp-mend'>{html.fold(_('Betulkan di sini'), hidden + named + button)}</div>"


def forms(numbers: Sequence[str], at: str) -> str:
    """Return the forms that such fields belong to; they stand within another form, so theirs stand outside of it."""
    return "".join(f"<form id='betul-{number}' method='post' action='{escape(at)}'></form>" for number in numbers)


def mended(mends: Sequence[tuple[int, Mend]], at: str) -> str:
    """Return the cells that are read otherwise than they stand, each with the button that takes it back."""
    if not mends:
        return ""
    head = (_("Lembar"), _("Baris"), _("Kolom"), _("Seperti dikirim"), _("Dibetulkan menjadi"), _("Mengapa"), "")
    cells = [
        [
            escape(each.sheet), str(each.row), escape(each.col), f"<code>{escape(each.found)}</code>", f"<code>{escape(each.value)}</code>",
            escape(each.why),
            f"<button class='rp-quiet' formnovalidate formaction='{escape(at)}' name='ke' value='{number}'>{_('Ambil kembali')}</button>",
        ]
        for number, each in mends
    ]  # fmt: skip
    return f"<h3>{_('Dibetulkan di halaman ini; berkasnya sendiri tidak diubah')}</h3>" + html.rows(head, cells)
