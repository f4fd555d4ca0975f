"""Data folders as older versions left them, and how their commands are run and their files compared."""

from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from rapor import app


@dataclass(frozen=True)
class Old:
    """A data folder that a version left: its formats, its build and its snapshot, and how a load of its reports ends."""

    archive: Path
    lake: int
    build: int
    snapshots: int
    build_id: str
    snapshot: str
    load_code: int


_FIXTURES = Path(__file__).parents[1] / "fixtures"
OLD = {  # each with visits of two centres in two months; that of 0.2 with two refused rows, a survey and an indicator, too
    "0.1": Old(
        _FIXTURES / "folder-of-0.1.tar.xz", 1, 1, 1, "20261129T193118-3dfbfc65", "2026-10-20-rapat-oktober-eefd2144", 0
    ),
    "0.2": Old(
        _FIXTURES / "folder-of-0.2.tar.xz", 2, 2, 2, "20261130T010055-e3efac3a", "2026-10-20-rapat-oktober-49a68a84", 3
    ),
}
BUILD_OF_OLD = OLD["0.1"].build_id


def run(*arguments: object, code: int = 0, **env: str) -> str:
    """Return what a command says that ends with this code."""
    result = CliRunner().invoke(app, [str(each) for each in arguments], env={"RAPOR_NOTES_URL": None, **env})
    assert result.exit_code == code, result.output
    return result.output


def content(folder: Path) -> dict[str, bytes]:
    """Return name -> bytes of each file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
