"""Asal angka: where one figure comes from, down to the rows of files."""

import streamlit as st

from dashboard import access, filters, layout
from dashboard.views import trace

viewer = access.current()
asked = trace.read(dict(st.query_params))
chosen = filters.pick(viewer, "period", "agency", "unit", *trace.more_filters(asked))
layout.page(trace.compose, chosen, viewer, asked)
