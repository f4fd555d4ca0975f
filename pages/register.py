"""Daftar indikator: which indicators are complete and measurable, and what to mend."""

import streamlit as st

from dashboard import access, filters, layout
from dashboard.areas.register import page as register

viewer = access.current()
chosen = filters.pick(viewer, "agency")
layout.page(register.compose, chosen, viewer, st.query_params.get("masalah"))
