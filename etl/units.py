"""Learning the unit register from report files: spellings that surely mean one unit are merged, for a person to confirm."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from etl.conforming.conform import conform
from etl.conforming.recognise import Table, recognise
from etl.conforming.source import Source, load_all, own_folders
from etl.folder import write_table
from etl.reader import bundles, places
from etl.reading import guard
from etl.reading.files import ENDINGS, Unreadable, read
from etl.reading.words import label
from etl.reference import Registers, core, read_table, registers
from queries.escape import runs_as_formula

LONGEST_NAME = (
    120  # characters: three times the longest name of a unit that the product ships; a longer text is a sentence
)
_COLUMNS = ("unit_id", "name", "kind", "parent_id", "kecamatan", "aliases", "rows", "files")


def learn(data_dir: Path, paths: Sequence[Path]) -> pl.DataFrame:
    """Propose units for the names in these files that the register does not know yet, one row a unit.

    Columns: unit_id, name, kind, parent_id, kecamatan, aliases ('|' between them), rows and files (how often it was seen).
    """
    known = registers(data_dir / "reference")
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    places: dict[str, Counter[str]] = defaultdict(Counter)
    files: dict[str, set[str]] = defaultdict(set)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for path, report, rows in _records(paths, data_dir, known):
        for name, kecamatan, count in rows:
            is_kecamatan = core(name).startswith("kec.")
            kind = "subdistrict" if is_kecamatan else "health_centre" if report == "visit" else "agency"
            if known.units.find(name) or not _may_be_a_name(name):
                continue
            key = core(name)
            spellings[key][name] += count
            files[key].add(path.name)
            kinds[key][kind] += count
            if kecamatan:
                places[key][" ".join(kecamatan.split())] += 1  # by file: a report by service repeats its row
    rows = [
        {
            "unit_id": _slug(key, _named(names), kinds[key]),
            "name": _named(names),
            "kind": _kind(kinds[key]),
            "parent_id": known.root_unit,
            "kecamatan": places[key].most_common(1)[0][0] if places[key] else None,
            "aliases": "|".join(sorted(set(names) - {_named(names)})),
            "rows": sum(names.values()),
            "files": len(files[key]),
        }
        for key, names in sorted(spellings.items())
    ]
    schema = dict.fromkeys(_COLUMNS[:6], pl.String) | {"rows": pl.Int64, "files": pl.Int64}
    return pl.DataFrame(rows, schema=schema).sort("kind", "name")


def _records(
    paths: Sequence[Path], data_dir: Path, known: Registers
) -> Iterable[tuple[Path, str, list[tuple[str, str | None, int]]]]:
    with bundles.unpacked(places.discover(paths)[0]) as (found, _):
        yield from _records_of(found, load_all(*own_folders(data_dir)), known)


def _records_of(
    paths: Sequence[Path], sources: Sequence[Source], known: Registers
) -> Iterable[tuple[Path, str, list[tuple[str, str | None, int]]]]:
    for path in paths:
        if path.suffix.casefold() not in ENDINGS:
            continue
        try:
            document = read(path.read_bytes())
        except Unreadable:
            continue
        for sheet in document.sheets:
            folder, name = guard.shown(path)
            try:
                table = recognise(sheet, sources, known.vocabulary, name, folder)
                if not isinstance(table, Table):
                    continue
                records = conform(sheet, table, known.vocabulary).records
            except Exception:  # noqa: S112  the load refuses this file by name; the others are learned from
                continue
            if "unit" not in records.columns:
                continue
            keys = [
                pl.col("unit"),
                pl.col("kecamatan") if "kecamatan" in records.columns else pl.lit(None).alias("kecamatan"),
            ]
            counted = records.filter(pl.col("unit").is_not_null()).group_by(keys).len().sort(pl.all())
            yield path, table.source.kind, [(str(u), k, int(n)) for u, k, n in counted.rows()]


def _may_be_a_name(name: str) -> bool:
    """Tell a name from a slipped cell: it has letters, is not long, and is no formula to whoever opens the register."""
    return (
        bool(label(name))
        and len(name) <= LONGEST_NAME
        and name[0] != "("
        and "|" not in name
        and not runs_as_formula(name)
    )


def _kind(kinds: Counter[str]) -> str:
    return "health_centre" if kinds["health_centre"] else kinds.most_common(1)[0][0]


def _named(names: Counter[str]) -> str:
    """Return the commonest spelling; of equally common ones the longest, which is the one with its spaces."""
    return max(names, key=lambda name: (names[name], len(name), name))


def _slug(key: str, name: str, kinds: Counter[str]) -> str:
    words = re.sub(r"^(?:uptd |puskesmas |pkm |kecamatan |kec )+", "", label(name)).replace(" ", "-") or key
    prefix = {"health_centre": "pkm-", "subdistrict": "kec-"}.get(_kind(kinds), "")
    return prefix + words


def accept(data_dir: Path, proposal: pl.DataFrame) -> Path:
    """Add the proposed units (and the kecamatan that they name) to the register; returns its path. Known units stay as they are."""
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
