"""The reference tables as the ETL needs them: which name means which unit, service or payer, and what a code says in words."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import polars as pl

from etl.folder import PRODUCT_REFERENCE
from etl.kinds import REGISTERS, UNITS, Register
from etl.reading.names import bare, core, readings
from etl.reading.words import label
from etl.trouble import Damaged
from etl.validity import Validity
from etl.validity import read as read_validity
from queries.edits import version
from queries.language import MONTHS, _

MESSAGES = Path(__file__).with_name("messages.toml")
_REGENCY = ("kabupaten", "kab", "pemerintah kabupaten", "pemerintah kab", "pemkab", "pemda kabupaten", "pemda kab")
_CITY = ("kota", "pemerintah kota", "pemkot", "pemda kota")
_DISTRICT_WORDS = {"kabupaten": _REGENCY, "kab": _REGENCY, "kota": _CITY}
_SHORT_ENDINGS = ("kabupaten ", "kab ", "kota ")
# Of the letters of two names as many have to agree, in percent, for one to be proposed for the other (rapidfuzz: 100 for the same).
# Of the names of the shipped units with two letters changed, 98 in 100 are proposed, with three 85; a person decides.
NEAR_PCT = 70
WESTERN_TIME = 7.0  # hours ahead of UTC (Keppres 41/1987); central 8, eastern 9
SHORTEST_NAME = 4  # letters of a unit's name that is looked for within a text: shorter ones are words of any title


def read_table(folder: Path, name: str) -> pl.DataFrame:
    """Return one reference table as text columns; raises Damaged where it is not there or is no CSV."""
    path = folder / f"{name}.csv"
    try:
        return pl.read_csv(path, infer_schema=False, glob=False)
    except FileNotFoundError:
        mend = _("Jalankan `rapor init`, atau salin dari folder data bawaan.")
        raise Damaged(_("{path}: tabel rujukan tidak ada.", path=path), mend) from None
    except pl.exceptions.PolarsError as error:
        why = str(error).strip().splitlines()[0]
        mend = _("Simpan sebagai CSV dengan pemisah koma, UTF-8.")
        raise Damaged(_("{path}: tidak dapat dibaca ({why}).", path=path, why=why), mend) from error


def complete(folder: Path, register: Register) -> pl.DataFrame:
    """Return the table of a register with the rows that the code itself counts under, as shipped where the folder lacks them."""
    own = read_table(folder, register.table)
    if not register.needed:
        return own
    shipped = read_table(PRODUCT_REFERENCE, register.table).filter(pl.col(register.key).is_in(register.needed))
    lacking = shipped.filter(~pl.col(register.key).is_in(own[register.key].to_list()))
    return pl.concat([own, lacking.select(c for c in lacking.columns if c in own.columns)], how="diagonal")


@dataclass(frozen=True)
class Names:
    """The register of one kind of thing: every spelling that is known for sure, each to its id, and the names to show."""

    exact: Mapping[str, str]
    loose: Mapping[str, str]
    shown: Mapping[str, str]
    endings: tuple[str, ...] = ()  # words that may stand behind any of these names and say nothing, as labels

    def find(self, name: str) -> str | None:
        """Return the id that a name means for certain, or None; a near spelling is never taken for another.

        A short word that stands for one of several (`Bt.`) means a unit where only one of them makes a name of the register.
        """
        if found := self.exact.get(label(name)) or self.exact.get(label(bare(name))) or self.loose.get(core(name)):
            return found
        meant = {self.loose[reading] for reading in readings(name) if reading in self.loose}
        if len(meant) == 1:
            return meant.pop()
        shorter = self.without_ending(name)
        return self.find(shorter) if shorter != name else None

    def without_ending(self, name: str) -> str:
        """Return the name without what may stand behind any: `Puskesmas Sumay Kab. Tebo` is a name of the district Tebo."""
        text = bare(name)
        for ending in self.endings:
            words = r"[\W_]+".join(ending.split())
            if (found := re.search(rf"(?i)[\W_]+{words}\W*$", text)) and found.start():
                return text[: found.start()]
        return name

    def nearest(self, name: str) -> str | None:
        """Return the registered name that is spelt most like this one, for a person to judge."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415  only where a name is not known

        found = process.extractOne(core(name), {i: core(text) for i, text in self.shown.items()}, scorer=fuzz.ratio)
        return self.shown[found[2]] if found is not None and found[1] >= NEAR_PCT else None


