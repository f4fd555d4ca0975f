"""Where the builds of a data folder stand, which one is current and whole, and which ones snapshots and saved views speak of."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

BUILDS_OF_ROOM = 3  # as many times the current build
# How DuckDB is opened, whatever is asked of it. What opens one build in one process has to say the same: DuckDB shares the open
# file, and refuses who asks for it with other settings. Nothing is fetched from another host.
OPENED: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": False}


def current(data_dir: Path) -> Path | None:
    """Return the published build; None where there is none, or where the pointer is spoilt: nothing outside the warehouse is opened."""
    pointer = data_dir / "warehouse" / "current"
    if pointer.is_symlink() or not pointer.is_file():
        return None
    return find(data_dir, pointer.read_text(encoding="utf-8", errors="replace").strip())


def find(data_dir: Path, name: str) -> Path | None:
    """Return the build of this file name, None where the warehouse itself has none."""
    path = data_dir / "warehouse" / Path(name).name
    inside = path.suffix == ".duckdb" and path.is_file() and path.resolve().parent == path.parent.resolve()
    return path if inside else None


def room_needed(data_dir: Path) -> int:
    """Return how many bytes a load may take for a while: the new build, what is sorted beside it, what is read."""
    path = current(data_dir)
    return BUILDS_OF_ROOM * path.stat().st_size if path else 0


def seal(unfinished: Path, path: Path) -> None:
    """Write down the hash of a build that is about to be called `path`, as `sha256sum -c` reads it."""
    with unfinished.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    seal_of(path).write_text(f"{digest}  {path.name}\n", encoding="utf-8")


def seal_of(path: Path) -> Path:
    """Return where the hash of a build stands."""
    return path.with_suffix(".sha256")


def is_whole(path: Path) -> bool:
    """Tell whether every byte of a build is as it was published; of a build without a hash nothing else is known."""
    try:
        said = seal_of(path).read_text(encoding="utf-8", errors="replace").split(" ")[0]
        found = path.stat()
        return said == _hash(path, (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))
    except FileNotFoundError:
        return path.is_file()


@lru_cache(maxsize=32)
def _hash(path: Path, _state: tuple[int, ...]) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def spoken_of(data_dir: Path) -> set[str]:
    """Return the ids of the builds that saved views are pinned to and that meeting snapshots came from: they are to stay."""
    found = {pin.name for pin in (data_dir / "warehouse" / "pins").glob("*")}
    for manifest in (data_dir / "snapshots").glob("*/manifest.json"):
        try:
            found.add(str(json.loads(manifest.read_text(encoding="utf-8"))["build_id"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a spoilt manifest names no build; `rapor snapshot verify` says so
    return found
