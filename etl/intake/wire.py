"""What goes to the process that reads and what comes back: messages on a socket, files as descriptors, tables as Arrow.

Only what this side wrote is ever unpickled, on the other side; what comes back is JSON and tables whose columns are known.
"""

import json
import os
import pickle
import socket
import struct
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

if TYPE_CHECKING:  # not at run time: a process that reads is to be started before anything slow is imported
    import polars as pl

    from etl.lake import Outcome, Reading

LONGEST_MESSAGE = 64 << 20
_LENGTH = struct.Struct(">Q")
_OTHERS = ("rejects", "observations", "members", "cells", "kept")


class Garbled(Exception):
    """The other side did not say what it may say: it is not itself any more."""


def send(connection: socket.socket, message: bytes, descriptors: tuple[int, ...] = ()) -> None:
    """Send one message, and with it open files."""
    socket.send_fds(connection, [_LENGTH.pack(len(message))], descriptors)
    connection.sendall(message)


def receive(connection: socket.socket, most_files: int = 0) -> tuple[bytes, list[int]] | None:
    """Return one message and the files that came with it, None where the other side has ended; raises Garbled."""
    head, files, _, _ = socket.recv_fds(connection, _LENGTH.size, most_files)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > LONGEST_MESSAGE:
        raise Garbled(str(length))
    parts, missing = [], length
    while missing:
        part = connection.recv(min(missing, 1 << 20))
        if not part:
            return None
        parts.append(part)
        missing -= len(part)
    return b"".join(parts), files


def rules(sources: Any, registers: Any) -> bytes:
    """Return declarations and registers as they are sent."""
    return pickle.dumps((sources, registers))


def rules_in(message: bytes) -> tuple[Any, Any]:
    """Return declarations and registers; only for what the process that started this one has sent."""
    return pickle.loads(message)  # noqa: S301


def outcome_out(outcome: "Outcome", spool: int) -> dict[str, Any]:
    """Write the tables of an outcome to an open file, and return the rest with the place of each."""
    places = []
    with os.fdopen(os.dup(spool), "wb") as file:
        for name, frame in _tables(outcome):
            start = file.tell()
            frame.write_ipc(file, compression="lz4")
            places.append([name, start, file.tell() - start])
    return {"reading": asdict(outcome.reading), "tables": places}


def outcome_in(said: Mapping[str, Any], spool: int, bare: "Reading") -> "Outcome":
    """Return the outcome that was written; what `bare` says of the file itself is not the other side's to say; raises Garbled."""
    import polars as pl  # noqa: PLC0415

    from etl.kinds import KINDS  # noqa: PLC0415
    from etl.lake import CELLS, KEPT, MEMBER, OBSERVATION, REJECT, Outcome  # noqa: PLC0415

    known = dict(zip(_OTHERS, (REJECT, OBSERVATION, MEMBER, CELLS, KEPT), strict=True))
    try:
        size = os.fstat(spool).st_size
        records: dict[str, pl.DataFrame] = {}
        others: dict[str, pl.DataFrame] = {}
        for name, start, length in said["tables"]:
            if not 0 <= start <= start + length <= size:
                raise Garbled(name)
            frame = pl.read_ipc(os.pread(spool, length, start), use_pyarrow=False)
            group, _, kind = name.partition("/")
            wanted = KINDS[kind] if group == "records" else known[group]
            texts = {column: pl.String if kind == pl.Categorical else kind for column, kind in frame.schema.items()}
            if texts != dict(pl.Schema(wanted)):
                raise Garbled(name)
            if kind:
                records[kind] = frame
            else:
                others[group] = frame
        own = {name: getattr(bare, name) for name in ("key", "sha256", "name", "folder", "bytes")}
        return Outcome(replace(_reading(said["reading"]), **own), records, **others)
    except (KeyError, TypeError, ValueError, AttributeError, pl.exceptions.PolarsError) as error:
        raise Garbled(type(error).__name__) from error


def _tables(outcome: "Outcome") -> "Iterator[tuple[str, pl.DataFrame]]":
    for kind, frame in outcome.records.items():
        yield f"records/{kind}", frame
    for name in _OTHERS:
        yield name, getattr(outcome, name)


def _reading(said: Mapping[str, Any]) -> "Reading":
    """Return a reading whose every value is of the kind that it is declared with; raises TypeError."""
    from etl.lake import Reading  # noqa: PLC0415

    kinds = get_type_hints(Reading)
    for name, value in said.items():
        if not _is(value, kinds[name]):
            raise TypeError(name)
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    return Reading(**values)


def _is(value: Any, kind: Any) -> bool:
    """Tell whether a value out of JSON is of a declared kind."""
    parts = get_args(kind)
    if get_origin(kind) is tuple:
        return isinstance(value, list) and all(_is(each, parts[0]) for each in value)
    if get_origin(kind) is Mapping:
        return isinstance(value, dict) and all(type(each) in {str, int, float} for each in value.values())
    return any(_is(value, part) for part in parts) if parts else isinstance(value, kind)


def said(message: bytes) -> dict[str, Any]:
    """Return a message as what it says; raises Garbled."""
    try:
        found = json.loads(message)
    except ValueError as error:
        raise Garbled("json") from error
    if not isinstance(found, dict):
        raise Garbled("json")
    return found
