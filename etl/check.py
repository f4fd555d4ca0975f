"""What is wrong with a data folder - its reference tables, its declarations, its current build - and how to mend it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import duckdb
import polars as pl

import queries
from etl import validity
from etl.building import engines
from etl.declaring import sample
from etl.folder import ADDED, PRODUCT_REFERENCE, SIMULATED
from etl.intake import faults
from etl.kinds import REGISTERS
from etl.recognising.source import load_all, own_folders
from etl.reference import read_table, registers
from etl.trouble import Damaged, newer
from queries import disk, formats, private
from queries import registers as edited
from queries.builds import current, find, is_whole, room_needed
from queries.edits import LIVE
from queries.language import _, n_
from queries.sandbox import confine

_UNIQUE = {**{register.table: (register.key,) for register in REGISTERS},
           "predicate_matrix": ("result", "behaviour", "valid_from"), "kecamatan": ("kecamatan_code",),
           "thresholds": ("key",), "sample_sizes": ("population",)}  # fmt: skip

# What a data folder of an earlier version lacks and does not need: tables, and columns of the others.
_OPTIONAL = dict.fromkeys((*ADDED, *SIMULATED, *LIVE), ()) | {"units": ("valid_from", "valid_until")}

BUILDS_OF_ROOM = (
    3  # as many times the current build a load may take for a while: the new one, what is sorted beside it, readings
)
CLOCK_SECONDS = 300


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where it is, what it is, what to do, and whether it stops the work (`error`) or not (`warning`)."""

    where: str
    what: str
    mend: str
    severity: str = "error"


def problems(data_dir: Path) -> list[Problem]:
    """Return everything that is wrong, the gravest first; an empty list says that all is well."""
    found = list(_reference(data_dir / "reference"))
    if not found:
        found += _registers(data_dir / "reference")
        is_sound = all(problem.severity != "error" for problem in found)  # else no sample can be read with them
        found += [*(_sources(data_dir) if is_sound else ()), *_current(data_dir)]
    found += [
        *_builds(data_dir),
        *_open(data_dir),
        *_faults(data_dir),
        *_engine(data_dir),
        *_disks(data_dir),
        *_clock(data_dir),
        *_kernel(),
    ]
    return sorted(found, key=lambda problem: (problem.severity != "error", problem.where))


def of_tables(folder: Path) -> list[Problem]:
    """Return what is wrong with the reference tables of a folder."""
    return list(_reference(folder)) or list(_registers(folder))


def _reference(folder: Path) -> Iterator[Problem]:
    for shipped in sorted(PRODUCT_REFERENCE.glob("*.csv")):
        path = folder / shipped.name
        if shipped.stem in _OPTIONAL and not path.is_file():
            continue
        if not path.is_file():
            yield Problem(
                str(path),
                _("Tabel rujukan tidak ada."),
                _("Jalankan `rapor init`, atau salin dari folder data bawaan."),
            )
            continue
        try:
            table = read_table(folder, shipped.stem)
        except Damaged as error:
            yield Problem(str(path), error.what.removeprefix(f"{path}: ").capitalize(), error.mend)
            continue
        wanted = read_table(PRODUCT_REFERENCE, shipped.stem).columns
        may_lack = _OPTIONAL.get(shipped.stem, ())
        if missing := [column for column in wanted if column not in (*table.columns, *may_lack)]:
            yield Problem(
                str(path),
                _("Kolom tidak ada: {names}.", names=", ".join(missing)),
                _("Kolom yang diharapkan: {names}.", names=", ".join(wanted)),
            )


