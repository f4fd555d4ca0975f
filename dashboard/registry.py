"""The pages that there are, one entry each: where a page stands, what it is called, what composes it, and what it takes part in.

Routing, the menu, the filters of a page, freezing, agendas, links to and from Jelajah, tracing, comparison and tests read it here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

from dashboard.claims import carried
from dashboard.drawn import drawn
from dashboard.roles import Withheld, known
from dashboard.words.text import _

if TYPE_CHECKING:
    from dashboard.access import Viewer
    from dashboard.filters import Filters
    from dashboard.roles import Right
    from dashboard.snapshot import Snapshot

# The addresses of the pages, by their areas.
OVERVIEW, ATTAINMENT, VISITS, SATISFACTION = "ringkasan", "capaian", "kunjungan", "kepuasan"
SCORE_CARD = "kartu-skor"
ACCOUNTABILITY, QUALITY, REGISTER = "pegawai", "mutu-data", "register-indikator"
OWN = "saya"
DUE, BURDEN = "kalender", "beban"
# No pages of figures, and not of Streamlit: SMALL.
SEND, FORMS, MESSAGES, SUBSCRIBE, LISTS, SETUP = "kirim", "formulir", "pesan", "langganan", "daftar", "penyiapan"
HELP = "bantuan"  # in the foot of every page, too
EXPLORE, SQL, TRACE, MEETINGS, DECISIONS = "jelajah", "sql", "asal", "rapat", "keputusan"
RECORD = "catatan-akses"
START = (
    "awal"  # Streamlit serves its default page at / alone, so the first page stands there a second time, by this name
)


@dataclass(frozen=True)
class Page:
    """One page. `address` is its name everywhere: in links, in what is frozen and in what people write down.

    area: its script in pages/. title: its name in the menu, in the reader's language. module: where `compose` is.
    filters: the widgets, in order. asked: the keys of its address beside those of the filters. table: that of Jelajah on
    the same data. measure: the kind of figure (queries.tracing) that it is about, which says whose past values a
    comparison of meetings looks at ("all": every kind, None: no report's). is_listed: in the menu. is_counted: in the menu
    too, with how many there are (`count` of its module) and the way to a new one. is_frozen: a meeting can take it along.
    is_own: it is about the one who looks, and in the menu of who has a record of his own.
    names_people: who may read names sees them there, which the record of access tells. needs: the right without which it shows
    nothing, and is in no menu.
    """

    area: str
    address: str
    title: Callable[[], str]
    module: str
    filters: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    table: str | None = None
    measure: str | None = None
    is_listed: bool = False
    is_counted: bool = False
    is_frozen: bool = False
    is_own: bool = False
    names_people: bool = False
    needs: "Right | None" = None

    def compose(self, chosen: "Filters", viewer: "Viewer", values: Mapping[str, str] | None = None) -> "Snapshot":
        """Return the page as a value; `values` holds what the address says under its own keys, where it has any.

        Raises Withheld where the viewer's role does not have it.
        """
        if not viewer.opens(self.address):
            raise Withheld(self.address)
        more = (values or {},) if self.asked else ()
        return carried(drawn(import_module(self.module).compose(chosen, viewer, *more)))

    def count(self, viewer: "Viewer") -> int:
        """Return how many there are of what a counted page lists."""
        return import_module(self.module).count(viewer)

    def values(self, query: Mapping[str, str]) -> dict[str, str]:
        """Return what an address says under the page's own keys."""
        return {key: query[key] for key in self.asked if query.get(key)}


@dataclass(frozen=True)
class Small:
    """A small page without Streamlit: its address, its title in the menu, and the rights of which one opens it.

    One with a module is in the menu while that counts something that is left to do there, with how much.
    `of`: it is of a page of figures, for whoever has that, and in no menu. is_listed: in the menu of every page, where room is short;
    else in that of the small pages alone. is_for_all: for everybody who has a role, whatever that may do.
    """

    address: str
    title: Callable[[], str]
    rights: tuple["Right", ...] = ()
    module: str = ""
    of: str = ""
    is_listed: bool = True
    is_for_all: bool = False

    def is_for(self, viewer: "Viewer") -> bool:
        """Whether a viewer may open it."""
        if self.is_for_all:
            return known(viewer.role) is not None
        return any(viewer.may(right) for right in self.rights) or (bool(self.of) and viewer.opens(self.of))

    def left(self, viewer: "Viewer") -> int | None:
        """Return how much is left to do there; None of a page that does not count it."""
        return import_module(self.module).count(viewer) if self.module else None


SMALL = (
    Small(SEND, lambda: _("Kirim"), ("load",)),
    Small(FORMS, lambda: _("Formulir"), ("load", "reveal"), is_listed=False),
    Small(MESSAGES, lambda: _("Pesan"), ("load",), is_listed=False),
    Small(SUBSCRIBE, lambda: _("Kalender di ponsel"), of=DUE),
    Small(LISTS, lambda: _("Daftar"), ("manage", "approve"), is_listed=False),
    Small(SETUP, lambda: _("Penyiapan"), ("manage", "approve"), "dashboard.registers.setup"),
    Small(HELP, lambda: _("Bantuan"), is_listed=False, is_for_all=True),
)


def small(viewer: "Viewer", *, is_short: bool = False) -> list[tuple[str, str]]:
    """Return (title, address) of the small pages of a viewer's menu; of a short one those listed everywhere, else the first of his."""
    every = [(each, each.left(viewer)) for each in SMALL if not each.of and each.is_for(viewer)]
    mine = [(each, left) for each, left in every if left != 0]
    if is_short:
        mine = [(each, left) for each, left in mine if not each.is_for_all]
        mine = [(each, left) for each, left in mine if each.is_listed] or mine[:1]
    return [(f"{each.title()} {left or ''}".strip(), each.address) for each, left in mine]


_WHO = ("period", "agency", "unit")
PAGES = (
    Page(
        "overview", OVERVIEW, lambda: _("Ringkasan"), "dashboard.areas.overview.page",
        filters=_WHO, measure="all", is_listed=True, is_frozen=True,
    ),
    Page(
        "score_card", SCORE_CARD, lambda: _("Kartu skor"), "dashboard.areas.score_card.page",
        filters=_WHO, table="attainment", measure="all", is_listed=True, is_frozen=True,
    ),
    Page(
        "attainment", ATTAINMENT, lambda: _("Capaian"), "dashboard.areas.attainment.page",
        filters=(*_WHO, "indicator"), table="attainment", measure="attainment", is_listed=True, is_frozen=True,
    ),
    Page(
        "visits", VISITS, lambda: _("Kunjungan"), "dashboard.areas.visits.page",
        filters=(*_WHO, "service", "payer"), table="visits", measure="visits", is_listed=True, is_frozen=True,
    ),
    Page(
        "satisfaction", SATISFACTION, lambda: _("Kepuasan"), "dashboard.areas.satisfaction.page",
        filters=(*_WHO, "service"), table="satisfaction", measure="satisfaction", is_listed=True, is_frozen=True,
    ),
    Page(
        "accountability", ACCOUNTABILITY, lambda: _("Pegawai"), "dashboard.areas.accountability.page",
        filters=(*_WHO, "job_group", "weights"), table="accountability", measure="accountability", is_listed=True,
        is_frozen=True, names_people=True,
    ),
    Page("own", OWN, lambda: _("Data saya"), "dashboard.areas.own.page", filters=("period",), asked=("tanggapan",), is_own=True),
    Page(
        "quality", QUALITY, lambda: _("Mutu data"), "dashboard.areas.quality.page",
        filters=_WHO, asked=("laporan",), table="submissions", measure="all", is_listed=True, is_frozen=True,
    ),
    Page(
        "burden", BURDEN, lambda: _("Beban lapor"), "dashboard.areas.burden.page",
        filters=_WHO, table="submissions", is_frozen=True,
    ),
    Page("due", DUE, lambda: _("Kalender laporan"), "dashboard.areas.due.page", filters=("agency", "unit"), asked=("tentang",)),
    Page(
        "explore", EXPLORE, lambda: _("Jelajah"), "dashboard.explore.page",
        filters=_WHO,
        asked=("tabel", "ukuran", "hitung", "baris", "kolom", "butir", "terhadap", "pembanding", "grafik", "saring",
               "lihat", "lembar", "bersama", "urut"),
        measure="all", is_listed=True, is_frozen=True,
    ),
    Page("sql", SQL, lambda: _("SQL"), "dashboard.sql.page", names_people=True),
    Page(
        "trace", TRACE, lambda: _("Asal angka"), "dashboard.tracing.page",
        filters=_WHO, asked=("angka", "unsur", "laporan", "kembali"),
    ),
    Page(
        "register", REGISTER, lambda: _("Daftar indikator"), "dashboard.areas.register.page",
        filters=("agency",), asked=("masalah",), is_frozen=True,
    ),
    Page("meetings", MEETINGS, lambda: _("Rapat"), "dashboard.meetings.page", asked=("cari",), is_counted=True),
    Page(
        "decisions", DECISIONS, lambda: _("Keputusan"), "dashboard.decisions.page",
        filters=("agency", "unit"), asked=("buka",), measure="all", is_counted=True, is_frozen=True,
    ),
    Page(
        "access_record", RECORD, lambda: _("Akses"), "dashboard.areas.access_record.page",
        asked=("hari", "jenis", "siapa"), needs="audit",
    ),
)  # fmt: skip
HOME = PAGES[0]
# What pages were called in links and snapshots before each had one name.
_FORMER = {"accountability": ACCOUNTABILITY, "quality": QUALITY, "register": REGISTER}
_BY_ADDRESS = {page.address: page for page in PAGES}


def page(address: str) -> Page:
    """Return the page at an address, or that was called so before; raises KeyError, listing the addresses."""
    found = find(address)
    if found is None:
        raise KeyError(f"no page {address!r}; there are: {', '.join(_BY_ADDRESS)}")
    return found


def find(address: str | None) -> Page | None:
    """Return the page at an address, or that was called so before; None where there is none."""
    return _BY_ADDRESS.get(_FORMER.get(address or "", address or ""))


def of(viewer: "Viewer") -> list[Page]:
    """Return the pages that a viewer's role has and that hold something for him, in the order of the menu."""
    return [
        page
        for page in PAGES
        if viewer.opens(page.address)
        and (not page.is_own or viewer.employee)
        and (page.needs is None or viewer.may(page.needs))
    ]


def home(viewer: "Viewer") -> Page | None:
    """Return the page where a viewer begins: the first that his role has; None of one who has none."""
    return next(iter(of(viewer)), None)


def nearest(address: str) -> Page:
    """Return the page that somebody most likely means by an address that is none: '/mutu', '/Kunjungann'; else the first page."""
    plain = address.lower()
    begins = [name for name in _BY_ADDRESS if plain and name.startswith(plain)]
    alike = get_close_matches(plain, _BY_ADDRESS, n=1)
    return find(plain) or next((_BY_ADDRESS[name] for name in [*begins, *alike]), HOME)


def frozen() -> dict[str, Page]:
    """Return address -> page of those that a meeting can take along, in the order of the menu."""
    return {page.address: page for page in PAGES if page.is_frozen}
