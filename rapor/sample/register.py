"""The indicators of the sample district: what each agency answers for, and how its figures move over the quarters."""

from dataclasses import dataclass

HIGHER, LOWER, RANGE = "Maju (naik lebih baik)", "Mundur (turun lebih baik)", "Rentang"
SUM, LAST, RATIO = "Akumulasi", "Posisi akhir", "Rasio"
BY_RATIO, BY_DISTANCE, BY_INVERSE = "Realisasi / Target", "(2 x Target - Realisasi) / Target", "Target / Realisasi"
BY_RANGE, BY_SCALE = "Rentang", "Skala predikat"
OPINION, SAKIP = "Opini BPK", "SAKIP"
SPM_SERVICES = (
    ("ibu hamil", 0.0210, 0.93), ("ibu bersalin", 0.0200, 0.94), ("bayi baru lahir", 0.0190, 0.96),
    ("balita", 0.0900, 0.84), ("anak usia pendidikan dasar", 0.1500, 0.91), ("orang pada usia produktif", 0.6100, 0.68),
    ("orang pada usia lanjut", 0.0850, 0.79), ("penderita hipertensi", 0.0950, 0.62),
    ("penderita diabetes melitus", 0.0180, 0.86), ("orang dengan gangguan jiwa berat", 0.0019, 0.95),
    ("orang terduga tuberkulosis", 0.0130, 0.77), ("orang dengan risiko terinfeksi HIV", 0.0230, 0.81),
)  # fmt: skip


@dataclass(frozen=True)
class Indicator:
    """A line of the register. `start`, `step`: the target of the first quarter and its change a quarter (for SUM: the
    same each quarter); `reach`: realisation over target at the start and the end of the eleven quarters."""

    code: str
    name: str
    unit_of_measure: str
    owner: str
    polarity: str
    aggregation: str
    rule: str
    weight: int
    start: float = 0
    step: float = 0
    reach: tuple[float, float] = (1.0, 1.0)
    scale: str = ""
    definition: str = ""
    formula: str = ""
    source: str = "Laporan triwulan perangkat daerah"
    legal_basis: str = "RPJMD dan Perjanjian Kinerja (contoh)"
    is_monthly: bool = False


def _spm() -> list[Indicator]:
    return [
        Indicator(
            f"SPM-{number:02}",
            f"Pelayanan kesehatan {group}",
            "%",
            "dinkes",
            HIGHER,
            RATIO,
            BY_RATIO,
            4,
            start=100,
            definition=f"Persentase {group} yang mendapat pelayanan kesehatan sesuai standar",
            formula="Jumlah yang dilayani sesuai standar / jumlah sasaran x 100",
            source="Laporan SPM puskesmas",
            legal_basis="PP 2/2018; Permenkes tentang SPM bidang kesehatan",
        )
        for number, (group, _, _) in enumerate(SPM_SERVICES, 1)
    ]


