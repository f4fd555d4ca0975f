"""Keputusan: what was decided on a figure, by when, and what became of it."""

import streamlit as st

from dashboard import access, decide, filters, layout
from dashboard.views import decisions

viewer = access.current()
asked = decisions.read(dict(st.query_params))
chosen = filters.current() if asked.is_new or asked.opened else filters.pick(viewer, "agency", "unit")
decide.confirmation()
layout.page(decisions.compose, chosen, viewer, None, asked)
decide.forms(asked, chosen, viewer)
