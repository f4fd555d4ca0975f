"""`rapor forget`: number and name of a person go from every byte, his rows stay under the pseudonym, nobody else is another person."""

import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from dashboard import access
from dashboard.meetings import store
from dashboard.replies import store as replies
from dashboard.signin import accounts
from dashboard.snapshot import Column, Headline, Snapshot, TableBlock
from etl.folder import PRODUCT_REFERENCE
from etl.lake import Lake
from etl.people import id_of, people
from etl.trouble import Damaged
from queries import builds
from rapor import app
from tests.rapor.test_nobody import _everything

pytestmark = pytest.mark.slow
NIP, OTHER, BOSS = "199112062011121032", "198512312010011007", "197001011995031001"
NAME = "Rahmawati Terlupa"
STAFF = (
    "NIP;Nama;Jabatan;Unit Kerja;NIP Atasan\n"
    f"{NIP};{NAME};Perawat;Puskesmas Mengupeh;{BOSS}\n{OTHER};Budi Tinggal;Perawat;Puskesmas Mengupeh;{NIP}\n"
    f"{BOSS};Ibu Kepala;Kepala Puskesmas;Puskesmas Mengupeh;\n"
)
EVALUATIONS = "NIP;Periode;Hasil kerja;Perilaku kerja\n" + "".join(
    f"{nip};TW II 2026;Sesuai Ekspektasi;Sesuai Ekspektasi\n" for nip in (NIP, OTHER, BOSS)
)


def _ran(*words: str, data: Path, code: int = 0) -> str:
    result = CliRunner().invoke(app, [*words, "--data-dir", str(data)])
    assert result.exit_code == code, result.output
    return result.output


def _people(data: Path) -> dict[str, tuple]:
    with duckdb.connect(builds.current(data) or "", read_only=True) as build:
        rows = build.execute("select name, employee_id, nip, superior_id from employee").fetchall()
        counted = build.execute("select count(*) from evaluation").fetchone()
    return {name: tuple(rest) for name, *rest in rows} | {"": counted or ()}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(PRODUCT_REFERENCE, folder / "reference")
    (folder / "inbox").mkdir()
    (folder / "inbox" / "daftar pegawai.csv").write_text(STAFF)
    (folder / "inbox" / "penilaian.csv").write_text(EVALUATIONS)
    _ran("load", data=folder)
    return folder


def test_a_person_is_forgotten_and_the_others_stay_who_they_are(data: Path) -> None:
    before = _people(data)
    employee, salt = before[NAME][0], (Lake(data).salt() or "").encode()
    assert _ran("forget", NIP, data=data, code=1).count("alamat halaman")  # a NIP is taken by no command
    assert "Minta dulu" in _ran("forget", employee, "--final", data=data, code=1)
    assert "--undo" in _ran("forget", employee, data=data)
    _ran("forget", employee, "--undo", data=data)
    assert "Tidak ada" in _ran("forget", data=data)
    assert _people(data) == before
    _ran("forget", employee, data=data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPOR_DATA", str(data))
        own = access.Viewer("pegawai", (), True, employee)
        replies.write(f"{NAME}: bukti sudah diserahkan", "b1", own)
        accounts.add("rahma", "pegawai", employee)
        accounts.add("budi", "pegawai", before["Budi Tinggal"][0])
    old = builds.current(data) or Path()
    frozen = _frozen(data, employee, old.stem)
    (data / "inbox" / "daftar pegawai.csv").write_text(STAFF.replace("Kepala Puskesmas", "Kepala"))
    _ran("load", data=data)
    assert builds.current(data) != old
    told = _ran("forget", employee, "--final", data=data)
    assert "3 berkas" in told
    assert "yang dipakai cuplikan" not in told
    pseudonym = str(access.pseudonym(employee))
    after = _people(data)
    assert after == {
        "": before[""],
        pseudonym: (employee, "", before[NAME][2]),
        "Budi Tinggal": before["Budi Tinggal"],
        "Ibu Kepala": before["Ibu Kepala"],
    }
    assert builds.is_whole(old)
    assert store.read(data / "snapshots", frozen).pages[0].headlines[0].text == f"{pseudonym} terlambat."
    with duckdb.connect(old, read_only=True) as build:
        assert (pseudonym, "") in build.execute("select name, nip from employee").fetchall()
    shutil.rmtree(data / "inbox")
    for path in (each for each in data.rglob("*") if each.is_file()):
        for name, content in _everything(path):
            assert NAME not in content, name
            assert NIP not in content, name
    lake = Lake(data)
    assert id_of(NIP, salt, people(lake)) == employee  # the old salt led there; it is gone
    assert (lake.salt() or "").encode() != salt
    assert id_of(NIP, (lake.salt() or "").encode(), people(lake)) != employee
    assert lake.format() == 4
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPOR_DATA", str(data))
        assert replies.own(own) == []
        assert [account.name for account in accounts.listed()] == ["budi"]
    lines = [dict(line)["state"] for line in _lines(data)]
    assert lines == ["asked", "undone", "asked", "final"]


def _frozen(data: Path, employee: str, build: str) -> str:
    """Freeze a page with the person's name, of a build that stays for it."""
    table = pl.DataFrame({"employee_name": [NAME], "employee_id": [employee]})
    block = TableBlock("rows", "Baris", table, (Column("employee_name", "Pegawai", role="name"),))
    lines = (Headline(f"{NAME} terlambat.", "#rows", "bad"),)
    page = Snapshot("pegawai", "Pegawai", "2026", lines, (), (block,), (), as_of=datetime(2026, 7, 1), build_id=build)
    made = store.identify("Rapat", None, "", "id", "bupati", (page,), datetime(2026, 7, 1), (("pegawai", ()),))
    return store.write(data / "snapshots", made).name


def _lines(data: Path) -> list[tuple[tuple[str, str], ...]]:
    from dashboard import record  # noqa: PLC0415  it asks which folder

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPOR_DATA", str(data))
        assert record.wrong() is None
        return [entry.about for entry in record.entries(kind="forgotten")]


def test_a_file_that_names_him_again_brings_him_not_back(data: Path) -> None:
    employee = _people(data)[NAME][0]
    _ran("forget", employee, data=data)
    _ran("forget", employee, "--final", data=data)
    (data / "inbox" / "daftar pegawai baru.csv").write_text(STAFF.replace("Perawat", "Bidan"))
    _ran("load", data=data, code=4)  # of three people it lacks one: held
    _ran("load", "--confirm", "daftar pegawai baru.csv", data=data)
    after = _people(data)
    assert NAME not in after
    assert after["Budi Tinggal"][:2] == (id_of(OTHER, b"x", people(Lake(data))), OTHER)
    (data / "lake" / "people.json").unlink()
    with pytest.raises(Damaged, match=r"people\.json hilang"):
        people(Lake(data))
