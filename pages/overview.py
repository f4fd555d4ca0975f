"""Ringkasan: thirty seconds of a leader."""

from dashboard import access, filters, layout
from dashboard.areas.overview import page as overview

viewer = access.current()
chosen = filters.pick(viewer, "period", "agency", "unit")
layout.page(overview.compose, chosen, viewer)
