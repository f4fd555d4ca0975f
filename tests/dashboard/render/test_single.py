"""The one-file meeting: parsed, it says what the pages say, asks nothing of a network, and runs nothing."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise

import polars as pl
import pytest

from dashboard import charts, theme
from dashboard.render import single
from dashboard.snapshot import ChartBlock, Column, Headline, Meeting, Snapshot, TableBlock, TextBlock, Tile
from dashboard.words import text
from tests.dashboard.render.gallery import HOSTILE, UNITS, gallery

VOID = {"meta", "img", "br", "hr", "link", "input"}
FRAME = pl.DataFrame({"unit": UNITS, "patients": [12345, None, *range(7)], "link": ["kunjungan?unit=a"] * 9})
COLUMNS = (Column("unit", "Unit", link="link"), Column("patients", "Kunjungan", "int"))


class Parsed(HTMLParser):
    """The elements in order as (tag, attributes, the words directly in it); `open` is what was never closed."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.open: list[int] = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), []))
        if tag not in VOID:
            self.open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), []))

    def handle_endtag(self, tag: str) -> None:
        assert self.elements[self.open[-1]][0] == tag, f"</{tag}> closes what is not open"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open:
            self.elements[self.open[-1]][2].append(data)

    def words(self, tag: str) -> list[str]:
        return ["".join(words).strip() for name, _attributes, words in self.elements if name == tag]

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes, _words in self.elements if name == tag]


def gallery_meeting(**changes: object) -> Meeting:
    """Return a meeting of two pages with every kind of chart, hostile names among its words."""
    blocks = [
        ChartBlock(name, chart, FRAME, COLUMNS, "Catatan", "18 dari 20 melapor") for name, chart in gallery().items()
    ]
    table = TableBlock("rincian", "Rincian", FRAME, COLUMNS, "Dari laporan bulanan.")
    first = Snapshot(
        "kunjungan", "Kunjungan", "Jan–Okt 2026",
        (Headline("Kunjungan turun 3,2 %", "#bars", "bad"), Headline("Kepuasan naik", "kepuasan?unit=a", "good"),
         Headline(HOSTILE[1], "https://x.example/?a", "ordinary"), Headline("Jahat", "javascript:alert(1)")),
        (Tile("t", "Kunjungan", "12.345", "pasien", "Okt 2026", "naik 3,2 %", "dibanding Sep", "good", "", (1.0, 2.0)),
         Tile("u", "Capaian", None)),
        (*blocks, table), (("Kunjungan <1>", "Pasien & pendamping"),), "Semua unit · Jan–Okt 2026", date(2026, 11, 12),
        "20261112T0800Z", "18 dari 20 melapor", True, 3,
    )  # fmt: skip
    second = Snapshot("kepuasan", "Kepuasan", "2026", blocks=(TextBlock("cara", "Cara membaca", "Satu.\n\nDua."),))
    meeting = Meeting(
        "2026-11-20-rapat-12345678", "Rapat evaluasi", date(2026, 11, 20), "Bawa laporan.\nTepat waktu.", "id", "bupati",
        (first, second), "20261112T0800Z", datetime(2026, 11, 13, 1, 2, 3, tzinfo=UTC),
    )  # fmt: skip
    return replace(meeting, **changes)


@cache
def _document() -> str:
    return single.html(gallery_meeting()).decode()


@cache
def _parsed() -> Parsed:
    return Parsed(_document())


def test_the_file_is_small_whole_and_the_same_for_an_equal_meeting() -> None:
    assert single.html(gallery_meeting()).decode() == _document()
    assert len(_document().encode()) < 1_000_000
    assert _parsed().open == [], "every element is closed"
    assert _document().startswith("<!doctype html>\n<html lang='id'>")
    assert _parsed().words("title")[0] == "Rapat evaluasi"
    with text.speaking("en"):
        assert "<html lang='en'>" in single.html(gallery_meeting()).decode()


