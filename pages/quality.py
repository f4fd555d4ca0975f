"""Mutu data: what came in, what mends it, who reported when."""

import streamlit as st

from dashboard import access, filters, layout
from dashboard.areas.quality import page as quality

viewer = access.current()
chosen = filters.pick(viewer, "period", "agency", "unit")
layout.page(quality.compose, chosen, viewer, st.query_params.get("laporan"))
