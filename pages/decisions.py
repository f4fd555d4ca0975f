"""Keputusan: what was decided on a figure, by when, and what became of it."""

import streamlit as st

from dashboard import asking, filters, layout
from dashboard.decisions import forms, page

viewer = asking.current()
asked = page.read(dict(st.query_params))
chosen = filters.current() if asked.is_new or asked.opened else filters.pick(viewer, "agency", "unit")
forms.confirmation()
layout.page("keputusan", viewer)
forms.forms(asked, chosen, viewer)
