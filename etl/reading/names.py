"""How offices write the names of units: with or without the word for the kind, in short or in full, a numeral or a note behind."""

import re
from functools import lru_cache
from itertools import product

from etl.reading.words import label, plain

# What stands behind a name for a note below the table: `*)`, `(*)`, `**`, `1)`, a raised figure; a bracket in full is part of the name.
_NOTE = re.compile(r"\s*(?:\(\s*\*+\s*\)|\*+\s*\)*|[¹²³⁴⁵⁶⁷⁸⁹⁰†‡§]+|(?<![\d(])\d{1,2}\s*\))\s*$")
_NUMBERING = re.compile(r"^\s*(?:\d{1,3}\s*[.)]|[*•–-]+\s*\)?)\s*(?=[^\W\d_])")
_KIND = r"(?:uptd|upt|uptb|blud|unit pelaksana teknis(?: daerah| dinas)?|pusat kesehatan masyarakat|puskesmas|puskemas|puskes|pusk|pkm)"
_HEALTH_CENTRE = re.compile(r"\b(?:pusat kesehatan masyarakat|puskesmas|puskemas|puskes|pusk|pkm)\b")
_BEFORE = re.compile(rf"^(?:{_KIND} )+")
_BEHIND = re.compile(rf"(?: {_KIND})+$")
_SUBDISTRICT = re.compile(r"^(?:kantor )?(?:kecamatan|camat|kec) ")
_DISTRICT = re.compile(r"^(?:(?:se|seluruh|tingkat|wilayah|pemerintah|pemda) )*(?:kabupaten|kab|pemkab|pemkot)(?: |$)")
_OFFICE = re.compile(
    r"^(?:dinas|dinkes\w*|dis[a-z]{3,}|badan|bappe\w*|bapper\w*|bpkad|bpbd|bkpsdm|bkd|kantor|sekretariat|setda|setwan|inspektorat"
    r"|satuan polisi|satpol|pemerintah|pemda|bagian|bidang|seksi|kelurahan|desa|kecamatan|kec|camat)\b"
)
_FACILITY = re.compile(
    r"^(?:(?:uptd|upt|blud) )*(?:rsud?|rs[a-z]{0,3}|rumah sakit|labkes\w*|laboratorium|gudang|instalasi|ifk|apotek|apotik|klinik|poliklinik"
    r"|balai|posyandu|pustu|puskesmas pembantu|poskes\w*|polindes|praktik|praktek|dokter|bidan|psc|pmi|unit transfusi|ambulans?)\b"
)

_ROMAN = {
    tens + ones: str(10 * i + j)
    for i, tens in enumerate(("", "x", "xx"))
    for j, ones in enumerate(("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"))
    if tens + ones
}
# Words of places that are written in short, where they stand before another word.
_SHORT = {
    "ma": "muara", "sei": "sungai", "sg": "sungai", "kp": "kampung", "kpg": "kampung", "kamp": "kampung", "tj": "tanjung",
    "tjg": "tanjung", "tg": "tanjung", "tlk": "teluk", "lbk": "lubuk", "pl": "pulau", "gn": "gunung", "smb": "sumber",
    "tgl": "tegal", "bkt": "bukit", "btg": "batang", "psr": "pasar", "pdg": "padang", "pkl": "pangkalan", "sp": "simpang",
}  # fmt: skip
# Those that stand for one of several words: only what the register (or another report) has in full can tell which.
_SHORT_FOR_SEVERAL = {
    "s": ("sungai", "simpang", "sumber"), "bt": ("batu", "batang", "bukit"), "kt": ("kota", "koto", "kuta"),
    "rb": ("rimbo", "rimba"), "tl": ("teluk", "talang"), "lb": ("lubuk", "labuhan"), "ps": ("pasir", "pasar"),
    "p": ("pulau", "pasir", "padang", "pangkalan"), "pd": ("padang", "pondok", "pandan"), "t": ("tanjung", "teluk"),
    "kr": ("krueng", "kuala"), "kl": ("kuala",),
}  # fmt: skip


@lru_cache(1 << 16)
def bare(name: str) -> str:
    """Return a name without the marks of a note, the number of its line, and doubled spaces."""
    text, before = " ".join(plain(name).split()), None
    while text != before:
        before = text
        found = _NOTE.search(text)
        if (
            found
            and found.start()
            and (found[0].strip()[-1] != ")" or text.count(")") > text.count("(") or "*" in found[0])
        ):
            text = text[: found.start()]
    return _NUMBERING.sub("", text).strip() or text


@lru_cache(1 << 16)
def core(name: str) -> str:
    """Return what tells a unit from another: `UPTD Puskesmas Moro Krembangan *)` is `morokrembangan`, `PKM Ma. Batu II` `muarabatu2`.

    Words of the kind, spaces, notes and case are gone, short words written out, numerals are figures. A kecamatan keeps its kind
    (`kec.morokrembangan`): it often bears the name of a health centre, and is another thing.
    """
    prefix, words = _parts(name)
    return prefix + "".join(words)


@lru_cache(1 << 16)
def readings(name: str) -> tuple[str, ...]:
    """Return the cores that a name may stand for where a short word of it means one of several: `Bt. Raja` may be Batu or Bukit Raja."""
    prefix, words = _parts(name)
    choices = [(word, *(_SHORT_FOR_SEVERAL.get(word, ()) if words[n + 1 :] else ())) for n, word in enumerate(words)]
    if all(len(choice) == 1 for choice in choices):
        return (prefix + "".join(words),)
    return tuple(prefix + "".join(chosen) for chosen in product(*choices))


def _parts(name: str) -> tuple[str, list[str]]:
    text = label(bare(name))
    if found := _SUBDISTRICT.match(text):
        return "kec.", _written_out(text[found.end() :].split())
    rest = _BEFORE.sub("", f"{text} ").strip()
    if rest != text and _HEALTH_CENTRE.search(text) and (found := _SUBDISTRICT.match(rest)):
        rest = rest[found.end() :]
    if not _OFFICE.match(rest):
        rest = _BEHIND.sub("", rest)
    return "", _written_out((rest or text).split())


def _written_out(words: list[str]) -> list[str]:
    found = [_ROMAN.get(word, word.lstrip("0") or word if word.isdecimal() else word) for word in words]
    for n, word in enumerate(found[:-1]):
        if word in _SHORT and not (word == "sp" and found[n + 1].isdecimal()):  # SP II is a settlement unit
            found[n] = _SHORT[word]
    return found


def kind_said(name: str) -> str | None:
    """Return what kind of unit a name says that it is, or None: health_centre, subdistrict, district, agency, or `facility`.

    A facility is a hospital, clinic, laboratory, store of medicines or the like: it sees patients, and is no health centre.
    """
    text = label(bare(name))
    before = _BEFORE.match(f"{text} ")
    if _FACILITY.match(text):
        return "facility"
    if before and _HEALTH_CENTRE.search(before[0]):
        return "health_centre"
    for kind, pattern in (("subdistrict", _SUBDISTRICT), ("district", _DISTRICT), ("agency", _OFFICE)):
        if pattern.match(text):
            return kind
    return "health_centre" if _HEALTH_CENTRE.search(text) else None


def says_only_district(words: str) -> bool:
    """Tell whether a label names no district in particular: `Kabupaten`, `se kabupaten`."""
    return bool(_DISTRICT.fullmatch(words))
