"""The offline bundle: all that a machine without internet needs to install Rapor, in one folder and one .tar.

A maintainer makes it in a checkout, on the system and Python that it is for: `uv run python -m rapor.bundle DIR`.
"""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile
from pathlib import Path

from rapor.terminal import PROJECT

LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors)", re.I)
NOT_PACKED = (".git", ".venv", "artifacts", "build", "tests", "*.egg-info", "__pycache__", ".*_cache")
INSTALL = """#!/bin/sh
# Installs Rapor from this folder alone, no other host is asked: sh install.sh [FOLDER], by default ~/rapor
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${{1:-$HOME/rapor}}
(cd "$here" && sha256sum --check --quiet SHA256SUMS)
uv="$here/uv --offline --no-config --no-cache"
$uv venv --quiet --no-python-downloads --python {python} "$target"
$uv pip install --quiet --python "$target/bin/python" --no-index --find-links "$here/wheels" \\
    --require-hashes --requirements "$here/requirements.txt"
echo "Rapor terpasang. Coba: $target/bin/rapor demo --data-dir $target/data"
"""
README = """Rapor {version}, tanpa internet: untuk {system} {machine} dengan Python {python}

    sh install.sh /opt/rapor
    /opt/rapor/bin/rapor demo --data-dir /srv/rapor/data

Rapor {version}, offline: for {system} {machine} with Python {python}

wheels/            Rapor and every package that it needs, as its lock file pins them
requirements.txt   their versions and hashes, which the installation checks
uv                 the installer
LICENSES/          the licence texts of all of them
SHA256SUMS         checked by install.sh before anything else
"""


class BundleError(Exception):
    """The bundle can't be made; the text says why."""


def make(folder: Path) -> Path:
    """Fill an empty or new folder with the bundle; returns the .tar beside it. Raises BundleError."""
    if not (PROJECT / "uv.lock").is_file():
        raise BundleError(f"a bundle is made in a checkout: {PROJECT} has no uv.lock")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BundleError(f"{folder} is not empty")
    try:
        return _make(folder)
    except BundleError:
        shutil.rmtree(folder)  # half a bundle is no use, and would stand in the way of the next
        raise


def _make(folder: Path) -> Path:
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    own = _own_wheel(wheels)
    requirements = _run("uv", "export", "--frozen", "--no-dev", "--all-extras", "--no-emit-project", "--no-header")
    (folder / "requirements.txt").write_text(
        f"{requirements}\nrapor=={own.name.split('-')[1]} \\\n    --hash=sha256:{_hash(own)}\n", encoding="utf-8"
    )
    with tempfile.TemporaryDirectory() as base:
        pinned = Path(base) / "pinned.txt"
        pinned.write_text(requirements, encoding="utf-8")
        _download("--require-hashes", "-r", pinned, "-d", wheels)
        version = _run("uv", "--version").split()[1]
        _download(f"uv=={version}", "-d", base)
        _unpack_uv(next(Path(base).glob("uv-*.whl")), folder)
    for wheel in sorted(wheels.iterdir()):
        _unpack_licences(wheel, folder / "LICENSES")
    words = {
        "version": own.name.split("-")[1],
        "system": platform.system(),
        "machine": platform.machine(),
        "python": sysconfig.get_python_version(),
    }
    (folder / "README.txt").write_text(README.format(**words), encoding="utf-8")
    (folder / "install.sh").write_text(INSTALL.format(**words), encoding="utf-8")
    (folder / "install.sh").chmod(0o755)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = [f"{_hash(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    packed = folder.with_name(f"{folder.name}.tar")
    with tarfile.open(packed, "w") as tar:
        tar.add(folder, arcname=folder.name)
    return packed


def _run(*command: str | Path) -> str:
    program = os.environ.get("UV", "uv") if command[0] == "uv" else command[0]
    answer = subprocess.run(  # noqa: S603  our own words and paths
        [program, *command[1:]], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise BundleError(f"{' '.join(map(str, command[:3]))} failed:\n{answer.stderr[-2000:]}")
    return answer.stdout


def _download(*arguments: str | Path) -> None:
    """Fetch wheels for this system and Python by pip, which checks the hashes that the lock file gives."""
    pip = ("uv", "tool", "run", "--python", sys.executable, "pip")
    _run(*pip, "download", "--quiet", "--no-deps", "--only-binary", ":all:", *arguments)


def _own_wheel(wheels: Path) -> Path:
    """Build Rapor's wheel from a copy, where no earlier build has left files; returns its path."""
    with tempfile.TemporaryDirectory() as base:
        copy = Path(base) / "rapor"
        shutil.copytree(PROJECT, copy, ignore=_not_packed)
        _run("uv", "build", "--wheel", "--quiet", "--out-dir", base, copy)
        built = next(Path(base).glob("rapor-*.whl"))
        return Path(shutil.copyfile(built, wheels / built.name))


def _not_packed(folder: str, names: list[str]) -> set[str]:
    if Path(folder) == PROJECT / "data":
        return set(names) - {"reference"}  # a data folder that grew in the checkout is nobody else's business
    return shutil.ignore_patterns(*NOT_PACKED)(folder, names)


def _unpack_uv(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        program = next(name for name in archive.namelist() if name.endswith("/scripts/uv"))
        (folder / "uv").write_bytes(archive.read(program))
    (folder / "uv").chmod(0o755)
    _unpack_licences(wheel, folder / "LICENSES")


def _unpack_licences(wheel: Path, folder: Path) -> None:
    """Copy the licence texts of a wheel, and what its metadata says of its licence, to a folder of its name and version."""
    target = folder / "-".join(wheel.name.split("-")[:2])
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            parts = name.split("/")
            if parts[0].endswith(".dist-info") and not name.endswith("/") and LICENCE_FILE.search("/".join(parts[1:])):
                text = target.joinpath(*[part for part in parts[1:] if part not in ("..", "licenses")])
                text.parent.mkdir(parents=True, exist_ok=True)
                text.write_bytes(archive.read(name))
        metadata = next(name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        head = archive.read(metadata).decode("utf-8", "replace").split("\n\n")[0]
    wanted = re.compile(r"(Name|Version|License[\w-]*|Author|Home-page|Project-URL|Classifier: License)[ :]")
    lines = [line for line in head.splitlines() if wanted.match(line)]
    target.mkdir(parents=True, exist_ok=True)
    (target / "METADATA.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> int:
    """Make the bundle in the folder that the command line names."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print("uv run python -m rapor.bundle DIR", file=sys.stderr)
        return 2
    try:
        packed = make(Path(sys.argv[1]).resolve())
    except BundleError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{packed} ({packed.stat().st_size / 1e6:.0f} MB)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
