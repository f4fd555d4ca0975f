"""The process behind *Formulir*: contents as JSON on the standard input, the workbook on the standard output; run by the dashboard."""

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

from queries.forms import Contents
from rapor.forming import made


def _contents(said: dict[str, Any]) -> Contents:
    days: dict[str, Any] = {key: said[key] and date.fromisoformat(said[key]) for key in ("period", "due_on")}
    return Contents(**(said | days))


if __name__ == "__main__":
    sys.stdout.buffer.write(made(Path(os.environ["RAPOR_DATA"]), _contents(json.load(sys.stdin))))
