"""Filters live in the URL: read back what a link wrote, keep months within the build."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import polars as pl
import pytest

from dashboard import access, db, filters
from dashboard.filters import Filters
from dashboard.render import html
from dashboard.words import text
from queries import months
from tests.dashboard.builds import shown

FIRST, LAST = date(2023, 11, 1), date(2026, 10, 1)


def read(**query: str) -> Filters:
    return filters.read(query, FIRST, LAST)


def test_the_default_is_january_to_the_last_month_of_the_build() -> None:
    assert read() == Filters(date(2026, 1, 1), date(2026, 10, 1))


def test_months_are_kept_within_the_build_and_in_order() -> None:
    assert read(dari="2020-01", sampai="2030-12") == Filters(FIRST, LAST)
    assert read(dari="2026-09", sampai="2026-03") == Filters(date(2026, 3, 1), date(2026, 9, 1))


def test_what_is_no_month_means_the_default() -> None:
    for wrong in ("", "2026", "2026-13", "Oktober", "2026-10-01"):
        assert read(dari=wrong, sampai=wrong) == Filters(date(2026, 1, 1), LAST)


def test_a_link_reads_back_as_the_same_filters() -> None:
    chosen = Filters(date(2026, 1, 1), date(2026, 6, 1), agency="dinkes", unit="pkm-mengupeh")
    url = urlsplit(chosen.link("capaian", indicator="SPM & 08"))
    assert url.path == "capaian"
    assert read(**dict(parse_qsl(url.query))) == Filters(
        date(2026, 1, 1), date(2026, 6, 1), agency="dinkes", unit="pkm-mengupeh", indicator="SPM & 08"
    )


def test_what_belongs_to_one_page_stays_there() -> None:
    chosen = Filters(date(2026, 1, 1), LAST, unit="a", service="gigi", payer="umum", employee="e1", job_group="bidan")
    query = dict(parse_qsl(urlsplit(chosen.link("kepuasan")).query))
    assert query == {"dari": "2026-01", "sampai": "2026-10", "unit": "a"}


def test_a_link_can_take_a_filter_away_and_keeps_the_language() -> None:
    chosen = Filters(date(2026, 1, 1), LAST, unit="a")
    with text.speaking("en"):
        assert chosen.link("ringkasan", unit=None) == "ringkasan?dari=2026-01&sampai=2026-10&bahasa=en"


def test_the_parameters_have_the_names_of_the_queries() -> None:
    parameters = Filters(date(2026, 1, 1), LAST, unit="a").parameters()
    assert {"period_from", "period_to", "agency", "unit", "indicator", "service", "payer", "job_group"} <= set(
        parameters
    )
    assert parameters["period_to"] == LAST
    assert parameters["agency"] is None


def test_months_count_both_ends() -> None:
    # Nov and Dec 2023, 12 of 2024, 12 of 2025, 10 of 2026: 2 + 12 + 12 + 10 = 36
    assert len(months.starts(FIRST, LAST)) == 36
    assert months.starts(date(2025, 12, 1), date(2026, 1, 1)) == [date(2025, 12, 1), date(2026, 1, 1)]


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def test_a_click_chooses_and_a_second_one_lets_go_and_all_else_stays() -> None:
    chosen = Filters(date(2026, 1, 1), LAST, agency="dinkes", service="gigi", area="15.09.02", band="R,SR")
    kept = {"dari": "2026-01", "sampai": "2026-10", "opd": "dinkes", "kecamatan": "15.09.02"}
    kept |= {"layanan": "gigi", "kategori": "R,SR"}
    once = chosen.toggle("kunjungan", unit="a")
    assert query_of(once) == kept | {"unit": "a"}
    twice = read(**query_of(once)).toggle("kunjungan", unit="a")
    assert query_of(twice) == kept
    assert query_of(read(**query_of(once)).toggle("kunjungan", unit="b")) == kept | {"unit": "b"}


def test_a_month_chosen_again_gives_the_usual_period_back() -> None:
    august = {"period_from": date(2026, 8, 1), "period_to": date(2026, 8, 1)}
    once = read(unit="a").toggle("kunjungan", **august)
    assert query_of(once) == {"dari": "2026-08", "sampai": "2026-08", "unit": "a"}
    twice = read(**query_of(once)).toggle("kunjungan", **august)
    assert query_of(twice) == {"unit": "a"}
    assert read(**query_of(twice)) == read(unit="a")


def test_bands_are_letters_parted_by_commas() -> None:
    assert read(kategori="R,SR").bands() == {"R", "SR"}
    assert read().bands() == read(kategori=",").bands() == frozenset()


def chips_of(test: object) -> list[tuple[str, str]]:
    """Return (accessible name or words, URL) of the chips of a page."""
    (row,) = re.findall(r"<nav class='rp-chips'.*?</nav>", shown(test)) or [""]
    found = re.findall(r"<a (?:class='rp-clear' )?href='([^']*)'(?: aria-label='([^']*)')?>(.*?)</a>", row)
    return [(name or words, url.replace("&amp;", "&")) for url, name, words in found]


def test_what_is_chosen_stands_as_chips_that_each_take_one_away(page: Callable) -> None:
    assert chips_of(page("kunjungan", dari="2026-01", sampai="2026-10", bahasa="id")) == []
    query = {"dari": "2026-08", "sampai": "2026-08", "unit": "pkm-mengupeh", "layanan": "gigi", "bahasa": "id"}
    period, unit, service, everything = chips_of(page("kunjungan", **query))
    assert period[0] == "Hapus saringan Periode: Agu 2026"
    assert query_of(period[1]) == {key: query[key] for key in ("unit", "layanan", "bahasa")}
    assert unit[0] == "Hapus saringan Unit: Puskesmas Mengupeh"
    assert query_of(unit[1]) == {key: query[key] for key in ("dari", "sampai", "layanan", "bahasa")}
    assert service[0] == "Hapus saringan Layanan: Gigi dan mulut"
    assert everything[0] == "Hapus semua"
    assert query_of(everything[1]) == {"bahasa": "id"}


def test_what_has_no_widget_has_a_chip_and_no_name_of_a_person(page: Callable) -> None:
    (area,) = chips_of(page("kepuasan", kecamatan="15.09.02"))
    assert area[0] == "Hapus saringan Kecamatan: Tebo Ilir"
    (band,) = chips_of(page("capaian", kategori="R,SR"))
    assert band[0] == "Hapus saringan Kategori: Rendah, Sangat Rendah"
    (person,) = chips_of(page("pegawai", pegawai="tidak-ada"))
    assert person[0] == "Hapus saringan Pegawai"
    (unknown,) = chips_of(page("kepuasan", kecamatan="<b>"))
    assert unknown[0] == "Hapus saringan Kecamatan: &lt;b&gt; (tidak dikenal)"


def test_a_chip_escapes_what_it_says() -> None:
    said = html.chips([html.Chip("Unit", "<b>'", "?a='><script>")], "?")
    assert "<script>" not in said
    assert "<b>" not in said
    assert "Hapus semua" not in said


def test_a_kecamatan_is_its_service_units(page: Callable, sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    viewer, period = access.of("pimpinan"), {"period_from": date(2026, 1, 1), "period_to": LAST}
    none = dict.fromkeys(("agency", "unit", "service", "payer"))
    # Tebo Ilir has two health centres.
    two = [
        db.fetch("visits/summary", viewer, **none | period | {"unit": unit})["patients"][0]
        for unit in ("pkm-sungai-bengkal", "pkm-teluk-rendah")
    ]
    both = db.fetch("visits/summary", viewer, **none | period, area="15.09.02")["patients"][0]
    assert both == sum(two) > 0
    nobody = db.fetch("visits/units", viewer, **none | period, area="99")
    assert nobody.is_empty()
    one = access.Viewer("unit", units=("pkm-teluk-rendah",))
    assert db.fetch("visits/summary", one, **none | period, area="15.09.02")["patients"][0] == two[1]
    areas = db.fetch("overview/areas", viewer, agency=None, units=None, **period)
    on_the_map = areas.filter(pl.col("kecamatan_code") == "15.09.02")["attainment_pct"][0]
    said = shown(page("", kecamatan="15.09.02"))
    assert f"{text.number(both)} <small>kunjungan" in said
    assert f"{text.pct(on_the_map)}" in said.partition("Kunjungan</div>")[0]  # the first tile says what the map does
