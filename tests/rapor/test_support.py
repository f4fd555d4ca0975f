"""`rapor support`: it says what a helper needs, and nothing of a person or a secret."""

import zipfile
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from queries import builds
from rapor import app


def test_a_bundle_tells_counts_and_no_person_and_no_secret(
    sample_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPOR_SMTP_PASSWORD", "sangat-rahasia")
    monkeypatch.setenv("RAPOR_NOTES_URL", "postgresql://rapor:kata-sandi@db.example/notes")
    monkeypatch.setenv("RAPOR_VIEWER", "pegawai:P0123456789")
    target = tmp_path / "dukungan.zip"
    result = CliRunner().invoke(app, ["support", "--to", str(target), "--data-dir", str(sample_data)])
    assert result.exit_code == 0, result.output
    assert target.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(target) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    told = "".join(parts.values())
    assert '"main.visit"' in parts["counts.json"]
    assert '"rapor": "' in parts["versions.json"]
    assert '"RAPOR_NOTES_URL": "set"' in parts["settings.json"]
    with duckdb.connect(builds.current(sample_data) or "", read_only=True) as build:
        people = build.execute("select name, nip, employee_id from employee").fetchall()
    assert len(people) > 100
    assert not [word for row in people for word in row if word in told]
    for secret in ("sangat-rahasia", "kata-sandi", "P0123456789", str(sample_data), str(Path.home())):
        assert secret not in told
    assert CliRunner().invoke(app, ["support", "--to", str(target)]).exit_code == 1  # nothing is written over
