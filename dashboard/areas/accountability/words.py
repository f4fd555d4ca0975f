"""The words that the views of accountability share: tiers, ratings, reasons, definitions."""

from collections.abc import Mapping
from typing import Any

from dashboard.access import Viewer
from dashboard.parts import measure_definitions
from dashboard.words import text
from dashboard.words.text import _, n_


def tiers() -> dict[str, str]:
    """Return tier -> name, best first."""
    return {
        "above": _("Jelas di atas"),
        "comparable": _("Setara"),
        "below": _("Jelas di bawah"),
        "open": _("Belum jelas"),
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


def flags(row: Mapping[str, Any]) -> list[str]:
    """Return what to check before a person's signal is used, from the counts of the window; empty where nothing is odd."""
    doubts = []
    if row["easy_targets"]:
        doubts.append(n_("{n} target mudah", "{n} target mudah", row["easy_targets"]))
    if row["without_evidence"]:
        doubts.append(
            _(
                "tanpa bukti terverifikasi {n} dari {all}",
                n=text.number(row["without_evidence"]),
                all=text.number(row["evidence_due"]),
            )
        )
    return [*doubts, *unsaid(row)]


def unsaid(row: Mapping[str, Any]) -> list[str]:
    """Return what was due and not said, from the counts of the window, in the order in which it is mended."""
    parts = []
    if row["not_reported"]:
        parts.append(n_("belum melapor {n} indikator", "belum melapor {n} indikator", row["not_reported"]))
    if row["no_target"]:
        parts.append(n_("{n} indikator tanpa target", "{n} indikator tanpa target", row["no_target"]))
    if row["dropped"]:
        parts.append(n_("{n} indikator hilang dari daftar", "{n} indikator hilang dari daftar", row["dropped"]))
    if row["skipped"]:
        parts.append(n_("{n} periode penilaian dilewati", "{n} periode penilaian dilewati", row["skipped"]))
    return parts


def own_signal() -> str:
    """Return the sentence that stands wherever the signal is shown."""
    return _(
        "Sinyal ini ukuran kabupaten sendiri, bukan predikat resmi. Predikat resmi ada di sampingnya, tanpa diubah."
    )


def definitions(viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Return what the page's terms mean."""
    return (
        measure_definitions.of("accountability", viewer),
        (
            _("Predikat resmi"),
            _("Matriks hasil kerja dan perilaku kerja, PermenPANRB 6/2022. Bukan rata-rata dan bukan nilai tertinggi."),
        ),
        (
            _("Tingkat"),
            _(
                "Jelas di atas atau jelas di bawah bila seluruh kisaran 95 % sinyal seseorang, setelah ditarik ke "
                "kelompoknya, berada di atas atau di bawah rata-rata kelompok jabatannya; selain itu setara. Urutan di "
                "dalam satu tingkat belum tentu perbedaan yang nyata."
            ),
        ),
        (
            _("Tarikan ke kelompok"),
            _(
                "Rata-rata dari sedikit penilaian mudah tampak sangat tinggi atau rendah karena kebetulan. Karena itu ia "
                "ditarik ke rata-rata kelompok, makin kuat makin tidak pasti (Goldstein dan Spiegelhalter 1996)."
            ),
        ),
        (
            _("Peringkat dan kisarannya"),
            _(
                "Sepuluh ribu kali dihitung nilai sinyal yang mungkin bagi tiap orang sesuai ketidakpastiannya, dan tiap "
                "kali semua diurutkan. Peringkat adalah nilai tengahnya; kisarannya memuat 95 % kemungkinan. Bila perbedaan "
                "dalam kelompok tidak melebihi kebetulan (uji F, 5 %), tidak ada peringkat dan urutannya menurut nama."
            ),
        ),
        (
            _("Target mudah"),
            _(
                "Capaian di atas 100 % dihitung 100. Indikator individu yang hampir selalu di atas 100 % ditandai: "
                "targetnya tidak banyak bicara dan perlu diperiksa."
            ),
        ),
        (
            _("Belum diperingkat"),
            _(
                "Penilaian belum mencapai jumlah terkecil di tabel rujukan, atau terlalu banyak yang jatuh tempo tidak "
                "dilaporkan. Tidak sama dengan urutan terakhir."
            ),
        ),
        (
            _("Belum melapor"),
            _("Indikator tanpa realisasi. Tidak dihitung nol dan tidak dicampur dengan target yang tidak tercapai."),
        ),
        *_of_places(),
        measure_definitions.of("completeness", viewer),
        measure_definitions.of("reporting", viewer),
    )


def _of_places() -> tuple[tuple[str, str], ...]:
    """Return what the terms of bounded places and of their error mean."""
    return (
        (
            _("Tempat menurut batas bawah"),
            _(
                "Yang jatuh tempo tetapi tidak dilaporkan, tanpa target, hilang dari daftar indikator tahun itu atau kelompok "
                "itu, kosong di kolom tepat waktu, atau satu periode di antara dua penilaian, tidak menjadi nol: hasil yang "
                "ditampilkan tetap hasil yang dilaporkan. Namun tempatnya dihitung dari nilai terendah yang masih mungkin, "
                "sehingga diam tidak pernah menaikkan tempat. Kisaran peringkatnya mencakup pula kemungkinan bahwa semuanya "
                "tercapai. Sel kosong di kolom bukti berarti belum terverifikasi; borang tanpa kolom bukti tidak mengatakan "
                "apa-apa: satu kelompok dibandingkan atas yang ditanyakan kepada semua. Indikator sendiri di luar daftar kelompok, "
                "atau satu indikator yang dipecah, dihitung dalam hasil dan tidak menaikkan tempat."
            ),
        ),
        (
            _("Belum jelas"),
            _(
                "Di bawah rata-rata menurut batas bawah, tetapi tidak bila yang belum dilaporkan ternyata tercapai. Bukan "
                "bukti kerja yang buruk."
            ),
        ),
        (
            _("Periode yang disamakan"),
            _(
                "Kenaikan atau penurunan yang dialami semua orang dalam satu periode dikeluarkan dahulu, supaya yang datang "
                "belakangan tidak diuntungkan oleh periode yang baik."
            ),
        ),
        (
            _("Kebetulan yang berlanjut"),
            _(
                "Keadaan baik atau buruk sering bertahan beberapa penilaian. Besarnya ditaksir dari semua kelompok, dan n "
                "penilaian hanya dihitung n (1 − r) ÷ (1 + r) penilaian yang saling lepas. Karena itu kisaran dibuat lebih lebar, "
                "juga bagi kelompok kecil."
            ),
        ),
    )
