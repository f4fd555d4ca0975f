"""SQL: an analyst's own SELECT, in a process of its own."""

import streamlit as st

from dashboard import asking, filters
from dashboard.explore.controls import pinned
from dashboard.sql import editor

with pinned(st.query_params.get(filters.BUILD_KEY)):
    editor.show(filters.current(), asking.current())
