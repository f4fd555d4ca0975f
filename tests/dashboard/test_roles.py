"""Every page x role and every file x role: who has it is told nothing beyond his units, who has it not is refused.

What Streamlit gives out itself needs no binding here: its media files lie under a hash of their bytes, are known to the sessions that
were given them and go with these; the buttons of files ask for the right once more when they are pressed.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pypdf
import pytest

import queries
from dashboard import asking, composing, filters, layout, registry, roles
from dashboard.access import Viewer
from dashboard.meetings import agenda, media, store
from dashboard.meetings.encoding import encode
from dashboard.render import figure
from dashboard.web import pieces
from queries import builds
from tests import effort
from tests.sights import Sight

EVERY = list(roles._read(roles.PROJECT / "data" / "reference" / "roles.csv", 0, roles.date.today()).values())
OF = {"agency": ("pupr", "dinkes"), "unit": ("pkm-mengupeh",)}
SCOPED = [f"{role.code}:{of}" for role in EVERY for of in OF.get(role.scope, ())]
DISTRICT = [role.code for role in EVERY if role.scope == "district"]
PAGES = [page.address for page in registry.PAGES]
ELSEWHERE = "pkm-sumber-sari"  # a unit that only the agency of health covers of these
# What an address may ask for beside the usual, of units that are outside of most.
ASKED: dict[str, list[dict[str, str]]] = {
    "jelajah": [{"tabel": "attainment"}, {"tabel": "submissions", "lihat": "baris"}, {"terhadap": "unit", "pembanding": ELSEWHERE}],
    "asal": [{"angka": "visits", "unit": ELSEWHERE}, {"angka": "attainment", "indikator": "DC-01"}, {"angka": "rejects"}],
    "pegawai": [{"kelompok": "pelaksana"}],
    "mutu-data": [{"unit": ELSEWHERE}],
}  # fmt: skip


@pytest.fixture
def data(sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the sample district as the data folder of the dashboard."""
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    monkeypatch.delenv("RAPOR_VIEWER", raising=False)
    return sample_data


@pytest.fixture(scope="module")
def sights(sample_data: Path) -> dict[str, Sight]:
    """Return what lies outside of each unit that somebody is of, looked up before the dashboard opens the build."""
    found = {}
    with duckdb.connect(str(builds.current(sample_data)), read_only=True) as whole:
        for of in {scope.partition(":")[2] for scope in SCOPED}:
            units = queries.load("overview/units_of").run(whole, unit=of)["unit_id"].to_list()
            found[of] = Sight(whole, units)
            assert found[of].outside
            assert found[of].words.pattern
    return found


def _viewer(whose: str) -> Viewer:
    code, _colon, of = whose.partition(":")
    viewer = asking.viewer_of(code, of)
    assert viewer is not None
    return viewer


def _questions(address: str) -> Iterator[dict[str, str]]:
    yield {}
    yield from ASKED.get(address, [])


def _told(snapshot: object) -> str:
    """Return all that a page holds, tables, links and charts too."""
    return json.dumps(encode(snapshot), ensure_ascii=False, default=str)


def _outside(text: str, sight: Sight, asked: dict[str, str]) -> list[str]:
    """Return what a text tells of what is outside, by name or by id, beside what the address itself asked for."""
    ids = {found for found in re.findall(r"[\w-]+", text) if found in sight.outside and found not in asked.values()}
    return sorted(ids) + sight.named(text)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("whose", SCOPED)
@pytest.mark.usefixtures("data")
def test_a_page_tells_nothing_beyond_the_units_of_its_reader(
    sights: dict[str, Sight], whose: str, address: str
) -> None:
    viewer, sight = _viewer(whose), sights[whose.partition(":")[2]]
    for asked in _questions(address):
        if not viewer.opens(address):
            with pytest.raises(roles.Withheld):
                composing.key(address, asked, viewer)
            with pytest.raises(roles.Withheld):
                registry.page(address).compose(filters.read(asked, date(2026, 1, 1), date(2026, 10, 1)), viewer, asked)
            continue
        try:
            snapshot = composing.linked(composing.key(address, asked, viewer), asked)
        except roles.Withheld:  # a table of Jelajah that the role does not have
            assert address == "jelajah"
            continue
        assert not _outside(_told(snapshot), sight, asked), asked


@pytest.mark.parametrize("code", DISTRICT)
@pytest.mark.usefixtures("data")
def test_a_role_of_the_whole_district_has_its_pages_alone_and_names_only_by_right(
    code: str, people: re.Pattern[str]
) -> None:
    viewer = _viewer(code)
    assert {page.address for page in registry.PAGES if viewer.opens(page.address)} >= {
        page.address for page in registry.of(viewer)
    }
    for address in PAGES:
        if not viewer.opens(address):
            with pytest.raises(roles.Withheld):
                composing.key(address, {}, viewer)
        elif not viewer.sees_names:
            for asked in list(_questions(address))[: effort.of(1, 9)]:
                snapshot = composing.composed(composing.key(address, asked, viewer))
                assert not people.findall(_told(snapshot)), (address, asked)


