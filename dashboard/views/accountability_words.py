"""The words that the views of accountability share: tiers, ratings, reasons, definitions."""

from dashboard.text import _


def tiers() -> dict[str, str]:
    """Return tier -> name, best first."""
    return {
        "above": _("Jelas di atas"),
        "comparable": _("Setara"),
        "below": _("Jelas di bawah"),
        "unranked": _("Belum diperingkat"),
    }


def ratings() -> dict[str, str]:
    """Return rating -> name, from below to above expectations."""
    return {
        "below": _("Di bawah ekspektasi"),
        "meets": _("Sesuai ekspektasi"),
        "above": _("Di atas ekspektasi"),
    }


def missing_reasons() -> dict[str, str]:
    """Return why a predicate or a component is missing -> words."""
    return {
        "no_evaluation": _("Belum ada lembar penilaian"),
        "no_ratings": _("Hasil kerja dan perilaku kerja belum dinilai"),
        "no_result": _("Hasil kerja belum dinilai"),
        "no_behaviour": _("Perilaku kerja belum dinilai"),
        "no_rule": _("Tidak ada matriks yang berlaku pada tahun itu"),
        "no_rating": _("Perilaku kerja belum dinilai"),
        "no_indicators": _("Tidak ada indikator individu"),
        "none_measured": _("Belum ada indikator dengan target dan realisasi"),
        "not_stated": _("Tidak disebut dalam laporan"),
    }


def states() -> dict[str, str]:
    """Return state of an individual indicator -> words; measured needs none."""
    return {
        "measured": _("Terukur"),
        "not_reported": _("Belum melapor"),
        "no_target": _("Tanpa target"),
        "zero_target": _("Target nol, capaian tidak dapat dihitung"),
    }


def own_signal() -> str:
    """Return the sentence that stands wherever the signal is shown."""
    return _(
        "Sinyal ini ukuran kabupaten sendiri, bukan predikat resmi. Predikat resmi ada di sampingnya, tanpa diubah."
    )


def definitions() -> tuple[tuple[str, str], ...]:
    """Return what the page's terms mean."""
    return (
        (
            _("Sinyal akuntabilitas"),
            _(
                "Nilai 0–100 dari empat komponen menurut bobot di tabel rujukan. Bobot komponen yang tidak ada dibagi "
                "kepada yang ada; komponen yang tidak ada selalu disebut. Ukuran kabupaten sendiri, bukan predikat "
                "resmi."
            ),
        ),
        (
            _("Predikat resmi"),
            _("Matriks hasil kerja dan perilaku kerja, PermenPANRB 6/2022. Bukan rata-rata dan bukan nilai tertinggi."),
        ),
        (
            _("Tingkat"),
            _(
                "Jelas di atas atau jelas di bawah bila seluruh selang 95 % seseorang berada di atas atau di bawah "
                "rata-rata kelompok jabatannya; selain itu setara. Urutan di dalam satu tingkat belum tentu perbedaan "
                "yang nyata."
            ),
        ),
        (
            _("Belum diperingkat"),
            _("Penilaian belum mencapai jumlah terkecil di tabel rujukan. Tidak sama dengan urutan terakhir."),
        ),
        (
            _("Belum melapor"),
            _("Indikator tanpa realisasi. Tidak dihitung nol dan tidak dicampur dengan target yang tidak tercapai."),
        ),
        (
            _("Kelengkapan dan ketepatan laporan"),
            _("Laporan masuk, atau masuk sampai tenggat, dibagi laporan yang jatuh tempo."),
        ),
    )
