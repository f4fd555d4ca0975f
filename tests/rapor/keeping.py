"""A data folder as version 0.1 left it, and how its commands are run and its files compared."""

from pathlib import Path

from typer.testing import CliRunner

from rapor import app

OLD = Path(__file__).parents[1] / "fixtures" / "folder-of-0.1.tar.xz"  # made by version 0.1: two centres, two months
BUILD_OF_OLD = "20261129T193118-3dfbfc65"
SNAPSHOT_OF_OLD = "2026-10-20-rapat-oktober-eefd2144"


def run(*arguments: object, code: int = 0, **env: str) -> str:
    """Return what a command says that ends with this code."""
    result = CliRunner().invoke(app, [str(each) for each in arguments], env={"RAPOR_NOTES_URL": None, **env})
    assert result.exit_code == code, result.output
    return result.output


def content(folder: Path) -> dict[str, bytes]:
    """Return name -> bytes of each file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
