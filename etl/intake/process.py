"""The parent's side of the process that reads files: starts one, gives it file after file, ends it, and says what became of each.

A process of this program keeps one alive for its later loads; one that failed is replaced.
"""

import atexit
import contextlib
import hashlib
import json
import math
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from etl.intake import faults, wire

if TYPE_CHECKING:  # not at run time: the process is to be started before anything slow is imported
    from etl.lake import Outcome, Reading, Sighting

PROJECT = Path(__file__).resolve().parents[2]
# Without the first two some interpreters don't start; the last says how much of what was read is kept.
KEPT_ENVIRONMENT = ("LD_LIBRARY_PATH", "PYTHONHOME", "TZ", "RAPOR_KEEP_CELLS")
SECONDS, MEMORY_MB = "RAPOR_READ_SECONDS", "RAPOR_READ_MEMORY_MB"
WAITS = 4  # as long as a file may be worked on, times this, may pass on a clock: other programs want the processor too
MB_OF_THE_SECONDS = 5  # so many MB of a file take as long again
MEMORY_MB_PER_MB = 8  # of a file: its bytes, its text, its cells
LARGEST_MB = 256  # of a file that is held as a whole: what is longer is read piece by piece
IDLE_MEMORY_MB = 400  # a process that holds more than this after its work is ended
STARTING_SECONDS = 120
LOOK_SECONDS = 0.1  # how often the memory of the process is looked at
LONGEST_COMPLAINT = 65_536
_PLACE = re.compile(r'^  File "(.+)", line (\d+) in (\S+)$', re.MULTILINE)


@dataclass(frozen=True)
class Limits:
    """What reading one file may take: seconds of work and memory, for a small one; a large one may take more."""

    seconds: int = 30
    memory_mb: int = 1536

    def of(self, size: int) -> "Limits":
        """Return the limits of a file of so many bytes."""
        mb = size >> 20
        return Limits(
            self.seconds * (1 + mb // MB_OF_THE_SECONDS), self.memory_mb + MEMORY_MB_PER_MB * min(mb, LARGEST_MB)
        )


def limits() -> Limits:
    """Return the limits that RAPOR_READ_SECONDS and RAPOR_READ_MEMORY_MB set; what is no number above zero sets nothing."""
    usual = Limits()
    return Limits(_number(SECONDS) or usual.seconds, _number(MEMORY_MB) or usual.memory_mb)


def _number(name: str) -> int | None:
    text = os.environ.get(name, "").strip()
    return int(text) or None if text.isascii() and text.isdecimal() and len(text) < 9 else None


class Stopped(Exception):
    """Reading a file was ended, or ended itself; `code` names the message that says why.

    `is_lasting` tells whether it would end so again; `lines` say where in the code it was, where that is known.
    """

    def __init__(
        self, code: str, details: dict[str, str], *, is_lasting: bool = True, lines: Sequence[str] = ()
    ) -> None:
        super().__init__(code)
        self.code, self.details, self.is_lasting, self.lines = code, details, is_lasting, tuple(lines)


class Changed(Exception):
    """The file is no longer what it was when its hash was taken."""


@dataclass
class _Reader:
    """One living process."""

    process: subprocess.Popen[bytes]
    connection: socket.socket
    complaints: IO[bytes]
    is_ready: bool = False
    idle_mb: int = 0
    rules: tuple[Any, ...] = field(default_factory=tuple)

    def receive(self, seconds: float, most_mb: float = math.inf) -> dict[str, Any] | None:
        """Return what the process says, None where it ended; raises TimeoutError, MemoryError, and Garbled."""
        until = time.monotonic() + seconds
        while not select.select([self.connection], [], [], LOOK_SECONDS)[0]:
            if time.monotonic() >= until:
                raise TimeoutError
            if self.held_mb() > most_mb:
                raise MemoryError
        self.connection.settimeout(max(1.0, until - time.monotonic()))
        received = wire.receive(self.connection)
        return None if received is None else wire.said(received[0])

    def held_mb(self) -> int:
        """Return how much memory the process holds; 0 of one that has ended."""
        try:
            pages = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]
        except (OSError, IndexError):
            return 0
        return int(pages) * os.sysconf("SC_PAGE_SIZE") >> 20

    def end(self) -> int:
        """End the process with all that it started, and return how it ended."""
        self.connection.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait()


