"""Rows that say in a cell what they count (new or returning, men or women, a data element): put together as one figure a key."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from etl.conforming.accounts import rows_of
from etl.conforming.cells import DAY
from etl.conforming.halves import lone_details, lone_types, source_word
from etl.reading.files import Sheet
from etl.reading.words import label
from etl.recognising.headings import TOTAL_WORDS
from etl.recognising.recognise import Table
from etl.recognising.source import DATA_VALUE, Source
from etl.reference import Vocabulary
from etl.remarks import Observation, Reject

OTHER = "other"  # visits that a row calls neither new nor returning: counted, beside those that it does
_SAYING = ("option", "data_element", "visit_type")
_PLACE = ("across", "period_months", "kecamatan", "is_nil")
_WHOLE = {"default", "total", "jumlah"}
_CARE = "care"  # the column of services where it parts the visits
ROWS_OF_A_WORD = 3


@dataclass(frozen=True)
class _Said:
    """What a row says that it counts: the measure, of which service and payer, and which part of that (men, women)."""

    measure: str | None = None
    service: str | None = None
    payer: str | None = None
    details: frozenset[str] = frozenset()


def without_deleted(records: pl.DataFrame, sheet: Sheet) -> tuple[pl.DataFrame, list[Observation]]:
    """Return the records without those that their source has marked as deleted."""
    if "deleted" not in records.columns:
        return records, []
    gone = records.filter(pl.col("deleted"))
    said = (
        [Observation("deleted_values", sheet.name, details={"rows": str(gone["row"].n_unique())})]
        if gone.height
        else []
    )
    return records.filter(pl.col("deleted").is_null() | ~pl.col("deleted")).drop("deleted"), said


def is_apart(source: Source, records: pl.DataFrame, vocabulary: Vocabulary) -> bool:
    """Tell whether the rows of a table say in a cell which part of a figure they hold."""
    if source.counts_rows:
        return False
    saying = {*_SAYING, *(f.name for f in source.fields if f.type == "detail")}
    return bool(saying & set(records.columns)) or _parts_for_services(records, source, vocabulary)


def put_together(
    records: pl.DataFrame, table: Table, sheet: Sheet, vocabulary: Vocabulary
) -> tuple[pl.DataFrame, list[Reject], list[Observation]]:
    """Return one record a key with the figures that its rows hold apart; `rows` are those that it is made of.

    A figure that one row states whole is that, else it is the sum of its parts. Rows that say the same part twice are rejected.
    """
    source = table.source
    if _parts_for_services(records, source, vocabulary):
        records = records.rename({"service": _CARE})
    keys = [k for k in source.key if k in records.columns or k in ("service", "payer")]
    details = [
        name for name in (*(f.name for f in source.fields if f.type == "detail"), _CARE) if name in records.columns
    ]
    saying = [name for name in (*_SAYING, *details) if name in records.columns]
    distinct = records.select(saying).unique(maintain_order=True).rows()
    read = {cells: _said(dict(zip(saying, cells, strict=True)), source, vocabulary) for cells in distinct}
    alone = _alone((value for value in read.values() if isinstance(value, _Said)), source)
    wrong = {
        cells: fault
        for cells, value in read.items()
        if (fault := _fault(value, dict(zip(saying, cells, strict=True)), alone))
    }
    rejects = []
    if wrong:
        bad = pl.DataFrame(list(wrong), schema=dict.fromkeys(saying, pl.String), orient="row")
        refused = records.join(bad, on=saying, how="semi", nulls_equal=True, maintain_order="left")
        for row, *cells in refused.select("row", *saying).unique(maintain_order=True).rows():
            code, name, text, details = wrong[tuple(cells)]
            rejects.append(Reject(sheet.name, row, source.field(name).title if name else "", text, code, details))
    told = [(cells, value) for cells, value in read.items() if isinstance(value, _Said) and not value.details & alone]
    lookup = pl.DataFrame(
        [(*cells, v.measure, v.service, v.payer, "|".join(sorted(v.details)), len(v.details)) for cells, v in told],
        schema={**dict.fromkeys(saying, pl.String), "_measure": pl.String, "_service": pl.String, "_payer": pl.String,
                "_part": pl.String, "_parts": pl.Int32},
        orient="row",
    )  # fmt: skip
    found = records.join(lookup, on=saying, how="inner", nulls_equal=True, maintain_order="left")
    found = found.with_columns(
        (pl.coalesce(f"_{name}", name) if name in found.columns else pl.col(f"_{name}")).alias(name)
        for name in ("service", "payer")
    )
    measures = [m.name for m in source.measures if m.name in found.columns]
    place = [c for c in _PLACE if c in found.columns]
    long = pl.concat(
        [
            found.filter(pl.col(m).is_not_null()).select(
                "row", *place, *keys, "_part", "_parts",
                (pl.col("_measure") if m in (DATA_VALUE, "patients") else pl.lit(m)).alias("_measure"), pl.col(m).alias("_amount"),
            )
            for m in measures
        ]
    )  # fmt: skip
    part = [*keys, "_measure", "_part"]
    twice = long.filter((pl.len().over(part) > 1) & (pl.col("_measure") != OTHER))
    heads = twice.group_by(part, maintain_order=True).agg(pl.col("row"))["row"].to_list()
    rejects += [
        Reject(
            sheet.name, row, ", ".join(saying), "", "key_contradicts", {"times": str(len(rows)), "first": str(rows[0])}
        )
        for rows in heads
        for row in rows
    ]
    once = long.join(twice.select(keys).unique(), on=keys, how="anti", nulls_equal=True, maintain_order="left")
    observations = [*_others(told, saying, found, sheet), *_differing(once, keys, sheet)]
    types = {value.measure for _, value in told}
    if types in ({"new_count"}, {"returning_count"}):
        observations.append(
            Observation("one_type_alone", sheet.name, details={"found": source_word(source, types.pop() or "")})
        )
    observations += lone_details(once, keys, source, sheet)
    if "visit_type" in saying and types >= {"new_count", "returning_count"}:
        observations += lone_types(once, keys, source, sheet)
    wide, more = _totals_kept(_wide(once, keys, place), sheet)
    return wide, rejects, observations + more


def _parts_for_services(records: pl.DataFrame, source: Source, vocabulary: Vocabulary) -> bool:
    """Tell whether a column of services only parts the visits, as `Rawat jalan` and `Rawat inap` do: some is no service by itself."""
    if "service" not in records.columns:
        return False
    words = {label(text) for text in records["service"].unique() if text}
    groups = {source.detail_of(word) for word in words}
    return (
        len(words) > 1
        and len(groups) == 1
        and None not in groups
        and any(word not in vocabulary.services for word in words)
    )


def _alone(told: Iterable[_Said], source: Source) -> set[str]:
    """Return the details that no other of their group stands beside in the table: men without women are no sum."""
    groups: dict[str, set[str]] = {}
    for word in {word for said in told for word in said.details}:
        groups.setdefault(source.detail_of(word) or "", set()).add(word)
    if len(groups) > 1:
        groups.pop("", None)  # a part that no group knows, beside those that one knows: `15+` among ages
    return {word for words in groups.values() if len(words) == 1 for word in words}


def _wide(long: pl.DataFrame, keys: list[str], place: list[str]) -> pl.DataFrame:
    """Return a record a key: of each measure what is stated whole, else the sum of the way to part it that has the fewest parts."""
    least = pl.col("_parts").min().over([*keys, "_measure"])
    kept = long.with_columns(pl.when(pl.col("_parts") == least).then("_amount").alias("_amount"))
    is_other = (pl.col("_measure") == OTHER).alias("_is_other")
    groups = kept.with_columns(is_other).group_by([*keys, "_is_other"], maintain_order=True)
    wide = groups.agg(
        pl.col("row").alias("rows"),  # once a figure
        pl.col("row").first(),
        *(pl.col(c).first() for c in place),
        *(
            pl.when((pl.col("_measure").is_in(names)).any())
            .then(pl.col("_amount").filter(pl.col("_measure").is_in(names)).sum())
            .alias(name)
            for name, names in (
                ("new_count", ["new_count"]),
                ("returning_count", ["returning_count"]),
                ("patients", ["patients", OTHER]),
            )
        ),
    )
    # Of a key that has one of the two alone (nothing is sent where no patient came) that one is all its patients.
    alone = pl.col("new_count").is_null() | pl.col("returning_count").is_null()
    known = pl.coalesce("patients", "new_count", "returning_count")
    wide = wide.with_columns(pl.when(alone).then(known).otherwise("patients").alias("patients"))
    return wide.drop("_is_other")


def _totals_kept(records: pl.DataFrame, sheet: Sheet) -> tuple[pl.DataFrame, list[Observation]]:
    """Leave out the services of a unit and month that do not make up the sum that is stated beside them; that is observed."""
    amount = pl.coalesce(pl.col("new_count") + pl.col("returning_count"), pl.col("patients"))
    over = ["unit", "period"]
    is_whole = pl.col("service").is_null()
    held = records.with_columns(
        amount.filter(is_whole).sum().over(over).alias("_stated"),
        amount.filter(~is_whole).sum().over(over).alias("_made"),
        (is_whole.any() & (~is_whole).any()).over(over).alias("_both"),
    )
    is_short = pl.col("_both") & (pl.col("_stated") != pl.col("_made"))
    wrong = held.filter(is_short, is_whole).unique(over, maintain_order=True).select("row", "_made", "_stated").rows()
    observations = [
        Observation(
            "detail_differs_from_total",
            sheet.name,
            row,
            details={"column": "", "expected": str(made), "found": str(stated)},
        )
        for row, made, stated in wrong
    ]
    return held.filter(~is_short | is_whole).drop("_stated", "_made", "_both"), observations


def _differing(long: pl.DataFrame, keys: list[str], sheet: Sheet) -> list[Observation]:
    """Observe the figures that are stated whole and whose parts, two or more, add up to something else."""
    is_part = pl.col("_parts") > 0
    sums = long.filter(pl.col("_measure") != OTHER).group_by([*keys, "_measure"], maintain_order=True).agg(
        pl.col("row").first(),
        pl.col("_amount").filter(~is_part).sum().alias("stated"),
        pl.col("_amount").filter(is_part).sum().alias("made"),
        ((~is_part).any() & (is_part.sum() > 1)).alias("both"),
    )  # fmt: skip
    wrong = sums.filter("both", pl.col("stated") != pl.col("made")).select("row", "made", "stated")
    return [
        Observation(
            "detail_differs_from_total",
            sheet.name,
            row,
            details={"column": "", "expected": str(made), "found": str(stated)},
        )
        for row, made, stated in wrong.rows()
    ]


def _others(
    told: Iterable[tuple[tuple, _Said]], saying: Sequence[str], found: pl.DataFrame, sheet: Sheet
) -> list[Observation]:
    if "visit_type" not in saying:
        return []
    words = {cells[saying.index("visit_type")] for cells, value in told if value.measure == OTHER}
    if not words:
        return []
    rows = found.filter(pl.col("_measure") == OTHER).height
    named = ", ".join(sorted(word or "-" for word in words))
    return [Observation("visit_type_other", sheet.name, details={"found": named, "rows": str(rows)})]


def _fault(
    value: _Said | str, cells: dict[str, str | None], alone: set[str]
) -> tuple[str, str, str, dict[str, str]] | None:
    """Return the code, the column, what stands there and the details of why a row can't be counted; None where it can."""
    if isinstance(value, str):
        name = "option" if value == "option_unknown" else "data_element"
        return value, name, cells.get(name) or "", {}
    lone = value.details & alone
    return ("detail_alone", "", "", {"found": ", ".join(sorted(lone))}) if lone else None


