"""Every check there is, in the order of CI: `python -m tests`. It first finds or installs a browser, an office and a database."""

import os
import subprocess
import sys
from pathlib import Path

from tests import office, postgres
from tests.browser import chromium

PROJECT = Path(__file__).resolve().parents[1]
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("ty", "check"),
    ("pytest", "-n", "2", "--dist", "loadfile"),
)


def main() -> int:
    """Run all checks, each to its end; return 1 where one failed."""
    try:
        print(f"browser: {chromium.find_or_install()}", flush=True)
    except chromium.NoBrowserError as missing:
        print(missing, file=sys.stderr)
        return 1
    print(f"office: {office.find_or_install() or 'none, its tests are skipped'}", flush=True)
    print(f"database: {postgres.find_or_install() or 'none, its tests are skipped'}", flush=True)
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or each of the many processes here compiles every package anew
    failed = []
    for check in CHECKS:
        print(f"\n$ {' '.join(check)}", flush=True)
        command = [sys.executable, "-m", *check, *(sys.argv[1:] if check[0] == "pytest" else [])]
        if subprocess.run(command, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode:
            failed.append(" ".join(check[:2]))
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
