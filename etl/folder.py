"""A data folder for a district: its reference tables and the folders that the product fills."""

import shutil
from pathlib import Path

import polars as pl

from queries.language import _

PRODUCT_REFERENCE = Path(__file__).parents[1] / "data" / "reference"
# Tables of it that are simulated of the code itself, and always taken as shipped; those that a data folder of an earlier version lacks.
SIMULATED = ("signal_alarms", "signal_surprise", "signal_power")
ADDED = ("cascade", "due_moves", "holidays", "indicator_tiers", "matters", "moving_days", "successions")
# Those that the dashboard reads as they are now: no build holds them, or an old one would bring old rights and addresses back.
LIVE = ("roles", "role_groups", "contacts")
_OF_TEBO = {"units.csv", "kecamatan.csv", "kecamatan.geojson", "district.csv"}


def init(data_dir: Path, district: str) -> list[Path]:
    """Make an empty data folder for a district: the national reference tables, and a register that holds only the district.

    Returns the files written; raises FileExistsError where the folder already has a register, which is never overwritten.
    """
    folder = data_dir / "reference"
    if data_dir.exists() and not data_dir.is_dir():
        raise FileExistsError(_("{path} adalah berkas, bukan folder.", path=data_dir))
    if (folder / "units.csv").exists():
        words = _("{path} sudah ada; register yang ada tidak ditimpa.", path=folder / "units.csv")
        raise FileExistsError(words)
    folder.mkdir(parents=True, exist_ok=True)
    (data_dir / "inbox").mkdir(exist_ok=True)
    written = []
    for path in sorted(PRODUCT_REFERENCE.iterdir()):
        if path.is_file() and path.name not in _OF_TEBO:
            written.append(Path(shutil.copyfile(path, folder / path.name)))
    for name, row in {
        "district": {"name": district, "name_en": district, "kemendagri_code": None, "bps_code": None, "is_sample": "false"},
        "units": {"unit_id": "kabupaten", "name": district, "short_name": district, "kind": "district", "parent_id": None,
                  "kecamatan_code": None, "population": None, "population_year": None, "population_source": None,
                  "valid_from": None, "valid_until": None, "aliases": None},
    }.items():  # fmt: skip
        write_table(folder, name, pl.DataFrame([row], schema=dict.fromkeys(row, pl.String)))
        written.append(folder / f"{name}.csv")
    empty = {"kecamatan_code": pl.String, "name": pl.String, "bps_code": pl.String}
    write_table(folder, "kecamatan", pl.DataFrame(schema=empty))
    written.append(folder / "kecamatan.csv")
    return written


def write_table(folder: Path, name: str, table: pl.DataFrame) -> Path:
    """Write a reference table so that a reader sees the old or the new one, whole; returns its path."""
    path = folder / f"{name}.csv"
    unfinished = path.with_name(f".{path.name}")
    table.write_csv(unfinished)
    unfinished.replace(path)
    return path
