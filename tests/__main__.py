"""Every check there is, in the order of CI: `python -m tests`. It first finds or installs a browser, an office and a database.

`python -m tests quick` runs what needs none of them: lint, types, unit tests, SQL. `python -m tests nightly` tries all that there
is, attacks, kills and many examples among it, and measures what of the code is run. `uv run --group spark python -m tests spark`
holds the rollups of Spark against those of DuckDB. What follows goes to pytest.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests import nginx, office, postgres
from tests.browser import chromium

PROJECT = Path(__file__).resolve().parents[1]
LINT = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("ty", "check"), ("tests.sql",), ("tests.audit",))
SHARED = (
    "pytest",
    "-n",
    "2",
    "--dist",
    "worksteal",
    "--durations",
    "20",
    "-rfER",
)  # a worker that has no test left steals some
TESTS = {
    "push": SHARED,
    "quick": (*SHARED, "--quick"),
    "nightly": (*SHARED, "--nightly", "--timeout", "1800", "--cov", "--cov-report", "term:skip-covered"),
    "spark": (
        "pytest",
        "-n",
        "0",
        "--nightly",
        "--timeout",
        "1800",
        "-rs",
        "tests/etl/spark",
        "tests/etl/building/test_engines.py",
    ),
}
SECONDS = {"push": 300, "quick": 90}  # on two cores; what makes a run longer is tried less, and more at night


def main(arguments: Sequence[str]) -> int:
    """Run all checks, each to its end, and print how long each took; return 1 where one failed."""
    kind, rest = (arguments[0], arguments[1:]) if arguments and arguments[0] in TESTS else ("push", arguments)
    parts = [] if kind in ("quick", "spark") else [("programs", _find_programs)]
    parts += [(" ".join(check[:2]), lambda check=check: _is_passed(check)) for check in LINT if kind != "spark"]
    parts += [("pytest", lambda: _is_passed([*TESTS[kind], *rest]))]
    took, failed = {}, []
    for name, is_passed in parts:
        started = time.monotonic()
        if not is_passed():
            failed.append(name)
        took[name] = time.monotonic() - started
    total = sum(took.values())
    print(f"\nseconds: {', '.join(f'{name} {seconds:.0f}' for name, seconds in took.items())}; together {total:.0f}")
    if total > SECONDS.get(kind, total):
        print(
            f"More than the {SECONDS[kind]} seconds that `{kind}` should take on two cores: see the slowest tests above."
        )
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr, flush=True)
    return 1 if failed else 0


def _find_programs() -> bool:
    try:
        print(f"browser: {chromium.find_or_install()}", flush=True)
    except chromium.NoBrowserError as missing:
        print(missing, file=sys.stderr)
        return False
    print(f"office: {office.find_or_install() or 'none, its tests are skipped'}", flush=True)
    print(f"database: {postgres.find_or_install() or 'none, its tests are skipped'}", flush=True)
    print(f"proxy: {nginx.find_or_install() or 'none, its tests are skipped'}", flush=True)
    return True


def _is_passed(check: Sequence[str]) -> bool:
    print(f"\n$ {' '.join(check)}", flush=True)
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or each of the many processes here compiles every package anew
    environment.setdefault("POLARS_MAX_THREADS", "1")  # two workers share two cores, and the tables of tests are small
    command = [sys.executable, "-m", *check]
    return not subprocess.run(command, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