def names(table: pl.DataFrame, key: str, extra: Iterable[str] = ()) -> Names:
    """Return the names of a register with columns `key`, `name`, `aliases` ('|' between them) and any extra name columns."""
    exact: dict[str, str] = {}
    loose: dict[str, str | None] = {}
    for row in table.rows(named=True):
        spellings = [
            row["name"],
            row[key],
            row[key].replace("_", " "),
            *(row.get(c) for c in extra),
            *(row.get("aliases") or "").split("|"),
        ]
        for spelling in filter(None, spellings):
            exact.setdefault(label(spelling), row[key])
            loose[core(spelling)] = row[key] if loose.get(core(spelling), row[key]) == row[key] else None
    shown = dict(zip(table[key], table["name"], strict=True))
    return Names(exact, {spelling: found for spelling, found in loose.items() if found}, shown)


_AND = ("dan", "serta", "dan puskesmas", "serta puskesmas")


@dataclass(frozen=True)
class Vocabulary:
    """The names that the reference tables know, as labels: of services, payers and units, each to its id; those of the district.

    With them goes how many hours the district's time is ahead of UTC.
    """

    services: Mapping[str, str] = field(default_factory=dict)
    payers: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    district: frozenset[str] = frozenset()
    register: Names | None = None
    utc_offset_hours: float = WESTERN_TIME

    def is_unit(self, name: str) -> bool:
        """Tell whether the register knows a unit by this name; the district itself is none."""
        found = self.register.find(name) if self.register else self.units.get(label(bare(name)))
        return bool(found) and label(bare(name)) not in self.district and found in self.units.values()

    def unit_in(self, text: str) -> str | None:
        """Return the unit name that stands in a text, the longest there is; None where there is none, or `dan` joins two of them."""
        words = f" {label(text.replace('&', ' dan '))} "
        found = [name for name in self.units if len(name) >= SHORTEST_NAME and f" {name} " in words]
        longest = max(found, key=len, default=None)
        if longest is None:
            return None
        joined = [name for name in found if self.units[name] != self.units[longest]]
        pairs = (
            f" {one} {word} {other} "
            for name in joined
            for one, other in ((longest, name), (name, longest))
            for word in _AND
        )
        return None if any(pair in words for pair in pairs) else longest


@dataclass(frozen=True)
class Registers:
    """All registers of a data folder."""

    units: Names
    services: Names
    payers: Names
    ratings: Names
    report_kinds: Names
    job_groups: Names
    root_unit: str
    utc_offset_hours: float = WESTERN_TIME
    validity: Validity = field(default_factory=Validity)

    def of(self, register: Register) -> Names:
        """Return the names of one register."""
        return getattr(self, register.table)

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the names that headings, titles and file names are searched for; the district's own name says nothing."""
        units = {text: unit for text, unit in self.units.exact.items() if unit != self.root_unit}
        own = (text for text, unit in self.units.exact.items() if unit == self.root_unit)
        services, payers = self.services.exact, self.payers.exact
        return Vocabulary(services, payers, units, _of_district(own), self.units, self.utc_offset_hours)


def registers(folder: Path) -> Registers:
    """Return the registers of a reference folder; health centres come first where two units bear one name.

    A load asks for them to read files and again to make a build: tables that say the same are read once.
    """
    said = version(folder) if folder.is_dir() else ""
    found = _read.get(said)
    if found is None:
        found = _registers(folder)
        _read.clear()
        _read[said] = found
    return found


_read: dict[str, Registers] = {}  # those of the tables that were read last, by their version


def _registers(folder: Path) -> Registers:
    tables = {register: complete(folder, register) for register in REGISTERS}
    units = tables[UNITS]
    root = units.filter(pl.col("parent_id").is_null())["unit_id"].to_list()
    validity = read_validity(folder, units)
    tables[UNITS] = with_former_names(units_in_order(units), validity)
    known = {register.table: names(table, register.key, register.also) for register, table in tables.items()}
    own = units.filter(pl.col("unit_id").is_in(root[:1]))["name"].to_list()
    endings = tuple(sorted(text for text in _of_district(own) if text.startswith(_SHORT_ENDINGS)))
    exact = {**dict.fromkeys(_of_district(own), "".join(root[:1])), **known["units"].exact}
    known["units"] = replace(known["units"], exact=exact, endings=endings)
    return Registers(**known, root_unit=root[0] if root else "", utc_offset_hours=utc_offset_hours(folder),
                     validity=validity)  # fmt: skip


