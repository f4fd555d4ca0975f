"""The simulated truth of patient visits, and what the reports say of it: the truth with the planted faults."""

from datetime import date
from functools import cache
from random import Random

from queries.months import between
from rapor.sample.district import MONTHS, Unit, centres

Key = tuple[str, date, str, str]  # unit, month, service, payer
Counts = tuple[int, int]  # new, returning visits

SHARES = {
    "umum": 0.40, "gigi": 0.07, "kia": 0.12, "kb": 0.05, "imunisasi": 0.08, "lansia": 0.11, "ugd": 0.08, "gizi": 0.03,
}  # fmt: skip
NINTH_SHARE = 0.06
PAYERS = {"jkn_pbi": 0.52, "jkn_non_pbi": 0.22, "umum": 0.14, "gratis": 0.12}
SEASON = (1.05, 1.02, 1.00, 0.99, 1.00, 0.96, 1.00, 1.02, 1.00, 1.01, 1.03, 0.94)
# Idul Fitri fell on 10 April 2024, 31 March 2025 and 20 March 2026: the weeks around it are quiet.
LEBARAN = {date(2024, 4, 1): 0.93, date(2025, 3, 1): 0.97, date(2025, 4, 1): 0.94, date(2026, 3, 1): 0.93}
NOISE = 0.036  # standard deviation of a centre's month, cut off at two of them: what lies beyond is planted
_INPATIENT = ("muara-tebo", "sungai-bengkal", "rimbo-bujang-ii", "pulau-temiang", "sungai-abang", "alai-ilir")
_CHILDREN = ("tegal-arum", "sumber-sari", "rimbo-bujang-ix", "lubuk-mandarsah", "tuo-pasir-mayang", "pintas-tuo")

# The planted stories and faults, by name, so that a test and a page can speak of the same thing.
DECLINE = ("pkm-sungai-bengkal", date(2026, 5, 1), (0.93, 0.87, 0.81, 0.76, 0.72, 0.68))
GROWTH = ("pkm-rimbo-bujang-ii", date(2026, 1, 1), 0.022)
MISSING = {
    ("pkm-suo-suo", date(2025, 3, 1)),
    ("pkm-suo-suo", date(2026, 10, 1)),
    ("pkm-alai-ilir", date(2026, 10, 1)),
}
STALE = ("pkm-teluk-lancang", date(2026, 8, 1), date(2026, 7, 1))  # unit, the month, the month that it repeats
OUTLIER: Key = ("pkm-tuo-pasir-mayang", date(2024, 5, 1), "umum", "jkn_pbi")  # ten times the returning visits
CORRECTED = ("pkm-mengupeh", date(2026, 5, 1))
REFUSED: dict[Key, str] = {  # rows that nobody can read, and what stands in them
    ("pkm-sungai-abang", date(2024, 3, 1), "gigi", "umum"): "dua belas",
    ("pkm-teluk-singkawang", date(2024, 3, 1), "gizi", "gratis"): "-3",
    ("pkm-pintas-tuo", date(2024, 3, 1), "kb", "umum"): "#REF!",
}
WRONG_TOTAL: Key = ("pkm-sungai-abang", date(2024, 6, 1), "umum", "jkn_pbi")
WRONG_KECAMATAN = ("pkm-lubuk-mandarsah", date(2024, 8, 1), "lansia", "Sumay")
REGISTER = ("pkm-suo-suo", date(2026, 9, 1))  # reported as the patient register, which has no line for nobody


def services(unit: Unit) -> tuple[str, ...]:
    """Return the nine services of a health centre; the ninth differs from centre to centre."""
    slug = unit.unit_id.removeprefix("pkm-")
    ninth = "rawat_inap" if slug in _INPATIENT else "mtbs" if slug in _CHILDREN else "tb_paru"
    return (*SHARES, ninth)


def season(month: date) -> float:
    """Return the factor on all visits of a month that the calendar alone explains: the season, and Lebaran."""
    return SEASON[month.month - 1] * LEBARAN.get(month, 1)


def _level(unit_id: str, month: date) -> float:
    """Return the factor on a centre's visits of what really happens there."""
    since = between(MONTHS[0], month)
    level = 1 + 0.01 * since / 12
    for name, start, change in (DECLINE, GROWTH):
        passed = between(start, month)
        if unit_id == name and passed >= 0:
            level *= 1 + change * (passed + 1) if isinstance(change, float) else change[passed]
    return level * season(month)


@cache
def truth() -> dict[Key, Counts]:
    """Return the visits that took place: 20 centres x 36 months x 9 services x 4 payers, new and returning."""
    visits: dict[Key, Counts] = {}
    for unit in centres():
        random = Random(f"visits {unit.unit_id}")  # noqa: S311  not for secrets
        rate, new_share = random.uniform(0.078, 0.112), random.uniform(0.17, 0.27)
        shares = {name: SHARES.get(name, NINTH_SHARE) * random.uniform(0.8, 1.2) for name in services(unit)}
        for month in MONTHS:
            noise = 1 + NOISE * min(2, max(-2, random.gauss(0, 1)))
            expected = unit.population * rate * _level(unit.unit_id, month) * noise
            for service, share in shares.items():
                for payer, paid in PAYERS.items():
                    mean = expected * share * paid
                    count = max(0, round(random.gauss(mean, mean**0.5)))
                    new = min(count, max(0, round(count * random.gauss(new_share, 0.03))))
                    visits[unit.unit_id, month, service, payer] = (new, count - new)
    return visits


@cache
def reported() -> dict[Key, Counts]:
    """Return what a right reading of all files gives: the truth with the planted faults, corrections applied."""
    visits: dict[Key, Counts] = {}
    stale_unit, stale_month, source_month = STALE
    for key, counts in truth().items():
        unit_id, month, service, payer = key
        if (unit_id, month) in MISSING or key in REFUSED:
            continue
        if (unit_id, month) == (stale_unit, stale_month):
            visits[key] = truth()[unit_id, source_month, service, payer]
        elif key == OUTLIER:
            visits[key] = (counts[0], counts[1] * 10)
        elif (unit_id, month) != REGISTER or sum(counts):
            visits[key] = counts
    return visits


@cache
def first_version() -> dict[Key, Counts]:
    """Return the report of the corrected month as it was first sent: the last third of every count was left out."""
    unit_id, month = CORRECTED
    return {
        key: (counts[0] * 2 // 3, counts[1] * 2 // 3)
        for key, counts in truth().items()
        if (key[0], key[1]) == (unit_id, month)
    }
