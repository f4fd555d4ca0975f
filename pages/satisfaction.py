"""Kepuasan: the satisfaction index and its elements."""

from dashboard import layout

layout.open_page("kepuasan")
