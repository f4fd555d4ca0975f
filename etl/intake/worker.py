"""The process that reads files: one after another, without a way out, under hard limits.

`python -m etl.intake.worker SOCKET PARENT MEMORY_MB` takes jobs on that socket (see `process.py`) and answers each.
"""

import faulthandler
import gc
import hashlib
import json
import os
import resource
import socket
import sys
import time
from collections.abc import Callable
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from etl.conforming.report import read_report
from etl.folder import PRODUCT_REFERENCE
from etl.intake import faults, wire
from etl.lake import Sighting
from etl.reading import pace
from etl.reading.files import Unreadable
from etl.returning.note import Unable
from queries.sandbox import confine, limits

ETL = Path(__file__).resolve().parents[1]
LARGEST_RESULT = 8 << 30
LONG = 64 << 20  # bytes from which on a file is not held in memory as a whole: its hash is taken after it was read
EVERY_SECONDS = 0.25  # how far a file is, is said
SPARE = 128 << 20  # bytes that threads of libraries may write to and seldom do


def main() -> None:
    """Answer each job until the other side ends."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    limits.end_with(int(sys.argv[2]))
    limits.hold({**limits.NEVER_MORE, resource.RLIMIT_FSIZE: LARGEST_RESULT})
    limits.go_first()
    confine.confine(None, str(ETL), str(PRODUCT_REFERENCE))
    faulthandler.enable()  # a crash says where in the code it was
    base, known = _written_to(), ()
    limits.hold(limits.memory(base + SPARE + (int(sys.argv[3]) * 5 // 4 << 20)))
    wire.send(connection, b"{}")  # ready
    while (received := wire.receive(connection, most_files=2)) is not None:
        message, (source, spool) = received
        job = wire.said(message)
        if job["rules"]:
            sent = wire.receive(connection)
            if sent is None:
                break
            known = wire.rules_in(sent[0])
        answer: dict[str, Any]
        try:
            _limit(base, job)
            with pace.heard(_saying(connection)):
                answer = _answer(job, source, spool, known)
        except MemoryError:
            answer = {"stopped": "memory"}
        except Exception as error:  # whatever it is, the parent is told
            answer = {"fault": faults.without_data(error)}
        except BaseException as error:  # a panic of a library in Rust: what it left behind is no more to be trusted
            answer = {"fault": faults.without_data(error), "is_last": True}
        os.close(source)
        os.close(spool)
        gc.collect()
        answer["memory_mb"] = (_written_to() - base) >> 20
        wire.send(connection, json.dumps(answer).encode())
        if answer.get("is_last"):
            break
    os._exit(0)


def _saying(connection: socket.socket) -> Callable[[float], None]:
    """Return what tells the parent now and then how far a file is."""
    said = time.monotonic()

    def tell(share: float) -> None:
        nonlocal said
        if time.monotonic() - said >= EVERY_SECONDS:
            said = time.monotonic()
            wire.send(connection, json.dumps({"far": share}).encode())

    return tell


def _answer(job: dict[str, Any], source: int, spool: int, rules: tuple[Any, ...]) -> dict[str, Any]:
    with os.fdopen(os.dup(source), "rb") as file:
        if job["bytes"] < LONG or os.fstat(source).st_size != job["bytes"]:
            content = file.read(job["bytes"] + 1)
            if hashlib.sha256(content).hexdigest() != job["sha"]:
                return {"changed": True}
            if "wrong" in job:
                return _given_back(job, content, spool, rules)
            outcome = read_report(job["key"], job["sha"], content, Sighting(**job["named"]), *rules)
        else:
            with mmap(source, job["bytes"], access=ACCESS_READ) as pages:
                outcome = read_report(job["key"], job["sha"], pages, Sighting(**job["named"]), *rules)
            if hashlib.file_digest(file, "sha256").hexdigest() != job["sha"]:
                return {"changed": True}
    return wire.outcome_out(outcome, spool)


def _given_back(job: dict[str, Any], content: bytes, spool: int, rules: tuple[Any, ...]) -> dict[str, Any]:
    """Write the workbook that goes back to the sender of a file to an open file, and say how long it is."""
    from etl.returning.returned import given_back  # noqa: PLC0415  it takes a sixth of the time that the process takes to start

    try:
        given, is_own = given_back(content, job["sha"], Sighting(**job["named"]), job["wrong"], *rules)
    except (Unreadable, Unable) as error:
        return {"unable": type(error).__name__}
    with os.fdopen(os.dup(spool), "wb") as file:
        file.write(given)
    return {"bytes": len(given), "is_own": is_own}


def _limit(base: int, job: dict[str, Any]) -> None:
    """Have the system hold this file to its limits: memory beyond what the process takes without one, and seconds of work.

    The parent looks at the memory, too, and ends the process at the limit itself; this is for what grows between two looks.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + job["seconds"] + 1
    most = limits.memory(base + SPARE + (job["memory_mb"] * 5 // 4 << 20))
    limits.hold({**most, resource.RLIMIT_CPU: seconds}, for_good=False)


def _written_to() -> int:
    """Return how many bytes of memory this process may write to, as RLIMIT_DATA counts them."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return int(fields["VmData"].split()[0]) << 10


if __name__ == "__main__":
    main()
