"""What the sample district's register says of its indicators: definitions and formulas; and entries that a careful reader sends back."""

from rapor.sample.register import BY_RATIO, HIGHER, LAST, LOWER, SUM, Indicator

# Code -> (definition, formula).
WORDS = {
    "DK-01": ("Persentase balita dengan tinggi badan menurut umur di bawah -2 SD",
              "Jumlah balita pendek dan sangat pendek / jumlah balita yang diukur x 100"),
    "DK-02": ("Bayi yang meninggal sebelum berumur satu tahun", "Kematian bayi / kelahiran hidup x 1.000"),
    "DK-03": ("Puskesmas dengan status utama atau paripurna pada sertifikat yang masih berlaku",
              "Jumlah puskesmas berstatus itu / jumlah puskesmas x 100"),
    "DK-04": ("Penduduk dengan kepesertaan JKN yang tidak menunggak", "Peserta aktif / jumlah penduduk x 100"),
    "DK-05": ("Indeks sembilan unsur menurut PermenPANRB 14/2017", "Rata-rata sembilan unsur x 25"),
    "DK-06": ("Rujukan untuk penyakit yang dapat ditangani di puskesmas", "Rujukan itu / jumlah rujukan x 100"),
    "PU-01": ("Jalan yang dipelihara, direhabilitasi, atau ditingkatkan", "Jumlah panjang ruas yang selesai"),
    "PU-02": ("Jalan dengan nilai IRI di bawah 8", "Panjang jalan mantap / panjang jalan kabupaten x 100"),
    "PU-03": ("Rumah tangga dengan sumber air terlindung paling jauh 30 menit pulang pergi",
              "Rumah tangga itu / jumlah rumah tangga x 100"),
    "PU-04": ("Rumah tangga dengan kakus leher angsa dan tangki septik", "Rumah tangga itu / jumlah rumah tangga x 100"),
    "PU-05": ("Petak yang diairi paling sedikit delapan bulan setahun", "Jumlah luas petak itu"),
    "PU-06": ("Kemajuan fisik kumulatif ruas jalan dalam program peningkatan jalan tahun berjalan",
              "Volume yang selesai / volume kontrak x 100"),
    "PU-07": ("Anggaran program yang sudah dibayarkan", "Pembayaran / pagu x 100"),
    "PU-08": ("Dampak program jalan: rata-rata 11 pasangan kecamatan", "Jumlah waktu tempuh / 11"),
    "DP-01": ("Penduduk umur itu yang terdaftar di sekolah", "Yang bersekolah / penduduk 7-12 tahun x 100"),
    "DP-02": ("Penduduk umur itu yang terdaftar di sekolah", "Yang bersekolah / penduduk 13-15 tahun x 100"),
    "DP-03": ("Siswa SMP yang keluar sebelum lulus dan tidak pindah", "Yang keluar / jumlah siswa SMP x 100"),
    "DP-04": ("Sekolah dengan sertifikat akreditasi A atau B yang masih berlaku", "Sekolah itu / jumlah sekolah x 100"),
    "DP-05": ("Guru dengan sertifikat pendidik yang tercatat di Dapodik", "Guru itu / jumlah guru x 100"),
    "DP-06": ("Murid terdaftar di Dapodik", "Jumlah peserta didik / jumlah rombongan belajar"),
    "DP-07": ("Penerima yang ditetapkan dengan keputusan bupati", "Jumlah dalam periode"),
    "DC-01": ("Penduduk wajib KTP yang sudah direkam", "Yang direkam / penduduk wajib KTP x 100"),
    "DC-02": ("Anak yang aktanya sudah terbit", "Anak berakta / jumlah anak 0-18 tahun x 100"),
    "DC-03": ("Anak di bawah 17 tahun yang kartunya sudah terbit", "Pemilik kartu / jumlah anak x 100"),
    "DC-04": ("Akta yang terbit, menurut tanggal terbit", "Jumlah dalam periode"),
    "DC-05": ("Dari berkas lengkap sampai dokumen diserahkan", "Jumlah hari / jumlah dokumen"),
    "DC-06": ("Penduduk wajib KTP yang mengaktifkan aplikasi", "Yang aktif / penduduk wajib KTP x 100"),
    "BP-01": ("Predikat hasil evaluasi kementerian atas tahun sebelumnya", "Menurut surat hasil evaluasi"),
    "BP-02": ("Program RKPD yang ada dalam RPJMD tahun yang sama", "Program yang sama / jumlah program RKPD x 100"),
    "BP-03": ("Usulan kecamatan yang masuk RKPD", "Usulan yang masuk / jumlah usulan x 100"),
    "KU-01": ("Opini yang tertulis pada laporan hasil pemeriksaan", "Menurut laporan hasil pemeriksaan"),
    "KU-02": ("Pendapatan asli daerah dibanding seluruh pendapatan", "PAD / jumlah pendapatan x 100"),
    "KU-03": ("Bidang tanah pemerintah kabupaten yang sertifikatnya terbit", "Jumlah dalam periode"),
}  # fmt: skip

# Entries without targets and realisations, each with faults of its own.
FAULTY = (
    Indicator("DK-07", "Meningkatnya derajat kesehatan masyarakat", "", "dinkes", HIGHER, LAST, BY_RATIO, 0),
    Indicator("PU-09", "Jumlah rapat koordinasi irigasi", "kali", "pupr", HIGHER, SUM, BY_RATIO, 5,
              definition="Rapat dengan notulen", formula="Jumlah dalam periode"),
    Indicator("DP-08", "Persentase sekolah ramah anak dan jumlah siswa berprestasi", "%", "disdikbud", "", LAST, "", 5,
              definition="Sekolah yang ditetapkan; siswa yang menang lomba"),
    Indicator("DC-07", "Waktu tunggu pelayanan dokumen", "menit", "dukcapil", LOWER, LAST, "", 5,
              definition="Dari nomor antrean sampai dipanggil", formula="Jumlah menit / jumlah pemohon"),
    Indicator("BP-04", "Prevalensi stunting", "kasus", "bappeda", LOWER, LAST, "Target / Realisasi", 5,
              definition="Balita pendek yang tercatat di posyandu", formula="Jumlah kasus"),
)  # fmt: skip
