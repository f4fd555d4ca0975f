"""Where the builds of a data folder stand, which one is current, and which ones snapshots and saved views speak of."""

import json
from pathlib import Path


def current(data_dir: Path) -> Path | None:
    """Return the published build; None where there is none, or where the pointer is spoilt: nothing outside the warehouse is opened."""
    pointer = data_dir / "warehouse" / "current"
    named = pointer.read_text(encoding="utf-8", errors="replace").strip() if pointer.is_file() else ""
    path = pointer.parent / Path(named).name
    inside = path.suffix == ".duckdb" and path.is_file() and path.resolve().parent == pointer.parent.resolve()
    return path if inside else None


def spoken_of(data_dir: Path) -> set[str]:
    """Return the ids of the builds that saved views are pinned to and that meeting snapshots came from: they are to stay."""
    found = {pin.name for pin in (data_dir / "warehouse" / "pins").glob("*")}
    for manifest in (data_dir / "snapshots").glob("*/manifest.json"):
        try:
            found.add(str(json.loads(manifest.read_text(encoding="utf-8"))["build_id"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a spoilt manifest names no build; `rapor snapshot verify` says so
    return found
