"""What an installed Rapor needs is in its package: tried whole, with the network off, by the offline bundle."""

import glob
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from rapor import bundle as bundling

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ("dashboard", "etl", "queries", "rapor")
BESIDE = ("pages", "data/reference", ".streamlit")
QUIET_ENVIRONMENT = {"PATH": f"{sys.base_prefix}/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}  # nothing of the checkout


def _tracked(*folders: str) -> set[str]:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "--", *folders],
                            cwd=PROJECT, capture_output=True, text=True, check=True)  # fmt: skip
    return {name for name in listed.stdout.splitlines() if (PROJECT / name).is_file()}


def test_every_file_that_is_no_code_is_declared_as_part_of_the_package() -> None:
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "package-data"
    ]
    packed = {
        os.path.normpath(os.path.join(package, name))
        for package, patterns in declared.items()
        for pattern in patterns
        for name in glob.glob(pattern, root_dir=PROJECT / package, recursive=True)
    }
    needed = {name for name in _tracked(*PACKAGES) if not name.endswith((".py", ".md"))} | _tracked(*BESIDE)
    assert len(needed) > 250
    assert needed <= packed


def test_a_bundle_is_not_made_over_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(bundling.BundleError, match="is not empty"):
        bundling.make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an offline bundle, fetched for this machine."""
    folder = tmp_path_factory.mktemp("bundle") / "rapor"
    bundling.make(folder)
    return folder


@pytest.mark.nightly
def test_the_bundle_holds_every_file_of_the_project_and_every_licence(bundle: Path) -> None:
    (own,) = (bundle / "wheels").glob("rapor-*.whl")
    with zipfile.ZipFile(own) as wheel:
        held = set(wheel.namelist())
    assert {name for name in _tracked(*PACKAGES) if not name.endswith(".md")} | _tracked(*BESIDE) <= held
    assert {name for name in held if ".dist-info" not in name} <= _tracked(*PACKAGES, *BESIDE), "a file from elsewhere"
    of = {"-".join(path.name.split("-")[:2]) for path in (bundle / "wheels").iterdir()}
    assert of < {path.name for path in (bundle / "LICENSES").iterdir() if any(path.iterdir())}  # uv's, too
    assert "SIL OPEN FONT LICENSE" in next((bundle / "LICENSES").glob("rapor-*/**/LICENSE-fira-sans.txt")).read_text()


@pytest.mark.nightly
def test_the_bundle_installs_and_runs_with_the_network_off(bundle: Path, tmp_path: Path) -> None:
    environment = QUIET_ENVIRONMENT | {"HOME": str(tmp_path)}
    offline = ["unshare", "-n"] if _may_unshare() else []  # else uv's own --offline has to do
    installed = tmp_path / "installed"

    def run(*command: str | Path) -> str:
        answer = subprocess.run(
            [*offline, *command], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout

    run("sh", bundle / "install.sh", installed)
    rapor = installed / "bin" / "rapor"
    assert "rapor demo" in run(rapor, "--help")
    assert "Data terbitan yang dipakai sekarang" in run(rapor, "demo", "--no-serve")
    data = tmp_path / "data" / "demo"  # a package has no folder beside it: the data is where the command was given
    rows = run(
        rapor, "query", "--sql", "select count(*) > 1000 as enough from visits", "--data-dir", data, "--format", "csv"
    )
    assert rows == "\ufeffenough\ntrue\n"
    run(rapor, "init", tmp_path / "other", "--district", "Kabupaten Contoh")
    page = (
        "import os, pathlib, dashboard; from streamlit import config; from streamlit.testing.v1 import AppTest\n"
        "home = pathlib.Path(dashboard.__file__).parents[1]; os.chdir(home)\n"
        "test = AppTest.from_file(str(home / 'dashboard' / 'app.py'), default_timeout=60).run()\n"
        "assert not test.exception, test.exception\n"
        "print(config.get_option('theme.light.primaryColor'), *[each.proto.body for each in test.get('html')])"
    )
    environment["RAPOR_DATA"] = str(data)
    shown = run(installed / "bin" / "python", "-c", page)
    assert shown.startswith("#0B5D5E"), "Streamlit's settings are not read"
    assert "Yang perlu diputuskan" in shown


@pytest.mark.nightly
def test_a_bundle_that_was_damaged_is_not_installed(bundle: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(bundle, damaged, copy_function=os.link)
    (own,) = (damaged / "wheels").glob("rapor-*.whl")
    content = own.read_bytes()
    own.unlink()
    own.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    answer = subprocess.run(["sh", damaged / "install.sh", tmp_path / "installed"], env=QUIET_ENVIRONMENT | {"HOME": str(tmp_path)},
                            capture_output=True, text=True, check=False)  # fmt: skip
    assert answer.returncode != 0
    assert own.name in answer.stderr + answer.stdout
    assert not (tmp_path / "installed").exists()


def _may_unshare() -> bool:
    if not shutil.which("unshare"):
        return False
    return subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode == 0
