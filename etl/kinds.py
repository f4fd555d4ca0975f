"""The kinds of facts that reports give, each declared once: its columns in the lake, and the register that knows the names in them.

The lake, the resolving of names, their rejects and the registers are read from here; a new column of a kind is one line here, and
its place in schema.sql and in the rollup that fills it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Register:
    """A reference table of names: reference/<table>.csv, its key, what is refused where it lacks a name, other columns with names.

    A build has it as `lake.<name>_name`: the word of a report (raw) and the key that it means. Where a name that it lacks refuses
    nothing, `otherwise` is the key under which it is counted; `needed` are the keys that the code itself counts under.
    """

    name: str
    table: str
    key: str
    code: str
    also: tuple[str, ...] = ()
    otherwise: str | None = None
    needed: tuple[str, ...] = ()


UNITS = Register("unit", "units", "unit_id", "unit_unregistered", ("short_name",))
SERVICES = Register("service", "services", "service_id", "service_unregistered", needed=("lainnya",))
PAYERS = Register("payer", "payers", "payer_id", "payer_unregistered", otherwise="lain", needed=("jkn", "lain"))
RATINGS = Register("rating", "ratings", "rating", "rating_unregistered")
REPORT_KINDS = Register("report_kind", "report_kinds", "report_kind", "report_kind_unregistered")
JOB_GROUPS = Register(
    "job_group", "job_groups", "job_group", ""
)  # a job that it lacks stands in the group of the others
REGISTERS = (UNITS, SERVICES, PAYERS, RATINGS, REPORT_KINDS, JOB_GROUPS)


@dataclass(frozen=True)
class Name:
    """A column of names: kept as the report writes them, resolved when a build is made, so that a new alias mends old files too.

    `title` is what a reject calls the column; where a name may be unknown, its row is no reject.
    """

    register: Register
    title: str
    may_be_unknown: bool = False


_UNIT = {"unit": Name(UNITS, "Unit")}
_PERIOD = {"period": pl.Date, "period_months": pl.Int32}
_PLACE = {"file_id": pl.String, "sheet": pl.String, "row": pl.Int32}
_DECLARED: Mapping[str, Mapping[str, Any]] = {
    "visit": {
        **_UNIT, "kecamatan": pl.String, **_PERIOD, "service": Name(SERVICES, "Layanan"), "payer": Name(PAYERS, "Cara bayar"),
        "new_count": pl.Int64, "returning_count": pl.Int64, "patients": pl.Int64,
        "first_day": pl.Date, "last_day": pl.Date, **_PLACE,  # of a register: the days of the month that it has visits of
    },
    "response": {
        **_UNIT, **_PERIOD, "service": Name(SERVICES, "Layanan", may_be_unknown=True), "respondents": pl.Int64,
        **{f"u{i}": pl.Float64 for i in range(1, 10)}, "reported_index": pl.Float64, **_PLACE,
    },
    "indicator": {
        "code": pl.String, "indicator": pl.String, "definition": pl.String, "formula": pl.String, "unit_of_measure": pl.String,
        "polarity": pl.String, "aggregation": pl.String, "attainment_rule": pl.String, "scale": pl.String, "weight": pl.Float64,
        **_UNIT, "data_source": pl.String, "legal_basis": pl.String, "baseline": pl.Float64,
        "frequency": pl.String, "valid_from": pl.String, "valid_until": pl.String, "counts_patients": pl.String,
        "is_beside": pl.Boolean, **_PLACE,
    },
    "performance": {
        "code": pl.String, "indicator": pl.String, **_UNIT, **_PERIOD, "target": pl.Float64, "target_max": pl.Float64,
        "target_text": pl.String, "target_before": pl.Float64, "target_before_text": pl.String,
        "realisation": pl.Float64, "realisation_text": pl.String, "numerator": pl.Float64,
        "denominator": pl.Float64, "evidence": pl.String, "submitted_at": pl.Datetime("us"),
        "obstacle": pl.String, "solution": pl.String, "follow_up": pl.String, "follow_up_by": pl.String, "follow_up_due": pl.String,
        "ownership": pl.String, **_PLACE,
    },
    "employee": {
        "nip": pl.String, "name": pl.String, "position": pl.String, "job_group": pl.String, "grade": pl.String,
        **_UNIT, "superior_nip": pl.String, "is_beside": pl.Boolean, **_PLACE,
    },
    "evaluation": {
        "nip": pl.String, **_PERIOD, "result_rating": Name(RATINGS, "Hasil kerja"),
        "behaviour_rating": Name(RATINGS, "Perilaku kerja"), "predicate_reported": pl.String, **_PLACE,
    },
    "evaluation_indicator": {
        "nip": pl.String, **_PERIOD, "indicator": pl.String, "target": pl.Float64, "realisation": pl.Float64,
        "unit_of_measure": pl.String, "is_evidence_verified": pl.Boolean, "is_on_time": pl.Boolean,
        "has_evidence_column": pl.Boolean, "has_time_column": pl.Boolean, **_PLACE,
    },
    "submission": {
        **_UNIT, "report_kind": Name(REPORT_KINDS, "Jenis laporan"), **_PERIOD, "due_on": pl.Datetime("us"),
        "received_at": pl.Datetime("us"), "version": pl.Int64, "is_complete": pl.Boolean, **_PLACE,
    },
}  # fmt: skip

# The columns of the accepted records of each kind, with their types; a record has no others.
KINDS: Mapping[str, Mapping[str, Any]] = {
    kind: {column: pl.String if isinstance(of, Name) else of for column, of in columns.items()}
    for kind, columns in _DECLARED.items()
}

# Kinds of whose records that agree in all else the figures may be summed: how the first and the last of what is not summed are kept.
# A reading with many such records has their sums beside them (etl/sums.py).
SUMMED: Mapping[str, Mapping[str, str]] = {
    "visit": {
        "new_count": "sum",
        "returning_count": "sum",
        "patients": "sum",
        "first_day": "min",
        "last_day": "max",
        "row": "min",
    }
}

# Columns that say whether the form of a row has the column beside: a blank cell there is silence, a form without it is none.
HAS_COLUMN: Mapping[str, Mapping[str, str]] = {
    "evaluation_indicator": {"has_evidence_column": "is_evidence_verified", "has_time_column": "is_on_time"}
}

# The columns of the register of indicators that hold a term of reference/indicator_terms.csv.
TERMS = ("polarity", "aggregation", "attainment_rule", "scale", "frequency", "counts_patients")


def names() -> Iterator[tuple[str, str, Name]]:
    """Yield (kind, column, what the column holds) of every column of names."""
    for kind, columns in _DECLARED.items():
        yield from ((kind, column, of) for column, of in columns.items() if isinstance(of, Name))


def holders(column: str) -> list[str]:
    """Return the kinds that have this column."""
    return [kind for kind, columns in KINDS.items() if column in columns]