@pytest.fixture(scope="module")
def people(sample_data: Path) -> re.Pattern[str]:
    """Return what matches the name of any employee."""
    with duckdb.connect(str(builds.current(sample_data)), read_only=True) as whole:
        names = {row[0] for row in whole.execute("select name from employee").fetchall()}
    return re.compile("|".join(map(re.escape, names)))


def _pieces(viewer: Viewer, address: str, asked: dict[str, str]) -> Iterator[tuple[str, str, bytes]]:
    """Give each piece of a page that is answered: block, kind, content."""
    snapshot = composing.composed(composing.key(address, asked, viewer))
    for block in snapshot.flat():
        for kind in pieces.MIME:
            answer = pieces.answer(address, block.id, kind, {**asked, "lebar": str(figure.FULL), "rupa": "light"})
            assert answer.status_code in (200, 404), (address, block.id, kind)
            if answer.status_code == 200:
                yield block.id, kind, bytes(answer.body)


def _text(kind: str, content: bytes) -> str:
    """Return the words of a file: of a workbook or slides those of all their parts, of paper those of its pages."""
    if kind == "pdf":
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    if kind in ("xlsx", "pptx"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            every = [
                _text(name.rpartition(".")[2], parts.read(name))
                for name in parts.namelist()
                if name.endswith((".xml", ".xlsx"))
            ]
        return unescape("\n".join(every))
    return unescape(content.decode())


@pytest.mark.parametrize("whose", ["kepala-dinas:pupr", "kepala-unit:pkm-mengupeh"])
@pytest.mark.usefixtures("data")
def test_a_piece_of_a_page_tells_nothing_beyond_the_units_of_its_reader(
    sights: dict[str, Sight], whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPOR_VIEWER", whose)
    viewer, sight, kinds = _viewer(whose), sights[whose.partition(":")[2]], set()
    for address in PAGES:
        if not viewer.opens(address):
            assert pieces.answer(address, "apa-saja", "csv", {}).status_code == 404
            continue
        for asked in list(_questions(address))[: effort.of(1, 9)]:
            for block, kind, content in _pieces(viewer, address, asked):
                kinds.add(kind)
                assert not _outside(_text(kind, content), sight, asked), (address, block, kind)
    assert kinds == set(pieces.MIME)


@pytest.mark.parametrize("whose", ["publik", "pegawai:P0821FD02FF"])
@pytest.mark.usefixtures("data")
def test_a_role_that_takes_nothing_along_has_no_files_and_no_way_to_them(
    whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPOR_VIEWER", whose)
    viewer = _viewer(whose)
    for page in registry.of(viewer):
        key = composing.key(page.address, {}, viewer)
        html = layout.whole(key, {})
        assert ".csv?" not in html
        if page.is_own:
            continue  # what is his own he may take along
        assert not {kind for _block, kind, _content in _pieces(viewer, page.address, {})} & {"csv", "xlsx"}
        linked = {urlsplit(unescape(url)).path.strip("./") for url in re.findall(r"href='([^'#]*)", html)}
        known = {found.address for path in linked if (found := registry.find(path))}
        assert all(map(viewer.opens, known)), known


@pytest.mark.usefixtures("data")
def test_a_meeting_of_an_agency_holds_its_units_and_is_opened_by_who_covers_them(
    sights: dict[str, Sight], tmp_path: Path
) -> None:
    every = [{"page": address} for address in registry.frozen()]
    asked = agenda.of({"title": "Rapat bidang", "viewer": "kepala-dinas:pupr", "bentuk": "lengkap", "page": every})
    made = agenda.compose(asked, datetime(2026, 11, 24))
    assert (made.viewer, made.of, made.units) == ("kepala-dinas", "pupr", ("pupr",))
    store.write(tmp_path, made)
    assert store.altered(tmp_path, made.id) == []
    again = store.read(tmp_path, made.id)
    assert (again.of, again.units) == (made.of, made.units)
    (entry,) = store.listed(tmp_path)
    for frozen in (again, entry):
        assert [whose for whose in SCOPED + DISTRICT if store.may_open(frozen, _viewer(whose))] == [
            "kepala-dinas:pupr", "bupati", "bkpsdm",
        ]  # fmt: skip
    for medium in media.MEDIA:
        content = media.export(again, medium)
        assert not _outside(_text(medium, content), sights["pupr"], {}), medium
    assert "kepala-dinas-pupr" in media.file_name(again, "pdf")
    manifest = tmp_path / made.id / store.MANIFEST
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace('"pupr"\n', '"pupr",\n  "dinkes"\n'), encoding="utf-8"
    )
    assert store.altered(tmp_path, made.id)  # its units are sealed with it


@pytest.mark.parametrize("whose", ["kepala-dinas", "kepala-dinas:tidak-ada", "pegawai:P0821FD02FF", "siapa"])
@pytest.mark.usefixtures("data")
def test_an_agenda_for_nobody_in_particular_is_refused(whose: str) -> None:
    with pytest.raises(agenda.Unclear, match="kepala-dinas:UNIT"):
        agenda.of({"title": "Rapat", "viewer": whose})
