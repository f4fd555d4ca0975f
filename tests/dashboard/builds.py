"""Builds that a test fills by hand, and the words of a page."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import duckdb

from dashboard.render import body, figure
from dashboard.web import pieces
from etl.building import blank, build
from etl.folder import PRODUCT_REFERENCE

# Words of the frame and of every page that must not be left where the reader asked for English.
INDONESIAN = ("Ringkasan", "Periode", "Semua unit", "Unduh CSV", "Lihat tabel", "dibanding", "belum melapor", "temuan")


def left_in_indonesian(words: str) -> list[str]:
    """Return the words of an English page that are none."""
    return [word for word in INDONESIAN if re.search(rf"(?<!\w){word}(?!\w)", words)]


def begin(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a build of the folder with its reference tables and empty fact tables, to be filled."""
    (folder / "warehouse").mkdir()
    connection = duckdb.connect(str(folder / "warehouse" / "one.duckdb"))
    blank.begin(connection, PRODUCT_REFERENCE)
    return connection


def publish(folder: Path, connection: duckdb.DuckDBPyConnection) -> Path:
    """Make the marts of a filled build, make it the folder's current one, and return the folder."""
    build.make_marts(connection)
    connection.close()
    (folder / "warehouse" / "current").write_text("one.duckdb", encoding="utf-8")
    return folder


def shown(test: object) -> str:
    """Return all words of a page, those of its drawings and of the tables behind them too, as a browser fetches them."""
    words = " ".join(element.proto.body for element in test.get("html"))  # ty: ignore[missing-attribute]
    for kind in ("html", "svg"):
        words = re.sub(rf"(?<=')[^' ]+\.{kind}\?[^']*(?=')", lambda found: found[0] + ">" + piece(found[0]), words)
    return words.replace("\u00a0", " ")


def piece(url: str) -> str:
    """Return what the address of a piece answers, a drawing at the width of a wide window."""
    parts = urlsplit(unescape(url))
    _folder, address, name = parts.path.split("/")
    block, _dot, kind = name.rpartition(".")
    answer = pieces.answer(address, block, kind, dict(parse_qsl(parts.query)) | {body.WIDTH: str(figure.FULL)})
    assert answer.status_code == 200, answer.body
    return bytes(answer.body).decode()
