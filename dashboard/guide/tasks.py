"""What is done here, by whom: at most five tasks a kind of reader, each with its page, its picture, and what to do when it goes wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dashboard import registry
from dashboard.roles import Right, Role
from dashboard.signin import guard
from dashboard.words.text import _

PICTURES = Path(__file__).parents[1] / "static" / "bantuan"
PHONE, DESK = (390, 640), (1366, 700)  # pixels of a picture
MOST_TASKS = 5
ON_A_PHONE = {"kirim", "betulkan", "formulir", "pesan", "kalender", "data-saya", "tanggapan"}
Words = Callable[[], str]


@dataclass(frozen=True)
class Task:
    """One task: its name, how it is done, the address of the page it stands on, its picture, what to do when it goes wrong.

    `right`: it is of those alone who have it.
    """

    name: Words
    how: Words
    address: str
    picture: str
    wrong: Words
    right: Right | None = None


@dataclass(frozen=True)
class Guide:
    """What readers of one kind do: `code` in the address of the page, what they are called, which roles they are."""

    code: str
    title: Words
    is_for: Callable[[Role], bool]
    tasks: tuple[Task, ...]


_READ = Task(
    lambda: _("Baca dalam tiga puluh detik"),
    lambda: _("Kalimat pertama menilai tahun ini; tiga baris di bawahnya yang paling mendesak. Tekan satu untuk sebabnya."),
    registry.OVERVIEW, "ringkasan",
    lambda: _("Sebuah angka terasa keliru? Tekan angkanya: Asal angka menunjukkan berkas dan baris asalnya."),
)  # fmt: skip
_DECIDE = Task(
    lambda: _("Catat keputusan"),
    lambda: _("Pada Yang perlu diputuskan, tekan Catat keputusan: apa, siapa yang mengerjakan, kapan selesai."),
    registry.DECISIONS, "keputusan",
    lambda: _("Salah tulis? Buka keputusannya dan perbarui; yang lama tetap tercatat."),
    "decide",
)  # fmt: skip
_MEET = Task(
    lambda: _("Siapkan rapat"),
    lambda: _("Tekan + di samping Rapat: halamannya dibekukan, lalu diunduh sebagai slide, kertas, atau lembar kerja."),
    registry.MEETINGS, "rapat",
    lambda: _("Angkanya berubah sesudah itu? Rapat tetap seperti saat dibekukan; bandingkan dengan rapat lain."),
    "freeze",
)  # fmt: skip
_SEND = Task(
    lambda: _("Kirim laporan"),
    lambda: _("Pilih berkas seperti adanya, periksa cara Rapor membacanya, lalu tekan Muat."),
    registry.SEND, "kirim",
    lambda: _("Tidak dikenali? Sebutkan laporan, unit, dan bulannya di halaman itu, lalu Periksa lagi."),
    "load",
)  # fmt: skip
_MESSAGE = Task(
    lambda: _("Teruskan pesan"),
    lambda: _("Tiap unit punya satu pesan siap tempel: yang belum masuk, yang ditolak, dan tenggatnya."),
    registry.MESSAGES, "pesan",
    lambda: _("Sudah dikirim tetapi masih disebut? Pesan mengikuti data terbitan: muat dulu kirimannya."),
    "load",
)  # fmt: skip
_DUE = Task(
    lambda: _("Lihat tenggat"),
    lambda: _("Laporan apa yang terlambat dan yang segera jatuh tempo; Kalender di ponsel mengingatkan tiga hari sebelumnya."),
    registry.DUE, "kalender",
    lambda: _("Tenggatnya keliru? Sampaikan kepada pengelola."),
)  # fmt: skip
_QUALITY = Task(
    lambda: _("Periksa yang belum masuk"),
    lambda: _("Siapa belum melapor, baris mana yang ditolak, dan apa yang memperbaikinya."),
    registry.QUALITY, "mutu-data",
    lambda: _("Laporan yang sudah dikirim tidak ada? Lihat keadaannya di Kirim: mungkin masih menunggu dimuat."),
)  # fmt: skip
_STAFF = Task(
    lambda: _("Baca kedudukan pegawai"),
    lambda: _("Pilih kelompok jabatan dulu: orang dibandingkan dengan yang sejenis, dan kisarannya menunjukkan seberapa pasti."),
    registry.ACCOUNTABILITY, "pegawai",
    lambda: _("Belum dapat dinilai? Buka orangnya: disebut bukti apa yang belum masuk."),
)  # fmt: skip

GUIDES = (
    Guide("pegawai", lambda: _("Pegawai"), lambda role: role.scope == "self", (
        Task(
            lambda: _("Baca data Anda"),
            lambda: _("Kedudukan Anda, sebabnya, dan apa yang belum lengkap. Hanya data Anda sendiri."),
            registry.OWN, "data-saya",
            lambda: _("Data tidak ada? Minta pengelola menautkan akun Anda dengan data pegawai."),
        ),
        Task(
            lambda: _("Tulis tanggapan"),
            lambda: _("Ada yang tidak benar? Tekan Tulis tanggapan; kepala unit membacanya dan menjawab."),
            registry.OWN, "tanggapan",
            lambda: _("Belum dijawab? Jawabannya muncul di halaman yang sama."),
        ),
    )),
    Guide("pengelola", lambda: _("Pengelola"), lambda role: "manage" in role.may, (
        Task(
            lambda: _("Siapkan kabupaten"),
            lambda: _("Daftar periksa menyebut apa yang belum siap, gunanya, dan berkas yang mengisinya."),
            registry.SETUP, "penyiapan",
            lambda: _("Berkasnya ditolak? Halaman kirimannya menyebut sel yang salah dan cara memperbaikinya."),
        ),
        Task(
            lambda: _("Buat akun"),
            lambda: _("Beri nama, peran, dan unitnya; kata sandi pertama diperlihatkan sekali dan harus diganti."),
            guard.MANAGE, "akun",
            lambda: _("Kata sandi lupa atau ponsel hilang? Tekan Kata sandi baru di samping orangnya."),
        ),
        Task(
            lambda: _("Ubah daftar rujukan"),
            lambda: _("Unit, layanan, tenggat: ubah satu baris, atau tempel banyak baris dari lembar kerja. Lalu terbitkan."),
            registry.LISTS, "daftar",
            lambda: _("Salah ubah? Tekan Kembalikan pada Riwayat perubahan."),
        ),
        Task(
            lambda: _("Jelaskan nama baru"),
            lambda: _("Nama di laporan yang belum terdaftar disebut sekali artinya; sesudah itu selalu dikenal."),
            f"{registry.LISTS}/nama", "nama",
            lambda: _("Artinya keliru? Tekan Kembalikan pada Riwayat perubahan."),
        ),
        _MESSAGE,
    )),
    Guide("auditor", lambda: _("Auditor"), lambda role: "audit" in role.may, (
        Task(
            lambda: _("Baca catatan akses"),
            lambda: _("Siapa masuk, melihat nama, membawa berkas, membekukan, memutuskan; pilih hari dan jenisnya."),
            registry.RECORD, "akses",
            lambda: _("Catatan dikatakan rusak? Jalankan rapor audit verify dan simpan jawabannya."),
        ),
        Task(
            lambda: _("Telusuri sebuah angka"),
            lambda: _("Tekan angka di halaman mana pun: rumus, kelengkapan, dan baris berkas asalnya."),
            registry.OVERVIEW, "asal",
            lambda: _("Berkasnya tidak ada lagi? Isi yang dibaca tetap tersimpan dan ditampilkan."),
        ),
        _QUALITY,
    )),
    Guide("kepegawaian", lambda: _("Pengelola kepegawaian"), lambda role: "reveal" in role.may, (
        _STAFF,
        Task(
            lambda: _("Ambil formulir pegawai"),
            lambda: _("Formulir sudah berisi pegawai tiap unit. Isi sel kuning; yang berhak mengirim memuatnya."),
            registry.FORMS, "formulir",
            lambda: _("Ada yang ditolak? Halaman kirimannya menyebut sel yang salah dan cara memperbaikinya."),
        ),
        _READ, _MEET,
    )),
    Guide("analis", lambda: _("Analis"), lambda role: role.scope == "district" and "load" in role.may, (
        Task(
            lambda: _("Tanya data"),
            lambda: _("Susun satu kalimat: ukuran, menurut apa, untuk siapa. Tekan sel untuk baris di baliknya; unduh XLSX."),
            registry.EXPLORE, "jelajah",
            lambda: _("Sel kosong? Belum dilaporkan atau disamarkan; keterangannya ada di bawah tabel."),
        ),
        Task(
            lambda: _("Perbaiki indikator"),
            lambda: _("Indikator mana yang belum jelas atau belum terukur, dan apa yang perlu ditulis."),
            registry.REGISTER, "register",
            lambda: _("Indikatornya tidak ada? Kirim daftar indikatornya di Kirim."),
        ),
        Task(
            lambda: _("Ringankan beban lapor"),
            lambda: _("Berapa yang diminta dari unit, apa yang diminta dua kali, dan apa yang dapat dikurangi."),
            registry.BURDEN, "beban",
            lambda: _("Menit dan tekan kosong? Baru terukur setelah ada kiriman lewat Kirim."),
        ),
        _SEND, _MEET,
    )),
    Guide("petugas", lambda: _("Petugas laporan"), lambda role: "load" in role.may and "decide" not in role.may, (
        _SEND,
        Task(
            lambda: _("Betulkan sel yang salah"),
            lambda: _("Tekan Betulkan di sini, tulis yang benar dan sebabnya; atau unduh berkas bertanda, perbaiki, kirim lagi."),
            registry.SEND, "betulkan",
            lambda: _("Salah membetulkan? Tekan Ambil kembali. Berkas Anda sendiri tidak diubah."),
        ),
        Task(
            lambda: _("Isi formulir"),
            lambda: _("Formulir sudah berisi unit, layanan, dan angka periode lalu. Isi sel kuning, simpan, kirim."),
            registry.FORMS, "formulir",
            lambda: _("Tidak ada formulirnya? Kirim berkas Anda seperti adanya."),
        ),
        _MESSAGE, _DUE,
    )),
    Guide("kepala", lambda: _("Kepala dinas atau unit"), lambda role: "load" in role.may, (
        _READ, _DECIDE, _QUALITY, _SEND, _MESSAGE,
    )),
    Guide("pimpinan", lambda: _("Pimpinan"), lambda role: "freeze" in role.may, (
        _READ, _DECIDE, _MEET,
        Task(
            lambda: _("Cetak kartu skor"),
            lambda: _("Indikator pokok pada satu lembar A4."),
            registry.SCORE_CARD, "kartu-skor",
            lambda: _("Kosong? Targetnya belum dimuat; minta Bappeda mengirimnya."),
        ),
        _STAFF,
    )),
    Guide("publik", lambda: _("Publik"), lambda _role: True, (_READ,)),
)  # fmt: skip


def of(role: Role) -> Guide:
    """Return the guide of a role: the first that is for it."""
    return next(guide for guide in GUIDES if guide.is_for(role))


def tasks(guide: Guide, role: Role) -> list[Task]:
    """Return what of a guide a role does: tasks whose page it has and whose right."""
    return [
        task for task in guide.tasks if (task.right is None or task.right in role.may) and opens(role, task.address)
    ]


def opens(role: Role, address: str) -> bool:
    """Whether a role has the page of a task: its own of figures, any other by its rights."""
    if (page := registry.find(address)) is not None:
        is_his = page.needs in role.may if page.needs else role.scope == "self" or not page.is_own
        return role.opens(page.address) and is_his
    small = next((each for each in registry.SMALL if address.partition("/")[0] == each.address), None)
    return bool(small and set(small.rights) & role.may) or (address == guard.MANAGE and "manage" in role.may)


def size(picture: str) -> tuple[int, int]:
    """Return the pixels of a picture: what is mostly done on a phone is shown as that shows it."""
    return PHONE if picture in ON_A_PHONE else DESK
