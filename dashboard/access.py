"""Who looks: a role, the units that it covers, and whether it may read names. Every fetch takes a viewer."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field

import polars as pl

from dashboard import roles
from dashboard.words.text import _

NAME_COLUMNS = {"employee_name": "employee_id", "superior_name": "superior_id"}


@dataclass(frozen=True)
class Viewer:
    """A role; `units` are the unit ids that it covers (None: all), `employee` is who sees his own record.

    `of` is the unit whose subtree they are: what it holds is another matter in another build (`asking.current`).
    """

    role: str
    units: tuple[str, ...] | None = None
    sees_names: bool = False
    employee: str | None = None
    of: str = field(default="", compare=False)

    def may(self, right: roles.Right) -> bool:
        """Whether the role may do this beside looking; an unknown role may nothing."""
        role = roles.known(self.role)
        return role is not None and right in role.may

    def opens(self, address: str) -> bool:
        """Whether the role has the page at an address."""
        role = roles.known(self.role)
        return role is not None and role.opens(address)

    def asks(self, table: str) -> bool:
        """Whether the role has a table of Jelajah."""
        role = roles.known(self.role)
        return role is not None and role.asks(table)


@dataclass(frozen=True)
class Asker:
    """Who asks: `name` is the account (of a machine without accounts the role), for the record alone; pages know the viewer."""

    name: str
    viewer: Viewer


NOBODY = Viewer("", units=())


def of(code: str) -> Viewer:
    """Return the viewer of a role that covers the district; raises KeyError where there is none of that code."""
    role = roles.find(code)
    if role is None or role.scope != "district":
        raise KeyError(code)
    return Viewer(code, sees_names=role.sees_names)


def district_wide() -> list[str]:
    """Return the codes of the roles that cover the district, which an agenda may name."""
    return [code for code, role in roles.roles().items() if role.scope == "district"]


def may_open(
    frozen_for: str, viewer: Viewer, units: Collection[str] | None = None, addresses: Collection[str] = ()
) -> bool:
    """Return whether a viewer may open what was frozen for a role and units (None: all): nothing in it that he may not see himself.

    `addresses` are the pages in it.
    """
    role = roles.known(frozen_for)
    if role is None or (role.sees_names and not viewer.sees_names) or (units is None and role.scope != "district"):
        return False
    is_covered = viewer.units is None or (bool(units) and set(units or ()) <= set(viewer.units))
    return is_covered and all(map(viewer.opens, addresses))


def pseudonym(employee_id: str | None) -> str | None:
    """Return 'Pegawai 3F9A21', the same for the same person in every build; None for nobody.

    Six digits: among a thousand people two share a name in 3 of 100 districts, with four digits in all of them.
    """
    if employee_id is None:
        return None
    return _("Pegawai {code}", code=hashlib.sha256(employee_id.encode()).hexdigest()[:6].upper())


def in_sight(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame without people out of the viewer's sight: numbered and nameless, they are there for others to be ranked among.

    A person's figures are not for who may not see the person; what a page says of them is the place of those whom he may see.
    """
    return (
        frame.filter(pl.col("employee_id").is_not_null()) if {"person", "employee_id"} <= set(frame.columns) else frame
    )


@dataclass(frozen=True)
class Few:
    """Employees whose position, or whose job group, few hold in their unit (queries/accountability/held_by_few.sql)."""

    positions: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


def few_of(frame: pl.DataFrame) -> Few:
    """Return what the query says as a value."""
    return Few(
        frozenset(frame.filter("is_position_rare")["employee_id"]),
        frozenset(frame.filter("is_group_rare")["employee_id"]),
    )


def protect(frame: pl.DataFrame, viewer: Viewer, few: Few) -> pl.DataFrame:
    """Return the frame with names as pseudonyms unless the viewer may read them, a NIP cut to its last 3 digits.

    Beside a pseudonym a position that few hold is told as its job group, and where few of the group are there the unit is not told;
    in a table for analysis, which adds up by units, the group is not.
    """
    changed = {}
    if not viewer.sees_names:
        for name, key in NAME_COLUMNS.items():
            if name in frame.columns:
                ids = frame[key].cast(pl.String).to_list() if key in frame.columns else [None] * frame.height
                changed[name] = pl.Series(name, [pseudonym(i) for i in ids], dtype=pl.String)
        is_known = viewer.units is not None and len(viewer.units) == 1  # whose unit it is needs no telling
        frame = _generalised(frame, Few(few.positions) if is_known else few)
    if "nip" in frame.columns:
        digits = frame["nip"].cast(pl.String)
        shown = pl.when(digits != "").then(pl.lit("…") + digits.str.slice(-3))  # of who was forgotten there is none
        changed["nip"] = pl.select(shown).to_series().alias("nip")
    return frame.with_columns(**changed) if changed else frame


def _generalised(frame: pl.DataFrame, few: Few) -> pl.DataFrame:
    if "employee_id" not in frame.columns or not (few.positions or few.groups):
        return frame
    is_rare = {kind: pl.col("employee_id").is_in(ids) for kind, ids in vars(few).items()}
    changed: dict[str, pl.Expr] = {}
    if "unit" in frame.columns and "job_group" in frame.columns:
        changed["job_group"] = (
            pl.when(is_rare["groups"]).then(pl.lit(_("Jabatan dengan sedikit orang"))).otherwise("job_group")
        )
    else:
        named = pl.lit(_("unit tidak disebut"))
        changed |= {
            name: pl.when(is_rare["groups"]).then(None if name == "unit_id" else named).otherwise(name)
            for name in ("unit_id", "unit_name", "unit_short_name")
            if name in frame.columns
        }
        if "position" in frame.columns:
            group = pl.col("job_group_name") if "job_group_name" in frame.columns else None
            changed["position"] = pl.when(is_rare["positions"]).then(group).otherwise("position")
    return frame.with_columns(**changed)
