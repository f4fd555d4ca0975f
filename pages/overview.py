"""Ringkasan: thirty seconds of a leader."""

from dashboard import access, filters, layout
from dashboard.views import overview

viewer = access.current()
chosen = filters.pick(viewer, "period", "agency", "unit")
layout.page(overview.compose, chosen, viewer)
