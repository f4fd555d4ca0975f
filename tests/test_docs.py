"""The made pages of docs/ say what the code says."""

import re

import pytest

from tests import docs


@pytest.mark.parametrize("name", docs.DOCUMENTS)
def test_a_made_page_is_as_its_source_says(name: str) -> None:
    written = (docs.DOCS / name).read_text(encoding="utf-8")
    assert written == docs.DOCUMENTS[name](), "out of date: python -m tests.docs"


def test_every_type_of_a_column_is_explained() -> None:
    assert set(docs.TYPES) == docs.declarations.TYPES


def test_a_form_shows_its_headings_key_and_checks() -> None:
    page = docs.sources()
    visits = page.split("## Kunjungan pasien bulanan")[1].split('<a id="')[0]
    assert "- Recognised by: Puskesmas; Bulan; and at least one of Baru, Lama, Jumlah" in visits
    assert "- One row for each unit, period, service, payer" in visits
    assert "| Baru (`new_count`) | count | baru, kunjungan baru, pasien baru, jumlah baru," in visits
    assert "- Jumlah is compared with Baru + Lama" in visits


GUIDES = [
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/systems.md",
    "dashboard/signin/README.md",
    "etl/intake/README.md",
    "queries/sandbox/README.md",
]


@pytest.mark.parametrize("name", GUIDES)
def test_every_path_that_a_guide_names_is_there(name: str) -> None:
    guide = (docs.DOCS.parent / name).read_text(encoding="utf-8")
    roots = "benchmarks|dashboard|data|docs|etl|pages|queries|rapor|tests"
    named = re.findall(rf"[`(]((?:{roots})(?:/[\w.-]+)+)/?[`)]", guide)
    assert named
    assert not [path for path in named if not (docs.DOCS.parent / path).exists()]