def units_in_order(units: pl.DataFrame) -> pl.DataFrame:
    """Return the register of units, health centres first, then agencies."""
    order = pl.col("kind").replace_strict({"health_centre": 0, "agency": 1}, default=2, return_dtype=pl.Int32)
    return units.sort(order, maintain_order=True)


def with_former_names(units: pl.DataFrame, validity: Validity) -> pl.DataFrame:
    """Return the register of units with the names that they had among their aliases."""
    former = ["|".join(name for name, _months in validity.names(unit)) for unit in units["unit_id"]]
    if not any(former):
        return units
    aliases = pl.Series("former", [names or None for names in former], pl.String)
    return units.with_columns(aliases=pl.concat_str("aliases", aliases, separator="|", ignore_nulls=True))


def utc_offset_hours(folder: Path) -> float:
    """Return how many hours the district's time is ahead of UTC; without the threshold, of a number, the time of western Indonesia."""
    path = folder / "thresholds.csv"
    known = dict(read_table(folder, "thresholds").select("key", "value").iter_rows()) if path.is_file() else {}
    try:
        return float(known.get("utc_offset_hours") or WESTERN_TIME)
    except ValueError:
        return WESTERN_TIME


def _of_district(names: Iterable[str]) -> frozenset[str]:
    """Return the ways, as labels, in which a table calls the district of these names: `Kabupaten Tebo` is also Kab. or Pemkab Tebo."""
    found = set()
    for name in map(label, names):
        kind, _, rest = name.partition(" ")
        found.add(name)
        if rest and kind in _DISTRICT_WORDS:
            found.update(f"{word} {rest}" for word in _DISTRICT_WORDS[kind])
    return frozenset(found)


@cache
def messages() -> dict[str, dict[str, str]]:
    """Return the texts of every code."""
    return tomllib.loads(MESSAGES.read_text(encoding="utf-8"))


_PLACES = {"block": ("Kepala laporan", "header"), "sheet": ("Nama lembar", "sheet name"), "file": ("Nama berkas", "file name"),
           "folder": ("Nama folder", "folder name"), "stated": ("Keterangan saat dimuat", "statement at loading")}  # fmt: skip


def say(code: str, details: Mapping[str, str]) -> dict[str, str]:
    """Return message, message_en, mend, mend_en of a code with its details filled in; a detail not given is left blank."""
    texts = messages()[code]
    known = {"low": "–", "high": "–", **{name: str(text) for name, text in details.items()}}
    if "place" in known:
        known["place"], known["place_en"] = _PLACES.get(known["place"], (known["place"], known["place"]))
    filled = {
        locale: _Blank({name: _with_months(text, locale) for name, text in known.items()}) for locale in ("id", "en")
    }
    return {
        "message": texts["id"].format_map(filled["id"]).strip(),
        "message_en": texts["en"].format_map(filled["en"]).strip(),
        "mend": texts["mend"].format_map(filled["id"]),
        "mend_en": texts["mend_en"].format_map(filled["en"]),
    }


def is_of_a_cell(code: str) -> bool:
    """Tell whether a reject is of one cell that can be mended where it is told."""
    return bool(messages().get(code, {}).get("cell"))


def harm(code: str) -> int:
    """Return what a finding or reject does to published figures: 0 waits for a person, 1 may make one wrong, 2 leaves one out, 3 none."""
    texts = messages()[code]
    return int(texts.get("harm", 3 if texts.get("severity") == "information" else 2))


def _with_months(text: str, locale: str) -> str:
    """Return the text with months that stand alone, such as 2026-08, in words."""
    return re.sub(
        r"(?<![\w-])(20\d\d)-(0[1-9]|1[0-2])(?![\w-])",
        lambda found: f"{MONTHS[locale][int(found[2]) - 1]} {found[1]}",
        text,
    )


class _Blank(dict):
    def __missing__(self, key: str) -> str:
        return ""