_one_at_a_time = threading.RLock()
_living: list[_Reader] = []  # one at most


def expect() -> None:
    """Have a process get ready while the caller does something else; nothing where one lives."""
    with _one_at_a_time:
        if not _living or _living[0].process.poll() is not None:
            end()
            _living.append(_started())


def end() -> None:
    """End the living process, if there is one."""
    with _one_at_a_time:
        while _living:
            reader = _living.pop()
            reader.end()
            reader.complaints.close()


atexit.register(end)


def read(
    bare: "Reading",
    file: IO[bytes],
    named: "Sighting",
    rules: tuple[Any, Any],
    spool_folder: Path,
    far: Callable[[float], None] = lambda _share: None,
) -> "Outcome":
    """Return what an open file gives, read in a process of its own under limits; raises Stopped, and Changed.

    `rules` are the declarations and the registers; the tables come back through a nameless file in `spool_folder`. `far` is told which
    share of a large file was read.
    """
    with _one_at_a_time, tempfile.TemporaryFile(dir=spool_folder) as spool:
        allowed = limits().of(bare.bytes)
        job = {
            "key": bare.key, "sha": bare.sha256, "bytes": bare.bytes, "seconds": allowed.seconds,
            "memory_mb": allowed.memory_mb, "named": asdict(named),
        }  # fmt: skip
        try:
            return _told(_asked(job, file, spool, rules, allowed, far), bare, spool)
        except BaseException:
            end()  # whatever it was: a process that failed, or one whose answer nobody waits for
            raise


def give_back(
    bare: "Reading",
    file: IO[bytes],
    named: "Sighting",
    rules: tuple[Any, Any],
    spool_folder: Path,
    wrong: Sequence[Mapping[str, Any]],
) -> tuple[bytes, bool] | None:
    """Return the workbook that goes back to the sender of an open file, and whether it is his own with marks; None where there is none.

    `wrong` is what is wrong in it, as `etl.returning` takes it; made in the process that reads, raises Stopped and Changed as it does.
    """
    with _one_at_a_time, tempfile.TemporaryFile(dir=spool_folder) as spool:
        allowed = limits().of(bare.bytes)
        job = {
            "key": bare.key, "sha": bare.sha256, "bytes": bare.bytes, "seconds": allowed.seconds,
            "memory_mb": allowed.memory_mb, "named": asdict(named), "wrong": list(wrong),
        }  # fmt: skip
        try:
            answer = _asked(job, file, spool, rules, allowed)
            if answer.get("changed"):
                raise Changed
            if answer.get("stopped") or answer.get("fault"):
                raise Stopped("file_unexpected", {"found": "?"})
            if not isinstance(answer.get("bytes"), int):
                return None
            return os.pread(spool.fileno(), answer["bytes"], 0), answer.get("is_own") is True
        except BaseException:
            end()
            raise


def _asked(
    job: dict[str, Any],
    file: IO[bytes],
    spool: IO[bytes],
    rules: tuple[Any, Any],
    allowed: Limits,
    far: Callable[[float], None] = lambda _share: None,
) -> Any:
    """Return the answer of the process to a job; raises Stopped."""
    expect()
    reader = _living[0]
    try:
        if not reader.is_ready and reader.receive(STARTING_SECONDS) is None:
            raise _ended(reader, allowed)
        if not reader.is_ready:
            reader.is_ready, reader.idle_mb = True, reader.held_mb()
        is_new = reader.rules is not rules
        wire.send(reader.connection, json.dumps(job | {"rules": is_new}).encode(), (file.fileno(), spool.fileno()))
        if is_new:
            wire.send(reader.connection, wire.rules(*rules))
            reader.rules = rules
        until, most_mb = time.monotonic() + allowed.seconds * WAITS + 5, reader.idle_mb + allowed.memory_mb
        while (answer := reader.receive(until - time.monotonic(), most_mb)) is not None and "far" in answer:
            if time.monotonic() >= until:
                raise TimeoutError
            if isinstance(share := answer["far"], float):
                far(min(max(share, 0.0), 1.0))
    except MemoryError:
        raise Stopped("file_too_much_memory", {"limit": str(allowed.memory_mb)}) from None
    except TimeoutError:
        raise Stopped("file_too_slow", {"limit": str(allowed.seconds)}, is_lasting=False) from None
    except OSError:
        answer = None
    except wire.Garbled as error:
        raise Stopped("file_stopped", {"found": "?"}) from error
    if answer is None:
        raise _ended(reader, allowed)
    return answer


