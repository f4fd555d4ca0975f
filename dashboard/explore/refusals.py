"""Why a SELECT gave nothing, and what to do, in the reader's language."""

from dashboard.explore import complaints
from dashboard.words.text import _
from queries.sandbox.process import Refused


def say(wrong: Refused, sql: str = "") -> tuple[str, str, str]:
    """Return what went wrong with a run of a text, what to do, and the line that it is about with a mark below the place.

    What nobody here has words for is quoted as DuckDB says it, as its words.
    """
    known = complaints.read(wrong.detail, sql)
    quoted = _("DuckDB, dalam bahasa Inggris: {words}", words=wrong.detail.strip())
    detail = ". ".join(words for words in (known.place, known.words) if words) if known else quoted
    words = {
        "empty": (_("Belum ada perintah."), _("Tulis satu SELECT, atau pilih salah satu contoh.")),
        "not_one": (_("Hanya satu perintah yang dijalankan."), _("Hapus yang lain; titik koma hanya di akhir.")),
        "not_select": (_("Hanya SELECT yang dijalankan."), _("Data di sini hanya dibaca, tidak diubah.")),
        "syntax": (_("Perintah ini belum dapat dibaca."), detail),
        "unknown_name": (_("Nama tabel, kolom, atau fungsi tidak dikenal."), detail),
        "forbidden": (
            _("Yang ini tidak diizinkan di sini."),
            _("Berkas, pengaturan, dan pangkalan data lain tertutup."),
        ),
        "memory": (
            _("Perintah ini memerlukan terlalu banyak memori."),
            _("Persempit saringannya, atau kelompokkan lebih dulu."),
        ),
        "time": (
            _("Perintah ini terlalu lama dan dihentikan."),
            _("Persempit saringannya, atau kelompokkan lebih dulu."),
        ),
        "stopped": (_("Dihentikan."), _("Tidak ada yang disimpan.")),
        "too_large": (
            _("Hasilnya lebih besar daripada satu lembar Excel."),
            _("Excel memuat paling banyak 1.048.576 baris. Pilih CSV atau Parquet, atau persempit saringannya."),
        ),
        "died": (
            _("Proses ini dihentikan oleh komputer."),
            _("Biasanya karena memori habis; persempit lalu coba lagi."),
        ),
    }
    head, todo = words.get(wrong.code) or (_("Perintah ini tidak dapat dijalankan."), detail)
    return head, todo, known.pointed if known and todo == detail else ""
