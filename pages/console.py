"""SQL: an analyst's own SELECT, in a process of its own."""

import streamlit as st

from dashboard import access, console, explore, filters

with explore.pinned(st.query_params.get("data")):
    console.show(filters.current(), access.current())
