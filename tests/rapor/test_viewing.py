"""The terminal looks as RAPOR_VIEWER or `--as` says, with an example of the build where a role needs one."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rapor import app, viewing


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, sample_data: Path) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    monkeypatch.setenv(viewing.VARIABLE, "")


@pytest.mark.parametrize(
    ("whose", "found"),
    [
        ("bupati", "bupati"), ("KEPALA-DINAS", "kepala-dinas:dinkes"), ("kepala-unit:pkm-mengupeh", "kepala-unit:pkm-mengupeh"),
        ("operator", "operator:pkm-"), ("pegawai", "pegawai:P"),
    ],
)  # fmt: skip
def test_a_role_is_tried_with_an_example_of_the_sample(
    sample_data: Path, whose: str, found: str, capsys: pytest.CaptureFixture[str]
) -> None:
    viewing.take(sample_data, whose)
    assert os.environ[viewing.VARIABLE].startswith(found)
    assert "Dilihat sebagai" in capsys.readouterr().out


def _ran(*words: str, viewer: str, data_dir: Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [*words, "--data-dir", str(data_dir)], env={viewing.VARIABLE: viewer})
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("words", "viewer", "said"),
    [
        (("query", "accountability/groups"), "publik", "tidak membuka halaman"),
        (("query", "--sql", "from visits"), "operator:pkm-mengupeh", "tidak membuka halaman"),
        (("query", "visits/units", "--format", "csv"), "publik", "tidak membawa berkas"),
        (("trace", "visits"), "publik", "tidak membuka halaman"),
        (("query", "visits/units"), "siapa", "tidak dikenal"),
        (("snapshot", "list"), "siapa", "tidak dikenal"),
    ],
)
def test_what_a_role_does_not_have_the_terminal_refuses_too(
    sample_data: Path, words: tuple[str, ...], viewer: str, said: str
) -> None:
    code, output = _ran(*words, viewer=viewer, data_dir=sample_data)
    assert code == 1
    assert said in output


def test_a_query_of_the_terminal_tells_its_units_alone(sample_data: Path) -> None:
    code, output = _ran(
        "query", "visits/units", "--format", "csv", viewer="kepala-unit:pkm-mengupeh", data_dir=sample_data
    )
    assert code == 0
    assert "pkm-mengupeh" in output
    assert "pkm-sumber-sari" not in output
