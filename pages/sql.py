"""SQL: an analyst's own SELECT, in a process of its own."""

import streamlit as st

from dashboard import access, filters
from dashboard.explore import controls as explore_controls
from dashboard.sql import editor as sql_editor

with explore_controls.pinned(st.query_params.get("data")):
    sql_editor.show(filters.current(), access.current())
