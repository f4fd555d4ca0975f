"""Whether a package that is locked has a known fault: `python -m tests.audit`, a part of every run of CI.

uv asks OSV (osv.dev) of the lock file. Where that can't be reached it is said, and what is sure without it is held: no package is
older than the first safe version that `tests/advisories.csv` names, and each comes from the package index with its hash.
"""

import csv
import os
import subprocess
import tomllib
from pathlib import Path
from typing import Any

from packaging.version import Version

PROJECT = Path(__file__).resolve().parents[1]
INDEX = "https://pypi.org/simple"
UNREACHED = ("client error (Connect)", "dns error", "timed out", "error sending request")


def packages() -> list[dict[str, Any]]:
    """Return the packages of the lock file, but for our own."""
    lock = tomllib.loads((PROJECT / "uv.lock").read_text(encoding="utf-8"))
    return [package for package in lock["package"] if package["name"] != "rapor"]


def unsafe(locked: list[dict[str, Any]]) -> list[str]:
    """Return what is wrong with locked packages, as far as it is known here."""
    with (PROJECT / "tests" / "advisories.csv").open(encoding="utf-8") as file:
        first_safe = {row["package"]: row for row in csv.DictReader(file)}
    wrong = []
    for package in locked:
        name, known = f"{package['name']} {package['version']}", first_safe.get(package["name"])
        if known and Version(package["version"]) < Version(known["first_safe"]):
            wrong.append(f"{name}: {known['advisory']}, mended in {known['first_safe']}")
        if package["source"].get("registry") is None:
            wrong.append(f"{name}: not from a package index: {package['source']}")
        files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else [])]
        if not files or not all(file.get("hash", "").startswith("sha256:") for file in files):
            wrong.append(f"{name}: a file without a hash")
    return wrong


def main() -> int:
    """Ask, and say what was found; return 1 where something was."""
    wrong = unsafe(packages())
    print(
        "\n".join(wrong) or f"{len(packages())} locked packages: none older than the advisories known here", flush=True
    )
    asked = subprocess.run(
        [os.environ.get("UV", "uv"), "audit", "--frozen"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if asked.returncode and any(words in asked.stderr for words in UNREACHED):
        print("OSV can't be reached from here: faults published since then were not asked for")
        return 1 if wrong else 0
    print(asked.stdout + asked.stderr)
    return 1 if wrong or asked.returncode else 0


if __name__ == "__main__":
    raise SystemExit(main())
