"""The districts of Indonesia by their code: name, kecamatan and health centres, as the free lists in data/regions have them."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from etl.folder import ROOT, Filled
from etl.reading.names import core
from etl.reading.words import label

REGIONS = Path(__file__).parents[1] / "data" / "regions"
HEALTH_AGENCY = "dinkes"


@dataclass(frozen=True)
class District:
    """One of the 514: its Kemendagri code (`15.09`), name, province, and how many hours its time is ahead of UTC."""

    code: str
    name: str
    province: str
    utc_offset_hours: str

    @property
    def short(self) -> str:
        """Return its name without the word for its kind: `Tebo`."""
        return re.sub(r"^(?:Kabupaten|Kota)(?: Administrasi)? ", "", self.name)


@cache
def districts() -> dict[str, District]:
    """Return all districts by their codes."""
    table = pl.read_csv(REGIONS / "districts.csv", infer_schema=False)
    return {row[0]: District(*row) for row in table.rows()}


def find(code: str) -> District | None:
    """Return the district of a code, with or without its dot; None where there is none."""
    figures = re.sub(r"\D", "", code)
    return districts().get(f"{figures[:2]}.{figures[2:]}")


def named(text: str) -> list[District]:
    """Return the districts whose name, code or province has all these words, those first whose name begins with them."""
    words = label(text).split()
    found = [
        each
        for each in districts().values()
        if words and all(word in f"{label(each.name)} {label(each.code)} {label(each.province)}" for word in words)
    ]
    return sorted(found, key=lambda each: (not label(each.short).startswith(label(text)), each.name))


def filled(district: District) -> Filled:
    """Return what the lists know of a district: its kecamatan, health agency and health centres.

    A health centre that bears the name of a kecamatan lies in it; of the others the list says none, and a person fills it in.
    """
    table = pl.read_csv(REGIONS / "kecamatan.csv", infer_schema=False)
    kecamatan = table.filter(pl.col("kecamatan_code").str.starts_with(f"{district.code}."))
    kecamatan = kecamatan.with_columns(bps_code=pl.lit(None, pl.String))
    areas = {core(name): code for code, name in kecamatan.select("kecamatan_code", "name").rows()}
    aliases = f"Dinkes|Dinas Kesehatan {district.name}|Dinkes {district.short}"
    units: list[dict[str, str | None]] = [
        {"unit_id": HEALTH_AGENCY, "name": "Dinas Kesehatan", "short_name": "Dinkes", "kind": "agency", "parent_id": ROOT,
         "aliases": aliases}
    ]  # fmt: skip
    taken = {HEALTH_AGENCY, ROOT}
    centres = pl.read_csv(REGIONS / "health_centres.csv", infer_schema=False)
    for name in centres.filter(pl.col("district_code") == district.code)["name"]:
        short = name.removeprefix("Puskesmas ")
        unit_id = _free("pkm-" + label(short).replace(" ", "-"), taken)
        taken.add(unit_id)
        units.append(
            {"unit_id": unit_id, "name": name, "short_name": short, "kind": "health_centre", "parent_id": HEALTH_AGENCY,
             "kecamatan_code": areas.get(core(name))}
        )  # fmt: skip
    return Filled(district.code, units, kecamatan, district.utc_offset_hours)


def _free(unit_id: str, taken: set[str]) -> str:
    found, number = unit_id, 1
    while found in taken:
        number += 1
        found = f"{unit_id}-{number}"
    return found