STUNTING = "DK-01"  # lower is better, and it misses its target
EASY = "PU-01"  # far above its target every year
INDICATORS: tuple[Indicator, ...] = (
    *_spm(),
    Indicator(STUNTING, "Prevalensi stunting", "%", "dinkes", LOWER, LAST, BY_DISTANCE, 10, 17.5, -0.3, (1.10, 1.42)),
    Indicator("DK-02", "Angka kematian bayi per 1.000 kelahiran hidup", "per 1.000", "dinkes", LOWER, LAST, BY_INVERSE,
              10, 12, -0.15, (1.08, 0.97)),
    Indicator("DK-03", "Persentase puskesmas terakreditasi utama atau paripurna", "%", "dinkes", HIGHER, LAST,
              BY_RATIO, 8, 50, 3, (0.90, 1.03)),
    Indicator("DK-04", "Cakupan kepesertaan aktif JKN", "%", "dinkes", HIGHER, LAST, BY_RATIO, 8, 92, 0.5,
              (0.96, 1.00)),
    Indicator("DK-05", "Indeks kepuasan masyarakat atas layanan kesehatan", "indeks", "dinkes", HIGHER, LAST,
              BY_RATIO, 6, 80, 0.4, (0.98, 1.01)),
    Indicator("DK-06", "Persentase rujukan nonspesialistik", "%", "dinkes", LOWER, LAST, BY_DISTANCE, 6, 2.6, -0.05,
              (1.15, 1.02)),
    Indicator(EASY, "Panjang jalan kabupaten yang ditangani", "km", "pupr", HIGHER, SUM, BY_RATIO, 15, 10, 0,
              (2.2, 2.7)),
    Indicator("PU-02", "Persentase jalan kabupaten dalam kondisi mantap", "%", "pupr", HIGHER, LAST, BY_RATIO, 15, 58,
              0.6, (0.93, 0.96)),
    Indicator("PU-03", "Persentase rumah tangga dengan akses air minum layak", "%", "pupr", HIGHER, LAST, BY_RATIO, 10,
              74, 0.7, (0.97, 0.92)),
    Indicator("PU-04", "Persentase rumah tangga dengan akses sanitasi layak", "%", "pupr", HIGHER, LAST, BY_RATIO, 10,
              70, 0.8, (0.95, 0.98)),
    Indicator("PU-05", "Luas daerah irigasi yang berfungsi baik", "ha", "pupr", HIGHER, LAST, BY_RATIO, 8, 2150, 35,
              (0.84, 0.71)),
    Indicator("PU-06", "Kemajuan fisik peningkatan jalan", "%", "pupr", HIGHER, LAST, BY_RATIO, 12, is_monthly=True),
    Indicator("PU-07", "Penyerapan anggaran peningkatan jalan", "%", "pupr", HIGHER, LAST, BY_RATIO, 5,
              is_monthly=True),
    Indicator("PU-08", "Waktu tempuh rata-rata antar ibu kota kecamatan", "menit", "pupr", LOWER, LAST, BY_DISTANCE,
              10, 96, -1, (1.06, 0.99)),
    Indicator("DP-01", "Angka partisipasi sekolah 7-12 tahun", "%", "disdikbud", HIGHER, LAST, BY_RATIO, 12, 99, 0.05,
              (0.995, 1.0)),
    Indicator("DP-02", "Angka partisipasi sekolah 13-15 tahun", "%", "disdikbud", HIGHER, LAST, BY_RATIO, 12, 95, 0.2,
              (0.97, 0.98)),
    Indicator("DP-03", "Angka putus sekolah SMP", "%", "disdikbud", LOWER, LAST, BY_INVERSE, 10, 0.9, -0.03,
              (1.25, 1.10)),
    Indicator("DP-04", "Persentase sekolah terakreditasi minimal B", "%", "disdikbud", HIGHER, LAST, BY_RATIO, 10, 78,
              0.9, (0.97, 1.02)),
    Indicator("DP-05", "Persentase guru bersertifikat pendidik", "%", "disdikbud", HIGHER, LAST, BY_RATIO, 10, 61, 1.1,
              (0.88, 0.86)),
    Indicator("DP-06", "Rata-rata peserta didik per rombongan belajar SD", "siswa", "disdikbud", RANGE, LAST, BY_RANGE,
              6, 20, 0, (1.02, 0.93)),
    Indicator("DP-07", "Jumlah peserta didik penerima beasiswa daerah", "siswa", "disdikbud", HIGHER, SUM, BY_RATIO, 6,
              310, 0, (0.9, 1.06)),
    Indicator("DC-01", "Persentase perekaman KTP-el", "%", "dukcapil", HIGHER, LAST, BY_RATIO, 15, 97.5, 0.15,
              (0.99, 1.0)),
    Indicator("DC-02", "Persentase anak 0-18 tahun berakta kelahiran", "%", "dukcapil", HIGHER, LAST, BY_RATIO, 15, 95,
              0.25, (0.98, 1.0)),
    Indicator("DC-03", "Persentase anak memiliki kartu identitas anak", "%", "dukcapil", HIGHER, LAST, BY_RATIO, 10,
              48, 1.6, (0.90, 0.95)),
    Indicator("DC-04", "Jumlah akta kematian yang diterbitkan", "dokumen", "dukcapil", HIGHER, SUM, BY_RATIO, 8, 520,
              0, (0.82, 1.04)),
    Indicator("DC-05", "Rata-rata waktu penyelesaian dokumen", "hari", "dukcapil", LOWER, LAST, BY_INVERSE, 12, 3, -0.1,
              (1.30, 0.95)),
    Indicator("DC-06", "Persentase penduduk dengan identitas kependudukan digital", "%", "dukcapil", HIGHER, LAST,
              BY_RATIO, 8, 6, 1.5, (0.62, 0.55)),
    Indicator("BP-01", "Predikat akuntabilitas kinerja (SAKIP)", "predikat", "bappeda", HIGHER, LAST, BY_SCALE, 20,
              scale=SAKIP, source="Hasil evaluasi Kementerian PANRB", legal_basis="PermenPANRB 88/2021"),
    Indicator("BP-02", "Persentase konsistensi program RKPD terhadap RPJMD", "%", "bappeda", HIGHER, LAST, BY_RATIO,
              15, 90, 0.5, (0.95, 0.99)),
    Indicator("BP-03", "Persentase usulan musrenbang yang diakomodasi", "%", "bappeda", HIGHER, LAST, BY_RATIO, 10, 32,
              0.4, (0.86, 0.93)),
    Indicator("KU-01", "Opini BPK atas laporan keuangan", "opini", "bpkad", HIGHER, LAST, BY_SCALE, 20, scale=OPINION,
              source="Laporan hasil pemeriksaan BPK", legal_basis="UU 15/2004"),
    Indicator("KU-02", "Kontribusi pendapatan asli daerah", "%", "bpkad", HIGHER, LAST, BY_RATIO, 12, 8.5, 0.1,
              (0.93, 0.97)),
    Indicator("KU-03", "Jumlah bidang tanah daerah yang bersertifikat", "bidang", "bpkad", HIGHER, SUM, BY_RATIO, 8, 45,
              0, (0.8, 0.98)),
)  # fmt: skip
# Predicates are given once a year: (year, quarter) -> (target, realisation).
PREDICATES: dict[tuple[str, int, int], tuple[str, str]] = {
    ("BP-01", 2024, 4): ("B", "B"),
    ("BP-01", 2025, 4): ("BB", "BB"),
    ("BP-01", 2026, 4): ("BB", ""),
    ("KU-01", 2024, 2): ("WTP", "WDP"),
    ("KU-01", 2025, 2): ("WTP", "WTP"),
    ("KU-01", 2026, 2): ("WTP", "WTP"),
}
RANGE_UPPER = {"DP-06": 28}  # the upper bound of a range target; `start` is the lower one
