"""Analysts' SQL, each in a process of its own that this one starts, watches and ends; nothing of it is read or run here."""

import atexit
import contextlib
import json
import os
import secrets
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from queries import scratch
from queries.sandbox.turns import Turns

FORMS = ("parquet", "csv", "csv_semicolon", "xlsx", "json")
CODES = (
    "empty",
    "not_one",
    "not_select",
    "syntax",
    "unknown_name",
    "forbidden",
    "memory",
    "time",
    "stopped",
    "too_large",
    "died",
    "other",
)
LONGEST_DETAIL = 1000
LARGEST_FILE_MB = 4096
SPARE_MB = 512  # what the process takes beside DuckDB's own memory: code, the rows on their way to the file
LONGEST_LINE = 64 << 20  # what the process may say in one line; its column names may be long
PROJECT = Path(__file__).resolve().parents[2]
KEPT_ENVIRONMENT = ("LD_LIBRARY_PATH", "PYTHONHOME")  # without these some interpreters don't start
DATABASE = "data.duckdb"  # as in worker.py, which is not imported here: it holds DuckDB


@dataclass(frozen=True)
class Limits:
    """What one run may take; `rows` None is as many as there are."""

    seconds: float = 30
    memory_mb: int = 1024
    rows: int | None = 100_000
    threads: int = 2


@dataclass(frozen=True)
class Result:
    """A finished run: the file, (name, DuckDB type) of each column, and whether there were more rows than the limit."""

    path: Path
    columns: tuple[tuple[str, str], ...]
    rows: int
    is_cut: bool
    seconds: float


