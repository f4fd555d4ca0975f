"""The question as one sentence, each of whose words is a choice: what it says stands in the address, and static/ask.js changes it.

A choice is the keys and words that it puts into the address, a key without a word being taken out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from urllib.parse import quote, urlencode

from dashboard import db, filters
from dashboard.access import Viewer
from dashboard.explore import charts, groups, question
from dashboard.explore.question import Asked, named
from dashboard.explore.words import name_of, within
from dashboard.filters import Filters
from dashboard.words import text
from dashboard.words.text import _
from queries import months
from queries.explore.beside import beside
from queries.explore.slices import AGGREGATIONS, COMPARISONS, GRAINS, Refused, facet_sql
from queries.explore.tables import Column, tables

MOST_OPTIONS = 500
SEARCHED = 12  # options, from which a list has a field to search it
Patch = Mapping[str, str]  # keys of the address and their words


@dataclass(frozen=True)
class Option:
    """One choice: what it is called, what it puts into the address, whether it is the one that holds, and its group."""

    words: str
    patch: Patch
    is_chosen: bool = False
    group: str = ""


def as_html(asked: Asked, chosen: Filters, viewer: Viewer) -> str:
    """Return the sentence with its choices."""
    slice_ = asked.slice
    facet = slice_.of.columns[slice_.of.facet]
    parts = [
        _select(_("Ukuran"), "ukuran", _measures(asked)),
        *(
            [_select(_("Ukuran kedua"), "bersama", _seconds(asked), is_quiet=asked.second is None)]
            if _grouped(asked)
            else []
        ),
    ]
    if asked.look == "groups":
        parts += [
            _select(_("Baris"), "baris", _rows(asked)),
            _select(_("Kolom"), "kolom", _columns(asked), is_quiet=slice_.column is None),
        ]
    parts += [
        _select(_("Periode"), "periode", _periods(asked, chosen)),
        _facet(asked, slice_.of.columns["unit"], viewer),
    ]
    parts += [_facet(asked, facet, viewer)] if facet.name != "unit" else []
    if asked.look == "groups":
        parts.append(_select(_("Pembanding"), "terhadap", _comparisons(asked), is_quiet=slice_.compare is None))
        if slice_.compare == "unit":
            parts.append(_select(_("Unit pembanding"), "pembanding", _units(asked, chosen, viewer)))
    parts.append(_more(asked, chosen, viewer, {"unit", facet.name}))
    whole = escape(urlencode(question.query_of(asked), quote_via=quote))
    about = f"role='group' aria-label='{_('Pertanyaan')}' data-tanya='{whole}'"
    return f"<div class='rp-ask' data-blok='tanya' {about}>{' '.join(parts)}</div>"


def _grouped(asked: Asked) -> bool:
    return asked.look == "groups"


def _query(asked: Asked) -> dict[str, str]:
    """Return all keys of a question, those that are as usual without a word."""
    return dict.fromkeys(question.ASKED, "") | {
        k: w for k, w in question.query_of(asked).items() if k in question.ASKED
    }


def _patch(asked: Asked, now: Asked) -> Patch:
    """Return what makes the address of `now` out of that of `asked`."""
    before, after = _query(asked), _query(now)
    return {key: word for key, word in after.items() if before[key] != word}


def _asked(asked: Asked, words: str, *, group: str = "", **changes: object) -> Option:
    """Return the choice that changes the slice so."""
    slice_ = replace(asked.slice, **changes)
    if slice_.row is not None and slice_.row == slice_.column:
        slice_ = replace(slice_, column=None)
    now = replace(asked, slice=slice_, part=1, sort=None if slice_ != asked.slice else asked.sort)
    return Option(words, _patch(asked, now), slice_ == asked.slice, group)


def _measures(asked: Asked) -> list[Option]:
    """Return all measures of all tables; one of another table keeps the groups and filters that it has too."""
    slice_, found = asked.slice, []
    for of in [of for of in tables().values() if not asked.offered or of.name in asked.offered]:
        for key, measure in of.measures.items():
            words, group = named(measure.label), named(of.title)
            if of.name == slice_.table:
                own = _asked(asked, words, group=group, measure=key, aggregation="usual")
                found.append(replace(own, is_chosen=key == slice_.measure))
                continue
            try:
                other, _left = beside(slice_, of.name, key)
            except Refused:
                other, _left = beside(replace(slice_, row=None, column=None), of.name, key)
                other = replace(other, row=of.row, column=of.time if slice_.column else None)
            if GRAINS[other.grain] < GRAINS[of.grain]:
                other = replace(other, grain=of.grain)
            found.append(
                Option(words, _patch(asked, replace(asked, slice=other, chart=None, sort=None, part=1)), group=group)
            )
    return found


def _seconds(asked: Asked) -> list[Option]:
    """Return the measures that can stand beside the first one, by the same groups."""
    none = Option(_("+ ukuran kedua"), _patch(asked, replace(asked, second=None)), asked.second is None)
    found = [none]
    for of in [of for of in tables().values() if not asked.offered or of.name in asked.offered]:
        for key, measure in of.measures.items():
            if (of.name, key) == (asked.slice.table, asked.slice.measure):
                continue
            try:
                beside(asked.slice, of.name, key)
            except Refused:
                break
            patch = _patch(asked, replace(asked, second=(of.name, key)))
            words = _("dan {measure}", measure=named(measure.label))
            found.append(Option(words, patch, asked.second == (of.name, key), named(of.title)))
    return found


def _rows(asked: Asked) -> list[Option]:
    found = _groups(asked, "row")
    return [*found, _asked(asked, _("tanpa baris"), row=None)]


def _columns(asked: Asked) -> list[Option]:
    return [_asked(asked, _("tanpa kolom"), column=None), *_groups(asked, "column", without=asked.slice.row)]


def _groups(asked: Asked, place: str, without: str | None = None) -> list[Option]:
    """Return the times, each grain directly, and the categories that a row or a column can be."""
    slice_ = asked.slice
    found = []
    for column in slice_.of.of_kind("time"):
        if column.name != without:
            words = {grain: _("per {group}", group=question.grain_name(grain)) for grain in GRAINS}
            found += [_asked(asked, w, group=_("Waktu"), **{place: column.name, "grain": g}) for g, w in words.items()]
    for column in slice_.of.of_kind("category"):
        if column.name != without:
            words = _("per {group}", group=within(named(column.label)))
            found.append(_asked(asked, words, group=_("Kelompok"), **{place: column.name}))
    return found


def _comparisons(asked: Asked) -> list[Option]:
    found = [_asked(asked, _("tanpa pembanding"), compare=None, compare_unit=None)]
    for compare in COMPARISONS:
        words = _("dibanding {name}", name=question.comparison_name(compare))
        own = _asked(asked, words, compare=compare, compare_unit=None)
        found.append(replace(own, is_chosen=compare == asked.slice.compare))
    return found


def _units(asked: Asked, chosen: Filters, viewer: Viewer) -> list[Option]:
    names = {"": _("pilih unit")} | groups.units(viewer, chosen)
    return [_asked(asked, words, compare_unit=unit or None) for unit, words in names.items()]


def _periods(asked: Asked, chosen: Filters) -> list[Option]:
    """Return the periods that are asked for most: this year and those before, the last months, each quarter of two years."""
    build = db.build()
    first, last = build.first_month, build.last_month
    january, quarter_end = months.first_of_year(last), months.moved_by(last, -(last.month % 3))
    spans: list[tuple[str, date, date]] = [
        (_("Periode"), january, last), (_("Periode"), months.moved_by(last, -11), last), (_("Periode"), first, last)
    ]  # fmt: skip
    spans += [(_("Tahun"), date(y, 1, 1), date(y, 12, 1)) for y in range(last.year - 1, first.year - 1, -1)]
    ends = [months.moved_by(quarter_end, -3 * n) for n in range(8)]
    spans += [(_("Triwulan"), months.moved_by(end, -2), end) for end in ends]
    shown: dict[tuple[date, date], Option] = {}
    for group, start, end in [(_("Periode"), chosen.period_from, chosen.period_to), *spans]:
        span = max(start, first), min(end, last)
        if span[0] <= span[1] and span not in shown:
            is_chosen = span == (chosen.period_from, chosen.period_to)
            shown[span] = Option(_period(*span), _months(*span), is_chosen, group)
    return list(shown.values())


def _period(start: date, end: date) -> str:
    return text.span(start, months.between(start, end) + 1)


def _months(start: date, end: date) -> Patch:
    return {filters.KEYS["period_from"]: f"{start:%Y-%m}", filters.KEYS["period_to"]: f"{end:%Y-%m}"}


# --- how they look ---


def _select(label: str, name: str, options: Iterable[Option], *, is_quiet: bool = False) -> str:
    """Return a list of choices that stands in the sentence as the words of the one that holds."""
    shown, group = "", ""
    for option in options:
        if option.group != group:
            shown += ("</optgroup>" if group else "") + (
                f"<optgroup label='{escape(option.group)}'>" if option.group else ""
            )
            group = option.group
        selected = " selected" if option.is_chosen else ""
        shown += f"<option value='{escape(urlencode(option.patch, quote_via=quote))}'{selected}>{escape(option.words)}</option>"
    shown += "</optgroup>" if group else ""
    quiet = " rp-unset" if is_quiet else ""
    return f"<select class='rp-choice{quiet}' data-kunci='{name}' aria-label='{escape(label)}'>{shown}</select>"


def _facet(asked: Asked, column: Column, viewer: Viewer) -> str:
    """Return the values of a category with the rows that they have under the other filters, any number to be ticked."""
    slice_ = asked.slice
    values = db.ask(viewer, facet_sql(slice_, column.name, MOST_OPTIONS))
    own = next((c for c in slice_.conditions if c.column == column.name), None)
    picked = list(own.values) if own and own.operator in ("in", "not_in") else []
    counts = {("" if value is None else value): rows for value, rows in values.iter_rows()}
    is_out = own is not None and own.operator == "not_in"
    label = named(column.label)
    boxes = "".join(
        f"<label><input type='checkbox' value='{quote(value, safe='')}' data-kunci='{column.name}:{quote(value, safe='')}'"
        f"{' checked' if value in picked else ''}><span>{escape(name_of(value or None, slice_))}</span>"
        f"<small>{text.number(counts.get(value, 0))}</small></label>"
        for value in [*counts, *(value for value in picked if value not in counts)]
    )
    search = (
        f"<input type='search' aria-label='{escape(_('Cari {name}', name=within(label)))}' placeholder='{_('Cari')}'>"
        if len(counts) > SEARCHED
        else ""
    )
    out = " checked" if is_out else ""
    out = (
        f"<label class='rp-out'><input type='checkbox' data-selain{out}><span>{_('selain yang dipilih')}</span></label>"
        if picked
        else ""
    )
    most = (
        f"<p class='rp-note'>{_('{n} nilai terbanyak.', n=text.number(MOST_OPTIONS))}</p>"
        if values.height == MOST_OPTIONS
        else ""
    )
    words = _facet_words(label, picked, is_out=is_out, names=[name_of(value or None, slice_) for value in picked])
    quiet = "" if picked else " rp-unset"
    return (
        f"<details class='rp-pick' data-blok='saring-{column.name}' data-kolom='{column.name}'>"
        f"<summary class='rp-choice{quiet}' data-kunci='saring-{column.name}'><span class='rp-hidden'>{escape(label)}: </span>"
        f"{escape(words)}</summary>"
        f"<div class='rp-options' role='group' aria-label='{escape(label)}'>{search}{out}{boxes}{most}</div></details>"
    )


def _facet_words(label: str, picked: list[str], *, is_out: bool, names: list[str]) -> str:
    if not picked:
        return _("semua {name}", name=within(label))
    some = text.some(names, 2)
    return _("selain {names}", names=some) if is_out else some


def _more(asked: Asked, chosen: Filters, viewer: Viewer, shown: set[str]) -> str:
    """Return the rest of the choices, folded: other filters, months, how rows are put together, the chart."""
    slice_ = asked.slice
    build = db.build()
    every = months.starts(build.first_month, build.last_month)[::-1]
    lists = [
        _labelled(_("Dari"), "dari", [
            Option(text.month_name(m), _months(m, max(m, chosen.period_to)), m == chosen.period_from) for m in every
        ]),
        _labelled(_("Sampai"), "sampai", [
            Option(text.month_name(m), _months(min(m, chosen.period_from), m), m == chosen.period_to) for m in every
        ]),
    ]  # fmt: skip
    if asked.look == "groups":
        ways = [_asked(asked, question.aggregation_name(way), aggregation=way) for way in AGGREGATIONS]
        drawn = question.answerable(asked)
        kinds = [
            Option(question.chart_name(kind), _patch(asked, replace(asked, chart=kind)), kind == charts.kind_of(drawn))
            for kind in charts.fitting(drawn.slice)
        ]
        lists += [_labelled(_("Hitungan"), "hitung", ways), _labelled(_("Grafik"), "grafik", kinds)]
    others = "".join(_facet(asked, c, viewer) for c in slice_.of.of_kind("category") if c.name not in shown)
    count = sum(condition.column not in shown for condition in slice_.conditions)
    words = _("pilihan lain") + (f" ({text.number(count)})" if count else "")
    return (
        f"<details class='rp-pick rp-rest' data-blok='saring-lain'>"
        f"<summary class='rp-choice{'' if count else ' rp-unset'}' data-kunci='saring-lain'>{words}</summary>"
        f"<div class='rp-options' role='group' aria-label='{_('Pilihan lain')}'>{''.join(lists)}"
        f"<p class='rp-label'>{_('Saringan')}</p>{others}</div></details>"
    )


def _labelled(label: str, name: str, options: list[Option]) -> str:
    return f"<div class='rp-row'><span class='rp-label' aria-hidden='true'>{escape(label)}</span>{_select(label, name, options)}</div>"
