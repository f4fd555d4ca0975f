"""Where the builds of a data folder stand, and which one is current."""

from pathlib import Path


def current(data_dir: Path) -> Path | None:
    """Return the published build; None where there is none, or where the pointer is spoilt: nothing outside the warehouse is opened."""
    pointer = data_dir / "warehouse" / "current"
    named = pointer.read_text(encoding="utf-8", errors="replace").strip() if pointer.is_file() else ""
    path = pointer.parent / Path(named).name
    inside = path.suffix == ".duckdb" and path.is_file() and path.resolve().parent == pointer.parent.resolve()
    return path if inside else None
