"""`rapor audit`: what it says of a record that is whole, and of one that somebody touched; a load is a line of it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from rapor import app, auditing

RUNNER = CliRunner()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    for build in ("a", "b", "c"):
        auditing.tell(tmp_path, "published", {"build": build})
    return tmp_path


def _ran(*words: str, data_dir: Path) -> tuple[int, str]:
    result = RUNNER.invoke(app, ["audit", *words, "--data-dir", str(data_dir)])
    return result.exit_code, result.output


def test_a_record_that_is_whole_and_what_it_says(data: Path) -> None:
    assert _ran("verify", data_dir=data) == (0, "Utuh: 4 baris.\n")
    code, told = _ran("list", "--kind", "published", data_dir=data)
    assert code == 0
    lines = told.splitlines()
    assert [line.endswith(f"Menerbitkan data  data terbitan: {b}") for line, b in zip(lines, "abc", strict=True)] == [
        True
    ] * 3
    assert all("terminal:" in line for line in lines)
    assert _ran("list", "--since", "2099-01-01", data_dir=data) == (0, "")
    assert _ran("list", "--kind", "gossip", data_dir=data)[0] == 1


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        (lambda lines: [lines[0], lines[1].replace(b'"a"', b'"z"'), *lines[2:]], "Baris 2 diubah sesudah ditulis."),
        (lambda lines: [lines[0], *lines[2:]], "Baris 2 sampai 2 dihapus."),
        (lambda lines: lines[:2], "Ujungnya dipotong: baris 3 sampai 4 tidak ada lagi."),
    ],
)
def test_a_record_that_somebody_touched_ends_with_3(data: Path, spoilt, told: str) -> None:
    place = data / "access.jsonl"
    place.write_bytes(b"".join(spoilt(place.read_bytes().splitlines(keepends=True))))
    assert _ran("verify", data_dir=data) == (3, f"{told}\n")
