"""Lines of a file that are only ever added, each sealed with a key and naming the one before it.

The key, and how many lines there are and the seal of the last, lie outside of the data folder (queries/secret.py): who can write the
file alone can neither alter, insert nor remove a line, nor cut the end off, without its being found. A line is on the disk before
`append` returns; processes that append at once wait for each other. What a crash leaves of a line that nobody was told of is taken off
by the next one.
"""

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from queries import secret

KEY, HEADS, LOCK = "record.key", "record-heads.json", "record.lock"  # beside the signing key
OWN = ("number", "before", "key", "seal")  # what the chain adds to the content of a line
Fault = Literal["altered", "inserted", "removed", "cut", "foreign", "unknown"]


@dataclass(frozen=True)
class Head:
    """What is known of a file beside the key: how many lines it has, the seal of the last, and where that ends."""

    count: int = 0
    seal: str = ""
    size: int = 0


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a file: from which line on (as numbered when it was written), up to which."""

    fault: Fault
    number: int
    until: int


def append(path: Path, content: dict[str, Any]) -> Head:
    """Add a line and return the head after it; raises OSError, secret.Exposed, and then nothing was added."""
    key = secret.own(KEY, path.parent)
    with _alone(), _opened(path) as file:
        head = _found(file, key, _heads().get(_name(path)) or Head())
        number = head.count + 1
        line = content | {"number": number, "before": head.seal, "key": _key_id(key)}
        seal = _seal(key, line)
        line["seal"] = seal
        written = _dump(line) + b"\n"
        if os.write(file, written) != len(written):
            raise OSError(28, "a line was not written whole")
        os.fsync(file)
        after = Head(number, seal, os.fstat(file).st_size)
        _keep(path, after)
    return after


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Return the lines in order, as they stand there; one that is no line is left out."""
    for _raw, line in _read(path):
        if line is not None:
            yield line


def wrong(path: Path) -> Wrong | None:
    """Return the first thing that is wrong with a file, None where every line is as it was written; raises OSError, secret.Exposed."""
    key = secret.own(KEY, path.parent)
    with _alone():
        head = _heads().get(_name(path))
        return _first_wrong(path, key, head)


def head(path: Path) -> Head | None:
    """Return what is known of a file beside the key."""
    return _heads().get(_name(path))


def _first_wrong(path: Path, key: bytes, head: Head | None) -> Wrong | None:
    number, seal = 0, ""
    every = list(_read(path))
    for place, (_raw, line) in enumerate(every):
        n = number + 1
        if line is None or not _is_sealed(key, line):
            if line is not None and line.get("key") not in (None, _key_id(key)):
                return Wrong("foreign", n, n)
            after = every[place + 1][1] if place + 1 < len(every) else None
            is_inserted = after is not None and _is_sealed(key, after) and after["before"] == seal
            is_last = after is None and head is not None and head.count == number
            return Wrong("inserted" if is_inserted or is_last else "altered", n, n)
        if line["number"] <= number:
            return Wrong("inserted", n, n)
        if line["number"] > n:
            return Wrong("removed", n, line["number"] - 1)
        if line["before"] != seal:
            return Wrong("altered", number, number)
        number, seal = n, line["seal"]
    if head is None:
        return Wrong("unknown", 1, number) if number else None
    if head.count > number:
        return Wrong("cut", number + 1, head.count)
    return Wrong("altered", number, number) if (head.count, head.seal != seal) == (number, True) else None


def _read(path: Path) -> Iterator[tuple[bytes, dict[str, Any] | None]]:
    """Return each line and what it says, None where it says nothing; what a crash left of a last line is none."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        for raw in file:
            if raw.endswith(b"\n"):
                yield raw, _line(raw)


def _line(raw: bytes) -> dict[str, Any] | None:
    """Return what a line says; None where it is not written as we write it, so that no byte of it can change unseen."""
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    is_ours = isinstance(line, dict) and all(name in line for name in OWN) and isinstance(line["number"], int)
    return line if is_ours and _dump(line) + b"\n" == raw else None


def _found(file: int, key: bytes, head: Head) -> Head:
    """Return the head, with lines that were written and not counted before a crash; what is left of half a line is taken off.

    Where the file is shorter than it was, the new line follows what is known beside the key, so that the gap is found for ever.
    """
    size = os.fstat(file).st_size
    if size <= head.size:
        if size and os.pread(file, 1, size - 1) != b"\n":
            os.write(file, b"\n")
        return head
    rest = os.pread(file, size - head.size, head.size)
    for raw in rest.splitlines(keepends=True):
        if not raw.endswith(b"\n"):
            os.ftruncate(file, size - len(raw))
            break
        line = _line(raw)
        if line is None or not _is_sealed(key, line) or line["number"] != head.count + 1:
            continue
        head = Head(line["number"], line["seal"], 0)
    return head


@contextmanager
def _alone() -> Generator[None]:
    place = secret.place(LOCK)
    with place.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _opened(path: Path) -> Generator[int]:
    is_new = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        if is_new:
            _settle(path.parent)
        yield file
    finally:
        os.close(file)


def _settle(folder: Path) -> None:
    """Have the names in a folder be on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _name(path: Path) -> str:
    return str(path.resolve())


def _heads() -> dict[str, Head]:
    place = secret.place(HEADS)
    if not place.is_file():
        return {}
    try:
        return {name: Head(**head) for name, head in json.loads(place.read_text(encoding="utf-8")).items()}
    except (ValueError, TypeError, AttributeError) as broken:
        raise OSError(5, f"{place}: {type(broken).__name__}") from None


def _keep(path: Path, head: Head) -> None:
    place = secret.place(HEADS)
    made = place.with_name(f".{place.name}.new")  # one at a time: we hold the lock
    every = {name: asdict(each) for name, each in (_heads() | {_name(path): head}).items()}
    with made.open("w", encoding="utf-8") as file:
        file.write(json.dumps(every, indent=1, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    made.replace(place)


def _dump(line: dict[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _seal(key: bytes, line: dict[str, Any]) -> str:
    unsealed = {name: value for name, value in line.items() if name != "seal"}
    return hmac.new(key, _dump(unsealed), hashlib.sha256).hexdigest()


def _is_sealed(key: bytes, line: dict[str, Any]) -> bool:
    return hmac.compare_digest(_seal(key, line).encode(), str(line["seal"]).encode())


def _key_id(key: bytes) -> str:
    """Return what tells keys apart, and nothing of the key."""
    return hmac.new(key, b"key", hashlib.sha256).hexdigest()[:8]