def _registers(folder: Path) -> Iterator[Problem]:
    for name, key in _UNIQUE.items():
        table = read_table(folder, name)
        double = table.group_by(key).len().filter(pl.col("len") > 1)
        for row in double.rows():
            values = ", ".join(str(part) for part in row[:-1])
            what = _('{key} "{value}" muncul {n} kali.', key=" + ".join(key), value=values, n=row[-1])
            yield Problem(str(folder / f"{name}.csv"), what, _("Sisakan satu baris."))
    known = set(read_table(folder, "thresholds")["key"])
    for key in [k for k in read_table(PRODUCT_REFERENCE, "thresholds")["key"] if k not in known]:
        mend = _("Salin baris {key} dari thresholds.csv bawaan, lalu sesuaikan nilainya.", key=key)
        what = _('Ambang "{key}" tidak ada; dipakai nilai bawaan.', key=key)
        yield Problem(str(folder / "thresholds.csv"), what, mend, "warning")
    for register in REGISTERS:
        lacking = set(register.needed) - set(read_table(folder, register.table)[register.key])
        for key in sorted(lacking):
            mend = _("Salin baris {key} dari {table}.csv bawaan.", key=key, table=register.table)
            what = _('Baris "{key}" tidak ada; dipakai baris bawaan.', key=key)
            yield Problem(str(folder / f"{register.table}.csv"), what, mend, "warning")
    units = read_table(folder, "units")
    ids = set(units["unit_id"])
    for unit, parent in units.select("unit_id", "parent_id").rows():
        if parent and parent not in ids:
            what = _('Induk "{parent}" dari {unit} tidak terdaftar.', parent=parent, unit=unit)
            yield Problem(str(folder / "units.csv"), what, _("Perbaiki parent_id."))
    for unit in _in_circles(units):
        what = _("{unit} berada di bawah dirinya sendiri.", unit=unit)
        yield Problem(str(folder / "units.csv"), what, _("Perbaiki parent_id."))
    roots = units.filter(pl.col("parent_id").is_null())["unit_id"].to_list()
    if len(roots) != 1:
        yield Problem(
            str(folder / "units.csv"),
            _("Harus ada tepat satu unit tanpa induk; ada {n}.", n=len(roots)),
            _("Isi parent_id unit lain."),
        )
    weights = read_table(folder, "accountability_weights").with_columns(
        pl.col("weight_pct").cast(pl.Float64, strict=False).fill_null(0)
    )
    for row in weights.group_by("valid_from").agg(pl.col("weight_pct").sum()).rows():
        if abs(row[1] - 100) > 1e-9:
            yield Problem(
                str(folder / "accountability_weights.csv"),
                _("Bobot sejak {year} berjumlah {sum:g}, bukan 100.", year=row[0], sum=row[1]),
                _("Perbaiki bobot."),
            )
    yield from _orders(folder)
    faults = validity.look(folder, units)[1]
    yield from (Problem(fault.where, fault.what, fault.mend) for fault in faults)
    if not faults:
        registers(folder)


def _orders(folder: Path) -> Iterator[Problem]:
    """Yield what contradicts itself: an end before its beginning, a threshold above the one that it lies below."""
    for name, register in edited.registers().items():
        path = folder / f"{name}.csv"
        table = read_table(folder, name) if path.is_file() else pl.DataFrame()
        for column in register.columns.values():
            since = column.since or ""
            if not {column.name, since} <= set(table.columns):
                continue
            for row in table.filter(pl.col(column.name) < pl.col(since)).rows(named=True):
                key = ", ".join(str(row[part]) for part in register.key)
                what = _("{row}: {last} ({until}) mendahului {first} ({since}).", row=key, last=column.name,
                         until=row[column.name], first=since, since=row[since])  # fmt: skip
                yield Problem(str(path), what, _("Betulkan salah satunya."))
        if not register.ascending or table.is_empty():
            continue
        values = dict(zip(table[register.key[0]], table["value"].cast(pl.Float64, strict=False), strict=True))
        for line in register.ascending:
            known = [(key, value) for key in line if (value := values.get(key)) is not None]
            for (lower, low), (upper, high) in pairwise(known):
                if low > high:
                    what = _(
                        "{lower} ({low:g}) lebih besar daripada {upper} ({high:g}).",
                        lower=lower,
                        low=low,
                        upper=upper,
                        high=high,
                    )
                    yield Problem(str(path), what, _("Beri {lower} nilai yang paling tinggi sama.", lower=lower))


def _in_circles(units: pl.DataFrame) -> Iterator[str]:
    """Yield the units that stand, a few steps up, under themselves."""
    parents = dict(units.select("unit_id", "parent_id").iter_rows())
    for unit, parent in parents.items():
        above, seen = parent, {unit}
        while above in parents and above not in seen:
            seen.add(above)
            above = parents[above]
        if above == unit:
            yield unit


def _sources(data_dir: Path) -> Iterator[Problem]:
    try:
        load_all(*own_folders(data_dir))
    except (ValueError, KeyError) as error:
        what = _("Deklarasi sumber salah: {why}", why=error)
        yield Problem(str(data_dir / "sources"), what, _("Perbaiki berkas TOML yang disebut."))
        return
    for fault in sample.faults(data_dir, registers(data_dir / "reference")):
        mend = _("Betulkan deklarasinya, atau buat lagi dari contoh: rapor declare.")
        yield Problem(str(data_dir / "sources" / f"{fault.source}.toml"), _of_sample(fault), mend)


def _of_sample(fault: sample.Fault) -> str:
    """Return what is wrong with the sample of a district's own form."""
    if not fault.read_as:
        return _("Contoh formulir ini tidak dikenali lagi oleh bentuk mana pun.")
    if fault.read_as != fault.source:
        return _("Contoh formulir ini dibaca sebagai bentuk lain: {found}.", found=fault.read_as)
    return _("Contoh formulir ini memberi baris lain: diharapkan {expected} baris, didapat {found}, atau isinya berbeda.",
             expected=fault.expected, found=fault.found)  # fmt: skip


