"""The process that changes registers, one run for each thing that is asked; a page waits for its answer and never writes itself."""

import asyncio
import json
import logging
import os
import sys
from typing import Any

from dashboard.folder import PROJECT, data_dir
from dashboard.words import text

ANSWER_BYTES = 64_000_000
log = logging.getLogger("rapor")
_publishing: dict[str, asyncio.Task[None]] = {}


async def ask(do: str, **values: Any) -> dict[str, Any]:
    """Return what became of a thing asked; `refused` in words where it is not kept."""
    environment = {**os.environ, "RAPOR_DATA": str(data_dir().resolve()), "RAPOR_LANG": text.language()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "rapor.registering", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL, env=environment, cwd=PROJECT, limit=ANSWER_BYTES, start_new_session=True,
    )  # fmt: skip
    told, _errors = await process.communicate(json.dumps({"do": do, **values}).encode())
    try:
        return json.loads(told)
    except ValueError:  # it ended, or was ended
        log.error("a change of a register failed: %s", process.returncode)
        return {"refused": text._("Belum dapat disimpan; coba lagi.")}


def publish(by: str, role: str) -> None:
    """Begin to publish what the tables say now, unless that is under way; it goes on when the server ends."""
    if not is_publishing():
        _result.clear()
        _publishing["now"] = asyncio.get_running_loop().create_task(_published(by, role))


def is_publishing() -> bool:
    """Whether a build is being made with what the tables say now."""
    task = _publishing.get("now")
    return task is not None and not task.done()


def result() -> dict[str, Any]:
    """Return what became of the last publishing of this server: `refused` or `failed` checks; nothing while none ended."""
    return dict(_result)


_result: dict[str, Any] = {}


async def _published(by: str, role: str) -> None:
    _result.update(await ask("publish", by=by, role=role))