def _said(cells: dict[str, str | None], source: Source, vocabulary: Vocabulary) -> _Said | str:
    """Return what the cells of a row say that it counts, or the code that says why that can't be told."""
    details = {label(cells[name] or "") for name in cells if name not in _SAYING} - TOTAL_WORDS - {""}
    if "visit_type" in cells:
        return _Said(type_of(cells["visit_type"], source), details=frozenset(details))
    if "data_element" not in cells and "option" not in cells:
        return _Said("patients", details=frozenset(details))
    element = cells.get("data_element") or ""
    said, unknown = _pieces(re.split(r"\s[-–]\s|[,;:()/]", element), source, vocabulary)
    is_visits = any(f" {word} " in f" {label(element)} " for word in source.words)
    if unknown and "data_element" not in source.required:
        return (
            "data_element_unknown"  # a form whose rows are named freely: only those that are understood as visits are
        )
    if unknown:
        said = replace(said, service=re.sub(r"^.*? - ", "", element))
    if option := cells.get("option"):
        more, strange = _pieces(option.split(","), source, vocabulary, names_payers=said.service is not None)
        is_whole = any(label(piece) in _WHOLE for piece in option.split(","))
        is_told = more.measure or said.measure or is_whole or (more.payer and is_visits) or more.details
        if len(strange) > 1 or (strange and not more.measure) or not is_told:
            return "option_unknown"
        payer = more.payer or (strange[0] if strange else said.payer)  # whoever pays, the visit counts
        said = _Said(more.measure or said.measure, said.service or more.service, payer, said.details | more.details)
    elif not is_visits and ("data_element" in source.required or said == _Said()):
        return "data_element_unknown"
    return replace(said, measure=said.measure or "patients", details=said.details | details)