def _current(data_dir: Path) -> Iterator[Problem]:
    path = current(data_dir)
    if path is None:
        yield Problem(
            str(data_dir / "warehouse"),
            _("Belum ada data yang diterbitkan."),
            _("Jalankan `rapor load`, atau `rapor demo`."),
            "warning",
        )
        return
    try:
        with duckdb.connect(path, read_only=True) as connection:
            if (found := formats.of_build(connection)) > formats.BUILD:
                error = newer(path, found, formats.BUILD)
                yield Problem(str(path), error.what.removeprefix(f"{path}: "), error.mend)
                return
            formats.expect_current(connection)
            rows = connection.execute("select build_id from load.build").fetchall()
            tables = {
                row[0]
                for row in connection.execute(
                    "select table_name from duckdb_tables() where schema_name = 'mart'"
                ).fetchall()
            }
    except formats.OlderBuild as older:
        yield Problem(str(path), older.what, older.mend, "warning")
        return
    except duckdb.Error as error:
        yield Problem(
            str(path),
            _("Data yang diterbitkan tidak dapat dibuka: {error}.", error=type(error).__name__),
            _("Jalankan `rapor load` lagi."),
        )
        return
    lacking = [query.name.split("/")[1] for query in queries.files("marts") if query.name.split("/")[1] not in tables]
    if len(rows) != 1 or lacking:
        yield Problem(str(path), _("Data dibuat oleh versi lain dari Rapor."), _("Jalankan `rapor load` lagi."))


def _builds(data_dir: Path) -> Iterator[Problem]:
    """Yield the builds that are not as they were published."""
    now = current(data_dir)
    for path in sorted((data_dir / "warehouse").glob("*.duckdb")):
        if find(data_dir, path.name) and not is_whole(path):
            mend = (
                _("Jalankan `rapor load` lagi.")
                if path == now
                else _("Hapus berkas itu; data terbitan lain tetap utuh.")
            )
            what = _("Data terbitan ini tidak lagi seperti saat diterbitkan: terpotong atau diubah.")
            yield Problem(str(path), what, mend, "error" if path == now else "warning")


def _open(data_dir: Path) -> Iterator[Problem]:
    if found := private.open_to_others(data_dir):
        names = ", ".join(path.name for path in found)
        what = _("Dapat dibaca pengguna lain di komputer ini: {names}.", names=names)
        yield Problem(
            str(data_dir), what, _("Jalankan `rapor upgrade`: hanya pemilik yang dapat membacanya."), "warning"
        )


def _faults(data_dir: Path) -> Iterator[Problem]:
    if found := faults.kept(data_dir):
        what = n_(
            "{n} gangguan Rapor tercatat saat membaca laporan, yang terakhir {name}.", len(found), name=found[-1].name
        )
        mend = _(
            "Kirim catatan itu, yang tidak memuat isi laporan, kepada pengelola Rapor; hapus bila sudah diperbaiki."
        )
        yield Problem(str(data_dir / faults.FOLDER), what, mend, "warning")


def _engine(data_dir: Path) -> Iterator[Problem]:
    try:
        engines.expect(data_dir)
    except Damaged as wrong:
        yield Problem(str(data_dir / engines.FILE), wrong.what, wrong.mend)


def _disks(data_dir: Path) -> Iterator[Problem]:
    """Yield what is wrong with the disks that a data folder and what a work needs for a while stand on."""
    for wrong in disk.problems(data_dir, room_needed(data_dir)) if data_dir.is_dir() else ():
        yield Problem(str(wrong.place), wrong.what, wrong.mend, "error" if wrong.is_grave else "warning")


def _clock(data_dir: Path) -> Iterator[Problem]:
    """Yield whether this machine's clock is behind what it wrote before: days overdue and the order of reports go by it."""
    build, now = current(data_dir), time.time()
    if build and (ahead := build.stat().st_mtime - now) > CLOCK_SECONDS:
        what = _(
            "Jam komputer ini terlambat: data terbitan ditulis {n} jam di depan jam sekarang.", n=round(ahead / 3600, 1)
        )
        yield Problem(str(build), what, _("Betulkan jamnya, misalnya: timedatectl set-ntp true."), "warning")


def _kernel() -> Iterator[Problem]:
    if confine.version() < 1:
        what = _("Kernel ini tanpa Landlock: laporan dan SQL analis diproses dengan satu dinding saja (batas sistem).")
        yield Problem("kernel", what, _("Pakai Linux 5.13 atau lebih baru dengan Landlock menyala."), "warning")
