"""What the lake says as rows of a build: units, files, facts by the rollups, rejects and findings; no mart is needed for them."""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

import queries
from etl import reference
from etl.building import accounts, frames, holding, order
from etl.building.dating import corrected_after
from etl.building.engine import create_accepted, resolve
from etl.building.engines import Engine, Rollup
from etl.building.previous import Previous
from etl.building.timeline import timeline
from etl.kinds import REGISTERS
from etl.lake import Entry, Lake, canonical
from etl.people import people
from etl.reading import guard
from etl.reading.texts import each

ACCOUNTS_OF_CELLS = ("read", "accepted", "rejected", "totals", "other")


def fill(
    connection: duckdb.DuckDBPyConnection,
    data_dir: Path,
    lake: Lake,
    manifest: Mapping[str, Entry],
    known: Previous | None = None,
    engine: Engine | None = None,
) -> None:
    """Fill the tables of a build but for `load.build` and the marts; the lake stays attached as `lake`.

    Facts of kinds of rows that the build before has the same (`known`) are copied from it; `engine` makes the others, DuckDB without.
    """
    registers = reference.registers(data_dir / "reference")
    _insert_units(connection, registers)
    _insert_files(connection, lake, manifest)
    counted = {sha: entry for sha, entry in manifest.items() if not entry.is_withdrawn}
    create_accepted(connection, lake, counted)
    resolve(connection, registers, timeline(data_dir / "reference", registers), _salt(lake, connection), people(lake))
    held = holding.settle(connection, lake, counted)
    _insert_rejects(connection, lake, counted, registers)
    holding.leave_out(connection, lake, counted, held)
    if known:
        known.compare_readings(lake, counted)
    counting = {sha: entry for sha, entry in counted.items() if sha[:12] not in held}
    _roll_up(connection, known, engine(connection, lake, counting) if engine else lambda _name, sql: sql)
    accounts.publish(connection)
    _insert_findings(connection, lake, counted, registers)
    holding.give_reasons(connection)


def _roll_up(connection: duckdb.DuckDBPyConnection, known: Previous | None, rolled_up: Rollup) -> None:
    """Fill the tables of facts, each from the rollup of its name; those of the schema `load` last: they tell of the others."""
    tables = connection.execute(
        "select table_name, schema_name from duckdb_tables() where schema_name in ('main', 'load')"
    )
    schemas = dict(tables.fetchall())
    rollups = {query.name.split("/")[1]: query.sql for query in queries.files("rollups")}
    for name in sorted(rollups, key=lambda name: (schemas[name] == "load", name)):
        # What a rollup of rows takes from load.file, it takes from the files of these rows, and a reading never changes.
        if (
            known
            and schemas[name] == "main"
            and known.holds(order.read_by(rollups[name]) - {"load.file"})
            and known.copy(connection, name, into=True)
        ):
            continue
        rows = rolled_up(name, rollups[name])
        connection.execute(f'insert into "{schemas[name]}".{name} by name select * from ({rows}) order by all')  # noqa: S608


def _insert_units(connection: duckdb.DuckDBPyConnection, registers: reference.Registers) -> None:
    months = registers.validity.months
    schema = {"unit_id": pl.String, "valid_from": pl.Date, "valid_until": pl.Date}
    valid = pl.DataFrame([(unit, of.first, of.last) for unit, of in months.items()], schema=schema, orient="row")
    frames.put(connection, "create temp table valid as", valid)
    connection.execute(
        "insert into unit select unit_id, name, coalesce(short_name, name), kind, parent_id, kecamatan_code, population, "
        "population_year, population_source, valid.valid_from, valid.valid_until from reference.units left join valid using (unit_id)"
    )
    connection.execute("drop table valid")
    rows = [
        (each.new if each.kind == "renamed" else each.old, each.new, each.month, each.kind, each.is_comparable,
         each.old if each.kind == "renamed" else registers.units.shown[each.old], each.legal_basis)
        for each in registers.validity.successions
    ]  # fmt: skip
    schema = {"old_unit_id": pl.String, "unit_id": pl.String, "month": pl.Date, "kind": pl.String,
              "is_comparable": pl.Boolean, "old_name": pl.String, "legal_basis": pl.String}  # fmt: skip
    frames.put(connection, "insert into succession by name", pl.DataFrame(rows, schema=schema, orient="row"))