def _pieces(
    pieces: Iterable[str], source: Source, vocabulary: Vocabulary, names_payers: bool = False
) -> tuple[_Said, list[str]]:
    """Return what the pieces of a name say, and those that no register knows; Umum is a payer where the service is named already."""
    said, unknown = _Said(), []
    for piece in pieces:
        text = label(piece)
        kind = type_of(text, source)
        words = [word for word in text.split() if kind == OTHER or word not in source.types]
        rest = [" ".join(words), " ".join(word for word in words if word not in source.filler)]
        if kind != OTHER:
            said = replace(said, measure=kind)
        if not rest[1] or text in _WHOLE or rest[0] in source.neutral or rest[1] in source.neutral:
            continue
        if detail := next((t for t in rest if source.detail_of(t) and t not in vocabulary.services), None):
            said = replace(said, details=said.details | {detail})
            continue
        known = [
            (name, word)
            for name, register in (("service", vocabulary.services), ("payer", vocabulary.payers))
            for word in rest
            if word in register
        ]
        if names_payers:
            known.sort(key=lambda found: found[0] != "payer")
        if not known:
            unknown.append(piece.strip())
            continue
        name, word = known[0]
        said = replace(said, **{name: piece.strip() if word == text else word})
    return said, unknown


def type_of(text: str | None, source: Source) -> str:
    """Return the measure of a type of visit (`Baru`, `Kunjungan lama`), or `other` where it names neither or both."""
    words = label(text or "")
    if words in source.types or words in TOTAL_WORDS:
        return source.types.get(words, "patients")
    found = {measure for word, measure in source.types.items() if len(word) > 1 and f" {word} " in f" {words} "}
    return found.pop() if len(found) == 1 else OTHER


