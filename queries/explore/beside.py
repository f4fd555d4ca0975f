"""Questions that stand beside a slice: another measure by the same groups, and how many of the reports it rests on are in."""

from dataclasses import replace

from queries.explore.slices import GRAINS, PLACES, Condition, Refused, Slice, answer_sql, cells_sql
from queries.explore.tables import tables

OWED = ("submissions", "missing")  # of which row_count is how many there are, and value how many of them are missing


def beside(asked: Slice, table: str, measure: str) -> tuple[Slice, tuple[Condition, ...]]:
    """Return the question of another measure by the same groups, and the conditions that its table has no column for.

    Raises Refused where it has no column for a group.
    """
    other = tables()[table]
    names = {name: other.time if column.kind == "time" else name for name, column in asked.of.columns.items()}
    lacking = [d for d in asked.dimensions if getattr(other.columns.get(names[d.name]), "kind", None) != d.kind]
    if lacking:
        (label, label_en), (title, title_en) = lacking[0].label, other.title
        raise Refused(
            (
                f"{title} tidak menurut {label.lower()}; pilih baris dan kolom yang ada di kedua tabel, seperti unit atau waktu.",
                f"{title_en} is not by {label_en.lower()}; choose rows and columns that both tables have, such as unit or time.",
            )
        )
    kept, left = [], []
    for condition in asked.conditions:
        there, here = other.columns.get(names[condition.column]), asked.of.columns[condition.column]
        is_same = there is not None and there.kind == here.kind and here.kind in ("time", "category")
        (kept if is_same or table == asked.table else left).append(
            replace(condition, column=names[condition.column]) if is_same else condition
        )
    moved = {name: names[value] if (value := getattr(asked, name)) else None for name in ("row", "column")}
    return replace(asked, table=table, measure=measure, aggregation="usual", conditions=tuple(kept), **moved), tuple(
        left
    )


def owed(asked: Slice) -> Slice | None:
    """Return the question how many of the reports behind each group are missing (`value`) of all (`row_count`), for `owed_sql`.

    Its groups are those that say where or when; None where no report is owed. One that covers more than a group of times is left out.
    """
    if not asked.of.report_kind:
        return None
    table, measure = OWED
    names = {**{name: name for name in PLACES}, asked.of.time: tables()[table].time}
    where = [replace(c, column=names[c.column]) for c in asked.conditions if c.column in names]
    where.append(Condition("report_kind_id", "in", (asked.of.report_kind,)))
    if any(dimension.kind == "time" for dimension in asked.dimensions):
        where.append(Condition("period_months", "between", ("", str(GRAINS[asked.grain]))))
    moved = {name: names.get(getattr(asked, name) or "") for name in ("row", "column")}
    return replace(
        asked, table=table, measure=measure, aggregation="usual", conditions=tuple(where), compare=None, **moved
    )


def owed_sql(asked: Slice) -> str:
    """Return the SELECT of `owed`: of the reports in the analysis file's `owed`, those that are not due yet among them."""
    return f"with submissions as (from owed)\n{cells_sql(asked)}"


def both_sql(first: Slice, second: Slice) -> str:
    """Return the SELECT of two answers side by side, that of `second` with its figures called `value_2`; raises Refused."""
    names = list(zip((d.name for d in first.dimensions), (d.name for d in second.dimensions), strict=True))
    met = " and ".join(f"one.{here} is not distinct from two.{there}" for here, there in names)
    figures = ["value", *(["compared", "change", "change_pct"] if first.compare else []), "row_count"]
    shown = [f"coalesce(one.{here}, two.{there}) as {here}" for here, there in names]
    shown += [f"one.{figure}" for figure in figures] + [f"two.{figure} as {figure}_2" for figure in figures]
    join = f"full join two\n    on {met}" if met else "cross join two"
    order = f"\norder by {', '.join(f'{n + 1} nulls last' for n in range(len(names)))}" if names else ""
    columns = ",\n    ".join(shown)
    one, two = (answer_sql(each).replace("\n", "\n    ") for each in (first, second))
    return f"with one as (\n    {one}\n),\ntwo as (\n    {two}\n)\nselect\n    {columns}\nfrom one\n{join}{order}"
