"""A secret comes from the environment or from a file that its owner alone may read."""

from pathlib import Path

import pytest

from queries import secret


def test_a_secret_is_that_of_the_file_which_nobody_else_may_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert secret.given("RAPOR_TRIED") is None
    monkeypatch.setenv("RAPOR_TRIED", "terbuka")
    assert secret.given("RAPOR_TRIED") == "terbuka"
    path = tmp_path / "rahasia"
    path.write_text("tertutup\n")
    monkeypatch.setenv("RAPOR_TRIED_FILE", str(path))
    for mode in (0o644, 0o640, 0o606):
        path.chmod(mode)
        with pytest.raises(secret.Exposed, match="chmod 600"):
            secret.given("RAPOR_TRIED")
    path.chmod(0o600)
    assert secret.given("RAPOR_TRIED") == "tertutup"


def test_a_key_is_made_once_and_one_that_is_spoilt_is_not_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(secret.SIGNING_KEY, str(tmp_path / "keys" / "signing.pem"))
    first = secret.own("x.key", tmp_path / "data")
    assert len(first) == 32
    assert secret.own("x.key", tmp_path / "data") == first
    secret.place("x.key").write_text("short")
    with pytest.raises(secret.Exposed, match="rusak"):
        secret.own("x.key", tmp_path / "data")
