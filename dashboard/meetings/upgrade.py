"""Meetings that were frozen before columns carried roles and pages had one name: what their names implied then, in this one place."""

import re
from dataclasses import replace

from dashboard import registry
from dashboard.snapshot import Block, ChartBlock, Column, Follows, Key, Role, Snapshot, TableBlock, TextBlock
from dashboard.words.text import _

FIRST = 1  # the format without roles
_COMPARISON = "changes"  # the block that compares two builds
_IDS = (
    "measure", "part", "report_kind", "unit_id", "indicator_id", "item_id", "service_id", "payer_id", "employee_id",
    "job_group", "kecamatan_code", "element", "component", "result", "behaviour", "code", "field", "other_id",
)  # fmt: skip
_LESSER_IDS = ("owner_unit_id", "file_id")  # where there are no others
_NAMES: dict[Role, tuple[str, ...]] = {
    "id": _IDS,
    "period": ("period", "month", "when"),
    "months": ("period_months",),
    "as_of": (
        "as_of", "last_month", "signal_month", "last_reported_month", "window_end", "newest_period", "latest_month",
    ),
    "reports": (
        "units_reporting", "reported_units", "months_reported", "reported_months", "reported_indicators",
        "rated_indicators", "received",
    ),
}  # fmt: skip
_ROLES: dict[str, Role] = {name: role for role, names in _NAMES.items() for name in names}
_DERIVED = re.compile(r"^(change|like_|usual|limits|lower|upper|chance|needed|so_far|rank)|(_previous|_last_year)$")
_FIGURES = {"int", "decimal", "amount", "pct"}
_FINDINGS = ("what", "happened", "words")
_ADDITIVE = frozenset(
    {
        "patients", "new_count", "returning_count", "not_broken_down", "like_patients", "like_patients_last_year",
        "expected", "received", "on_time", "late", "missing", "corrected", "people", "below", "comparable", "above",
        "unranked", "must", "should", "sound", "unregistered", "rows_read", "rows_accepted", "rejects",
    }
)  # fmt: skip
_FOLLOWS = {
    "attainment_pct": (Follows("attainment", ("value_ytd", "target_ytd")),),
    "share_pct": (Follows("share", ("patients",)),),
    "change_pct": (
        Follows("growth", ("like_patients", "like_patients_last_year")),
        Follows("growth", ("patients", "patients_last_year")),
    ),
    "completeness_pct": (Follows("quotient", ("received", "expected")), Follows("remainder", ("missing", "expected"))),
    "timeliness_pct": (Follows("quotient", ("on_time", "expected")),),
}


def page(old: Snapshot) -> Snapshot:
    """Return a page of the first format by its name of today, with the roles and keys that the names of its columns imply."""
    named = registry.find(old.page)
    return replace(old.each(lambda tile: tile, _block), page=named.address if named else old.page)


def _block(block: Block) -> Block:
    if isinstance(block, TextBlock):
        return block
    names = block.table.columns
    ids = [n for n in _IDS if n in names] or [n for n in _LESSER_IDS if n in names]
    roles: dict[str, Role] = {name: _ROLES[name] for name in names if name in _ROLES}
    roles.update(dict.fromkeys(ids, "id"))
    if {"unit_id", "signal"} <= set(names) and {"rule", "standing"} & set(names):
        roles["signal"] = "signal"
        roles.update({name: "finding" for name in _FINDINGS if name in names})
    sums = _sums(block)
    columns = tuple(_column(c, block, roles, sums) for c in block.columns)
    hidden = [n for n in (*ids, *_FINDINGS, *roles) if n in roles and n not in {c.name for c in columns}]
    block = replace(block, columns=columns, keys=tuple(Key(n, roles[n]) for n in dict.fromkeys(hidden)))
    return replace(block, is_comparison=block.id == _COMPARISON) if isinstance(block, TableBlock) else block


def _sums(block: Block) -> set[str]:
    chart = block.chart if isinstance(block, ChartBlock) else None
    if chart is None or chart.unit.strip().startswith("%"):
        return set()
    if chart.kind == "stacked":
        return {column for role, column in chart.roles.items() if role.startswith("part:")}
    return {chart.roles["value"]} if chart.kind == "waterfall" else set()


def _column(column: Column, block: Block, roles: dict[str, Role], sums: set[str]) -> Column:
    """Return the column with its role; words that no list knows may have told rows apart, as names do."""
    is_figure = column.format in _FIGURES
    role = roles.get(column.name, "value" if is_figure else "name")
    if role != "id" and _DERIVED.search(column.name):
        role = "derived"
    is_additive = column.name in sums or (column.format == "int" and column.name in _ADDITIVE)
    return replace(column, role=role, is_additive=is_additive, follows=_follows(column.name, block))


def _follows(name: str, block: Block) -> Follows | None:
    if isinstance(block, TextBlock):
        return None
    shown = {column.name for column in block.columns}
    for follows in _FOLLOWS.get(name, ()):
        if set(follows.of) <= shown:
            return follows
        if name == "attainment_pct" and set(follows.of) <= set(block.table.columns) - shown:
            return replace(follows, labels=(_("Realisasi (angka)"), _("Target (angka)")))
    return None