def test_nothing_runs_and_nothing_is_fetched() -> None:
    parsed = _parsed()
    tags = {tag for tag, _attributes, _words in parsed.elements}
    assert not tags & {"script", "iframe", "object", "embed", "link", "form", "base", "video", "audio", "foreignobject"}
    for _tag, attributes, _words in parsed.elements:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("href", "src", "xlink:href", "action", "srcset"):
            assert re.match(r"#|data:", attributes.get(name) or "#"), attributes
    assert not re.search(r"url\((?!#|data:)|@import", _document())
    policy = next(m["content"] for m in parsed.attributes("meta") if m.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")


def test_links_lead_to_places_that_are_there() -> None:
    parsed = _parsed()
    ids = [attributes["id"] for _tag, attributes, _words in parsed.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    places = [(a["href"] or "").removeprefix("#") for a in parsed.attributes("a")]
    assert set(places) <= set(ids)
    found = dict(zip(parsed.words("a"), places, strict=True))
    fifth = list(gallery()).index("bars") + 1
    assert found["Kunjungan turun 3,2\xa0%"] == f"p1b{fifth}"
    assert found["Kepuasan naik"] == "p2", "another page of the meeting"
    assert "Jahat" not in found


def test_headings_follow_each_other_and_landmarks_are_there() -> None:
    levels = [int(tag[1]) for tag, _attributes, _words in _parsed().elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for landmark in ("header", "nav", "main", "footer"):
        assert len(_parsed().attributes(landmark)) == 1
    titles = [chart.title for chart in gallery().values()]
    assert [w for w in _parsed().words("h3") if w in {t.replace(" %", "\xa0%") for t in titles}] == [
        t.replace(" %", "\xa0%") for t in titles
    ]


def test_every_chart_has_a_text_alternative_and_every_table_its_heads() -> None:
    parsed = _parsed()
    drawings = parsed.attributes("svg")
    cells = [chart for chart in gallery().values() if chart.kind in {"matrix", "heat"}]
    assert len(drawings) == len(gallery()) - len(cells)
    assert all(drawing["role"] == "img" for drawing in drawings)
    described = [drawing["aria-label"] for drawing in drawings]
    for chart in gallery().values():
        if chart.kind in {"matrix", "heat"}:
            assert any(div.get("aria-label") == chart.alt for div in parsed.attributes("div"))
        else:
            assert chart.alt in described
    assert all(th.get("scope") in {"col", "row", "colgroup"} for th in parsed.attributes("th"))
    boxes = [div for div in parsed.attributes("div") if div.get("class") == "rp-scroll"]
    assert len(boxes) == len(parsed.attributes("table"))
    assert all(box["tabindex"] == "0" and box["role"] == "region" and box["aria-label"] for box in boxes)


def test_the_figures_are_there_and_what_is_missing_says_so() -> None:
    cells = _parsed().words("td")
    assert "12.345" in cells
    assert "–" in cells
    words = " ".join(" ".join(w) for _tag, _attributes, w in _parsed().elements)
    for said in ("belum melapor", "Data contoh", "Data per 12 Nov 2026", "Versi data 20261112T0800Z", "3 temuan"):
        assert said in words
    assert _parsed().words("dd")[-1] == "Pasien & pendamping"


def test_long_tables_are_cut_and_say_so() -> None:
    frame = pl.DataFrame({"unit": [f"Unit {n}" for n in range(1300)], "patients": range(1300)})
    page = replace(gallery_meeting().pages[1], blocks=(TableBlock("t", "Panjang", frame, (Column("unit", "Unit"),)),))
    document = single.html(gallery_meeting(pages=(page,))).decode()
    assert document.count("<th scope='row'") == single.MOST_ROWS + 1, "and the page that they come from"
    assert "1.200 baris lainnya ada di buku kerja (XLSX)." in document


@pytest.mark.parametrize(
    "words", [*HOSTILE, "'\"><img src=x onerror=alert(1)>", "</style><script>x</script>", "&#x202e;<"]
)
def test_hostile_words_come_through_as_words(words: str) -> None:
    chart = charts.bars(FRAME, "unit", "patients", title=words, unit=words, alt=words)
    table = TableBlock(words, words, FRAME.with_columns(unit=pl.lit(words)), (Column("unit", words),), words, words)
    page = Snapshot(
        words, words, words, (Headline(words, words),), (Tile(words, words, words, words, words, words, words),),
        (ChartBlock(words, chart, FRAME, COLUMNS, words, words), table, TextBlock(words, words, words)),
        ((words, words),), words, None, words, words,
    )  # fmt: skip
    document = single.html(gallery_meeting(title=words, notes=words, build_id=words, pages=(page,))).decode()
    parsed = Parsed(document)
    assert parsed.open == []
    tags = {tag for tag, _attributes, _words in parsed.elements}
    assert not tags & {"script", "b"}
    assert all((image["src"] or "").startswith("data:") for image in parsed.attributes("img"))
    assert not re.search("[\x00-\x09\x0b-\x1f\u200e\u200f\u202a-\u202e\u2066-\u2069]", document)
    shown = " ".join(re.sub("[\x00-\x1f\u202a-\u202e]", " ", words).split())
    assert shown in " ".join(parsed.words("title")[0].split())


def test_colours_read_in_both_schemes() -> None:
    for palette in (theme.LIGHT, theme.DARK):
        for ink in (palette.ink, palette.muted, palette.accent, palette.good, palette.bad):
            assert theme.contrast(ink, palette.background) >= 4.5
        for fill in (*palette.bands, palette.good, palette.bad, palette.ordinary):
            assert theme.contrast(theme.text_on(fill), fill) >= 4.5
    assert _document().count("--rp-on-band-5:") == 2


def test_what_filters_a_page_on_the_screen_is_no_link_in_the_file() -> None:
    frame = pl.DataFrame({"r": ["A"], "c": ["X"], "v": [60.0], "t": ["60"], "b": [4], "u": ["capaian?unit=a"]})
    chart = charts.matrix(
        frame, "r", "c", value="v", text="t", band="b", link="u", row_link="u", column_link="u",
        band_names={4: "R · Rendah"}, band_links={4: "capaian?kategori=R"}, title="Temuan", unit="%", alt="Uraian",
    )  # fmt: skip
    page = Snapshot("capaian", "Capaian", "2026", blocks=(ChartBlock("matrix", chart, frame, ()),))
    document = single.html(gallery_meeting(pages=(page,))).decode()
    assert "R · Rendah" in document
    assert "capaian?" not in document
