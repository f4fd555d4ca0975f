"""The entry: page config, the frame, and the navigation; nothing else."""

import sys
from pathlib import Path

import streamlit as st

PAGES = Path(__file__).resolve().parents[1] / "pages"
if str(PAGES.parent) not in sys.path:
    sys.path.insert(0, str(PAGES.parent))

from dashboard import layout  # noqa: E402  the path has to be set first
from dashboard.words import text  # noqa: E402  the path has to be set first
from dashboard.words.text import _  # noqa: E402

text.use(st.query_params.get("bahasa", "id"))
st.set_page_config(page_title="Rapor", page_icon=str(Path(__file__).parent / "static" / "icon.png"), layout="wide")
names = {
    "overview": (_("Ringkasan"), "ringkasan"),
    "attainment": (_("Capaian"), "capaian"),
    "visits": (_("Kunjungan"), "kunjungan"),
    "satisfaction": (_("Kepuasan"), "kepuasan"),
    "accountability": (_("Pegawai"), "pegawai"),
    "quality": (_("Mutu data"), "mutu-data"),
    "explore": (_("Jelajah"), "jelajah"),
}
unlisted = {  # reached from a figure or a page, not from the header
    "sql": (_("SQL"), "sql"),
    "trace": (_("Asal angka"), "asal"),
    "register": (_("Daftar indikator"), "register-indikator"),
    "meetings": (_("Rapat"), "rapat"),
    "decisions": (_("Keputusan"), "keputusan"),
}
pages = [
    st.Page(PAGES / f"{area}.py", title=title, url_path=url, default=area == "overview")
    for area, (title, url) in (names | unlisted).items()
]
page = st.navigation(pages, position="hidden")
with layout.guarded():
    layout.header(pages[: len(names)], page)
    page.run()
