"""Kunjungan."""

from dashboard import access, filters, layout
from dashboard.views import visits

viewer = access.current()
chosen = filters.pick(viewer, "period", "agency", "unit", "service", "payer")
layout.page(visits.compose, chosen, viewer)
