"""What is shipped to run Rapor as a service or in a container is understood by the programs that read it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"


@pytest.mark.parametrize("name", ["rapor.service", "rapor-watch.service"])
def test_systemd_takes_the_unit(tmp_path: Path, name: str) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze, of Debian's package systemd, is not here")
    unit = tmp_path / name
    words = (DEPLOY / name).read_text(encoding="utf-8")
    (command,) = re.findall(r"^ExecStart=(\S+) ", words, re.M)
    unit.write_text(words.replace(command, str(Path(sys.executable).with_name("rapor"))), encoding="utf-8")
    done = subprocess.run([program, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_container_file_holds_to_the_rules_of_its_linter() -> None:
    program = Path(sys.executable).with_name("hadolint")  # a wheel brings it; no engine builds the image here
    done = subprocess.run([program, DEPLOY / "Containerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_container_file_copies_what_there_is_and_starts_what_there_is() -> None:
    words = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = {name for line in re.findall(r"^COPY (.*) \S+$", words, re.M) for name in line.split()}
    assert not {name for name in copied if not (DEPLOY.parent / name).exists()}
    assert {"dashboard", "etl", "queries", "rapor", "pages", "data", ".streamlit"} <= copied
    for command in (
        *re.findall(r"rapor serve [^\n]*", (DEPLOY / "rapor.service").read_text()),
        words.split("CMD ")[-1],
    ):
        options = re.findall(r"--[a-z-]+", command)
        done = subprocess.run(
            [sys.executable, "-m", "rapor", "serve", "--help"], capture_output=True, text=True, check=True
        )
        assert all(option in done.stdout for option in options)


def test_how_many_processes_serve_is_a_setting_of_both() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "rapor", "serve", "--help"], capture_output=True, text=True, check=True
    )
    assert "RAPOR_PROCESSES" in told.stdout
    for name in ("rapor.service", "Containerfile"):
        assert re.search(r"^(Environment=|    )RAPOR_PROCESSES=1", (DEPLOY / name).read_text(encoding="utf-8"), re.M)
    assert "RAPOR_PROCESSES" in (DEPLOY.parent / "docs" / "operating.md").read_text(encoding="utf-8")
