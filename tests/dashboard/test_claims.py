"""Each sentence carries its claim: what is printed is read back out of it and held against the claim, and the claim against the reports.

The districts are drawn at random, so that no figure can be right by chance: one on a push, twenty with `--nightly`.
"""

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from dashboard import access, registry
from dashboard.filters import Filters
from dashboard.messages import facts, wording
from dashboard.snapshot import ChartBlock, Claim, Snapshot, TextBlock
from dashboard.words import text
from dashboard.words.said import Figure, figures_of
from queries.months import moved_by
from tests import effort
from tests.dashboard.builds import begin, publish

NAMES = ("Alfa", "Beta", "Gama", "Delta", "Epsilon", "Zeta")
FIRST, MONTHS = date(2025, 1, 1), 21  # to September 2026
THIS_YEAR = Filters(date(2026, 1, 1), date(2026, 9, 1))
PAGES = (
    registry.OVERVIEW,
    registry.VISITS,
    registry.SATISFACTION,
    registry.ATTAINMENT,
    registry.QUALITY,
    registry.REGISTER,
)
CONSTANTS = (
    "1.000 penduduk",
    "1,000 inhabitants",
    " dari 4",
    " of 4",
    "; 2 dari ",
    "; 2 of ",
    " 0 atau 100",
    " 0 or 100",
    " 100:",
)  # of a rate, a scale, a rule
MARKS = {"id": (".", ","), "en": (",", ".")}  # of thousands and of decimals


@dataclass
class District:
    """What was reported: patients by unit and month (None: nothing), answers by unit and quarter, numerator and denominator."""

    patients: dict[tuple[str, date], int | None] = field(default_factory=dict)
    answers: dict[tuple[str, date], tuple[int, float, float]] = field(default_factory=dict)  # respondents, u1, u2
    served: dict[tuple[str, date], tuple[int, int]] = field(default_factory=dict)

    @property
    def units(self) -> list[str]:
        """Return the units."""
        return sorted({unit for unit, _ in self.patients})