def _insert_files(connection: duckdb.DuckDBPyConnection, lake: Lake, manifest: Mapping[str, Entry]) -> None:
    rows = []
    readings = {sha: lake.reading(entry.key) for sha, entry in sorted(manifest.items())}
    dates = corrected_after(readings)
    for sha, reading in readings.items():
        entry = manifest[sha]
        code = "file_withdrawn" if entry.is_withdrawn else reading.code
        words = reference.say(code, reading.details) if code else {}
        reason, reason_en = (
            " ".join(words[name + language] for name in ("message", "mend") if words) or None
            for language in ("", "_en")
        )
        rows.append(
            {
                "file_id": reading.file_id, "sha256": reading.sha256, "name": reading.name, "folder": reading.folder,
                "bytes": reading.bytes, "source": ", ".join(reading.sources) or None,
                "source_title": ", ".join(reading.titles) or None,
                "source_title_en": ", ".join(reading.titles_en) or None,
                "status": "withdrawn" if entry.is_withdrawn else reading.status, "reason": reason,
                "reason_en": reason_en, "rows_read": reading.read, "rows_accepted": reading.accepted,
                "rows_partly": reading.partly, "rows_rejected": reading.rejected,
                "rows_total": reading.totals, "rows_other": reading.other,
                **{f"cells_{name.removesuffix('s')}": reading.cells.get(name, 0) for name in ACCOUNTS_OF_CELLS},
                "as_of": dates[sha], "as_of_from": reading.as_of_from,
            }
        )  # fmt: skip
    if rows:
        frames.put(connection, "insert into load.file by name", pl.DataFrame(rows, infer_schema_length=None))
    corrections = [
        {"file_id": sha[:12], "sheet": each.sheet, "row": each.row, "col": each.col, "found": each.found, "value": each.value,
         "why": each.why, "role": each.role, "corrected_at": datetime.fromisoformat(each.at).astimezone(UTC).replace(tzinfo=None)}
        for sha, entry in sorted(manifest.items()) for each in entry.corrected
    ]  # fmt: skip
    if corrections:
        frames.put(connection, "insert into load.correction by name", pl.DataFrame(corrections))


def _salt(lake: Lake, connection: duckdb.DuckDBPyConnection) -> bytes:
    """Return what keeps an employee's id from being worked out from a NIP; made once for a data folder, fixed for sample data."""
    if (known := lake.salt()) is None:
        rows = connection.execute("select is_sample from reference.district").fetchall()
        known = "data contoh" if rows and rows[0][0] else secrets.token_hex(16)
        lake.keep_salt(known)
    return known.encode()


def _insert_rejects(
    connection: duckdb.DuckDBPyConnection, lake: Lake, manifest: Mapping[str, Entry], registers: reference.Registers
) -> None:
    parts = [lake.remarks(manifest, "rejects"), _unresolved(connection, registers)]
    rejects = pl.concat([p for p in parts if p.height] or parts[-1:], how="diagonal_relaxed")
    named = _worded(rejects).rename({"message": "reason", "message_en": "reason_en"})
    files = frames.of(connection, 'select file_id, name as "file" from load.file')
    frames.put(
        connection, "insert into load.reject by name", named.join(files, on="file_id", how="left").sort(pl.all())
    )
    accounts.settle(connection)


def _worded(remarks: pl.DataFrame) -> pl.DataFrame:
    """Return remarks with message, message_en, mend and mend_en in the place of `details`; many say the same."""
    said = remarks.select("code", "details").unique(maintain_order=True)
    words = [reference.say(code, json.loads(details)) for code, details in said.rows()]
    texts = [pl.Series(key, [w[key] for w in words], pl.String) for key in ("message", "message_en", "mend", "mend_en")]
    joined = remarks.join(said.with_columns(texts), on=["code", "details"], how="left", maintain_order="left")
    return joined.drop("details")