class Refused(Exception):
    """No result: `code` is one of CODES, `detail` what DuckDB says of it, without a path of this machine."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


class Run:
    """One started run. A thread of its own watches it, so that the limits hold even if nobody asks for the result."""

    def __init__(self, file: Path, job: dict[str, Any], target: Path, limits: Limits) -> None:
        self._file = file
        self._job = job
        self._target = target
        self._limits = limits
        self._started = time.monotonic()
        self._seconds: float | None = None
        self._rows = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._is_stopped = False
        self._outcome: Result | Refused | None = None
        self._lock = threading.Lock()  # holds the process id: it must not be reaped between a look and a kill
        self._finished = threading.Event()
        self._ends: weakref.finalize | None = None

    @classmethod
    def start(
        cls,
        file: Path,
        sql: str,
        target: Path,
        limits: Limits | None = None,
        form: str = "parquet",
        explain: bool = False,
    ) -> "Run":
        """Begin to run one SELECT on a DuckDB file and to write its rows to `target`; `explain` asks for its plan instead.

        It waits for its turn. Raises ValueError for an unknown form, FileNotFoundError where there is no file or no folder of the target.
        """
        limits = limits or Limits()
        if form not in FORMS:
            raise ValueError(f"no form {form!r}; there are: {', '.join(FORMS)}")
        file, target = Path(file).resolve(strict=True), Path(target)
        target = target.parent.resolve(strict=True) / target.name
        job = {
            "sql": sql,
            "explain": explain,
            "form": form,
            "rows": limits.rows,
            "seconds": limits.seconds,
            "memory_mb": limits.memory_mb,
            "threads": limits.threads,
            "file_mb": LARGEST_FILE_MB,
            "spare_mb": SPARE_MB,
            "parent": os.getpid(),
        }
        run = cls(file, job, target, limits)
        _alive.add(run)
        _turns.join(run)
        threading.Thread(target=run._watch, name="rapor-query", daemon=True).start()
        return run

    def belongs_to(self, owner: object) -> None:
        """End it with its owner, such as what a reader's session holds of it, as soon as nothing keeps that any more."""
        self._ends = weakref.finalize(owner, _end_apart, weakref.ref(self))

    @property
    def state(self) -> str:
        """Return `waiting`, `running`, `done`, `failed` or `stopped`."""
        match self._outcome:
            case None:
                return "waiting" if self.place else "running"
            case Result():
                return "done"
        return "stopped" if self._is_stopped else "failed"

    @property
    def is_over(self) -> bool:
        """Whether it has ended, well or not."""
        return self._outcome is not None

    @property
    def place(self) -> int:
        """Return the place in the queue, 1 for the next one to run; 0 of one that runs or has ended."""
        return _turns.place(self)

    @property
    def rows(self) -> int:
        """Return how many rows are written so far."""
        return self._outcome.rows if isinstance(self._outcome, Result) else self._rows

    @property
    def seconds(self) -> float:
        """Return the wall time from its turn until now, or until the end."""
        return time.monotonic() - self._started if self._seconds is None else self._seconds

    @property
    def process_id(self) -> int | None:
        """Return the id of the process, None before it is started."""
        return self._process.pid if self._process else None

    def stop(self) -> None:
        """End the process, whatever it does, and remove what it wrote; a run that has ended stays as it is."""
        self.end()
        self._finished.wait()

    def end(self) -> None:
        """End it as `stop` does, without waiting until it has."""
        with self._lock:
            if self._outcome is None:
                self._is_stopped = True
                self._kill()
        _turns.leave(self)

    def result(self, timeout: float | None = None) -> Result:
        """Return the result when it is there; raises Refused, and TimeoutError where it still runs after `timeout` seconds."""
        if not self._finished.wait(timeout):
            raise TimeoutError
        assert self._outcome is not None  # noqa: S101  set before the event
        if isinstance(self._outcome, Refused):
            raise Refused(self._outcome.code, self._outcome.detail)
        return self._outcome

    def _kill(self) -> None:
        """End the process with all that it started; the caller holds the lock."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _watch(self) -> None:
        """Start the process and see it through.

        The system ends a process together with the thread that started it (see worker.py), so this thread outlives it.
        """
        is_on = _turns.take(self)
        self._started = time.monotonic()
        outcome: Result | Refused = Refused("died")
        part = self._target.with_name(f".{secrets.token_hex(8)}.part")
        folder = Path(tempfile.mkdtemp(dir=scratch.own()))
        try:
            outcome = self._run(folder, part) if is_on else Refused("stopped")
        except (ValueError, KeyError, TypeError):
            outcome = Refused("died", "unreadable")  # what the process said is no answer: it was not itself any more
        except OSError as error:
            outcome = Refused("other", self._without_paths(f"{type(error).__name__}: {error.strerror}", folder))
        finally:
            self._seconds = time.monotonic() - self._started
            with self._lock:
                if self._is_stopped:
                    outcome = Refused("stopped")
                if isinstance(outcome, Result):
                    outcome = self._keep(part, outcome)
                part.unlink(missing_ok=True)
                shutil.rmtree(folder, ignore_errors=True)
                self._outcome = outcome
            _alive.discard(self)
            if is_on:
                _turns.end()
            if self._ends is not None:
                self._ends.detach()
            self._finished.set()

    def _keep(self, part: Path, result: Result) -> Result | Refused:
        try:
            part.replace(self._target)
        except OSError as error:
            return Refused("other", f"{type(error).__name__}: {error.strerror}")
        return result

    def _run(self, folder: Path, part: Path) -> Result | Refused:
        _link(self._file, folder / DATABASE)
        receive, send = os.pipe()
        with (
            os.fdopen(receive, "rb", buffering=0) as pipe,
            os.fdopen(send, "wb") as end,
            part.open("xb") as out,
            tempfile.TemporaryFile() as job,
            tempfile.TemporaryFile() as complaints,
        ):
            job.write(json.dumps(self._job | {"pipe": end.fileno(), "out": out.fileno()}).encode())
            job.seek(0)
            with self._lock:
                if self._is_stopped:
                    return Refused("stopped")
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-s", "-B", "-m", "queries.sandbox.worker"],
                    cwd=folder,
                    env=_environment(),
                    stdin=job,
                    stdout=subprocess.DEVNULL,
                    stderr=complaints,
                    pass_fds=(end.fileno(), out.fileno()),
                    start_new_session=True,
                )
            end.close()  # the pipe ends with the process
            try:
                answer = self._listen(pipe)
            finally:
                ended = self._reap()
            complaints.seek(0)
            return self._understood(answer, ended, complaints.read(65_536).decode("utf-8", "replace"), folder)

    def _listen(self, pipe: IO[bytes]) -> dict[str, Any] | None:
        """Return the last word of the process, None where it ended without or spoke too long; {} when its time was up."""
        line = b""
        while True:
            left = self._limits.seconds - (time.monotonic() - self._started)
            if left <= 0:
                return {}
            if not select.select([pipe], [], [], min(left, 3600))[0]:
                continue
            read = pipe.read(1 << 20)
            if not read or len(line) > LONGEST_LINE:
                return None
            *lines, line = (line + read).split(b"\n")
            for each in lines:
                message = json.loads(each)
                if "progress" not in message:
                    return message
                self._rows = message["progress"]

    def _reap(self) -> int:
        """End the process, if it has not ended by itself a moment after its last word, and return how it ended."""
        assert self._process is not None  # noqa: S101
        patience = time.monotonic() + 1
        while True:
            with self._lock:
                if time.monotonic() > patience or self._limits.seconds < time.monotonic() - self._started:
                    self._kill()
                ended = self._process.poll()
            if ended is not None:
                return ended
            time.sleep(0.002)

    def _understood(self, answer: dict[str, Any] | None, ended: int, complaint: str, folder: Path) -> Result | Refused:
        if answer == {} or (answer is None and -ended in {signal.SIGALRM, signal.SIGXCPU}):
            return Refused("time", f"{self._limits.seconds:g}")
        if answer is None:
            is_memory = "bad_alloc" in complaint or "MemoryError" in complaint
            return Refused("memory" if is_memory else "died", signal.Signals(-ended).name if ended < 0 else str(ended))
        if "refused" in answer:
            code = answer["refused"] if answer["refused"] in CODES else "other"
            return Refused(code, self._without_paths(str(answer["detail"]), folder)[:LONGEST_DETAIL])
        done = answer["done"]
        columns = tuple((str(name), str(kind)) for name, kind in done["columns"])
        return Result(self._target, columns, int(done["rows"]), bool(done["is_cut"]), self.seconds)

    def _without_paths(self, text: str, folder: Path) -> str:
        """Return a message without the folders of this machine that could stand in it."""
        places = {str(path) for path in (self._file, self._file.parent, self._target, self._target.parent)}
        places |= {str(folder), str(folder.resolve()), str(PROJECT), str(Path.home()), sys.prefix, sys.base_prefix}
        for place in sorted(places, key=len, reverse=True):
            if len(place) > 1:
                text = text.replace(place, "…")
        return text


def run(
    file: Path,
    sql: str,
    target: Path,
    limits: Limits | None = None,
    form: str = "parquet",
    explain: bool = False,
) -> Result:
    """Run one SELECT on a DuckDB file, write its rows to `target` and return the result; raises Refused and as Run.start does."""
    return Run.start(file, sql, target, limits, form, explain).result()


def waiting() -> int:
    """Return how many runs wait for their turn in this process."""
    return _turns.waiting()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    return kept | {"PYTHONPATH": str(PROJECT), "ARROW_DEFAULT_MEMORY_POOL": "system", "POLARS_MAX_THREADS": "2"}


def _link(file: Path, name: Path) -> None:
    """Put the file under another name: DuckDB tells where a file is (duckdb_databases), and follows a symbolic link."""
    try:
        os.link(file, name)
    except OSError:  # another disk: the queries work, and the place can be seen
        name.symlink_to(file)


def _end_apart(run: "weakref.ref[Run]") -> None:
    """End a run whose owner is gone, in a thread of its own: the one that lets go of the owner may hold the run's lock."""
    if (alive := run()) is not None:
        threading.Thread(target=alive.end, name="rapor-query-end", daemon=True).start()


_alive: "weakref.WeakSet[Run]" = weakref.WeakSet()
_turns = Turns()


@atexit.register
def _stop_all() -> None:
    for each in list(_alive):
        each.stop()
