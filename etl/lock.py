"""One load at a time: the lock of a data folder."""

import fcntl
import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from queries import replicas
from queries.language import _


class LoadBusy(Exception):
    """Another load holds the data folder, or it is loaded elsewhere."""


@contextmanager
def only_one(data_dir: Path, wait_seconds: float, on_wait: Callable[[str], None] | None = None) -> Generator[None]:
    """Hold the data folder's load lock; wait for another load, then raise LoadBusy. The lock ends with its process."""
    if replicas.is_one(data_dir):
        raise LoadBusy(_("Folder data ini salinan: muatlah di komputer yang mengirimnya (rapor replica push)."))
    path = data_dir / "lake" / ".lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        until = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                file.seek(0)
                holder = file.read().strip() or "?"
                if time.monotonic() >= until:
                    words = _("Pemuatan lain sedang berjalan pada folder data ini (proses {holder}).", holder=holder)
                    raise LoadBusy(f"{words} {_('Tunggu sampai selesai, lalu jalankan lagi.')}") from None
                if on_wait:
                    on_wait(holder)
                time.sleep(0.2)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
