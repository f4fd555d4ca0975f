"""Asal angka: where one figure comes from, down to the rows of files."""

import streamlit as st

from dashboard import access, filters, layout
from dashboard.tracing import page as trace_page

viewer = access.current()
asked = trace_page.read(dict(st.query_params))
chosen = filters.pick(viewer, "period", "agency", "unit", *trace_page.more_filters(asked))
layout.page(trace_page.compose, chosen, viewer, asked)
