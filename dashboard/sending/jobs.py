"""The processes behind a sending: one that stays ready and looks at files, and one a load; the pages never wait for either."""

import asyncio
import contextlib
import json
import logging
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dashboard.access import Asker
from dashboard.folder import PROJECT, data_dir
from dashboard.sending import box
from dashboard.sending.box import Sending, Stated
from dashboard.words import text
from queries import whole

MOST_SHOWN = 200  # rejects of a file that are kept for its page; the rest stand on Mutu data once it is loaded
KEPT = (
    "stated",
    "mended",
    "undone",
    "files",
    "spoken",
    "beside",
)  # of a preview once it was loaded: no cell of a report
IDLE_SECONDS = 600  # after which the process that looks at files ends, until it is needed again
HELPER_IDLE_SECONDS = 30  # after which the one beside it does, which is there for sendings of several files
HELPER_MB = 1024  # that must be free for it
HELPER_FILES = 3  # so many are worth the seconds in which it starts
ANSWER_BYTES = 256_000_000
TRIES = 2  # to look at a file, where the process that does so is ended
log = logging.getLogger("rapor")
_tasks: dict[str, asyncio.Task[None]] = {}


class Reader:
    """The process that looks at files, started when it is first needed and again after it ended; one file at a time."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self.far: tuple[str, float] = ("", 0.0)  # the file that is looked at, and which share of it was read

    async def ready(self) -> None:
        """Have the process get ready, so that the first file need not wait for it."""
        async with self._turn:
            await self._started()
            self._rest()

    async def look(self, path: str, asked: Mapping[str, Any], back: str = "") -> dict[str, Any]:
        """Return what loading a file would do, as `rapor load --preview --json` says it; `fault` in words where that can't be said.

        Where `back` names a place, the file with what is wrong in it marked is put there instead, and its name is returned.
        """
        line = json.dumps({"path": path, **asked, **asked["stated"], "back": back}).encode() + b"\n"
        async with self._turn:
            for _try in range(TRIES):
                try:
                    return await self._told(path, line)
                except (OSError, ValueError) as fault:  # it ended, or was ended: another one is asked
                    log.error("a preview failed: %s", type(fault).__name__)
                    self.end()
                finally:
                    self.far = ("", 0.0)
                    self._rest()
            return {"fault": text.MISSING}

    async def _told(self, path: str, line: bytes) -> dict[str, Any]:
        """Return what the process answers to a line; raises ValueError where it ended."""
        process = await self._started()
        assert process.stdin is not None  # noqa: S101  a pipe
        assert process.stdout is not None  # noqa: S101  a pipe
        process.stdin.write(line)
        await process.stdin.drain()
        self.far = (path, 0.0)
        while "far" in (said := json.loads(await process.stdout.readline())):
            self.far = (path, said["far"])
        return said

    def end(self) -> None:
        """End the process."""
        if self._process and self._process.returncode is None:
            self._process.kill()
        self._process = None

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *_command("look"), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL, env=_environment(), cwd=PROJECT, limit=ANSWER_BYTES,
            )  # fmt: skip
            assert self._process.stdout  # noqa: S101  a pipe
            await self._process.stdout.readline()
        return self._process

    def _rest(self) -> None:
        if self._idle:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(self._idle_seconds, self.end)


_readers: dict[asyncio.AbstractEventLoop, tuple[Reader, Reader]] = {}


def reader() -> Reader:
    """Return the one that looks at files in this server."""
    return _both()[0]


def _both() -> tuple[Reader, Reader]:
    loop = asyncio.get_running_loop()
    if loop not in _readers:
        _readers.clear()
        _readers[loop] = (Reader(), Reader(HELPER_IDLE_SECONDS))
    return _readers[loop]


def _readers_for(files: int) -> tuple[Reader, ...]:
    """Return those that look at so many files: two at once where they are several, with two processors and memory for both."""
    has_room = len(os.sched_getaffinity(0)) > 1 and _free_mb() >= HELPER_MB
    return _both() if files >= HELPER_FILES and has_room else _both()[:1]


def _free_mb() -> int:
    """Return how much memory of the machine is free, 0 where it does not say."""
    try:
        said = Path("/proc/meminfo").read_text(encoding="ascii").partition("MemAvailable:")[2]
        return int(said.split()[0]) >> 10
    except (OSError, ValueError, IndexError):
        return 0


def resume(sending: Sending) -> Sending:
    """See to it that work on a sending goes on or is known to have ended, whatever became of the server meanwhile; return its state."""
    if sending.id in _tasks:
        return sending
    if sending.state == "reading":
        _start(sending, _read(sending))
    elif sending.state == "loading" and (ended := _ended(sending)):
        return ended
    return sending


def read(sending: Sending) -> Sending:
    """Begin to look at the files of a sending, again where something was stated of them."""
    if sending.id in _tasks:
        return sending
    sending = box.save(replace(sending, state="reading", tries=sending.tries + 1))
    _start(sending, _read(sending))
    return sending


def read_anew(sending: Sending) -> Sending:
    """Look again at the files of a sending that was read, since what registers know has changed."""
    if sending.id in _tasks or sending.state != "read":
        return sending
    box.answer_place(sending, "preview").unlink(missing_ok=True)
    return read(sending)


def reopen(sending: Sending) -> Sending:
    """Look at the files of a sending that was loaded once more, so that a cell can be mended or that be taken back."""
    if sending.id not in _tasks:
        box.answer_place(sending, "preview").unlink(missing_ok=True)
    return read(sending)


def load(sending: Sending, asker: Asker) -> Sending:
    """Begin to load a sending for one who asks, in a process that goes on when the server ends; nothing where one is at work on it.

    Nothing is awaited from here until it is kept as being loaded: of two who press at once one loads.
    """
    if sending.id in _tasks:
        return sending
    box.answer_place(sending, "load").unlink(missing_ok=True)
    sending = box.save(box.to_inbox(replace(sending, tries=sending.tries + 1)))
    _start(sending, _load(sending, asker))
    return sending


async def give_back(sending: Sending, name: str) -> tuple[str, bytes] | None:
    """Return a file of a sending with what is wrong in it marked, under the name that it goes back by; None where there is none."""
    path, back = sending.folder / name, data_dir() / box.FOLDER / f"{sending.id}-{secrets.token_hex(8)}.back"
    if name not in sending.names or not path.is_file():
        return None
    try:
        back.touch(0o600)
        said = await reader().look(str(path), sending.asked_of(name), str(back))
        return (said["name"], back.read_bytes()) if said.get("name") else None
    finally:
        back.unlink(missing_ok=True)


def _start(sending: Sending, work: Any) -> None:
    task = asyncio.get_running_loop().create_task(work)
    _tasks[sending.id] = task
    task.add_done_callback(lambda _done: _tasks.pop(sending.id, None))


async def _read(sending: Sending) -> None:
    """Look at each file that was not looked at as it is stated now, and write down what was found after each."""
    known = box.answer(sending, "preview") or {}
    waiting = [name for name in sending.names if name not in known or not sending.is_looked_at(known[name], name)]

    async def look_through(one: Reader) -> None:
        with contextlib.suppress(OSError, ValueError):
            await one.ready()  # before it takes a file, which the other may be free for meanwhile
        while waiting and _is_read(sending):
            name = waiting.pop(0)
            asked = sending.asked_of(name)
            found = await one.look(str(sending.folder / name), asked)
            if _is_read(sending):
                known[name] = {**asked, **box.shortened(found, sending.units, MOST_SHOWN)}
                _write(sending, "preview", known)

    await asyncio.gather(*map(look_through, _readers_for(len(waiting))))
    if _is_read(sending):
        box.save(replace(sending, state="read"))


def _is_read(sending: Sending) -> bool:
    """Whether a sending is still to be looked at as it was when that began: it may have been taken back."""
    now = box.now(sending)
    return now is not None and (now.state, now.tries) == ("reading", sending.tries)


async def _load(sending: Sending, asker: Asker) -> None:
    parts: dict[Stated, dict[str, Any]] = {}
    known = box.answer(sending, "preview") or {}
    for name in sending.names:
        path = sending.folder / name
        if name in sending.left_out or not path.is_file():
            continue
        stated = sending.stated.get(name, Stated())
        part = parts.setdefault(
            stated, {"stated": asdict(stated), "paths": [], "confirm": [], "mended": [], "undone": []}
        )
        part["paths"].append(str(path))
        part["mended"] += [
            asdict(each) for each in sending.mended if each.name == name and each not in sending.in_force
        ]
        part["undone"] += [asdict(each) for each in sending.undone if each.name == name]
        if name in sending.confirmed:  # each held report in it, of a zip by the name that it has there
            held = [file for file in known.get(name, {}).get("files", ()) if file["status"] == "held"]
            part["confirm"] += [f"{file['folder']}/{file['name']}" for file in held]
    asked = json.dumps({"by": asker.name, "role": asker.viewer.role, "parts": list(parts.values())})
    process = await asyncio.create_subprocess_exec(
        *_command("load", str(box.answer_place(sending, "load"))), stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, env=_environment(), cwd=PROJECT,
        start_new_session=True,
    )  # fmt: skip
    _pid(sending).write_text(f"{process.pid} {_born(process.pid)}", encoding="utf-8")
    await process.communicate(asked.encode())
    if not _ended(sending):
        box.save(replace(sending, state="failed"))


def _ended(sending: Sending) -> Sending | None:
    """Return a sending whose load has ended, as it is kept from then on; None where it still runs."""
    said = box.answer(sending, "load")
    if said is None:
        return None if _is_alive(sending) else box.save(replace(sending, state="failed"))
    read = box.answer(sending, "preview") or {}
    _write(sending, "preview", {name: {key: one[key] for key in KEPT if key in one} for name, one in read.items()})
    published = [report["published"] for report in said["reports"] if report["published"]]
    state = "failed" if said.get("fault") else "loaded"
    build_id = published[-1] if published else sending.build_id
    ended_at = sending.ended_at or (_now() if state == "loaded" else "")
    in_force = sending.mended if state == "loaded" else sending.in_force
    return box.save(replace(sending, state=state, build_id=build_id, ended_at=ended_at, in_force=in_force))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def far(sending: Sending) -> tuple[int, int, str, float]:
    """Return how far the work on a sending is: done, of how many, the stage of a load, and which share of the next file was read."""
    if sending.state == "reading":
        now = [each.far for both in _readers.values() for each in both]  # asked from a thread, which has no loop
        share = max((share for path, share in now if path.startswith(f"{sending.folder}/")), default=0.0)
        return len(box.answer(sending, "preview") or {}), len(sending.names), "read", share
    try:
        now = json.loads(box.answer_place(sending, "load").with_suffix(".far").read_text(encoding="utf-8"))
        return now["done"], now["total"], now["stage"], now.get("share", 0.0)
    except (OSError, ValueError, KeyError):
        return 0, 0, "wait", 0.0


def _pid(sending: Sending) -> Any:
    return box.answer_place(sending, "load").with_suffix(".pid")


def _is_alive(sending: Sending) -> bool:
    """Whether the process that loads a sending lives: that one, and none that got its number later."""
    try:
        pid, born = _pid(sending).read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return False
    return born != "" and _born(int(pid)) == born


def _born(pid: int) -> str:
    """Return when a process was started, by the system's own count; nothing of one that is not there, or dead and not yet buried."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(") ")[2].split()
    except OSError:
        return ""
    return "" if said[0] in "ZX" else said[19]


def _write(sending: Sending, what: Any, content: Any) -> None:
    whole.write(box.answer_place(sending, what), json.dumps(content, ensure_ascii=False))


async def answer_of(module: str, asked: bytes, most_seconds: float) -> bytes:
    """Return what a module of the command line answers to what it is asked; raises OSError where it does not in that time."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL, env=_environment(), cwd=PROJECT,
    )  # fmt: skip
    try:
        said, _nothing = await asyncio.wait_for(process.communicate(asked), most_seconds)
    except (TimeoutError, asyncio.CancelledError):
        process.kill()
        raise
    if process.returncode:
        raise ChildProcessError(module)
    return said


def _command(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "rapor.receiving", *words)


def _environment() -> dict[str, str]:
    """Return what such a process knows of its surroundings: not whom the server stands in for, and Indonesian for what it says."""
    return {**os.environ, "RAPOR_DATA": str(data_dir().resolve()), "RAPOR_LANG": "id"}
