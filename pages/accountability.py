"""Akuntabilitas pegawai: people within their job group, the official predicates, reporting discipline."""

from dashboard import access, filters, layout
from dashboard.areas.accountability import page as accountability

viewer = access.current()
chosen = filters.pick(viewer, "period", "agency", "unit", "job_group", "weights")
layout.page(accountability.compose, chosen, viewer)