def _told(answer: dict[str, Any], bare: "Reading", spool: IO[bytes]) -> "Outcome":
    if answer.get("changed"):
        raise Changed
    if answer.get("stopped") == "memory":
        raise _too_much_memory(bare)
    if fault := answer.get("fault"):
        kind = re.sub(r"\W", "", str(fault.get("kind")))[:60]
        lines = [re.sub(r"[^\x20-\x7e]", "?", str(line))[:200] for line in fault.get("lines", [])][: faults.MOST_LINES]
        raise Stopped("file_unexpected", {"found": kind}, lines=lines)
    if not isinstance(answer.get("memory_mb"), int) or answer["memory_mb"] > IDLE_MEMORY_MB:
        end()
    try:
        return wire.outcome_in(answer, spool.fileno(), bare)
    except wire.Garbled as error:
        raise Stopped("file_stopped", {"found": "?"}) from error


def _too_much_memory(bare: "Reading") -> Stopped:
    return Stopped("file_too_much_memory", {"limit": str(limits().of(bare.bytes).memory_mb)})


def _ended(reader: _Reader, allowed: Limits) -> Stopped:
    """Return why a process ended before it gave an answer."""
    time.sleep(0.05)  # so that a process that is just going says how by itself
    code = reader.end()
    reader.complaints.seek(0)
    said = reader.complaints.read()[-LONGEST_COMPLAINT:].decode("utf-8", "replace")
    lines = [f"  {faults.shown(name)}:{line} {function}" for name, line, function in _PLACE.findall(said)]
    if "memory allocation" in said or "MemoryError" in said or "bad_alloc" in said:
        return Stopped("file_too_much_memory", {"limit": str(allowed.memory_mb)})
    if -code == signal.SIGXCPU:
        return Stopped("file_too_slow", {"limit": str(allowed.seconds)})
    name = signal.Signals(-code).name if code < 0 else str(code)
    return Stopped("file_stopped", {"found": name}, is_lasting=-code != signal.SIGKILL, lines=lines)


def key_of_stopped(key: str, stopped: Stopped | None = None) -> str:
    """Return the key of a reading that was ended: under the same limits it would be again, under others it is tried anew.

    One that would perhaps not end so again has a key that nobody asks for, so that the next load tries.
    """
    lasting = stopped is None or stopped.is_lasting
    return hashlib.sha256(f"{key}|{limits()}|{'' if lasting else 'passing'}".encode()).hexdigest()[:24]


def _started() -> _Reader:
    """Return a new process.

    The system ends it together with the thread that started it (see queries/sandbox/limits.py): that thread outlives it.
    """
    ours, theirs = socket.socketpair()
    complaints = tempfile.TemporaryFile()  # noqa: SIM115  closed with the process
    most = limits().of(LARGEST_MB << 20).memory_mb
    born: list[subprocess.Popen[bytes] | OSError] = []
    is_born = threading.Event()

    def start_and_stay() -> None:
        try:
            process = subprocess.Popen(  # noqa: S603  our own module
                [sys.executable, "-P", "-s", "-B", "-m", "etl.intake.worker", str(theirs.fileno()), str(os.getpid()), str(most)],
                cwd="/", env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaints,
                pass_fds=(theirs.fileno(),), start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            born.append(error)
            is_born.set()
            return
        born.append(process)
        is_born.set()
        process.wait()

    threading.Thread(target=start_and_stay, name="rapor-reader", daemon=True).start()
    is_born.wait()
    theirs.close()
    if isinstance(born[0], OSError):
        raise born[0]
    return _Reader(born[0], ours, complaints)


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    return kept | {"PYTHONPATH": str(PROJECT), "POLARS_MAX_THREADS": "2"}
