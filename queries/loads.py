"""How loads went: a line each, without a word of a file."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from queries import journal

FILE, FORMAT = Path("log") / "loads.jsonl", 1


def tell(data_dir: Path, *, seconds: float, files: int, code: int) -> None:
    """Write down how a load went; where there is no room for that, it went all the same."""
    with suppress(OSError):
        (data_dir / FILE).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        journal.add(data_dir / FILE, FORMAT, {"at": at, "seconds": round(seconds, 1), "files": files, "code": code})
