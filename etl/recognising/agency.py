"""Whose report it is where only the words around the table say so: the name of an agency in a title, a sheet, file or folder name."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from etl.reading.words import MONTHS, label, plain
from etl.reference import Vocabulary

# Kinds of reports that agencies send: there a title names whose it is. A health centre's report of visits stands under its agency's name.
OF_AGENCIES = {"performance", "employee", "response"}
_SHORT = (
    "dinkes|dinsos|disdik|disdikbud|dikbud|dikpora|disdikpora|dishub|disnaker|disnakertrans|diskominfo|kominfo|disperindag|dispora"
    "|disparpora|disparbud|dispar|disperkim|perkim|dispertan|distan|disbun|disnak|diskan|disdukcapil|dukcapil|dispusip|dlh|dpupr|pupr"
    "|dpmptsp|dpmd|dp3a|dp2kb|dppkb|bappeda|bapperida|bappelitbangda|balitbangda|brida|bkpsdm|bkpp|bkd|bpkad|bkad|bapenda|bppkad|bpbd"
    "|kesbangpol|satpol pp|satpol|inspektorat daerah|inspektorat|setda|setwan|itda|damkar"
)
_NAMED = (
    r"puskesmas|puskemas|pkm|dinas|(?<!berat )(?<!tinggi )(?<!massa )badan|kantor|kecamatan|kelurahan|bagian|sekretariat|satuan"
    r"|rumah sakit|rsud|rsd|uptd|upt|balai"
)
_UNIT = re.compile(rf"\b(?:(?:uptd?|blud)\.?\s+)*(?:(?P<kind>{_NAMED})|(?P<short>{_SHORT}))\b", re.IGNORECASE)
_END = re.compile(
    r"[,;:()|\[\]–—]|\s-|\b(?:tahun|thn|ta|t\.a|triwulan|tribulan|tw|semester|smt|bulan|bln|periode|kabupaten|kab|kota|provinsi|prov"
    r"|pemerintah|per|sampai|s\.?d|nomor|no|dinas|dinkes|uptd|upt|puskesmas|puskemas|pkm|kecamatan|kec|jalan|jl|tentang|terhadap|menurut|berdasarkan|yang|q[1-4]"
    rf"|{'|'.join(MONTHS)})\b|\d{{4}}",
    re.IGNORECASE,
)
# Units of their own, known or not; and what stands with a name on a line that says nothing else.
_WHOLE_UNIT = re.compile(
    r"(?:(?:uptd?|blud)\.?\s+)*(?:puskesmas|puskemas|pkm|dinas|badan|kecamatan|rumah sakit|rsud|rsd)\b", re.I
)
_BESIDE_A_NAME = {
    "uptd",
    "upt",
    "blud",
    "puskesmas",
    "pkm",
    "dinas",
    "badan",
    "kabupaten",
    "kab",
    "kota",
    "pemerintah",
    "daerah",
}
_NO_NAME = re.compile(r"^(?:dan|atau|serta|se|di|dalam|pada|untuk|dengan|ini|itu|lainnya|lain|masing)\b", re.IGNORECASE)
_LONGEST_NAME = 9  # words: the longest agency of the shipped districts has eight, a longer text is a sentence
_DISTRICT = {"kabupaten", "kab", "kota", "pemkab", "pemkot", "bupati", "walikota", "rpjmd", "lppd", "lkpj"}
# What a title of a district's own report says besides the district's name.
_REPORT = {
    word
    for words in (
        "pemerintah daerah laporan kinerja indikator utama iku ikk ikd tujuan sasaran strategis program pengukuran capaian realisasi",
        "target dan tabel tahun anggaran perjanjian pk rencana rpjmd rpd renstra lkjip lkip lakip lppd lkpj instansi rekapitulasi rekap",
        "daftar lampiran evaluasi hasil pencapaian triwulan semester bulan tw akhir perubahan standar pelayanan minimal spm i ii iii iv",
        "s d sd sampai dengan per atas ke jangka menengah kunci makro data formulir form",
    )
    for word in words.split()
}.union(MONTHS)


def unit_of_titles(rows: Sequence[Sequence[str]], vocabulary: Vocabulary, takes_unknown: bool) -> str | None:
    """Return the unit that the rows of titles name: a health centre before the agency over it, a registered one before another.

    A name that the register lacks is taken only where `takes_unknown`: a person may then add it.
    """
    registered = [
        (not _is_centre(" ".join(map(plain, texts))), unit)
        for texts in rows
        if _names_a_unit(texts) and (unit := vocabulary.unit_in(" ".join(map(plain, texts))))
    ]
    known = min(registered, key=lambda pair: pair[0], default=None)
    written = agency_in([text for texts in rows for text in texts]) if takes_unknown else None
    if known and (known[0] is False or not written or not _is_centre(written)):
        return known[1]
    return written


def with_agencies(levels: Sequence[Any], *texts: str) -> tuple[Any, ...]:
    """Return the levels with the unit that their text names, where it is none of the register."""
    return tuple(
        level if level.unit else replace(level, unit=agency_in([text]))
        for level, text in zip(levels, texts, strict=True)
    )


def _names_a_unit(texts: Sequence[str]) -> bool:
    words = f" {label(' '.join(map(plain, texts)))} "
    return any(f" {word} " in words for word in ("puskesmas", "pkm", "dinas", "badan", "upt", "uptd", "unit"))


def _is_centre(text: str) -> bool:
    return bool({"puskesmas", "puskemas", "pkm"} & set(label(text).split()))


def agency_in(texts: Sequence[str]) -> str | None:
    """Return the unit that these texts name as they write it, a health centre before the agency over it; None where none does."""
    found = [name for text in texts for name in _names(plain(text).replace("_", " "))]
    return min(found, key=lambda name: not _is_centre(name), default=None)


def _names(text: str) -> list[str]:
    names = []
    for found in _UNIT.finditer(text):
        rest = text[found.end() :]
        tail = rest[: end.start()] if (end := _END.search(rest)) else rest
        tail = " ".join(tail.split())
        if (found["kind"] and (not tail or _NO_NAME.match(tail))) or len(tail.split()) >= _LONGEST_NAME:
            continue
        names.append(" ".join([*found[0].split(), tail if found["kind"] else ""]).strip(" .-*"))
    return names


def unit_alone(text: str, vocabulary: Vocabulary) -> tuple[str, bool] | None:
    """Return the unit whose name is all that a line says, and whether the register knows it; None where it says something else.

    Parts of an agency (a division, a secretariat) count only where the register has them.
    """
    if label(text) in vocabulary.units:
        return plain(text), True
    found = _UNIT.match(text)
    if not found:
        return None
    if (known := vocabulary.unit_in(text)) and not _after(text, known):
        return known, True
    names = _names(text)
    is_whole = len(names) == 1 and not _after(text, names[0])
    return (names[0], False) if is_whole and _WHOLE_UNIT.match(text) else None


def _after(text: str, name: str) -> set[str]:
    """Return the words of a line besides a unit's name, its kind and the district's."""
    words = label(text).split()
    places = {words[i + 1] for i, word in enumerate(words[:-1]) if word in ("kabupaten", "kab", "kota")}
    return set(words) - set(label(name).split()) - places - _BESIDE_A_NAME


def ownership(title: str) -> str | None:
    """Return what the titles of a report that names no unit say of whose it is.

    None where they name the district and nobody else; `doubtful` where they say nothing, or of the district and more; `missing` where
    they say something and not that.
    """
    words = label(title).split()
    if not words:
        return "doubtful"
    if not _DISTRICT & set(words):
        return "missing"
    places = {
        name for i, word in enumerate(words) if word in ("kabupaten", "kab", "kota") for name in words[i + 1 : i + 3]
    }
    return "doubtful" if set(words) - _REPORT - _DISTRICT - places - {w for w in words if w.isdecimal()} else None
