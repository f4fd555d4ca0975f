"""`rapor support`: what somebody who helps from afar needs to know, in one file, without a word of a report or a person."""
# ruff: noqa: PLC0415  a command imports only what it needs

import json
import os
import platform
import re
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Annotated, Any

import typer

from queries.language import _
from rapor.terminal import DEFAULT_DATA, DataDir, command, fail, say

# Settings whose value tells nothing of a person or a secret; of others it is said that they are set.
OPEN = (
    "RAPOR_LANG",
    "RAPOR_KEEP_FILES_DAYS",
    "RAPOR_KEEP_CELLS",
    "RAPOR_READ_SECONDS",
    "RAPOR_READ_MEMORY_MB",
    "RAPOR_BUILD_MEMORY_MB",
    "RAPOR_DEBUG",
)
MOST_FAULTS, MOST_LINES = 20, 200
COUNTED = {
    "files": "select status, count(*) from load.file group by 1 order by 1",
    "findings": "select code, count(*) from load.finding group by 1 order by 1",
    "rejects": "select code, count(*) from load.reject group by 1 order by 1",
}
Scrub = Callable[[str], str]


def support(
    to: Annotated[
        Path | None, typer.Option("--to", metavar="BERKAS", help="Berkas zip yang dibuat; tanpa ini: di folder ini.")
    ] = None,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Mengumpulkan keterangan untuk yang membantu dari jauh: versi, pengaturan, hasil pemeriksaan, jumlah, ujung catatan.

    Tidak memuat isi laporan, nama, nomor, atau kata sandi. Buka dan periksa dulu sebelum dikirim.
    """
    target = to or Path(f"rapor-dukungan-{datetime.now(UTC):%Y%m%dT%H%M%S}.zip")
    if target.exists():
        fail(_("{path} sudah ada.", path=target), _("Pilih nama lain."))
    scrub = scrubber(data_dir)
    parts = {
        "versions.json": versions(),
        "settings.json": settings(),
        "check.json": checked(data_dir),
        "counts.json": counts(data_dir),
        "faults.txt": "\n\n".join(faults(data_dir)),
    }
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            text = part if isinstance(part, str) else json.dumps(part, indent=1, ensure_ascii=False, default=str)
            packed.writestr(name, scrub(text) + "\n")
    say(_("dibuat: {path}", path=target))
    say(_("Buka dan periksa isinya sebelum mengirimkannya."))


def versions() -> dict[str, Any]:
    """Return what runs: Rapor, Python, the system, the packages."""
    packages = sorted({f"{each.name} {each.version}" for each in distributions()})
    return {
        "rapor": version("rapor"), "python": platform.python_version(), "system": platform.platform(terse=True),
        "machine": platform.machine(), "processors": os.cpu_count(), "packages": packages,
    }  # fmt: skip


def settings() -> dict[str, str]:
    """Return the settings that are there, values only of those that tell nothing."""
    return {
        name: value if name in OPEN else "set"
        for name, value in sorted(os.environ.items())
        if name.startswith("RAPOR_")
    }


def checked(data_dir: Path) -> list[dict[str, str]]:
    """Return what `rapor check` finds, without what it quotes."""
    from etl import check

    found = check.problems(data_dir) if data_dir.is_dir() else []
    return [{"severity": each.severity, "where": Path(each.where).name, "what": unquoted(each.what)} for each in found]


def unquoted(text: str) -> str:
    """Return a sentence without what it quotes of a table or a file."""
    return re.sub(r"[\"“«'].*?[\"”»']", "…", text)


def counts(data_dir: Path) -> dict[str, Any]:
    """Return how much there is of what: formats of the stores, bytes of the rooms, rows of the tables of the current build."""
    import duckdb

    from etl.trouble import Damaged
    from queries.builds import current
    from rapor.keeping import stores

    told: dict[str, Any] = {"rooms": {path.name: _size(path) for path in sorted(data_dir.glob("*")) if path.is_dir()}}
    try:
        told["stores"] = {store.name: [store.lowest, store.highest] for store in stores.found(data_dir)}
    except Damaged as damaged:
        told["stores"] = type(damaged).__name__
    if path := current(data_dir):
        told["build"] = path.stem
        try:
            with duckdb.connect(path, read_only=True) as build:
                told["rows"] = dict(
                    build.execute(
                        "select schema_name || '.' || table_name, estimated_size from duckdb_tables() order by 1"
                    ).fetchall()
                )
                told |= {name: dict(build.execute(sql).fetchall()) for name, sql in COUNTED.items()}
        except duckdb.Error as fault:
            told["rows"] = type(fault).__name__
    return told


def _size(folder: Path) -> dict[str, int]:
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return {"files": len(sizes), "bytes": sum(sizes)}


def faults(data_dir: Path) -> list[str]:
    """Return the newest faults that were kept: places in the code, no word of a report."""
    from etl.intake import faults as kept

    return [
        "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[:MOST_LINES])
        for path in kept.kept(data_dir)[-MOST_FAULTS:]
    ]


def scrubber(data_dir: Path) -> Scrub:
    """Return what takes numbers, names of employees, addresses of mail and folders of this machine out of a text."""
    from etl.reading.guard import masked

    places = [str(data_dir.resolve()), str(Path.home()), os.environ.get("USER", "")]
    words = [*(place for place in places if len(place) > 3), *_names(data_dir)]
    found = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True)))) if words else None

    def scrub(text: str) -> str:
        text = re.sub(r"[\w.+-]+@[\w-]+\.[\w.-]+", "…", masked(text))
        return found.sub("…", text) if found else text

    return scrub


def _names(data_dir: Path) -> Iterable[str]:
    import duckdb

    from queries.builds import current

    path = current(data_dir)
    if path is None:
        return []
    try:
        with duckdb.connect(path, read_only=True) as build:
            return [name for (name,) in build.execute("select distinct name from employee").fetchall()]
    except duckdb.Error:
        return []


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    command(app, "support", "rapor support", "rapor support --to dukungan.zip --data-dir /srv/rapor/data")(support)
