"""Learning the unit register from report files: spellings that surely mean one unit are merged, for a person to confirm."""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from rapidfuzz import fuzz
from rapidfuzz import process as nearest

from etl.conforming.conform import conform
from etl.folder import write_table
from etl.intake import bundles, places, process
from etl.lake import Reading, Sighting
from etl.reading import guard
from etl.reading.files import ENDINGS, Sheet, Unreadable, read
from etl.reading.names import bare, core, kind_said, readings
from etl.reading.words import label
from etl.recognising.recognise import Table
from etl.recognising.source import Source, load_all, own_folders
from etl.recognising.tables import tables_of
from etl.reference import Registers, read_table, registers
from queries import scratch
from queries.escape import runs_as_formula
from queries.language import _

LONGEST_NAME = (
    120  # characters: three times the longest name of a unit that the product ships; a longer text is a sentence
)
# Of the letters of two names as many agree, in percent, for a person to be asked whether they are one (rapidfuzz: 100 for the same).
# Of the names of the shipped units with one letter changed or left out, 98 in 100 are asked about; of the 10,292 health centres of the
# country, 24 pairs within one regency are so alike that differ in more than a numeral.
ALIKE_PCT = 86
_COLUMNS = ("unit_id", "name", "kind", "parent_id", "kecamatan", "aliases", "question", "rows", "files")
_AGENCIES = re.compile(r"\b(?:perangkat daerah|opd|skpd|dinas|instansi|unit organisasi|satuan kerja|unor)\b")
_NOBODY = re.compile(
    r"^(?:(?:luar|dalam) (?:wilayah|kota|daerah|gedung|kab|kabupaten|kecamatan)|lain|tidak|belum|semua|seluruh)\b"
)
_HEALTH_CENTRES = re.compile(r"\b(?:puskesmas|pkm)\b")


@dataclass
class _Seen:
    """What files say of one unit: its spellings, its place, what its reports and headings make it, and in which lists it stands."""

    spellings: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    files: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    lists: set[int] = field(default_factory=set)

    @property
    def name(self) -> str:
        """Return the commonest spelling; of equally common ones the longest, which is the one with its spaces."""
        return max(self.spellings, key=lambda name: (self.spellings[name], len(name), name))


@dataclass(frozen=True)
class _Mention:
    name: str
    kecamatan: str | None
    rows: int
    kind: str
    file: str
    number: int  # of the table in which it stands


def learn(data_dir: Path, paths: Sequence[Path]) -> pl.DataFrame:
    """Propose units for the names in these files that the register does not know yet, one row a unit.

    Columns: unit_id, name, kind, parent_id, kecamatan, aliases ('|' between them), question (what a person has to decide, else
    blank), rows and files (how often it was seen).
    """
    known = registers(data_dir / "reference")
    seen: dict[str, _Seen] = defaultdict(_Seen)
    beside: dict[int, set[str]] = defaultdict(set)  # the registered units of each table
    for mention in _mentions(paths, data_dir, known):
        if found := known.units.find(mention.name):
            beside[mention.number].add(found)
            continue
        if not _may_be_a_name(mention.name) or kind_said(mention.name) == "district":
            continue
        name = bare(known.units.without_ending(mention.name))
        unit = seen[core(name)]
        unit.spellings[name] += mention.rows
        unit.files.add(mention.file)
        unit.kinds.add(mention.kind)
        unit.lists.add(mention.number)
        if mention.kecamatan:
            unit.places[bare(mention.kecamatan)] += 1  # by file: a report by service repeats its row
    _join_short_words(seen)
    rows = [
        {
            "unit_id": _slug(key, unit.name, kind),
            "name": unit.name,
            "kind": kind,
            "parent_id": known.root_unit,
            "kecamatan": unit.places.most_common(1)[0][0] if unit.places else None,
            "aliases": "|".join(sorted(set(unit.spellings) - {unit.name})),
            "question": _question(key, unit, seen, beside, known),
            "rows": sum(unit.spellings.values()),
            "files": len(unit.files),
        }
        for key, unit in sorted(seen.items())
        for kind in [_kind(unit)[0]]
    ]
    schema = dict.fromkeys(_COLUMNS[:7], pl.String) | {"rows": pl.Int64, "files": pl.Int64}
    return pl.DataFrame(rows, schema=schema).sort("kind", "name")


