"""A district's own papers: its logo and colours, who may read them, and no names where pseudonyms are asked for."""

import io
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from PIL import Image
from pptx import Presentation

from dashboard import access
from dashboard.meetings import agenda, media, pseudonyms
from dashboard.render import brand, covers
from dashboard.snapshot import Brief, Column, Headline, Meeting, Snapshot, TableBlock

NAME = "Siti Aminah"


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2, 2), "#7A1F2B").save(out, "PNG")
    return out.getvalue()


PNG = _png()


def _meeting() -> Meeting:
    people = pl.DataFrame({"employee_id": ["e1"], "employee_name": [NAME], "signal": [81.5]})
    table = TableBlock(
        "t",
        f"Teratas: {NAME}",
        people,
        (Column("employee_name", "Pegawai", role="name"), Column("signal", "Sinyal", "decimal")),
    )
    page = Snapshot("pegawai", "Pegawai", "2026", (Headline(f"{NAME} jelas di atas."),), blocks=(table,), build_id="b")
    brief = Brief("Kabupaten Contoh", "2026", sheets=(replace(page, page="keadaan", title=f"{NAME} teratas"),))
    return Meeting("2026-11-25-rapat-0123456789abcdef", "Rapat", date(2026, 11, 25), "", "id", "bupati", (page,), "b",
                   datetime(2026, 11, 24, 8), (("pegawai", ()),), brief)  # fmt: skip


def test_a_file_says_who_may_read_it_and_with_pseudonyms_names_nobody() -> None:
    named = _meeting()
    assert covers.mark(named) == "Hanya untuk Bupati · memuat nama pegawai"
    assert media.file_name(named, "pdf") == f"{named.id}-untuk-bupati.pdf"
    hidden = pseudonyms.hidden(named)
    assert covers.mark(hidden) == "Hanya untuk pimpinan daerah"
    assert media.file_name(hidden, "pdf") == f"{named.id}-untuk-pimpinan.pdf"
    html = media.export(hidden, "html").decode()
    assert NAME not in html
    assert str(access.pseudonym("e1")) in html
    assert NAME in media.export(named, "html").decode()


def test_the_logo_and_the_colours_of_the_district_are_in_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    folder = tmp_path / media.BRAND
    folder.mkdir()
    (folder / "logo.png").write_bytes(PNG)
    (folder / "colours.toml").write_text('accent = "#7A1F2B"\nseries = ["#7A1F2B", "merah"]\n', encoding="utf-8")
    assert brand.read(folder) == brand.Brand(PNG, "#7A1F2B", ("#7A1F2B",))
    deck = Presentation(io.BytesIO(media.export(_meeting(), "pptx")))
    assert [shape.image.blob for shape in deck.slides[0].shapes if hasattr(shape, "image")] == [PNG]
    html = media.export(_meeting(), "html").decode()
    assert "data:image/png" in html
    assert "--rp-accent:#7A1F2B" in html
    assert media.export(_meeting(), "pdf").startswith(b"%PDF")
    for broken in (b"<svg>", PNG[:-20]):
        (folder / "logo.png").write_bytes(broken)
        assert brand.read(folder).logo == b"", "what is no whole image is left out, and stops no meeting"


def test_one_agenda_makes_a_meeting_a_unit(sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    asked = agenda.of({"title": "Rapat", "satuan": "unit", "page": [{"page": "kunjungan", "blok": "bulanan"}]})
    found = agenda.each(asked)
    assert len(found) > 20
    assert len({one.title for one in found}) == len(found)
    assert ("kunjungan", (("blok", "bulanan"), ("unit", "pkm-mengupeh"))) in [one.pages[0] for one in found]
