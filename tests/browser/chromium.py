"""The browser that tests drive: found on the machine, or installed from Debian's packages where that is allowed."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowserError(RuntimeError):
    """No browser was found and none could be installed; says what to install."""


def find() -> str:
    """Return the path of a Chromium; RAPOR_CHROMIUM names one that stands elsewhere. Raises NoBrowserError."""
    named = os.environ.get("RAPOR_CHROMIUM")
    found = named if named and Path(named).is_file() else next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise NoBrowserError(
            "The browser tests need Chromium, and none was found "
            f"(looked for {', '.join(NAMES)}). Install it: sudo apt-get install chromium; "
            "or set RAPOR_CHROMIUM to the path of one."
        )
    return found


def find_or_install() -> str:
    """Return the path of a Chromium, installed by apt-get if there is none and this is root; raises NoBrowserError."""
    try:
        return find()
    except NoBrowserError:
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise
    quiet = {"stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for package in ("chromium", "chromium-browser"):  # Debian's name, then Ubuntu's
        for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", package]):
            subprocess.run(command, env=environment, check=False, **quiet)  # ty: ignore[no-matching-overload]
        if any(map(shutil.which, NAMES)):
            break
    return find()
