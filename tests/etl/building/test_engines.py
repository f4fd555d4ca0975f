"""Which engine a data folder asks for: what engine.toml may say, and what is told where it says something else."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from etl.building import engines
from etl.building.engines import Setting
from etl.trouble import Damaged


def _said(folder: Path, text: str) -> Path:
    (folder / engines.FILE).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("", Setting("duckdb")),
        ('engine = "spark"', Setting("spark", "", "2g")),
        (
            'engine = "spark"\nremote = "sc://spark.bappeda.lan:15002"',
            Setting("spark", "sc://spark.bappeda.lan:15002", "2g"),
        ),
        ('engine = "spark"\nremote = "sc://[::1]/;use_ssl=true"', Setting("spark", "sc://[::1]/;use_ssl=true", "2g")),
        ('engine = "spark"\nmemory = "512m"', Setting("spark", "", "512m")),
    ],
)
def test_what_the_file_says(tmp_path: Path, text: str, setting: Setting) -> None:
    assert engines.read(_said(tmp_path, text)) == setting


def test_without_the_file_it_is_duckdb_and_nothing_is_started(tmp_path: Path) -> None:
    with engines.opened(tmp_path, tmp_path / "scratch") as engine:
        assert engine is None
    assert not (tmp_path / "scratch").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("engine = spark", "TOML"),
        ('engine = "flink"', "duckdb, spark"),
        ('mesin = "spark"', "mesin"),
        ('engine = "spark"\nremote = "http://spark:15002"', "sc://"),
        ('engine = "spark"\nremote = "sc://spark:15002/;token=rahasia"', "kata sandi"),  # it has its variable
        ('engine = "spark"\nmemory = "banyak"', "2g"),
        ('engine = "spark"\nmemory = 2', "memory"),
    ],
)
def test_what_cannot_be_understood_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(Damaged, match=told) as wrong:
        engines.read(_said(tmp_path, text))
    assert "rahasia" not in str(wrong.value)
    assert engines.FILE in wrong.value.what


@pytest.mark.parametrize("package", ["grpc", "pyspark"])
def test_a_package_that_is_missing_is_named_with_what_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    for name in [name for name in sys.modules if name.startswith("etl.spark.")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("grpc", "pyspark"):
        monkeypatch.setitem(sys.modules, name, None if name == package else ModuleType(name))
    said = _said(tmp_path, 'engine = "spark"')
    with pytest.raises(Damaged, match=package) as missing, engines.opened(said, tmp_path / "scratch"):
        pass
    assert "uv sync --group spark" in missing.value.mend
