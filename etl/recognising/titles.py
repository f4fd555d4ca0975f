"""Which visits the words around a table speak of: all of them, those of one service or payer, a part, or what is no visit of a patient."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from etl.reading.periods import find_period
from etl.reading.words import NUMBER, label
from etl.recognising.headings import TOTAL_WORDS, Found
from etl.recognising.source import Source
from etl.reference import Vocabulary

_LEADS = {"kunjungan", "pasien", "visit", "visits"}
_PEOPLE = "pasien"
# What follows one of these says where, when or by what, no more which visits.
_ENDS = {"puskesmas", "pkm", "pusk", "upt", "uptd", "blud", "klinik", "rs", "rsud", "faskes", "fktp", "fasilitas", "sarana", "kabupaten",
         "kab", "kota", "kecamatan", "kec", "desa", "dinas", "dinkes", "provinsi", "wilayah", "se", "menurut", "berdasarkan", "per", "di",
         "ke", "pada", "dalam", "untuk", "oleh", "tiap", "setiap", "periode", "bulan", "bulanan", "tahun", "tahunan", "tgl", "tanggal",
         "triwulan", "semester", "health", "month", "monthly"}  # fmt: skip
_JOINS = {"dan", "serta", "atau", "and", "maupun", "beserta"}
_SAYS_NOTHING = {"kesehatan", "medis", "lengkap", "seluruh", "semua", "fix", "final", "rev", "revisi", "ulang", "copy", "salinan", "update",
                 "terbaru", "baru", "lama", "edit", "ok", "kirim", "harian", "report", "reports", "lb1", "lb4", "rjtp", "rjtl", "tingkat",
                 "pertama", "daftar", "tabel", "grafik", "lampiran", "form", "formulir", "format", "hasil", "statistik", "banyaknya",
                 "register", "buku", "informasi", "realisasi", "perkembangan", "tren", "trend", "pemerintah", "nomor", "no",
                 "administrasi", "bagian", "seksi", "bidang", "upaya", "perorangan"}  # fmt: skip
_A_SERVICE = re.compile(r"^(?:poli|klinik|ruang|unit|instalasi) \w|^(?:rawat inap|ranap|ugd|igd|gawat darurat)$")
_OUTPATIENTS = re.compile(r" (?:rawat jalan|ralan|rajal|rj) ")
_LONGEST_NAME = 4
_CARE, _AGE = "care", "age"


@dataclass(frozen=True)
class Spoken:
    """What a text says of its visits: the one service or payer that they are of, the words by which they are no visits or only some
    of them (`other`; `group` where it is a part: the measure or group of details that it is one of), or words that may say so (`doubt`;
    `group`: the dimension of which it names several).
    """

    service: str | None = None
    payer: str | None = None
    other: str | None = None
    group: str | None = None
    doubt: str | None = None


@dataclass(frozen=True)
class Heard:
    """What all words around a table say of its visits: the services and payers by place, and words of the first kind that was met."""

    services: Mapping[str, str] = field(default_factory=dict)
    payers: Mapping[str, str] = field(default_factory=dict)
    other: str = ""
    doubt: str = ""


def heard(texts: Mapping[str, Sequence[str]], source: Source, found: Found, vocabulary: Vocabulary) -> Heard:
    """Return what the titles and names of a table say of its visits, by place; what its columns part they don't say of all of them.

    A name is in doubt only where no title says what is counted.
    """
    taken = {*found.fields, *(name for v in found.values for name in ("service", "payer") if getattr(v, name))}
    parted = {v.measure for v in found.values} - {"patients"}
    parted |= {source.detail_of(word) or "" for v in (*found.values, *found.totals) for _, word in v.details}
    parted |= {f.name for f in source.fields if f.type == "detail" and f.name in taken}
    parted |= set(source.types.values()) if "visit_type" in taken else set()
    services: dict[str, str] = {}
    payers: dict[str, str] = {}
    doubt = ""
    is_said = any(_LEADS & set(label(text).split()) for text in texts.get("block", ()))
    for place, words in texts.items():
        for text in words:
            said = spoken_of(text, source, vocabulary, is_name=place != "block")
            if said.other and said.group not in parted:
                return Heard(other=said.other)
            if said.service and "service" not in taken:
                services.setdefault(place, said.service)
            if said.payer and "payer" not in taken:
                payers.setdefault(place, said.payer)
            if said.doubt and said.group not in taken and (place == "block" or not is_said):
                doubt = doubt or said.doubt
    return Heard(services, payers, doubt=doubt or ("" if is_said else _of_others(texts.get("block", ()), source)))


def _of_others(titles: Iterable[str], source: Source) -> str:
    """Return a word of other forms, such as `rujukan`, that a title says before the place and the time; none where there is none."""
    for text in titles:
        words = find_period(text)[1].split()
        end = next((n for n, word in enumerate(words) if word in _ENDS), len(words))
        if found := [word for word in words[:end] if word in source.foreign]:
            return found[0]
    return ""


def told_services(vocabulary: Vocabulary) -> dict[str, str]:
    """Return the names of services that are no other word wherever they stand: `Poli Gigi`, `Rawat inap`."""
    return {name: known for name, known in vocabulary.services.items() if _A_SERVICE.match(name)}


def service_said(text: str, services: Mapping[str, str]) -> str | None:
    """Return the one of these services that a text names, where it names one and no outpatients."""
    words = f" {label(text)} "
    found = [name for name in services if f" {name} " in words]
    is_one = len({services[name] for name in found}) == 1 and not any(f" {name} dan " in words for name in found)
    return max(found, key=len) if is_one and not _OUTPATIENTS.search(words) else None


def titles_of(above: Iterable[tuple[int, Sequence[str]]]) -> list[str]:
    """Return the titles in the rows above a table: texts that no number stands beside (`Target | 500` says nothing of the figures)."""
    found: dict[str, None] = {}
    for _, cells in above:
        if not any(cell.startswith(NUMBER) or cell.strip().isdecimal() for cell in cells):
            found |= {cell: None for cell in cells if cell and not label(cell.partition(":")[2]).isdecimal()}
    return list(found)


def spoken_of(text: str, source: Source, vocabulary: Vocabulary, *, is_name: bool = False) -> Spoken:
    """Return which visits a title speaks of; in the name of a sheet or file (`is_name`) `baru` and `lama` tell versions."""
    words = find_period(text)[1].replace("rumah sakit", "rs").split()
    for phrase in source.elsewhere:
        if (found := _place(phrase.split(), words)) is not None:
            beside = words[max(found - 1, 0) : found] + words[found + len(phrase.split()) :][:1]
            return Spoken(doubt=phrase) if set(beside) & _JOINS else Spoken(other=phrase)
    return _qualified(words, source, vocabulary, is_name=is_name)


def _qualified(words: list[str], source: Source, vocabulary: Vocabulary, *, is_name: bool) -> Spoken:
    """Return what the words behind `Kunjungan` or `Pasien` name: a service, a payer, a part such as men, or something unknown."""
    start = next((n for n, word in enumerate(words) if word in _LEADS), None)
    if start is None:
        return Spoken()
    before = [] if is_name else _unknown_in(words[:start], source, vocabulary)
    start += words[start] != _PEOPLE
    end = next((n for n in range(start, len(words)) if words[n] in _ENDS), len(words))
    named: dict[str, dict[str, None]] = {name: {} for name in ("service", "payer", "both", "type", "detail", "unknown")}
    while start < end:
        size, kind = _next(words[start:end], source, vocabulary, is_name=is_name)
        if kind:
            named[kind][" ".join(words[start : start + size])] = None
        start += size
    if named["both"]:  # Umum is a service among services, a payer among payers
        is_clear = bool(named["service"]) != bool(named["payer"])
        named["unknown" if not is_clear else "service" if named["service"] else "payer"] |= named["both"]
    of_unit = (vocabulary.unit_in(" ".join(words)) or "").split()
    if unknown := [word for word in (*before, *named["unknown"]) if word not in of_unit]:
        return Spoken(doubt=" ".join(unknown))
    types = {source.types[word] for word in named["type"]} - {"patients"}
    if len(types) == 1:
        return Spoken(other=next(iter(named["type"])), group=types.pop())
    groups: dict[str, list[str]] = {}
    for word in named["detail"]:
        groups.setdefault(source.detail_of(word) or "", []).append(word)
    if part := next((group for group, of in groups.items() if len(of) == 1), None):
        return Spoken(other=groups[part][0], group=part)
    services = {vocabulary.services[word]: word for word in named["service"]}
    payers = {vocabulary.payers[word]: word for word in named["payer"]}
    if len(services) > 1:
        return Spoken(doubt=", ".join(services.values()), group="service")
    if len(payers) > 1 and not {"umum", "lain"} & payers.keys():  # BPJS and those who pay themselves are all there are
        return Spoken(doubt=", ".join(payers.values()), group="payer")
    return Spoken(*(next(iter(each.values()), None) if len(each) == 1 else None for each in (services, payers)))


def _unknown_in(words: Sequence[str], source: Source, vocabulary: Vocabulary) -> list[str]:
    """Return what the words before `Kunjungan` or `Pasien` say that nobody knows, such as `Pembatalan`; a place says nothing."""
    end = next((n for n, word in enumerate(words) if word in _ENDS), len(words))
    place, unknown = 0, []
    while place < end:
        size, kind = _next(words[place:end], source, vocabulary, is_name=True)
        unknown += [" ".join(words[place : place + size])] if kind == "unknown" else []
        place += size
    return unknown


def _next(words: Sequence[str], source: Source, vocabulary: Vocabulary, *, is_name: bool) -> tuple[int, str | None]:
    """Return how many of the words make the next name, the longest that is known, and what it is; None where it says nothing."""
    for size in range(min(_LONGEST_NAME, len(words)), 0, -1):
        text = " ".join(words[:size])
        group = source.detail_of(text)
        if text in source.neutral or text in TOTAL_WORDS or group == _CARE or (size == 1 and len(text) < 2):
            return size, None
        if is_name and text in _SAYS_NOTHING:
            return size, None
        if text in source.types:
            return size, "type"
        is_service = vocabulary.services.get(text, "total") != "total"
        if group and not (group == _AGE and is_service):
            return size, "detail"
        if text in vocabulary.payers:
            return size, "both" if is_service else "payer"
        if is_service:
            return size, "service"
    says_nothing = words[0] in source.filler or words[0] in _JOINS or words[0] in _SAYS_NOTHING or words[0].isdecimal()
    return 1, None if says_nothing else "unknown"


def _place(phrase: Sequence[str], words: Sequence[str]) -> int | None:
    size = len(phrase)
    return next((n for n in range(len(words) - size + 1) if words[n : n + size] == phrase), None)
