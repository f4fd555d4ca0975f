"""The entry: page config, the frame, and the navigation; nothing else."""

import sys
from pathlib import Path

import streamlit as st

PAGES = Path(__file__).resolve().parents[1] / "pages"
if str(PAGES.parent) not in sys.path:
    sys.path.insert(0, str(PAGES.parent))

from dashboard import asking, layout, registry  # noqa: E402  the path has to be set first
from dashboard.web import measured  # noqa: E402  the path has to be set first
from dashboard.words import text  # noqa: E402  the path has to be set first

PERSON = "_person"  # what one person typed is not for the next who signs in where he sat
asker = asking.asker()
person = (asker.name, asker.viewer.role, asker.viewer.of, asker.viewer.employee)
if st.session_state.get(PERSON, person) != person:
    st.session_state.clear()
st.session_state[PERSON] = person
text.use(st.query_params.get("bahasa", "id"))
pages = [st.Page(PAGES / f"{page.area}.py", title=page.title(), url_path=page.address) for page in registry.PAGES]
home = registry.home(asking.current()) or registry.HOME
start = st.Page(PAGES / f"{home.area}.py", title=home.title(), url_path=registry.START, default=True)
chosen = st.navigation([start, *pages], position="hidden")
icon = str(Path(__file__).parent / "static" / "icon.png")
st.set_page_config(page_title=f"{chosen.title} · Rapor", page_icon=icon, layout="wide")
with layout.guarded():
    here = home.address if chosen.url_path in ("", registry.START) else chosen.url_path
    layout.header(here)
    layout.enter(here)
    with measured.run(here):
        chosen.run()