def named_beside_unnamed(records: pl.DataFrame, table: Table, sheet: Sheet) -> tuple[pl.DataFrame, list[Reject]]:
    """Reject rows of visits with a blank service or payer beside others of the same unit and month that name one.

    Such a row may be their sum or a part of its own; in a register, where each row is a visit, it is one whose payer is not stated.
    """
    source = table.source
    if source.kind != "visit" or not records.height:
        return records, []
    if source.counts_rows:
        return records.with_columns(
            pl.col("payer").fill_null("tidak disebut")
        ) if "payer" in table.fields else records, []
    rejects: list[Reject] = []
    for name in ("service", "payer"):
        if name not in table.fields or name not in records.columns or not records[name].null_count():
            continue
        over = [c for c in ("unit", "period", "service" if name == "payer" else "") if c in records.columns]
        is_open = pl.col(name).is_null() & pl.col(name).is_not_null().any().over(over)
        title = source.field(name).title
        rejects += [
            Reject(sheet.name, row, title, "", "key_blank")
            for row in rows_of(records.filter(is_open)).unique(maintain_order=True)
        ]
        records = records.filter(~is_open)
    return records, rejects


def other_types(records: pl.DataFrame, source: Source, sheet: Sheet) -> list[Observation]:
    """Observe the rows of a register whose visits are called neither new nor returning: they are counted."""
    words = records.group_by("visit_type", maintain_order=True).len()
    words = words.filter(_types(words, source) == OTHER)
    if not words.height:
        return []
    # A row that has slipped a column has a patient's name there: only a word that stands in several rows is one of types.
    named = sorted(str(text) for text, rows in words.rows() if text and rows >= ROWS_OF_A_WORD)
    details = {"found": ", ".join(named) or "-", "rows": str(words["len"].sum())}
    return [Observation("visit_type_other", sheet.name, details=details)]


def _types(records: pl.DataFrame, source: Source) -> pl.Series:
    known = {text: type_of(text, source) for text in records["visit_type"].unique().to_list()}
    return records["visit_type"].replace_strict(known, return_dtype=pl.String)


def counted(records: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Count the rows of a register by key: new and returning visits; no personal column is left in what is returned.

    Visits that are called neither are a record of their own beside them, so that their sum stays whole.
    """
    kinds = pl.col("_type")
    keys = [c for c in source.key if c in records.columns]
    is_other = (kinds == OTHER).alias("_is_other")
    amount = pl.col("amount") if "amount" in records.columns else pl.lit(1, pl.Int64)
    return (
        records.with_columns(_types(records, source).alias("_type"), amount.cast(pl.Int64).alias("_amount"))
        .with_columns(is_other)
        .group_by([*keys, "period_months", "_is_other"], maintain_order=True)
        .agg(
            pl.col("row").alias("rows"),
            pl.col("row").first(),
            pl.col("_amount").filter(kinds == "new_count").sum().alias("new_count"),
            pl.col("_amount").filter(kinds == "returning_count").sum().alias("returning_count"),
            pl.col("_amount").sum().alias("patients"),
            pl.col(DAY).min().alias("first_day"),
            pl.col(DAY).max().alias("last_day"),
        )
        .with_columns(
            pl.lit(0, pl.Int32).alias("across"),
            *(pl.when(~pl.col("_is_other")).then(pl.col(c)).alias(c) for c in ("new_count", "returning_count")),
        )
        .drop("_is_other")
    )
