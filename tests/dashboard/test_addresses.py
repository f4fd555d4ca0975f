"""Whatever an address says under any of its keys, its page is shown, or a calm word: never a fault."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import asking, composing, db, filters, layout, registry
from dashboard.guide import routes as guide
from dashboard.messages import routes as messages
from dashboard.registers import routes as registers
from dashboard.render import body
from dashboard.sending import routes as sending
from dashboard.signin import routes as signin
from tests.effort import is_nightly, of, tries

DASHBOARD = Path(composing.__file__).parent
# Each key that anything reads of an address: those of filters and pages, and those that the code names.
NAMED = re.compile(r"""(?:(?:query|query_params)(?:\.get\(|\[)|asked\.get\()["']([a-z_-]+)["']""")
KEYS = sorted(
    {
        *filters.KEYS.values(),
        filters.BUILD_KEY,
        filters.LANGUAGE_KEY,
        composing.FREEZE,
        body.VERSION,
        body.WIDTH,
        body.LOOK,
    }
    | {key for page in registry.PAGES for key in (*page.asked, *composing.MORE_KEYS.get(page.address, ()))}
    | {key for path in DASHBOARD.rglob("*.py") for key in NAMED.findall(path.read_text(encoding="utf-8"))}
)
ODD = (
    "", " ", "99999999999-01", "9999-12", "0001-01", "0000-00", "-", "-1", "1", "01", "1e309", "nan", "result:nan", "result:1e308",
    "result:inf,timeliness:0", "result:40", ",", ":", "|", "R,SR", "'", '"', "%", "%s", "{x}", "<script>", "../../etc/passwd", "\x00",
    "a\nb", "²", "१", "٣", "\u202e", "😀", "a" * 5000, "9" * 5000, "pkm-mengupeh", "dinkes", "kabupaten", "semua", "ya", "en", "tidak ada",
    "visits", "attainment", "kunjungan", "ringkasan", "visits:pkm-mengupeh", "2026-10", "2026-13", "2026-02-30", "null", "None", "true",
    "select 1", "1;drop", "unit", "unit:pkm-mengupeh", "period=2026-10", '["pkm-mengupeh"]', "[[]]", "[1]", "{}",
)  # fmt: skip
VALUES = st.sampled_from(ODD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
QUERIES = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4)
WHOLE = [page for page in registry.PAGES if composing.is_whole(page.address, {})]
SMALL_PATHS = (
    "kirim", "kirim/zzz", "kirim/zzz/keadaan", "kirim/zzz/tanda/1", "kirim/zzz/nama", "formulir", "formulir/berkas", "pesan",
    "pesan/pkm-mengupeh.png", "langganan", "langganan/unduh.ics", "bantuan", "penyiapan", "daftar", "daftar/riwayat", "daftar/terbit",
    "daftar/nama", "daftar/units", "daftar/units/baris", "daftar/units/tempel", "daftar/units/unduh", "daftar/units/usulan", "masuk",
)  # fmt: skip
SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.fixture
def _reader(sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    monkeypatch.setenv("RAPOR_VIEWER", "pengelola")


def _viewer(page: registry.Page) -> str:
    """Return whom a page is for, as RAPOR_VIEWER names one."""
    if not page.is_own:
        return "auditor" if page.needs else "bappeda"
    ((employee,),) = (
        db._connection(str(db.current_path())).cursor().execute("select min(employee_id) from employee").fetchall()
    )
    return f"pegawai:{employee}"


def _shown(page: registry.Page, query: dict[str, str]) -> None:
    os.environ["RAPOR_VIEWER"] = _viewer(page)
    key = composing.key(page.address, query, asking.current())
    snapshot = composing.linked(key, query)
    body.page(snapshot, composing.parts(key, query), composing.sight(key, query))
    filters.looks(key.chosen, key.viewer, composing.filters_of(page.address, query), query)
    layout.frame(page.address, query, key.viewer, "")


@pytest.mark.usefixtures("_reader")
@pytest.mark.parametrize("key", ["dari", "sampai"])
def test_a_month_that_is_none_chooses_nothing(key: str) -> None:
    for value in ("99999999999-01", "0000-00", "9" * 5000, "२०२६-10-1"):
        chosen = filters.read({key: value}, db.build().first_month, db.build().last_month)
        assert chosen == filters.read({}, db.build().first_month, db.build().last_month)


@pytest.mark.usefixtures("_reader")
@tries(40, suppress_health_check=SHARED)
@given(st.sampled_from(WHOLE), QUERIES)
def test_every_page_is_shown_whatever_its_address_says(page: registry.Page, query: dict[str, str]) -> None:
    if composing.is_whole(page.address, query):
        _shown(page, query)


FORMS = [page.address for page in registry.PAGES if page not in WHOLE] + ["keputusan", "pegawai", "saya"]


@pytest.mark.usefixtures("_reader")
@settings(max_examples=of(1, 40), suppress_health_check=SHARED)
@pytest.mark.parametrize("address", FORMS)
@given(query=st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1, max_size=3))
def test_a_page_with_forms_runs_whatever_its_address_says(page: Callable, address: str, query: dict[str, str]) -> None:
    page(address, viewer=_viewer(registry.page(address)), **query)  # a page that could not be shown fails there


@pytest.mark.parametrize("way", ["small", "piece"])
@pytest.mark.usefixtures("_reader")
def test_small_pages_and_pieces_answer_whatever_their_address_says(way: str) -> None:
    from dashboard.web import pieces  # noqa: PLC0415  its caches ask for a running Streamlit

    routes = [*signin.ROUTES, *sending.ROUTES, *registers.ROUTES, *messages.ROUTES, *guide.ROUTES]
    blocks = st.sampled_from(["units", "trend", "baris", "semua"]) | st.text("abc-_", min_size=1, max_size=9)
    kinds = st.sampled_from([*pieces.MIME])
    small, piece = st.sampled_from(SMALL_PATHS), st.tuples(st.sampled_from([p.address for p in WHOLE]), blocks, kinds)

    with TestClient(Starlette(routes=routes), follow_redirects=False) as client:

        @tries(40, suppress_health_check=SHARED)
        @given(small if way == "small" else piece, QUERIES)
        def ask(path: str | tuple[str, str, str], query: dict[str, str]) -> None:
            answer = client.get(f"/{path}", params=query) if isinstance(path, str) else pieces.answer(*path, query)
            assert answer.status_code < 500, (path, query)

        ask()


def test_the_keys_are_found() -> None:
    assert {"dari", "opd", "bahasa", "cari", "halaman", "tabel", "unit"} <= set(KEYS)
    assert len(KEYS) > 40 or is_nightly()
