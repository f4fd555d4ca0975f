"""What signing in adds to a rerun: milliseconds of Python, the median of 40 reruns with a session and without, by turns.

    uv run python benchmarks/signing_in.py --data-dir DIR [--runs 40]

The folder has a published build; an account is added to a copy of its notes alone. A rerun with a session is looked at as in
the server: at each message of the socket, and by the page itself each time that it asks who asks; what is known of a session is a second
old at most, and each rerun here is made to look anew.
"""

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from dashboard import asking
from dashboard.signin import accounts, guard, sessions

PROJECT = Path(__file__).resolve().parents[1]
AIM_MS = 10


def main() -> None:
    """Print what a look costs, and what a rerun costs with a session and without."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=40)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("warehouse", "reference"):
            if (given.data_dir / name).is_dir():
                shutil.copytree(given.data_dir / name, Path(folder) / name)
        os.environ.update({"RAPOR_DATA": folder, "RAPOR_VIEWER": "kepala-dinas:dinkes"})
        account, _first = accounts.add("kepala-dinas", "kepala-dinas", "dinkes")  # the same person to the page
        accounts.change_password(account, "kuda baterai staples", "")
        token = sessions.begin(account, "whole", "")
        asking.established = lambda: guard.of_cookies({"rapor": token})
        print(f"a look at a session: {_median(lambda: _look(token), given.runs):.2f} ms anew, ", end="")
        print(f"{_median(lambda: sessions.look(token), given.runs):.3f} ms known")
        test = AppTest.from_file(str(PROJECT / "dashboard" / "app.py"), default_timeout=120).run()
        without, signed = [], []
        for _ in range(given.runs + 3):
            without.append(_rerun(test, "", token))
            signed.append(_rerun(test, "local", token))
        before, after = statistics.median(without[3:]), statistics.median(signed[3:])
        print(
            f"a rerun of the first page: {before:.1f} ms without, {after:.1f} ms with a session: {after - before:+.1f} ms (aim: {AIM_MS})"
        )


def _look(token: str) -> None:
    sessions.changed()
    sessions.look(token)


def _rerun(test: AppTest, way: str, token: str) -> float:
    os.environ[asking.SIGN_IN] = way
    began = time.perf_counter()
    if way:
        _look(token)  # of the message that asks for the rerun
    test.run()
    if test.exception:
        raise SystemExit([each.message for each in test.exception])
    return (time.perf_counter() - began) * 1000


def _median(act: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    main()
