"""Capaian: indicators against their targets."""

from dashboard import layout

layout.open_page("capaian")