def _mentions(paths: Sequence[Path], data_dir: Path, known: Registers) -> Iterator[_Mention]:
    with bundles.unpacked(places.discover(paths)[0]) as (found, _barred):
        yield from _mentions_in(found, load_all(*own_folders(data_dir)), known)


def _mentions_in(paths: Sequence[Path], sources: Sequence[Source], known: Registers) -> Iterator[_Mention]:
    rules, number = (sources, known), 0
    for path in paths:
        if path.suffix.casefold() not in ENDINGS:
            continue
        try:
            sha, modified_at = places.hashed(path)
            named = Sighting(*guard.shown(path), modified_at)
            with places.opened(path) as file, scratch.folder() as spool:
                bare_reading = Reading("", sha, named.name, named.folder, os.fstat(file.fileno()).st_size, "refused")
                process.read(
                    bare_reading, file, named, rules, Path(spool)
                )  # what ends this process is not read in ours
                file.seek(0)
                tables, _nearest, _unread = tables_of(read(file.read()), sources, known, named)
            lists = [(sheet, table, conform(sheet, table, known.vocabulary).records) for sheet, table in tables]
        except (Unreadable, process.Stopped, process.Changed, places.NoFile):
            continue  # the load refuses this file by name; the others are learned from
        for sheet, table, records in lists:
            number += 1
            if "unit" not in records.columns:
                continue
            place = (
                pl.col("kecamatan") if "kecamatan" in records.columns else pl.lit(None, pl.String).alias("kecamatan")
            )
            counted = records.filter(pl.col("unit").is_not_null()).group_by("unit", place).len().sort(pl.all())
            kind = _kind_of_table(sheet, table)
            for unit, kecamatan, rows in counted.rows():
                yield _Mention(str(unit), kecamatan, int(rows), kind, path.name, number)


def _kind_of_table(sheet: Sheet, table: Table) -> str:
    """Return what the units of a table are by the heading of their column or by the kind of report.

    `office`: it does not say, and reports of its kind come from agencies; `unit`: from agencies and health centres.
    """
    heading = ""
    if "unit" in table.fields:
        above = pl.col("row").is_between(table.header_first, table.header_last)
        heading = label(" ".join(sheet.cells.filter(above)[f"c{table.fields['unit']}"]))
    if _HEALTH_CENTRES.search(heading) or table.source.kind == "visit":
        return "health_centre"
    if _AGENCIES.search(heading):
        return "agency"
    return "unit" if table.source.kind == "response" else "office"


def _may_be_a_name(name: str) -> bool:
    """Tell a name from a slipped cell: it has letters and no number of a person, is not long, names somebody, is no formula."""
    return (
        bool(re.search("[a-z]", label(name)))
        and len(name) <= LONGEST_NAME
        and name[0] != "("
        and "|" not in name
        and guard.masked(name) == name
        and not _NOBODY.match(label(name))
        and not runs_as_formula(name)
        and core(name) not in {"puskesmas", "pkm", "uptd", "upt", "kec.", "dinas", "badan", "kecamatan", "unit"}
    )


def _join_short_words(seen: dict[str, _Seen]) -> None:
    """Add a unit spelt with a short word that stands for several (`Bt. Raja`) to the one that is spelt in full, where there is one."""
    for key in sorted(seen):
        meant = {other for spelling in seen[key].spellings for other in readings(spelling)} & set(seen) - {key}
        if len(meant) == 1:
            short, full = seen.pop(key), seen[meant.pop()]
            full.spellings.update(short.spellings)
            full.places.update(short.places)
            full.files |= short.files
            full.kinds |= short.kinds
            full.lists |= short.lists


def _kind(unit: _Seen) -> tuple[str, bool]:
    """Return the kind of a unit, and whether that is sure: its name says it, or else the reports in which it stands."""
    said = {found for name in unit.spellings if (found := kind_said(name))}
    if "health_centre" in said:
        return "health_centre", said == {"health_centre"}
    if "facility" in said:
        return "agency", False
    if "subdistrict" in said:
        return "subdistrict", unit.kinds != {"health_centre"}
    if "agency" in said:
        return "agency", unit.kinds != {"health_centre"}
    if "health_centre" in unit.kinds:
        return "health_centre", "agency" not in unit.kinds
    return "agency", unit.kinds != {"unit"}


