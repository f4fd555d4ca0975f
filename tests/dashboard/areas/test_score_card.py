"""Kartu skor: one row an indicator, what weighs most first, each in one line of marks."""

from datetime import date
from typing import Any

import polars as pl

from dashboard.access import Viewer
from dashboard.areas.attainment.words import Band
from dashboard.areas.score_card import page as score_card
from dashboard.filters import Filters
from dashboard.words.cells import cell

CHOSEN = Filters(date(2026, 1, 1), date(2026, 10, 1))
ROW: dict[str, Any] = {
    "indicator_id": "DK-01", "unit_id": "dinkes", "as_of": date(2026, 9, 1), "period": date(2026, 7, 1), "period_months": 3,
    "indicator_name": "Prevalensi stunting", "unit_of_measure": "%", "value_ytd": 20.45, "value_text": None, "target_ytd": 14.5,
    "target_year": 14.2, "target_max": None, "target_text": None, "attainment_pct": 58.97, "band": 4, "reason": None,
    "is_reported": True, "is_rounded": False, "chance": "out_of_reach", "course": [91.14, None, 58.97], "tier": "strategic",
    "obstacle": "Alat ukur rusak", "signal": "bad", "assurance": "failing", "unit_kind": "agency", "unit_short_name": "Dinkes",
}  # fmt: skip


def _sheet(**changes: Any) -> dict[str, str]:
    rows = pl.DataFrame([ROW | changes], infer_schema_length=None)
    block = score_card.table(rows, 0, {4: Band("R", "Rendah", 51.0)}, CHOSEN, Viewer("bupati"))
    return {column.label: cell(block.table[column.name][0], column) for column in block.columns}


def test_an_indicator_is_one_line_from_now_to_its_cause() -> None:
    assert {label: said.replace("\u00a0", " ") for label, said in _sheet().items()} == {
        "Indikator": "Prevalensi stunting", "Capaian": "R · 59,0 %", "Peluang tercapai": "tidak terkejar", "Kini": "20,4 %",
        "Target tahun": "14,2 %", "Instansi": "Dinkes", "Jalannya": "█ ▁", "Gerak": "▼ memburuk",
        "Mencapai target": "✗ biasanya tidak", "Penyebab menurut instansi": "Alat ukur rusak", "Keputusan": "–",
    }  # fmt: skip
    assert _sheet(attainment_pct=104.7, band=4, chance="met")["Mencapai target"] == "–", "it does so now"
    assert [_sheet(chance=chance)["Peluang tercapai"] for chance in ("met", "missed")] == ["tercapai", "tidak tercapai"]


def test_what_is_not_reported_is_said_and_never_a_zero() -> None:
    said = _sheet(attainment_pct=None, band=None, is_reported=False, reason="not_reported", signal=None, assurance=None)
    assert (said["Kini"], said["Capaian"], said["Gerak"], said["Mencapai target"]) == ("–", "belum melapor", "–", "–")


def test_the_sheet_of_the_sample_leads_with_what_weighs_most(page: Any) -> None:
    shown = " ".join(element.proto.body for element in page("kartu-skor").get("html"))
    names = ("Prevalensi stunting", "identitas kependudukan digital", "Luas daerah irigasi", "Jumlah peserta didik")
    places = [shown.index(name, shown.index("<tbody>")) for name in names]
    assert places == sorted(places)
    assert shown.count("<tr>") == 1 + 43, "the audit's opinion is neither statutory nor strategic"
    assert "1 indikator lain ada pada halaman Capaian." in shown
