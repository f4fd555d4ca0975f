"""Keputusan: what was decided on a figure, by when, and what became of it."""

import streamlit as st

from dashboard import access, filters, layout
from dashboard.decisions import forms as decision_forms
from dashboard.decisions import page as decisions_page

viewer = access.current()
asked = decisions_page.read(dict(st.query_params))
chosen = filters.current() if asked.is_new or asked.opened else filters.pick(viewer, "agency", "unit")
decision_forms.confirmation()
layout.page(decisions_page.compose, chosen, viewer, None, asked)
decision_forms.forms(asked, chosen, viewer)
