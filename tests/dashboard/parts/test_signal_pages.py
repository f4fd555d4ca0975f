"""What pages say of signals: the planted stories, the chart that a link leads to, and a build with too little data."""

import re
from typing import Any

import pytest

from dashboard.parts import signals
from rapor.sample import visits
from tests.dashboard.builds import begin, publish, shown
from tests.dashboard.parts.test_signals import CHOSEN, VISITS


@pytest.mark.parametrize(
    ("language", "falls", "rises"),
    [
        ("id", "di bawah biasanya", "di atas biasanya"),
        ("en", "below its usual level", "above its usual level"),
    ],
)
def test_the_planted_stories_stand_at_the_head_of_visits(page: Any, language: str, falls: str, rises: str) -> None:
    decline, growth = visits.DECLINE[0].removeprefix("pkm-"), visits.GROWTH[0].removeprefix("pkm-")
    for unit, said in ((decline, falls), (growth, rises)):
        asked = {"unit": f"pkm-{unit}"} | ({} if language == "id" else {"bahasa": language})
        head = re.findall(r"<ul class='rp-headlines'>(.*?)</ul>", shown(page("kunjungan", **asked)))[0]
        sentences = re.findall(r"<li>(.*?)</li>", head)
        assert 2 <= len(sentences) <= signals.SENTENCES
        assert said in sentences[0]


def test_a_fall_that_lasts_is_among_what_needs_a_decision(page: Any) -> None:
    unit = visits.DECLINE[0]
    table = re.findall(r"data-blok='perhatian'.*?</section>", shown(page()), re.DOTALL)[0]
    assert re.search(rf"kunjungan[^']*unit={unit}", table)
    assert visits.GROWTH[0] not in table, "what improves needs no decision"


@pytest.mark.parametrize(("measure", "item"), [("visits", "umum"), ("satisfaction", "all"), ("attainment", "SPM-01")])
def test_the_chart_of_a_signal_stands_where_its_link_leads(page: Any, measure: str, item: str) -> None:
    row = VISITS | {"measure": measure, "unit_id": visits.DECLINE[0], "item_id": item}
    address, _question, rest = signals.link(row, CHOSEN).partition("?")
    query, _hash, block = rest.partition("#")
    test = page(address, **dict(pair.split("=") for pair in query.split("&")))
    assert f"id='{block}'" in shown(test)


def test_a_build_with_too_little_data_says_so(tmp_path: Any, page: Any) -> None:
    connection = begin(tmp_path)
    connection.execute(
        "insert into unit (unit_id, name, short_name, kind) values ('pkm-a', 'Puskesmas A', 'A', 'health_centre')"
    )
    connection.execute(
        "insert into visit (unit_id, month, service_id, payer_id, patients, file_id, sheet, row) "
        "select 'pkm-a', month, 'total', 'total', 100, 'f', 'S', 1 "
        "from generate_series(date '2026-01-01', date '2026-03-01', interval 1 month) as months (month)"
    )
    connection.execute(
        "insert into load.build (build_id, built_at, as_of, district, is_sample, first_month, last_month, fingerprint) "
        "values ('b', '2026-04-20', '2026-04-20', 'Tebo', false, '2026-01-01', '2026-03-01', 'f')"
    )
    connection.execute(
        "insert into load.comparison (state, reference_version, software_version) values ('none', 'r', 's')"
    )
    data = publish(tmp_path, connection)
    assert "Belum dapat disimpulkan: belum ada target indikator." in shown(page(data_dir=data))
    assert "Paket indikator yang umum (SPM, IKU) ada di halaman Penyiapan." in shown(page("capaian", data_dir=data))
    assert "Belum cukup data untuk membedakan perubahan dari kebetulan" in shown(page("kunjungan", data_dir=data))
    assert "No change beyond the ordinary at the newest points." in shown(page(data_dir=data, bahasa="en"))
    english = shown(page("kunjungan", data_dir=data, bahasa="en"))
    assert "There is not enough data yet to tell change from chance" in english
