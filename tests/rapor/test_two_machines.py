"""Two machines that show one district: builds pulled from a place that both reach, accounts and notes on a PostgreSQL server."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa

from dashboard.signin import accounts
from rapor import replicas
from tests import postgres
from tests.browser.conftest import served

PASSWORD = "kuda baterai staples"
FORM = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    programs = postgres.find_or_install()
    if not programs:
        pytest.skip("PostgreSQL is not installed, and can't be: apt install postgresql")
    with postgres.server(programs) as address:
        engine = sa.create_engine(
            address.format("postgres").replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(sa.text("create database rapor"))
        engine.dispose()
        url = address.format("rapor").replace("postgresql:", "postgresql+psycopg:")
        monkeypatch.setenv("RAPOR_NOTES_URL", url)
        yield url


def _sign_in(client: httpx2.Client, password: str) -> int:
    return client.post("/masuk", data={"nama": "admin", "sandi": password}, headers=FORM).status_code


@pytest.mark.nightly
def test_two_machines_show_one_district(
    sample_data: Path, tmp_path: Path, notes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    main, copy = tmp_path / "main", tmp_path / "copy"
    shutil.copytree(sample_data, main)
    store = replicas.store(str(tmp_path / "shared"))
    replicas.push(main, store)
    assert replicas.pull(copy, store, "shared").build
    monkeypatch.setenv("RAPOR_DATA", str(main))
    account, _first = accounts.add("admin", "pengelola")
    accounts.change_password(account, PASSWORD, "")
    places = [tmp_path / "log-a", tmp_path / "log-b"]
    for place in places:
        place.mkdir()
    with (
        served(places[0], "serve", "--workers", "2", "--data-dir", str(main), RAPOR_NOTES_URL=notes) as first,
        served(places[1], "serve", "--data-dir", str(copy), RAPOR_NOTES_URL=notes) as second,
        httpx2.Client(base_url=first, timeout=60) as here,
        httpx2.Client(base_url=second, timeout=60) as there,
    ):
        assert _sign_in(here, PASSWORD) == 303
        there.cookies.set("rapor", here.cookies["rapor"])
        assert [each.get("/bantuan").status_code for each in (here, there)] == [200, 200]
        assert [each.get("/kirim").status_code for each in (here, there)] == [200, 403]
        assert there.get("/kunjungan").status_code == 200
        # What is counted of wrong passwords is counted together, whichever process and machine they reach.
        with httpx2.Client(base_url=first, timeout=60) as guess:
            tried = [_sign_in(guess, "salah salah salah") for _each in range(8)]
            assert tried[:5] == [401] * 5
            assert 429 in tried
        with httpx2.Client(base_url=second, timeout=60) as guess:
            assert _sign_in(guess, "salah salah salah") == 429
        assert here.post("/keluar", headers=FORM).status_code == 303
        time.sleep(1.5)
        assert there.get("/bantuan").status_code != 200  # the session is over on both