def _drawn(seed: int) -> District:
    """Return a district in which some reports are missing, and none has a small count."""
    draw, found = random.Random(seed), District()
    for name in NAMES[: draw.randint(3, len(NAMES))]:
        level = draw.randint(300, 3000)
        for index in range(MONTHS):
            month = moved_by(FIRST, index)
            is_late = draw.random() < 0.08 and index > 0
            found.patients[name, month] = None if is_late else round(level * draw.uniform(0.8, 1.2))
        for index in range(0, MONTHS, 3):
            quarter = moved_by(FIRST, index)
            found.answers[name, quarter] = (draw.randint(30, 300), draw.uniform(2.4, 3.8), draw.uniform(2.4, 3.8))
            below = draw.randint(100, 900)
            found.served[name, quarter] = (draw.randint(below // 2, below - 20), below)
    return found


def _built(folder: Path, district: District) -> Path:
    connection = begin(folder)
    units = [("kab", "Kabupaten", "district", None), ("dinkes", "Dinkes", "agency", "kab")]
    units += [(name.lower(), name, "health_centre", "dinkes") for name in district.units]
    connection.executemany("insert into unit (unit_id, name, short_name, kind, parent_id, population) values (?, ?, ?, ?, ?, 20000)",
                           [(key, name, name, kind, above) for key, name, kind, above in units])  # fmt: skip
    connection.execute(
        "insert into load.file (file_id, sha256, name, status) values ('f', 'x', 'laporan.xlsx', 'accepted')"
    )
    connection.execute(
        "insert into indicator (indicator_id, name, unit_of_measure, polarity, aggregation, attainment_rule, weight, owner_unit_id, "
        "is_registered) values ('spm', 'Pelayanan balita', '%', 'higher', 'ratio', 'ratio', 1, 'dinkes', true)"
    )
    connection.executemany("insert into visit values (?, ?, 'umum', 'jkn_pbi', ?, ?, ?, 'f', 'S', 1)", [
        (name.lower(), month, count // 4, count - count // 4, count)
        for (name, month), count in district.patients.items() if count is not None
    ])  # fmt: skip
    connection.executemany(
        "insert into load.expected_report (unit_id, report_kind, period, period_months, due_on, status, is_corrected, versions) "
        "values (?, 'visit', ?, 1, ?, ?, false, 1)",
        [
            (name.lower(), month, moved_by(month, 1), "missing" if count is None else "on_time")
            for (name, month), count in district.patients.items()
        ],
    )  # fmt: skip
    connection.executemany(
        "insert into response (unit_id, month, period_months, respondents, u1, u2, file_id, sheet, row) "
        "values (?, ?, 3, ?, ?, ?, 'f', 'S', 1)",
        [(name.lower(), quarter, *answers) for (name, quarter), answers in district.answers.items()],
    )
    connection.executemany(
        "insert into realisation (indicator_id, unit_id, period, period_months, numerator, denominator, file_id) "
        "values ('spm', ?, ?, 3, ?, ?, 'f')",
        [(name.lower(), quarter, *parts) for (name, quarter), parts in district.served.items()],
    )
    connection.executemany(
        "insert into target (indicator_id, unit_id, period, period_months, value, file_id) values ('spm', 'dinkes', ?, 12, 90, 'f')",
        [(date(2025, 1, 1),), (date(2026, 1, 1),)],
    )
    connection.execute(
        "insert into load.build values ('b', '2026-10-20', '2026-10-20', 'Kabupaten Contoh', true, '2025-01-01', '2026-09-01', 'x')"
    )
    return publish(folder, connection)


def _sentences(page: Snapshot) -> Iterator[tuple[str, Claim | None]]:
    """Give every headline and title with its claim, and the words of every tile with the figures that they remember."""
    yield from ((one.text, one.claim) for one in page.headlines)
    for tile in page.tiles:
        for words in filter(None, (tile.value, tile.change, tile.comparison, tile.completeness)):
            yield words, Claim(figures_of(words))
    for block in page.flat():
        if not isinstance(block, TextBlock):
            yield (block.chart.title if isinstance(block, ChartBlock) else block.title), block.claim


def _read_back(printed: str, language: str) -> float:
    """Return the number that a reader sees in words such as '1.234,5 %' or 'turun 3,2 %'; the sign is that of '−' alone."""
    thousands, decimals = MARKS[language]
    (number,) = re.findall(r"−?\d[\d.,]*", printed)
    return float(number.replace("−", "-").replace(thousands, "").replace(decimals, "."))


def _numbers(claim: Claim | None) -> list[tuple[Figure, float]]:
    figures = claim.figures if claim else ()
    return [(figure, figure.value) for figure in figures if isinstance(figure.value, int | float)]


def _without_claimed(words: str, claim: Claim | None) -> str:
    """Return what is left of a sentence without the figures of its claim, the longest first, and its constants."""
    for printed in sorted((figure.printed for figure in claim.figures) if claim else (), key=len, reverse=True):
        assert printed in words, (printed, words)
        words = words.replace(printed, " ", 1)
    for constant in CONSTANTS:
        words = words.replace(constant, " ")
    return words


def _audited(sentences: Iterable[tuple[str, Claim | None]], language: str) -> list[tuple[str, float]]:
    """Hold each sentence against its claim; return all figures claimed, by their names."""
    found = []
    for words, claim in sentences:
        assert not re.search(r"\d", _without_claimed(words, claim)), (words, claim)
        for figure, value in _numbers(claim):
            if re.search(r"\d", figure.printed):  # else it is said in words: 'tetap'
                size = abs(value) if figure.role == "change" else value
                assert _read_back(figure.printed, language) == pytest.approx(round(size, figure.digits)), (
                    words,
                    figure,
                )
            found.append((figure.name, value))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(effort.of(1, 20)))
def test_every_figure_of_every_sentence_is_what_was_reported(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    district = _drawn(seed)
    monkeypatch.setenv("RAPOR_DATA", str(_built(tmp_path, district)))
    claimed = {}
    for language in ("id", "en"):
        with text.speaking(language):
            pages = {name: registry.page(name).compose(THIS_YEAR, access.of("bupati")) for name in PAGES}
            told = [wording.message(one) for one in facts.of_all(access.of("bupati"))]
        claimed[language] = {name: _audited(_sentences(page), language) for name, page in pages.items()}
        claimed[language]["messages"] = _audited(((words, Claim(figures_of(words))) for words in told), language)
        assert len(told) == len(district.units)
        assert all(figures_of(words) for words in told)  # the day of the data at least
        _held_against_the_reports(pages, district)
    for name in claimed["id"]:  # both languages claim the same, in whatever order their sentences put it
        assert sorted(claimed["id"][name]) == sorted(claimed["en"][name]), name


def _held_against_the_reports(pages: dict[str, Snapshot], district: District) -> None:
    """Work the figures of the first sentences out from the reports themselves."""
    now = {key: n for key, n in district.patients.items() if key[1].year == 2026 and n is not None}
    like = [
        (n, before)
        for (unit, month), n in now.items()
        if (before := district.patients.get((unit, moved_by(month, -12)))) is not None
    ]
    (total,) = _of(pages[registry.VISITS], "patients", "change.amount")
    assert total["patients"] == sum(now.values())
    assert total["change.amount"] == pytest.approx((sum(n for n, _ in like) / sum(n for _, n in like) - 1) * 100)
    absent = [unit for unit in district.units if district.patients[unit, THIS_YEAR.period_to] is None]
    said = [line for line in _of(pages[registry.VISITS], "n", "expected") if "figure" not in line]  # which a signal has
    assert [(line["n"], line["expected"]) for line in said] == ([(len(absent), len(district.units))] if absent else [])

    quarter = date(2026, 7, 1)
    answers = [district.answers[unit, quarter] for unit in district.units]
    people = sum(n for n, *_ in answers)
    means = [sum(n * score[element] for n, *score in answers) / people for element in (0, 1)]
    (index,) = [line for line in _of(pages[registry.SATISFACTION], "index") if "change.amount" in line]
    assert index["index"] == pytest.approx(sum(means) / 2 * 25, abs=0.0051)  # as it is published: two decimals

    parts = [district.served[unit, moved_by(date(2026, 1, 1), 3 * n)] for unit in district.units for n in range(3)]
    share = sum(above for above, _ in parts) / sum(below for _, below in parts) * 100
    mean = [line for line in _of(pages[registry.ATTAINMENT], "pct")] or [
        line for line in _of(pages[registry.ATTAINMENT], "sentence.pct")
    ]
    assert mean[0].get("pct", mean[0].get("sentence.pct")) == pytest.approx(share / 90 * 100)


def _of(page: Snapshot, *names: str) -> list[dict[str, float]]:
    """Return the claims of headlines that have figures of these names, each as name -> value."""
    claims = [{figure.name: value for figure, value in _numbers(one.claim)} for one in page.headlines]
    return [claim for claim in claims if claim.keys() >= set(names)]


def test_a_claim_says_what_of_when_of_whom_and_how_sure(sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    chosen = Filters(date(2026, 1, 1), date(2026, 10, 1), unit="pkm-mengupeh")
    page = registry.page(registry.VISITS).compose(chosen, access.of("bupati"))
    (claim,) = [
        one.claim for one in page.headlines if one.claim and one.claim.value and one.claim.value.name == "patients"
    ]
    assert (claim.measure, claim.period) == ("visits", "Jan–Okt 2026")
    assert "Mengupeh" in claim.scope
    assert "melapor" in claim.certainty
    assert [figure.unit for figure in claim.comparison] == ["%"]
