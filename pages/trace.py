"""Asal angka: where one figure comes from, down to the rows of files."""

import streamlit as st

from dashboard import layout
from dashboard.tracing import page

layout.open_page("asal", *page.more_filters(page.read(dict(st.query_params))))
