"""What tests share: the sample district loaded once a run, the real exports, and a way to run one page."""
# ruff: noqa: PLC0415  tests of one part must run while another part cannot be imported, and without its seconds

import fcntl
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from tests import effort

# Meetings are signed by a key outside of every data folder of a test.
os.environ["RAPOR_SIGNING_KEY"] = f"{tempfile.mkdtemp(prefix='rapor-key-')}/signing.pem"
PROJECT = Path(__file__).resolve().parents[1]
EXPORTS = PROJECT.parent / "shared" / "exports"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--quick", action="store_true", help="only what needs no sample district, no browser and no minute"
    )
    parser.addoption("--nightly", action="store_true", help="try all that there is: attacks, kills, many examples")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("nightly" if config.getoption("--nightly") else "push")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker(
            "browser"
        ):  # a busy machine may miss a click; what fails thrice has failed, each further try is told
            item.add_marker(pytest.mark.flaky(reruns=2))
    is_run = effort.is_quick if config.getoption("--quick") else effort.is_pushed
    if not config.getoption("--nightly"):
        chosen = effort.in_turn([item for item in items if is_run(item)])
        config.hook.pytest_deselected(items=list(set(items) - set(chosen)))
        items[:] = chosen


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with a published build of the sample district, read-only by agreement: copy it to change it.

    It comes out of the real ETL, once a test run: under pytest-xdist the first worker makes it, the others wait for it.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    ready = shared / "sample-data"
    with (shared / "sample-data.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go by the system if the worker that builds dies
        if not ready.exists():
            _publish_sample(shared / f"sample-data.{os.getpid()}", ready)
    return ready


def _publish_sample(folder: Path, ready: Path) -> None:
    from etl import load
    from rapor import sample

    folder.mkdir()
    report = load.load(folder, sample.prepare(folder))
    assert report.published, f"the sample district was not published: {report.failed_checks}"
    folder.rename(ready)


@pytest.fixture(scope="session")
def exports() -> Path:
    """Return the folder of real report exports beside the project; the test is skipped where there is none."""
    if not EXPORTS.is_dir():
        pytest.skip(f"the real report exports are not here: {EXPORTS} is no folder")
    return EXPORTS


@pytest.fixture(autouse=True)
def _close_the_build_of_the_dashboard() -> Iterator[None]:
    """Let go of the build that the dashboard keeps open: DuckDB lets a process open a file in one configuration only."""
    yield
    if "dashboard.db" in sys.modules:
        sys.modules["dashboard.db"]._connection.clear()


@pytest.fixture(scope="session")
def _packages_read_once() -> Iterator[None]:
    """Let Streamlit look through the installed packages once a run, as its server does, and not once for each AppTest."""
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


_builds: dict[Path, dict[Path, tuple[int, int]]] = {}  # as they were when a page of their folder was last run


def _changed_in_place(data_dir: Path) -> bool:
    """Tell whether some build of a folder is another by now under the same name, which no load does, but a test may."""
    now = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in (data_dir / "warehouse").glob("*.duckdb")}
    before = _builds.get(data_dir, {})
    _builds[data_dir] = now
    return any(now.get(path, stamp) != stamp for path, stamp in before.items())


@pytest.fixture
def page(
    sample_data: Path, _packages_read_once: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Callable:
    """Return a function that runs one page of the whole app: `page("kunjungan", unit="pkm-mengupeh")`.

    It takes the page's address ("" is the overview) and the values of its URL, and returns Streamlit's AppTest.
    A page that could not be shown fails the test, with the kind and place of the fault that the app wrote to its log.
    """
    import streamlit
    from streamlit.testing.v1 import AppTest
    from streamlit.util import calc_hash

    from dashboard import composing, db, registry

    def run(address: str = "", viewer: str | None = None, data_dir: Path = sample_data, **values: str) -> AppTest:
        monkeypatch.setenv("RAPOR_DATA", str(data_dir))
        if viewer is None:
            monkeypatch.delenv("RAPOR_VIEWER", raising=False)
        else:
            monkeypatch.setenv("RAPOR_VIEWER", viewer)
        if _changed_in_place(data_dir):  # what was read of a build is true for all its pages, as in a server
            streamlit.cache_data.clear()
            streamlit.cache_resource.clear()
            db.let_go()
            composing.let_go()
        test = AppTest.from_file(str(PROJECT / "dashboard" / "app.py"), default_timeout=60)
        for name, value in values.items():
            test.query_params[name] = value
        assert not address or registry.find(address), f"there is no page at /{address}"
        if address:  # as a link does; switch_page() knows the addresses only once another page has run
            test._page_hash = calc_hash(address)
        test.run()
        assert not test.exception, test.exception
        faults = [record for record in caplog.records if record.levelname == "ERROR"]
        ours = [record.getMessage() for record in faults if record.name.split(".")[0] in ("rapor", "streamlit")]
        assert not ours  # another test's browser, say, may have left a task to its event loop
        return test

    return run
