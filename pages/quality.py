"""Mutu data: what came in, what mends it, who reported when."""

from dashboard import layout

layout.open_page("mutu-data")
