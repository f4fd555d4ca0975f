"""LibreOffice, which opens slides and workbooks as an office does: found, or installed from Debian's packages by root."""

import shutil
import subprocess
from pathlib import Path

from tests import packages

PACKAGES = ("libreoffice-impress-nogui", "libreoffice-calc-nogui")
_PARTS = ("libsdlo.so", "libsclo.so")  # what opens slides, what opens workbooks


def find_or_install() -> str | None:
    """Return the path of LibreOffice, installed by apt-get if there is none and this is root; None where it can't be had."""
    if not find():
        packages.install(*PACKAGES)
    return find()


def find() -> str | None:
    """Return the path of a LibreOffice that opens slides and workbooks."""
    program = shutil.which("soffice")
    place = Path(program).resolve().parent if program else Path()
    return program if program and all((place / part).is_file() for part in _PARTS) else None


def as_pdf(soffice: str, folder: Path, *paths: Path) -> list[Path]:
    """Return the documents as LibreOffice, started once, prints them into a folder.

    Their names must differ before the ending. Raises CalledProcessError, or FileNotFoundError where one was not printed.
    """
    profile = (folder / "profile").resolve().as_uri()
    subprocess.run(
        [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", folder, *paths],
        check=True, capture_output=True, timeout=180, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return [(folder / f"{path.stem}.pdf").resolve(strict=True) for path in paths]
