"""What a person states of a file when he gives it: which report it is, whose and of when; it fills in what the file lacks."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from etl import reference
from etl.lake import Stated
from etl.reading.periods import find_period
from etl.reading.words import label
from etl.recognising.source import Source, load_all, own_folders

_KINDS = {"visit": "kunjungan", "response": "survei kepuasan skm ikm", "performance": "kinerja realisasi target capaian iku spm",
          "indicator": "daftar indikator", "employee": "pegawai", "evaluation": "evaluasi predikat", "submission": "penerimaan",
          "evaluation_indicator": "skp individu"}  # fmt: skip


class Unknown(Exception):
    """Nobody knows such a report, unit or period; `known` are the ones there are, or examples."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(name)
        self.name, self.known = name, known


def check(data_dir: Path, stated: Stated) -> None:
    """Raise Unknown where what is stated means nothing here."""
    sources = load_all(*own_folders(data_dir))
    if stated.source and not meant(sources, stated.source):
        raise Unknown(stated.source, [f"{source.name} ({source.title})" for source in sources])
    units = reference.registers(data_dir / "reference").units
    if stated.unit and units.find(stated.unit) is None:
        near = units.nearest(stated.unit)
        raise Unknown(stated.unit, [near] if near else sorted(units.shown.values())[:20])
    if stated.period and not find_period(stated.period)[0].year:
        raise Unknown(stated.period, ["2025-10", "Oktober 2025", "TW III 2025", "Semester 1 2025", "2025"])


def meant(sources: Sequence[Source], name: str) -> tuple[Source, ...]:
    """Return the sources that a name means: of that name or title, else of which the title or the kind says its words.

    Where one is named, no word need stand around its table for it to be recognised.
    """
    words = label(name)
    found = [source for source in sources if words in (label(source.name), label(source.title), label(source.title_en))]
    if not found:
        asked = set(words.split())
        found = [
            source for source in sources
            if asked and asked <= set(f"{label(source.title)} {label(source.title_en)} {_KINDS.get(source.kind, '')} {source.kind}".split())
        ]  # fmt: skip
    return tuple(replace(source, words=()) for source in found)
