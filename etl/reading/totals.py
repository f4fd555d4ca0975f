"""How a total is called in a table: words for sums and for lines that are worked out of the others, in every dress they come in."""

import re
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from etl.reading.texts import words
from etl.reading.words import label

_SUM = r"(?:(?:sub|grand|sum) )?(?:jumlah|jml|jmlh|jlh|jumlahnya|total|subtotal|subjumlah|grandtotal|sigma)"
_MEAN = r"(?:rata rata|rata2|rerata|mean|average|median|modus|minimum|maksimum)"
_SHARE = r"(?:persentase|prosentase|presentase|persen|percent|pct)"
_SURVEY = r"(?:nilai )?(?:nrr|ikm)(?: (?:unsur|per unsur|unit|unit pelayanan|tertimbang|tertbg.*))?|nilai per unsur"
_ALL = r"(?:keseluruhan|seluruhnya|semua|umum|akhir|all)"
_SPAN = r"(?:bulan|triwulan|tw|semester|tahun|minggu|periode)"
_RUNNING = (
    rf"(?:(?:jumlah|jml|total|kunjungan) )*(?:(?:s d|sampai dengan|sampai|hingga|sd) )?{_SPAN} (?:yang )?(?:lalu|ini|sebelumnya|berjalan)"
    r"|(?:jumlah |total )?(?:kumulatif|akumulasi)|selisih|kenaikan|penurunan|naik turun|pertumbuhan|target|capaian"
)
_WHOLE = r"(?:kab kota|kabupaten|kab|kota|kecamatan|puskesmas|unit|halaman)"
_ALONE = re.compile(rf"{_SUM}(?: (?:{_SUM}|{_ALL}))*|{_MEAN}|{_SHARE}")
_OF_WHOLE = re.compile(
    rf"(?:{_SUM}|{_MEAN}|{_SHARE})(?: (?:{_SUM}|{_ALL}|{_SHARE}))*(?: {_WHOLE}(?: .*)?)?|{_SURVEY}|{_RUNNING}"
)
_ANY_SUM = re.compile(rf"{_SUM}(?: .*)?|keseluruhan|(?:semua|seluruh|se) {_WHOLE}(?: .*)?")
_ANY_LINE = re.compile(rf"(?:{_MEAN}|{_SHARE})(?: .*)?|{_SURVEY}|{_RUNNING}")
_SPACED = re.compile(r"(?<!\S)\w(?:[ .]\w){2,}(?!\w)")
# Only texts that this finds are looked at one by one.
PERHAPS = (
    r"(?i)jumlah|jml|jlh|total|sum\b|sigma|[∑Σσ]|rata|rerata|mean|average|median|modus|m[iu]nimum|maksimum|persen|prosen|presen|percent"
    r"|pct|%|nrr|ikm|keseluruhan|semua|seluruh|\bse[ -]|lalu|ini|sebelumnya|berjalan|kumul|akumul|selisih|kenaikan|penurunan|naik"
    r"|pertumbuhan|target|capaian|unsur|^\s*\pL[ .]+\pL[ .]+\pL"
)


class Named(NamedTuple):
    """What the name of a row says that it is: a sum, or a line that is worked out of the others in another way (a mean, a share)."""

    is_sum: bool
    is_alone: bool  # nothing but the word: `Jumlah`, `Grand total`
    is_whole: bool  # the word, or the word and what it is of: `Jumlah Kab/Kota`


@lru_cache(1 << 16)
def said(text: str) -> Named | None:
    """Return what the name of a row says that it is, or None where it names no total; the figures of a line are held against nothing."""
    words = _words(text)
    is_line = bool(_ANY_LINE.fullmatch(words))
    if not is_line and not _ANY_SUM.fullmatch(words):
        return None
    return Named(not is_line, bool(_ALONE.fullmatch(words)), bool(_OF_WHOLE.fullmatch(words)))


def _words(text: str) -> str:
    """Return the label of a text; letters set apart (`J U M L A H  K A B`) are words again."""
    text = re.sub(r"%(?=\w)", " ", re.sub(r"[∑Σσ]", " sigma ", text))  # `%s` is no share
    if _SPACED.search(text):
        text = " ".join(
            _SPACED.sub(lambda found: re.sub(r"[ .]", "", found[0]), part) for part in re.split(r"\s{2,}", text)
        )
        text = re.sub(rf"(?i)^({_SUM.replace(' ', '')})(?=\w)", r"\1 ", text)
    return label(text)


def named(texts: pl.Series) -> dict[str, Named]:
    """Return those of the texts that name a row as a total, and what they say."""
    distinct = words(texts)
    perhaps = distinct.filter(distinct.str.contains(PERHAPS)).to_list()
    return {text: found for text in perhaps if (found := said(text))}
