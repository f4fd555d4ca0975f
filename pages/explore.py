"""Jelajah: any slice of a table, for analysts."""

import streamlit as st

from dashboard import access, filters, registry
from dashboard.explore import controls

with controls.pinned(st.query_params.get(filters.BUILD_KEY)):
    viewer = access.current()
    controls.show(filters.pick(viewer, *registry.page("jelajah").filters), viewer)
