"""What the server says of itself on its error stream: as lines of JSON with `RAPOR_LOG=json`, else as words for a person.

No line has a person, a figure or what an address asks for: a request is told by the page's name, a fault by its kind and place.
"""

import logging
import os
import sys

from pythonjsonlogger.json import JsonFormatter

from queries import workers

SETTING, JSON = "RAPOR_LOG", "json"
FOREIGN = ("streamlit", "uvicorn")  # whose handlers give way to ours
log = logging.getLogger("rapor.requests")


def is_json() -> bool:
    """Whether lines of JSON are asked for."""
    return os.environ.get(SETTING, "").strip().lower() == JSON


def begin() -> None:
    """Have all that is said from now on be lines of JSON, where that is asked for; to be said again once all is imported."""
    if not is_json():
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter(
            "%(message)s %(levelname)s %(name)s %(process)d",
            rename_fields={"levelname": "level", "name": "logger"},
            static_fields={"worker": workers.number()} if workers.count() > 1 else {},
            timestamp=True,
        )
    )
    logging.root.handlers[:] = [handler]
    logging.getLogger("rapor").setLevel(logging.INFO)
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in FOREIGN:
            each = logging.getLogger(name)
            each.handlers.clear()
            each.propagate = True
            each.filters[:] = [*[one for one in each.filters if one is not _without_data], _without_data]


def _without_data(record: logging.LogRecord) -> bool:
    """Take out of a foreign line what it may quote: the words of an error, and a request's address."""
    record.__dict__.pop("color_message", None)  # uvicorn's own for a terminal
    record.exc_info, record.exc_text, record.stack_info = None, None, None
    if record.name == "uvicorn.access":
        return False  # it has whole addresses; ours tells of each request
    if record.levelno >= logging.ERROR:
        record.msg, record.args = f"a fault in {record.module}:{record.lineno}", ()
    return True


def answered(what: str, code: int, seconds: float) -> None:
    """Tell of an answer, where lines of JSON are asked for."""
    if is_json() and what != "static":
        log.info("request", extra={"what": what, "code": code, "ms": round(seconds * 1000)})