def _unresolved(connection: duckdb.DuckDBPyConnection, registers: reference.Registers) -> pl.DataFrame:
    """Return the rejects that the registers cause: names of units, services, payers, ratings and people that they don't know."""
    near = {register.code: registers.of(register) for register in REGISTERS}
    found = frames.of(connection, "select * from lake.unresolved")

    @cache
    def meant(code: str, value: str | None) -> str:
        name = near[code].nearest(value) if code in near and value else None
        detail = {"nearest": f"Maksudnya {name}?", "nearest_en": f"Is {name} meant?"} if name else {}
        return json.dumps(detail, ensure_ascii=False)

    details = [said or meant(code, value) for said, code, value in found.select("details", "code", "value").rows()]
    values = [None if value is None else guard.quoted(value) for value in found["value"]]
    return found.with_columns(pl.Series("details", details, pl.String), pl.Series("value", values, pl.String))


def _insert_findings(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    manifest: Mapping[str, Entry],
    registers: reference.Registers,
) -> None:
    codes = list(reference.messages())
    harms = pl.DataFrame(
        {"code": codes, "harm": [reference.harm(code) for code in codes]}, {"code": pl.String, "harm": pl.Int32}
    )
    frames.put(connection, "insert into load.harm by name", harms)
    parts = [_without_small_counts(connection, _observed(lake, manifest, registers))]
    for query in queries.files("findings"):
        found = frames.of(connection, query.sql)
        fixed = ("code", "unit_id", "period", "file_id", "sheet", "row")
        details = [
            json.dumps({k: v for k, v in row.items() if k not in fixed}, default=str) for row in found.to_dicts()
        ]
        parts.append(found.select(fixed).with_columns(pl.Series("details", details, pl.String)))
    findings = pl.concat([p for p in parts if p.height] or parts[:1], how="diagonal_relaxed")
    severity = [reference.messages()[code]["severity"] for code in findings["code"]]
    named = _worded(findings).with_columns(pl.Series("severity", severity, pl.String))
    files = frames.of(connection, 'select file_id, name as "file" from load.file')
    frames.put(
        connection, "insert into load.finding by name", named.join(files, on="file_id", how="left").sort(pl.all())
    )


def _without_small_counts(connection: duckdb.DuckDBPyConnection, observed: pl.DataFrame) -> pl.DataFrame:
    """Return observations in which a small count of patients, in a row whose parts and total differ, is said to be one."""
    asked = "select max(value) from reference.thresholds where key = 'suppression_min_patients'"
    ((limit,),) = connection.execute(asked).fetchall()

    def told(details: str) -> str:
        return json.dumps(
            {
                name: f"1–{limit - 1:.0f}" if str(value).isdecimal() and 0 < int(value) < limit else value
                for name, value in json.loads(details).items()
            },
            ensure_ascii=False,
        )

    is_of_counts = observed["code"] == "parts_differ_from_total"
    if not is_of_counts.any():
        return observed
    of_counts = each(observed["details"], told, pl.String)
    return observed.with_columns(of_counts.zip_with(is_of_counts, observed["details"]).alias("details"))


def _observed(lake: Lake, manifest: Mapping[str, Entry], registers: reference.Registers) -> pl.DataFrame:
    """Return what was observed while files were read, and the copies among them."""
    schema = {"code": pl.String, "unit_id": pl.String, "period": pl.Date, "file_id": pl.String, "sheet": pl.String,
              "row": pl.Int32, "details": pl.String}  # fmt: skip
    rows = [
        {**row, "unit_id": registers.units.find(row["unit"]) if row["unit"] else None, "period": None}
        for row in lake.remarks(manifest, "observations").to_dicts()
    ]
    for sha, entry in sorted(manifest.items()):
        first = canonical(entry.sightings)
        seen = sorted({(s.folder, s.name) for s in entry.sightings} - {(first.folder, first.name)})
        if seen:
            copies = ", ".join(name for _, name in seen)
            rows.append(
                {
                    "code": "duplicate_file",
                    "file_id": sha[:12],
                    "details": json.dumps({"found": copies}, ensure_ascii=False),
                }
            )
    return pl.DataFrame([{c: row.get(c) for c in schema} for row in rows], schema=schema)
