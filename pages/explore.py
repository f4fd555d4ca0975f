"""Jelajah: any slice of a table, for analysts."""

import streamlit as st

from dashboard import access, filters
from dashboard.explore import controls as explore_controls

with explore_controls.pinned(st.query_params.get("data")):
    viewer = access.current()
    chosen = filters.pick(viewer, "period", "agency", "unit")
    explore_controls.show(chosen, viewer)
