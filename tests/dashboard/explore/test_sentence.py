"""The sentence of Jelajah: its choices, what each puts into the address, the filters in words, and words that would do harm."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qsl, quote, urlsplit

from dashboard.words import text
from tests.dashboard.builds import shown


def test_conditions_stand_as_words_that_each_take_one_away(page: Callable) -> None:
    said = (
        "payer:masuk:JKN PBI,JKN Non-PBI;patients:antara:5,1500.5;month:antara:2026-02-01,2026-02-01;is_merged:masuk:false"
        ";service:antara:A,"
    )
    words = shown(page("jelajah", saring=said))
    chips = re.findall(r"<a href='([^']*)' aria-label='Hapus saringan ([^']*)'>", words)
    assert [unescape(name).replace("\xa0", " ") for _url, name in chips] == [
        "Pembayar: adalah JKN PBI, JKN Non-PBI", "Kunjungan: antara 5 – 1.500,50", "Bulan: antara Feb 2026", "Digabung: adalah tidak",
        "Layanan: antara A – …",
    ]  # fmt: skip
    for place, (url, _name) in enumerate(chips):
        left = dict(parse_qsl(urlsplit(unescape(url)).query))["saring"].split(";")
        assert left == [part for n, part in enumerate(said.replace(" ", "%20").split(";")) if n != place]
    (nothing,) = re.findall(r"<a class='rp-clear' href='([^']*)'", words)
    assert "saring" not in nothing


def _choices(words: str) -> dict[str, dict[str, dict[str, str]]]:
    """Return the sentence of a page: of each choice its options by their words, and what each puts into the address."""
    ask = re.search(r"<div class='rp-ask'.*?</details></div>", words, re.S)
    assert ask
    return {
        name: {
            unescape(words): dict(parse_qsl(unescape(patch), keep_blank_values=True))
            for patch, words in re.findall(r"<option value='([^']*)'[^>]*>([^<]*)</option>", options)
        }
        for name, options in re.findall(r"<select [^>]*data-kunci='([\w-]+)'[^>]*>(.*?)</select>", ask[0], re.S)
    }


def test_each_word_of_the_sentence_is_a_choice_that_changes_the_address(page: Callable) -> None:
    words = shown(page("jelajah"))
    assert "data-tanya='kolom=month'" in words  # what an address that asks nothing shows
    choices = _choices(words)
    assert choices["kolom"]["per triwulan"] == {"butir": "triwulan"}  # directly: no grain to look for first
    assert choices["baris"]["per layanan"] == {"baris": "service"}
    assert choices["terhadap"]["dibanding tahun lalu"] == {"terhadap": "tahun-lalu"}
    assert choices["periode"]["2025"] == {"dari": "2025-01", "sampai": "2025-12"}
    assert choices["periode"]["TW III 2026"] == {"dari": "2026-07", "sampai": "2026-09"}
    assert choices["bersama"]["dan Indeks kepuasan"] == {"bersama": "satisfaction.index"}
    # A measure of another table keeps rows and columns that this one has too; its surveys are of quarters.
    assert choices["ukuran"]["Indeks kepuasan"] == {"tabel": "satisfaction", "kolom": "month"} or choices["ukuran"][
        "Indeks kepuasan"
    ] == {"tabel": "satisfaction"}
    by_service = _choices(shown(page("jelajah", baris="service", kolom="payer")))
    assert not any("predikat" in option for option in by_service["bersama"])  # appraisals have no services


def test_values_to_tick_say_how_many_rows_they_have_and_which_are_chosen(page: Callable) -> None:
    words = shown(page("jelajah", baris="payer", saring="payer:kecuali:JKN%20PBI"))
    picked = re.search(
        r"<details class='rp-pick' data-blok='saring-payer' data-kolom='payer'>.*?</details>", words, re.S
    )
    assert picked
    assert "selain JKN PBI" in picked[0]
    assert re.findall(r"value='([^']*)' data-kunci='[^']*' checked", picked[0]) == ["JKN%20PBI"]
    assert re.search(r"data-selain checked", picked[0])
    assert re.search(r"<span>Umum \(bayar sendiri\)</span><small>[\d.]+</small>", picked[0])


def test_a_number_is_taken_as_it_is_written_here() -> None:
    from dashboard.explore.controls import plain_number  # noqa: PLC0415

    said = ("1.500", "1.500,5", "2,5", "-12.000", "7", "1.5", "x")
    assert [plain_number(words) for words in said] == ["1500", "1500.5", "2.5", "-12000", "7", "1.5", "x"]
    with text.speaking("en"):
        assert [plain_number(words) for words in ("1,500", "1,500.5", "2.5")] == ["1500", "1500.5", "2.5"]


def test_a_hostile_word_is_shown_as_a_word(page: Callable) -> None:
    evil = "<script>alert(1)</script>'\"; drop table visits --"
    words = shown(page("jelajah", saring=f"payer:masuk:{quote(evil, safe='')};{evil}", tabel="<b>", kategori="<i>"))
    assert "<script>alert" not in words
    assert "<b>" not in words.replace("<b>Rapor</b>", "").replace("<b>Tidak ada", "").replace("<b>Data", "")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in words
    for part in ("tabel=&lt;b&gt;", "kategori=&lt;i&gt;"):  # said, not silently left out
        assert f"Bagian alamat yang tidak dikenal dan diabaikan: {part}" in words
    assert "Tidak ada baris untuk pilihan ini." in words
