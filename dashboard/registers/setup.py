"""What a district still has to set up before its pages say all that they can: each thing with the file or the list that gives it."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.folder import data_dir
from dashboard.words.text import _, number
from queries import disk, edits
from queries.builds import room_needed

NOTHING = dict.fromkeys(
    ("indicators", "targets", "employees", "visit_months", "realisation_periods", "survey_periods"), 0
)


@dataclass(frozen=True)
class Step:
    """`found` says what is there, `gives` what the pages gain; `ways` are (words, address below the first page)."""

    id: str
    title: str
    found: str
    is_done: bool
    gives: str
    ways: tuple[tuple[str, str], ...]


def count(viewer: Viewer) -> int:
    """Return how many things are not set up, or ask for somebody to look at this machine."""
    return sum(not step.is_done for step in steps(viewer)) + len(of_machine())


def of_machine() -> list[disk.Wrong]:
    """Return what is wrong with the disks, for who looks after this machine; nothing where there is no data folder yet."""
    return list(disk.problems(data_dir(), room_needed(data_dir()))) if data_dir().is_dir() else []


def is_there() -> bool:
    """Whether this is a data folder: one that has a register of units."""
    return bool(edits.columns(data_dir(), "units"))


def steps(viewer: Viewer) -> list[Step]:
    """Return the things to set up, in the order in which they are of use."""
    units = edits.rows(data_dir(), "units")
    centres = [row for row in units if row["kind"] == "health_centre"]
    agencies = sum(row["kind"] == "agency" for row in units)
    peopled = sum(bool(row["population"]) for row in centres)
    placed = sum(bool(row["kecamatan_code"]) for row in centres)
    found = published(viewer)
    lists = registry.LISTS
    return [
        Step("unit", _("Unit kerja"),
             _("{centres} puskesmas, {agencies} perangkat daerah", centres=number(len(centres)), agencies=number(agencies)),
             bool(centres) and agencies > 1, _("Laporan menyebut nama unit; yang tidak terdaftar ditolak."),
             ((_("Periksa daftarnya"), f"{lists}/units"), (_("Ambil dari laporan"), f"{lists}/units/usulan"))),
        Step("kecamatan", _("Kecamatan tiap puskesmas"), _share(placed, len(centres)), bool(centres) and placed == len(centres),
             _("Peta dan perbandingan antarkecamatan."), ((_("Isi di daftar unit"), f"{lists}/units"),)),
        Step("penduduk", _("Penduduk tiap puskesmas"), _share(peopled, len(centres)), bool(centres) and peopled == len(centres),
             _("Kunjungan per 1.000 penduduk, sehingga unit kecil dan besar dapat dibandingkan."),
             ((_("Tempel dari lembar kerja"), f"{lists}/units/tempel"),)),
        Step("indikator", _("Daftar indikator"), _("{n} indikator", n=number(found["indicators"])), found["indicators"] > 0,
             _("Capaian: apa yang diukur, arahnya, dan siapa yang bertanggung jawab."),
             ((_("Kirim daftar indikator (IKU, PK)"), registry.SEND),)),
        Step("target", _("Target tahun ini"), _("{n} indikator bertarget", n=number(found["targets"])), found["targets"] > 0,
             _("Vonis, kartu skor, dan perkiraan akhir tahun."), ((_("Kirim target dan realisasi"), registry.SEND),)),
        Step("pegawai", _("Daftar pegawai"), _("{n} pegawai", n=number(found["employees"])), found["employees"] > 0,
             _("Akuntabilitas pegawai dan halaman Data saya."), ((_("Kirim daftar pegawai (DUK)"), registry.SEND),)),
        Step("kunjungan", _("Laporan kunjungan"), _("{n} bulan", n=number(found["visit_months"])), found["visit_months"] > 0,
             _("Tren kunjungan dan layanan."), ((_("Kirim laporan puskesmas"), registry.SEND),)),
        Step("survei", _("Survei kepuasan"), _("{n} periode", n=number(found["survey_periods"])), found["survey_periods"] > 0,
             _("Indeks kepuasan dan sembilan unsurnya."), ((_("Kirim hasil survei"), registry.SEND),)),
    ]  # fmt: skip


def published(viewer: Viewer) -> Mapping[str, int]:
    """Return how much of each thing is published; nothing where there is no build."""
    try:
        return db.fetch("quality/setup", viewer).row(0, named=True)
    except (db.NoBuild, db.OlderBuild):
        return NOTHING


def _share(known: int, due: int) -> str:
    return _("{known} dari {due}", known=number(known), due=number(due))
