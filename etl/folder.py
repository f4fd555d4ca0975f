"""A data folder for a district: its reference tables and the folders that the product fills."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from queries import whole
from queries.language import _

PRODUCT_REFERENCE = Path(__file__).parents[1] / "data" / "reference"
# Tables of it that are simulated of the code itself, and always taken as shipped; those that a data folder of an earlier version lacks.
SIMULATED = ("signal_alarms", "signal_surprise", "signal_power")
ADDED = ("cascade", "due_moves", "holidays", "indicator_tiers", "matters", "moving_days", "successions")
ROOT = "kabupaten"  # the id of the district itself in its register
OF_TEBO, _MAP = "15.09", "kecamatan.geojson"  # the district whose map is shipped
_OF_TEBO = {"units.csv", "kecamatan.csv", _MAP, "district.csv"}


@dataclass(frozen=True)
class Filled:
    """What is known of a district before anybody reports: its code, units (rows of the register) and kecamatan, hours ahead of UTC."""

    code: str
    units: Sequence[Mapping[str, str | None]]
    kecamatan: pl.DataFrame
    utc_offset_hours: str


def init(data_dir: Path, district: str, filled: Filled | None = None) -> list[Path]:
    """Make an empty data folder for a district: the national reference tables, and a register that holds the district and what is known.

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
    code = filled.code if filled else None
    written = [
        Path(shutil.copyfile(path, folder / path.name))
        for path in sorted(PRODUCT_REFERENCE.iterdir())
        if path.is_file() and (path.name not in _OF_TEBO or (path.name == _MAP and code == OF_TEBO))
    ]
    district_row = {
        "name": district,
        "name_en": district,
        "kemendagri_code": code,
        "bps_code": None,
        "is_sample": "false",
    }
    none = pl.DataFrame(schema={"kecamatan_code": pl.String, "name": pl.String, "bps_code": pl.String})
    tables = {
        "district": pl.DataFrame([district_row], schema=dict.fromkeys(district_row, pl.String)),
        "kecamatan": filled.kecamatan if filled else none,
    }
    if filled:
        tables["thresholds"] = _with_clock(folder, filled.utc_offset_hours)
    root = {"unit_id": ROOT, "name": district, "short_name": district, "kind": "district"}
    columns = pl.read_csv(PRODUCT_REFERENCE / "units.csv", infer_schema=False, n_rows=0).columns
    units = [{column: row.get(column) for column in columns} for row in (root, *(filled.units if filled else ()))]
    tables["units"] = pl.DataFrame(units, schema=dict.fromkeys(columns, pl.String))  # last: with it the folder is one
    return [*written, *(write_table(folder, name, table) for name, table in tables.items())]


def _with_clock(folder: Path, hours: str) -> pl.DataFrame:
    table = pl.read_csv(folder / "thresholds.csv", infer_schema=False)
    value = pl.when(pl.col("key") == "utc_offset_hours").then(pl.lit(hours)).otherwise("value")
    return table.with_columns(value=value)


def write_table(folder: Path, name: str, table: pl.DataFrame) -> Path:
    """Write a reference table so that a reader sees the old or the new one, whole; returns its path."""
    path = folder / f"{name}.csv"
    return whole.write(path, table.write_csv())
