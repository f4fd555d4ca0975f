"""Capaian: indicators against their targets."""

from dashboard import access, filters, layout
from dashboard.areas.attainment import page as attainment

viewer = access.current()
chosen = filters.pick(viewer, "period", "agency", "unit", "indicator")
layout.page(attainment.compose, chosen, viewer)
