"""Ringkasan: thirty seconds of a leader."""

from dashboard import layout

layout.open_page("ringkasan")
