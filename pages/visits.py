"""Kunjungan."""

from dashboard import access, filters, layout
from dashboard.areas.visits import page as visits

viewer = access.current()
chosen = filters.pick(viewer, "period", "agency", "unit", "service", "payer")
layout.page(visits.compose, chosen, viewer)
