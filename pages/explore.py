"""Jelajah: any slice of a table, for analysts."""

import streamlit as st

from dashboard import access, explore, filters

with explore.pinned(st.query_params.get("data")):
    viewer = access.current()
    chosen = filters.pick(viewer, "period", "agency", "unit")
    explore.show(chosen, viewer)
