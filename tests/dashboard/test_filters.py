"""Filters live in the URL: read back what a link wrote, keep months within the build."""

from datetime import date
from urllib.parse import parse_qsl, urlsplit

from dashboard import filters, text
from dashboard.filters import Filters

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
    url = urlsplit(chosen.link("attainment", indicator="SPM & 08"))
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
        assert chosen.link("overview", unit=None) == "./?dari=2026-01&sampai=2026-10&bahasa=en"


def test_the_parameters_have_the_names_of_the_queries() -> None:
    parameters = Filters(date(2026, 1, 1), LAST, unit="a").parameters()
    assert {"period_from", "period_to", "agency", "unit", "indicator", "service", "payer", "job_group"} <= set(
        parameters
    )
    assert parameters["period_to"] == LAST
    assert parameters["agency"] is None


def test_months_count_both_ends() -> None:
    # Nov and Dec 2023, 12 of 2024, 12 of 2025, 10 of 2026: 2 + 12 + 12 + 10 = 36
    assert len(filters.months(FIRST, LAST)) == 36
    assert filters.months(date(2025, 12, 1), date(2026, 1, 1)) == [date(2025, 12, 1), date(2026, 1, 1)]
