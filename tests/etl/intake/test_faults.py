"""A fault of ours is kept for whoever mends it: where in the code it was, and not a word of the report."""

import shutil
from pathlib import Path

import pytest

from etl import check
from etl.folder import PRODUCT_REFERENCE
from etl.intake import faults, process
from etl.load import load

SECRET = "199112062011121032"


def test_a_fault_says_where_it_was_and_nothing_that_stood_in_the_file() -> None:
    try:
        try:
            int(SECRET + "x")
        except ValueError as error:
            raise KeyError(SECRET) from error
    except KeyError as error:
        found = faults.without_data(error)
    assert found["kind"] == "KeyError"
    assert SECRET not in str(found)
    assert [line for line in found["lines"] if not line.startswith(" ")] == ["KeyError:", "ValueError:"]
    assert all("tests/etl/intake/test_faults.py" in line for line in found["lines"] if line.startswith(" "))


def test_only_the_newest_faults_are_kept_and_only_their_owner_may_read_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "KEPT", 2)
    for file_id in ("a", "b", "c"):
        path = faults.keep(tmp_path, file_id, ["TypeError:"], {"bytes": 1})
    assert [each.name[11:] for each in faults.kept(tmp_path)] == ["b.txt", "c.txt"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.read_text() == "bytes: 1\n\nTypeError:\n"


@pytest.mark.slow
def test_a_fault_refuses_its_file_is_kept_and_rapor_check_says_so(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(PRODUCT_REFERENCE, data / "reference")
    (data / "inbox").mkdir()
    (data / "sources").mkdir()
    # A declaration of the district's own whose pattern is none: what meets it is a fault nobody foresaw.
    (data / "sources" / "mutu_air.toml").write_text(
        'kind = "visit"\ntitle = "Mutu air"\ntitle_en = "Water"\nrequired = ["unit", "period"]\nany_of = ["patients"]\n'
        'key = ["unit", "period"]\n[fields.unit]\naliases = ["sumur"]\nrefused = "("\n'
        '[fields.period]\ntype = "period"\naliases = ["tanggal uji"]\n[measures.patients]\ntype = "count"\naliases = ["sampel"]\n'
    )
    (data / "inbox" / "air.csv").write_text(f"Sumur;Tanggal Uji;Sampel\n{SECRET};Mei 2026;3\nB;Mei 2026;4\n")
    (data / "inbox" / "baik.csv").write_text(
        "Bulan;Nama Puskesmas;Poli;Baru;Lama\nFebruari 2026;PKM Mengupeh;UMUM;1;2\n"
    )
    report = load(data)
    process.end()
    files = {file.name: file for file in report.files}
    assert (files["baik.csv"].status, files["air.csv"].status) == ("accepted", "refused")
    (kept,) = faults.kept(data)
    assert "gangguan yang tak terduga" in files["air.csv"].reason
    text = kept.read_text()
    assert "etl/conforming/" in text
    assert SECRET not in text
    assert str(tmp_path) not in text
    (problem,) = [each for each in check.problems(data) if "gangguan" in each.what]
    assert kept.name in problem.what
    assert problem.severity == "warning"
