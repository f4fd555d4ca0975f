"""Kepuasan."""

from dashboard import access, filters, layout
from dashboard.areas.satisfaction import page as satisfaction

viewer = access.current()
chosen = filters.pick(viewer, "period", "agency", "unit", "service")
layout.page(satisfaction.compose, chosen, viewer)
