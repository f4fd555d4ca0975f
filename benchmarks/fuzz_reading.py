"""Files that nobody foresaw: mutants of the tests' files and of the sample district's, each read as a load reads it.

    uv run python benchmarks/fuzz_reading.py --count 20000 --seed 1 [--minutes 10] [--keep DIR] [--cases DIR]

Prints how the mutants ended and what must not be: crashes, faults of ours, more than 10 seconds of work, more than 1 GB, and rows
unaccounted for (what is said of a file's rows doesn't add up, or is more than its filled rows). The same seed gives the same
mutants. With --keep, the mutants that failed are written down. Exit code 1 where there are any.
"""

import argparse
import hashlib
import io
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import mutants
from etl import reference
from etl.folder import PRODUCT_REFERENCE
from etl.intake import process
from etl.lake import Reading, Sighting
from etl.recognising.source import load_all

SECONDS, MEMORY_MB = 10, 1024
CASES = Path(__file__).parents[1] / "tests" / "etl" / "cases"


@dataclass(frozen=True)
class Ended:
    """How one mutant ended; `wrong` says what must not be, None where all is well."""

    word: str
    seconds: float
    memory_mb: int
    wrong: str | None


def main() -> None:
    """Read mutants until there are enough of them or the time is up."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--cases", type=Path, action="append", default=[])
    asked = parser.parse_args()
    chance = random.Random(asked.seed)  # noqa: S311  no secret
    words, wrongs = Counter(), Counter()
    slowest, largest, began, done = 0.0, 0, time.monotonic(), 0
    with tempfile.TemporaryDirectory() as temporary:
        seeds = mutants.seeds([CASES, *asked.cases], Path(temporary) / "sample")
        rules = (load_all(), reference.registers(PRODUCT_REFERENCE))
        print(f"{len(seeds)} files, seed {asked.seed}")
        for mutant in mutants.endless(seeds, chance):
            if done == asked.count or time.monotonic() - began > asked.minutes * 60:
                break
            done += 1
            ended = _read(mutant, rules, Path(temporary))
            words[ended.word] += 1
            slowest, largest = max(slowest, ended.seconds), max(largest, ended.memory_mb)
            if ended.wrong:
                wrongs[ended.wrong] += 1
                if asked.keep and wrongs[ended.wrong] <= 3:
                    asked.keep.mkdir(parents=True, exist_ok=True)
                    (asked.keep / f"{done:05}-{mutant.how}-{mutant.name}").write_bytes(mutant.content)
                    print(f"{done}: {ended.wrong} ({mutant.how}, {mutant.name})", flush=True)
        process.end()
    minutes = (time.monotonic() - began) / 60
    print(f"{done} mutants in {minutes:.1f} minutes; the slowest {slowest:.1f} s, the largest {largest} MB")
    for counted in (words, wrongs):
        for word, count in counted.most_common():
            print(f"{count:>8}  {word}")
        print("-- what must not be: " + (str(wrongs.total()) if wrongs else "nothing") if counted is words else "")
    raise SystemExit(bool(wrongs))


def _read(mutant: mutants.Mutant, rules: tuple, folder: Path, *, is_first: bool = True) -> Ended:
    sha = hashlib.sha256(mutant.content).hexdigest()
    bare = Reading("k", sha, mutant.name, "2026", len(mutant.content), "refused")
    (folder / "mutant").write_bytes(mutant.content)
    process.expect()
    number = process._living[0].process.pid
    _forget_peak(number)
    worked = _worked(number)
    wrong: str | None = None
    with (folder / "mutant").open("rb") as file:
        try:
            reading = process.read(bare, file, Sighting("2026", mutant.name, 1_780_000_000.0), rules, folder).reading
            word = reading.code or reading.status
            parts = reading.accepted + reading.partly + reading.rejected + reading.totals + reading.other
            cells = {name: count for name, count in reading.cells.items() if name != "read"}
            if parts != reading.read or (mutant.rows is not None and reading.read > mutant.rows):
                wrong = f"rows unaccounted for: {reading.sources}"
            elif sum(cells.values()) != reading.cells.get("read", 0) or min(cells.values(), default=0) < 0:
                wrong = f"cells unaccounted for: {reading.sources}"
        except process.Stopped as stopped:
            word = stopped.code
            wrong = f"{stopped.code} {stopped.details.get('found', '')} {_innermost(stopped.lines)}"
            if not stopped.is_lasting and is_first:
                return _read(mutant, rules, folder, is_first=False)  # killed from outside
    seconds = _worked(number) - worked
    peak = _peak_mb(number)
    if not wrong and seconds > SECONDS:
        wrong = "slow"
    if not wrong and peak > MEMORY_MB:
        wrong = "memory"
    return Ended(word, seconds, peak, wrong)


def _innermost(lines: tuple[str, ...]) -> str:
    """Return the place in our code that an error came out of."""
    first = list(_until_next(lines))
    own = [line.strip() for line in first if line.startswith("  etl/")]
    return own[-1] if own else ""


def _until_next(lines: tuple[str, ...]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number and not line.startswith(" "):
            return
        yield line


def _worked(number: int) -> float:
    """Return the seconds of work that a process has done; 0 of one that has ended."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _forget_peak(number: int) -> None:
    Path(f"/proc/{number}/clear_refs").write_text("5")


def _peak_mb(number: int) -> int:
    """Return the most memory that a process held since its peak was forgotten; 0 of one that has ended."""
    try:
        status = Path(f"/proc/{number}/status").read_text()
    except FileNotFoundError:
        return 0
    return next((int(line.split()[1]) >> 10 for line in io.StringIO(status) if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    main()
