"""The same visits in the arrangements that offices use: whatever stands across or down, the sums that come out are those put in."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.effort import tries
from tests.etl.sheets import VOCABULARY, read

UNITS, SERVICES, PAYERS, KINDS, SEXES = (
    ("Mengupeh", "Muara Tebo", "Sungai Bengkal"),
    ("Umum", "Gigi", "KIA"),
    ("BPJS PBI", "Umum", "Gratis"),
    ("Baru", "Lama"),
    ("L", "P"),
)
KEYS = [(u, s, p, k, x) for u in UNITS for s in SERVICES for p in PAYERS for k in KINDS for x in SEXES]
Figures = Mapping[tuple[str, ...], int]
FIGURES = st.lists(st.integers(0, 900), min_size=len(KEYS), max_size=len(KEYS)).map(
    lambda n: dict(zip(KEYS, n, strict=True))
)
TITLE = ["LAPORAN KUNJUNGAN PASIEN BULAN MEI 2024"]
UNIT, SERVICE, PAYER, KIND, SEX = range(5)


def total(figures: Figures, **said: str) -> int:
    """Return the sum of the figures of which this is said."""
    places = {"unit": UNIT, "service": SERVICE, "payer": PAYER, "kind": KIND, "sex": SEX}
    return sum(n for key, n in figures.items() if all(key[places[name]] == text for name, text in said.items()))


def across(figures: Figures, names: list[str], **said: str) -> tuple[list[list[str]], list[int]]:
    """Return header rows (a group's label on its first column) and figures, with what is named standing across, outermost first."""
    texts = {"unit": UNITS, "service": SERVICES, "payer": PAYERS, "kind": KINDS, "sex": SEXES}
    if not names:
        return [], [total(figures, **said)]
    heads: list[list[str]] = [[] for _ in names]
    cells: list[int] = []
    for text in texts[names[0]]:
        below, inner = across(figures, names[1:], **said, **{names[0]: text})
        heads[0] += [text, *[""] * (len(inner) - 1)]
        heads[1:] = [[*row, *more] for row, more in zip(heads[1:], below, strict=True)]
        cells += inner
    return heads, cells


def table(figures: Figures, down: str, names: list[str], *, with_sum: bool) -> list[list]:
    """Return a sheet with one thing down and others across, with a column of sums or without."""
    title = {"unit": "Puskesmas", "service": "Poli", "payer": "Cara Bayar"}[down]
    rows = {"unit": UNITS, "service": SERVICES, "payer": PAYERS}[down]
    heads = across(figures, names)[0]
    cells = [across(figures, names, **{down: text})[1] for text in rows]
    first = [[title if n == 0 else "", *head] for n, head in enumerate(heads)]
    if with_sum:
        first = [[*row, "Jumlah" if n == 0 else ""] for n, row in enumerate(first)]
        cells = [[*row, sum(row)] for row in cells]
    body = [[text, *row] for text, row in zip(rows, cells, strict=True)]
    return [TITLE, *first, *body, ["JUMLAH", *map(sum, zip(*cells, strict=True))]]


def came_out(rows: list[list], names: Iterable[str]) -> Counter:
    """Return the patients that were read, by these columns of the records (services and payers by their ids)."""
    found = read(*rows, file="kunjungan mengupeh.xlsx" if "unit" not in names else "kunjungan.xlsx")
    assert not found.rejects
    assert not [o.code for o in found.observations]
    ids: dict[str, Callable[[str], str]] = {
        "unit": str.casefold,
        "service": lambda text: VOCABULARY.services[text.casefold()],
        "payer": lambda text: VOCABULARY.payers[text.casefold()],
    }
    out: Counter = Counter()
    for record in found.records.to_dicts():
        new, returning, patients = (record.get(name) for name in ("new_count", "returning_count", "patients"))
        key = tuple(ids[name](record[name]) for name in names)
        out[key] += (new + returning) if new is not None and returning is not None else (patients or 0)
    return out


def put_in(figures: Figures, names: Iterable[str]) -> Counter:
    ids = {
        "unit": (UNIT, str.casefold),
        "service": (SERVICE, lambda text: VOCABULARY.services[text.casefold()]),
        "payer": (PAYER, lambda text: VOCABULARY.payers[text.casefold()]),
    }
    out: Counter = Counter()
    for key, n in figures.items():
        out[tuple(known(key[place]) for place, known in (ids[name] for name in names))] += n
    return out


ARRANGEMENTS = [
    ("unit", ["kind", "sex"], ["unit"]),
    ("unit", ["sex", "kind"], ["unit"]),
    ("unit", ["sex"], ["unit"]),
    ("unit", ["service"], ["unit", "service"]),
    ("unit", ["service", "kind", "sex"], ["unit", "service"]),
    ("unit", ["payer", "sex"], ["unit", "payer"]),
    ("unit", ["payer", "kind"], ["unit", "payer"]),
    ("unit", ["service", "payer"], ["unit", "service", "payer"]),
    ("unit", ["payer", "service"], ["unit", "service", "payer"]),
    ("service", ["unit"], ["unit", "service"]),
    ("service", ["unit", "kind"], ["unit", "service"]),
    ("payer", ["unit", "sex"], ["unit", "payer"]),
    ("service", ["payer", "kind", "sex"], ["service", "payer"]),
]


@pytest.mark.by_turns(3)
@pytest.mark.parametrize("with_sum", [True, False])
@pytest.mark.parametrize(("down", "names", "kept"), ARRANGEMENTS, ids=lambda value: "-".join(value) if value else "")
@tries(5)
@given(figures=FIGURES)
def test_what_stands_across_loses_and_adds_nothing(
    figures: Figures, down: str, names: list[str], kept: list[str], *, with_sum: bool
) -> None:
    assert came_out(table(figures, down, names, with_sum=with_sum), kept) == put_in(figures, kept)


@tries(5)
@given(figures=FIGURES)
def test_what_stands_in_rows_loses_and_adds_nothing(figures: Figures) -> None:
    rows = [
        [
            unit,
            "Mei 2024",
            service,
            f"Kunjungan {kind}",
            sex,
            total(figures, unit=unit, service=service, kind=kind, sex=sex),
        ]
        for unit in UNITS
        for service in SERVICES
        for kind in KINDS
        for sex in SEXES
    ]
    head = ["Nama Puskesmas", "Periode Data", "Jenis Layanan", "Jenis Kunjungan", "Jenis Kelamin", "Jumlah"]
    assert came_out([head, *rows], ["unit", "service"]) == put_in(figures, ["unit", "service"])


@tries(8)
@given(figures=FIGURES, wrong=st.integers(1, 50), more=st.booleans())
def test_a_stated_sum_is_kept_where_its_detail_makes_up_another(figures: Figures, wrong: int, *, more: bool) -> None:
    """The sum of the row counts, whether services lack some of it or have too much; and it is said, once a row."""
    rows = table(figures, "unit", ["service"], with_sum=True)
    stated = [row[-1] + (wrong if more else -min(wrong, row[-1])) for row in rows[2:5]]
    made = [row[-1] for row in rows[2:5]]
    for row, figure in zip(rows[2:5], stated, strict=True):
        row[-1] = figure
    found = read(*rows[:-1], file="kunjungan.xlsx")
    amounts = Counter()
    for unit, patients in found.records.select("unit", "patients").rows():
        amounts[unit] += patients
    assert [amounts[unit] for unit in UNITS] == stated
    codes = [o.code for o in found.observations]
    assert codes == ["rest_of_total"] * sum(s != m for s, m in zip(stated, made, strict=True))
