"""Jelajah: any slice of a table, for analysts."""

import streamlit as st

from dashboard import asking, filters
from dashboard.explore import controls

with controls.pinned(st.query_params.get(filters.BUILD_KEY)):
    controls.show(filters.current(), asking.current())