def _question(
    key: str, unit: _Seen, seen: dict[str, _Seen], beside: dict[int, set[str]], known: Registers
) -> str | None:
    """Return what a person has to decide before this unit is accepted, or None where nothing is open."""
    kind, is_sure = _kind(unit)
    if not is_sure:
        if kind == "agency":
            return _("Bukan puskesmas menurut namanya: perangkat daerah, rumah sakit, atau lainnya?")
        return _("Puskesmas atau perangkat daerah?") if kind == "health_centre" else _("Kecamatan di antara puskesmas?")
    registered = {core(name): name for name in known.units.shown.values()}
    meant = {reading for spelling in unit.spellings for reading in readings(spelling)} - {key}
    if names := sorted(registered.get(m) or seen[m].name for m in meant if m in registered or m in seen):
        return _("Singkatan dari {names}?", names=", ".join(names))
    others = {
        other: found.name
        for other, found in seen.items()
        if other != key
        and not found.lists & unit.lists
        and len(readings(found.name)) == 1  # others are asked about themselves
    }
    together = set().union(*(beside[number] for number in unit.lists))
    registered = {core(name): name for unit_id, name in known.units.shown.items() if unit_id not in together}
    near = nearest.extractOne(key, sorted({*others, *registered}), scorer=fuzz.ratio, score_cutoff=ALIKE_PCT)
    while near and re.findall(r"\d+", near[0]) != re.findall(r"\d+", key):  # a numeral tells units apart
        others.pop(near[0], None)
        registered.pop(near[0], None)
        near = nearest.extractOne(key, sorted({*others, *registered}), scorer=fuzz.ratio, score_cutoff=ALIKE_PCT)
    if near is None:
        return None
    if near[0] in registered:
        return _("Sama dengan {name} yang terdaftar?", name=registered[near[0]])
    other = seen[near[0]]
    is_rarer = (len(unit.files), sum(unit.spellings.values()), key) < (
        len(other.files),
        sum(other.spellings.values()),
        near[0],
    )
    return _("Sama dengan {name}?", name=other.name) if is_rarer else None


def _slug(key: str, name: str, kind: str) -> str:
    words = re.sub(r"^(?:uptd |upt |puskesmas |pkm |kecamatan |kec )+", "", label(name)).replace(" ", "-") or key
    return {"health_centre": "pkm-", "subdistrict": "kec-"}.get(kind, "") + words


def accept(data_dir: Path, proposal: pl.DataFrame, unsure: bool = False) -> Path:
    """Add the proposed units (and the kecamatan that they name) to the register; returns its path. Known units stay as they are.

    Those with an open question are left for a person, unless `unsure`.
    """
    if not unsure:
        proposal = proposal.filter(pl.col("question").is_null())
    folder = data_dir / "reference"
    units = read_table(folder, "units")
    kecamatan = read_table(folder, "kecamatan")
    codes = {core(name): code for code, name in kecamatan.select("kecamatan_code", "name").rows()}
    fresh: list[dict[str, str | None]] = []
    for name in sorted({name for name in proposal["kecamatan"] if name and core(name) not in codes}):
        if core(name) not in codes:
            codes[core(name)] = f"K{len(codes) + 1:02d}"
            fresh.append({"kecamatan_code": codes[core(name)], "name": name, "bps_code": None})
    if fresh:
        write_table(folder, "kecamatan", pl.concat([kecamatan, pl.DataFrame(fresh, schema=kecamatan.schema)]))
    taken = set(units["unit_id"])
    rows = [
        {
            **dict.fromkeys(units.columns),
            "unit_id": row["unit_id"],
            "name": row["name"],
            "short_name": re.sub(r"(?i)^(uptd |puskesmas |pkm )+", "", row["name"]),
            "kind": row["kind"],
            "parent_id": row["parent_id"],
            "kecamatan_code": codes.get(core(row["kecamatan"])) if row["kecamatan"] else None,
            "aliases": row["aliases"] or None,
        }
        for row in proposal.to_dicts()
        if row["unit_id"] not in taken
    ]
    return write_table(folder, "units", pl.concat([units, pl.DataFrame(rows, schema=units.schema)]))
