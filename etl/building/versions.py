"""Which version of a report counts: read from the lake alone, file by file in the order of their dates, so the order of loads is nothing.

A newer file of the same form replaces an older one where both speak of the same. One that takes away, or changes too much, is held: the
older figures stay until somebody confirms it. What two forms say of one thing counts once, and is said.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import duckdb

import queries
from etl.building.parts import ALL, Block, Figure, Replaced, Scope, coarse_apart, meet, refines, sum_of, told
from queries.months import moved_by

WHOLE = (
    "visit",
    "response",
)  # a newer report replaces all that an older one says of a unit and period; of other kinds, figure by figure
CHANGES = ("version_changes", "version_changes_keys")


@dataclass(frozen=True)
class Version:
    """A file as far as its version goes: its forms, its date, what a person ruled (`confirmed`, `confirmed_in_part`).

    `corrects` is the id of the file that went back to its sender and that this one corrects.
    """

    file_id: str
    forms: frozenset[str]
    as_of: datetime
    sha256: str
    ruling: str | None = None
    corrects: str = ""


@dataclass(frozen=True)
class Objection:
    """Why a newer file is held: what it takes away from an older one or changes, of one unit and, where it is one, of one period."""

    code: str
    kind: str
    file_id: str
    older_file_id: str
    unit_id: str | None
    period: date | None
    what: str
    before: float | None = None
    after: float | None = None


@dataclass(frozen=True)
class Settled:
    """The outcome: the objections to the files that are held, and what other files replaced."""

    held: Mapping[str, Sequence[Objection]]
    replaced: Sequence[Replaced]


@dataclass
class _Said:
    """What one file says of one kind: the figures where another file speaks of the same, and all that it speaks of."""

    blocks: dict[Scope, Block] = field(default_factory=lambda: defaultdict(dict))
    scopes: set[Scope] = field(default_factory=set)
    days: dict[Scope, str] = field(
        default_factory=dict
    )  # of a register: from which to which day of the month, as `01–15`


def settle(connection: duckdb.DuckDBPyConnection, files: Iterable[Version]) -> Settled:
    """Return which files are held and what is replaced, of the accepted rows in `lake.*`."""
    limits = dict(connection.execute("select key, value from reference.thresholds").fetchall())
    kecamatan = dict(connection.execute("select unit_id, kecamatan_code from unit").fetchall())
    fold = _Fold(sorted(files, key=lambda file: (file.as_of, file.sha256)), limits, kecamatan)
    for query in queries.files("versions"):
        fold.take(query.name.split("/")[1], _statements(connection, query))
    return fold.settled()


def _statements(connection: duckdb.DuckDBPyConnection, query: queries.Query) -> Iterator[tuple]:
    """Yield what files say of things that more than one of them speaks of, and of the files that do so all that they speak of."""
    kind = query.name.split("/")[1]
    thing = "unit_id, period, period_months" + ("" if kind in WHOLE else ", part")
    is_one_file = connection.execute(
        f"select count(distinct file_id) < 2 from lake.{kind}"  # noqa: S608  names of our own
    ).fetchall()[0][0]
    if is_one_file:
        return
    connection.execute(f"create or replace temp table said as {query.sql}")
    shared = f"select {thing} from said group by all having count(distinct file_id) > 1"  # noqa: S608
    same = " and ".join(f"said.{name} is not distinct from shared.{name}" for name in thing.split(", "))
    if kind == "employee":  # a list is held against a list as a whole
        rows = f"select * from said where exists (select 1 from ({shared}))"  # noqa: S608
    elif kind in WHOLE:
        concerned = f"select distinct said.file_id from said join ({shared}) as shared on {same}"  # noqa: S608
        rows = (
            f"select said.* from said join ({shared}) as shared on {same} where said.part is not null "  # noqa: S608
            f"union all select * from said where part is null and file_id in ({concerned})"
        )
    else:
        rows = f"select said.* from said join ({shared}) as shared on {same}"  # noqa: S608
    columns = "file_id, unit_id, period, period_months, part, figure, word"
    yield from connection.execute(f"select {columns} from ({rows}) order by all").fetchall()  # noqa: S608
    connection.execute("drop table said")


class _Fold:
    """Goes through the files in the order of their dates and keeps what counts so far."""

    def __init__(
        self, files: Sequence[Version], limits: Mapping[str, float], kecamatan: Mapping[str, str | None]
    ) -> None:
        self.files = {file.file_id: file for file in files}
        self.limits, self.kecamatan = limits, kecamatan
        self.said: dict[str, dict[str, _Said]] = {}
        self.state: dict[str, dict[Scope, dict[str, tuple[str, Figure]]]] = defaultdict(lambda: defaultdict(dict))
        self.standing: dict[tuple[str, str], set[Scope]] = {}
        self.replaced: list[Replaced] = []

    def take(self, kind: str, rows: Iterable[tuple]) -> None:
        """Take what the files say of one kind."""
        said: dict[str, _Said] = defaultdict(_Said)
        for file_id, unit, period, months, part, figure, word in rows:
            scope = (unit, period, months)
            said[file_id].scopes.add(scope)
            if part is not None:
                said[file_id].blocks[scope][part] = (figure, word)
            elif word:
                said[file_id].days[scope] = word
        self.said[kind] = said

    def settled(self) -> Settled:
        """Return the outcome."""
        held: dict[str, Sequence[Objection]] = {}
        for file in self.files.values():
            kinds = [kind for kind, said in self.said.items() if file.file_id in said]
            said = [each for kind in kinds for each in self._objections(kind, file)]
            # A correction that was asked for may change much; it may take nothing away.
            objections = [o for o in said if o.older_file_id != file.corrects or o.code not in CHANGES]
            if objections and file.ruling is None:
                held[file.file_id] = objections
                continue
            for kind in kinds:
                self._enter(kind, file)
        for scope, parts in sorted(self.state["visit"].items(), key=str):
            self.replaced += coarse_apart(scope, parts, self.limits["parts_make_total_share"])
        return Settled(held, self.replaced)

    # --- what speaks against a file ------------------------------------------------------------------------------------

    def _objections(self, kind: str, file: Version) -> Iterator[Objection]:
        said = self.said[kind][file.file_id]
        if kind == "employee":
            yield from self._people_gone(file, said)
        elif kind not in WHOLE:
            yield from self._keys_changed(kind, file, said)
        else:
            for scope, block in said.blocks.items():
                for older_id, parts in self._olders(kind, file, scope):
                    yield from self._of_one_scope(kind, file, self.files[older_id], scope, parts, block)
            for older_id in self._versions(kind, file):
                for objection, _scopes in self._months_and_units_gone(kind, file, older_id):
                    yield objection

    def _of_one_scope(
        self, kind: str, file: Version, older: Version, scope: Scope, parts: Block, block: Block
    ) -> Iterator[Objection]:
        """Object to what a file takes away or changes of what one older file says of a unit and period."""
        is_version = self._is_version(file, older, parts, block)
        days = [self.said[kind][each.file_id].days.get(scope, "") for each in (file, older)]
        if is_version and _are_apart(*days):
            figures = (self._told(kind, parts.values()), self._told(kind, block.values()))
            yield Objection(
                "version_of_other_days", kind, file.file_id, older.file_id, scope[0], scope[1], "; ".join(days), *figures
            )  # fmt: skip
            return
        lost = [part for part in parts if not self._is_kept(part, parts, block)] if is_version else []
        pairs = [(parts[p][0] or 0.0, block[p][0] or 0.0) for p in parts if p in block]
        if lost:
            yield Objection(
                "version_takes_away", kind, file.file_id, older.file_id, scope[0], scope[1], ", ".join(sorted(lost)),
                self._told(kind, parts.values()), self._told(kind, block.values()),
            )  # fmt: skip
        elif is_version and not pairs:
            pairs = [(sum_of(parts.values()) or 0.0, sum_of(block.values()) or 0.0)]
        if lost:
            return
        before, now = sum(old for old, _ in pairs), sum(new for _, new in pairs)
        moved = sum(abs(new - old) for old, new in pairs)
        is_running = older.as_of.date() < moved_by(scope[1], scope[2])
        is_completed = is_running and all(
            new >= old for old, new in pairs
        )  # the older one is from before the month ended
        if (
            moved > self.limits["held_change_share"] * max(before, now)
            and max(before, now) >= self.limits["held_min_figure"]
            and not is_completed
        ):
            told = [self._told(kind, ((figure, None) for figure in figures)) for figures in zip(*pairs, strict=True)]
            yield Objection(
                "version_changes", kind, file.file_id, older.file_id, scope[0], scope[1], str(len(pairs)), *told
            )

    def _told(self, kind: str, figures: Iterable[Figure]) -> float | None:
        return told(figures, self.limits["suppression_min_patients"]) if kind == "visit" else sum_of(figures)

    def _versions(self, kind: str, file: Version) -> list[str]:
        """Return the older files that count so far and that this one is a version of."""
        found: dict[str, None] = {}
        for scope, block in self.said[kind][file.file_id].blocks.items():
            for older_id, parts in self._olders(kind, file, scope):
                if older_id not in found and self._is_version(file, self.files[older_id], parts, block):
                    found[older_id] = None
        return list(found)

    def _state(self, kind: str, file: Version) -> dict[Scope, dict[str, tuple[str, Figure]]]:
        """Return what counts so far; of surveys each form stands for itself, and the rollup says which one the index counts."""
        return self.state[f"{kind}/{min(file.forms, default='')}" if kind == "response" else kind]

    def _olders(self, kind: str, file: Version, scope: Scope) -> list[tuple[str, Block]]:
        """Return the files that count in a unit and period so far, each with what it says of it."""
        found: dict[str, Block] = {}
        for part, (file_id, figure) in self._state(kind, file).get(scope, {}).items():
            found.setdefault(file_id, {})[part] = figure
        return list(found.items())

    def _is_version(self, file: Version, older: Version, parts: Block, block: Block) -> bool:
        """Tell whether a newer file is of the same form as an older one and speaks of the same."""
        return bool(file.forms & older.forms) and meet(parts, block)

    def _is_kept(self, part: str, parts: Block, block: Block) -> bool:
        """Tell whether a newer report still says what an older one does: the same part, or for a total the parts that make it up."""
        before = parts[part][0]
        if part in block:
            return before is None or block[part][0] is not None
        finer = sum_of(figure for other, figure in block.items() if refines(other, part))
        return finer is not None and finer >= self.limits["parts_make_total_share"] * (before or 0)

    def _months_and_units_gone(self, kind: str, file: Version, older_id: str) -> Iterator[tuple[Objection, set[Scope]]]:
        """Object to months of a unit, and units of a month, that a version of the file lacks; one that has less than half is none."""
        new, old = self.said[kind][file.file_id].scopes, self.said[kind][older_id].scopes
        standing = self.standing[kind, older_id]
        had = _grouped(old, by_unit=True)
        for unit, mine in sorted(_grouped(new, by_unit=True).items(), key=str):
            first, years = min(scope[1] for scope in mine), {scope[1].year for scope in mine}
            of_years = {scope for scope in had.get(unit, ()) if scope[1].year in years}
            lost = {scope for scope in standing & of_years if scope[1] >= first} - mine
            yield from self._gone("version_takes_away_months", kind, file, older_id, lost, mine & of_years, of_years)
        had = _grouped(old, by_unit=False)
        for period, mine in sorted(_grouped(new, by_unit=False).items(), key=str):
            lost = standing & had.get(period, set()) - mine
            places = {self.kecamatan.get(scope[0]) for scope in mine}
            if len(places) == 1 and None not in places:  # a workbook of one kecamatan says nothing of the others
                lost = {scope for scope in lost if self.kecamatan.get(scope[0]) in places}
            of_period = had.get(period, set())
            yield from self._gone("version_takes_away_units", kind, file, older_id, lost, mine & of_period, of_period)

    def _gone(
        self, code: str, kind: str, file: Version, older_id: str, lost: set[Scope], kept: set[Scope], had: set[Scope]
    ) -> Iterator[tuple[Objection, set[Scope]]]:
        if lost and len(kept) >= self.limits["held_version_share"] * len(had):
            is_units = code == "version_takes_away_units"
            what = sorted({str(scope[0]) if is_units else f"{scope[1]:%Y-%m}" for scope in lost})
            one = next(iter(sorted(lost, key=str)))
            unit, period = (None, one[1]) if is_units else (one[0], None)
            figures = (float(len(had)), float(len(had) - len(lost)))
            yield Objection(code, kind, file.file_id, older_id, unit, period, ", ".join(what), *figures), lost

    def _keys_changed(self, kind: str, file: Version, said: _Said) -> Iterator[Objection]:
        """Object to a file that changes most of the figures (or ratings) that it shares with an older one."""
        shared: dict[tuple[str, date, int, str], list[bool]] = defaultdict(list)
        for scope, block in said.blocks.items():
            for part, figure in block.items():
                older_id, was = self._state(kind, file).get(scope, {}).get(part, (None, None))
                if older_id is not None and was is not None:
                    measure = part.rpartition("/")[2] if kind == "performance" else ""  # targets and realisations apart
                    shared[older_id, scope[1], scope[2], measure].append(self._moved(was, figure))
        for (older_id, period, _months, _measure), moved in shared.items():
            if len(moved) >= self.limits["held_min_keys"] and sum(moved) > self.limits["held_change_share"] * len(
                moved
            ):
                yield Objection(
                    "version_changes_keys", kind, file.file_id, older_id, None, period, str(sum(moved)), len(moved), sum(moved)
                )  # fmt: skip

    def _moved(self, was: Figure, now: Figure) -> bool:
        if was[0] is None or now[0] is None:
            return was != now
        return abs(now[0] - was[0]) > self.limits["held_change_share"] * max(abs(was[0]), abs(now[0]))

    def _people_gone(self, file: Version, said: _Said) -> Iterator[Objection]:
        """Object to a list of employees that lacks too many of those whom the list before had in the same units."""
        for scope, block in said.blocks.items():
            units = {word for _, word in block.values()}
            olders = [(len(parts.keys() & block.keys()), older) for older, parts in self._olders("employee", file, scope)
                      if self.files[older].forms & file.forms]  # fmt: skip
            shared, older = max(olders, default=(0, ""))
            if not shared:
                continue
            had = [p for p, (_, word) in self.said["employee"][older].blocks[scope].items() if word in units]
            gone = [part for part in had if part not in block]
            if len(had) >= self.limits["held_min_keys"] and len(gone) > self.limits["held_people_share"] * len(had):
                yield Objection(
                    "version_takes_away_people", "employee", file.file_id, older, None, None, str(len(gone)),
                    len(had), len(had) - len(gone),
                )  # fmt: skip

    # --- a file that counts ---------------------------------------------------------------------------------------------

    def _enter(self, kind: str, file: Version) -> None:
        said = self.said[kind][file.file_id]
        self.standing[kind, file.file_id] = set(said.scopes)
        is_in_part = file.ruling == "confirmed_in_part" or kind not in WHOLE
        if file.ruling == "confirmed" and kind in WHOLE:
            self._take_out_lost(kind, file)
        for scope, block in said.blocks.items():
            state = self._state(kind, file)[scope]
            for older_id, parts in self._olders(kind, file, scope):
                older = self.files[older_id]
                is_version = kind not in WHOLE or self._is_version(file, older, parts, block)
                is_whole = is_version and not is_in_part
                gone = list(parts) if is_whole else [part for part in parts if part in block]
                if is_whole:
                    self.standing[kind, older_id].discard(scope)
                if not gone:
                    continue
                self._note(kind, file, older, scope, parts, block, gone, is_whole=is_whole)
                for part in gone:
                    del state[part]
            state |= {part: (file.file_id, figure) for part, figure in block.items()}

    def _take_out_lost(self, kind: str, file: Version) -> None:
        """Take out the months and units of older versions that a confirmed one lacks."""
        for older_id in self._versions(kind, file):
            lost = {s for _, scopes in self._months_and_units_gone(kind, file, older_id) for s in scopes}
            for scope in sorted(lost, key=str):
                self.standing[kind, older_id].discard(scope)
                state = self._state(kind, file)[scope]
                for part in [part for part, (file_id, _) in state.items() if file_id == older_id]:
                    del state[part]
                self.replaced.append(
                    Replaced(kind, older_id, file.file_id, *scope, None, 0, None, None, is_other_form=False)
                )

    def _note(
        self,
        kind: str,
        file: Version,
        older: Version,
        scope: Scope,
        parts: Block,
        block: Block,
        gone: list[str],
        *,
        is_whole: bool,
    ) -> None:
        changed = sum(parts[p] != block.get(p) for p in gone)
        before = self._told(kind, (parts[p] for p in gone))
        now = self._told(kind, block.values() if is_whole else (block[p] for p in gone))
        is_other = not file.forms & older.forms
        marks = (
            [None]
            if is_whole or ALL in gone or len(gone) == len(self.said[kind][older.file_id].blocks[scope])
            else gone
        )
        if kind not in WHOLE:
            marks = [None]  # the rollup takes the newest of each key by itself; this is only said
        for number, mark in enumerate(marks):
            first = number == 0
            self.replaced.append(
                Replaced(kind, older.file_id, file.file_id, *scope, mark, changed if first else 0, before if first else None,
                         now if first else None, is_other_form=is_other)
            )  # fmt: skip


def _are_apart(days: str, others: str) -> bool:
    """Tell whether two spans of days of one month, such as `01–15`, have no day in common."""
    spans = [span.split("–") for span in (days, others) if span]
    return len(spans) == 2 and (spans[0][1] < spans[1][0] or spans[1][1] < spans[0][0])


def _grouped(scopes: Iterable[Scope], *, by_unit: bool) -> dict[Any, set[Scope]]:
    groups: dict[Any, set[Scope]] = defaultdict(set)
    for scope in scopes:
        groups[scope[0] if by_unit else scope[1:]].add(scope)
    return groups
